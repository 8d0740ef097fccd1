/**
 * Bundles every function in one esbuild call: some twenty bundles take about two seconds, where one call each takes
 * ten. Each function gets a folder of its own with one file, so that its asset changes only when its code does.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { buildOpenApi } from './api-document.ts';
import { buildCentre } from './centre.ts';
import { buildAsyncApi } from './event-document.ts';

const root = join(fileURLToPath(import.meta.url), '..', '..');
/** Each run of a checkout has its own: two may be synthesized at a time. */
const folder = resolve(root, process.env.ONEWINDOW_LOCAL_DIR || '.local', 'bundles');

/** The entry file of each function, by the function's id. */
export const entries = {
  CatalogueApi: 'catalogue/api',
  IntakeApi: 'intake/api',
  ReviewsApi: 'approvals/api',
  HandoverApi: 'handover/api',
  OperationsApi: 'operations/api',
  DeadLettersApi: 'dead-letters/api',
  DepartmentsApi: 'departments/api',
  CourierApi: 'fulfilment/api',
  ReceiptsApi: 'notifications/api',
  HealthApi: 'health/api',
  CanaryApi: 'canary/api',
  Canary: 'canary/run',
  MaterialsApi: 'materials/api',
  Relay: 'relay/handler',
  Sweep: 'approvals/sweep',
  Census: 'approvals/take-census',
  DeliverWebhook: 'departments/deliver-webhook',
  IssueOutputs: 'fulfilment/issue-outputs',
  SendSms: 'notifications/send-sms',
  SandboxApi: 'sandbox/api',
  SandboxWork: 'sandbox/work',
} as const;
export type FunctionId = keyof typeof entries;

let done = false;

/** Where a function's bundle lies; bundles all of them at the first call. */
export function bundleOf(id: FunctionId): string {
  if (!done) bundleAll();
  done = true;
  return join(folder, id);
}

/** ESM for Node 24, minified, with the AWS SDK inside; CommonJS dependencies need `require`. */
export function bundleAll(outdir = folder, minify = true): ReturnType<typeof buildSync> {
  buildCentre();
  buildOpenApi();
  buildAsyncApi();
  mkdirSync(outdir, { recursive: true });
  return buildSync({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([id, entry]) => ({
      in: `functions/${entry}.ts`,
      out: `${id}/index`,
    })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify,
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
}
