/** Standard queues: at least once, in no order, invisible for a while, and after so many receptions put aside. */
import type { SQSBatchResponse } from 'aws-lambda';
import { day } from '../chaos.ts';
import type { World } from '../world.ts';
import type { QueueConsumer, QueueWiring } from './wiring.ts';

export type Message = {
  id: string;
  body: string;
  group?: string | undefined;
  sentAt: number;
  receives: number;
  /** When it can be received again. */
  visibleAt: number;
  isDeleted: boolean;
};

const longestInvisibleMs = day / 2;

export class Queue {
  readonly name: string;
  readonly #world: World;
  readonly wiring: QueueWiring;
  readonly #consumer: QueueConsumer | undefined;
  readonly messages = new Set<Message>();
  #working = 0;
  #made = 0;

  constructor(world: World, name: string, wiring: QueueWiring, consumer: QueueConsumer | undefined) {
    this.#world = world;
    this.name = name;
    this.wiring = wiring;
    this.#consumer = consumer;
  }

  get isConsumed(): boolean {
    return this.#consumer !== undefined;
  }

  send(body: string, { delayMs = 0, group = undefined as string | undefined } = {}): Message {
    const { clock, chaos, random } = this.#world;
    const message: Message = {
      id: `${this.name.slice(0, 12)}-${++this.#made}`,
      body,
      group,
      sentAt: clock.now,
      receives: 0,
      visibleAt: clock.now + delayMs,
      isDeleted: false,
    };
    this.messages.add(message);
    const late = chaos.strikes('message late') ? random.about(10 * 60_000) : 0;
    this.#offer(message, delayMs + late + 5 + random.about(30));
    if (chaos.strikes('message doubled')) this.#offer(message, delayMs + random.about(2_000), true);
    return message;
  }

  #offer(message: Message, inMs: number, evenIfInvisible = false): void {
    if (this.#consumer) this.#world.clock.in(inMs, () => this.#receive(message, evenIfInvisible));
  }

  #receive(message: Message, evenIfInvisible: boolean): void {
    const { clock, chaos, random } = this.#world;
    const consumer = this.#consumer;
    if (!consumer || message.isDeleted || !this.messages.has(message)) return;
    if (!evenIfInvisible && message.visibleAt > clock.now) return;
    if (this.#working >= consumer.concurrency || chaos.isAway('queues')) {
      this.#offer(message, 1_000 + random.about(1_000), evenIfInvisible);
      return;
    }
    if (clock.now - message.sentAt > this.wiring.retentionMs) {
      this.#world.note(`${this.name} forgot ${message.id}`);
      this.messages.delete(message);
      return;
    }
    message.receives += 1;
    if (message.receives > (this.wiring.receptions ?? Number.POSITIVE_INFINITY)) {
      this.#putAside(message);
      return;
    }
    message.visibleAt = clock.now + this.wiring.visibilityMs;
    this.#work(message, consumer).catch((error: unknown) => this.#world.fail(error));
  }

  #putAside(message: Message): void {
    const aside = this.#world.queues.get(this.wiring.deadLetters ?? '');
    this.messages.delete(message);
    this.#world.note(`${this.name} puts ${message.id} aside`);
    this.#world.rings(aside?.name ?? this.name, message.body);
    aside?.send(message.body);
  }

  async #work(message: Message, consumer: QueueConsumer): Promise<void> {
    const { lambda, clock, chaos, random } = this.#world;
    this.#working += 1;
    const record = {
      messageId: message.id,
      receiptHandle: `${this.name}|${message.id}|${message.receives}`,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receives),
        SentTimestamp: String(message.sentAt),
        ...(message.group ? { MessageGroupId: message.group } : {}),
      },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: this.name,
    };
    const outcome = await lambda.invoke(
      consumer.to,
      { Records: [record] },
      `${message.id} #${message.receives}`,
    );
    this.#working -= 1;
    const failed = (outcome.value as SQSBatchResponse | undefined)?.batchItemFailures ?? [];
    const isDone =
      outcome.error === undefined && !failed.some(({ itemIdentifier }) => itemIdentifier === message.id);
    if (isDone && !chaos.strikes('deletion lost')) {
      message.isDeleted = true;
      this.messages.delete(message);
      return;
    }
    this.#offer(message, Math.max(0, message.visibleAt - clock.now) + random.about(20));
  }

  changeVisibility(handle: string, seconds: number): void {
    const { clock } = this.#world;
    const [, id] = handle.split('|');
    const message = [...this.messages].find((each) => each.id === id);
    if (!message) throw Object.assign(new Error('No such message'), { name: 'InvalidParameterValue' });
    message.visibleAt = clock.now + Math.min(seconds * 1000, longestInvisibleMs);
  }

  /** An operator moves every message where it came from. */
  redriveTo(queue: Queue): number {
    const all = [...this.messages];
    this.messages.clear();
    for (const message of all) queue.send(message.body);
    return all.length;
  }
}
