/**
 * Each call that changes a case, in each status that a case can be in: it is taken, or there is one clear problem, and
 * then nothing has changed. What comes of it is written into docs/wrong-state.md (`npm test -- wrong-state -u`).
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApplicationStatus, applicationStatuses } from '../../functions/cases/status.ts';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { seedCatalogue, withServices } from '../support/catalogue.ts';
import type { Json } from '../support/client.ts';
import { dismantle, whsec } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';
import { buildingAcceptance, nightWorks, streetFair } from '../support/services.ts';

const { published } = withServices(buildingAcceptance, nightWorks, streetFair);

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
  seedCatalogue(here.cloud.table, 'main', published);
});
afterEach(dismantle);

const first = async (number: string, body: Json): Promise<string> => {
  await here.decide(`${number}-1`, 'market-supervision', body);
  return number;
};
const parcel = async (...events: string[]): Promise<string> => {
  const number = await here.concluded();
  await issue(here.message(number, 'application.concluded'));
  for (const event of events) await track(number, event);
  return number;
};

/** The way to each status; nothing leads into the others yet. */
const ways: Partial<Record<ApplicationStatus, () => Promise<string>>> = {
  submitted: () => here.submitted(structuredClone(streetFair.example)),
  'not-accepted': async () => {
    const number = await here.submitted(structuredClone(streetFair.example));
    const { reviews } = await here.read(number);
    await here.decide(reviews[0].id, reviews[0].department, { outcome: 'not-accepted', reason: 'No' });
    return number;
  },
  'in-review': () => here.accepted(),
  'awaiting-correction': async () =>
    first(await here.accepted(), { outcome: 'correction', reason: 'Unclear', fields: ['/form/companyName'] }),
  'special-procedure': async () => {
    const number = await here.submitted(structuredClone(nightWorks.example));
    await here.decide(`${number}-1`, 'housing', { outcome: 'hearing-offered' });
    return number;
  },
  'awaiting-condition': async () => {
    const number = await here.submitted(structuredClone(buildingAcceptance.example));
    await here.decide(`${number}-1`, 'housing', { outcome: 'approved', output: { number: 'N-1' } });
    return number;
  },
  approved: () => here.concluded(),
  'partly-approved': async () => {
    const number = await here.accepted();
    const { reviews } = await here.read(number);
    for (const { id, department } of reviews)
      await here.decide(
        id,
        department,
        department === 'human-resources'
          ? { outcome: 'refused', reason: 'No' }
          : { outcome: 'approved', output: { number: 'N-1' } },
      );
    return number;
  },
  refused: async () => first(await here.accepted(), { outcome: 'refused', reason: 'No' }),
  issuing: () => parcel(),
  delivering: () => parcel('collected'),
  'ready-for-pickup': async () => {
    const { recipient, phone, address, ...delivery } = here.example().delivery;
    const number = await here.concluded({ delivery: { ...delivery, method: 'pickup' } });
    await issue(here.message(number, 'application.concluded'));
    return number;
  },
  completed: () => parcel('delivered'),
  withdrawn: async () => {
    const number = await here.accepted();
    await post(number, 'withdrawal', { reason: 'Another plan' });
    return number;
  },
};

const post = (number: string, what: string, body: Json, role = 'applicant'): Promise<Reply> =>
  here.as(role).post(`/applications/${number}/${what}`, body);
const track = (number: string, event: string): Promise<Reply> =>
  here.signed(whsec('C'), 'POST', '/courier/events', {
    reference: `${number}/1`,
    trackingNumber: 'EA100000017CN',
    event,
  });
const decide = async (number: string, outcome: Json): Promise<Reply> => {
  const { reviews } = await here.read(number);
  const [{ id, department }] = reviews;
  return here.decide(id, department, outcome);
};

