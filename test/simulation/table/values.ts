/** Values as the document client gives them, ordered and measured as DynamoDB orders and measures them. */

export type Row = Record<string, unknown>;

/** DynamoDB's letter of a value's type. */
export function typeOf(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return 'S';
  if (typeof value === 'number' || typeof value === 'bigint') return 'N';
  if (typeof value === 'boolean') return 'BOOL';
  if (value instanceof Uint8Array) return 'B';
  if (Array.isArray(value)) return 'L';
  if (value instanceof Set) return `${typeOf(value.values().next().value)}S`;
  return 'M';
}

/** The first of the surrogates: from here on, code units are not in the order of the UTF-8 bytes. */
const surrogates = 0xd800;

/** Strings are ordered by their UTF-8 bytes; JavaScript's own order differs only beyond the first plane. */
function compareTexts(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  for (let i = 0; i < most; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left === right) continue;
    if (left < surrogates || right < surrogates) return left - right;
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return a.length - b.length;
}

/** Negative, zero or positive; undefined when the two cannot be ordered. */
export function compare(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  const type = typeOf(a);
  if (type !== typeOf(b)) return undefined;
  if (type === 'N') return Number(a) - Number(b);
  if (type === 'B') return Buffer.compare(Buffer.from(a as Uint8Array), Buffer.from(b as Uint8Array));
  return undefined;
}

export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (type === 'L') {
    const [left, right] = [a as unknown[], b as unknown[]];
    return left.length === right.length && left.every((each, i) => isEqual(each, right[i]));
  }
  if (type === 'M') {
    const [left, right] = [a as Row, b as Row];
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length && names.every((name) => isEqual(left[name], right[name]))
    );
  }
  if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every((each) => b.has(each));
  return compare(a, b) === 0;
}

/** A row as it is kept: without what is undefined, and a copy that nobody else holds. */
export function stored(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(stored);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof Set) return new Set(value);
  const copy: Row = {};
  for (const name of Object.keys(value)) {
    const each = (value as Row)[name];
    if (each !== undefined) copy[name] = typeof each === 'object' ? stored(each) : each;
  }
  return copy;
}

/** A row that nobody changes any more, so that every reader may have this very one; bytes cannot be frozen. */
export function frozen<T>(value: T): T {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value) || Object.isFrozen(value))
    return value;
  for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
}

/** Bytes that DynamoDB counts, near enough: names and values in UTF-8, numbers as a few bytes. */
export function sizeOf(value: unknown): number {
  switch (typeOf(value)) {
    case 'S':
      return Buffer.byteLength(String(value));
    case 'B':
      return (value as Uint8Array).byteLength;
    case 'N':
      return 1 + Math.ceil(String(value).replace(/[-.]/g, '').length / 2);
    case 'L':
      return 3 + (value as unknown[]).reduce((sum: number, each) => sum + 1 + sizeOf(each), 0);
    case 'M':
      return 3 + rowSize(value as Row) + Object.keys(value as Row).length;
    default:
      return value instanceof Set ? [...value].reduce((sum: number, each) => sum + sizeOf(each), 0) : 1;
  }
}

const sizes = new WeakMap<Row, number>();

/** Of a row that does not change any more: it is measured once. */
export function rowSize(row: Row): number {
  const known = sizes.get(row);
  if (known !== undefined) return known;
  let size = 0;
  for (const name of Object.keys(row)) size += Buffer.byteLength(name) + sizeOf(row[name]);
  sizes.set(row, size);
  return size;
}
