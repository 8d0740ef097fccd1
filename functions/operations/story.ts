/** The story of a case as an operator needs it: who holds it up, what it has sent, what comes next. Rules without I/O. */
import { isOffered } from '../approvals/hearing.ts';
import { type Missing, missingEffects, unreleased } from '../approvals/watch.ts';
import { acceptanceDue, awaitedMaterials, caseDue, lookDue, reviewDue } from '../cases/alarm.ts';
import { allReviews, plannedOf } from '../cases/reviews.ts';
import type { ApplicationStatus, ReviewStatus } from '../cases/status.ts';
import type { Case, Consignment, Review } from '../cases/types.ts';
import { timeline } from '../cases/views.ts';
import type { LocalText } from '../platform/text.ts';
import { type Holder, holdersOf } from './holders.ts';
import type { Execution, Found } from './read.ts';

export type Story = {
  number: string;
  service: string;
  status: ApplicationStatus;
  version: number;
  submittedAt: string;
  promisedDueAt: string;
  statutoryDueAt: string;
  overdue: 'promised' | 'statutory' | null;
  heldBy: Holder[];
  /** Effects that have left no trace; a repair causes them again. */
  missing: LocalText[];
  next: { at: string; what: LocalText }[];
  reviews: {
    id: string;
    item: string;
    department: string;
    status: ReviewStatus;
    round: number;
    dueAt?: string;
    /** Subject of the officer to whom it was handed over. */
    officer?: string;
  }[];
  executions: (Execution & { link?: string })[];
  /** The latest of these, oldest first. */
  messages: Found['messages'];
  webhooks: Found['deliveries'];
  consignments: Pick<Consignment, 'id' | 'method' | 'status' | 'trackingNumber' | 'parcel' | 'lost'>[];
  timeline: ReturnType<typeof timeline>;
};

const said = (zh: string, en: string): LocalText => ({ zh, en });

/** What happens to a review at an instant at which it becomes due. */
function ofReview(review: Review, at: string, name: LocalText): LocalText {
  const { department, dueAt = '', procedure, status } = review;
  if (isOffered(review)) {
    return said(
      `“${name.zh}”要求听证的期限届满`,
      `a hearing for ${name.en} cannot be asked for any more, and the clock runs again`,
    );
  }
  if (procedure) {
    return said(
      `“${name.zh}”的特别程序超过告知的期限，恢复计时`,
      `${procedure.name} for ${name.en} takes longer than was announced, and the clock runs again`,
    );
  }
  if (status !== 'requested') {
    return said(
      `${department} 的“${name.zh}”上报运维人员`,
      `${name.en} of ${department} is escalated to the operators`,
    );
  }
  return at < dueAt
    ? said(
        `“${name.zh}”期限将至，提醒 ${department}`,
        `${department} is reminded of ${name.en} before its limit`,
      )
    : said(
        `${department} 对“${name.zh}”超期，予以催办`,
        `${department} is overdue with ${name.en} and is reminded`,
      );
}

/** What becomes due, the next first. */
function nextOf(found: Case): Story['next'] {
  const { application, dossier } = found;
  const reviews = found.reviews.flatMap((review) => {
    const { item } = review;
    const name = said(plannedOf(dossier, item)?.name.zh ?? item, item);
    return reviewDue(review).map((at) => ({ at, what: ofReview(review, at, name) }));
  });
  const silence = acceptanceDue(found).map((at) => ({
    at,
    what: said('逾期未答复，视为受理', 'silence means accepted'),
  }));
  const following = awaitedMaterials(found).map(({ code, dueAt }) => ({
    at: dueAt,
    what: said(
      `容缺后补的材料 ${code} 期限届满，通知补交并停止计时`,
      `the material ${code} was to follow until then: it is asked for, and the clock stands still`,
    ),
  }));
  const own = caseDue(application).map((at) => ({
    at,
    what: application.overdue
      ? said('办件超过法定期限', 'the statutory limit of the case is over')
      : said('办件超过承诺期限', 'the promised limit of the case is over'),
  }));
  const look = lookDue(found)
    .toSorted()
    .slice(0, 1)
    .map((at) => ({
      at,
      what: said('值守检查各项后续是否均已发生', 'the watch looks whether everything has had its effects'),
    }));
  return [...reviews, ...silence, ...following, ...own, ...look].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** What an effect is called. */
export const effects: Record<Missing, LocalText> = {
  execution: said('流程执行', 'execution'),
  webhook: said('部门通知', 'webhook'),
  message: said('短信', 'message'),
  outputs: said('出件', 'outputs'),
};

/** Effects without a trace, younger than ten minutes ones included: they may still be on their way. */
export function missingOf({ found, journal, traces }: Found): LocalText[] {
  const after = found.application.watched?.version ?? 0;
  const entries = journal.filter(({ version }) => version > after);
  return [
    ...missingEffects(found, entries, traces).map(({ missing, version }) =>
      said(`版本 ${version} 的${effects[missing].zh}`, `${effects[missing].en} of version ${version}`),
    ),
    ...unreleased(found, traces).map((review) => said(`${review} 的放行`, `release of ${review}`)),
  ];
}

/** So many messages, and so many webhooks, a story tells. */
const mostTold = 100;

/** @param linkOf where an execution is shown; undefined: nowhere */
export function storyOf(whole: Found, linkOf: (name: string) => string | undefined): Story {
  const { found, journal, messages, deliveries, executions } = whole;
  const { application } = found;
  return {
    number: application.number,
    service: application.service,
    status: application.status,
    version: application.version,
    submittedAt: application.submittedAt,
    promisedDueAt: application.promisedDueAt,
    statutoryDueAt: application.statutoryDueAt,
    overdue: application.overdue ?? null,
    heldBy: holdersOf(whole),
    missing: missingOf(whole),
    next: nextOf(found),
    reviews: allReviews(found).map(({ id, item, department, status, round, dueAt, assignee }) => ({
      id,
      item,
      department,
      status,
      round,
      ...(dueAt ? { dueAt } : {}),
      ...(assignee ? { officer: assignee.officer } : {}),
    })),
    executions: executions.map((each) => {
      const link = linkOf(each.name);
      return { ...each, ...(link ? { link } : {}) };
    }),
    messages: messages.slice(-mostTold),
    webhooks: deliveries.slice(-mostTold),
    consignments: application.consignments.map(({ code, reviews, ...told }) => told),
    timeline: timeline(journal, true),
  };
}
