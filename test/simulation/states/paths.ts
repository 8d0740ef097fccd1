/** Reference paths, intrinsic functions and payload templates of the States Language, as far as our machines use them. */

export type Json = unknown;
type Values = { [name: string]: Json };
/** What paths read: the state's input, and the context object behind `$$`. */
export type Scope = { input: Json; context: Json };

/** A path that leads nowhere, or a function that cannot be computed: on AWS the execution fails. */
export class StatesRuntime extends Error {
  override name = 'States.Runtime';
}

const segments = /\.([A-Za-z_][\w-]*)|\[(\*|\d+|'[^']*')\]/y;

/** @returns what is found: several values once a `[*]` is on the way */
function walk(root: Json, path: string): { found: Json[]; isList: boolean } {
  let found: Json[] = [root];
  let isList = false;
  segments.lastIndex = 0;
  while (segments.lastIndex < path.length) {
    const from = segments.lastIndex;
    const [, name, index] = segments.exec(path) ?? [];
    if (name === undefined && index === undefined) {
      throw new StatesRuntime(`The simulation reads no path ${path.slice(from)}`);
    }
    if (index === '*') isList = true;
    found = found.flatMap((value): Json[] => {
      if (value === null || typeof value !== 'object') return [];
      if (index === '*') return Object.values(value);
      const key = name ?? (index?.startsWith("'") ? index.slice(1, -1) : (index ?? ''));
      return Object.hasOwn(value, key) ? [(value as Values)[key]] : [];
    });
  }
  return { found, isList };
}

const rootOf = (path: string, { input, context }: Scope): [Json, string] =>
  path.startsWith('$$') ? [context, path.slice(2)] : [input, path.slice(1)];

export function isPresent(path: string, scope: Scope): boolean {
  return walk(...rootOf(path, scope)).found.length > 0;
}

/** @throws StatesRuntime when there is nothing at a definite path */
export function read(path: string, scope: Scope): Json {
  const { found, isList } = walk(...rootOf(path, scope));
  if (isList) return found;
  if (found.length === 0) throw new StatesRuntime(`The path ${path} leads nowhere`);
  return found[0];
}

/** Arguments of a function, parted at the commas that lie in no text and in no inner call. */
function argumentsOf(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  let isText = false;
  for (const letter of text) {
    if (letter === "'") isText = !isText;
    if (!isText && letter === '(') depth++;
    if (!isText && letter === ')') depth--;
    if (letter === ',' && depth === 0 && !isText) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

const functions: Record<string, (...args: Json[]) => Json> = {
  Format: (template, ...values) => {
    let i = 0;
    return String(template).replaceAll('{}', () => {
      const value = values[i++];
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
  },
  ArrayContains: (list, value) =>
    (list as Json[]).some((each) => JSON.stringify(each) === JSON.stringify(value)),
  ArrayLength: (list) => (list as Json[]).length,
  Array: (...values) => values,
  JsonToString: (value) => JSON.stringify(value),
  StringToJson: (text) => JSON.parse(String(text)) as Json,
  MathAdd: (a, b) => Number(a) + Number(b),
};

/** A path, an intrinsic function, or a literal inside one. */
export function compute(text: string, scope: Scope): Json {
  if (text.startsWith('$')) return read(text, scope);
  const [, name, inner] = /^States\.(\w+)\((.*)\)$/s.exec(text) ?? [];
  if (name !== undefined) {
    const made = functions[name];
    if (!made) throw new StatesRuntime(`The simulation computes no States.${name}`);
    return made(...argumentsOf(inner ?? '').map((each) => compute(each, scope)));
  }
  if (/^'.*'$/s.test(text)) return text.slice(1, -1);
  return JSON.parse(text) as Json;
}

/** A template with its paths filled in: `"name.$": "path"`. */
export function filled(template: Json, scope: Scope): Json {
  if (Array.isArray(template)) return template.map((each) => filled(each, scope));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') ? [name.slice(0, -2), compute(String(value), scope)] : [name, filled(value, scope)],
    ),
  );
}

/** A copy of `into` with a value put at a path; `null` leaves it as it is, `$` replaces it. */
export function placed(into: Json, path: string | null, value: Json): Json {
  if (path === null) return into;
  if (path === '$') return value;
  const names = path.slice(2).split('.');
  const put = (at: Json, [name = '', ...rest]: string[]): Json => {
    const copy: Values =
      at !== null && typeof at === 'object' && !Array.isArray(at) ? { ...(at as Values) } : {};
    copy[name] = rest.length > 0 ? put(copy[name], rest) : value;
    return copy;
  };
  return put(into, names);
}
