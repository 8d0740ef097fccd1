/**
 * A table in memory for tests of handlers: it reads the commands and the few kinds of expression that the code
 * uses, and fails on any other. What DynamoDB itself makes of them is seen by the tests on the local cloud.
 */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

export type Row = Record<string, unknown>;
type Expressions = {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Row | undefined;
};
type Put = PutCommand['input'];

const unread = (text: string): never => {
  throw new Error(`The table in memory does not read: ${text}`);
};

/** An operand: a value, an attribute, or a function of them. */
function evaluate(text: string, row: Row, input: Expressions): unknown {
  const call = /^(\w+)\((.+)\)$/.exec(text);
  if (call) {
    const [left = '', right = ''] = (call[2] ?? '').split(',').map((part) => part.trim());
    const [a, b] = [left, right].map((part) => (part ? evaluate(part, row, input) : undefined));
    if (call[1] === 'if_not_exists') return a === undefined ? b : a;
    if (call[1] === 'list_append') return [...(a as unknown[]), ...(b as unknown[])];
    if (call[1] === 'attribute_exists') return a !== undefined;
    if (call[1] === 'attribute_not_exists') return a === undefined;
    return unread(text);
  }
  if (text.startsWith(':')) return input.ExpressionAttributeValues?.[text];
  if (text.startsWith('#')) return row[input.ExpressionAttributeNames?.[text] ?? unread(text)];
  return /^\w+$/.test(text) ? row[text] : unread(text);
}

const compare: Record<string, (a: never, b: never) => boolean> = {
  '=': (a, b) => a === b,
  '<=': (a, b) => a <= b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
};

function test(text: string, row: Row, input: Expressions): boolean {
  const either = text.split(' OR ');
  if (either.length > 1) return either.some((part) => test(part, row, input));
  // An AND that begins a clause of its own, unlike the one within BETWEEN.
  const all = text.split(/ AND (?=\S+ (?:=|<=|<|>|BETWEEN|IN) |\w+\()/);
  if (all.length > 1) return all.every((part) => test(part, row, input));
  const between = /^(\S+) BETWEEN (\S+) AND (\S+)$/.exec(text);
  if (between) {
    const [value, from, to] = between.slice(1).map((part) => evaluate(part, row, input) as string);
    return value !== undefined && from !== undefined && to !== undefined && value >= from && value <= to;
  }
  const among = /^(\S+) IN \((.+)\)$/.exec(text);
  if (among) {
    const value = evaluate(among[1] ?? '', row, input);
    return (among[2] ?? '').split(',').some((part) => evaluate(part.trim(), row, input) === value);
  }
  const comparison = /^(\S+) (=|<=|<|>) (\S+)$/.exec(text);
  if (!comparison) return evaluate(text, row, input) === true;
  const [left, right] = [comparison[1], comparison[3]].map((part) => evaluate(part ?? '', row, input));
  return left !== undefined && (compare[comparison[2] ?? '']?.(left as never, right as never) ?? false);
}

function update(text: string, row: Row, input: Expressions): Row {
  const after = { ...row };
  const nameOf = (name: string): string => input.ExpressionAttributeNames?.[name] ?? name;
  for (const [, verb, list = ''] of text.matchAll(/(SET|ADD|REMOVE) (.+?)(?= ADD | REMOVE |$)/g)) {
    if (verb === 'REMOVE') {
      for (const name of list.split(',')) delete after[nameOf(name.trim())];
      continue;
    }
    for (const part of list.split(/,\s*(?![^(]*\))/)) {
      const [, name = '', value = ''] = /^(\S+)\s*(?:=\s*)?(.+)$/.exec(part.trim()) ?? unread(text);
      const operand = evaluate(value, row, input);
      after[nameOf(name)] = verb === 'ADD' ? Number(row[nameOf(name)] ?? 0) + Number(operand) : operand;
    }
  }
  return after;
}

/** A row as it is kept: without what is undefined, and a copy. */
function stored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stored);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value === null || typeof value !== 'object') return structuredClone(value);
  const defined = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(defined.map(([name, each]) => [name, stored(each)]));
}

/** DynamoDB's own limits of a key, in bytes. */
function checkKey({ pk, sk }: Row): void {
  const [hash, range] = [pk, sk].map((part) => Buffer.byteLength(String(part)));
  if (!hash || !range || hash > 2048 || range > 1024) {
    throw Object.assign(new Error('One or more parameter values were invalid'), {
      name: 'ValidationException',
    });
  }
}

export class MemoryTable {
  readonly rows = new Map<string, Row>();
  /** How many rows of a batch it has capacity for. */
  batchSize = 100;

