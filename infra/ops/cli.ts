/**
 * An operator's command line: `npm run ops -- case <number> | late | stuck | escalated | department <code> |
 * departments import <file> | repair <number> | pause <code> | resume <code> | handover <review> <officer> |
 * anew <number> | dead-letters … |
 * replay … [--stage S] [--json]`. With the operator's own rights;
 * what it changes is only what is safe to repeat.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Found } from '../../functions/operations/read.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { Failure, reportFailure } from '../local/setup/progress.mjs';
import { executionLink, type Stage, turnTo } from './stage.ts';

const usage = `Usage: npm run ops -- <command> [--stage local] [--json]

  case <number>                      who holds it up since when and until when, and everything that it has sent
  late                               cases past their promise or the law's limit
  stuck                              cases whose effects are missing although they were repeated
  escalated                          reviews whose department stays silent
  department <code>                  its address, its pace, its open reviews
  departments import <file.csv> [--dry-run]    connects departments from a table; new secrets go into <file>.secrets
  repair <number> [--dry-run] [--sms]    repeats what is safe to repeat; --sms: also SMS that may have arrived
  pause <code> | resume <code>       a department's webhooks; resuming sends everything open
  handover <review> <officer>        to another officer of its department, shown in their inbox; by name or subject
  anew <number>                      outputs of a parcel lost three times lie at the window: sends the code
  dead-letters [redrive <queue>]     what the queues have put aside; brings it back
  dead-letters shelve <queue> --because <reason>    writes it down and takes it out of the queue
  replay <number>                    carries the whole journal of a case again
  replay --since <instant>           of all cases, what was written since`;

const options = {
  stage: { type: 'string', default: 'local' },
  json: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  sms: { type: 'boolean', default: false },
  since: { type: 'string' },
  because: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Flags = { 'dry-run': boolean; sms: boolean; since?: string | undefined; because?: string | undefined };
/** What a command answers: data for programs, lines for people. */
type Answer = { data: unknown; lines: string[] };
type Command = (stage: Stage, args: string[], flags: Flags) => Promise<Answer>;

function given(args: string[], what: string): string {
  const [first] = args;
  if (!first) throw new Failure(`Name ${what}. ${usage}`);
  return first;
}

/** Loaded only now: the rooms of the functions read the stage from the environment. */
const rooms = async () => ({
  ...(await import('../../functions/operations/read.ts')),
  ...(await import('../../functions/operations/lists.ts')),
  ...(await import('../../functions/operations/repair.ts')),
  ...(await import('../../functions/operations/replay.ts')),
  ...(await import('../../functions/operations/story.ts')),
  ...(await import('../../functions/dead-letters/letters.ts')),
  ...(await import('./queues.ts')),
  ...(await import('./render.ts')),
  ...(await import('./act.ts')),
  ...(await import('./import-departments.ts')),
  ...(await import('../../functions/clock/now.ts')),
});

/** A case of this stage with everything around it. */
async function wholeCase(number: string): Promise<Found> {
  const { readWhole } = await rooms();
  return readWhole(number).catch((error: unknown) => {
    const isNone = error instanceof Problem && error.type === 'not-found';
    throw isNone ? new Failure(`There is no case ${number} on this stage.`) : error;
  });
}

