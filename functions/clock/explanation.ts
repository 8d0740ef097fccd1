/**
 * Why a limit ends when it ends: each day that counted and why the others did not, each pause with its cause, in
 * words with the articles of the Administrative Licensing Law (行政许可法) that they rest on. Counted anew from the
 * beginning, never from what is stored, so that it proves the stored date. No I/O.
 */
import type { LocalText } from '../platform/text.ts';
import { type Calendar, shanghaiDay } from './calendar.ts';
import { dueAt, extended, receivedAt, timeLeft } from './limits.ts';
import { type Pause, type PauseCause, pauseCauses } from './pauses.ts';
import type { TimeLimit } from './schemas.ts';

/** A day that counted, `YYYY-MM-DD` in Asia/Shanghai; of a limit in opening hours, how many minutes of it. */
export type CountedDay = { day: string; minutes?: number; makeUp?: true };
/** A day between receipt and due date that did not count. */
export type UncountedDay = { day: string; because: 'weekend' | 'holiday' | 'pause' };

/** The notice that stopped the clock: the version of the case that it made, whose it was, and which procedure it announced. */
export type Notice = { version: number; item?: LocalText; procedure?: string };
export type ExplainedPause = Pause & { notice?: Notice };
/** Made longer by so many working days in all, at an instant. */
export type ExplainedExtension = { days: number; at: string };
/** A rule that the date rests on; without an article it is the centre's own. */
export type Rule = { article?: string; text: LocalText };

export type Explanation = {
  /** ISO 8601 in UTC. While the clock stands still: as it was before. */
  dueAt: string;
  provisional: boolean;
  /** Whether it counts at present: it does not while a pause is open. */
  running: boolean;
  counted: CountedDay[];
  notCounted: UncountedDay[];
  pauses: ExplainedPause[];
  extensions: ExplainedExtension[];
  rules: Rule[];
  because: LocalText;
};

/** A stretch in which the clock runs, with the time left at its beginning; the last one that runs has no end. */
type Stretch = { from: Date; to?: Date; left: TimeLimit };

/** Pauses that overlap or touch are one standstill, however many causes it has; an open one has no end. */
function standstills(pauses: Pause[]): { from: Date; to?: Date }[] {
  const merged: { from: string; to?: string | undefined }[] = [];
  for (const { from, to } of pauses.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = merged.at(-1);
    if (!last || (last.to !== undefined && from > last.to)) merged.push({ from, to });
    else if (last.to !== undefined) last.to = to === undefined || to > last.to ? to : last.to;
  }
  return merged.map(({ from, to }) => ({ from: new Date(from), ...(to ? { to: new Date(to) } : {}) }));
}

/** Working days that extensions add up to an instant, or in all, beyond those that were added before. */
function added(extensions: ExplainedExtension[], known: number, until?: Date): number {
  const days = extensions.filter(({ at }) => !until || at <= until.toISOString()).map(({ days }) => days);
  return Math.max(0, ...days) - known;
}

/**
 * The stretches, each extension added when it was said: what a pause within the last day leaves does not depend on what
 * came after. @returns also what was added since the clock last ran
 */
function stretchesOf(
  calendar: Calendar,
  limit: TimeLimit,
  filedAt: Date,
  pauses: Pause[],
  extensions: ExplainedExtension[],
): { stretches: Stretch[]; more: number } {
  const stretches: Stretch[] = [];
  let from: Date | undefined = receivedAt(calendar, filedAt);
  let left = limit;
  let known = 0;
  const lengthen = (until?: Date): void => {
    const days = Math.max(0, added(extensions, known, until));
    left = extended(calendar, left, days);
    known += days;
  };
  for (const pause of standstills(pauses)) {
    if (!from) break;
    lengthen(pause.from);
    stretches.push({ from, to: pause.from, left });
    left = timeLeft(calendar, left, from, pause.from);
    if (pause.to) lengthen(pause.to);
    from = pause.to;
  }
  if (!from) return { stretches, more: Math.max(0, added(extensions, known)) };
  lengthen();
  return { stretches: [...stretches, { from, left }], more: 0 };
}

const dayMs = 24 * 3_600_000;
const isWeekend = (day: string): boolean => [0, 6].includes(new Date(day).getUTCDay());

/** The days from one to another, both included, `YYYY-MM-DD`. */
function* daysBetween(first: string, last: string): Generator<string> {
  for (let at = Date.parse(first); at <= Date.parse(last); at += dayMs)
    yield new Date(at).toISOString().slice(0, 10);
}

