/** One seed: a few cases, everybody around them, faults for some days, and then peace until all is done. */
import { forgetCatalogue } from '../../functions/catalogue/published.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { seedCatalogue } from '../support/catalogue.ts';
import { Applicant } from './actors/applicant.ts';
import { begin, type Cast, officer, operator } from './actors/cast.ts';
import { Cataloguer } from './actors/cataloguer.ts';
import { Department } from './actors/department.ts';
import { Officer } from './actors/officer.ts';
import { Operator } from './actors/operator.ts';
import { Courier, SmsCarrier } from './actors/partners.ts';
import { Api } from './api.ts';
import { day, hour } from './chaos.ts';
import { settingIn, settingsIn } from './cloud/settings.ts';
import { inWorld, realNow } from './globals.ts';
import { type Violation, violations } from './invariants/all.ts';
import { type Found, inspect } from './invariants/found.ts';
import type { Foundation, Keys, Stage } from './stage.ts';
import { Truth } from './truth.ts';
import { World } from './world.ts';

export type SeedResult = {
  seed: number;
  violations: Violation[];
  cases: number;
  invocations: number;
  events: number;
  digest: string;
  injected: [string, number][];
  conclusions: string[];
  /** Codes of what was applied for. */
  services: string[];
  /** Conditions that were met. */
  conditionsMet: number;
  /** Real milliseconds that it took. */
  tookMs: number;
  history?: string[];
};

/** After the last fault everything has so long to come to its end. */
const patience = 45 * day;

/** A secret as the deployment generates it; the same for every seed, as some functions keep it for good. */
const generated = (name: string): string =>
  Buffer.from(`${name}${'simulation'.repeat(5)}`)
    .toString('base64')
    .slice(0, 48);

class Theatre {
  readonly world: World;
  readonly truth = new Truth();
  readonly api: Api;
  readonly cast: Cast;
  readonly departments: Department[];

  constructor(stage: Stage, seed: number, { keepsHistory = false, isCalm = false } = {}) {
    const { wiring, handlers, catalogue, foundation } = stage;
    this.world = new World({ seed, wiring, handlers, catalogue, keepsHistory, isCalm });
    this.api = new Api(this.world);
    const random = this.world.random.branch();
    const stroke = random.chance(0.25) ? 20_000 : undefined;
    this.cast = { world: this.world, api: this.api, truth: this.truth, random, stroke };
    const keys = foundation?.departments ?? new Map<string, Keys>();
    this.departments = catalogue.departments.map(
      ({ code }) => new Department(this.cast, code, keys.get(code)?.secret ?? ''),
    );
    seedCatalogue(this.world.table, this.world.tableName, stage.published);
    // What one seed has read must not spare the next a read.
    forgetCatalogue();
    this.#furnish(foundation);
    this.#openHosts();
  }

  #setting(name: string): string {
    return settingIn(this.world.wiring, name);
  }

  /** The secrets of the deployment, and what operators set up before. */
  #furnish(foundation: Foundation | undefined): void {
    const { world } = this;
    const { secrets } = world.vaults;
    for (const [name, value] of settingsIn(world.wiring)) {
      if (!name.endsWith('_ARN') || !/SECRET/.test(name)) continue;
      const id = name === 'PEPPER_SECRET_ARN' ? value : `${world.realm}/${value}`;
      secrets.set(id, JSON.stringify({ createdAt: 'deployment', random: generated(value) }));
    }
    if (!foundation) return;
    const prefix = `${world.realm}/${this.#setting('DEPARTMENT_SECRETS_PREFIX')}`;
    for (const [code, { stored }] of foundation.departments) secrets.set(`${prefix}${code}`, stored);
    const store = world.table.store(world.tableName);
    const told = store.onChange;
    store.onChange = () => {};
    for (const row of foundation.rows) store.set({ hash: String(row.pk), range: String(row.sk) }, row);
    store.onChange = told;
  }

  #openHosts(): void {
    const secretOf = (name: string): string => `whsec_${generated(this.#setting(name))}`;
    const courier = new Courier(this.cast, secretOf('COURIER_SECRET_ARN'));
    const carrier = new SmsCarrier(this.cast, secretOf('SMS_SECRET_ARN'));
    const { hosts } = this.world.web;
    hosts.set(this.#setting('COURIER_URL'), { service: 'courier', hear: (sent) => courier.hear(sent) });
    hosts.set(this.#setting('SMS_URL'), { service: 'carrier', hear: (sent) => carrier.hear(sent) });
  }

  /** What a later seed begins with: rows of departments, and the secrets that they were shown. */
  async layFoundation(): Promise<Foundation> {
    const departments = new Map<string, Keys>();
    for (const department of this.departments) {
      const { code } = department;
      const body = { webhookUrl: department.address(), paused: false };
      await this.api.call('PUT', `/departments/${code}`, { user: operator, body });
      const { body: made } = await this.api.call('POST', `/departments/${code}/secrets`, { user: operator });
      department.secrets.unshift(String(made.secret));
      const id = `${this.world.realm}/${this.#setting('DEPARTMENT_SECRETS_PREFIX')}${code}`;
      departments.set(code, { secret: String(made.secret), stored: this.world.vaults.secrets.get(id) ?? '' });
    }
    // The keys of the identity provider are fetched once a process: not by the first seed that has an officer.
    await this.api.call('GET', '/reviews/none-1', { user: officer('bank') });
    const rows = this.world.table.rows().filter(({ pk }) => String(pk).startsWith('DEPARTMENT'));
    return { rows: structuredClone(rows), departments };
  }

  /** The cases of this seed come in one after another within some hours. */
  fill(stage: Stage, cases: number): void {
    const { cast, truth, world } = this;
    const services = stage.catalogue.services.filter(({ alone, kind }) => alone && kind !== 'composed');
    const share = composedWeight / stage.compositions.length;
    const weights = [
      ...services.map((each) => [weightOf(each), each] as const),
      ...stage.compositions.map((each) => [share, each] as const),
    ];
    truth.expected = cases;
    const chosen: Service[] = [];
    for (let i = 0; i < cases; i++) {
      const service = cast.random.weighted(weights);
      chosen.push(service);
      const person = new Applicant(cast, i + 1, service);
      begin(cast, () => person.live(), cast.random.about(hour));
    }
    const clerk = new Cataloguer(cast, stage.catalogue.departments, publishedOf(stage, chosen));
    if (cast.random.chance(publishes)) begin(cast, () => clerk.work());
    // Who has nothing to do with any of them has nothing to do at all.
    const concerned = new Set(chosen.flatMap(({ items }) => items.map(({ department }) => department)));
    const departments = this.departments.filter(({ code }) => concerned.has(code));
    const people = new Operator(cast, departments);
    begin(cast, () => people.meddle());
    begin(cast, () => people.watch());
    for (const department of departments) {
      const hand = new Officer(cast, department);
      begin(cast, () => hand.work());
    }
    world.note(`seed ${world.seed}: ${cases} cases`);
  }
}

