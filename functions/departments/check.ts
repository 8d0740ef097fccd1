/** What a self-check asks of a receiver, and what it concludes from what it saw. Rules without I/O. */
import type { LocalText } from '../platform/text.ts';

/** In the order in which they are reported; each is about a made-up review of its own, but for the repetition. */
export const checkSteps = [
  'taken',
  'repetition',
  'delay',
  'wrong-signature',
  'old-signature',
  'other-purpose',
  'unknown-type',
  'late-cancellation',
  'early-cancellation',
] as const;
export type CheckStep = (typeof checkSteps)[number];

export type Answer = { status: number | 'no answer'; durationMs: number };

/** What was seen of a receiver in one step. */
export type Seen = {
  answers: Answer[];
  /** How often it read the review. */
  reads: number;
  decisions: { id: string; at: string; tooLate?: true }[];
  /** When it had taken the cancellation. */
  cancelledAt?: string;
};

export type Verdict = 'right' | 'wrong' | 'not-seen';
export type Found = { step: CheckStep; verdict: Verdict; says: LocalText };

/** Who takes longer gets its webhooks one after the other. */
const slowMs = 3000;
/** A decision that was on its way when the cancellation was taken. */
const onItsWayMs = 2000;

const isTaken = ({ status }: Answer): boolean => status !== 'no answer' && status >= 200 && status <= 299;
const isRefused = ({ status }: Answer): boolean => status !== 'no answer' && status >= 400 && status <= 499;

const answered = (answers: Answer[]): LocalText => {
  const [first] = answers.filter((each) => !isTaken(each));
  if (!first || first.status === 'no answer') return { zh: '没有应答', en: 'it did not answer' };
  return { zh: `应答为 ${first.status}`, en: `it answered ${first.status}` };
};

const right = (zh: string, en: string) => ({ verdict: 'right' as const, says: { zh, en } });
const wrong = (zh: string, en: string) => ({ verdict: 'wrong' as const, says: { zh, en } });
const notSeen = (zh: string, en: string) => ({ verdict: 'not-seen' as const, says: { zh, en } });

function taken({ answers }: Seen) {
  const [first] = answers;
  if (!first || !isTaken(first)) {
    const { zh, en } = answered(answers);
    return wrong(
      `通知未被签收：${zh}。请在 15 秒内以 2xx 应答。`,
      `A webhook was not taken: ${en}. Answer 2xx within 15 seconds.`,
    );
  }
  const seconds = (first.durationMs / 1000).toFixed(1);
  return first.durationMs < slowMs
    ? right(`通知已签收，用时 ${seconds} 秒。`, `A webhook was taken, in ${seconds} s.`)
    : right(
        `通知已签收，但用时 ${seconds} 秒；超过 3 秒会被放慢发送。请先应答，后办理。`,
        `A webhook was taken, but in ${seconds} s; beyond 3 s webhooks are sent more slowly. Answer first, work afterwards.`,
      );
}

function repetition({ answers, decisions }: Seen) {
  if (!answers.every(isTaken)) {
    const { zh, en } = answered(answers);
    return wrong(
      `重复的通知未被签收：${zh}。`,
      `A repeated webhook was not taken: ${en}. It is to be answered 2xx like the first.`,
    );
  }
  const ids = new Set(decisions.map(({ id }) => id)).size;
  if (ids > 1) {
    return wrong(
      `同一通知（webhook-id 相同）发送三次，作出了 ${ids} 个不同的决定。请按 webhook-id 去重。`,
      `The same event (same webhook-id) sent three times led to ${ids} different decisions. Recognise it by its webhook-id.`,
    );
  }
  return ids === 1
    ? right('同一通知发送三次，只作出一个决定。', 'The same event sent three times led to one decision.')
    : notSeen(
        '重复的通知均已签收；检查期间未作决定，无法判断是否去重。',
        'Repeated webhooks were taken; nothing was decided during the check, so whether they count as one could not be seen.',
      );
}

function delay({ answers, reads }: Seen) {
  if (!answers.every(isTaken)) {
    const { zh, en } = answered(answers);
    return wrong(
      `两天前的事项、此刻签名的通知被拒绝：${zh}。有效期以 webhook-timestamp 为准，不看 timestamp。`,
      `An event of two days ago, signed now, was not taken: ${en}. Its age is in webhook-timestamp, not in timestamp.`,
    );
  }
  return right(
    reads > 0 ? '迟到两天的通知已签收并办理。' : '迟到两天的通知已签收。',
    reads > 0
      ? 'An event that came two days late was taken and worked on.'
      : 'An event that came two days late was taken.',
  );
}

