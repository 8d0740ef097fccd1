/** "Why is this case late and who holds it up?": one command, right in whatever state a case is. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { handler as deliver } from '../../functions/departments/deliver-webhook.ts';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { type Holder, holdersOf } from '../../infra/ops/holders.ts';
import { departmentState, escalatedReviews, lateCases, stuckCases } from '../../infra/ops/lists.ts';
import { readWhole } from '../../infra/ops/read.ts';
import { storyLines, when } from '../../infra/ops/render.ts';
import { repairsOf, replayCase } from '../../infra/ops/repair.ts';
import { storyOf } from '../../infra/ops/story.ts';
import { later, monday } from '../support/cases.ts';
import { dismantle, whsec } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const holders = async (number: string): Promise<Holder[]> => holdersOf(await readWhole(number));
const decide = (number: string, n: number, department: string, body: object) =>
  here.decide(`${number}-${n}`, department, body);
const approveFirst = (number: string) =>
  decide(number, 1, 'market-supervision', { outcome: 'approved', output: { number: 'N-1' } });
const sweepAt = (minutes: number): Promise<void> => {
  vi.setSystemTime(later(minutes));
  return sweep();
};
const connect = (code: string, body: object) =>
  here
    .as('operator')
    .put(`/departments/${code}`, { webhookUrl: `https://${code}.example.org/hooks`, ...body });
const parcel = (reference: string, event: string, minutes: number) =>
  here.signed(whsec('C'), 'POST', '/courier/events', {
    reference,
    event,
    trackingNumber: 'EA100000017CN',
    at: later(minutes).toISOString(),
  });

type Situation = [
  what: string,
  bring: (number: string) => Promise<unknown>,
  holds: [who: string, what: RegExp][],
];

const situations: Situation[] = [
  [
    'has just been submitted',
    async () => {},
    [['department:market-supervision', /decision on Business registration/]],
  ],
  [
    'has one department behind it and two before it',
    approveFirst,
    [
      ['department:public-security', /Seal engraving/],
      ['department:human-resources', /Social insurance/],
    ],
  ],
  ['is overdue', () => sweepAt(61), [['department:market-supervision', /decision/]]],
  [
    'waits for a correction',
    (number) =>
      decide(number, 1, 'market-supervision', { outcome: 'correction', reason: 'The name is taken' }),
    [['applicant', /correction for Business registration/]],
  ],
  [
    'waits for a hearing',
    (number) =>
      decide(number, 1, 'market-supervision', {
        outcome: 'special-procedure',
        procedure: 'hearing',
        days: 20,
      }),
    [['department:market-supervision', /hearing for Business registration, announced as 20 days/]],
  ],
  [
    'waits for a correction here and a hearing there',
    async (number) => {
      await approveFirst(number);
      await decide(number, 2, 'public-security', { outcome: 'correction', reason: 'Which seals?' });
      await decide(number, 4, 'human-resources', {
        outcome: 'special-procedure',
        procedure: 'hearing',
        days: 5,
      });
    },
    [
      ['applicant', /correction for Seal engraving/],
      ['department:human-resources', /hearing/],
    ],
  ],
  [
    'was corrected',
    async (number) => {
      await decide(number, 1, 'market-supervision', { outcome: 'correction', reason: 'The name is taken' });
      const form = { companyName: '杭州湖滨新禾文化创意有限公司' };
      await here.as('applicant').post(`/applications/${number}/corrections`, { form });
    },
    [['department:market-supervision', /decision/]],
  ],
  [
    'was refused as a whole',
    (number) => decide(number, 1, 'market-supervision', { outcome: 'refused', reason: 'No' }),
    [],
  ],
  [
    'was refused and is objected to',
    async (number) => {
      await decide(number, 1, 'market-supervision', { outcome: 'refused', reason: 'No' });
      const body = { reviews: [`${number}-1`], reason: 'It is right' };
      await here.as('applicant').post(`/applications/${number}/objection`, body);
    },
    [['operators', /objection 1/]],
  ],
  [
    'was withdrawn',
    (number) => here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' }),
    [],
  ],
];

describe('who holds a case up that', () => {
  it.each(situations)('%s', async (_, bring, expected) => {
    const number = await here.accepted();
    await bring(number);
    const found = await holders(number);
    expect(found.map(({ who }) => who)).toEqual(expected.map(([who]) => who));
    expected.forEach(([, what], i) => {
      expect(found[i]?.what).toMatch(what);
    });
  });

  it('is granted and not handed out yet, is on its way, is at the door', async () => {
    const number = await here.concluded();
    expect((await holders(number)).every(({ who }) => who === 'system')).toBe(true);
    await issue(here.message(number, 'application.concluded'));
    expect(await holders(number)).toMatchObject([
      { who: 'courier', what: expect.stringContaining('EA100000017CN') },
    ]);
    expect((await parcel(`${number}/1`, 'delivered', 60)).status).toBe(202);
    expect(await holders(number)).toEqual([]);
  });

  it('waits at the window, and then does not', async () => {
    const number = await here.concluded({ delivery: { method: 'pickup' } });
    await issue(here.message(number, 'application.concluded'));
    expect(await holders(number)).toMatchObject([
      { who: 'applicant', what: expect.stringContaining('fetched') },
    ]);
  });

  it('lost its parcel three times', async () => {
    const number = await here.concluded();
    await issue(here.message(number, 'application.concluded'));
    for (let n = 1; n <= 3; n++) {
      await parcel(`${number}/${n}`, 'lost', n);
      if (n < 3) await issue(here.message(number, 'parcel.lost'));
    }
    expect(await holders(number)).toMatchObject([
      { who: 'operators', what: expect.stringContaining('three times') },
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['has no address', { webhookUrl: null }, /no address/],
    ['is paused', { paused: true }, /paused/],
  ])('waits for a department that %s', async (_, settings, note) => {
    await connect('market-supervision', settings);
    const [holder] = await holders(await here.accepted());
    expect(holder).toMatchObject({ who: 'department:market-supervision', note: expect.stringMatching(note) });
  });

  it('waits for a department whose system fails, and says so', async () => {
    await connect('market-supervision', {});
    const number = await here.accepted();
    here.cloud.answer = () => new Response('', { status: 503 });
    await deliver(here.message(number, 'review.requested'));
    const [holder] = await holders(number);
    expect(holder?.note).toMatch(/its system (answered \d+|did not answer), 1 attempts, failing/);
  });
});

describe('an operator’s lists', () => {
  it('name what is late, escalated and stuck, and nothing else', async () => {
    await connect('market-supervision', {});
    const number = await here.accepted();
    const done = await here.accepted();
    await here.as('applicant').post(`/applications/${done}/withdrawal`, { reason: 'No' });
    expect([await lateCases(), await escalatedReviews(), await stuckCases()]).toEqual([[], [], []]);
    await sweepAt(61);
    await sweepAt(24 * 60 + 61);
    expect(await lateCases()).toMatchObject([{ number, because: 'past its promise' }]);
    expect(await escalatedReviews()).toMatchObject([
      { application: number, department: 'market-supervision', status: 'escalated' },
    ]);
    for (let minutes = 2_000; minutes < 3_000; minutes += 100) await sweepAt(minutes);
    expect((await stuckCases()).map((each) => each.number)).toContain(number);
    expect((await departmentState('market-supervision')).open).toMatchObject([{ review: `${number}-1` }]);
  });
});

describe('a repair', () => {
  it('says and does what is safe to repeat, and nothing where nothing is missing', async () => {
    await connect('market-supervision', {});
    const number = await here.accepted();
    const steps = repairsOf(await readWhole(number));
    expect(steps.map(({ what }) => what)).toEqual([
      'carry journal entry 1 again, for its message and execution and webhook',
    ]);
    for (const { run } of steps) await run();
    const [first] = here.journal(number);
    expect((first as unknown as { again: number }).again).toBe(1);
    expect(await replayCase(await readWhole(number))).toBe(1);
  });

  it('takes up an execution that was stopped, unless its round is decided', async () => {
    const number = await here.accepted();
    here.cloud.executions.set(number, 'ABORTED');
    const words = async () => repairsOf(await readWhole(number)).map(({ what }) => what);
    expect(await words()).toContain(`redrive the execution ${number} (aborted)`);
    await decide(number, 1, 'market-supervision', { outcome: 'refused', reason: 'No' });
    expect((await words()).join()).not.toContain('redrive');
  });
});

describe('the story of a case', () => {
  it('reads as an operator needs it', async () => {
    const number = await here.accepted();
    await sweepAt(61);
    const story = storyOf(await readWhole(number), (name) => `link of ${name}`);
    const lines = storyLines(story, later(61)).join('\n');
    expect(lines).toMatch(
      /department:market-supervision owes the decision on Business registration, since .* \(1\.0 h\), was due .*, OVERDUE, it has no address/,
    );
    expect(lines).toContain(`link of ${number}`);
    expect(lines).toContain('What happens next');
    expect(lines).not.toMatch(/王建国|330102198503121017|13857100001/);
    expect(when(monday.toISOString())).toBe('2026-11-23 10:00');
  });
});
