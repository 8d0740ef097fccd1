/** HTTP: applications. Parses, asks the rules, commits, answers. */
import * as z from 'zod';
import { withdraw } from '../approvals/progress.ts';
import type { Actor } from '../cases/events.ts';
import { readJournal } from '../cases/journal.ts';
import { type Action, requirePermission } from '../cases/permissions.ts';
import { changeCase, commit, loadCase, NumberTaken } from '../cases/store.ts';
import type { Case } from '../cases/types.ts';
import { summary, timeline, view } from '../cases/views.ts';
import { catalogue } from '../catalogue/catalogue.ts';
import { businessNow } from '../clock/now.ts';
import { pickUp } from '../fulfilment/delivery.ts';
import { pickupCode } from '../fulfilment/pickup-code.ts';
import { type Answer, apiHandler, pageQuery, parse, type Request } from '../platform/http.ts';
import { once } from '../platform/idempotency.ts';
import { correlate, log } from '../platform/log.ts';
import { count } from '../platform/metrics.ts';
import { decodeCursor, encodeCursor } from '../platform/paging.ts';
import { notFound, Problem } from '../platform/problems.ts';
import type { User } from '../platform/user.ts';
import { checkSubmission, isInForm } from './check.ts';
import { correct } from './correct.ts';
import { countCodeTry, countSubmission } from './limits.ts';
import { collection, correction, withdrawal } from './schemas.ts';
import { listApplications } from './store.ts';
import { newCase, newNumber } from './submit.ts';

const eTag = (version: number): string => `"${version}"`;

/** The strongest role of a user names who acted. */
function actorOf(user: User): Actor {
  const role = (['clerk', 'agent', 'applicant'] as const).find((each) => user.roles.includes(each));
  return { kind: role ?? 'applicant', id: user.subject };
}

async function submit(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'application:submit');
  const checked = await checkSubmission(request.body, user.subject);
  return once(request, async (receipt) => {
    await countSubmission(user, checked.given.applicant.phone);
    const at = await businessNow();
    for (let attempt = 1; ; attempt++) {
      const number = newNumber(catalogue.centre.region, at);
      correlate(number);
      const created = await newCase(number, checked, user, at);
      const answer: Answer = {
        status: 201,
        body: summary(created.application),
        headers: { location: `/applications/${number}`, etag: eTag(1) },
      };
      try {
        const reviews = created.dossier.plan.map(({ id }) => id);
        const events = [{ type: 'application.submitted' as const, reviews }];
        await commit(undefined, created, { events, by: actorOf(user), at }, receipt(answer));
      } catch (error) {
        if (error instanceof NumberTaken && attempt < 3) continue;
        throw error;
      }
      log.info('Submitted', { service: checked.given.service, channel: checked.given.channel });
      count('ApplicationsSubmitted');
      return answer;
    }
  });
}

async function list(request: Request): Promise<Answer> {
  const user = requirePermission(request.user, 'application:list');
  const { limit, cursor } = parse(pageQuery, request.query);
  const page = await listApplications(user.subject, limit, cursor);
  return { status: 200, body: { ...page, items: page.items.map(summary) } };
}

/** The case named by the path, if the caller may do this with it. */
async function permitted(request: Request, action: Action): Promise<Case> {
  if (!request.user) throw new Problem('unauthenticated', 'Send a bearer token.');
  const number = request.params.id ?? '';
  const found = await loadCase(number);
  if (!found) throw notFound('application');
  correlate(number);
  check(request, action, found);
  return found;
}

function check(request: Request, action: Action, { application }: Case): void {
  requirePermission(request.user, action, { owner: application.owner, status: application.status });
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
  const after = z.number().int().min(0).max(999_998).safeParse(decodeCursor(cursor)?.after);
  if (after.success) return after.data;
  throw new Problem('malformed-request', 'The cursor is not one that a list of ours returned.');
}

async function readTimeline(request: Request): Promise<Answer> {
  const { limit, cursor } = parse(
    pageQuery.extend({ limit: pageQuery.shape.limit.default(100) }),
    request.query,
  );
  const { application } = await permitted(request, 'application:read');
  const after = placeOf(cursor);
  const { entries, more } = await readJournal(application.number, after, limit);
  const last = entries.at(-1)?.version;
  return {
    status: 200,
    body: { items: timeline(entries), ...(more && last ? { cursor: encodeCursor({ after: last }) } : {}) },
  };
}

const answerOf = (found: Case): Answer => ({
  status: 200,
  body: view(found),
  headers: { etag: eTag(found.application.version) },
});

/** A change that its people make: permission is checked on the very state that is changed. */
async function change(
  request: Request,
  action: Action,
  decide: (found: Case, at: Date) => ReturnType<Parameters<typeof changeCase>[1]>,
): Promise<Answer> {
  return once(request, async (receipt) => {
    const { application } = await permitted(request, action);
    const after = await changeCase(
      application.number,
      (found, at) => {
        check(request, action, found);
        return decide(found, at);
      },
      { by: actorOf(request.user as User), receipt: (done) => receipt(answerOf(done)) },
    );
    if (!after) throw notFound('application');
    return answerOf(after);
  });
}

async function correctIt(request: Request): Promise<Answer> {
  const given = parse(correction, request.body, '', isInForm);
  return change(request, 'application:correct', (found, at) => correct(found, given, at));
}

async function withdrawIt(request: Request): Promise<Answer> {
  const { reason } = parse(withdrawal, request.body);
  return change(request, 'application:withdraw', (found, at) => withdraw(found, reason, at));
}

async function collect(request: Request): Promise<Answer> {
  const { code } = parse(collection, request.body);
  const right = await pickupCode(request.params.id ?? '', 1);
  return change(request, 'application:collect', async (found) => {
    await countCodeTry(request.user as User);
    return pickUp(found, code === right);
  });
}

export const handler = apiHandler({
  'POST /applications': submit,
  'GET /applications': list,
  'GET /applications/{id}': read,
  'GET /applications/{id}/timeline': readTimeline,
  'POST /applications/{id}/corrections': correctIt,
  'POST /applications/{id}/withdrawal': withdrawIt,
  'POST /applications/{id}/collection': collect,
});
