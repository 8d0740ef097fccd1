/** Writes the OpenAPI document to where the functions' bundles take it from (`#openapi`). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { openApiDocument } from './document.ts';

/** Generates at build time, so that serving it costs no schema library at run time. */
export function buildOpenApi(outFile = '.local/openapi.json'): void {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const text = JSON.stringify(openApiDocument(version));
  let before: string | undefined;
  try {
    before = readFileSync(outFile, 'utf8');
  } catch {
    mkdirSync(dirname(outFile), { recursive: true });
  }
  if (before !== text) writeFileSync(outFile, text);
}

if (import.meta.main) buildOpenApi();
