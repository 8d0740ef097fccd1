/**
 * `npm start`: the whole of OneWindow on this machine. Starts a local cloud, deploys the application to it as it is
 * deployed to AWS, connects simulated departments, tells one business opening as it happens, and stays up until
 * Ctrl-C. With `--no-demo` nothing is submitted.
 */
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { coloured, type Told, walkBusinessOpening } from './demo.ts';
import type { Endpoints } from './endpoints.ts';
import { endWithEverything, untilAskedToEnd } from './lifecycle.ts';
import { startPortal } from './portal.ts';
import { root, type Settings, settingsFrom } from './settings.ts';
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
    ['AWS', `${aws} (region ${region}, any credentials)`],
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

function printNextSteps({ api, aws, stateMachines }: Endpoints, settings: Settings, told?: Told): void {
  const own =
    settings.directory === `${root}/.local`
      ? ''
      : `ONEWINDOW_LOCAL_DIR=${relative(root, settings.directory)} `;
  const applications = told ? `/applications/${told.number}/timeline` : '/applications';
  const command = (text: string) => console.log(`    ${text}`);
  console.log('\nTo try next, in another terminal:');
  command(`curl '${api}/catalogue/business-opening'`);
  command(`TOKEN=$(${own}npm run --silent token -- applicant)`);
  command(`curl -H "authorization: Bearer $TOKEN" '${api}${applications}'`);
  command(
    `aws --endpoint-url ${aws} stepfunctions list-executions --state-machine-arn ${stateMachines.jointApproval}`,
  );
  console.log(
    '\nTo read:  statemachines/ (the approval, step by step), catalogue/ (services as data), README.md',
  );
  console.log(`Log of the local cloud:  ${relative(root, settings.directory)}/cloud.log`);
  console.log(`\n${coloured('bold', 'OneWindow is up. Ctrl-C stops everything that was started.')}`);
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
