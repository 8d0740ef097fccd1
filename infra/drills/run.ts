/** One drill, from the fault to the end of its case, and what there is to tell of it. */
import { alarmsOf } from '../alarms/alarms.ts';
import type { Settings } from '../local/settings.ts';
import { drills } from './drills.ts';
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

/** Minutes that an alarm looks at before it rings. */
function looksFor(name: string): number {
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
  // One datum in the first of its periods is enough where one must breach.
  return found.periods[0] === 1 ? 1 : (found.periods[0] * found.seconds) / 60;
}

const ended = ['completed', 'refused', 'withdrawn'];

/** @throws Error when the case does not end, or the runbook needs more than three commands */
export async function runDrill(name: string, settings: Settings): Promise<Told> {
  const drill = drills[name];
  if (!drill) throw new Error(`There is no drill ${name}; there are ${Object.keys(drills).join(', ')}.`);
  const stand = new Stand(settings);
  let minutes: number | undefined;
  const number = await drill.run(stand, () => {
    minutes = stand.minutes;
  });
  await stand.untilStatus(number, ...ended);
  if (stand.commands.length > 3) throw new Error(`It took ${stand.commands.length} commands.`);
  if (drill.alarm && minutes === undefined) throw new Error(`${drill.alarm} did not ring.`);
  return {
    drill: name,
    what: drill.what,
    alarm: drill.alarm ?? null,
    minutesToAlarm: drill.alarm ? Math.round((minutes ?? 0) + looksFor(drill.alarm)) : null,
    commands: stand.commands,
    number,
  };
}
