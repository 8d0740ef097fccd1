/** The drill of the local cloud itself: it is killed in the middle of a case, and started again. */
import { Refused } from '../local/api.ts';
import { emptied } from '../local/start.ts';
import { untilWaiting } from './behind.ts';
import type { Copy } from './copy.ts';
import { department, mustName, type Words } from './drill.ts';
import type { Stand } from './stand.ts';

/** A drill that needs a copy of its own, for it ends it. */
export type DrillOfCopy = Words & {
  /** @returns the number of the case that must end, and where */
  runOn: (copy: Copy) => Promise<{ stand: Stand; number: string }>;
};

async function caseInTheMiddle(stand: Stand): Promise<string> {
  await stand.behave(department, 'silent');
  const { number } = await stand.submit();
  await untilWaiting(stand, number);
  return number;
}

async function mustBeUnknown(stand: Stand, number: string): Promise<void> {
  const operator = await stand.as('operator');
  const refused = await operator('GET', `/applications/${number}`).catch((error: unknown) => error);
  if (!(refused instanceof Refused) || !refused.message.includes('was answered 404'))
    throw new Error(`${number} should not be known: ${JSON.stringify(refused)}`);
}

export const restartDrills: Record<string, DrillOfCopy> = {
  'cloud-restarted': {
    what: 'The local cloud is killed in the middle of a case: it starts empty again, and says so',
    runOn: async (copy) => {
      const first = await copy.start();
      const lost = await caseInTheMiddle(first);
      const code = await copy.killCloud();
      if (code !== 1) throw new Error(`npm start ended with ${code}.`);
      mustName(copy.printed, 'The local cloud has ended by itself');
      if (copy.isAnnounced) throw new Error('Tools are still sent to a cloud that is gone.');
      const stand = await copy.start();
      stand.commands.push('npm start -- --no-demo');
      mustName(copy.printed, emptied);
      if (stand.endpoints.api !== first.endpoints.api) throw new Error('The address has changed.');
      await mustBeUnknown(stand, lost);
      const { number } = await stand.api('POST /applications, as at first', () => stand.submit());
      return { stand, number };
    },
  },
};
