/**
 * DynamoDB in memory, by the commands of the document client: conditions, transactions with their reasons, conflicts,
 * idempotency tokens, paging, indexes that follow later, reads that need not be consistent. Synchronous inside, so
 * that who simulates decides when each thing happens. Held against DynamoDB by table-contract.ts.
 */
import type {
  BatchGetCommandInput,
  GetCommandInput,
  PutCommandInput,
  QueryCommandInput,
  TransactGetCommandInput,
  TransactWriteCommandInput,
  UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { cancelled, conditionFailed, conflict, type Reason, tokenReused, validation } from './errors.ts';
import { type Given, holds, projected, updated } from './evaluate.ts';
import { readCondition, readProjection, readUpdate } from './expressions.ts';
import { queryPage } from './query.ts';
import type { TableSchema } from './schema.ts';
import { type Change, type Key, Store, type Timing } from './store.ts';
import { type Row, rowSize, stored, typeOf } from './values.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Expressions = {
  ConditionExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
  ReturnValuesOnConditionCheckFailure?: string | undefined;
};
/** One write of a transaction, or alone: where, on which condition, and what it makes of the row. */
type Planned = {
  store: Store;
  key: Key;
  given: Given;
  expressions: Expressions;
  make: (row: Row) => Row | undefined;
};

const largestRow = 400 * 1024;
const mostWrites = 100;
/** How long a token is remembered. */
const tokenLivesMs = 10 * 60_000;

const instant: Timing = { now: () => Date.now(), lag: () => 0 };

const givenOf = (input: Expressions): Given => ({
  names: input.ExpressionAttributeNames,
  values: input.ExpressionAttributeValues && (stored(input.ExpressionAttributeValues) as Row),
});

export class VirtualTable {
  readonly #schema: TableSchema;
  readonly #timing: Timing;
  readonly #stores = new Map<string, Store>();
  /** Rows that a transaction holds from its beginning to its end. */
  readonly #held = new Set<string>();
  readonly #tokens = new Map<string, { input: string; at: number }>();
  /** How many keys of a batch it has capacity for. */
  batchSize = 100;
  onChange: (table: string, change: Change) => void = () => {};

  constructor(schema: TableSchema, timing = instant) {
    this.#schema = schema;
    this.#timing = timing;
  }

  store(name: string | undefined): Store {
    if (!name) throw validation('The parameter TableName is required');
    const found = this.#stores.get(name) ?? new Store(name, this.#schema, this.#timing);
    if (!this.#stores.has(name)) {
      this.#stores.set(name, found);
      found.onChange = (change) => this.onChange(name, change);
    }
    return found;
  }

  /** Stands in for a document client's `send`: by the name of the command's class. */
  readonly send = async (command: object): Promise<Record<string, unknown>> => {
    const { input } = command as { input: never };
    return this.execute(command.constructor.name, input);
  };

  /** @throws Error as DynamoDB's client would */
  execute(command: string, input: never): Record<string, unknown> {
    switch (command) {
      case 'GetCommand':
        return this.get(input);
      case 'PutCommand':
        return this.#alone({ Put: input }, input);
      case 'UpdateCommand':
        return this.#alone({ Update: input }, input);
      case 'DeleteCommand':
        return this.#alone({ Delete: input }, input);
      case 'QueryCommand':
        return queryPage(this.store((input as QueryCommandInput).TableName), input);
      case 'BatchGetCommand':
        return this.#batchGet(input);
      case 'TransactGetCommand':
        return this.#transactGet(input);
      case 'TransactWriteCommand': {
        const commit = this.begin(input);
        return commit();
      }
      default:
        throw new Error(`The virtual table does not know ${command}.`);
    }
  }

