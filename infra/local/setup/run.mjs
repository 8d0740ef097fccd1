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

/** The line of an output that says best what went wrong: the last one that speaks of an error, or the last. */
export function reason(output) {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^\s*(npm )?(error|ERROR|ERR!|❌)[:\s]*/, 'error ').trim())
    .filter((line) => line && !/A complete log of this run|npm\.log|--help|notice\b/i.test(line));
  const telling = lines.filter((line) => /error|fail|not found|no matching|cannot/i.test(line));
  return (telling.at(-1) ?? lines.at(-1) ?? 'it said nothing')
    .replace(/^error /, '')
    .replace(/[.:]+$/, '')
    .slice(0, 300);
}
