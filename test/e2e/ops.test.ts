/** The operator's command line against the running stage, as the README names it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { as, behave, type Json, resetDepartments, submit, untilReview } from '../support/client.ts';

const exec = promisify(execFile);
const ops = async (...args: string[]): Promise<string> =>
  (await exec(process.execPath, ['infra/ops/cli.ts', ...args], { env: process.env })).stdout;

beforeAll(resetDepartments);
afterEach(resetDepartments);

describe('npm run ops', () => {
  it('says who holds a case up, in words and as data', async () => {
    await behave('market-supervision', 'silent');
    const { number } = await submit('business-opening');
    await untilReview(number, 'market-supervision', 'requested');
    expect(await ops('case', number)).toMatch(
      /Who holds it up\n {2}department:market-supervision owes the decision on Business registration, since /,
    );
    const story = JSON.parse(await ops('case', number, '--json'));
    expect(story).toMatchObject({
      number,
      status: 'in-review',
      heldBy: [{ who: 'department:market-supervision' }],
    });
    expect(JSON.stringify(story)).not.toContain('王建国');
  });

  it('hands a review over to an officer of its department, known to the pool by name', async () => {
    await behave('market-supervision', 'silent');
    const { number } = await submit('business-opening');
    await untilReview(number, 'market-supervision', 'requested');
    const mine = async (name: string) =>
      (await as('officer', name).get(`/departments/${name}/reviews?limit=100`)).body;
    await mine('market-supervision');
    await mine('taxation');
    const review = `${number}-1`;
    expect(await ops('handover', review, 'officer-market-supervision')).toMatch(
      new RegExp(`^${review} of market-supervision is handed to .+\\. Any officer`),
    );
    const { items } = await mine('market-supervision');
    expect(items.find(({ id }: Json) => id === review)).toMatchObject({ handedTo: { me: true } });
    await expect(ops('handover', review, 'officer-taxation')).rejects.toMatchObject({
      stderr: 'officer-taxation: Not an officer of this department, market-supervision.\n',
    });
    const reply = await as('operator').post(`/reviews/${review}/handover`, { officer: 'officer-taxation' });
    expect(reply.status).toBe(422);
    expect(await ops('case', number)).toContain('handed to');
  });

  it('looks into the queues for what was put aside', async () => {
    const { items } = JSON.parse(await ops('dead-letters', '--json'));
    expect(items.map(({ belongsTo }: { belongsTo?: object }) => belongsTo !== undefined)).toContain(true);
  });

  it('ends with one sentence where it cannot go on', async () => {
    await expect(ops('case', '330102-261124-NONE0000')).rejects.toMatchObject({
      code: 1,
      stderr: 'There is no case 330102-261124-NONE0000 on this stage.\n',
    });
    await expect(ops('nonsense')).rejects.toMatchObject({
      stderr: expect.stringContaining('no command "nonsense"'),
    });
  });
});
