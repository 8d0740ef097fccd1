/** State "Record conclusion": after the last review, how the case ends. */
import * as z from 'zod';
import { changeCase } from '../cases/store.ts';
import { correlate, log } from '../platform/log.ts';
import { count } from '../platform/metrics.ts';
import { conclude, conclusionOf } from './progress.ts';

const input = z.object({ application: z.string() });

/** @returns how it ended: approved, partly-approved, refused or withdrawn. */
export async function handler(event: unknown): Promise<{ status: string }> {
  const { application: number } = input.parse(event);
  correlate(number);
  const after = await changeCase(number, conclude, { by: { kind: 'system' } });
  if (!after) throw new Error(`There is no application ${number}.`);
  // Not the present status: on a repetition the outputs may be on their way already.
  const outcome = after.application.status === 'withdrawn' ? 'withdrawn' : conclusionOf(after);
  log.info('Concluded', { status: outcome });
  count('ApplicationsConcluded');
  return { status: outcome };
}
