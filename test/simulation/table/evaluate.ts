/** What an expression says of a row, and what an update makes of it. */
import { type Action, type Condition, type Operand, type Path, SyntaxFault } from './expressions.ts';
import { compare, isEqual, type Row, sizeOf, typeOf } from './values.ts';

/** Names and values that an expression refers to. */
export type Given = { names?: Record<string, string> | undefined; values?: Row | undefined };

function nameOf(part: string | number, { names }: Given): string | number {
  if (typeof part === 'number' || !part.startsWith('#')) return part;
  const name = names?.[part];
  if (name === undefined) {
    throw new SyntaxFault(`An expression attribute name used in the document path is not defined: ${part}`);
  }
  return name;
}

/** The path with its names filled in. */
export const resolved = (path: Path, given: Given): Path => path.map((part) => nameOf(part, given));

export function at(row: unknown, path: Path): unknown {
  let found = row;
  for (const part of path) {
    if (found === null || typeof found !== 'object') return undefined;
    found = (found as Row)[part];
  }
  return found;
}

function givenValue(name: string, { values }: Given): unknown {
  if (values?.[name] === undefined) {
    throw new SyntaxFault(`An expression attribute value used in expression is not defined: ${name}`);
  }
  return values[name];
}

export function evaluate(operand: Operand, row: Row, given: Given): unknown {
  switch (operand.kind) {
    case 'path':
      return at(row, resolved(operand.path, given));
    case 'value':
      return givenValue(operand.name, given);
    case 'sum': {
      const [left, right] = [evaluate(operand.left, row, given), evaluate(operand.right, row, given)];
      if (typeof left !== 'number' || typeof right !== 'number') {
        throw new SyntaxFault('An operand in the update expression has an incorrect data type');
      }
      return left + operand.sign * right;
    }
    case 'call':
      return call(operand.name, operand.args, row, given);
  }
}

function call(name: string, args: Operand[], row: Row, given: Given): unknown {
  const [first, second] = args;
  if (!first) throw new SyntaxFault(`Incorrect number of operands for ${name}`);
  const value = evaluate(first, row, given);
  switch (name) {
    case 'if_not_exists':
      return value ?? (second && evaluate(second, row, given));
    case 'list_append': {
      const other = second && evaluate(second, row, given);
      if (!Array.isArray(value) || !Array.isArray(other)) {
        throw new SyntaxFault('An operand in the update expression has an incorrect data type');
      }
      return [...value, ...other];
    }
    case 'size':
      if (value instanceof Set) return value.size;
      if (Array.isArray(value)) return value.length;
      return value !== null && typeof value === 'object' && !(value instanceof Uint8Array)
        ? Object.keys(value).length
        : sizeOf(value);
    default:
      throw new SyntaxFault(`Invalid function name; function: ${name}`);
  }
}

function predicate(name: string, args: Operand[], row: Row, given: Given): boolean {
  const [first, second] = args;
  if (!first) throw new SyntaxFault(`Incorrect number of operands for ${name}`);
  const value = evaluate(first, row, given);
  const other = second && evaluate(second, row, given);
  switch (name) {
    case 'attribute_exists':
      return value !== undefined;
    case 'attribute_not_exists':
      return value === undefined;
    case 'attribute_type':
      return value !== undefined && typeOf(value) === other;
    case 'begins_with':
      return typeof value === 'string' && typeof other === 'string' && value.startsWith(other);
    case 'contains':
      if (typeof value === 'string') return typeof other === 'string' && value.includes(other);
      if (value instanceof Set) return value.has(other);
      return Array.isArray(value) && value.some((each) => isEqual(each, other));
    default:
      throw new SyntaxFault(`Invalid function name; function: ${name}`);
  }
}

const orders: Record<string, (order: number) => boolean> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** What a comparison, a range or a beginning says of a value. Of what it is compared with, nothing lies in a row. */
export function testOf(condition: Condition, given: Given): (value: unknown) => boolean {
  const operand = (each: Operand): unknown => evaluate(each, {}, given);
  if (condition.kind === 'compare') {
    const right = operand(condition.right);
    return (value) => compared(condition.operator, value, right);
  }
  if (condition.kind === 'between') {
    const [from, to] = [operand(condition.from), operand(condition.to)];
    return (value) => compared('>=', value, from) && compared('<=', value, to);
  }
  const [, beginning] = condition.kind === 'call' ? condition.args : [];
  if (!beginning) throw new SyntaxFault('Query key condition not supported');
  const prefix = operand(beginning);
  return (value) => typeof value === 'string' && typeof prefix === 'string' && value.startsWith(prefix);
}

