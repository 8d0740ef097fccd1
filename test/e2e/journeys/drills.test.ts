/** The runbook's drills that take seconds; `npm run drill` runs all of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { department } from '../../../infra/drills/drill.ts';
import { drills } from '../../../infra/drills/drills.ts';
import { folderOf, runDrill } from '../../../infra/drills/run.ts';
import { root, settingsFrom } from '../../../infra/local/settings.ts';
import { as, resetDepartments, until } from '../../support/client.ts';

beforeAll(resetDepartments);

async function expectEnded(name: string): Promise<void> {
  const told = await runDrill(name, settingsFrom());
  const { alarm } = drills[name] ?? {};
  expect(told.alarm).toBe(alarm ?? null);
  expect(told.minutesToAlarm ?? 0).toBeGreaterThanOrEqual(alarm ? 1 : 0);
  expect(told.commands.length).toBeLessThanOrEqual(3);
}

describe('a drill that is killed', () => {
  const behaviour = async () =>
    (await as('operator').get(`/sandbox/departments/${department}`)).body.behaviour;
  const untilIt = (is: string) =>
    until(`the department to be ${is}`, behaviour, (found) => found === is, 60_000);

  it('leaves its fault written down, and the next drill undoes it', async () => {
    const command = [join(root, 'infra', 'drills', 'cli.ts'), 'silent-department'];
    const killed = spawn(process.execPath, command, { stdio: 'ignore' });
    await untilIt('silent');
    killed.kill('SIGKILL');
    await once(killed, 'close');
    expect(await behaviour()).toBe('silent');
    await expectEnded('parcel-returned');
    expect(await behaviour()).toBe('approve');
    const folder = folderOf(settingsFrom());
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  });
});

describe('a drill ends with its case ended, its alarm rung, in at most three commands:', () => {
  /** None of them touches what another one does, nor the clock. */
  it.concurrent.each(['parcel-lost-thrice', 'poison-message'])('%s', expectEnded);

  it.each(['silent-department', 'execution-stopped', 'relay-off', 'department-down'])('%s', expectEnded);
});
