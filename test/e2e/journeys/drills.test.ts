/** The runbook's drills that take seconds; `npm run drill` runs all of them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { drills } from '../../../infra/drills/drills.ts';
import { runDrill } from '../../../infra/drills/run.ts';
import { settingsFrom } from '../../../infra/local/settings.ts';
import { resetDepartments } from '../../support/client.ts';

beforeAll(resetDepartments);

const quick = ['silent-department', 'parcel-lost-thrice', 'execution-stopped', 'department-down'];

describe('a drill ends with its case ended, its alarm rung, in at most three commands:', () => {
  it.each(quick)('%s', async (name) => {
    const told = await runDrill(name, settingsFrom());
    expect(told.alarm).toBe(drills[name]?.alarm);
    expect(told.minutesToAlarm).toBeGreaterThan(0);
    expect(told.commands.length).toBeLessThanOrEqual(3);
  });
});