function compared(operator: string, left: unknown, right: unknown): boolean {
  if (operator === '<>')
    return left === undefined || right === undefined ? left !== right : !isEqual(left, right);
  if (left === undefined || right === undefined) return false;
  if (operator === '=') return isEqual(left, right);
  const order = compare(left, right);
  return order !== undefined && (orders[operator]?.(order) ?? false);
}

export function holds(condition: Condition, row: Row, given: Given): boolean {
  const value = (operand: Operand): unknown => evaluate(operand, row, given);
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, row, given) && holds(condition.right, row, given);
    case 'or':
      return holds(condition.left, row, given) || holds(condition.right, row, given);
    case 'not':
      return !holds(condition.condition, row, given);
    case 'compare':
      return compared(condition.operator, value(condition.left), value(condition.right));
    case 'between': {
      const found = value(condition.value);
      return compared('>=', found, value(condition.from)) && compared('<=', found, value(condition.to));
    }
    case 'in': {
      const found = value(condition.value);
      return condition.list.some((each) => compared('=', found, value(each)));
    }
    case 'call':
      return predicate(condition.name, condition.args, row, given);
  }
}

/** A copy of the row with a value set, or taken away, at a path. */
function withAt(row: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (rest.length > 0 && (row === null || typeof row !== 'object')) {
    throw new SyntaxFault('The document path provided in the update expression is invalid for update');
  }
  if (Array.isArray(row)) {
    const copy = [...row];
    const index = Math.min(Number(part), copy.length);
    if (rest.length === 0 && value === undefined) copy.splice(index, 1);
    else copy[index] = withAt(copy[index], rest, value);
    return copy;
  }
  const copy = { ...(row as Row) };
  if (rest.length > 0 && copy[part] === undefined) {
    throw new SyntaxFault('The document path provided in the update expression is invalid for update');
  }
  if (rest.length === 0 && value === undefined) delete copy[part];
  else copy[part] = withAt(copy[part], rest, value);
  return copy;
}

function added(before: unknown, operand: unknown): unknown {
  if (operand instanceof Set) return new Set([...((before as Set<unknown> | undefined) ?? []), ...operand]);
  if (typeof operand !== 'number')
    throw new SyntaxFault('Incorrect operand type for operator or function: ADD');
  if (before !== undefined && typeof before !== 'number') {
    throw new SyntaxFault('An operand in the update expression has an incorrect data type');
  }
  return (before ?? 0) + operand;
}

function without(before: unknown, operand: unknown): unknown {
  if (!(operand instanceof Set))
    throw new SyntaxFault('Incorrect operand type for operator or function: DELETE');
  if (!(before instanceof Set)) return before;
  const left = new Set([...before].filter((each) => !operand.has(each)));
  return left.size > 0 ? left : undefined;
}

/** The row after an update. Every operand is read from the row as it was before. */
export function updated(actions: Action[], row: Row, given: Given): Row {
  let after: unknown = row;
  for (const { verb, path, operand } of actions) {
    const where = resolved(path, given);
    const value = operand && evaluate(operand, row, given);
    if (verb === 'SET') after = withAt(after, where, value);
    else if (verb === 'REMOVE') after = withAt(after, where, undefined);
    else
      after = withAt(
        after,
        where,
        verb === 'ADD' ? added(at(row, where), value) : without(at(row, where), value),
      );
  }
  return after as Row;
}

/** The attributes that a projection names. */
export function projected(paths: Path[], row: Row, given: Given): Row {
  const out: Row = {};
  for (const path of paths) {
    const where = resolved(path, given);
    const value = at(row, where);
    const name = where.length === 1 ? where[0] : undefined;
    if (where.length > 1) throw new SyntaxFault('The virtual table projects no nested attributes.');
    if (name !== undefined && value !== undefined) out[name] = value;
  }
  return out;
}
