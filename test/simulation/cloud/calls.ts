/**
 * Every call of an AWS client: it takes its time, may not arrive, may have its effect and lose its answer; the client
 * repeats it as the SDK does. The invocation may end at any of them without a word.
 */
import type { Fault, Service } from '../chaos.ts';
import { current, type Invocation, never } from '../invocation.ts';
import { cancelled } from '../table/errors.ts';
import type { World } from '../world.ts';

// biome-ignore lint/suspicious/noExplicitAny: inputs of some twenty commands
type Input = any;

const serviceOf: Record<string, Service> = {
  GetCommand: 'table',
  PutCommand: 'table',
  UpdateCommand: 'table',
  DeleteCommand: 'table',
  QueryCommand: 'table',
  BatchGetCommand: 'table',
  TransactGetCommand: 'table',
  TransactWriteCommand: 'table',
  GetSecretValueCommand: 'secrets',
  PutSecretValueCommand: 'secrets',
  CreateSecretCommand: 'secrets',
  EncryptCommand: 'kms',
  DecryptCommand: 'kms',
  PutEventsCommand: 'bus',
  SendMessageCommand: 'queues',
  SendMessageBatchCommand: 'queues',
  ChangeMessageVisibilityCommand: 'queues',
  StartExecutionCommand: 'workflow',
  DescribeExecutionCommand: 'workflow',
  SendTaskSuccessCommand: 'workflow',
  SendTaskFailureCommand: 'workflow',
  HeadObjectCommand: 'bucket',
  GetObjectAttributesCommand: 'bucket',
  ListObjectVersionsCommand: 'bucket',
  PutObjectTaggingCommand: 'bucket',
};

/** Attempts that the SDK makes by itself. */
const attempts = 3;

const throttledAs: Partial<Record<string, string>> = {
  table: 'ProvisionedThroughputExceededException',
  queues: 'RequestThrottled',
};
const error = (name: string, retryable: boolean): Error =>
  Object.assign(new Error(`${name} (simulated)`), {
    name,
    $fault: 'server',
    $metadata: {},
    isOurs: retryable,
  });
const isRetryable = (thrown: unknown): boolean => (thrown as { isOurs?: boolean }).isOurs === true;

export class Calls {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Stands in for `send` of every client. */
  async send(name: string, input: Input): Promise<unknown> {
    const invocation = current();
    if (!invocation) return this.#effect(name, input);
    if (invocation.isOver) return never();
    invocation.calls += 1;
    const dies = invocation.dies?.atCall === invocation.calls ? invocation.dies : undefined;
    if (dies && !dies.afterEffect) return this.#die(invocation);
    invocation.waiting += 1;
    let outcome: { answer: unknown } | { fault: unknown };
    try {
      outcome = { answer: await this.#withRetries(name, input, invocation) };
    } catch (fault) {
      outcome = { fault };
    }
    invocation.waiting -= 1;
    if (invocation.isOver) return never();
    if (dies) return this.#die(invocation);
    if ('fault' in outcome) throw outcome.fault;
    return outcome.answer;
  }

  #die<T>(invocation: Invocation): Promise<T> {
    this.#world.chaos.count('crash');
    invocation.end(Object.assign(new Error('The machine is gone'), { name: 'Crash' }));
    return never();
  }

  async #withRetries(name: string, given: Input, invocation: Invocation): Promise<unknown> {
    const { clock, random } = this.#world;
    // The client makes one token for all attempts of a transaction.
    const input =
      name === 'TransactWriteCommand' && !given.ClientRequestToken
        ? { ...given, ClientRequestToken: random.bytes(8).toString('hex') }
        : given;
    const most = name === 'SendTextMessageCommand' ? 1 : attempts;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(name, input, invocation);
      } catch (fault) {
        if (!isRetryable(fault) || attempt === most) throw fault;
        await clock.sleep(random.int(10, 100) * 2 ** attempt);
      }
    }
  }

  async #attempt(name: string, input: Input, invocation: Invocation): Promise<unknown> {
    const { clock, chaos, random } = this.#world;
    const service = serviceOf[name] ?? 'table';
    const strikes = (fault: Fault): boolean => chaos.strikes(fault);
    await clock.sleep(strikes('slow call') ? random.about(2_000) : 1 + random.about(2));
    if (invocation.isOver) return never();
    if (chaos.isAway(service)) throw error('ServiceUnavailable', true);
    if (strikes('throttled')) throw this.#throttled(name, input, service);
    if (strikes('server fault')) throw error('InternalServerError', true);
    if (strikes('request lost')) {
      await clock.sleep(random.int(500, 4_000));
      throw error('TimeoutError', true);
    }
    const answer = await this.#effect(name, input);
    await clock.sleep(random.about(2));
    if (strikes('answer lost')) {
      await clock.sleep(random.int(500, 4_000));
      throw error('TimeoutError', true);
    }
    return answer;
  }

  #throttled(name: string, input: Input, service: Service): Error {
    if (name !== 'TransactWriteCommand') return error(throttledAs[service] ?? 'ThrottlingException', true);
    const Code = this.#world.random.pick(['ThrottlingError', 'ProvisionedThroughputExceeded']);
    return cancelled(input.TransactItems.map((_: unknown, i: number) => ({ Code: i === 0 ? Code : 'None' })));
  }

  async #effect(name: string, input: Input): Promise<unknown> {
    const { table, vaults, bus, workflow, chaos, random, clock } = this.#world;
    switch (name) {
      case 'TransactWriteCommand': {
        const commit = table.begin(input);
        if (current()) await clock.sleep(random.about(3));
        return commit();
      }
      case 'BatchGetCommand':
        table.batchSize = chaos.strikes('batch unprocessed') ? 1 : 100;
        return table.execute(name, input as never);
      case 'PutEventsCommand':
        return bus.put(input.Entries);
      case 'StartExecutionCommand':
        return workflow.start(input.name, input.input);
      case 'DescribeExecutionCommand':
        return workflow.describe(input.executionArn);
      case 'SendTaskSuccessCommand':
        return workflow.success(input.taskToken, input.output);
      case 'SendTaskFailureCommand':
        return workflow.failure(input.taskToken, input.error, input.cause);
      case 'SendMessageCommand':
      case 'SendMessageBatchCommand':
      case 'ChangeMessageVisibilityCommand':
        return this.#queue(name, input);
      default:
        return serviceOf[name] === 'table'
          ? table.execute(name, input as never)
          : vaults.execute(name, input);
    }
  }

  #queue(name: string, input: Input): unknown {
    const queue = this.#world.queues.get(input.QueueUrl);
    if (!queue) throw new Error(`There is no queue ${input.QueueUrl}.`);
    if (name === 'ChangeMessageVisibilityCommand') {
      queue.changeVisibility(input.ReceiptHandle, input.VisibilityTimeout);
      return {};
    }
    const entries: Input[] = name === 'SendMessageCommand' ? [input] : input.Entries;
    for (const { MessageBody, DelaySeconds = 0, MessageGroupId } of entries) {
      queue.send(MessageBody, { delayMs: DelaySeconds * 1000, group: MessageGroupId });
    }
    return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
  }
}
