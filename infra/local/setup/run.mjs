/** Runs a program to its end, its output in a log file and not on the screen. */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * @returns its exit code (127 if it could not be started) and all that it printed.
 * @param options.log file that the output is added to; `onLine` sees each line as it comes, `onStart` the process.
 */
export function run(command, args, { log, onLine, onStart, ...options } = {}) {
  return new Promise((resolve) => {
    let output = '';
    let partial = '';
    const take = (chunk) => {
      output += chunk;
      if (log) appendFileSync(log, chunk);
      if (!onLine) return;
      const lines = (partial + chunk).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    };
    if (log) {
      mkdirSync(dirname(log), { recursive: true });
      appendFileSync(log, `\n$ ${[command, ...args].join(' ')}\n`);
    }
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    onStart?.(child);
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) => resolve({ code: code ?? 1, signal, output }));
  });
}

const besideThePoint =
  /^(code|errno|syscall|network This is|npm warn|warning|File ")|A complete log of this run|proxy|npm help|--help|notice\b/i;

/** The line of an output that says best what went wrong: the first one that speaks of it, or the last of all. */
export function reason(output) {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^\s*(npm )?(error|ERR!|❌)[:\s]*/i, 'error ').trim())
    .filter((line) => line && !besideThePoint.test(line.replace(/^error /, '')));
  const telling = lines.find((line) => /error .|fail|not found|can(not| only)|could not/i.test(line));
  const said = telling ?? lines.at(-1) ?? 'it said nothing';
  return said
    .replace(/^error /, '')
    .replace(/[.:]+$/, '')
    .slice(0, 300);
}
