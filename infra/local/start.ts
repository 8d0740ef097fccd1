/**
 * `npm start`: the whole of OneWindow on this machine. Starts a local cloud, deploys the application to it as it is
 * deployed to AWS, connects simulated departments, tells one business opening as it happens, and stays up until
 * Ctrl-C. With `--no-demo` nothing is submitted.
 */
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { coloured, type Told, walkBusinessOpening } from './demo.ts';
import { type Endpoints, forgetEndpoints } from './endpoints.ts';
import { endWithEverything, untilAskedToEnd } from './lifecycle.ts';
import { startPortal } from './portal.ts';
import { root, type Settings, settingsFrom, sharedDirectory } from './settings.ts';
import { Failure, reportFailure } from './setup/progress.mjs';
import { bringUp } from './up.ts';

/** @throws Failure for an option that there is not. */
export function parseOptions(args: string[]): { demo: boolean } {
  try {
    const { values } = parseArgs({
      args,
      options: { demo: { type: 'boolean', default: true } },
      allowNegative: true,
    });
    return { demo: values.demo };
  } catch {
    throw new Failure(`npm start takes one option, --no-demo, and not "${args.join(' ')}".`);
  }
}

function printAddresses({ api, portal, aws, region }: Endpoints, hasPortal: boolean): void {
  const lines = [
    ['API', api],
    ...(hasPortal ? [['Portal', portal]] : []),
    ['AWS', `${aws} (region ${region})`],
  ];
  console.log('');
  for (const [name, value] of lines) console.log(`  ${name?.padEnd(8)}${value}`);
}

function printSummary({ number, seconds, departments, messages, parcels }: Told): void {
  const parcel = parcels.length === 1 ? `one parcel (${parcels[0]})` : `${parcels.length} parcels`;
  console.log(
    `\n${coloured('bold', `From the form to the door in ${seconds.toFixed(1)} s`)}: one form, ${departments} departments, ` +
      `${messages} messages, ${parcel}, no visit.\nThe application is ${number}.`,
  );
}

/** What to try in another terminal of this folder: commands that run as they are, wherever it is run from here. */
export function nextSteps(
  { api, aws, region, stateMachines }: Endpoints,
  { directory }: Pick<Settings, 'directory'>,
  told?: Pick<Told, 'number'>,
): string[] {
  const own =
    directory === sharedDirectory ? '' : `ONEWINDOW_LOCAL_DIR='${relative(root, directory) || directory}' `;
  const applications = told ? `/applications/${told.number}/timeline` : '/applications';
  // The tool asks for credentials and a Region, which a newcomer has none of.
  const anybody = 'AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test';
  const arn = stateMachines.jointApproval;
  return [
    `curl '${api}/catalogue/business-opening'`,
    `TOKEN=$(${own}npm run --silent token -- applicant)`,
    `curl -H "authorization: Bearer $TOKEN" '${api}${applications}'`,
    `${anybody} aws --endpoint-url '${aws}' --region '${region}' stepfunctions list-executions --state-machine-arn '${arn}'`,
  ];
}

/** What is there for as long as this run is, and where it is said again. */
export const emptied =
  'Applications, users and uploads last as long as this run; the next start begins empty (docs/local-cloud.md).';

function printNextSteps(endpoints: Endpoints, settings: Settings, told?: Told): void {
  console.log('\nTo try next, in another terminal:');
  for (const command of nextSteps(endpoints, settings, told)) console.log(`    ${command}`);
  console.log(
    '\nTo read:  statemachines/ (the approval, step by step), catalogue/ (services as data), README.md',
  );
  console.log(`Log of the local cloud:  ${relative(root, settings.directory)}/cloud.log`);
  console.log(
    `\n${coloured('bold', 'OneWindow is up. Ctrl-C stops everything that was started.')}\n${emptied}`,
  );
}

/** A demonstration that fails says where; everything stays up to be looked at. */
async function demonstrate(endpoints: Endpoints): Promise<Told | undefined> {
  try {
    const told = await walkBusinessOpening(endpoints);
    printSummary(told);
    return told;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`\nThe business opening did not come to its end: ${why}.`);
    return undefined;
  }
}

type Stop = () => Promise<void>;

async function start(args: string[], onStop: (stop: Stop) => void): Promise<void> {
  const { demo } = parseOptions(args);
  const settings = settingsFrom();
  console.log(`${coloured('bold', 'OneWindow 一窗')}  Apply once; every department approves in parallel.\n`);
  const { endpoints, stop, lost } = await bringUp(settings);
  onStop(stop);
  lost.then(() => {
    forgetEndpoints(settings);
    console.error(
      `\nThe local cloud has ended by itself: read ${settings.directory}/cloud.log, then npm start again.`,
    );
    process.exit(1);
  });
  const portal = await startPortal(settings, endpoints);
  if (portal) onStop(portal.stop);
  printAddresses(endpoints, portal !== undefined);
  const told = demo ? await demonstrate(endpoints) : undefined;
  printNextSteps(endpoints, settings, told);
}

if (import.meta.main) {
  const stops: Stop[] = [];
  const stayUp = setInterval(() => {}, 2 ** 30);
  endWithEverything();
  untilAskedToEnd().then(async () => {
    console.log('\nStopping everything that was started.');
    for (const stop of stops.toReversed()) await stop();
    process.exit(0);
  });
  start(process.argv.slice(2), (stop) => stops.push(stop)).catch((error) => {
    clearInterval(stayUp);
    reportFailure(error);
    process.exit(1);
  });
}