/** Each as somebody would make it who may make it, on the first review, field or condition. */
const calls: Record<string, (number: string) => Promise<Reply>> = {
  'POST /applications/{id}/corrections': (number) =>
    post(number, 'corrections', { form: { companyName: '杭州湖滨新青禾文化创意有限公司' } }),
  'POST /applications/{id}/supplements': (number) =>
    post(number, 'supplements', { materials: [{ code: 'health-check-certificate' }] }),
  'POST /applications/{id}/withdrawal': (number) => post(number, 'withdrawal', { reason: 'Another plan' }),
  'POST /applications/{id}/conversion': (number) =>
    post(number, 'conversion', { condition: 'building-finished', evidence: 'Record 17' }),
  'POST /applications/{id}/hearing': (number) => post(number, 'hearing', { review: `${number}-1` }),
  'POST /applications/{id}/objection': (number) =>
    post(number, 'objection', { reviews: [`${number}-1`], reason: 'I disagree' }),
  'POST /applications/{id}/objections/{objection}/decision': (number) =>
    post(number, 'objections/1/decision', { outcome: 'upheld', reason: 'Looked at again' }, 'operator'),
  'POST /applications/{id}/collection': (number) => post(number, 'collection', { code: '00000000' }),
  'POST /reviews/{id}/decisions, accepted': (number) => decide(number, { outcome: 'accepted' }),
  'POST /reviews/{id}/decisions, not accepted': (number) =>
    decide(number, { outcome: 'not-accepted', reason: 'Lies elsewhere' }),
  'POST /reviews/{id}/decisions, approved': (number) =>
    decide(number, { outcome: 'approved', output: { number: 'N-2' } }),
  'POST /reviews/{id}/decisions, correction': (number) =>
    decide(number, { outcome: 'correction', reason: 'Illegible', fields: ['/form/companyName'] }),
  'POST /reviews/{id}/decisions, special procedure': (number) =>
    decide(number, { outcome: 'special-procedure', procedure: 'hearing' }),
  'POST /operations/cases/{id}/repair': (number) =>
    here.as('operator').post(`/operations/cases/${number}/repair`),
  'POST /operations/cases/{id}/anew': (number) =>
    here.as('operator').post(`/operations/cases/${number}/anew`),
  'POST /courier/events': (number) => track(number, 'in-transit'),
};

const told = new Map<string, string>();
const wordOf = ({ status, body }: Reply): string =>
  status < 300 ? 'taken' : `${status} ${body.type.split(':').at(-1)}`;

describe.each(Object.entries(ways))('a case that is %s', (status, come) => {
  it.each(Object.entries(calls))('answers %s with one clear word', async (name, call) => {
    const number = await come();
    const before = await here.read(number);
    expect(before.status).toBe(status);
    const journal = here.journal(number).length;
    const reply = await call(number);
    expect(reply.status).toBeLessThan(500);
    if (reply.status >= 300) {
      expect(reply.body.detail).toMatch(/^[A-Z].*[.!?]$/);
      expect((await here.read(number)).status).toBe(status);
      if (name !== 'POST /applications/{id}/collection') expect(here.journal(number)).toHaveLength(journal);
    }
    told.set(`${status} ${name}`, wordOf(reply));
  });
});

const page = (): string => {
  const statuses = applicationStatuses.filter((status) => status in ways);
  const rows = Object.keys(calls).map(
    (name) => `| \`${name}\` | ${statuses.map((status) => told.get(`${status} ${name}`)).join(' | ')} |`,
  );
  return [
    '# Each call in each status',
    '',
    'What a call that changes a case answers, by the status that the case is in, when whoever may make it makes it rightly otherwise, on the first review. Where it is not taken, nothing has changed. This page is written by [the test that makes these calls](../test/handlers/wrong-state.test.ts).',
    '',
    `| Call | ${statuses.map((status) => `\`${status}\``).join(' | ')} |`,
    `|---|${statuses.map(() => '---|').join('')}`,
    ...rows,
    '',
  ].join('\n');
};

it('is told on a page of the documents', async ({ skip }) => {
  const isWhole = told.size === Object.keys(ways).length * Object.keys(calls).length;
  skip(!isWhole, 'Run in part, it knows only a part.');
  await expect(page()).toMatchFileSnapshot('../../docs/wrong-state.md');
});
