import { day } from '../chaos.ts';
import type { Evidence, FoundCase, Invariant } from './found.ts';

const ended = ['completed', 'withdrawn', 'refused', 'revoked', 'not-accepted'];
/** Silence for so long after the last fault is too much, whatever alarm once rang. */
const bound = 20 * day;

/** Whether an alarm that goes to an operator named this case. */
function isNamed({ world }: Evidence, number: string): boolean {
  const heeded = new Set(world.wiring.alarms.map(({ metric }) => metric));
  return world.bells.some(({ alarm, about }) => {
    if (!about.includes(number)) return false;
    return heeded.has(alarm) || world.queues.has(alarm) || alarm === 'ExecutionsFailed';
  });
}

function isDone({ application, truth }: FoundCase): boolean {
  const isUndecided = (application.objections ?? []).some(
    ({ status }: { status: string }) => status === 'filed',
  );
  return ended.includes(application.status) && !isUndecided && truth.number === application.number;
}

/** Reviews of ended cases that a department would go on working at. */
const leftOpen = ({ application }: FoundCase): string[] =>
  (application.reviews as { id: string; status: string }[])
    .filter(({ status }) => ['requested', 'overdue', 'correction'].includes(status))
    .map(({ id }) => id);

export const endings: Invariant = {
  name: 'endings',
  protects: 'Every case ends, or an alarm has named it within its bound; nobody waits unseen.',
  check: (all) =>
    all.found.cases.flatMap((found) => {
      const { number, status } = found.application;
      if (isDone(found)) {
        const open = leftOpen(found);
        return open.length > 0 ? [`${number} is ${status} and still has ${open} in work`] : [];
      }
      if (isNamed(all, number)) return [];
      const since = (all.world.clock.now - Date.parse(String(found.timeline.at(-1)?.at))) / day;
      return since * day > bound
        ? [`${number} is ${status} since ${since.toFixed(1)} days and no alarm has named it`]
        : [`${number} is ${status} and has not ended`];
    }),
};
