/** What an operator does to a department or a case, written into its journal as theirs. */
import { userInfo } from 'node:os';
import type { Actor } from '../../functions/cases/events.ts';
import { changeCase } from '../../functions/cases/store.ts';
import type { Case } from '../../functions/cases/types.ts';
import { readConnection, writeConnection } from '../../functions/departments/store.ts';
import { madeAnew } from '../../functions/fulfilment/delivery.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { Failure } from '../local/setup/progress.mjs';

/** Whoever runs this command, by the name of their account on this machine. */
export const who = (): string => `ops:${userInfo().username}`;
const operator = (): Actor => ({ capacity: 'operator', subject: who() });

/** Holds a department's webhooks back, or lets them go again, which sends everything open. Its address stays. */
export async function pauseDepartment(code: string, paused: boolean): Promise<void> {
  const before = await readConnection(code);
  if (before.version === 0) throw new Failure(`The department ${code} was never connected.`);
  const { webhookUrl } = before;
  await writeConnection(code, before, { ...(webhookUrl ? { webhookUrl } : {}), paused }, operator());
}

/** Outputs of a parcel that was given up lie at the window; the applicant is sent a code. @returns the case after it */
export async function handOverAnew(number: string): Promise<Case> {
  try {
    const after = await changeCase(number, madeAnew, { by: operator() });
    if (!after) throw new Failure(`There is no case ${number} on this stage.`);
    return after;
  } catch (error) {
    if (error instanceof Problem) throw new Failure(error.message);
    throw error;
  }
}
