/**
 * Where drills take place: the running local copy, from outside as people and partners meet it, and from behind as
 * whoever breaks something does.
 */
import { execFile } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { readCatalogue } from '../../catalogue/build.ts';
import type { GaugeName, MetricName } from '../../functions/platform/metrics.ts';
import { entries, type FunctionId } from '../bundle.ts';
import { type Call, caller } from '../local/api.ts';
import { type Endpoints, type Outputs, readEndpoints, readOutputs } from '../local/endpoints.ts';
import { root, type Settings } from '../local/settings.ts';
import { getToken } from '../local/token.ts';

const exec = promisify(execFile);

// biome-ignore lint/suspicious/noExplicitAny: answers of our own API, whose schemas tests check
export type Json = any;

/** Polls until it is so. @throws Error naming what did not come about */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  isSo: (value: T) => boolean,
  withinMs = 60_000,
): Promise<T> {
  for (const end = Date.now() + withinMs; ; await sleep(200)) {
    const value = await look();
    if (isSo(value)) return value;
    if (Date.now() > end)
      throw new Error(`It did not come about: ${what}. Last seen: ${JSON.stringify(value)}`);
  }
}

export class Stand {
  readonly endpoints: Endpoints;
  readonly outputs: Outputs;
  /** For clients of the SDK. */
  readonly client: { endpoint: string; region: string };
  /** Commands that were needed, as an operator types them. */
  readonly commands: string[] = [];
  readonly began = Date.now();
  readonly #settings: Settings;
  #moved = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.endpoints = readEndpoints(settings);
    this.outputs = readOutputs(settings);
    this.client = { endpoint: this.endpoints.aws, region: this.endpoints.region };
  }

  /** This very deployment: one after it has another. */
  get cloud(): string {
    return this.outputs.UserPoolId;
  }

  async as(role: 'applicant' | 'officer' | 'operator', name?: string): Promise<Call> {
    const { endpoint: aws, region } = this.client;
    return caller(this.endpoints.api, await getToken(role, name, { aws, region, outputs: this.outputs }));
  }

  /** A business opening with one department in it, unless it says otherwise. */
  async submit(
    changes: object = { items: ['business-registration'] },
  ): Promise<{ number: string; phone: string }> {
    const example = readCatalogue().services.find(({ code }) => code === 'business-opening')?.example as Json;
    const phone = `13${String(randomInt(1_000_000_000)).padStart(9, '0')}`;
    const body = { ...example, ...changes, applicant: { ...example.applicant, phone } };
    const call = await this.as('applicant');
    const headers = { 'idempotency-key': randomUUID() };
    const { number } = await call<{ number: string }>('POST', '/applications', body, headers);
    return { number, phone };
  }

  async read(number: string): Promise<Json> {
    return (await this.as('applicant'))('GET', `/applications/${number}`);
  }

  untilStatus(number: string, ...statuses: string[]): Promise<Json> {
    return until(
      `${number} to be ${statuses.join(' or ')}`,
      () => this.read(number),
      ({ status }) => statuses.includes(status),
    );
  }

  async control(path: string, body: object): Promise<Json> {
    const method = path.endsWith('/events') || path.endsWith('/clock') ? 'POST' : 'PUT';
    return (await this.as('operator'))(method, `/sandbox${path}`, body);
  }

  behave(department: string, behaviour: string): Promise<Json> {
    return this.control(`/departments/${department}`, { behaviour });
  }

  /** A row of the table, by its keys. */
  async row(pk: string, sk: string): Promise<Json> {
    const table = DynamoDBDocumentClient.from(new DynamoDBClient(this.client));
    const query = new GetCommand({
      TableName: this.outputs.TableName,
      Key: { pk, sk },
      ConsistentRead: true,
    });
    return (await table.send(query)).Item;
  }

  /** Now, by the business clock. */
  async now(): Promise<number> {
    return Date.now() + ((await this.row('CLOCK', 'CLOCK'))?.offsetMs ?? 0);
  }

  /** Moves the business clock on by minutes: the clock of every case on this copy. */
  async pass(minutes: number): Promise<void> {
    // Asking takes time as well, and the clock never goes back.
    const now = new Date((await this.now()) + minutes * 60_000 + 1_000).toISOString();
    await this.control('/clock', { now });
    this.#moved += minutes;
  }

  /** Moves the business clock to a minute after an instant. */
  async passTo(instant: string): Promise<void> {
    await this.pass(Math.max(0, (Date.parse(instant) - (await this.now())) / 60_000) + 1);
  }

  /** Minutes that have passed in this drill, moved ones included. */
  get minutes(): number {
    return this.#moved + (Date.now() - this.began) / 60_000;
  }

  /** An operator's command, run as it is typed. */
  async ops(...args: string[]): Promise<string> {
    const shown = args.map((arg) => (arg.includes(' ') ? `'${arg}'` : arg)).join(' ');
    this.commands.push(`npm run ops -- ${shown}`);
    return this.#run(args);
  }

  async #run(args: string[]): Promise<string> {
    const env = { ...process.env, ONEWINDOW_LOCAL_DIR: this.#settings.directory };
    const { stdout } = await exec(process.execPath, [join(root, 'infra', 'ops', 'cli.ts'), ...args], { env });
    return stdout;
  }

  /** A call to AWS that an operator makes, on the local cloud as on AWS. */
  async aws<T>(command: string, run: () => Promise<T>): Promise<T> {
    this.commands.push(`aws ${command}`);
    return run();
  }

  /** Something that is done by a call of the API, by an operator or an officer. */
  async api<T>(what: string, run: () => Promise<T>): Promise<T> {
    this.commands.push(what);
    return run();
  }

  /** Lines that a function has logged since the drill began. */
  async lines(id: FunctionId): Promise<string[]> {
    const { aws, region } = this.endpoints;
    const client = new CloudWatchLogsClient({ endpoint: aws, region });
    const found: string[] = [];
    try {
      const query = { logGroupName: `/onewindow/local/${id}`, startTime: this.began };
      for await (const { events = [] } of paginateFilterLogEvents({ client }, query))
        found.push(...events.map(({ message = '' }) => message));
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    }
    return found;
  }

  /**
   * How much was counted of a business metric since the drill began, by every function.
   * @param about only what was counted for this case
   */
  async counted(name: MetricName | GaugeName, about = ''): Promise<number> {
    const lines = await Promise.all((Object.keys(entries) as FunctionId[]).map((id) => this.lines(id)));
    const own = lines.flat().filter((line) => line.includes(about));
    return own.reduce((sum, line) => sum + valueIn(line, name), 0);
  }

  untilCounted(name: MetricName | GaugeName, least = 1, withinMs?: number): Promise<number> {
    return until(
      `${name} to be counted ${least} times`,
      () => this.counted(name),
      (count) => count >= least,
      withinMs,
    );
  }

  /** A call of Lambda's own API on the local cloud. */
  async lambda(method: string, path: string, body?: object): Promise<Json> {
    const answer = await fetch(`${this.endpoints.aws}/2015-03-31/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Runs a function that a schedule would run. */
  invoke(id: FunctionId): Promise<Json> {
    return this.lambda('POST', `functions/onewindow-local-${id}/invocations`, {});
  }
}

/** A line in the embedded metric format carries the metric's value by its name. */
function valueIn(line: string, name: string): number {
  const from = line.indexOf('{');
  if (from < 0 || !line.includes('"_aws"') || !line.includes(`"${name}"`)) return 0;
  try {
    const value = (JSON.parse(line.slice(from)) as Record<string, unknown>)[name];
    return typeof value === 'number' ? value : 0;
  } catch {
    return 0;
  }
}
