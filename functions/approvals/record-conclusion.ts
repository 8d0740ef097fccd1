/** State "Record conclusion": after the last review, how the case ends. */
import * as z from 'zod';
import { changeCase } from '../shared/case-store.ts';
import { correlate, log } from '../shared/log.ts';
import { count } from '../shared/metrics.ts';
import { conclude } from './progress.ts';

const input = z.object({ application: z.string() });

/** @returns the status after it: approved, partly-approved, refused or withdrawn. */
export async function handler(event: unknown): Promise<{ status: string }> {
  const { application: number } = input.parse(event);
  correlate(number);
  const after = await changeCase(number, conclude, { by: { kind: 'system' } });
  if (!after) throw new Error(`There is no application ${number}.`);
  log.info('Concluded', { status: after.application.status });
  count('ApplicationsConcluded');
  return { status: after.application.status };
}
