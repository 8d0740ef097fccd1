/** HTTP: applications. Parses, asks the rules, commits, answers. */
import * as z from 'zod/mini';
import { askForHearing } from '../approvals/hearing.ts';
import { withdraw } from '../approvals/progress.ts';
import { decideObjection, fileObjection, meetCondition } from '../approvals/rounds.ts';
import { readJournal, wholeJournal } from '../cases/journal.ts';
import {
  type Action,
  actorOf,
  forbidParty,
  may,
  requirePermission,
  requireRole,
  type Subject,
} from '../cases/permissions.ts';
import { changeCase, commit, loadCase, NumberTaken } from '../cases/store.ts';
import type { Case, PlannedReview } from '../cases/types.ts';
import { partialView, summary, timeline, view } from '../cases/views.ts';
import { calendar, centre } from '../catalogue/centre.ts';
import { businessNow } from '../clock/now.ts';
import { pickUp, readyForPickup, wrongCode } from '../fulfilment/delivery.ts';
import { pickupCode } from '../fulfilment/pickup-code.ts';
import { setting } from '../platform/env.ts';
import { type Answer, apiHandler, parse, parseQuery, type Request } from '../platform/http.ts';
import { once } from '../platform/idempotency.ts';
import { correlate, log } from '../platform/log.ts';
import { count } from '../platform/metrics.ts';
import { decodeCursor, encodeCursor } from '../platform/paging.ts';
import { notFound, Problem } from '../platform/problems.ts';
import { syntheticRegion } from '../platform/synthetic.ts';
import type { User } from '../platform/user.ts';
import type { calls } from './calls.ts';
import { bodies, checkSubmission, isInForm } from './check.ts';
import { explainedLimits } from './clock.ts';
import { correct } from './correct.ts';
import { countCodeTry, countSubmission } from './limits.ts';
import { type ApplicationsQuery, applicationsQuery, timelineQuery } from './queries.ts';
import { listAll, listOwn } from './store.ts';
import { newCase, newNumber } from './submit.ts';
import { supplement } from './supplement.ts';

const eTag = (version: number): string => `"${version}"`;

async function submit(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'application:submit');
  return once(request, async (receipt) => {
    // Not before a repetition has its answer: the catalogue may have changed since, and would refuse what was taken.
    const checked = await checkSubmission(request.body, user);
    await countSubmission(user, checked.given.applicant.phone);
    // Only now: what is refused leaves its uploads to expire.
    const materials = await checked.takeMaterials();
    const taken = { ...checked, given: { ...checked.given, materials } };
    const at = await businessNow();
    for (let attempt = 1; ; attempt++) {
      const number = newNumber(user.canary ? syntheticRegion : centre.region, at);
      correlate(number);
      const { created, events } = await newCase(number, taken, user, at);
      const answer: Answer = {
        status: 201,
        body: summary(created.application),
        headers: { location: `${setting('API_URL')}/applications/${number}`, etag: eTag(1) },
      };
      try {
        await commit(
          undefined,
          created,
          { events, by: actorOf(user, 'application:submit'), at },
          receipt(answer),
        );
      } catch (error) {
        if (error instanceof NumberTaken && attempt < 3) continue;
        throw error;
      }
      log.info('Submitted', { service: checked.given.service, channel: checked.given.channel });
      count('ApplicationsSubmitted', number);
      return answer;
    }
  });
}

/** @throws Problem forbidden naming what only operators may ask for */
function forbidOperatorsFilters({ late, stuck, department }: ApplicationsQuery): void {
  const given = Object.entries({ late, stuck, department }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (given.length > 0) throw new Problem('forbidden', `Only operators may ask for ${given.join(', ')}.`);
}

async function list(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'application:list');
  const query = parseQuery(applicationsQuery, request.query);
  const isOperator = user.roles.includes('operator');
  if (!isOperator) forbidOperatorsFilters(query);
  const page = isOperator ? await listAll(query, await businessNow()) : await listOwn(user.subject, query);
  return { status: 200, body: { ...page, items: page.items.map(summary) } };
}

