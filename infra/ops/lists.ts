/** Cases by what is wrong with them. All open cases lie in the due index; a department's reviews in its inbox. */
import { isLate, isStuck } from '../../functions/approvals/watch.ts';
import { eachWatched, openReviews, type ReviewRow } from '../../functions/cases/indexed.ts';
import { numberOfPartition } from '../../functions/cases/keys.ts';
import { numberOfReview } from '../../functions/cases/reviews.ts';
import type { Application } from '../../functions/cases/types.ts';
import type { Contact } from '../../functions/catalogue/schemas.ts';
import { type Delivery, deliveriesPage } from '../../functions/departments/deliveries.ts';
import { knownDepartments } from '../../functions/departments/known.ts';
import { isReachable, readConnections } from '../../functions/departments/store.ts';
import { isSynthetic } from '../../functions/platform/synthetic.ts';

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
  pk,
  id,
  item,
  department,
  status,
  requestedAt = '',
  dueAt,
  escalatedAt,
  assignee,
}: ReviewRow) => ({
  review: id,
  application: numberOfPartition(pk) || numberOfReview(id),
  item,
  department,
  status: escalatedAt ? 'escalated' : status,
  since: requestedAt,
  ...(dueAt ? { dueAt } : {}),
  ...(assignee ? { officer: assignee.officer } : {}),
});

const byDue = (a: ListedReview, b: ListedReview): number => ((a.dueAt ?? '') < (b.dueAt ?? '') ? -1 : 1);

/** Reviews that stayed without a decision although their department was reminded, of every department known. */
export async function escalatedReviews(): Promise<ListedReview[]> {
  // Also those that nobody has connected yet: their reviews wait in the inbox.
  const departments = await knownDepartments(await readConnections());
  const contacts = new Map(departments.map(({ code, contact }) => [code, contact]));
  const rows = (await Promise.all(departments.map(({ code }) => openReviews(code)))).flat();
  return rows
    .filter(({ escalatedAt, id }) => escalatedAt && !isSynthetic(id))
    .map(listedReview)
    .map((row): ListedReview => {
      const contact = contacts.get(row.department);
      return contact ? { ...row, contact } : row;
    })
    .sort(byDue);
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
  open: ListedReview[];
};

/** The latest attempt of each webhook. @param attempts the newest first */
function latest(attempts: Delivery[]): Delivery[] {
  const byEvent = new Map<string, Delivery>();
  for (const each of attempts) if (!byEvent.has(each.event)) byEvent.set(each.event, each);
  return [...byEvent.values()];
}

export async function departmentState(code: string): Promise<DepartmentState> {
  const [connections, open] = await Promise.all([readConnections(), openReviews(code)]);
  const contact = (await knownDepartments(connections)).find((each) => each.code === code)?.contact;
  const connection = connections.get(code) ?? { paused: false, version: 0 };
  const listed = open.map(listedReview).sort(byDue);
  const { items: deliveries } = await deliveriesPage(code, { limit: 100 });
  const isOpen = new Set(listed.map(({ review }) => review));
  const taken = deliveries.filter(({ status }) => status === 'delivered').map(({ at }) => at);
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
    open: listed,
  };
}
