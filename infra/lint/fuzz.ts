/**
 * `npm run fuzz:api [-- options of schemathesis run]`: Schemathesis tries every call of the served API document on a
 * local cloud of its own, by examples, at the edges of each schema, at random, and in sequences that follow from one
 * answer to the next call. Needs no internet once it is installed.
 */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Role } from '../../functions/platform/user.ts';
import { type Call, caller } from '../local/api.ts';
import type { Endpoints } from '../local/endpoints.ts';
import { endWithEverything, untilAskedToEnd } from '../local/lifecycle.ts';
import { freePort } from '../local/ports.ts';
import {
  cloudEnvironment,
  portOf,
  root,
  type Settings,
  settingsFrom,
  sharedDirectory,
} from '../local/settings.ts';
import { Failure, progress, reportFailure } from '../local/setup/progress.mjs';
import { ensurePython, fuzzer } from '../local/setup/python.mjs';
import { run } from '../local/setup/run.mjs';
import { getToken } from '../local/token.ts';
import { bringUp } from '../local/up.ts';

const preferredPort = 4599;
const department = 'market-supervision';
const here = join(root, 'infra', 'lint');

/** A cloud of its own, so that an `npm start` may go on beside it. */
async function ownSettings(): Promise<Settings> {
  process.env.LOCAL_CLOUD_PORT = String(portOf('LOCAL_CLOUD_PORT', await freePort(preferredPort)));
  process.env.ONEWINDOW_LOCAL_DIR = join(process.env.ONEWINDOW_LOCAL_DIR || '.local', 'fuzz');
  return settingsFrom();
}

/** What a partner signs with: a secret that the deployment made. */
async function partnerSecret(settings: Settings, { aws, region }: Endpoints, id: string): Promise<string> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = cloudEnvironment(settings);
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const client = new SecretsManagerClient({ endpoint: aws, region, credentials });
  const { SecretString = '{}' } = await client.send(
    new GetSecretValueCommand({ SecretId: `onewindow/local/${id}` }),
  );
  return `whsec_${JSON.parse(SecretString).random}`;
}

type Example = Record<string, unknown>;

/** Cases that lie at the department, so that calls come further than "not found". */
async function openCases(applicant: Call, operator: Call, example: Example): Promise<string[]> {
  await operator('PUT', `/sandbox/departments/${department}`, { behaviour: 'silent' });
  const numbers: string[] = [];
  for (let i = 0; i < 6; i++) {
    numbers.push((await applicant<{ number: string }>('POST', '/applications', example)).number);
  }
  return numbers;
}

/** Who makes which calls, and of what there is: read by `fuzz_hooks.py`. */
async function world(settings: Settings, endpoints: Endpoints): Promise<Record<string, string>> {
  const token = (role: Role, name?: string): Promise<string> => getToken(role, name);
  const [applicant, operator, officer] = await Promise.all([
    token('applicant'),
    token('operator'),
    token('officer', department),
  ]);
  const { api } = endpoints;
  const entry = await caller(api)<{ example: Example }>('GET', '/catalogue/business-opening');
  const example = { ...entry.example, items: ['business-registration'] };
  const putAside = await caller(api, operator)<{ items: { name: string; belongsTo: string | null }[] }>(
    'GET',
    '/operations/dead-letters',
  );
  const queue = putAside.items.findLast(({ belongsTo }) => belongsTo !== null)?.name ?? '';
  const numbers = await openCases(caller(api, applicant), caller(api, operator), example);
  return {
    APPLICANT: applicant,
    OPERATOR: operator,
    OFFICER: officer,
    COURIER_SECRET: await partnerSecret(settings, endpoints, 'CourierSecret'),
    SMS_SECRET: await partnerSecret(settings, endpoints, 'SmsSecret'),
    APPLICATIONS: numbers.join(' '),
    DEPARTMENT: department,
    QUEUE: queue,
    EXAMPLE: JSON.stringify(example),
  };
}

async function fuzz(args: string[]): Promise<boolean> {
  const settings = await ownSettings();
  const python = await ensurePython(root, sharedDirectory, fuzzer);
  const { endpoints, stop } = await bringUp(settings);
  try {
    const given = await progress('Submitting what is to be fuzzed', () => world(settings, endpoints));
    const config = ['--config-file', join(here, 'schemathesis.toml')];
    const command = ['-m', 'schemathesis.cli', ...config, 'run', `${endpoints.api}/openapi.json`, ...args];
    const log = createWriteStream(join(settings.directory, 'schemathesis.log'));
    const show = (line: string): void => {
      process.stdout.write(`${line}\n`);
      log.write(`${line}\n`);
    };
    const { code } = await run(python.executable, command, {
      cwd: settings.directory,
      env: { ...process.env, ...python.env, ...given, PYTHONPATH: here, SCHEMATHESIS_HOOKS: 'fuzz_hooks' },
      onLine: show,
    });
    return code === 0;
  } finally {
    await stop();
  }
}

if (import.meta.main) {
  endWithEverything();
  untilAskedToEnd().then(() => process.exit(130));
  try {
    if (!(await fuzz(process.argv.slice(2)))) throw new Failure('Schemathesis is not content with the API.');
    process.exit(0);
  } catch (error) {
    reportFailure(error);
    process.exit(1);
  }
}