const commands: Record<string, Command> = {
  async case(stage, args) {
    const { storyOf, storyLines, businessNow } = await rooms();
    const story = storyOf(await wholeCase(given(args, 'the number of a case')), (name) =>
      executionLink(stage, name),
    );
    return { data: story, lines: storyLines(story, await businessNow()) };
  },
  async late() {
    const { lateCases, caseLines } = await rooms();
    const items = await lateCases();
    return { data: { items }, lines: caseLines(items, 'No case is late.') };
  },
  async stuck() {
    const { stuckCases, caseLines } = await rooms();
    const items = await stuckCases();
    return { data: { items }, lines: caseLines(items, 'No case is stuck.') };
  },
  async escalated() {
    const { escalatedReviews, reviewLines, businessNow } = await rooms();
    const items = await escalatedReviews(await businessNow());
    return { data: { items }, lines: reviewLines(items, 'No review is escalated.') };
  },
  async department(_, args) {
    const { departmentState, departmentLines } = await rooms();
    const state = await departmentState(given(args, 'the code of a department'));
    return { data: state, lines: departmentLines(state) };
  },
  async departments(_, [what, file], { 'dry-run': dryRun }) {
    if (what !== 'import' || !file) throw new Failure(`Say departments import <file.csv>. ${usage}`);
    if (!existsSync(file)) throw new Failure(`There is no file ${file}.`);
    const { importDepartments, reportLines } = await rooms();
    const report = await importDepartments(readFileSync(file, 'utf8'), `${file}.secrets`, dryRun);
    return { data: report, lines: reportLines(report) };
  },
  async repair(_, args, flags) {
    const { repairsOf, carryOut, repairLines } = await rooms();
    const number = given(args, 'the number of a case');
    const steps = repairsOf(await wholeCase(number), flags.sms);
    const dryRun = flags['dry-run'];
    const report = dryRun ? steps.map(({ kind, what }) => ({ kind, what })) : await carryOut(steps);
    return { data: { dryRun, steps: report }, lines: repairLines(number, report) };
  },
  async pause(_, args) {
    const code = given(args, 'the code of a department');
    await (await rooms()).pauseDepartment(code, true);
    return { data: { code, paused: true }, lines: [`${code} is sent nothing until it is resumed.`] };
  },
  async resume(_, args) {
    const code = given(args, 'the code of a department');
    await (await rooms()).pauseDepartment(code, false);
    return { data: { code, paused: false }, lines: [`${code} is sent everything that is open.`] };
  },
  async handover({ userPoolId }, [review, officer]) {
    if (!review || !officer) throw new Failure(`Say handover <review> <officer>. ${usage}`);
    const after = await (await rooms()).handOverReview(review, officer, userPoolId);
    const { id, department, status, assignee } = after;
    return {
      data: { review: id, department, status, ...assignee },
      lines: [
        `${id} of ${department} is handed to ${assignee?.officer}. Any officer of ${department} can still decide it.`,
      ],
    };
  },
  async anew(_, args) {
    const { application } = await (await rooms()).handOverAnew(given(args, 'the number of a case'));
    const { number, status } = application;
    return { data: { number, status }, lines: [`${number} is ${status}: the applicant is sent a code.`] };
  },
  async 'dead-letters'(stage, [what, name], { because }) {
    const { deadLetterQueues, look, queueLines, redrive, shelve, untilEmpty, who } = await rooms();
    const queues = await deadLetterQueues(stage.name);
    if (what === undefined) {
      const items = await Promise.all(
        queues.map(async (queue) => ({ ...queue, letters: queue.waiting > 0 ? await look(queue) : [] })),
      );
      return { data: { items }, lines: queueLines(items) };
    }
    const queue = queues.find((each) => each.name === name || each.belongsTo?.name === name);
    if (!['redrive', 'shelve'].includes(what) || !queue) {
      throw new Failure(
        `Say dead-letters redrive or shelve <queue>, one of: ${queues.map((each) => each.name).join(', ')}`,
      );
    }
    if (what === 'shelve') {
      if (!because) throw new Failure('Say why: --because <reason>.');
      const shelved = await untilEmpty(() => shelve(queue, because, who()));
      return {
        data: { queue: queue.name, shelved },
        lines: [`${shelved} messages are taken out of ${queue.name} and written down.`],
      };
    }
    const count = await untilEmpty(() => redrive(queue));
    return {
      data: { queue: queue.name, redriven: count },
      lines: [`${count} messages are back in ${queue.belongsTo?.name}.`],
    };
  },
  async replay(_, args, { since }) {
    const { replayCase, replaySince, businessNow } = await rooms();
    if (since === undefined) {
      const number = given(args, 'the number of a case, or --since an instant');
      const count = await replayCase(number);
      if (count === 0) throw new Failure(`There is no case ${number} on this stage.`);
      return { data: { entries: count }, lines: [`${count} entries are carried again.`] };
    }
    const from = new Date(since);
    if (Number.isNaN(from.getTime()))
      throw new Failure(`"${since}" is no instant: ISO 8601, such as 2026-11-24T08:00:00Z.`);
    let count = 0;
    let cursor: string | undefined;
    do {
      const part = await replaySince(from.toISOString(), await businessNow(), cursor);
      count += part.entries;
      cursor = part.cursor;
      process.stderr.write(`\r${count} entries`);
    } while (cursor);
    process.stderr.write('\n');
    return { data: { entries: count }, lines: [`${count} entries are carried again.`] };
  },
};

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/** @returns what is printed */
export async function run(argv: string[]): Promise<string> {
  const { values, positionals } = parse(argv);
  const [name = '', ...args] = positionals;
  if (values.help || name === '' || name === 'help') return usage;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Failure(`There is no command "${name}".\n\n${usage}`);
  const { data, lines } = await command(await turnTo(values.stage), args, values).catch((error: unknown) => {
    throw error instanceof Problem ? new Failure(error.message) : error;
  });
  return values.json ? JSON.stringify(data, null, 2) : lines.join('\n');
}

if (import.meta.main) {
  try {
    process.stdout.write(`${await run(process.argv.slice(2))}\n`);
  } catch (error) {
    reportFailure(error);
  }
}
