/** "Why is this case late and who holds it up?": one command, right in whatever state a case is. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { handler as deliver } from '../../functions/departments/deliver-webhook.ts';
import { writeConnection } from '../../functions/departments/store.ts';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { type Holder, holdersOf } from '../../functions/operations/holders.ts';
import {
  departmentState,
  escalatedReviews,
  lateCases,
  stuckCases,
} from '../../functions/operations/lists.ts';
import { readWhole } from '../../functions/operations/read.ts';
import { carryOut, repairsOf } from '../../functions/operations/repair.ts';
import { replayCase } from '../../functions/operations/replay.ts';
import { storyOf } from '../../functions/operations/story.ts';
import { handOverAnew, pauseDepartment } from '../../infra/ops/act.ts';
import { departmentLines, reviewLines, storyLines, when } from '../../infra/ops/render.ts';
import { later, monday } from '../support/cases.ts';
import { seedCatalogue, withServices } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { dismantle, whsec } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';
import { Receiver } from '../support/receiver.ts';
import { buildingAcceptance, nightWorks, streetFair } from '../support/services.ts';

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

async function lostThrice(): Promise<string> {
  const number = await here.concluded();
  await issue(here.message(number, 'application.concluded'));
  for (let n = 1; n <= 3; n++) {
    await parcel(`${number}/${n}`, 'lost', n);
    if (n < 3) await issue(here.message(number, 'parcel.lost'));
  }
  return number;
}

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
      expect(found[i]?.what.en).toMatch(what);
      // Both languages speak of the same; neither is left out.
      expect(found[i]?.what.zh).toMatch(/[一-龥]/);
    });
  });

  it('is granted and not handed out yet, is on its way, is at the door', async () => {
    const number = await here.concluded();
    expect((await holders(number)).every(({ who }) => who === 'system')).toBe(true);
    await issue(here.message(number, 'application.concluded'));
    expect(await holders(number)).toMatchObject([
      { who: 'courier', what: { en: expect.stringContaining('EA100000017CN') } },
    ]);
    expect((await parcel(`${number}/1`, 'delivered', 60)).status).toBe(202);
    expect(await holders(number)).toEqual([]);
  });

  it('waits at the window, and then does not', async () => {
    const number = await here.concluded({ delivery: { method: 'pickup' } });
    await issue(here.message(number, 'application.concluded'));
    expect(await holders(number)).toMatchObject([
      { who: 'applicant', what: { en: expect.stringContaining('fetched') } },
    ]);
  });

  it('came back from the door and lies at the window', async () => {
    const number = await here.concluded();
    await issue(here.message(number, 'application.concluded'));
    await parcel(`${number}/1`, 'returned', 60);
    expect(await holders(number)).toMatchObject([
      { who: 'applicant', what: { en: expect.stringContaining('fetched at the window') } },
    ]);
  });

  it('lost its parcel once, and is sent again', async () => {
    const number = await here.concluded();
    await issue(here.message(number, 'application.concluded'));
    await parcel(`${number}/1`, 'lost', 1);
    expect(await holders(number)).toMatchObject([
      { who: 'system', what: { en: expect.stringContaining('to be sent again') } },
    ]);
  });

  it('lost its parcel three times, until its outputs are made anew', async () => {
    const number = await lostThrice();
    expect(await holders(number)).toMatchObject([
      { who: 'operators', what: { en: expect.stringContaining('three times') } },
    ]);
    await handOverAnew(number);
    expect(await holders(number)).toMatchObject([
      { who: 'applicant', what: { en: expect.stringContaining('fetched at the window') } },
    ]);
    expect(here.journal(number).at(-1)).toMatchObject({
      by: { capacity: 'operator', subject: expect.stringMatching(/^ops:/) },
      events: [{ type: 'pickup.ready' }],
    });
    await expect(handOverAnew(number)).rejects.toThrow('No parcel of this application was given up.');
  });

  it.each<[string, object, RegExp]>([
    ['has no address', { webhookUrl: null }, /no address/],
    ['is paused', { paused: true }, /paused/],
  ])('waits for a department that %s', async (_, settings, note) => {
    await connect('market-supervision', settings);
    const [holder] = await holders(await here.accepted());
    expect(holder).toMatchObject({
      who: 'department:market-supervision',
      note: { en: expect.stringMatching(note) },
    });
  });

  it('waits for a department whose system fails, and says so', async () => {
    await connect('market-supervision', {});
    const number = await here.accepted();
    here.cloud.answer = () => new Response('', { status: 503 });
    await deliver(here.message(number, 'review.requested'));
    const [holder] = await holders(number);
    expect(holder?.note?.en).toMatch(/its system (answered \d+|did not answer), 1 attempts, failing/);
  });
});

describe('an operator’s lists', () => {
  it('name what is late, escalated and stuck, and nothing else', async () => {
    await connect('market-supervision', {});
    const number = await here.accepted();
    const done = await here.accepted();
    await here.as('applicant').post(`/applications/${done}/withdrawal`, { reason: 'No' });
    expect([await lateCases(), await escalatedReviews(new Date()), await stuckCases()]).toEqual([[], [], []]);
    await sweepAt(61);
    await sweepAt(24 * 60 + 61);
    expect(await lateCases()).toMatchObject([{ number, because: 'past its promise' }]);
    expect(await escalatedReviews(new Date())).toMatchObject([
      { application: number, department: 'market-supervision', status: 'escalated' },
    ]);
    for (let minutes = 2_000; minutes < 3_000; minutes += 100) await sweepAt(minutes);
    expect((await stuckCases()).map((each) => each.number)).toContain(number);
    expect((await departmentState('market-supervision')).open).toMatchObject([{ review: `${number}-1` }]);
  });

  it('name an escalated review of a department that nobody ever connected', async () => {
    const number = await here.accepted();
    await sweepAt(61);
    await sweepAt(24 * 60 + 61);
    expect(await escalatedReviews(new Date())).toMatchObject([{ application: number }]);
  });

  it('say of a department what it took last and what it does not take', async () => {
    vi.stubEnv('PRIVATE_DESTINATIONS', 'allowed');
    const receiver = await new Receiver().open();
    await connect('market-supervision', { webhookUrl: receiver.url });
    const taken = await here.accepted();
    await deliver(here.message(taken, 'review.requested'));
    receiver.answer = () => 503;
    const refused = await here.accepted();
    await deliver(here.message(refused, 'review.requested'));
    receiver.close();
    expect(await departmentState('market-supervision')).toMatchObject({
      tookLast: expect.stringMatching(/^2026-/),
      failing: [{ review: `${refused}-1`, type: 'review.requested', attempts: 1, answer: 503 }],
    });
  });
});

describe('whom to call', () => {
  const contact = {
    name: '值班室',
    phone: '0571-00000001',
    email: 'market-supervision@example.org',
    hours: { en: 'working days 8:30 to 17:00' },
  };
  const line = 'call 值班室, 0571-00000001, market-supervision@example.org, working days 8:30 to 17:00';

  it('is said of a department, and of each escalated review', async () => {
    const state = await departmentState('market-supervision');
    expect(state).toMatchObject({ contact });
    expect(departmentLines(state)[1]).toBe(line);
    await here.accepted();
    await sweepAt(61);
    await sweepAt(24 * 60 + 61);
    const escalated = await escalatedReviews(new Date());
    expect(escalated).toMatchObject([{ contact }]);
    expect(reviewLines(escalated, 'none')[0]).toContain(line);
  });

  it('is said to be nowhere, where the catalogue does not say it', async () => {
    const settings = { webhookUrl: 'https://canary.example.org/hooks', paused: false };
    await writeConnection('canary', { paused: false, version: 0 }, settings, { capacity: 'operator' });
    expect(departmentLines(await departmentState('canary'))[1]).toBe(
      'the catalogue does not say whom to call',
    );
  });

  it('is told to operators alone', async () => {
    const { body } = await here.as('operator').get('/departments/market-supervision');
    expect(body.contact).toMatchObject(contact);
    const open = await Promise.all(
      ['/catalogue?limit=100', '/catalogue/business-opening'].map((path) => here.send('GET', path)),
    );
    expect(open[1]?.body.departments).toContainEqual({
      code: 'market-supervision',
      name: expect.anything(),
    });
    const told = JSON.stringify(open.map((reply) => reply.body));
    expect(told.match(/0571-0000|market-supervision@/)).toBeNull();
  });
});

describe('a department', () => {
  it('is paused and resumed with its address kept, as who did it', async () => {
    await connect('market-supervision', {});
    await pauseDepartment('market-supervision', true);
    expect(await departmentState('market-supervision')).toMatchObject({
      webhookUrl: 'https://market-supervision.example.org/hooks',
      receives: false,
      paused: true,
    });
    await pauseDepartment('market-supervision', false);
    expect(await departmentState('market-supervision')).toMatchObject({ receives: true });
    expect(here.journal('market-supervision').map(({ by }) => by.subject)).toEqual([
      'operator-1',
      expect.stringMatching(/^ops:/),
      expect.stringMatching(/^ops:/),
    ]);
    await expect(pauseDepartment('bank', true)).rejects.toThrow('was never connected');
  });
});

/** Somebody's turn, by what everybody may read of a case. */
const heldInPublic = async (number: string): Promise<string[]> => {
  const { reviews, status, objections = [] } = await here.read(number);
  const open = status === 'withdrawn' ? [] : reviews;
  return [
    ...open.flatMap((review: Json) => {
      if (review.status === 'correction') return [`applicant ${review.id}`];
      const isAsked = review.status === 'requested' || review.status === 'overdue';
      return isAsked ? [`department:${review.department} ${review.id}`] : [];
    }),
    ...objections.filter((each: Json) => each.status === 'filed').map(() => 'operators -'),
  ].toSorted();
};

