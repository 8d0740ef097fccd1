/**
 * The API document, from what each room says of its own calls in its `calls.ts`. It is made before the functions
 * are bundled, so that serving it (`#openapi`) costs no schema library at run time.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { apiDocument } from '../functions/platform/api-document.ts';
import type { Call, Calls } from '../functions/platform/call.ts';

const functions = new URL('../functions/', import.meta.url);

/** The world outside, simulated: its calls are no part of the API, and no production stage has them. */
const outside = ['sandbox'];

async function callsOf(room: string): Promise<[string, Call][]> {
  const { calls }: { calls: Calls } = await import(new URL(`${room}/calls.ts`, functions).href);
  return Object.entries(calls);
}

const rooms = readdirSync(functions)
  .filter((room) => !outside.includes(room) && existsSync(new URL(`${room}/calls.ts`, functions)))
  .sort();
const calls = (await Promise.all(rooms.map(callsOf))).flat();

export function openApiDocument(version: string) {
  return apiDocument(
    {
      title: 'OneWindow 一窗',
      version,
      description:
        'Apply once, at one window or with no visit at all; every department approves in parallel; the results arrive by courier and SMS.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    calls,
  );
}

/** Writes the document to where the functions' bundles take it from, if it changed. */
export function buildOpenApi(outFile = '.local/openapi.json'): void {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const text = JSON.stringify(openApiDocument(version));
  if (existsSync(outFile) && readFileSync(outFile, 'utf8') === text) return;
  mkdirSync(dirname(outFile), { recursive: true });
  writeFileSync(outFile, text);
}
