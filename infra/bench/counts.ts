/** What one business opening uses, and what a thousand of them cost, from list prices. */

import type { FunctionId } from '../bundle.ts';
import type { Metered } from './meter-opening.ts';
import type { Deployed } from './meter-routes.ts';
import { factsFromJournal, type Machine, transitions } from './meter-transitions.ts';
import prices from './prices.json' with { type: 'json' };

/** Functions behind the HTTP API: each of their invocations is one request to it. */
const apis: FunctionId[] = ['IntakeApi', 'ReviewsApi', 'CourierApi', 'ReceiptsApi'];

/** A message is sent, received and deleted. */
const requestsPerMessage = 3;

/**
 * Milliseconds billed for an invocation, on average: an assumption, on the cautious side. Most take a few calls to
 * DynamoDB; a webhook, an order or an SMS waits for somebody else's answer.
 */
export const assumedMilliseconds = 100;

export type Counts = {
  transitions: number;
  invocations: number;
  /** Part of the invocations: departments reading what they decide. */
  departmentReads: number;
  apiRequests: number;
  gigabyteSeconds: number;
  writeUnits: number;
  /** Part of the write units: the traces of departments reading what they decide. */
  auditUnits: number;
  readUnits: number;
  /** Requests to DynamoDB, whatever they read or write. */
  tableRequests: number;
  queueRequests: number;
  busEvents: number;
  kmsRequests: number;
  messages: number;
  parcels: number;
};

const sum = (values: (number | undefined)[]): number =>
  values.reduce<number>((all, each) => all + (each ?? 0), 0);

/** The counts of a metered case. */
export function countsOf(metered: Metered, machine: Machine, { memory }: Deployed): Counts {
  const { invocations, writeUnits, calls } = metered;
  const run = Object.entries(invocations) as [FunctionId, number][];
  const seconds = assumedMilliseconds / 1000;
  const requestsTo = (service: string): number =>
    sum(Object.entries(calls).map(([name, times]) => (name.startsWith(`${service} `) ? times : 0)));
  return {
    transitions: sum(factsFromJournal(machine, metered.journal).map((facts) => transitions(machine, facts))),
    invocations: sum(run.map(([, times]) => times)),
    departmentReads: metered.departmentReads,
    apiRequests: sum(apis.map((id) => invocations[id])),
    gigabyteSeconds: sum(run.map(([id, times]) => (times * seconds * (memory[id] ?? 0)) / 1024)),
    writeUnits: writeUnits.table + writeUnits.indexes,
    auditUnits: writeUnits.byKind.AUDIT ?? 0,
    readUnits: metered.readUnits,
    queueRequests: metered.queued * requestsPerMessage,
    busEvents: metered.events,
    tableRequests: requestsTo('DynamoDB'),
    kmsRequests: requestsTo('KMS'),
    messages: metered.messages,
    parcels: metered.parcels,
  };
}

export type Cost = { what: string; count: number; usd: number };

/** USD for a thousand such cases, line by line; without SMS and courier. */
export function costsPerThousand(counts: Counts): Cost[] {
  const { perMillion } = prices;
  const lines: [string, number, number][] = [
    ['state transitions', counts.transitions, perMillion.stateTransitions],
    ['Lambda requests', counts.invocations, perMillion.lambdaRequests],
    ['Lambda GB-seconds', counts.gigabyteSeconds, perMillion.lambdaGigabyteSecondsArm64],
    ['HTTP API requests', counts.apiRequests, perMillion.httpApiRequests],
    ['DynamoDB write units', counts.writeUnits, perMillion.dynamoDbWriteUnits],
    ['DynamoDB read units', counts.readUnits, perMillion.dynamoDbReadUnits],
    ['SQS requests', counts.queueRequests, perMillion.sqsRequests],
    ['EventBridge events', counts.busEvents, perMillion.eventBridgeEvents],
    ['KMS requests', counts.kmsRequests, perMillion.kmsRequests],
  ];
  return lines.map(([what, count, price]) => ({ what, count, usd: (count * 1000 * price) / 1e6 }));
}

export const usdPerThousand = (counts: Counts): number => sum(costsPerThousand(counts).map(({ usd }) => usd));

/** USD for the SMS of a thousand cases, which the budget leaves out. */
export const smsUsdPerThousand = ({ messages }: Counts): number =>
  messages * 1000 * prices.perMessage.smsInChina;

/** What one business opening may use at most; asserted by test/e2e/budgets.test.ts. */
export const budgets = {
  transitions: 11,
  /** Without the departments' reads of their reviews: how often they read is theirs. The bench prints both. */
  invocations: 35,
  queueRequests: 30,
  writeUnits: 105,
  tableRequests: 130,
  apiRequests: 17,
  busEvents: 20,
  kmsRequests: 10,
  usdPerThousand: 0.46,
  rowBytes: 1024,
} as const;

export { prices };
