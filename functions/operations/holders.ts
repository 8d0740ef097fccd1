/** Who holds a case up, since when and until when. Rules without I/O. */
import { accepts } from '../approvals/acceptance.ts';
import { isOffered } from '../approvals/hearing.ts';
import { currentReviews, plannedOf } from '../cases/reviews.ts';
import type { Case, Consignment, Procedure, Review } from '../cases/types.ts';
import { isOpenPause } from '../clock/pauses.ts';
import type { Delivery } from '../departments/deliveries.ts';
import type { Connection } from '../departments/store.ts';
import type { LocalText } from '../platform/text.ts';

export type Holder = {
  /** `department:<code>`, or one of the others. */
  who: string;
  /** What is waited for. */
  what: LocalText;
  since?: string | undefined;
  until?: string | undefined;
  /** What stands out: overdue, escalated. */
  mark?: 'overdue' | 'escalated';
  /** Why a department may not know of it. */
  note?: LocalText;
  review?: string;
};

/** A case, what its webhooks have come to, and how departments are connected. */
export type Held = { found: Case; deliveries: Delivery[]; connections: ReadonlyMap<string, Connection> };

const said = (zh: string, en: string): LocalText => ({ zh, en });

/** Whether its department has heard of a review, where it has not. */
function noteOf({ id, department }: Review, { deliveries, connections }: Held): Pick<Holder, 'note'> {
  const connection = connections.get(department);
  if (!connection?.webhookUrl) {
    return {
      note: said(
        '未设置地址：经办人仅在收件箱中可见',
        'it has no address: officers see it in their inbox only',
      ),
    };
  }
  if (connection.gone)
    return { note: said('其系统曾答 410，不再接收通知', 'its system answered 410 and hears nothing') };
  if (connection.paused) return { note: said('其通知已暂停', 'its webhooks are paused') };
  const last = deliveries
    .filter(({ review }) => review === id)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .at(-1);
  if (!last || last.status === 'delivered') return {};
  const { answer, attempts, status } = last;
  return {
    note: said(
      `其系统${answer === undefined ? '未应答' : `答 ${answer}`}，已尝试 ${attempts} 次，${status === 'failing' ? '将再试' : '不再自动重试'}`,
      `its system ${answer === undefined ? 'did not answer' : `answered ${answer}`}, ${attempts} attempts, ${status}`,
    ),
  };
}

const pausedSince = ({ application }: Case, review: Review): string | undefined =>
  application.pauses.find((pause) => pause.review === review.id && isOpenPause(pause))?.from;

const markOf = ({ status, escalatedAt }: Review): Pick<Holder, 'mark'> =>
  status === 'overdue' ? { mark: escalatedAt ? 'escalated' : 'overdue' } : {};

/** What special procedures are called; any other has the department's own word. */
const procedures: Record<string, string> = {
  hearing: '听证',
  inspection: '检验',
  'expert-review': '专家评审',
  test: '检测',
};

/** What is waited for while a procedure goes on. */
function inProcedure({ name, days }: Procedure, item: LocalText): LocalText {
  return said(
    `“${item.zh}”的${procedures[name] ?? name}${days ? `，预告 ${days} 个工作日` : ''}`,
    `${name} for ${item.en}${days ? `, announced as ${days} days` : ''}`,
  );
}

function ofReview(held: Held, review: Review): Holder[] {
  const { found } = held;
  const item = plannedOf(found.dossier, review.item)?.name ?? said(review.item, review.item);
  const who = `department:${review.department}`;
  if (isOffered(review)) {
    const { offeredAt: since, until } = review.hearing ?? {};
    const what = said(
      `是否就“${item.zh}”要求听证`,
      `the answer whether a hearing for ${item.en} is asked for`,
    );
    return [{ who: 'applicant', what, since, until, review: review.id }];
  }
  if (review.procedure) {
    const { from } = review.procedure;
    return [{ who, what: inProcedure(review.procedure, item), since: from, review: review.id }];
  }
  if (review.status === 'correction') {
    return [
      {
        who: 'applicant',
        what: said(`对“${item.zh}”的补正`, `a correction for ${item.en}`),
        since: pausedSince(found, review),
        review: review.id,
      },
    ];
  }
  const isToAccept = accepts(found, review);
  if (review.status === 'requested' || review.status === 'overdue' || isToAccept) {
    return [
      {
        who,
        what: isToAccept
          ? said('对申请是否受理的答复', 'the acceptance of the application')
          : said(`对“${item.zh}”的审批决定`, `the decision on ${item.en}`),
        since: review.requestedAt,
        until: review.dueAt,
        review: review.id,
        ...markOf(review),
        ...noteOf(review, held),
      },
    ];
  }
  return [];
}

/** Conditions that nothing but their own coming true is in the way of. */
function ofConditions({ application, dossier }: Case): Holder[] {
  return application.conditions
    .filter(({ status }) => status === 'open')
    .map(({ code }) => {
      const planned = dossier.conditions.find((each) => each.code === code);
      const name = planned?.name ?? said(code, code);
      const owner = planned?.department
        ? said(`由申请人或 ${planned.department} 登记`, `its people or ${planned.department} record it`)
        : said('由申请人登记', 'its people record it');
      return { who: 'outside', what: said(`${name.zh}（${owner.zh}）`, `${name.en} (${owner.en})`) };
    });
}

const travelling = ['ordered', 'collected', 'in-transit'];

function ofConsignment({ id, method, status, trackingNumber = '', lost }: Consignment): Holder[] {
  const name = said(`出件 ${id}`, `consignment ${id}`);
  const holds = (who: string, zh: string, en: string): Holder[] => [
    { who, what: said(`${name.zh}${zh}`, `${name.en}${en}`) },
  ];
  if (status === 'pending') return holds('system', `（${method}）待发出`, ` (${method}) to be sent`);
  if (travelling.includes(status)) {
    return holds(
      'courier',
      `，邮件 ${trackingNumber}（${status}）`,
      `, parcel ${trackingNumber} (${status})`,
    );
  }
  if (status === 'ready-for-pickup')
    return holds('applicant', '待到窗口领取', ' to be fetched at the window');
  if (status === 'lost' && (lost ?? 0) >= 3) {
    return holds(
      'operators',
      '已遗失三次：须重新制作出件',
      ' was lost three times: its outputs are to be made anew',
    );
  }
  return status === 'lost' || status === 'returned'
    ? holds('system', `（${status}）待再次发出`, ` (${status}) to be sent again`)
    : [];
}

/** Everybody who holds the case up at present; nobody, when it has ended. */
export function holdersOf(held: Held): Holder[] {
  const { found } = held;
  const reviews = currentReviews(found).flatMap((review) => ofReview(held, review));
  const isOpen = !['not-accepted', 'withdrawn', 'revoked'].includes(found.application.status);
  return [
    ...(isOpen ? reviews : []),
    ...(isOpen && reviews.length === 0 ? ofConditions(found) : []),
    ...found.objections
      .filter(({ status }) => status === 'filed')
      .map(({ id, filedAt }) => ({
        who: 'operators',
        what: said(
          `对异议 ${id} 的决定，须由此前未作决定的人作出`,
          `a decision on objection ${id}, by somebody who did not decide before`,
        ),
        since: filedAt,
      })),
    ...(isOpen ? found.application.consignments.flatMap(ofConsignment) : []),
  ];
}
