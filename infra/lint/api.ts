/**
 * Holds the API documents, OneWindow's and the sandbox's, against Redocly's and Spectral's rules: `npm run lint:api`,
 * and a part of `npm test`. What the rules do not ask for stands with its reason in `redocly.yaml` and `spectral.yaml`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument, sandboxDocument } from '../api-document.ts';
import { root, sharedDirectory } from '../local/settings.ts';
import { Failure, reportFailure } from '../local/setup/progress.mjs';
import { run } from '../local/setup/run.mjs';
import { ensureTools } from '../local/setup/tools.mjs';

/** Nobody is told that these were run, nor asked for a newer version. */
const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', SCARF_ANALYTICS: 'false' };

const ours = (): Record<string, object> => ({
  'openapi.json': openApiDocument('0.0.0'),
  'sandbox-openapi.json': sandboxDocument('0.0.0'),
});

/** The documents as they are served, by some stage. @returns their files */
function write(documents: Record<string, object>): string[] {
  const folder = join(sharedDirectory, 'lint', 'api');
  mkdirSync(folder, { recursive: true });
  const servers = [{ url: 'https://api.onewindow.example' }];
  return Object.entries(documents).map(([name, document]) => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify({ ...document, servers }));
    return file;
  });
}

/**
 * @param given documents by the names of their files; ours unless told
 * @returns all that the linters found, in their words; empty when they found nothing
 */
export async function apiFaults(given = ours()): Promise<string> {
  const tools = await ensureTools(root, sharedDirectory);
  const documents = write(given);
  const rules = (name: string): string => join(root, 'infra', 'lint', name);
  const linters: [string, string[]][] = [
    ['redocly', ['lint', ...documents, '--config', rules('redocly.yaml'), '--format', 'stylish']],
    ['spectral', ['lint', ...documents, '--ruleset', rules('spectral.yaml'), '--fail-severity', 'warn']],
  ];
  const found = await Promise.all(
    linters.map(async ([program, args]) => {
      const { code, output } = await run(join(tools, 'node_modules', '.bin', program), args, {
        cwd: tools,
        env: { ...process.env, ...quiet },
        log: join(sharedDirectory, 'lint.log'),
      });
      return code === 0 ? '' : output;
    }),
  );
  return found.join('');
}

if (import.meta.main) {
  try {
    const faults = await apiFaults();
    process.stdout.write(faults || 'Redocly and Spectral have nothing to say against the API documents.\n');
    if (faults) throw new Failure('The API documents are not right.');
  } catch (error) {
    reportFailure(error);
  }
}