/** In so many seeds the catalogue changes while cases run. */
const publishes = 0.1;

/** The documents of the catalogue that these services are, or are composed of. */
function publishedOf({ catalogue }: Stage, chosen: Service[]): Service[] {
  const codes = new Set(
    chosen.flatMap(({ code, kind, items }) =>
      kind === 'composed' ? [code, ...items.map((item) => item.code)] : [code],
    ),
  );
  return catalogue.services.filter(({ code }) => codes.has(code));
}

/**
 * Several departments that wait for each other meet the most; a department's matter alone, and what takes as long as
 * many other seeds together, now and then.
 */
function weightOf({ code, items }: Service): number {
  if (favoured.includes(code)) return 60;
  if (code === 'street-fair') return 20;
  if (items.some(({ hearing }) => hearing) && items.length <= 2) return 30;
  if (items.length === 1) return 0.2;
  return items.length > manyItems ? 1 : 5;
}
const manyItems = 20;
const favoured = ['business-opening', 'building-acceptance'];
/** Of all that applicants compose together. */
const composedWeight = 25;

/** Runs what a process needs once: departments are set up, one case of each service goes through without a fault. */
export async function layFoundation(stage: Stage): Promise<Foundation> {
  const theatre = new Theatre(stage, 0, { isCalm: true, keepsHistory: true });
  return inWorld(theatre.world, async () => {
    const { world } = theatre;
    let foundation: Foundation | undefined;
    begin(theatre.cast, async () => {
      foundation = await theatre.layFoundation();
    });
    await world.run(world.start + hour);
    if (!foundation) throw new Error('The departments could not be set up.');
    theatre.fill(stage, 6);
    await world.run(world.start + 2 * patience);
    await inspect(world, theatre.api, theatre.truth);
    return foundation;
  });
}

const isDone = ({ world, truth }: Theatre): boolean => truth.isOver && world.chaos.isOver && world.isAtRest;

/** How each case stands in the end, and what its timeline tells. */
const told = ({ cases }: Found): string[] =>
  cases.flatMap(({ application, timeline }) => [
    '',
    `${application.number} is ${application.status}`,
    ...timeline.map(
      ({ at, by, version, type, ...facts }) => `  ${at} ${version} ${type} by ${by} ${JSON.stringify(facts)}`,
    ),
    `  ${JSON.stringify({ clock: application.clock, consignments: application.consignments, objections: application.objections })}`,
  ]);

/** @returns what was found of it, and which invariants do not hold */
export async function runSeed(stage: Stage, seed: number, keepsHistory = false): Promise<SeedResult> {
  const began = realNow();
  const theatre = new Theatre(stage, seed, { keepsHistory });
  const { world, truth } = theatre;
  const found: Found = await inWorld(world, async () => {
    theatre.fill(
      stage,
      world.random.weighted([
        [6, 1],
        [2.5, 2],
        [0.5, 3],
      ] as const),
    );
    const end = (): number => Math.max(world.chaos.until, truth.waitsUntil) + patience;
    for (let until = world.start + day; until < end() && !isDone(theatre); until += day)
      await world.run(until);
    if (!isDone(theatre)) await world.run(end());
    return inspect(world, theatre.api, truth);
  });
  return {
    seed,
    violations: violations({ world, truth, found }),
    cases: truth.cases.size,
    invocations: world.lambda.count,
    events: world.history.count,
    injected: [...world.chaos.injected].sort(([a], [b]) => (a < b ? -1 : 1)),
    conclusions: found.cases.map(({ application }) => String(application.status)),
    services: found.cases.map(({ truth }) => truth.service.code),
    conditionsMet: found.cases
      .flatMap(({ timeline }) => timeline)
      .filter(({ type }) => type === 'condition.met').length,
    digest: world.history.digest(),
    tookMs: realNow() - began,
    ...(keepsHistory ? { history: [...world.history.lines, ...told(found)] } : {}),
  };
}
