import { day } from '../chaos.ts';
import type { Evidence, FoundCase, Invariant } from './found.ts';
import { waitsOf } from './waits.ts';

/** So long an execution may outlive its round once nothing goes wrong any more: a redrive, and a replay after it. */
const graceMs = 2 * day;

type Condition = { code: string; status: string };

function recordingFaults({ application, timeline }: FoundCase, { truth }: Evidence): string[] {
  const { number } = application;
  const own = truth.recordings.filter((each) => each.application === number);
  const faults = own
    .filter(({ mayDoIt, status }) => !mayDoIt && status === 200)
    .map(({ by, condition }) => `${number}: ${by} recorded ${condition}, which does not concern them`);
  for (const { code, status } of application.conditions as Condition[]) {
    const tries = own.filter(({ condition, mayDoIt }) => condition === code && mayDoIt);
    const isTaken = tries.some((each) => each.status === 200);
    const mayBeTaken = isTaken || tries.some((each) => each.status === 0 || each.status >= 500);
    const told = timeline.filter(
      ({ type, condition }) => type === 'condition.met' && condition === code,
    ).length;
    if (told !== (status === 'met' ? 1 : 0))
      faults.push(`${number}: ${code} is ${status} and told ${told} times`);
    if (isTaken && told === 0) faults.push(`${number}: ${code} was recorded and is not met`);
    if (told > 0 && !mayBeTaken) faults.push(`${number}: ${code} is met and nobody recorded it`);
  }
  return faults;
}

/** What lies behind conditions is in one round, requested only after them, and again only after a correction. */
function requestFaults({ application, timeline, truth }: FoundCase): string[] {
  const { number } = application;
  const { items, conditions } = truth.service;
  const codes = conditions.map(({ code }) => code);
  const opened = timeline
    .filter(({ type }) => type === 'round.opened')
    .flatMap(({ reviews }) => reviews as string[]);
  const faults = opened.filter((id, i) => opened.indexOf(id) !== i).map((id) => `${id} is in two rounds`);
  const metAt = (code: string): number =>
    timeline.find(({ type, condition }) => type === 'condition.met' && condition === code)?.version ??
    Number.POSITIVE_INFINITY;
  const requests = timeline.filter(({ type }) => type === 'review.requested');
  for (const [review, list] of Map.groupBy(requests, (each) => String(each.review))) {
    const corrections = timeline.filter(
      ({ type, version }) =>
        (type === 'application.corrected' || type === 'application.supplemented') &&
        version > (list[0]?.version ?? 0),
    ).length;
    if (list.length > 1 + corrections)
      faults.push(`${review} is requested ${list.length} times, after ${corrections} corrections`);
    if (!opened.includes(review)) faults.push(`${review} is requested and in no round`);
    const after = items.find(({ code }) => code === list[0]?.item)?.after ?? [];
    for (const code of after.filter((each) => codes.includes(each))) {
      if (metAt(code) > (list[0]?.version ?? 0))
        faults.push(`${number}: ${review} is requested before ${code}`);
    }
  }
  return faults;
}

/** No execution waits for what is outside: those of earlier rounds end, and none begins. */
function executionFaults(found: FoundCase, { world }: Evidence): string[] {
  const { number } = found.application;
  const now = world.clock.now;
  const own = [...world.workflow.executions.values()].filter(
    ({ name }) => name === number || name.startsWith(`${number}.`),
  );
  return waitsOf(found).all.flatMap(({ from, to }) => {
    const begin = Math.max(Date.parse(from), world.chaos.until);
    const end = to ? Date.parse(to) : now;
    return own
      .filter(({ runs }) =>
        runs.some((run) => Math.min(run.to ?? now, end) - Math.max(run.from, begin) > graceMs),
      )
      .map(({ name }) => `${name} runs while ${number} waits for nothing but a condition, from ${from} on`);
  });
}

export const conditions: Invariant = {
  name: 'conditions',
  protects:
    'What is recorded is met, once, by whom it concerns; what waited for it is asked once, and waits without an execution.',
  check: (all) =>
    all.found.cases.flatMap((found) => [
      ...recordingFaults(found, all),
      ...requestFaults(found),
      ...executionFaults(found, all),
    ]),
};
