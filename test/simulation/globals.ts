/**
 * What the code finds around itself while a seed runs: time, chance, the network, its settings, its AWS clients, its
 * log. Put in place once a process; each seed says which world they speak to.
 */
import crypto from 'node:crypto';
import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import zlib from 'node:zlib';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Planned } from './clock.ts';
import { current, runIn } from './invocation.ts';
import type { World } from './world.ts';

let world: World | undefined;

/** The world that runs now. */
export function here(): World {
  if (!world) throw new Error('No seed runs.');
  return world;
}

/** Real time, for who measures the simulation itself. */
export const realNow = Date.now.bind(Date);
const realImmediate = setImmediate;
const realTick = process.nextTick.bind(process);
const RealDate = Date;
const real = {
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  random: Math.random,
  fetch: globalThis.fetch,
  timeout: AbortSignal.timeout,
  elapsed: performance.now.bind(performance),
  randomInt: crypto.randomInt,
  randomBytes: crypto.randomBytes,
  randomUUID: crypto.randomUUID,
  getRandomValues: crypto.webcrypto.getRandomValues.bind(crypto.webcrypto),
  request: http.request,
  secureRequest: https.request,
  wait: timers.setTimeout,
  inflate: zlib.inflateRawSync,
  compile: Ajv2020.prototype.compile,
  lookup: dns.lookup,
};

/** Every name resolves to it. */
const publicAddress = '198.41.0.4';

/** What was inflated in this world: a dossier is read some fifty times, and inflating is what takes longest in it. */
const inflated = new Map<string, Buffer>();

function inflatedOnce(bytes: Uint8Array): Buffer {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const known = inflated.get(key) ?? real.inflate(bytes);
  inflated.set(key, known);
  return Buffer.from(known);
}

/** By its text: what was compiled of a form in one seed is compiled the same in the next. */
const validators = new Map<string, unknown>();

function compiledOnce(this: Ajv2020, schema: object): unknown {
  const text = JSON.stringify(schema);
  const known = validators.get(text) ?? real.compile.call(this, schema);
  validators.set(text, known);
  return known;
}

/** After every promise that is ready to go on has done so: ticks come when no more of them are. */
export const promisesSettled = (): Promise<void> => new Promise((resolve) => realTick(resolve));

/** After everything that is ready to go on has done so, whatever it waits for in this process. */
export const settled = (): Promise<void> => new Promise((resolve) => realImmediate(resolve));

const now = (): number => (world ? world.clock.now + (current()?.skew ?? 0) : RealDate.now());

class VirtualDate extends RealDate {
  constructor(...args: unknown[]) {
    super(...((args.length === 0 ? [now()] : args) as [number]));
  }

  static override now(): number {
    return now();
  }

  static override [Symbol.hasInstance](instance: unknown): boolean {
    return Function.prototype[Symbol.hasInstance].call(RealDate, instance);
  }
}

