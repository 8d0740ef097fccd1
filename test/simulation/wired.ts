/** The wiring of the present sources, kept in a file: a synthesis takes seconds, and every process needs it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '../../infra/local/generate.ts';
import { root } from '../../infra/local/settings.ts';
import type { Wiring } from './cloud/wiring.ts';

const folder = join(root, '.local', 'simulation');
const file = join(folder, 'wiring.json');

/** Makes what the functions are built with, and reads the template anew. */
export async function wire(): Promise<void> {
  await generate();
  const { readWiring } = await import('./cloud/wiring.ts');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(readWiring()));
}

/** What `wire` has written. */
export const wired = (): Wiring => JSON.parse(readFileSync(file, 'utf8')) as Wiring;
