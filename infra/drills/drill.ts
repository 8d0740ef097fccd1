/** What a drill is, and what several of them do. */
import type { Faults } from './faults.ts';
import { type Json, type Stand, until } from './stand.ts';

/** Where a drill takes place. */
export type Scene = {
  stand: Stand;
  faults: Faults;
  /** Says that what the alarm looks at is there. */
  rang: () => void;
};

export type Words = {
  /** In a few words. */
  what: string;
  /** The alarm of infra/alarms that rings; none, where nothing is to be done. */
  alarm?: string;
};

/** A drill on the copy that runs, which is whole again afterwards. */
export type Drill = Words & {
  /** @returns the number of the case that must end */
  run: (scene: Scene) => Promise<string>;
};

/** Whose review is the one in a drill's case. */
export const department = 'market-supervision';

const approval = { outcome: 'approved', output: { number: 'DRILL-1' } };

/** An officer of the department decides the case's one review. */
export async function decide(stand: Stand, number: string): Promise<void> {
  const officer = await stand.as('officer', department);
  await officer('POST', `/reviews/${number}-1/decisions`, approval);
}

/** The same, for it is what the runbook asks for. */
export const decideInInbox = (stand: Stand, number: string): Promise<void> =>
  stand.api(`an officer of ${department} decides in the inbox`, () => decide(stand, number));

/** A case whose department was asked, and says nothing. @returns its number, and what ends the silence */
export async function silentCase({
  stand,
  faults,
}: Pick<Scene, 'stand' | 'faults'>): Promise<{ number: string; endSilence: () => Promise<void> }> {
  const undo = { kind: 'behaviour', department } as const;
  await faults.bring(undo, () => stand.behave(department, 'silent'));
  const { number } = await stand.submit();
  await until(
    `${department} to be asked`,
    () => stand.read(number),
    ({ reviews }) => reviews.some(({ status }: Json) => status === 'requested'),
  );
  return { number, endSilence: () => faults.mend(undo) };
}

/** What a command shows must name what it is about. @throws Error when it does not */
export function mustName(shown: string, what: RegExp | string): void {
  if (typeof what === 'string' ? !shown.includes(what) : !what.test(shown))
    throw new Error(`The command does not show ${what}:\n${shown}`);
}

/**
 * The watch looks ten minutes after a change, and again after 20, 40 and 80: the fourth finding rings.
 */
export async function untilStuck(stand: Stand, number: string): Promise<void> {
  for (const [earlier, minutes] of [11, 21, 41].entries()) {
    await stand.pass(minutes);
    await until(
      `${number} to be looked at ${earlier + 1} times`,
      () => stand.counted('CasesRepaired', number),
      (times) => times > earlier,
    );
  }
  await stand.pass(81);
  await until(
    `${number} to be stuck`,
    () => stand.counted('CasesStuck', number),
    (times) => times > 0,
  );
}
