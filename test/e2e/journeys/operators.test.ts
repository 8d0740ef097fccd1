/** An operator's day by the API alone: what is late, who holds it up, and having what is missing caused again. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { outputs, partition, table } from '../../support/aws.ts';
import {
  as,
  behave,
  type Json,
  moveClock,
  read,
  resetDepartments,
  submit,
  until,
  untilReview,
} from '../../support/client.ts';

const operator = as('operator');
const examine = async (number: string): Promise<Json> =>
  (await operator.get(`/operations/cases/${number}`)).body;

beforeAll(resetDepartments);
afterAll(resetDepartments);

it('goes from the late cases to the one, and from what is missing to its repair', async () => {
  await behave('market-supervision', 'silent');
  const { number } = await submit('business-opening');
  const { dueAt } = await untilReview(number, 'market-supervision', 'requested');
  await until(
    'everything to be told',
    () => examine(number),
    ({ missing }) => missing.length === 0,
  );
  const { clock } = await read(number);
  await moveClock(new Date(Math.max(Date.parse(dueAt), Date.parse(clock.dueAt)) + 60_000));

  const late = await until(
    'the case among the late ones',
    async () => (await operator.get('/applications?late=true&limit=100')).body.items as Json[],
    (items) => items.some((each) => each.number === number),
  );
  expect(late.find((each) => each.number === number)).toMatchObject({ overdue: 'promised' });

  const story = await until(
    'the reminder',
    () => examine(number),
    ({ heldBy }) => heldBy[0]?.mark === 'overdue',
  );
  expect(story).toMatchObject({
    number,
    heldBy: [
      {
        who: 'department:market-supervision',
        what: { zh: expect.stringContaining('审批决定'), en: expect.stringContaining('the decision on') },
        until: dueAt,
      },
    ],
    executions: [{ name: number, status: 'RUNNING' }],
  });
  expect(JSON.stringify(story)).not.toContain('王建国');

  // As if the carrier had not said whether it took the first one.
  const [first] = story.messages;
  const Key = { pk: `APPLICATION#${number}`, sk: `MESSAGE#${first.id}` };
  await table.send(
    new UpdateCommand({
      TableName: outputs().TableName,
      Key,
      UpdateExpression: 'SET #status = :unknown',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':unknown': 'unknown' },
    }),
  );
  const path = `/operations/cases/${number}/repair`;
  const kinds = async (query = ''): Promise<string[]> =>
    (await operator.get(`${path}${query}`)).body.steps.map(({ kind }: Json) => kind);
  expect(await kinds()).not.toContain('message');
  expect(await kinds('?messages=true')).toContain('message');
  const repair = () => operator.post(path, { messages: true }, { 'idempotency-key': `repair-${number}` });
  const [done, again] = [await repair(), await repair()];
  expect(done.body.steps).toContainEqual(expect.objectContaining({ kind: 'message', done: true }));
  expect([again.headers.get('idempotent-replayed'), again.body]).toEqual(['true', done.body]);
  await until(
    'the message to be sent again',
    async () => (await examine(number)).messages[0].status,
    (status) => ['sent', 'delivered'].includes(status),
  );
  const traces = (await partition(Key.pk)).filter(({ sk }) => String(sk).startsWith('AUDIT#'));
  expect(traces.map(({ did }) => did)).toEqual(expect.arrayContaining(['examine', 'repair']));
});

it('looks into the queues for what was put aside, and is told what each belongs to', async () => {
  const { items } = (await operator.get('/operations/dead-letters')).body;
  expect(items.some(({ belongsTo }: Json) => belongsTo === null)).toBe(true);
  const { name } = items.find(({ belongsTo }: Json) => belongsTo !== null);
  expect((await operator.get(`/operations/dead-letters/${name}`)).body).toMatchObject({ name, letters: [] });
  expect((await operator.post(`/operations/dead-letters/${name}/redrive`)).body).toEqual({
    queue: name,
    redriven: 0,
    more: false,
  });
});
