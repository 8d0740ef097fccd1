/**
 * `npm run test:dynamodb`: the contract suite of the virtual table on DynamoDB Local. It is fetched once by Maven. It
 * listens on every interface of its machine, so it runs in a network namespace of its own, together with the tests:
 * nothing else reaches it, and it reaches nothing else.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../infra/local/settings.ts';

const libraries = join(root, '.local', 'dynamodb', 'lib');
const port = 8000;

const found = (program: string): boolean => spawnSync('which', [program]).status === 0;

/** @returns why it cannot run here, or undefined */
function missing(): string | undefined {
  for (const program of ['java', 'unshare', 'ip']) {
    if (!found(program)) return `it needs ${program}`;
  }
  if (!existsSync(libraries) && !found('mvn')) return 'it needs mvn to fetch DynamoDB Local';
  return undefined;
}

function fetchOnce(): void {
  if (existsSync(libraries)) return;
  console.log('Fetching DynamoDB Local from Maven’s repository …');
  const pom = join(root, 'test', 'simulation', 'dynamodb', 'pom.xml');
  const goal = ['-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${libraries}`];
  const { status } = spawnSync('mvn', goal, { stdio: 'inherit' });
  if (status !== 0) throw new Error('Maven could not fetch DynamoDB Local.');
}

const server = [
  'java',
  `-Djava.library.path="${libraries}"`,
  `-cp "${libraries}/*"`,
  'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
  `-inMemory -sharedDb -disableTelemetry -port ${port}`,
].join(' ');

/** Loopback up, the server, the tests when it listens, and whatever they end with. */
const inside = `
ip link set lo up
${server} > "${libraries}/../server.log" 2>&1 &
SERVER=$!
trap 'kill $SERVER 2>/dev/null' EXIT
for i in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null && break; sleep 0.1; done
node node_modules/vitest/vitest.mjs run --config test/simulation/dynamodb/vitest.config.ts "$@"
`;

if (import.meta.main) {
  const reason = missing();
  if (reason) {
    console.log(`The contract suite on DynamoDB Local is not run here: ${reason}.`);
    process.exit(0);
  }
  fetchOnce();
  const { status } = spawnSync('unshare', ['-rn', 'bash', '-c', inside, 'test', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
  process.exit(status ?? 1);
}
