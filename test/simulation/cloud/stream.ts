/**
 * The table's stream and its consumer: what one item goes through comes in order, at least once, perhaps late, and is
 * gone after a day.
 */
import { marshall } from '@aws-sdk/util-dynamodb';
import { day, hour } from '../chaos.ts';
import type { Change } from '../table/store.ts';
import type { World } from '../world.ts';
import { matches } from './patterns.ts';
import type { StreamConsumer } from './wiring.ts';

type StreamRecord = { sequence: number; at: number; about: string; record: Record<string, unknown> };

const shards = 3;
const longestPauseMs = 60_000;

function shardOf(text: string): number {
  let hash = 7;
  for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) >>> 0;
  return hash % shards;
}

/** One shard as one consumer reads it: batch after batch, the next when the one before it is done with. */
class Lane {
  readonly #world: World;
  readonly #consumer: StreamConsumer;
  readonly #shard: number;
  readonly waiting: StreamRecord[] = [];
  #isBusy = false;

  constructor(world: World, consumer: StreamConsumer, shard: number) {
    this.#world = world;
    this.#consumer = consumer;
    this.#shard = shard;
  }

  add(record: StreamRecord): void {
    this.waiting.push(record);
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { chaos, random } = this.#world;
    let pause = 50 + random.about(300);
    if (chaos.strikes('shard late')) pause += random.about(20 * 60_000);
    if (chaos.strikes('stream away for more than a day')) pause += day + random.about(2 * hour);
    const { now } = this.#world.clock;
    if (pause > 60_000) this.#world.stream.pauses.push({ from: now, to: now + pause });
    this.#in(pause, () => this.#read());
  }

  #in(ms: number, run: () => Promise<void>): void {
    this.#world.clock.in(ms, () => {
      run().catch((error: unknown) => this.#world.fail(error));
    });
  }

  async #read(): Promise<void> {
    const { clock, chaos, random } = this.#world;
    const kept = this.waiting.filter(({ at }) => clock.now - at <= day);
    for (const { about } of this.waiting.filter((each) => !kept.includes(each))) {
      chaos.count('record lost after a day');
      this.#world.note(`the stream lost ${about}`);
    }
    const batch = kept.splice(0, this.#consumer.batchSize);
    this.waiting.splice(0, this.waiting.length, ...kept);
    if (batch.length === 0) {
      this.#isBusy = false;
      return;
    }
    await this.#handle(batch);
    if (chaos.strikes('record doubled')) this.#in(random.about(5_000), () => this.#handle(batch));
    this.#in(10, () => this.#read());
  }

  /** Until it is handled, or given up. */
  async #handle(batch: StreamRecord[]): Promise<void> {
    const { clock, lambda, random } = this.#world;
    const { retries, maxAgeMs, bisects, to } = this.#consumer;
    const [first] = batch;
    if (!first) return;
    for (let attempt = 0; ; attempt++) {
      const event = { Records: batch.map(({ record }) => record) };
      const outcome = await lambda.invoke(
        to,
        event,
        `records ${first.sequence}+${batch.length} #${attempt + 1}`,
      );
      const left = this.#left(batch, outcome);
      if (left.length === 0) return;
      if (left.length < batch.length) return this.#handle(left);
      const isTooOld = maxAgeMs > 0 && clock.now - first.at > maxAgeMs;
      if (isTooOld || (retries >= 0 && attempt >= retries)) return this.#giveUp(batch);
      if (bisects && batch.length > 1) {
        const middle = batch.length >> 1;
        await this.#handle(batch.slice(0, middle));
        return this.#handle(batch.slice(middle));
      }
      await clock.sleep(Math.min(1_000 * 2 ** attempt, longestPauseMs) + random.about(500));
    }
  }

  #left(
    batch: StreamRecord[],
    { error, value }: { error?: Error | undefined; value?: unknown },
  ): StreamRecord[] {
    if (error) return batch;
    if (!this.#consumer.reportsFailures) return [];
    const failures = (value as { batchItemFailures?: { itemIdentifier: string }[] } | undefined)
      ?.batchItemFailures;
    const lowest = Math.min(...(failures ?? []).map(({ itemIdentifier }) => Number(itemIdentifier)));
    return batch.filter(({ sequence }) => sequence >= lowest);
  }

  /** What is put aside names the records, not what was in them. */
  #giveUp(batch: StreamRecord[]): void {
    const { failures, to } = this.#consumer;
    const [first, last] = [batch[0]?.sequence, batch.at(-1)?.sequence];
    this.#world.note(`the stream gives up ${batch.map(({ about }) => about)}`);
    const queue = this.#world.queues.get(failures ?? '');
    const info = {
      shardId: `shard-${this.#shard}`,
      startSequenceNumber: String(first),
      endSequenceNumber: String(last),
    };
    const body = JSON.stringify({ requestContext: { functionArn: to }, DDBStreamBatchInfo: info });
    this.#world.rings(queue?.name ?? to, batch.map(({ about }) => about).join(' '));
    queue?.send(body);
  }
}

export class Stream {
  readonly #world: World;
  readonly #lanes: { consumer: StreamConsumer; lanes: Lane[] }[];
  #sequence = 0;
  /** Times in which some shard was not read. */
  readonly pauses: { from: number; to: number }[] = [];

  constructor(world: World, consumers: StreamConsumer[]) {
    this.#world = world;
    this.#lanes = consumers.map((consumer) => ({
      consumer,
      lanes: Array.from({ length: shards }, (_, shard) => new Lane(world, consumer, shard)),
    }));
  }

  get isEmpty(): boolean {
    return this.#lanes.every(({ lanes }) => lanes.every(({ waiting }) => waiting.length === 0));
  }

  take({ key, before, after, at }: Change): void {
    const eventName = !before ? 'INSERT' : after ? 'MODIFY' : 'REMOVE';
    const Keys = { pk: { S: key.hash }, sk: { S: key.range } };
    const sequence = ++this.#sequence;
    const known = { eventName, eventSource: 'aws:dynamodb', dynamodb: { Keys } };
    for (const { consumer, lanes } of this.#lanes) {
      // A filter that looks only at keys need not have the row made into DynamoDB's own form.
      const light = { ...known, dynamodb: { Keys, NewImage: after } };
      if (!consumer.filters.some((filter) => this.#passes(filter, light))) continue;
      const image = after && marshall(after, { removeUndefinedValues: true });
      const record = {
        ...known,
        eventID: `record-${sequence}`,
        dynamodb: {
          Keys,
          SequenceNumber: String(sequence),
          ApproximateCreationDateTime: Math.floor(at / 1000),
          ...(image ? { NewImage: image } : {}),
        },
      };
      const passes = consumer.filters.some((filter) => matches(filter, record));
      if (!passes) continue;
      const about = `${key.hash} ${key.range}`;
      lanes[shardOf(key.hash)]?.add({ sequence, at, about, record });
      this.#world.note(`record ${sequence} ${eventName} ${about}`);
    }
  }

  #passes(filter: { eventName?: unknown; dynamodb?: { Keys?: unknown } }, light: object): boolean {
    const cheap = {
      ...(filter.eventName ? { eventName: filter.eventName } : {}),
      ...(filter.dynamodb?.Keys ? { dynamodb: { Keys: filter.dynamodb.Keys } } : {}),
    };
    return matches(cheap, light);
  }
}
