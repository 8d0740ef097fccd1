/** Cases by what is wrong with them. All open cases lie in the due index; a department's reviews in its inbox. */
import { isLate, isStuck } from '../approvals/watch.ts';
import { eachWatched, openReviews } from '../cases/indexed.ts';
import { numberOfReview } from '../cases/reviews.ts';
import type { Application, Review } from '../cases/types.ts';
import type { Contact } from '../catalogue/schemas.ts';
import { type Delivery, deliveriesPage } from '../departments/deliveries.ts';
import { inboxPage } from '../departments/inbox.ts';
import { knownDepartment, knownDepartments } from '../departments/known.ts';
import { isReachable, readConnection, readConnections } from '../departments/store.ts';
import { decodeCursor, encodeCursor } from '../platform/paging.ts';
import { Problem } from '../platform/problems.ts';
import { isSynthetic } from '../platform/synthetic.ts';

/** Headers of all cases that the sweep still has to look at, but for those that nobody has applied for. */
export async function watchedCases(): Promise<Application[]> {
  const all: Application[] = [];
  await eachWatched((headers) => all.push(...headers));
  return all.filter(({ number }) => !isSynthetic(number));
}

export type Listed = { number: string; service: string; status: string; since: string; because: string };

const listed = ({ number, service, status }: Application, since: string, because: string): Listed => ({
  number,
  service,
  status,
  since,
  because,
});

const oldestFirst = (rows: Listed[]): Listed[] => rows.sort((a, b) => (a.since < b.since ? -1 : 1));

/** Cases past their promise or past the law's limit, that are not concluded. */
export async function lateCases(): Promise<Listed[]> {
  const rows = (await watchedCases()).filter(isLate);
  return oldestFirst(
    rows.map((each) =>
      each.overdue === 'statutory'
        ? listed(each, each.statutoryDueAt, 'past the statutory limit')
        : listed(each, each.promisedDueAt, 'past its promise'),
    ),
  );
}

/** Cases of which repeating has not helped. */
export async function stuckCases(): Promise<Listed[]> {
  const rows = (await watchedCases()).filter(isStuck);
  return oldestFirst(
    rows.map((each) =>
      listed(each, each.changedAt, `effects missing after ${each.watched?.repairs} repairs`),
    ),
  );
}

export type ListedReview = {
  review: string;
  application: string;
  item: string;
  department: string;
  status: string;
  since: string;
  dueAt?: string;
  /** Officer to whom it was handed over. */
  officer?: string;
  /** Whom to call. */
  contact?: Contact;
};

const listedReview = ({
  id,
  item,
  department,
  status,
  requestedAt = '',
  dueAt,
  escalatedAt,
  assignee,
}: Review) => ({
  review: id,
  application: numberOfReview(id),
  item,
  department,
  status: escalatedAt ? 'escalated' : status,
  since: requestedAt,
  ...(dueAt ? { dueAt } : {}),
  ...(assignee ? { officer: assignee.officer } : {}),
});

const byDue = (a: ListedReview, b: ListedReview): number => ((a.dueAt ?? '') < (b.dueAt ?? '') ? -1 : 1);

export type EscalatedPage = { items: ListedReview[]; cursor?: string };
/** Where a page goes on: in which department's inbox, and where in that. */
type Place = { department?: string; after?: string };

/** A page asks so many inboxes at most: behind few escalated reviews many departments may have none. */
const mostInboxes = 50;

function placeOf(cursor: string | undefined): Place {
  const { department, after } = decodeCursor(cursor) ?? {};
  const isText = (value: unknown): boolean =>
    value === undefined || (typeof value === 'string' && value.length < 400);
  const isOurs = cursor === undefined || (typeof department === 'string' && isText(after));
  if (isOurs && isText(department)) return { department, after } as Place;
  throw new Problem('malformed-request', 'The cursor is not one that a list of ours returned.');
}

/**
 * Reviews that stayed without a decision although their department was reminded: department by department, in each
 * the soonest due first. Also of departments that nobody has connected yet: their reviews wait in the inbox.
 */
