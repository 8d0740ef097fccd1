/** A service with conditions in its middle: what waits for them waits for as long as it takes, and costs nothing. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { handler as relay } from '../../functions/relay/handler.ts';
import { monday } from '../support/cases.ts';
import { seedCatalogue, withServices } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';
import { buildingAcceptance } from '../support/services.ts';

const dayMs = 24 * 3_600_000;
/** Goes to a day after the submission. */
const onDay = (day: number): void => {
  vi.setSystemTime(new Date(monday.getTime() + day * dayMs));
};

const { published } = withServices(buildingAcceptance);

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
  seedCatalogue(here.cloud.table, 'main', published);
});
afterEach(dismantle);

const submitted = (): Promise<string> => here.submitted(structuredClone(buildingAcceptance.example));

const approve = async (number: string, item: string): Promise<void> => {
  const { reviews } = await here.read(number);
  const { id, department } = reviews.findLast((each: Json) => each.item === item);
  const { status, body } = await here.decide(id, department, {
    outcome: 'approved',
    output: { number: 'N-1' },
  });
  expect([status, body.status]).toEqual([200, 'approved']);
};

const met = (number: string, condition: string, by = here.as('applicant')) =>
  by.post(`/applications/${number}/conversion`, { condition, evidence: `Document of ${condition}` });

/** Everything in the journal is carried, as the stream does; @returns names of the executions that it asks for. */
async function executions(number: string): Promise<string[]> {
  const before = here.cloud.of('StartExecutionCommand').length;
  const Records = here.cloud.rows
    .filter(({ pk, sk }) => pk === `APPLICATION#${number}` && String(sk).startsWith('EVENT#'))
    .map((row, i) => ({
      eventName: 'INSERT',
      dynamodb: { SequenceNumber: String(i), NewImage: marshall(row, { removeUndefinedValues: true }) },
    }));
  await relay({ Records } as unknown as DynamoDBStreamEvent);
  return here.cloud
    .of('StartExecutionCommand')
    .slice(before)
    .map(({ name }) => name);
}

const requests = (number: string, item: string): number =>
  here.events(number).filter(({ type, item: of }) => type === 'review.requested' && of === item).length;

const limitOf = async (number: string, scope: string, kind: string): Promise<Json> =>
  (await here.as('applicant').get(`/applications/${number}/clock`)).body.limits.find(
    (each: Json) => each.scope === scope && each.kind === kind,
  );