  #key(store: Store, row: Row): Key {
    const { hash, range } = store.schema.key;
    const [first, second] = [row[hash], row[range]];
    if (typeof first !== 'string' || typeof second !== 'string') {
      throw validation('The provided key element does not match the schema');
    }
    const [bytes, more] = [Buffer.byteLength(first), Buffer.byteLength(second)];
    if (bytes < 1 || bytes > 2048 || more < 1 || more > 1024) {
      throw validation('One or more parameter values were invalid: a key is empty or too long');
    }
    return { hash: first, range: second };
  }

  #keyOnly(store: Store, row: Row | undefined): Key {
    if (!row || Object.keys(row).length !== 2)
      throw validation('The provided key element does not match the schema');
    return this.#key(store, row);
  }

  get(input: GetCommandInput): Record<string, unknown> {
    const store = this.store(input.TableName);
    const row = store.get(this.#keyOnly(store, input.Key), input.ConsistentRead === true);
    if (!row) return {};
    const { ProjectionExpression } = input;
    const item = ProjectionExpression
      ? projected(readProjection(ProjectionExpression), row, givenOf(input as Expressions))
      : row;
    return { Item: ProjectionExpression ? stored(item) : item };
  }

  #checkRow(store: Store, row: Row): Row {
    if (rowSize(row) > largestRow) throw validation('Item size has exceeded the maximum allowed size');
    for (const { hash, range } of Object.values(store.schema.indexes)) {
      for (const name of [hash, range]) {
        const value = row[name];
        if (value !== undefined && (typeof value !== 'string' || value === '')) {
          throw validation(
            `One or more parameter values were invalid: ${name} of an index, ${typeOf(value)}`,
          );
        }
      }
    }
    return row;
  }

  #planned({ Put, Update, Delete, ConditionCheck }: Write): Planned {
    if (Put) return this.#plannedPut(Put);
    if (Update) return this.#plannedUpdate(Update as UpdateCommandInput);
    const other = Delete ?? ConditionCheck;
    if (!other) throw validation('A write of a transaction is one of Put, Update, Delete, ConditionCheck');
    const store = this.store(other.TableName);
    const make = Delete ? () => undefined : (row: Row) => row;
    return { store, key: this.#keyOnly(store, other.Key), given: givenOf(other), expressions: other, make };
  }

  #plannedPut(put: PutCommandInput): Planned {
    const store = this.store(put.TableName);
    const row = stored(put.Item) as Row;
    return {
      store,
      key: this.#key(store, row),
      given: givenOf(put),
      expressions: put,
      make: () => this.#checkRow(store, row),
    };
  }

  #plannedUpdate(update: UpdateCommandInput): Planned {
    const store = this.store(update.TableName);
    const key = this.#keyOnly(store, update.Key);
    const given = givenOf(update);
    const actions = readUpdate(update.UpdateExpression ?? '');
    const make = (row: Row): Row => {
      const after = updated(actions, { ...row, ...update.Key }, given);
      const { hash, range } = store.schema.key;
      if (after[hash] !== key.hash || after[range] !== key.range) {
        throw validation(
          'One or more parameter values were invalid: Cannot update attribute. This attribute is part of the key',
        );
      }
      return this.#checkRow(store, stored(after) as Row);
    };
    return { store, key, given, expressions: update, make };
  }

  #holds({ store, key, given, expressions }: Planned): boolean {
    const { ConditionExpression } = expressions;
    return !ConditionExpression || holds(readCondition(ConditionExpression), store.get(key) ?? {}, given);
  }

  /** Makes and writes; what cannot be made is found before anything is written. */
  #write(planned: Planned[]): void {
    const made = planned.map(({ store, key, make }) => make(store.get(key) ?? {}));
    planned.forEach(({ store, key }, i) => {
      // A check of a condition makes nothing of a row that is not there.
      const row = made[i];
      store.set(key, row && Object.keys(row).length > 0 ? row : undefined);
    });
  }

  #heldId = ({ store, key }: Pick<Planned, 'store' | 'key'>): string =>
    `${store.name}\n${key.hash}\n${key.range}`;

  #alone(write: Write, { ReturnValues }: { ReturnValues?: string }): Record<string, unknown> {
    const planned = this.#planned(write);
    if (this.#held.has(this.#heldId(planned))) throw conflict();
    const { store, key, expressions } = planned;
    const before = store.get(key);
    if (!this.#holds(planned)) {
      throw conditionFailed(
        expressions.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? before : undefined,
      );
    }
    this.#write([planned]);
    if (ReturnValues === 'ALL_OLD') return before ? { Attributes: stored(before) } : {};
    if (ReturnValues === 'ALL_NEW') return { Attributes: stored(store.get(key)) };
    return {};
  }

  #seenBefore(token: string | undefined, text: string): boolean {
    if (!token) return false;
    const now = this.#timing.now();
    const known = this.#tokens.get(token);
    if (!known || known.at < now - tokenLivesMs) return false;
    if (known.input !== text) throw tokenReused();
    return true;
  }

  /**
   * Begins a transaction: its conditions are checked and its rows held against every other writer, until the returned
   * function writes them all.
   * @throws TransactionCanceledException with a reason for each write, in their order
   */
  begin(input: TransactWriteCommandInput): () => Record<string, unknown> {
    const { TransactItems = [], ClientRequestToken } = input;
    if (TransactItems.length < 1 || TransactItems.length > mostWrites) {
      throw validation('A transaction has 1 to 100 writes');
    }
    const planned = TransactItems.map((write) => this.#planned(write));
    const ids = planned.map(this.#heldId);
    if (new Set(ids).size !== ids.length) {
      throw validation('Transaction request cannot include multiple operations on one item');
    }
    const text = ClientRequestToken ? JSON.stringify({ ...input, ClientRequestToken: undefined }) : '';
    if (this.#seenBefore(ClientRequestToken, text)) return () => ({});
    const reasons = planned.map((each, i): Reason => this.#reason(each, ids[i] ?? ''));
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    for (const id of ids) this.#held.add(id);
    return () => {
      for (const id of ids) this.#held.delete(id);
      this.#write(planned);
      if (ClientRequestToken) this.#tokens.set(ClientRequestToken, { input: text, at: this.#timing.now() });
      return {};
    };
  }

  #reason(planned: Planned, id: string): Reason {
    if (this.#held.has(id))
      return { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };
    if (this.#holds(planned)) return { Code: 'None' };
    const { store, key, expressions } = planned;
    const before = expressions.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? store.get(key) : undefined;
    return {
      Code: 'ConditionalCheckFailed',
      Message: 'The conditional request failed',
      ...(before ? { Item: stored(before) as Row } : {}),
    };
  }

  #transactGet({ TransactItems = [] }: TransactGetCommandInput): Record<string, unknown> {
    const wanted = TransactItems.map(({ Get }) => {
      const store = this.store(Get?.TableName);
      return { store, key: this.#keyOnly(store, Get?.Key) };
    });
    const heldReasons = wanted.map(({ store, key }): Reason => {
      const id = this.#heldId({ store, key });
      return { Code: this.#held.has(id) ? 'TransactionConflict' : 'None' };
    });
    if (heldReasons.some(({ Code }) => Code !== 'None')) throw cancelled(heldReasons);
    return {
      Responses: wanted.map(({ store, key }) => {
        const row = store.get(key);
        return row ? { Item: row } : {};
      }),
    };
  }

  #batchGet({ RequestItems = {} }: BatchGetCommandInput): Record<string, unknown> {
    const Responses: Record<string, unknown[]> = {};
    const UnprocessedKeys: BatchGetCommandInput['RequestItems'] = {};
    let capacity = this.batchSize;
    for (const [name, request] of Object.entries(RequestItems)) {
      const keys = request.Keys ?? [];
      const store = this.store(name);
      const wanted = keys.map((key) => this.#keyOnly(store, key));
      const ids = new Set(wanted.map(({ hash, range }) => `${hash}\n${range}`));
      if (keys.length < 1 || keys.length > 100) throw validation('A batch has 1 to 100 keys');
      if (ids.size !== keys.length) throw validation('Provided list of item keys contains duplicates');
      const now = wanted.slice(0, capacity);
      Responses[name] = now.flatMap((key) => store.get(key, request.ConsistentRead === true) ?? []);
      if (now.length < keys.length) UnprocessedKeys[name] = { ...request, Keys: keys.slice(now.length) };
      capacity -= now.length;
    }
    return { Responses, UnprocessedKeys };
  }

  /** Every row of every table, in no order. */
  rows(): Row[] {
    return [...this.#stores.values()].flatMap((store) => store.all());
  }
}
