/** The department of the README is a whole one: it is run as it stands there, on a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../infra/local/ports.ts';
import { as, endpoints, resetDepartments, submit, until, untilReview } from '../support/client.ts';

const operator = as('operator');
let program: ChildProcess;
let printed = '';

const example = (): string => {
  const [, code] =
    /<!-- department\.mjs -->\n```js\n([\s\S]+?)\n```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  if (!code) throw new Error('The README has no department any more.');
  return code;
};

async function connect(webhookUrl: string): Promise<void> {
  const reply = await operator.put('/departments/bank', { webhookUrl });
  if (reply.status !== 200) throw new Error(`The bank is not connected: ${JSON.stringify(reply.body)}`);
}

beforeAll(async () => {
  await resetDepartments();
  const port = await freePort(8080);
  const file = join(process.env.ONEWINDOW_LOCAL_DIR ?? '.local', 'department.mjs');
  writeFileSync(file, example().replace('8080', String(port)));
  const { body } = await operator.post('/departments/bank/secrets');
  program = spawn(process.execPath, [file], { env: { ...process.env, SECRET: body.secret } });
  for (const stream of [program.stdout, program.stderr]) {
    stream?.on('data', (chunk) => {
      printed += chunk;
    });
  }
  await connect(`http://127.0.0.1:${port}/`);
});

afterAll(async () => {
  program.kill();
  await connect(`${endpoints().api}/sandbox/departments/bank/webhook`);
});

it('the department of the README reads a review and decides it', async () => {
  const { number } = await submit('business-opening');
  const { id } = await untilReview(number, 'bank', 'approved');
  expect(printed).toContain('bank-account for 王建国, 杭州湖滨青禾文化创意有限公司');
  const taken = `{ review: '${id}', status: 'approved' }`;
  await until(
    'the department to print the answer',
    async () => printed,
    (text) => text.includes(taken),
  );
});
