/** Answers as lines that a person on call reads at three in the morning. No I/O. */

import type { Contact } from '../../functions/catalogue/schemas.ts';
import type { Letter } from '../../functions/dead-letters/letters.ts';
import type { Holder } from '../../functions/operations/holders.ts';
import type { DepartmentState, Listed, ListedReview } from '../../functions/operations/lists.ts';
import type { Done, Step } from '../../functions/operations/repair.ts';
import type { Story } from '../../functions/operations/story.ts';
import { timeOf as clockTime } from '../local/narration.ts';
import type { Waiting } from './queues.ts';

/** In the centre's time zone, to the minute. */
export const when = (instant: string): string =>
  new Date(instant).toLocaleString('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: 'short',
  });

/** How long it has been, roughly. */
export function ago(instant: string, now: Date): string {
  const minutes = Math.round((now.getTime() - Date.parse(instant)) / 60_000);
  if (Math.abs(minutes) < 60) return `${minutes} min`;
  const hours = minutes / 60;
  return Math.abs(hours) < 48 ? `${hours.toFixed(1)} h` : `${Math.round(hours / 24)} days`;
}

const section = (title: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];

/** Columns that line up. */
export function columns(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function holder({ who, what, since, until, mark, note }: Holder, now: Date): string {
  const late = until !== undefined && until < now.toISOString();
  return [
    `${who} owes ${what.en}`,
    ...(since ? [`since ${when(since)} (${ago(since, now)})`] : []),
    ...(until ? [`${late ? 'was due' : 'due'} ${when(until)}`] : []),
    ...(mark ? [mark.toUpperCase()] : []),
    ...(note ? [note.en] : []),
  ].join(', ');
}

const facts = (event: Story['timeline'][number]): string =>
  Object.entries(event)
    .filter(([name]) => !['at', 'by', 'version', 'type'].includes(name))
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : value}`)
    .join(' ');

export function storyLines(story: Story, now: Date): string[] {
  const { heldBy, overdue } = story;
  return [
    `${story.number}  ${story.service}  ${story.status.toUpperCase()}${overdue ? `  past its ${overdue} limit` : ''}`,
    `submitted ${when(story.submittedAt)}, promised by ${when(story.promisedDueAt)}, by law until ${when(story.statutoryDueAt)} (Asia/Shanghai)`,
    ...section(
      'Who holds it up',
      heldBy.length > 0 ? heldBy.map((each) => holder(each, now)) : ['nobody: nothing is left to do'],
    ),
    ...section(
      'Missing (repair: npm run ops -- repair)',
      story.missing.map(({ en }) => en),
    ),
    ...section(
      'What happens next',
      story.next.map(({ at, what }) => `${when(at)}  ${what.en}`),
    ),
    ...section(
      'Reviews',
      columns(
        story.reviews.map(({ id, item, department, status, round, dueAt, officer }) => [
          id,
          item,
          department,
          status,
          `round ${round}`,
          dueAt ? `due ${when(dueAt)}` : '',
          officer ? `handed to ${officer}` : '',
        ]),
      ),
    ),
    ...section(
      'Executions',
      story.executions.flatMap(({ name, status, link }) => [
        `${name}  ${status}`,
        ...(link ? [`  ${link}`] : []),
      ]),
    ),
    ...section(
      'Consignments',
      columns(
        story.consignments.map(({ id, method, status, trackingNumber = '' }) => [
          id,
          method,
          status,
          trackingNumber,
        ]),
      ),
    ),
    ...section(
      'SMS',
      columns(story.messages.map(({ id, template, status, at }) => [when(at), template, status, id])),
    ),
    ...section(
      'Webhooks',
      columns(
        story.webhooks.map(({ at, type, department, status, attempts, answer, nextAt }) => [
          when(at),
          type,
          department,
          status,
          `${attempts} attempts`,
          answer ? `last answer ${answer}` : 'no answer',
          nextAt && status === 'failing' ? `next ${when(nextAt)}` : '',
        ]),
      ),
    ),
    ...section(
      'Timeline',
      columns(
        story.timeline.map((event) => [
          when(event.at),
          String(event.version),
          event.type,
          event.by,
          facts(event),
        ]),
      ),
    ),
  ];
}

export const caseLines = (rows: Listed[], none: string): string[] =>
  rows.length === 0
    ? [none]
    : columns(
        rows.map(({ number, service, status, since, because }) => [
          number,
          service,
          status,
          `since ${when(since)}`,
          because,
        ]),
      );

/** Whom to call, in one line. */
export const contactLine = ({ name, phone, email, hours }: Contact): string =>
  `${name}, ${phone}, ${email}, ${hours.en}`;

export const reviewLines = (rows: ListedReview[], none: string): string[] =>
  rows.length === 0
    ? [none]
    : columns(
        rows.map(({ review, item, department, status, since, dueAt, officer, contact }) => [
          review,
          item,
          department,
          status,
          since ? `asked ${when(since)}` : '',
          dueAt ? `due ${when(dueAt)}` : '',
          officer ? `handed to ${officer}` : '',
          contact ? `call ${contactLine(contact)}` : '',
        ]),
      );

const openTitle = ({ open, overdue, escalated }: DepartmentState['counts'], shown: number): string =>
  [
    `${open} open`,
    ...(overdue > 0 ? [`${overdue} overdue`] : []),
    ...(escalated > 0 ? [`${escalated} escalated`] : []),
    ...(shown < open ? [`the ${shown} soonest due`] : []),
  ].join(', ');

export function departmentLines(state: DepartmentState): string[] {
  const { code, contact, webhookUrl, receives, paused, gone, pace, tookLast, failing, counts, open } = state;
  const because = gone ? 'its system answered 410' : paused ? 'it is paused' : 'it has no address';
  return [
    `${code}  ${webhookUrl ?? 'no address'}  ${receives ? 'receives webhooks' : `receives nothing: ${because}`}`,
    contact ? `call ${contactLine(contact)}` : 'the catalogue does not say whom to call',
    ...(pace > 0 ? [`its system is slow: one webhook in ${Math.round(pace / 1000)} s`] : []),
    ...(tookLast ? [`took its last webhook ${when(tookLast)}`] : []),
    ...section(
      `${failing.length} webhooks not taken`,
      columns(
        failing.map(({ review, type, status, attempts, answer, nextAt }) => [
          review,
          type,
          status,
          `${attempts} attempts`,
          answer ? `last answer ${answer}` : 'no answer',
          nextAt ? `next ${when(nextAt)}` : '',
        ]),
      ),
    ),
    ...section(openTitle(counts, open.length), reviewLines(open, 'nothing')),
  ];
}

/** What a repair did, or would do. */
export function repairLines(number: string, steps: (Pick<Step, 'what'> & Partial<Done>)[]): string[] {
  if (steps.length === 0) return ['Nothing is missing: there is nothing to repeat.'];
  const told = steps.map(({ what, done }) =>
    done === undefined ? `Would: ${what.en}` : `${done ? 'Did' : 'Was refused'}: ${what.en}`,
  );
  return [...told, `Look again in a minute: npm run ops -- case ${number}`];
}

export const queueLines = (queues: (Waiting & { letters: Letter[] })[]): string[] =>
  queues.flatMap(({ name, waiting, belongsTo, letters }) => [
    `${name}  ${waiting === 0 ? 'empty' : `${waiting} put aside`}${belongsTo ? `, belongs to ${belongsTo.name}` : ', of the stream'}`,
    ...letters.map(
      ({ type, application, sentAt, receptions }) =>
        `  ${when(sentAt)} ${clockTime(sentAt)}  ${type}  ${application}  handed out ${receptions} times`,
    ),
  ]);