/** A message that must be refused and not worked on. */
function refusal(what: LocalText) {
  return ({ answers, reads, decisions }: Seen) => {
    const worked = reads > 0 || decisions.length > 0;
    if (answers.every(isRefused) && !worked) {
      return right(`${what.zh}已被拒绝。`, `${what.en} was refused.`);
    }
    return worked
      ? wrong(`${what.zh}被当作真的办理了。`, `${what.en} was worked on as if it were true.`)
      : wrong(`${what.zh}未被以 4xx 拒绝。`, `${what.en} was not refused with a 4xx.`);
  };
}

function unknownType({ answers }: Seen) {
  if (answers.every(isTaken)) {
    return right('未知类型的通知已签收并忽略。', 'A type that it does not know was taken and ignored.');
  }
  const { zh, en } = answered(answers);
  return wrong(
    `未知类型的通知未被签收：${zh}。以后会有新类型，请以 2xx 应答并忽略。`,
    `A type that it does not know was not taken: ${en}. New types will come: answer 2xx and ignore them.`,
  );
}

function lateCancellation({ answers, decisions, cancelledAt }: Seen) {
  if (!answers.every(isTaken)) {
    const { zh, en } = answered(answers);
    return wrong(`迟到的撤销通知未被签收：${zh}。`, `A late cancellation was not taken: ${en}.`);
  }
  const over = Date.parse(cancelledAt ?? '') + onItsWayMs;
  return decisions.some(({ at }) => Date.parse(at) > over)
    ? wrong('收到撤销通知后仍在作决定。', 'It went on deciding after it had taken the cancellation.')
    : right(
        '办理之后到达的撤销通知已签收，此后未再作决定。',
        'A cancellation that came after its work was taken, and nothing was decided afterwards.',
      );
}

function earlyCancellation({ answers, decisions }: Seen) {
  if (!answers.every(isTaken)) {
    const { zh, en } = answered(answers);
    return wrong(
      `先于请求到达的撤销通知，或其后的请求，未被签收：${zh}。`,
      `A cancellation that overtook its request, or that request, was not taken: ${en}.`,
    );
  }
  return decisions.length > 0
    ? wrong(
        '对已撤销的审批作了决定。通知不保证先后，以 GET /reviews/{id} 为准。',
        'It decided a review that was cancelled. Order is not promised: what counts is what GET /reviews/{id} says.',
      )
    : right('撤销先于请求到达，未作决定。', 'A cancellation overtook its request, and nothing was decided.');
}

const rules: Record<CheckStep, (seen: Seen) => Omit<Found, 'step'>> = {
  taken,
  repetition,
  delay,
  'wrong-signature': refusal({ zh: '他人签名的通知', en: 'A webhook signed with another secret' }),
  'old-signature': refusal({ zh: '十分钟前签名的通知', en: 'A webhook signed ten minutes ago' }),
  'other-purpose': refusal({
    zh: 'webhook-id 不以 event_ 开头的消息',
    en: 'A message whose webhook-id does not begin with event_',
  }),
  'unknown-type': unknownType,
  'late-cancellation': lateCancellation,
  'early-cancellation': earlyCancellation,
};

/** The verdicts of all steps, in their order. */
export const conclude = (seen: Record<CheckStep, Seen>): Found[] =>
  checkSteps.map((step) => ({ step, ...rules[step](seen[step]) }));

/** Whether nothing was wrong. */
export const isPassed = (found: Found[]): boolean => found.every(({ verdict }) => verdict !== 'wrong');

/** The whole in one sentence. */
export function summaryOf(found: Found[] | undefined): LocalText {
  if (!found)
    return { zh: '正在检查，约需十几秒。', en: 'The check is under way; it takes some ten seconds.' };
  const count = (verdict: Verdict): number => found.filter((each) => each.verdict === verdict).length;
  const [rights, wrongs, unseen] = [count('right'), count('wrong'), count('not-seen')];
  return {
    zh: `${found.length} 项中 ${rights} 项正确，${wrongs} 项有误，${unseen} 项无法判断。`,
    en: `Of ${found.length} steps ${rights} are right, ${wrongs} wrong, and ${unseen} could not be seen.`,
  };
}
