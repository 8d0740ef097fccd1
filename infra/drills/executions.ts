/** Drills of the executions that wait beside their cases. */
import { deleteWait, stopExecution, untilAborted, untilWaiting } from './behind.ts';
import { type Drill, decide, decideInInbox, mustName, silentCase, untilStuck } from './drill.ts';

export const executionDrills: Record<string, Drill> = {
  'execution-stopped': {
    what: 'Somebody stops an execution: the case goes on without it',
    alarm: 'ExecutionsAborted',
    run: async ({ stand, faults, rang }) => {
      const { number, endSilence } = await silentCase({ stand, faults });
      await untilWaiting(stand, number);
      await stopExecution(stand, number);
      await untilAborted(stand, number);
      rang();
      mustName(await stand.ops('case', number), `${number}  ABORTED`);
      await decideInInbox(stand, number);
      await endSilence();
      return number;
    },
  },
  'token-deleted': {
    what: 'The row with the token of a wait is gone: the execution outlives its case',
    alarm: 'CasesStuck',
    run: async ({ stand, faults, rang }) => {
      const { number, endSilence } = await silentCase({ stand, faults });
      await untilWaiting(stand, number);
      await deleteWait(stand, number);
      await decide(stand, number);
      await endSilence();
      await stand.untilStatus(number, 'completed');
      await untilStuck(stand, number);
      rang();
      mustName(await stand.ops('stuck'), number);
      await stand.ops('repair', number);
      await untilAborted(stand, number);
      return number;
    },
  },
};
