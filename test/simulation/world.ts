/** One seed's world: its time, its chance, its faults, its cloud, and what was told of it. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { CatalogueFile } from '../../functions/catalogue/schemas.ts';
import { Chaos } from './chaos.ts';
import { VirtualClock } from './clock.ts';
import { Bus } from './cloud/bus.ts';
import { Calls } from './cloud/calls.ts';
import { Queue } from './cloud/queues.ts';
import { Schedules } from './cloud/schedules.ts';
import { settingIn } from './cloud/settings.ts';
import { Stream } from './cloud/stream.ts';
import { Vaults } from './cloud/vaults.ts';
import { Web } from './cloud/web.ts';
import type { Wiring } from './cloud/wiring.ts';
import { Workflow } from './cloud/workflow.ts';
import { promisesSettled, settled } from './globals.ts';
import { History } from './history.ts';
import { current, type Invocation } from './invocation.ts';
import { type Handler, Lambda } from './lambda.ts';
import { Random } from './random.ts';
import type { Graph } from './states/definition.ts';
import { mainSchema } from './table/schema.ts';
import { VirtualTable } from './table/virtual-table.ts';

export type Options = {
  seed: number;
  wiring: Wiring;
  handlers: ReadonlyMap<string, Handler>;
  catalogue: CatalogueFile;
  keepsHistory: boolean;
  /** Nothing goes wrong. */
  isCalm: boolean;
};

/** A bell that rang: an alarm's metric, and what it was about. */
export type Bell = { at: number; alarm: string; about: string };
export type LogLine = { level: string; message: string; keys: Record<string, unknown> };

/** So many happenings are more than any history needs: something goes round in circles. */
const mostSteps = 400_000;

let worlds = 0;

export class World {
  readonly seed: number;
  /** Before the names of secrets: functions remember secrets by their names, and every world has its own. */
  readonly realm = `world-${++worlds}`;
  readonly random: Random;
  readonly clock: VirtualClock;
  readonly start: number;
  readonly chaos: Chaos;
  readonly wiring: Wiring;
  readonly history: History;
  readonly table: VirtualTable;
  readonly stream: Stream;
  readonly queues: Map<string, Queue>;
  readonly bus: Bus;
  readonly vaults = new Vaults();
  readonly workflow: Workflow;
  readonly web: Web;
  readonly lambda: Lambda;
  readonly calls: Calls;
  readonly schedules: Schedules;
  readonly bells: Bell[] = [];
  readonly faults: LogLine[] = [];
  readonly metrics = new Map<string, number>();
  /** The table of cases. */
  readonly tableName: string;
  readonly #catalogue: CatalogueFile;
  #failure: unknown;
  #steps = 0;

  constructor({ seed, wiring, handlers, catalogue, keepsHistory, isCalm }: Options) {
    this.#catalogue = catalogue;
    this.seed = seed;
    this.wiring = wiring;
    this.tableName = settingIn(wiring, 'TABLE_NAME');
    this.random = new Random(seed);
    // Some moment of the last two months of 2026: nights, weekends, a year's end without a calendar behind it.
    this.start = Date.UTC(2026, 10, 1) + this.random.int(0, 60 * 24 * 60) * 60_000;
    this.clock = new VirtualClock(this.start);
    this.chaos = new Chaos(this.random.branch(), this.start, () => this.clock.now, isCalm);
    this.history = new History(keepsHistory);
    const lags = this.random.branch();
    this.table = new VirtualTable(mainSchema, {
      now: () => this.clock.now,
      lag: (of) => {
        if (of === 'index') return this.chaos.strikes('index late') ? lags.about(5_000) : lags.int(0, 20);
        return this.chaos.mayStrike('stale read') ? lags.about(200) : 0;
      },
    });
    this.stream = new Stream(this, wiring.streamConsumers);
    this.table.onChange = (_, change) => {
      this.stream.take(change);
      this.schedules.consider(change.after?.dueSort);
    };
    this.queues = new Map(
      Object.entries(wiring.queues).map(([name, queue]) => [
        name,
        new Queue(
          this,
          name,
          queue,
          wiring.queueConsumers.find((each) => each.queue === name),
        ),
      ]),
    );
    this.bus = new Bus(this, wiring.rules);
    const [machine] = wiring.machines;
    if (!machine) throw new Error('The template has no state machine.');
    this.workflow = new Workflow(this, machine.definition as Graph);
    this.web = new Web(this);
    this.lambda = new Lambda(this, handlers);
    this.calls = new Calls(this);
    this.schedules = new Schedules(this);
  }

