/**
 * Metric data of a stage that is well: a district with some thousand applications a month, whose people work by day,
 * whose partners answer late now and then, and whose cloud hiccups as clouds do. From a seed.
 */
import type { GaugeName, MetricName } from '../../functions/platform/metrics.ts';
import { type Alarms, MetricData } from './cloudwatch.ts';

export const minute = 1;
export const hour = 60;
export const day = 24 * hour;

/** mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class Month {
  data = new MetricData();
  readonly minutes: number;
  private readonly keys: string[];
  private readonly random: () => number;
  private readonly known = new Map<string, string[]>();

  /** @param alarms whose metrics there are */
  constructor(alarms: Alarms, minutes: number, seed = 1) {
    this.keys = alarms.keys;
    this.minutes = minutes;
    this.random = randomOf(seed);
    for (let at = 0; at < minutes; at++) this.live(at);
  }

  /** The same month, to be changed. */
  copy(): Month {
    const copy: Month = Object.create(this);
    copy.data = this.data.copy();
    return copy;
  }

  /** The metrics that an alarm looks at, by namespace, name and something that only their dimensions have. */
  private found(namespace: string, name: string, of: string): string[] {
    const meant = JSON.stringify([namespace, name, of]);
    const found =
      this.known.get(meant) ??
      this.keys.filter((key) => key.startsWith(`["${namespace}","${name}"`) && key.includes(of));
    this.known.set(meant, found);
    return found;
  }

  /** Adds to the one metric that is meant. @throws Error when no alarm looks at it, or it is not one */
  add(namespace: string, name: string, of: string, at: number, ...values: number[]): void {
    const [key, ...others] = this.found(namespace, name, of);
    if (!key || others.length > 0) throw new Error(`Not one metric: ${namespace} ${name} ${of}`);
    this.data.of(key).add(at, values);
  }

  /** Takes data away, as whatever does not run does. */
  forget(namespace: string, name: string, of: string, from: number, to: number): void {
    const found = this.found(namespace, name, of);
    if (found.length === 0) throw new Error(`No metric: ${namespace} ${name} ${of}`);
    for (const key of found) this.data.of(key).forget(from, to);
  }

  business(name: MetricName | GaugeName, at: number, value = 1): void {
    this.add('OneWindow', name, '"stage"', at, value);
  }

  private often(mean: number): number {
    let left = Math.exp(-mean);
    for (let count = 0, p = this.random(); ; count++, p -= left, left *= mean / count)
      if (p < left) return count;
  }

  private rarely(times: number, within: number): boolean {
    return this.random() < times / within;
  }

  private live(at: number): void {
    const clock = at % day;
    const isDay = clock >= 9 * hour && clock < 17 * hour && Math.floor(at / day) % 7 < 5;
    this.cases(at, isDay ? 0.6 : 0.05);
    this.cloud(at, isDay ? 30 : 3);
    if (at % 15 === 0) this.census(at);
    // One flight in a day meets a hiccup.
    if (at % 5 === 0) this.business(at % day === 3 * hour ? 'CanaryFailed' : 'CanaryPassed', at);
    this.hiccups(at);
  }

  private cases(at: number, submitted: number): void {
    const counts: [MetricName, number][] = [
      ['EntriesRelayedInTime', this.often(submitted * 8)],
      ['ApplicationsConcluded', this.often(submitted)],
      ['MessagesSent', this.often(submitted * 3)],
      ['ParcelsOrdered', this.often(submitted * 0.8)],
      ['CasesOverdue', this.rarely(submitted, 100) ? 1 : 0],
    ];
    for (const [name, value] of counts) if (value > 0) this.business(name, at, value);
  }

  private census(at: number): void {
    this.business('CasesWatched', at, 180 + this.often(20));
    this.business('CasesLateNow', at, Math.min(9, this.often(3)));
    const none: GaugeName[] = [
      'CasesPastLawNow',
      'CasesStuckNow',
      'ReviewsEscalatedNow',
      'ParcelsGivenUpNow',
      'DepartmentsUnreachedNow',
      'DepartmentsGoneNow',
    ];
    for (const name of none) this.business(name, at, 0);
  }

  private cloud(at: number, requests: number): void {
    const answered = this.often(requests);
    this.add('AWS/ApiGateway', 'Count', '', at, answered);
    this.add(
      'AWS/ApiGateway',
      'Latency',
      '',
      at,
      ...Array.from({ length: 3 }, () => 40 + 400 * this.random() ** 3),
    );
    this.add('AWS/Lambda', 'Invocations', '-Sweep"', at, 1);
    if (at % 15 === 0 || answered > 8) this.add('AWS/Lambda', 'Invocations', '-Relay"', at, 1);
    this.add('AWS/Lambda', 'IteratorAge', '-Relay"', at, 200 + 2_000 * this.random());
    this.add('AWS/Lambda', 'Errors', '-Relay"', at, 0);
    this.add('AWS/Lambda', 'Invocations', 'Invocations"]', at, answered * 2);
    this.add('AWS/States', 'ConsumedCapacity', '', at, this.often(requests / 3));
    this.add('AWS/DynamoDB', 'ConsumedWriteCapacityUnits', '', at, answered * 4);
    this.add('AWS/DynamoDB', 'ConsumedReadCapacityUnits', '', at, answered * 6);
    for (const queue of ['Webhooks', 'Outputs', 'Messages']) {
      const taken = this.often(requests / 10);
      this.add(
        'AWS/SQS',
        'ApproximateNumberOfMessagesVisible',
        `${queue}Queue`,
        at,
        this.rarely(1, 20) ? 1 : 0,
      );
      this.add('AWS/SQS', 'NumberOfMessagesReceived', `${queue}Queue`, at, taken);
      this.add('AWS/SQS', 'ApproximateNumberOfMessagesVisible', `${queue}DeadLetters`, at, 0);
    }
    if (at % day === 0) this.add('AWS/CertificateManager', 'DaysToExpiry', '', at, 200);
  }

  /** What one more attempt mends. */
  private hiccups(at: number): void {
    const once: [MetricName, number][] = [
      ['MessagesFailing', 2],
      ['ParcelsFailing', 1],
      ['EntriesRelayedLate', 0.3],
      ['MessagesRefused', 3],
      ['CasesRepaired', 0.5],
      ['WorkflowFailing', 0.5],
      ['ParcelsLost', 0.1],
    ];
    for (const [name, aDay] of once) if (this.rarely(aDay, day)) this.business(name, at);
    if (this.rarely(3, day)) this.add('AWS/ApiGateway', '5xx', '', at, 1);
    if (this.rarely(1, 3 * day)) this.add('AWS/Lambda', 'Errors', '-Relay"', at, 1);
    if (this.rarely(1, day)) this.add('AWS/Lambda', 'Throttles', '-DeliverWebhook"', at, 2);
    if (this.rarely(1, day)) this.add('AWS/ApiGateway', 'Latency', '', at, 6_000);
  }
}
