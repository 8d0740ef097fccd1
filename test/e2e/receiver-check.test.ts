/** The self-check on a deployed stage: through the queue, against the simulated department. */
import { expect, it } from 'vitest';
import { as, type Json, until } from '../support/client.ts';
import { reconnectSandbox } from '../support/department.ts';

it('the simulated department passes the self-check', async () => {
  await reconnectSandbox('taxation');
  const operator = as('operator');
  const { status, body } = await operator.post('/departments/taxation/check');
  expect([status, body.department]).toEqual([200, 'taxation']);
  const report: Json = await until(
    'the report',
    async () => (await operator.get(`/departments/taxation/checks/${body.id}`)).body,
    (each) => each.status === 'done',
    60_000,
  );
  expect(report.steps.filter(({ verdict }: Json) => verdict === 'wrong')).toEqual([]);
  expect(report.passed).toBe(true);
}, 120_000);