describe('twenty cases, each with a history of its own', () => {
  /** Something that may happen to a case in the state that it is in; the clock goes on, overdue ones are marked. */
  async function happen(number: string, pick: <T>(from: readonly T[]) => T): Promise<void> {
    const { reviews, status } = await here.read(number);
    const asked = reviews.filter((each: Json) => ['requested', 'overdue'].includes(each.status));
    const decideAs = (body: object) => async (): Promise<unknown> => {
      const review = pick<Json>(asked);
      return here.decide(review.id, review.department, body);
    };
    const acts: (() => Promise<unknown>)[] = [
      ...(asked.length > 0
        ? [
            decideAs({ outcome: 'approved', output: { number: 'N-1' } }),
            decideAs({ outcome: 'approved', output: { number: 'N-2' } }),
            decideAs({ outcome: 'refused', reason: 'No' }),
            decideAs({ outcome: 'correction', reason: 'Say more' }),
            decideAs({ outcome: 'special-procedure', procedure: 'hearing', days: 5 }),
          ]
        : []),
      ...(status === 'awaiting-correction'
        ? [() => here.as('applicant').post(`/applications/${number}/corrections`, { form: { employees: 7 } })]
        : []),
      () => sweep(),
    ];
    await pick(acts)();
  }

  it.each(Array.from({ length: 20 }, (_, i) => i + 1))('are told right (history %i)', async (seed) => {
    let state = seed * 2_654_435_761;
    const pick = <T>(from: readonly T[]): T => {
      state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
      return from[state % from.length] as T;
    };
    const number = await here.accepted();
    for (let step = 1; step <= 9; step++) {
      vi.setSystemTime(later(step * 40 * (1 + (seed % 4))));
      await happen(number, pick);
      const told = (await holders(number))
        .filter(({ who, review }) => review !== undefined || who === 'operators')
        .map(({ who, review = '-' }) => `${who} ${review}`);
      expect(told.toSorted(), `step ${step}`).toEqual(await heldInPublic(number));
    }
  });
});

