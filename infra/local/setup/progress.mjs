/**
 * What a person sees while something takes long, and how a run ends that cannot go on. Everything goes to the
 * error stream, so that a command's own output stays clean.
 */

/** An end that a person can act upon: one sentence, printed alone, exit code 1. */
export class Failure extends Error {
  name = 'Failure';
}

/** Prints the one sentence of a failure, or the whole of an unexpected error, and sets the exit code. */
export function reportFailure(error) {
  endLine();
  process.exitCode = 1;
  // By its name: a test runner may have loaded this module a second time.
  if (error?.name === 'Failure') process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`${error?.stack ?? error}\n`);
}

const running = new Map();
const firstWordAfterMs = 1500;
const nextWordAfterMs = 10_000;
let ticker;
let drawn = false;

const isTerminal = () => Boolean(process.stderr.isTTY);
const seconds = (since) => (Date.now() - since) / 1000;

function endLine() {
  if (drawn) process.stderr.write('\r\u001b[K');
  drawn = false;
}

/** On a terminal one line that counts the seconds; elsewhere a line now and then. */
function draw() {
  if (isTerminal()) {
    const width = (process.stderr.columns ?? 80) - 1;
    const line = [...running.values()].map((task) => `${task.label}${task.detail}`).join(', ');
    const longest = Math.max(...[...running.values()].map((task) => seconds(task.since)));
    const counted = ` … ${longest.toFixed(0)} s`;
    process.stderr.write(`\r\u001b[K  ${line.slice(0, width - counted.length - 2)}${counted}`);
    drawn = true;
    return;
  }
  for (const task of running.values()) {
    if (Date.now() < task.nextWordAt) continue;
    const counted = task.spoken ? ` ${seconds(task.since).toFixed(0)} s` : '';
    process.stderr.write(`  ${task.label}${task.detail} …${counted}\n`);
    task.spoken = true;
    task.nextWordAt = Date.now() + nextWordAfterMs;
  }
}

/**
 * Does some work while its label and the elapsed seconds are shown; several at a time share the line.
 * The work may add a detail to its label, such as "2 of 4".
 */
export async function progress(label, work) {
  const task = {
    label,
    detail: '',
    since: Date.now(),
    nextWordAt: Date.now() + firstWordAfterMs,
    spoken: false,
  };
  running.set(task, task);
  ticker ??= setInterval(draw, 200);
  const setDetail = (detail) => {
    task.detail = detail ? ` (${detail})` : '';
  };
  let mark = '✗';
  try {
    const answer = await work(setDetail);
    mark = '✓';
    return answer;
  } finally {
    running.delete(task);
    if (running.size === 0) {
      clearInterval(ticker);
      ticker = undefined;
    }
    endLine();
    process.stderr.write(`${mark} ${label} (${seconds(task.since).toFixed(1)} s)\n`);
  }
}
