/** A page of a query, of the table or of an index. */
import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { validation } from './errors.ts';
import { type Given, holds, projected, resolved, testOf } from './evaluate.ts';
import { type Condition, type Operand, readCondition, readProjection } from './expressions.ts';
import type { KeyNames } from './schema.ts';
import type { Store, Wanted } from './store.ts';
import { compare, type Row, rowSize, stored } from './values.ts';

const pageBytes = 1024 * 1024;

const all = (condition: Condition): Condition[] =>
  condition.kind === 'and' ? [...all(condition.left), ...all(condition.right)] : [condition];

const isAttribute = (operand: Operand | undefined, name: string, given: Given): boolean =>
  operand?.kind === 'path' && resolved(operand.path, given).join('.') === name;

/**
 * The value that the partition key is asked to have, and what is asked of the sort key.
 * @throws ValidationException unless it is exactly one
 */
function askedOf(
  conditions: Condition[],
  { hash, range }: KeyNames,
  given: Given,
): { hash: string; isWanted: Wanted } {
  let found: unknown;
  const tests: Wanted[] = [];
  for (const each of conditions) {
    if (each.kind === 'compare' && each.operator === '=' && isAttribute(each.left, hash, given)) {
      found = each.right.kind === 'value' ? given.values?.[each.right.name] : undefined;
      continue;
    }
    const on = each.kind === 'compare' ? each.left : each.kind === 'between' ? each.value : undefined;
    const begins = each.kind === 'call' && each.name === 'begins_with' ? each.args[0] : undefined;
    if (!isAttribute(on ?? begins, range, given) || (each.kind === 'compare' && each.operator === '<>')) {
      throw validation('Query key condition not supported');
    }
    tests.push(testOf(each, given));
  }
  if (typeof found !== 'string') throw validation('Query condition missed key schema element');
  if (found === '' || Buffer.byteLength(found) > 2048) {
    throw validation('One or more parameter values were invalid: a key is empty or too long');
  }
  return { hash: found, isWanted: (value) => tests.every((test) => test(value)) };
}

/** Negative when the first comes before the second in the table or index. */
function order(a: Row, b: Row, sort: KeyNames, key: KeyNames): number {
  return (
    compare(a[sort.range], b[sort.range]) ||
    compare(a[key.hash], b[key.hash]) ||
    compare(a[key.range], b[key.range]) ||
    0
  );
}

export function queryPage(store: Store, input: QueryCommandInput): Record<string, unknown> {
  const given: Given = {
    names: input.ExpressionAttributeNames,
    values: stored(input.ExpressionAttributeValues ?? {}) as Row,
  };
  const { IndexName, ExclusiveStartKey: start } = input;
  const index = IndexName === undefined ? undefined : store.index(IndexName);
  if (IndexName !== undefined && !index)
    throw validation(`The table does not have the specified index: ${IndexName}`);
  if (index && input.ConsistentRead) {
    throw validation('Consistent reads are not supported on global secondary indexes');
  }
  const { key } = store.schema;
  const sort = index ?? key;
  const { hash, isWanted } = askedOf(all(readCondition(input.KeyConditionExpression ?? '')), sort, given);
  if (start && !(start[sort.hash] === hash && start[sort.range] && isWanted(start[sort.range]))) {
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  }
  const direction = input.ScanIndexForward === false ? -1 : 1;
  const rows =
    index && IndexName
      ? store.indexPartition(IndexName, hash, isWanted)
      : store.partition(hash, input.ConsistentRead === true, isWanted);
  const found = (direction < 0 ? rows.reverse() : rows).filter(
    (row) => !start || order(row, start, sort, key) * direction > 0,
  );
  const page = pageOf(found, input.Limit);
  const names = [key.hash, key.range, ...(index ? [index.hash, index.range] : [])];
  const keysOf = (row: Row): Row => Object.fromEntries(names.map((name) => [name, row[name]]));
  const kept = input.FilterExpression
    ? page.filter((row) => holds(readCondition(input.FilterExpression ?? ''), row, given))
    : page;
  const shown = index?.projection === 'KEYS_ONLY' ? kept.map(keysOf) : kept;
  const last = page.at(-1);
  // A page that is full may be the last all the same: who asks for the next gets an empty one.
  const mayGoOn = page.length < found.length || (input.Limit !== undefined && page.length === input.Limit);
  return {
    ...(input.Select === 'COUNT'
      ? {}
      : { Items: shown.map((row) => pick(row, input.ProjectionExpression, given)) }),
    Count: kept.length,
    ScannedCount: page.length,
    ...(mayGoOn && last ? { LastEvaluatedKey: keysOf(last) } : {}),
  };
}

const pick = (row: Row, projection: string | undefined, given: Given): Row =>
  projection ? (stored(projected(readProjection(projection), row, given)) as Row) : row;

function pageOf(rows: Row[], limit: number | undefined): Row[] {
  if (limit !== undefined && limit < 1) throw validation('Limit must be at least 1');
  const page: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (page.length === limit || bytes > pageBytes) break;
    page.push(row);
    bytes += rowSize(row);
  }
  return page;
}
