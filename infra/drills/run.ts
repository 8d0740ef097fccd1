/** One drill, from the fault to the end of its case, and what there is to tell of it. */
import { join } from 'node:path';
import { alarmsOf } from '../alarms/alarms.ts';
import { type AlarmData, anchorOf } from '../alarms/data.ts';
import type { Settings } from '../local/settings.ts';
import { Copy } from './copy.ts';
import type { Drill } from './drill.ts';
import { drills } from './drills.ts';
import { Faults, mendLeftovers } from './faults.ts';
import type { DrillOfCopy } from './restart.ts';
import { Stand } from './stand.ts';

export type Told = {
  drill: string;
  what: string;
  alarm: string | null;
  /** From the fault to the alarm: until its metric was there, and as long as CloudWatch then looks. */
  minutesToAlarm: number | null;
  commands: string[];
  /** The case with which it ended. */
  number: string;
};

/** Where drills write down what undoes their faults. */
export const folderOf = ({ directory }: Settings): string => join(directory, 'drills');

const endings = ['completed', 'refused', 'withdrawn'];
const mostCommands = 3;

function alarmNamed(name: string): AlarmData {
  const queues = ['Webhooks', 'Outputs', 'Messages'].map((queue) => ({ name: queue, queueName: queue }));
  const nowhere = {
    stage: 'local',
    tableName: '',
    indexes: [],
    apiId: '',
    stateMachineArn: '',
    functions: {},
    canaryMinutes: 5,
  };
  const all = alarmsOf({ ...nowhere, queues, deadLetters: queues, usdPerHour: 0 });
  const found = all.find((each) => each.name === name);
  if (!found) throw new Error(`There is no alarm ${name}.`);
  return found;
}

/**
 * From the fault to the alarm: until what it looks at is there, and as long as CloudWatch then looks. What rings
 * because nothing comes needs all of its periods, however long the drill watched.
 */
export function minutesTo(name: string, minutesToData: number): number {
  const { periods, seconds, missing } = alarmNamed(name);
  const looks = (periods[0] * seconds) / 60;
  if (missing === 'breaching') return looks;
  // One datum in the first of its periods is enough where one must breach.
  return Math.round(minutesToData + (periods[0] === 1 ? 1 : looks));
}

type Ended = { stand: Stand; number: string; minutes: number | undefined };

async function onCopyOfItsOwn({ runOn }: DrillOfCopy, settings: Settings): Promise<Ended> {
  const copy = await Copy.beside(settings);
  try {
    const { stand, number } = await runOn(copy);
    await stand.untilStatus(number, ...endings);
    return { stand, number, minutes: undefined };
  } finally {
    await copy.end();
  }
}

async function onRunningCopy({ run }: Drill, name: string, settings: Settings): Promise<Ended> {
  const stand = new Stand(settings);
  await mendLeftovers(stand, folderOf(settings));
  const faults = new Faults(stand, folderOf(settings), name);
  let minutes: number | undefined;
  const rang = () => {
    minutes = stand.minutes;
  };
  try {
    const number = await run({ stand, faults, rang });
    await stand.untilStatus(number, ...endings);
    return { stand, number, minutes };
  } finally {
    await faults.mendAll();
  }
}

/**
 * Runs a drill to its end; however it ends, its faults are undone.
 * @throws Error when the case does not end, or the runbook needs more than three commands
 */
export async function runDrill(name: string, settings: Settings): Promise<Told> {
  const drill = drills[name];
  if (!drill) throw new Error(`There is no drill ${name}; there are ${Object.keys(drills).join(', ')}.`);
  const { stand, number, minutes } =
    'runOn' in drill ? await onCopyOfItsOwn(drill, settings) : await onRunningCopy(drill, name, settings);
  const { what, alarm } = drill;
  const { commands } = stand;
  if (commands.length > mostCommands) throw new Error(`It took ${commands.length} commands.`);
  if (alarm && minutes === undefined) throw new Error(`${alarm} did not ring.`);
  return {
    drill: name,
    what,
    alarm: alarm ?? null,
    minutesToAlarm: alarm ? minutesTo(alarm, minutes ?? 0) : null,
    commands,
    number,
  };
}

/** What is typed stands in code; what is said beside it does not. */
const inCode = (command: string): string =>
  /^(aws|npm) /.test(command) ? `\`${command}\`` : command.replace(/^(PUT|POST) [^\s,]+/, '`$&`');

/** A row of the table in docs/operations.md, without what differs from run to run. */
export function rowOf({ drill, what, alarm, minutesToAlarm, commands, number }: Told): string {
  const general = commands.map((command) =>
    inCode(command)
      .replaceAll(number, '<number>')
      .replace(/(--uuid|--name) [\w-]+/, '$1 …')
      .replace(/OneWindow-local-App-[\w-]+/, '<queue>'),
  );
  const rings = alarm ? `[\`${alarm}\`](#${anchorOf(alarm)})` : 'none';
  return `| \`${drill}\` | ${what} | ${rings} | ${minutesToAlarm ?? ''} | ${general.join('; ') || 'none'} |`;
}

/** The table in docs/operations.md: what the drills have told. */
export const tableOf = (all: Told[]): string =>
  ['| Drill | | Alarm | Minutes | Commands |', '|---|---|---|---|---|', ...all.map(rowOf)].join('\n');