describe('a service with a condition in its middle', () => {
  it('waits a year without an execution, goes on when it is met, and does not count that year', async () => {
    const number = await submitted();
    expect(await executions(number)).toEqual([number]);
    onDay(1);
    await approve(number, 'drawings-review');
    here.leaveTraces(number);
    expect(await here.read(number)).toMatchObject({
      status: 'awaiting-condition',
      clock: { running: false },
    });

    for (let day = 2; day <= 365; day += 7) {
      onDay(day);
      await sweep();
      const { status, version } = await here.read(number);
      expect([status, version], `on day ${day}`).toEqual(['awaiting-condition', 2]);
    }
    // Asked for once, at the beginning; the execution of that round ended with its one review.
    expect(new Set(await executions(number))).toEqual(new Set([number]));
    expect(here.cloud.counted).not.toContain('CasesStuck');

    onDay(366);
    expect((await met(number, 'building-finished')).status).toBe(200);
    expect(await here.read(number)).toMatchObject({
      status: 'in-review',
      round: 2,
      clock: { running: true },
    });
    expect(new Set(await executions(number))).toEqual(new Set([number, `${number}.2`]));
    expect(requests(number, 'fire-safety-acceptance')).toBe(1);

    const explained = await limitOf(number, 'case', 'statutory');
    const [pause, ...more] = explained.pauses;
    expect(more).toEqual([]);
    expect(pause).toMatchObject({
      cause: 'condition',
      from: new Date(monday.getTime() + dayMs).toISOString(),
      to: new Date(monday.getTime() + 366 * dayMs).toISOString(),
    });
    const days = explained.notCounted.filter(({ because }: Json) => because === 'pause');
    const everyWorkingDay = days.filter(({ day }: Json) => day > '2026-11-24' && day < '2027-11-24');
    expect(everyWorkingDay.length).toBeGreaterThan(240);
    expect(explained.counted.every(({ day }: Json) => day <= '2026-11-24' || day >= '2027-11-24')).toBe(true);
    expect(explained.counted).toHaveLength(60);
    expect(explained.running).toBe(true);
    // It explains what is stored, and the year is in it.
    const { clock } = await here.read(number);
    expect(explained.dueAt).toBe(clock.statutoryDueAt);
    expect(clock.statutoryDueAt > '2028').toBe(true);
  });

  it('ends after its last condition, each round asked for once', async () => {
    const number = await submitted();
    await approve(number, 'drawings-review');
    await met(number, 'building-finished');
    await approve(number, 'fire-safety-acceptance');
    expect((await here.read(number)).status).toBe('awaiting-condition');
    await met(number, 'papers-archived');
    await approve(number, 'completion-filing');
    expect((await here.read(number)).clock.running).toBe(false);
    const opened = here.events(number).filter(({ type }) => type === 'round.opened');
    expect(opened.map(({ reviews }) => reviews)).toEqual([
      [`${number}-1`],
      [`${number}-2.2`],
      [`${number}-3.3`],
    ]);
    for (const { code } of buildingAcceptance.items) expect(requests(number, code), code).toBe(1);
  });

  it('takes a condition that is recorded early, and asks its department only once it is its turn', async () => {
    const number = await submitted();
    expect((await met(number, 'building-finished')).status).toBe(200);
    expect(requests(number, 'fire-safety-acceptance')).toBe(0);
    expect((await here.read(number)).status).toBe('in-review');
    await approve(number, 'drawings-review');
    expect(requests(number, 'fire-safety-acceptance')).toBe(1);
    expect((await limitOf(number, 'case', 'promised')).pauses).toEqual([]);
  });

  it('takes it from the department that it belongs to, and from nobody else', async () => {
    const number = await submitted();
    await approve(number, 'drawings-review');
    const stranger = await met(number, 'building-finished', here.as('officer', 'bank'));
    expect(stranger.status).toBe(404);
    const notTheirs = await met(number, 'papers-archived', here.as('officer', 'housing'));
    expect(notTheirs.status).toBe(404);
    const recorded = await met(number, 'building-finished', here.as('officer', 'housing'));
    expect(recorded.status).toBe(200);
    expect(recorded.body.conditions).toMatchObject([{ code: 'building-finished', status: 'met' }]);
    expect(new Set(recorded.body.reviews.map(({ department }: Json) => department))).toEqual(
      new Set(['housing']),
    );
    expect(requests(number, 'fire-safety-acceptance')).toBe(1);
  });

  it('keeps what lies behind it out of the round that an upheld objection opens', async () => {
    const number = await submitted();
    await here.decide(`${number}-1`, 'housing', { outcome: 'refused', reason: 'Too high' });
    const objection = { reviews: [`${number}-1`], reason: 'It is as high as its neighbours' };
    expect((await here.as('applicant').post(`/applications/${number}/objection`, objection)).status).toBe(
      200,
    );
    const upheld = { outcome: 'upheld', reason: 'It is' };
    const path = `/applications/${number}/objections/1/decision`;
    expect((await here.as('operator').post(path, upheld)).status).toBe(200);
    const behind = [`${number}-2`, `${number}-3`];
    const { items } = (await here.as('applicant').get(`/applications/${number}/timeline`)).body;
    expect(items.findLast(({ type }: Json) => type === 'round.opened')).toMatchObject({
      reviews: [`${number}-1.2`],
      waiting: behind,
    });
    await approve(number, 'drawings-review');
    expect((await here.read(number)).status).toBe('awaiting-condition');
    await executions(number);
    // The machine of the second round has the one review that it can reach.
    const [, second] = here.cloud.of('StartExecutionCommand');
    expect([second.name, JSON.parse(second.input).reviews]).toEqual([`${number}.2`, [`${number}-1.2`]]);
    expect((await met(number, 'building-finished')).status).toBe(200);
    expect(requests(number, 'fire-safety-acceptance')).toBe(1);
  });

  it('takes it twice for the same, and not once the application is over', async () => {
    const number = await submitted();
    await approve(number, 'drawings-review');
    await met(number, 'building-finished');
    const { version } = await here.read(number);
    expect((await met(number, 'building-finished')).body).toMatchObject({ version });
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No longer needed' });
    expect((await met(number, 'papers-archived')).status).toBe(409);
  });
});