/** A timer of the code: what has ended hears it no more. */
function virtualTimeout(run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown {
  const invocation = current();
  if (!world) return real.setTimeout(run, ms, ...args);
  if (invocation) invocation.waiting += 1;
  const timer = world.clock.in(Math.max(1, Math.ceil(ms)), () => {
    if (invocation) invocation.waiting -= 1;
    // Cleared afterwards, it is not counted again.
    timer.cancelled = true;
    if (!invocation) run(...args);
    // As in Node, what was begun in an invocation stays in it.
    else if (!invocation.isOver) runIn(invocation, () => run(...args));
  });
  return Object.assign(timer, { ref: () => timer, unref: () => timer, hasRef: () => true, invocation });
}

function virtualClear(timer: unknown): void {
  const planned = timer as (Planned & { invocation?: { waiting: number } }) | undefined;
  if (!planned || !('order' in planned)) {
    real.clearTimeout(timer as NodeJS.Timeout);
    return;
  }
  if (!planned.cancelled && planned.invocation) planned.invocation.waiting -= 1;
  planned.cancelled = true;
}

/** Signals do not keep anybody waiting by themselves: who waits for a partner is counted there. */
function virtualSignal(ms: number): AbortSignal {
  if (!world) return real.timeout.call(AbortSignal, ms);
  const controller = new AbortController();
  const reason = (): DOMException =>
    new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  const invocation = current();
  world.clock.in(ms, () => {
    if (!invocation) controller.abort(reason());
    else if (!invocation.isOver) runIn(invocation, () => controller.abort(reason()));
  });
  return controller.signal;
}

function patchTimeAndChance(): void {
  Object.assign(globalThis, {
    Date: VirtualDate,
    setTimeout: virtualTimeout,
    clearTimeout: virtualClear,
    fetch: (input: string, init?: RequestInit) =>
      world ? world.web.fetch(input, init) : real.fetch(input, init),
  });
  AbortSignal.timeout = virtualSignal;
  // Of one machine, from its start on: it is never set, however wrong its date is.
  performance.now = () => (world ? world.clock.now - world.start : real.elapsed());
  Math.random = () => (world ? world.random.unit() : real.random());
  const bytes = (size: number): Buffer => (world ? world.random.bytes(size) : real.randomBytes(size));
  Object.assign(crypto, {
    randomInt: (from: number, to?: number) => {
      if (!world) return to === undefined ? real.randomInt(from) : real.randomInt(from, to);
      return to === undefined ? world.random.int(0, from - 1) : world.random.int(from, to - 1);
    },
    randomBytes: bytes,
    randomUUID: () => {
      if (!world) return real.randomUUID();
      const hex = bytes(16).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  });
  crypto.webcrypto.getRandomValues = ((array: Uint8Array) => {
    if (!world) return real.getRandomValues(array);
    array.set(bytes(array.length));
    return array;
  }) as typeof crypto.webcrypto.getRandomValues;
  const request = (original: unknown) =>
    ((...args: unknown[]) =>
      world
        ? (world.web.request as (...given: unknown[]) => unknown)(...args)
        : (original as (...given: unknown[]) => unknown)(...args)) as never;
  timers.setTimeout = ((ms = 0, value?: unknown, options?: object) =>
    world
      ? new Promise<unknown>((resolve) => virtualTimeout(() => resolve(value), ms))
      : real.wait(ms, value, options)) as typeof timers.setTimeout;
  dns.lookup = ((name: string, ...rest: unknown[]) => {
    if (!world) return (real.lookup as (...given: unknown[]) => unknown)(name, ...rest);
    const found = rest.at(-1) as (error: null, addresses: { address: string; family: number }[]) => void;
    found(null, [{ address: publicAddress, family: 4 }]);
  }) as typeof dns.lookup;
  http.request = request(real.request);
  https.request = request(real.secureRequest);
  zlib.inflateRawSync = ((bytes: Uint8Array) =>
    world ? inflatedOnce(bytes) : real.inflate(bytes)) as typeof zlib.inflateRawSync;
  syncBuiltinESMExports();
}

/** A function sees its own settings and nobody else's; the AWS clients see what they need to be made. */
function patchEnvironment(): void {
  const own = process.env;
  const clients = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'simulation',
    AWS_SECRET_ACCESS_KEY: 'simulation',
  };
  Object.assign(own, clients, { POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_DEV: '' });
  process.env = new Proxy(own, {
    get(target, name) {
      const invocation = current();
      if (!world || !invocation || typeof name !== 'string') return Reflect.get(target, name);
      if (name in clients) return target[name];
      return world.settingOf(invocation, name);
    },
  });
}

function patchClients(): void {
  const client = Object.getPrototypeOf(DynamoDBClient.prototype) as { send: unknown };
  const original = client.send as (...args: unknown[]) => unknown;
  client.send = function send(this: unknown, command: { input: unknown }, ...more: unknown[]): unknown {
    return world
      ? world.calls.send(command.constructor.name, command.input)
      : original.call(this, command, ...more);
  };
}

/** What is logged and counted belongs to an invocation, though all share one logger here. */
function patchTelemetry(): void {
  const log = Logger.prototype as unknown as Record<string, unknown>;
  for (const level of ['debug', 'info', 'warn', 'error', 'critical']) {
    log[level] = (message: unknown, ...extra: unknown[]) => world?.logged(level, message, extra);
  }
  log.appendKeys = (keys: Record<string, unknown>) => Object.assign(current()?.keys ?? {}, keys);
  log.resetKeys = () => {
    const invocation = current();
    if (invocation) invocation.keys = {};
  };
  const metrics = Metrics.prototype as unknown as Record<string, unknown>;
  let about: string | undefined;
  metrics.addMetadata = function addMetadata(this: unknown, _key: string, value: string): unknown {
    about = value;
    return this;
  };
  metrics.addMetric = function addMetric(this: unknown, name: string): unknown {
    world?.counted(name, about);
    return this;
  };
  metrics.publishStoredMetrics = () => {
    about = undefined;
  };
}

function patchCompiler(): void {
  Ajv2020.prototype.compile = function compile(this: Ajv2020, schema: object): unknown {
    return world ? compiledOnce.call(this, schema) : real.compile.call(this, schema);
  } as typeof Ajv2020.prototype.compile;
}

let isPatched = false;

/** To be called before the functions are loaded. */
export function patch(): void {
  if (isPatched) return;
  isPatched = true;
  patchEnvironment();
  patchTimeAndChance();
  patchClients();
  patchTelemetry();
  patchCompiler();
}

/** Runs something in a world; afterwards everything is as it was. */
export async function inWorld<T>(next: World, run: () => Promise<T>): Promise<T> {
  world = next;
  inflated.clear();
  try {
    return await run();
  } finally {
    world = undefined;
  }
}
