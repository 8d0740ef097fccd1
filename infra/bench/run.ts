/**
 * `npm run bench`: what one business opening uses and costs, how fast each function loads, and how fast cases go
 * through a local cloud, beside a bare pipeline in the same one; and what the size of the catalogue costs. Starts a cloud of its own and ends it.
 *
 *   npm run bench -- [--json] [--only counts|load|catalogue|speed] [--cases 400] [--clients 8] [--rounds 11]
 */
import './quiet.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Endpoints, readOutputs } from '../local/endpoints.ts';
import { generate } from '../local/generate.ts';
import { endWithEverything, untilAskedToEnd } from '../local/lifecycle.ts';
import { freePort } from '../local/ports.ts';
import { publishCatalogue } from '../local/publish.ts';
import { cloudEnvironment, portOf, root, type Settings, settingsFrom } from '../local/settings.ts';
import { Failure, progress, reportFailure } from '../local/setup/progress.mjs';
import { bringUp } from '../local/up.ts';
import { countsOf } from './counts.ts';
import { createFloor } from './floor.ts';
import { measureLoad } from './load.ts';
import { type CatalogueCost, meterCatalogue } from './meter-catalogue.ts';
import { countDeployed } from './meter-deployed.ts';
import { meterOpening } from './meter-opening.ts';
import { readDeployed } from './meter-routes.ts';
import { readMachine } from './meter-transitions.ts';
import {
  bare,
  deadLetters,
  faultsOf,
  measureLatency,
  measureThroughput,
  type Pipeline,
  product,
} from './openings.ts';
import { type Result, render, type Speed } from './report.ts';

/** Preferred, so that the addresses in the kept synthesis stay the same from run to run. */
const preferredPort = 4588;
const latencySamples = 8;
const sections = ['counts', 'load', 'catalogue', 'speed'] as const;
type Section = (typeof sections)[number];

export type Options = {
  json: boolean;
  only: readonly Section[];
  cases: number;
  clients: number;
  rounds: number;
};

/** @throws Failure for what is no option of the bench. */
export function parseOptions(args: string[]): Options {
  const string = (otherwise: string) => ({ type: 'string', default: otherwise }) as const;
  const options = {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    cases: string('400'),
    clients: string('8'),
    rounds: string('11'),
  } as const;
  try {
    const { values } = parseArgs({ args, options });
    const only = sections.find((section) => section === values.only);
    if (values.only && !only) throw new Error(`there is no section "${values.only}"`);
    const [cases = 0, clients = 0, rounds = 0] = [values.cases, values.clients, values.rounds].map(Number);
    if (!(cases > 0 && clients > 0 && rounds > 0)) throw new Error('numbers are positive');
    return { json: values.json, only: only ? [only] : sections, cases, clients, rounds };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `The bench does not know what to do (${why}): see the first lines of infra/bench/run.ts.`,
    );
  }
}

/** A cloud of the bench's own, so that an `npm start` may go on beside it. */
async function ownSettings(): Promise<Settings> {
  const port = portOf('LOCAL_CLOUD_PORT', await freePort(preferredPort));
  process.env.LOCAL_CLOUD_PORT = String(port);
  process.env.ONEWINDOW_LOCAL_DIR = join(process.env.ONEWINDOW_LOCAL_DIR || '.local', 'bench');
  return settingsFrom();
}

async function measureCounts(settings: Settings): Promise<NonNullable<Result['counts']>> {
  const deployed = readDeployed(settings);
  const metered = await progress('Metering one business opening', () => meterOpening(deployed));
  const machine = readMachine(readFileSync(join(root, 'statemachines', 'joint-approval.asl.json'), 'utf8'));
  return {
    counts: countsOf(metered, machine, deployed),
    metered,
    deployed: await progress('Counting what the deployed functions log', () => countDeployed(settings)),
  };
}

/** The stage has its own catalogue again afterwards. */
async function measureCatalogue(settings: Settings, endpoints: Endpoints): Promise<CatalogueCost[]> {
  const deployed = { api: endpoints.api, tableName: readOutputs(settings).TableName };
  try {
    return await progress('Measuring catalogues of every size', (tell) => meterCatalogue(deployed, tell));
  } finally {
    await publishCatalogue(settings, endpoints, readOutputs(settings));
  }
}

async function run(endpoints: Endpoints, pipeline: Pipeline, { cases, clients }: Options) {
  const latency = await progress(`${pipeline.name}: ${latencySamples} cases, one at a time`, () =>
    measureLatency(endpoints, pipeline, latencySamples),
  );
  const throughput = await progress(`${pipeline.name}: ${cases} cases by ${clients} clients`, (setDetail) =>
    measureThroughput(endpoints, pipeline, { cases, clients }, setDetail),
  );
  return { latency, throughput };
}

async function measureSpeed(settings: Settings, endpoints: Endpoints, options: Options): Promise<Speed> {
  const place = await progress('Creating the floor', () => createFloor(endpoints.aws, endpoints.region));
  const floor = await run(endpoints, bare(place), options).finally(place.remove);
  const own = await run(endpoints, await product(settings, endpoints), options);
  const faults = await progress('Validating every timeline', () => faultsOf(endpoints, own.throughput.ids));
  return {
    cases: options.cases,
    clients: options.clients,
    latency: { product: own.latency, floor: floor.latency },
    throughput: { product: own.throughput, floor: floor.throughput },
    faults,
    deadLetters: await deadLetters(endpoints),
  };
}

async function bench(options: Options): Promise<Result> {
  const { only, rounds } = options;
  const settings = await ownSettings();
  const result: Result = {};
  await generate();
  if (only.includes('load')) {
    // First, while the machine is quiet.
    const folder = join(settings.directory, 'bundles');
    result.load = await progress('Measuring module load', (tell) => measureLoad(folder, rounds, tell));
  }
  if (!only.some((section) => section !== 'load')) return result;
  const { endpoints, stop } = await bringUp(settings);
  Object.assign(process.env, cloudEnvironment(settings));
  try {
    if (only.includes('counts')) result.counts = await measureCounts(settings);
    if (only.includes('catalogue')) result.catalogue = await measureCatalogue(settings, endpoints);
    if (only.includes('speed')) result.speed = await measureSpeed(settings, endpoints, options);
  } finally {
    await stop();
  }
  return result;
}

if (import.meta.main) {
  endWithEverything();
  untilAskedToEnd().then(() => process.exit(130));
  try {
    const options = parseOptions(process.argv.slice(2));
    const result = await bench(options);
    console.log(options.json ? JSON.stringify(result, null, 2) : `\n${render(result)}`);
    process.exit(result.speed && result.speed.faults.length + result.speed.deadLetters > 0 ? 1 : 0);
  } catch (error) {
    reportFailure(error);
    process.exit(1);
  }
}