const counted = (day: string, minutes?: number): CountedDay => ({
  day,
  ...(minutes === undefined ? {} : { minutes }),
  ...(isWeekend(day) ? { makeUp: true } : {}),
});

/** The working days after the day of receipt, as many as were used up. */
function wholeDays(calendar: Calendar, { from, to, left }: Stretch): CountedDay[] {
  if (!('workingDays' in left)) return [];
  const after = to ? timeLeft(calendar, left, from, to) : { workingDays: 0 };
  const used = left.workingDays - ('workingDays' in after ? after.workingDays : 0);
  const days: CountedDay[] = [];
  const received = receivedAt(calendar, from);
  for (let n = 1; n <= used; n++) days.push(counted(shanghaiDay(calendar.addWorkingDays(received, n))));
  return days;
}

/** The opening minutes of each day. */
function minutesOfDays(calendar: Calendar, { from, to, left }: Stretch): CountedDay[] {
  const due = new Date(dueAt(calendar, left, from).dueAt);
  const end = to && to < due ? to : due;
  const days: CountedDay[] = [];
  for (const day of daysBetween(shanghaiDay(from), shanghaiDay(end))) {
    const opens = new Date(Math.max(Date.parse(`${day}T00:00:00+08:00`), from.getTime()));
    const closes = new Date(Math.min(Date.parse(`${day}T00:00:00+08:00`) + dayMs, end.getTime()));
    const minutes = Math.round(calendar.openingMinutesBetween(opens, closes));
    if (minutes > 0) days.push(counted(day, minutes));
  }
  return days;
}

/** Days that two stretches share are one. */
function joined(days: CountedDay[]): CountedDay[] {
  const byDay = new Map<string, CountedDay>();
  for (const each of days) {
    const known = byDay.get(each.day);
    byDay.set(each.day, known ? { ...known, minutes: (known.minutes ?? 0) + (each.minutes ?? 0) } : each);
  }
  return [...byDay.values()];
}

function uncounted(calendar: Calendar, first: string, last: string, days: CountedDay[]): UncountedDay[] {
  const known = new Set(days.map(({ day }) => day));
  return [...daysBetween(first, last)]
    .filter((day) => !known.has(day))
    .map((day) => ({
      day,
      because: calendar.isWorkingDay(day)
        ? ('pause' as const)
        : isWeekend(day)
          ? ('weekend' as const)
          : ('holiday' as const),
    }));
}

/** The rules of the Administrative Licensing Law (行政许可法) by which a limit is counted, and the centre's own. */
const rules = {
  workingDays: {
    article: '82',
    text: {
      zh: '自收到之日的次日起算，法定节假日不计（行政许可法第八十二条）',
      en: 'counted from the day after receipt, without holidays (Administrative Licensing Law, art. 82)',
    },
  },
  openingHours: {
    text: { zh: '只计中心的办公时间', en: 'counted in the opening hours of the centre' },
  },
  correction: {
    article: '32',
    text: {
      zh: '补正通知（行政许可法第三十二条）',
      en: 'a correction notice (Administrative Licensing Law, art. 32)',
    },
  },
  'special-procedure': {
    article: '45',
    text: {
      zh: '听证、检验、检测、专家评审等特别程序（行政许可法第四十五条）',
      en: 'a special procedure such as a hearing, a test or an expert review (Administrative Licensing Law, art. 45)',
    },
  },
  condition: {
    text: {
      zh: '等待部门以外的条件成就',
      en: 'nothing but a condition outside the departments was awaited',
    },
  },
  extension: {
    article: '42',
    text: {
      zh: '经批准可延长一次，并告知理由（行政许可法第四十二条）',
      en: 'a limit may be extended once with approval, and the applicant is told why (Administrative Licensing Law, art. 42)',
    },
  },
} satisfies Record<PauseCause | 'workingDays' | 'openingHours' | 'extension', Rule>;

/** Each rule that this limit was counted by, once. */
const rulesOf = (limit: TimeLimit, pauses: Pause[], extensions: ExplainedExtension[]): Rule[] => [
  'workingDays' in limit ? rules.workingDays : rules.openingHours,
  ...pauseCauses.filter((each) => pauses.some(({ cause }) => cause === each)).map((cause) => rules[cause]),
  ...(extensions.length > 0 ? [rules.extension] : []),
];

const procedureNames: Record<string, string> = {
  hearing: '听证',
  'expert-review': '专家评审',
  inspection: '检验检测',
  testing: '检疫鉴定',
};

const local = (instant: string): string =>
  new Date(instant).toLocaleString('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: 'short',
  });

