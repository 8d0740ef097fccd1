/** State "Accept the application": acceptance and the first requests, in one transaction. */
import * as z from 'zod';
import { changeCase } from '../cases/store.ts';
import { calendar } from '../catalogue/catalogue.ts';
import { correlate, log } from '../platform/log.ts';
import { accept } from './progress.ts';

const input = z.object({ application: z.string() });

/** @returns the status after it. @throws Error when there is no such application, or on a lost race. */
export async function handler(event: unknown): Promise<{ status: string }> {
  const { application: number } = input.parse(event);
  correlate(number);
  const after = await changeCase(number, (found, at) => accept(found, calendar, at), {
    by: { kind: 'system' },
  });
  if (!after) throw new Error(`There is no application ${number}.`);
  log.info('Accepted');
  return { status: after.application.status };
}