  #keyOf(table: unknown, key: Row): string {
    checkKey(key);
    return `${table}\n${key.pk}\n${key.sk}`;
  }

  #check(condition: string | undefined, row: Row, input: Expressions): void {
    if (condition && !test(condition, row, input)) {
      throw new ConditionalCheckFailedException({ message: 'The condition failed', $metadata: {} });
    }
  }

  /** Stands in for `table.send`. */
  readonly send = async (command: unknown): Promise<Record<string, unknown>> => {
    if (command instanceof GetCommand) {
      const { TableName, Key = {} } = command.input;
      return { Item: structuredClone(this.rows.get(this.#keyOf(TableName, Key))) };
    }
    if (command instanceof PutCommand) {
      const { TableName, Item = {}, ConditionExpression } = command.input;
      const key = this.#keyOf(TableName, Item);
      this.#check(ConditionExpression, this.rows.get(key) ?? {}, command.input);
      this.rows.set(key, stored(Item) as Row);
      return {};
    }
    if (command instanceof UpdateCommand) {
      const { TableName, Key = {}, ConditionExpression, UpdateExpression = '' } = command.input;
      const key = this.#keyOf(TableName, Key);
      const before = this.rows.get(key) ?? {};
      this.#check(ConditionExpression, before, command.input);
      const after = stored(update(UpdateExpression, { ...before, ...Key }, command.input)) as Row;
      this.rows.set(key, after);
      return { Attributes: structuredClone(after) };
    }
    if (command instanceof TransactWriteCommand) return this.#transact(command.input);
    if (command instanceof BatchGetCommand) return this.#batchGet(command.input);
    if (command instanceof QueryCommand) return this.#query(command.input);
    return unread((command as object).constructor.name);
  };

  /** All or nothing; every reason is named in the order of the writes. */
  #transact({ TransactItems = [] }: TransactWriteCommand['input']): Record<string, unknown> {
    const puts = TransactItems.map(({ Put }) => Put ?? unread('a write that is no Put')) as Put[];
    const keys = puts.map(({ TableName, Item = {} }) => this.#keyOf(TableName, Item));
    if (new Set(keys).size !== keys.length || keys.length > 100) {
      throw Object.assign(new Error('Two writes of one item, or too many'), { name: 'ValidationException' });
    }
    const held = puts.map(
      (put, i) =>
        !put.ConditionExpression ||
        test(put.ConditionExpression, this.rows.get(keys[i] ?? '') ?? {}, put as Expressions),
    );
    if (held.includes(false)) {
      throw new TransactionCanceledException({
        message: 'Transaction cancelled',
        CancellationReasons: held.map((ok) => ({ Code: ok ? 'None' : 'ConditionalCheckFailed' })),
        $metadata: {},
      });
    }
    puts.forEach(({ Item }, i) => {
      this.rows.set(keys[i] ?? '', stored(Item) as Row);
    });
    return {};
  }

  #batchGet({ RequestItems = {} }: BatchGetCommand['input']): Record<string, unknown> {
    const [[table, { Keys = [] }] = ['', {}]] = Object.entries(RequestItems);
    const [now, later] = [Keys.slice(0, this.batchSize), Keys.slice(this.batchSize)];
    const found = now.flatMap((key) => structuredClone(this.rows.get(this.#keyOf(table, key))) ?? []);
    return {
      Responses: { [table]: found },
      UnprocessedKeys: later.length > 0 ? { [table]: { Keys: later } } : {},
    };
  }

  /** A table is sorted by `sk`, an index by its own sort key; an index gives keys only. */
  #query(input: QueryCommand['input']): Record<string, unknown> {
    const { IndexName, TableName, KeyConditionExpression = '', ExclusiveStartKey } = input;
    checkKey({
      pk: Object.values(input.ExpressionAttributeValues ?? {})[0],
      sk: ExclusiveStartKey?.sk ?? 'x',
    });
    const sort = IndexName ? `${IndexName}Sort` : 'sk';
    const direction = input.ScanIndexForward === false ? -1 : 1;
    const from = ExclusiveStartKey?.[sort] as string | undefined;
    const sortOf = (row: Row): string => String(row[sort]);
    const found = [...this.rows]
      .filter(([key, row]) => key.startsWith(`${TableName}\n`) && (!IndexName || row[sort] !== undefined))
      .map(([, row]) => row)
      .filter((row) => test(KeyConditionExpression, row, input))
      .filter((row) => from === undefined || (sortOf(row) > from ? 1 : -1) * direction > 0)
      .filter((row) => sortOf(row) !== from)
      .sort((a, b) => (sortOf(a) < sortOf(b) ? -direction : direction));
    const page = found.slice(0, input.Limit);
    const keysOf = (row: Row | undefined): Row => {
      const names = ['pk', 'sk', ...(IndexName ? [`${IndexName}Key`, sort] : [])];
      return Object.fromEntries(names.map((name) => [name, row?.[name]]));
    };
    return {
      Items: structuredClone(IndexName ? page.map(keysOf) : page),
      ...(page.length < found.length ? { LastEvaluatedKey: keysOf(page.at(-1)) } : {}),
    };
  }
}
