/**
 * The API documents, from what each room says of its own calls in its `calls.ts`: one of OneWindow, one of the
 * sandbox. They are made before the functions are bundled, so that serving them (`#openapi`, `#sandbox-openapi`)
 * costs no schema library at run time.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDocument } from '../functions/platform/api-document.ts';
import type { Call, Calls } from '../functions/platform/call.ts';

const functions = new URL('../functions/', import.meta.url);

/** The world outside, simulated: its calls are no part of the API, and no production stage has them. */
const outside = ['sandbox'];

async function callsOf(room: string): Promise<[string, Call][]> {
  const { calls }: { calls: Calls } = await import(new URL(`${room}/calls.ts`, functions).href);
  return Object.entries(calls);
}

const described = readdirSync(functions)
  .filter((room) => existsSync(new URL(`${room}/calls.ts`, functions)))
  .sort();
const isOutside = (room: string): boolean => outside.includes(room);
const calls = (await Promise.all(described.filter((room) => !isOutside(room)).map(callsOf))).flat();
const sandboxCalls = (await Promise.all(described.filter(isOutside).map(callsOf))).flat();

const license = { name: 'Apache-2.0', identifier: 'Apache-2.0' };

export function openApiDocument(version: string) {
  return apiDocument(
    {
      title: 'OneWindow 一窗',
      version,
      description:
        'Apply once, at one window or with no visit at all; every department approves in parallel; the results arrive by courier and SMS.',
      license,
    },
    calls,
  );
}

/** The calls of the simulated world. */
export function sandboxDocument(version: string) {
  return apiDocument(
    {
      title: 'OneWindow 一窗, the sandbox',
      version,
      description: 'Simulated departments, courier, SMS carrier and clock. No production stage has them.',
      license,
    },
    sandboxCalls,
  );
}

/** What the rooms' problems say, English to Chinese: each room's `words.zh.json`. @throws Error when two disagree */
export function words(): Record<string, string> {
  const all: Record<string, string> = {};
  for (const room of readdirSync(functions).sort()) {
    const file = new URL(`${room}/words.zh.json`, functions);
    if (!existsSync(file)) continue;
    for (const [text, said] of Object.entries(JSON.parse(readFileSync(file, 'utf8')) as typeof all)) {
      if ((all[text] ?? said) !== said) throw new Error(`Two rooms say "${text}" differently in Chinese.`);
      all[text] = said;
    }
  }
  return all;
}

function writeIfChanged(file: string, document: object): void {
  const text = JSON.stringify(document);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(file, text);
}

/** The names of what may be asked of each call in its query, by its route: of both documents. */
function parametersOf(): Record<string, string[]> {
  const named = [...calls, ...sandboxCalls].flatMap(([route, { query }]) =>
    query ? [[route, Object.keys(query.shape)] as const] : [],
  );
  return Object.fromEntries(named);
}

/** Writes the documents to where the functions' bundles take them from. */
export function buildOpenApi(folder = '.local'): void {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  mkdirSync(folder, { recursive: true });
  writeIfChanged(join(folder, 'openapi.json'), openApiDocument(version));
  writeIfChanged(join(folder, 'sandbox-openapi.json'), sandboxDocument(version));
  writeIfChanged(join(folder, 'parameters.json'), parametersOf());
  writeIfChanged(join(folder, 'words.json'), words());
}