  readonly note = (what: string): void => {
    this.history.add(`${((this.clock.now - this.start) / 1000).toFixed(3)} ${what}`);
  };

  /** A fault of the simulation itself: it ends the seed. */
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  /** An alarm's metric is raised. */
  rings(alarm: string, about: string): void {
    this.bells.push({ at: this.clock.now, alarm, about });
  }

  failed(functionName: string): void {
    this.rings(`${functionName} Errors`, '');
  }

  counted(name: string, about = String(current()?.keys.application ?? '')): void {
    this.metrics.set(name, (this.metrics.get(name) ?? 0) + 1);
    this.note(`counted ${name} ${about}`);
    this.rings(name, about);
  }

  logged(level: string, message: unknown, extra: unknown[]): void {
    if (level === 'info' || level === 'debug') return;
    const [first] = extra;
    const reason = first instanceof Error ? `${first.name}: ${first.message}` : JSON.stringify(first ?? '');
    const named = (first as { application?: unknown } | undefined)?.application;
    const keys = { ...current()?.keys, ...(named === undefined ? {} : { application: named }) };
    this.note(`${current()?.id} ${level}: ${message} ${reason} ${JSON.stringify(keys)}`);
    this.faults.push({ level, message: `${message} ${reason}`, keys });
  }

  /** What a function finds in its environment; secrets are named anew in each world. */
  settingOf({ environment }: Invocation, name: string): string | undefined {
    const value = environment[name];
    if (value === undefined) return undefined;
    return /SECRET/.test(name) && name !== 'PEPPER_SECRET_ARN' ? `${this.realm}/${value}` : value;
  }

  get openingHours(): CatalogueFile['centre']['openingHours'] {
    return this.#catalogue.centre.openingHours;
  }

  stopSchedules(): void {
    this.schedules.end();
  }

  /** Whether nothing of the system itself is under way or will be soon. */
  get isAtRest(): boolean {
    const idle = [...this.queues.values()].every(
      ({ messages, isConsumed }) => messages.size === 0 || !isConsumed,
    );
    return (
      idle &&
      this.stream.isEmpty &&
      ![...this.workflow.executions.values()].some((each) => each.status === 'RUNNING')
    );
  }

  /** DynamoDB's own form of a row. */
  marshalled(row: Record<string, unknown>): unknown {
    return marshall(row, { removeUndefinedValues: true });
  }

  /** Lets happen what is to happen, until an instant or until nothing more will. */
  async run(until: number): Promise<void> {
    await this.#drain();
    for (;;) {
      const next = this.clock.nextAt;
      if (next === undefined || next > until) return this.clock.passTo(until);
      this.clock.step();
      if (++this.#steps > mostSteps) throw new Error(`This history goes round in circles.${this.#last()}`);
      await this.#drain();
      if (this.#failure !== undefined) throw this.#failure;
    }
  }

  /** The last lines of the history, where it is kept. */
  #last(): string {
    return ['', ...this.history.lines.slice(-40)].join('\n  ');
  }

  async #drain(): Promise<void> {
    await promisesSettled();
    for (let turns = 0; this.lambda.busy !== undefined; ) {
      await settled();
      if (++turns > 10_000)
        throw new Error(`${this.lambda.busy} waits for something outside the simulation.${this.#last()}`);
    }
  }
}