/** The case named by the path, if the caller may do this with it. */
async function permitted(
  request: Request,
  action: Action,
  departments?: (found: Case) => string[],
): Promise<Case> {
  if (!request.user) throw new Problem('unauthenticated', 'Send a bearer token.');
  // Whoever may not do this at all does not learn what exists.
  requireRole(request.user, action);
  const number = request.params.id ?? '';
  const found = await loadCase(number);
  if (!found) throw notFound('application');
  correlate(number);
  check(request, action, found, departments?.(found));
  return found;
}

/** What the table of permissions asks about a case. */
const subjectOf = ({ application }: Case, departments?: string[]): Subject => ({
  parties: application.parties,
  status: application.status,
  ...(departments ? { departments } : {}),
});

function check(request: Request, action: Action, found: Case, departments?: string[]): void {
  const { application } = found;
  requirePermission(request.user, action, subjectOf(found, departments));
  const expected = request.headers['if-match'];
  if (expected && expected !== '*' && expected !== eTag(application.version)) {
    throw new Problem('precondition-failed', `The application is at version ${application.version}.`);
  }
}

async function read(request: Request): Promise<Answer> {
  const found = await permitted(request, 'application:read');
  return { status: 200, body: view(found), headers: { etag: eTag(found.application.version) } };
}

/** The version after which a page of the timeline begins. */
function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const after = z.int().check(z.minimum(0), z.maximum(999_998)).safeParse(decodeCursor(cursor)?.after);
  if (after.success) return after.data;
  throw new Problem('malformed-request', 'The cursor is not one that a list of ours returned.');
}

async function readTimeline(request: Request): Promise<Answer> {
  const { limit, cursor } = parseQuery(timelineQuery, request.query);
  const { application } = await permitted(request, 'application:read');
  const after = placeOf(cursor);
  const { entries, more } = await readJournal(application.number, after, limit);
  const last = entries.at(-1)?.version;
  const isOperator = request.user?.roles.includes('operator') ?? false;
  return {
    status: 200,
    body: {
      items: timeline(entries, isOperator),
      ...(more && last ? { cursor: encodeCursor({ after: last }) } : {}),
    },
  };
}

/** Departments that have to do with a case. */
const departmentsConcerned = ({ dossier }: Case): string[] =>
  dossier.plan.map(({ department }) => department);

async function readClock(request: Request): Promise<Answer> {
  const found = await permitted(request, 'application:explain', departmentsConcerned);
  const { roles, departments } = request.user as User;
  // An officer who is nobody else here sees the limits of the case and of the own department.
  const only = may(request.user as User, 'application:read', subjectOf(found)) ? undefined : departments;
  const journal = await wholeJournal(found.application.number);
  const limits = explainedLimits(found, journal, calendar, roles.includes('officer') ? only : undefined);
  return { status: 200, body: { limits }, headers: { etag: eTag(found.application.version) } };
}

/** What a user who may not read the application sees of it: who hands out, what it is; an officer, the own items. */
function partFor({ departments }: User, action: Action, { dossier: { plan } }: Case): PlannedReview[] {
  return action === 'application:collect'
    ? plan.map((planned) => ({ ...planned, fields: [], materials: [] }))
    : plan.filter(({ department }) => departments.includes(department));
}

/** What whoever has done something is answered: no more than they may read. */
function answerOf(user: User, action: Action, found: Case): Answer {
  const isWhole = may(user, 'application:read', subjectOf(found));
  return {
    status: 200,
    body: isWhole ? view(found) : partialView(found, partFor(user, action, found)),
    headers: { etag: eTag(found.application.version) },
  };
}

/** A change that its people make: permission is checked on the very state that is changed. */
async function change(
  request: Request,
  action: Action,
  decide: (found: Case, at: Date) => ReturnType<Parameters<typeof changeCase>[1]>,
  departments?: (found: Case) => string[],
  isAnswer = (): boolean => true,
): Promise<Answer> {
  return once(request, async (receipt) => {
    const before = await permitted(request, action, departments);
    const { application } = before;
    const user = request.user as User;
    const subject = subjectOf(before, departments?.(before));
    const after = await changeCase(
      application.number,
      (found, at) => {
        check(request, action, found, departments?.(found));
        return decide(found, at);
      },
      {
        by: actorOf(user, action, subject),
        found: before,
        receipt: (done) => (isAnswer() ? receipt(answerOf(user, action, done)) : undefined),
      },
    );
    if (!after) throw notFound('application');
    return answerOf(user, action, after);
  });
}

