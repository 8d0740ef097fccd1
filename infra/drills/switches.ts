/** Drills of what somebody has switched off. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { streamMapping, sweepRule, switchMapping } from './behind.ts';
import type { Drill } from './drill.ts';
import { type Stand, until } from './stand.ts';

/** A rule that runs every minute has missed one by then. */
const missedMs = 75_000;

async function mustBeSilent(stand: Stand, id: 'Relay' | 'Sweep', lines: number): Promise<void> {
  if ((await stand.lines(id)).length > lines) throw new Error(`${id} still runs.`);
}

export const switchDrills: Record<string, Drill> = {
  'relay-off': {
    what: 'The relay is switched off: nothing that is written has any effect',
    alarm: 'RelaySilent',
    run: async ({ stand, faults, rang }) => {
      const uuid = await streamMapping(stand);
      const undo = { kind: 'mapping', uuid } as const;
      await faults.bring(undo, () => switchMapping(stand, uuid, false));
      const before = (await stand.lines('Relay')).length;
      const { number } = await stand.submit();
      await stand.pass(30);
      await until(
        'the watch to miss what the case should have caused',
        () => stand.counted('CasesRepaired', number),
        (times) => times > 0,
      );
      // Its heartbeat is the least that there is to carry.
      await stand.invoke('Census');
      await mustBeSilent(stand, 'Relay', before);
      rang();
      await stand.aws(`lambda update-event-source-mapping --enabled --uuid ${uuid}`, () => faults.mend(undo));
      return number;
    },
  },
  'sweep-off': {
    what: 'The sweep is switched off: nothing becomes overdue, nothing is repaired',
    alarm: 'SweepSilent',
    run: async ({ stand, faults, rang }) => {
      const Name = await sweepRule(stand);
      const undo = { kind: 'rule', name: Name } as const;
      await faults.bring(undo, () =>
        new EventBridgeClient(stand.client).send(new DisableRuleCommand({ Name })),
      );
      const { number } = await stand.submit();
      const before = (await stand.lines('Sweep')).length;
      await sleep(missedMs);
      await mustBeSilent(stand, 'Sweep', before);
      rang();
      await stand.aws(`events enable-rule --name ${Name}`, () => faults.mend(undo));
      await until(
        'the sweep to run',
        async () => (await stand.lines('Sweep')).length,
        (lines) => lines > before,
        130_000,
      );
      return number;
    },
  },
};