describe('a repair', () => {
  it('says and does what is safe to repeat, and nothing where nothing is missing', async () => {
    await connect('market-supervision', {});
    const number = await here.accepted();
    const steps = repairsOf(await readWhole(number));
    expect(steps.map(({ what }) => what.en)).toEqual([
      'carry journal entry 1 again, for its message and execution and webhook',
    ]);
    expect(await carryOut(steps)).toMatchObject([{ kind: 'relay', done: true }]);
    const [first] = here.journal(number);
    expect((first as unknown as { again: number }).again).toBe(1);
    expect(await replayCase(number)).toBe(1);
  });

  it('takes up an execution that was stopped, unless its round is decided', async () => {
    const number = await here.accepted();
    here.cloud.executions.set(number, 'ABORTED');
    const words = async () => repairsOf(await readWhole(number)).map(({ what }) => what.en);
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

describe('who holds a case up before a department may decide', () => {
  /** A case of a service that only tests know. */
  async function filed(service: Service): Promise<string> {
    seedCatalogue(here.cloud.table, 'main', withServices(service).published);
    return here.submitted(structuredClone(service.example) as Json);
  }
  const story = async (number: string) => storyOf(await readWhole(number), () => undefined);

  it('is the department that has to accept, until silence means accepted; nobody, once it has not', async () => {
    const number = await filed(streetFair);
    const dueAt = '2026-11-30T09:00:00.000Z';
    expect(await story(number)).toMatchObject({
      heldBy: [
        {
          who: 'department:culture-tourism-sports',
          what: { en: expect.stringContaining('acceptance') },
          until: dueAt,
          note: { en: expect.stringContaining('no address') },
        },
      ],
      next: expect.arrayContaining([
        { at: dueAt, what: expect.objectContaining({ en: 'silence means accepted' }) },
      ]),
    });
    await decide(number, 1, 'culture-tourism-sports', { outcome: 'not-accepted', reason: 'Elsewhere' });
    expect((await story(number)).heldBy).toEqual([]);
  });

  it('is nobody outside, where the application is not accepted', async () => {
    const number = await filed({ ...buildingAcceptance, acceptance: 'by-hand' });
    expect((await holders(number)).map(({ who }) => who)).toEqual(['department:housing']);
    await decide(number, 1, 'housing', { outcome: 'not-accepted', reason: 'Elsewhere' });
    expect(await holders(number)).toEqual([]);
  });

  it('is the applicant while a hearing may be asked for, and then the department', async () => {
    const number = await filed(nightWorks);
    await decide(number, 1, 'housing', { outcome: 'hearing-offered' });
    const until = '2026-11-30T09:00:00.000Z';
    const { heldBy, next } = await story(number);
    expect(heldBy[0]).toMatchObject({
      who: 'applicant',
      what: { en: expect.stringContaining('hearing') },
      until,
    });
    expect(next.find(({ at }) => at === until)?.what.en).toMatch(/hearing/);
    await here.as('applicant').post(`/applications/${number}/hearing`, { review: `${number}-1` });
    expect((await holders(number))[0]).toMatchObject({ who: 'department:housing' });
  });

  it('is told with what comes next: a reminder is not yet overdue, and what may follow has its day', async () => {
    const number = await filed({ ...streetFair, acceptance: 'automatic' });
    const { next } = await story(number);
    const review = here.cloud.rows.find(({ sk }) => sk === `REVIEW#${number}-1`) as Json;
    expect(review.remindAt < review.dueAt).toBe(true);
    const said = (at: string, of: RegExp): boolean =>
      next.some((each) => each.at === at && of.test(each.what.en));
    expect(said(review.remindAt, /reminded of fair-permit before/)).toBe(true);
    expect(said(review.remindAt, /fair-permit.*overdue|overdue.*fair-permit/)).toBe(false);
    expect(said(review.dueAt, /overdue with fair-permit/)).toBe(true);
    expect(said('2026-11-27T09:00:00.000Z', /health-check-certificate/)).toBe(true);
  });
});
