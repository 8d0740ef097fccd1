/**
 * `npm run drill -- <name> | all [--json | --table]`: a fault brought about on the running local copy, its alarm, and what the
 * runbook says about it, until the case has ended. It moves the business clock.
 */
import { parseArgs } from 'node:util';
import { cloudEnvironment, settingsFrom } from '../local/settings.ts';
import { Failure, reportFailure } from '../local/setup/progress.mjs';
import { drills } from './drills.ts';
import { runDrill, type Told, tableOf } from './run.ts';

const usage = (): string =>
  [
    'Usage: npm run drill -- <name> | all [--json | --table]',
    '',
    ...Object.entries(drills).map(([name, { what }]) => `  ${name.padEnd(20)}${what}`),
  ].join('\n');

const lines = ({ drill, what, alarm, minutesToAlarm, commands, number }: Told): string[] => [
  `${drill}: ${what}`,
  alarm ? `  alarm     ${alarm}, after ${minutesToAlarm} minutes` : '  alarm     none: nothing is to be done',
  ...(commands.length > 0 ? commands : ['none']).map(
    (each, i) => `  ${i === 0 ? 'commands' : '        '}  ${each}`,
  ),
  `  ended     ${number}`,
];

try {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, table: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [name = ''] = positionals;
  if (name === '' || name === 'help') {
    process.stdout.write(`${usage()}\n`);
  } else {
    if (name !== 'all' && !Object.hasOwn(drills, name))
      throw new Failure(`There is no drill "${name}".\n\n${usage()}`);
    const settings = settingsFrom();
    Object.assign(process.env, cloudEnvironment(settings));
    const all: Told[] = [];
    for (const each of name === 'all' ? Object.keys(drills) : [name]) {
      const told = await runDrill(each, settings);
      all.push(told);
      if (!values.table)
        process.stdout.write(`${values.json ? JSON.stringify(told) : lines(told).join('\n')}\n`);
    }
    if (values.table) process.stdout.write(`${tableOf(all)}\n`);
  }
} catch (error) {
  reportFailure(error);
}