async function correctIt(request: Request): Promise<Answer> {
  const given = parse((await bodies()).correction, request.body, '', isInForm);
  return change(request, 'application:correct', (found, at) => correct(found, given, at));
}

async function supplementIt(request: Request): Promise<Answer> {
  const given = parse((await bodies()).supplement, request.body);
  return change(request, 'application:supplement', (found, at) => supplement(found, given, at));
}

async function withdrawIt(request: Request): Promise<Answer> {
  const { reason } = parse((await bodies()).withdrawal, request.body);
  return change(request, 'application:withdraw', (found, at) => withdraw(found, reason, calendar, at));
}

/** The consignment that a code opens, if it opens one. */
async function openedBy(found: Case, code: string): Promise<string | undefined> {
  const codes = await Promise.all(
    readyForPickup(found).map((each) => pickupCode(found.application.number, each)),
  );
  return readyForPickup(found)[codes.indexOf(code)]?.id;
}

/** A wrong code is written down before it is refused. */
async function collect(request: Request): Promise<Answer> {
  const { code } = parse((await bodies()).collection, request.body);
  let isWrong = false;
  // Once a request, however many races it loses.
  let counted: Promise<void> | undefined;
  const collectIt = async (found: Case, at: Date) => {
    counted ??= countCodeTry(request.user as User);
    await counted;
    const opened = await openedBy(found, code);
    isWrong = opened === undefined;
    return pickUp(found, opened, at);
  };
  const answer = await change(request, 'application:collect', collectIt, undefined, () => !isWrong);
  if (isWrong) throw wrongCode();
  return answer;
}

/** The department that a condition belongs to, for its officers. */
const ownersOf = (code: string) => (found: Case) =>
  found.dossier.conditions.flatMap((each) =>
    each.code === code && each.department ? [each.department] : [],
  );

async function convert(request: Request): Promise<Answer> {
  const given = parse((await bodies()).conversionBody, request.body);
  return change(
    request,
    'application:convert',
    (found, at) => meetCondition(found, given, calendar, at),
    ownersOf(given.condition),
  );
}

async function askForTheHearing(request: Request): Promise<Answer> {
  const given = parse((await bodies()).hearingBody, request.body);
  return change(request, 'application:ask-for-hearing', (found, at) =>
    askForHearing(found, given, calendar, at),
  );
}

async function object(request: Request): Promise<Answer> {
  const given = parse((await bodies()).objectionBody, request.body);
  return change(request, 'application:object', (found, at) => fileObjection(found, given, at));
}

/** Officers of the departments whose refusals an objection is against. */
const departmentsOf = (id: string) => (found: Case) => {
  const against = found.objections.find((objection) => objection.id === id)?.reviews ?? [];
  return found.reviews.filter((review) => against.includes(review.id)).map(({ department }) => department);
};

/** An officer decides for his own departments only; an operator for all. @throws Problem forbidden */
function forbidOthers({ roles, departments }: User, concerned: string[]): void {
  if (roles.includes('operator') || concerned.every((each) => departments.includes(each))) return;
  throw new Problem('forbidden', 'The objection is also against the refusal of another department.');
}

/** @throws Problem forbidden to a party of the case */
async function decideTheObjection(request: Request): Promise<Answer> {
  const given = parse((await bodies()).objectionDecisionBody, request.body);
  const { objection = '' } = request.params;
  const user = request.user as User;
  return change(
    request,
    'objection:decide',
    (found, at) => {
      forbidParty(user, found);
      forbidOthers(user, departmentsOf(objection)(found));
      return decideObjection(found, objection, given, user.subject, calendar, at);
    },
    departmentsOf(objection),
  );
}

export const handler = apiHandler<typeof calls>({
  'POST /applications': submit,
  'GET /applications': list,
  'GET /applications/{id}': read,
  'GET /applications/{id}/timeline': readTimeline,
  'GET /applications/{id}/clock': readClock,
  'POST /applications/{id}/corrections': correctIt,
  'POST /applications/{id}/supplements': supplementIt,
  'POST /applications/{id}/withdrawal': withdrawIt,
  'POST /applications/{id}/collection': collect,
  'POST /applications/{id}/conversion': convert,
  'POST /applications/{id}/hearing': askForTheHearing,
  'POST /applications/{id}/objection': object,
  'POST /applications/{id}/objections/{objection}/decision': decideTheObjection,
});
