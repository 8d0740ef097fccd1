/**
 * Counts what functions use, while they run in this process: invocations, DynamoDB units, calls to AWS. It sits where
 * every AWS client sends; the functions know nothing of it.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FunctionId } from '../bundle.ts';

/** Who uses what: a function, or the state machine with its own calls. */
export type User = FunctionId | 'JointApproval';

type Item = Record<string, unknown>;
type Capacity = {
  CapacityUnits?: number;
  GlobalSecondaryIndexes?: Record<string, { CapacityUnits?: number }>;
};
type Output =
  | {
      ConsumedCapacity?: Capacity | Capacity[];
      Item?: Item;
      Items?: Item[];
      Responses?: Record<string, Item[]>;
    }
  | undefined;
type Command = { input: Record<string, unknown> };
type Client = { config: { serviceId: string } };
type Send = (this: Client, command: Command, ...rest: unknown[]) => Promise<Output>;
const client = Object.getPrototypeOf(DynamoDBClient.prototype) as { send: Send };

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Size of a value as DynamoDB counts it, bytes (Developer Guide, "DynamoDB item sizes and formats"). */
function valueSize(value: unknown): number {
  if (typeof value === 'string') return bytesOf(value);
  if (typeof value === 'number') return Math.ceil(String(value).replace(/\D/g, '').length / 2) + 1;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + 1 + valueSize(each), 3);
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).reduce(
      (sum, [name, each]) => (each === undefined ? sum : sum + 1 + bytesOf(name) + valueSize(each)),
      3,
    );
  }
  return 1;
}

/** Size of an item, bytes: names and values. */
export const itemSize = (item: Item): number =>
  Object.entries(item).reduce(
    (sum, [name, value]) => (value === undefined ? sum : sum + bytesOf(name) + valueSize(value)),
    0,
  );

/** Units of a read: 4 KB each, all rows of a query together; half when it need not be consistent. */
function readUnits(input: Command['input'], rows: Item[]): number {
  const bytes = rows.reduce((sum, row) => sum + itemSize(row), 0);
  return Math.max(1, Math.ceil(bytes / 4096)) * (input.ConsistentRead ? 1 : 0.5);
}

type Batch = Record<string, { Keys: Item[]; ConsistentRead?: boolean }>;

/** Units of a batch: each key as a read of its own, also that of no row. */
export function batchUnits(wanted: Batch, rows: Record<string, Item[]>): number {
  let units = 0;
  for (const [table, input] of Object.entries(wanted)) {
    const found = rows[table] ?? [];
    const missing: Item[] = input.Keys.slice(found.length).map(() => ({}));
    for (const row of [...found, ...missing]) units += readUnits(input, [row]);
  }
  return units;
}

/** The rows that a command writes whole, for their sizes. */
function rowsWritten({ TransactItems, Item }: Command['input']): Item[] {
  const puts = (TransactItems as { Put?: { Item?: Item } }[] | undefined) ?? [
    { Put: { Item: Item as Item } },
  ];
  return puts.flatMap(({ Put }) => (Put?.Item ? [Put.Item] : []));
}

export type Usage = {
  /** Invocations of each function. */
  invocations: Partial<Record<FunctionId, number>>;
  /** DynamoDB units, those of the indexes apart, who wrote how many, and how many for rows of each kind. */
  writeUnits: {
    table: number;
    indexes: number;
    by: Partial<Record<User, number>>;
    byKind: Record<string, number>;
  };
  readUnits: number;
  /** Calls to AWS, such as `KMS Decrypt`. */
  calls: Record<string, number>;
  /** The largest row of each kind that was written, bytes. */
  largestRow: Record<string, number>;
};

export class Meter {
  readonly usage: Usage = {
    invocations: {},
    writeUnits: { table: 0, indexes: 0, by: {}, byKind: {} },
    readUnits: 0,
    calls: {},
    largestRow: {},
  };

  /** Runs one invocation of a function and counts it and what it uses. One at a time. */
  async invoke<T>(id: FunctionId, work: () => Promise<T>): Promise<T> {
    this.usage.invocations[id] = (this.usage.invocations[id] ?? 0) + 1;
    return this.use(id, work);
  }

  /** Does work of somebody who is no function, and counts what it uses. One at a time. */
  async use<T>(id: User, work: () => Promise<T>): Promise<T> {
    const { usage } = this;
    const { send } = client;
    const count = this.#count.bind(this);
    client.send = async function (command, ...rest) {
      const isDynamo = this.config.serviceId === 'DynamoDB';
      if (isDynamo) command.input.ReturnConsumedCapacity = 'INDEXES';
      const name = `${this.config.serviceId} ${command.constructor.name.replace(/Command$/, '')}`;
      usage.calls[name] = (usage.calls[name] ?? 0) + 1;
      const output = await send.call(this, command, ...rest);
      if (isDynamo) count(id, command, output);
      return output;
    };
    try {
      return await work();
    } finally {
      client.send = send;
    }
  }

  /**
   * Writes: as DynamoDB reports them. A transaction costs two units a KB of the row and one an index entry: the
   * index follows after the commit, so its part is not prepared and committed.
   */
  #count(id: User, command: Command, output: Output): void {
    const { usage } = this;
    const { input } = command;
    if (/^(Get|Query)/.test(command.constructor.name)) {
      usage.readUnits += readUnits(input, output?.Items ?? (output?.Item ? [output.Item] : []));
      return;
    }
    if (command.constructor.name.startsWith('BatchGet')) {
      usage.readUnits += batchUnits(input.RequestItems as Batch, output?.Responses ?? {});
      return;
    }
    for (const { CapacityUnits = 0, GlobalSecondaryIndexes = {} } of [
      output?.ConsumedCapacity ?? [],
    ].flat()) {
      const indexes = Object.values(GlobalSecondaryIndexes).reduce(
        (sum, each) => sum + (each.CapacityUnits ?? 0),
        0,
      );
      usage.writeUnits.indexes += indexes;
      usage.writeUnits.table += CapacityUnits - indexes;
      usage.writeUnits.by[id] = (usage.writeUnits.by[id] ?? 0) + CapacityUnits;
    }
    const unitsEach = input.TransactItems ? 2 : 1;
    for (const row of rowsWritten(input)) {
      const kind = String(row.sk).split('#')[0] ?? '';
      const size = itemSize(row);
      usage.largestRow[kind] = Math.max(usage.largestRow[kind] ?? 0, size);
      const units = Math.ceil(size / 1024) * unitsEach;
      usage.writeUnits.byKind[kind] = (usage.writeUnits.byKind[kind] ?? 0) + units;
    }
  }
}
