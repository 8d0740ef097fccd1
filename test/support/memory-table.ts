/**
 * A table in memory for tests of handlers: it reads the commands and the few kinds of expression that the code
 * uses, and fails on any other. What DynamoDB itself makes of them is seen by the tests on the local cloud.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

type Row = Record<string, unknown>;
type Expressions = {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Row | undefined;
};

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

function test(text: string, row: Row, input: Expressions): boolean {
  const either = text.split(' OR ');
  if (either.length > 1) return either.some((part) => test(part, row, input));
  const all = text.split(' AND ');
  if (all.length > 1) return all.every((part) => test(part, row, input));
  const comparison = /^(\S+) (=|<=) (\S+)$/.exec(text);
  if (!comparison) return evaluate(text, row, input) === true;
  const [left, right] = [comparison[1], comparison[3]].map((part) => evaluate(part ?? '', row, input));
  return comparison[2] === '=' ? left === right : (left as number) <= (right as number);
}

function update(text: string, row: Row, input: Expressions): Row {
  const after = { ...row };
  const nameOf = (name: string): string => input.ExpressionAttributeNames?.[name] ?? name;
  for (const [, verb, list = ''] of text.matchAll(/(SET|ADD) (.+?)(?= ADD |$)/g)) {
    for (const part of list.split(/,\s*(?![^(]*\))/)) {
      const [, name = '', value = ''] = /^(\S+)\s*(?:=\s*)?(.+)$/.exec(part.trim()) ?? unread(text);
      const operand = evaluate(value, row, input);
      after[nameOf(name)] = verb === 'ADD' ? Number(row[nameOf(name)] ?? 0) + Number(operand) : operand;
    }
  }
  return after;
}

export class MemoryTable {
  readonly rows = new Map<string, Row>();

  #check(condition: string | undefined, row: Row, input: Expressions): void {
    if (condition && !test(condition, row, input)) {
      throw new ConditionalCheckFailedException({ message: 'The condition failed', $metadata: {} });
    }
  }

  /** Stands in for `table.send`. */
  readonly send = async (command: unknown): Promise<Record<string, unknown>> => {
    const keyOf = (table: unknown, { pk, sk }: Row): string => `${table}\n${pk}\n${sk}`;
    if (command instanceof GetCommand) {
      const { TableName, Key = {} } = command.input;
      return { Item: structuredClone(this.rows.get(keyOf(TableName, Key))) };
    }
    if (command instanceof PutCommand) {
      const { TableName, Item = {}, ConditionExpression } = command.input;
      const key = keyOf(TableName, Item);
      this.#check(ConditionExpression, this.rows.get(key) ?? {}, command.input);
      this.rows.set(key, structuredClone(Item));
      return {};
    }
    if (command instanceof UpdateCommand) {
      const { TableName, Key = {}, ConditionExpression, UpdateExpression = '' } = command.input;
      const key = keyOf(TableName, Key);
      const before = this.rows.get(key) ?? {};
      this.#check(ConditionExpression, before, command.input);
      const after = structuredClone(update(UpdateExpression, { ...before, ...Key }, command.input));
      this.rows.set(key, after);
      return { Attributes: structuredClone(after) };
    }
    if (command instanceof QueryCommand) return this.#query(command.input);
    return unread((command as object).constructor.name);
  };

  #query(input: QueryCommand['input']): Record<string, unknown> {
    if (input.KeyConditionExpression !== 'pk = :pk') return unread(String(input.KeyConditionExpression));
    const from = input.ExclusiveStartKey?.sk as string | undefined;
    const found = [...this.rows]
      .filter(
        ([key, row]) =>
          key.startsWith(`${input.TableName}\n`) && row.pk === input.ExpressionAttributeValues?.[':pk'],
      )
      .map(([, row]) => row)
      .filter(({ sk }) => from === undefined || (sk as string) > from)
      .sort((a, b) => ((a.sk as string) < (b.sk as string) ? -1 : 1));
    const page = found.slice(0, input.Limit);
    const { pk, sk } = page.at(-1) ?? {};
    return {
      Items: structuredClone(page),
      ...(page.length < found.length ? { LastEvaluatedKey: { pk, sk } } : {}),
    };
  }
}