export async function escalatedPage(limit: number, now: Date, cursor?: string): Promise<EscalatedPage> {
  const from = placeOf(cursor);
  const departments = (await knownDepartments(await readConnections())).toSorted((a, b) =>
    a.code < b.code ? -1 : 1,
  );
  const items: ListedReview[] = [];
  let asked = 0;
  for (const { code, contact } of departments.filter((each) => each.code >= (from.department ?? ''))) {
    let after = code === from.department ? from.after : undefined;
    do {
      if (items.length >= limit || asked === mostInboxes) {
        return { items, cursor: encodeCursor({ department: code, ...(after ? { after } : {}) }) };
      }
      const page = await inboxPage(code, { limit: limit - items.length, cursor: after });
      asked += 1;
      const escalated = page.items.filter(({ escalatedAt, id }) => escalatedAt && !isSynthetic(id));
      items.push(...escalated.map((each) => ({ ...listedReview(each), ...(contact ? { contact } : {}) })));
      // What is due later is not even overdue, and neither is anything behind it.
      const isThrough = page.items.some(({ dueAt = '' }) => dueAt > now.toISOString());
      after = isThrough ? undefined : page.cursor;
    } while (after);
  }
  return { items };
}

/** All of them. */
export async function escalatedReviews(now: Date): Promise<ListedReview[]> {
  const all: ListedReview[] = [];
  let cursor: string | undefined;
  do {
    const page = await escalatedPage(100, now, cursor);
    all.push(...page.items);
    cursor = page.cursor;
  } while (cursor);
  return all.sort(byDue);
}

export type DepartmentState = {
  code: string;
  /** Whom to call there; absent: the catalogue does not say, or has the department no more. */
  contact?: Contact;
  webhookUrl: string | null;
  receives: boolean;
  paused: boolean;
  gone: boolean;
  /** Milliseconds between two webhooks while its system is slow. */
  pace: number;
  /** When it last took a webhook, of the last hundred attempts. */
  tookLast: string | null;
  /** Webhooks of open reviews that it has not taken yet, or never did. */
  failing: {
    review: string;
    type: string;
    status: string;
    attempts: number;
    answer?: number;
    nextAt?: string;
  }[];
  /** How many reviews are open, and of these overdue and escalated. */
  counts: { open: number; overdue: number; escalated: number };
  /** The soonest due of them. */
  open: ListedReview[];
};

/** So many open reviews are told one by one. */
const mostOpen = 100;

/** The latest attempt of each webhook. @param attempts the newest first */
function latest(attempts: Delivery[]): Delivery[] {
  const byEvent = new Map<string, Delivery>();
  for (const each of attempts) if (!byEvent.has(each.event)) byEvent.set(each.event, each);
  return [...byEvent.values()];
}

/** @throws Problem not-found */
export async function departmentState(department: string): Promise<DepartmentState> {
  const { code, contact } = await knownDepartment(department);
  const [connection, open] = await Promise.all([readConnection(code), openReviews(code)]);
  const all = open.map(listedReview).sort(byDue);
  const { items: deliveries } = await deliveriesPage(code, { limit: 100 });
  const isOpen = new Set(all.map(({ review }) => review));
  const taken = deliveries.filter(({ status }) => status === 'delivered').map(({ at }) => at);
  const escalated = all.filter(({ status }) => status === 'escalated').length;
  return {
    code,
    ...(contact ? { contact } : {}),
    webhookUrl: connection.webhookUrl ?? null,
    receives: isReachable(connection),
    paused: connection.paused,
    gone: connection.gone ?? false,
    pace: connection.pace ?? 0,
    tookLast: taken.sort().at(-1) ?? null,
    failing: latest(deliveries)
      .filter(({ review, status }) => status !== 'delivered' && isOpen.has(review))
      .map(({ review, type, status, attempts, answer, nextAt }) => ({
        review,
        type,
        status,
        attempts,
        ...(answer === undefined ? {} : { answer }),
        ...(nextAt ? { nextAt } : {}),
      })),
    counts: {
      open: all.length,
      overdue: all.filter(({ status }) => status === 'overdue').length + escalated,
      escalated,
    },
    open: all.slice(0, mostOpen),
  };
}