const amount = (limit: TimeLimit): LocalText =>
  'workingDays' in limit
    ? { zh: `${limit.workingDays} 个工作日`, en: `${limit.workingDays} working days` }
    : { zh: `${limit.openingHours} 个办公小时`, en: `${limit.openingHours} opening hours` };

/** Why it stood still, with the notice that said so. */
function causeWords({ cause, notice }: ExplainedPause): LocalText {
  const { text } = rules[cause];
  if (!notice?.item) return text;
  const { item, procedure } = notice;
  return {
    zh: `“${item.zh}”${procedure ? `的${procedureNames[procedure] ?? procedure}：` : '的'}${text.zh}`,
    en: `${text.en}, of ${item.en}${procedure ? `: ${procedure}` : ''}`,
  };
}

function pauseWords(pause: ExplainedPause): LocalText {
  const { from, to } = pause;
  const { zh, en } = causeWords(pause);
  return {
    zh: to ? `${local(from)} 至 ${local(to)} 因${zh}停止计时` : `自 ${local(from)} 起因${zh}停止计时`,
    en: to
      ? `from ${local(from)} to ${local(to)} the clock stood still: ${en}`
      : `since ${local(from)} the clock has stood still: ${en}`,
  };
}

/** In which a limit was made longer. */
const extensionWords = ({ days, at }: ExplainedExtension): LocalText => ({
  zh: `${local(at)} 经批准延长 ${days} 个工作日，已告知理由（行政许可法第四十二条）`,
  en: `on ${local(at)} it was extended by ${days} working days with approval, and the applicant was told why (Administrative Licensing Law, art. 42)`,
});

function sentence(
  calendar: Calendar,
  limit: TimeLimit,
  filedAt: Date,
  found: Omit<Explanation, 'because'>,
): LocalText {
  const received = local(receivedAt(calendar, filedAt).toISOString());
  const isLater = received !== local(filedAt.toISOString());
  const { text: rule } = 'workingDays' in limit ? rules.workingDays : rules.openingHours;
  const pauses = found.pauses.map(pauseWords);
  const late: LocalText = {
    zh: '（办公时间外提交，视为下一个办公时间收到）',
    en: ' (filed outside opening hours: it counts as received at the next opening)',
  };
  const provisional: LocalText = {
    zh: '跨入尚未公布放假安排的年度，日期为暂定',
    en: 'it reaches into a year whose holidays are not published yet, so the date is provisional',
  };
  const parts: LocalText[] = [
    { zh: `${received} 收到${isLater ? late.zh : ''}`, en: `received ${received}${isLater ? late.en : ''}` },
    { zh: `时限 ${amount(limit).zh}，${rule.zh}`, en: `the limit is ${amount(limit).en}, ${rule.en}` },
    ...found.extensions.map(extensionWords),
    ...pauses,
    ...(found.provisional ? [provisional] : []),
  ];
  const due = local(found.dueAt);
  return {
    zh: `${found.running ? `${due} 到期` : `停止计时，此前的到期时间为 ${due}`}：${parts.map(({ zh }) => zh).join('；')}。`,
    en: `${found.running ? `Due ${due}` : `The clock stands still; it was due ${due}`}, because: ${parts.map(({ en }) => en).join('; ')}. Times are of Asia/Shanghai.`,
  };
}

/**
 * How a limit is counted, from the beginning.
 * @param filedAt when it began: filed, or requested
 * @param pauses of whatever the limit belongs to, oldest first
 * @param extensions oldest first; of several the longest holds, as each tells the working days in all
 */
export function explain(
  calendar: Calendar,
  limit: TimeLimit,
  filedAt: Date,
  pauses: ExplainedPause[],
  extensions: ExplainedExtension[] = [],
): Explanation {
  const { stretches, more } = stretchesOf(calendar, limit, filedAt, pauses, extensions);
  const last = stretches.at(-1) as Stretch;
  const due = dueAt(calendar, extended(calendar, last.left, more), last.from);
  const days =
    'workingDays' in limit
      ? stretches.flatMap((each) => wholeDays(calendar, each))
      : joined(stretches.flatMap((each) => minutesOfDays(calendar, each)));
  const first = shanghaiDay(
    new Date(receivedAt(calendar, filedAt).getTime() + ('workingDays' in limit ? dayMs : 0)),
  );
  const end = last.to ? shanghaiDay(last.to) : shanghaiDay(new Date(due.dueAt));
  const found = {
    ...due,
    running: last.to === undefined,
    counted: days,
    notCounted: uncounted(calendar, first, end, days),
    pauses,
    extensions,
    rules: rulesOf(limit, pauses, extensions),
  };
  return { ...found, because: sentence(calendar, limit, filedAt, found) };
}
