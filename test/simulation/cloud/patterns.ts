/** Event patterns, as EventBridge rules and the filters of event sources share them. */

type Json = unknown;

const isObject = (value: Json): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function matchesOne(test: Json, value: Json): boolean {
  if (!isObject(test)) return test === value;
  const [[kind, expected] = ['', undefined]] = Object.entries(test);
  switch (kind) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(expected));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(expected));
    case 'exists':
      return (value !== undefined) === expected;
    case 'anything-but':
      return value !== undefined && ![expected].flat().some((each) => matchesOne(each, value));
    default:
      throw new Error(`The simulation knows no pattern ${JSON.stringify(test)}.`);
  }
}

/** Whether an event has what the pattern asks for; a list asks for any of its members. */
export function matches(pattern: Json, event: Json): boolean {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(event) ? event : [event];
    return pattern.some((test) => values.some((value) => matchesOne(test, value)));
  }
  if (!isObject(pattern)) throw new Error(`The simulation knows no pattern ${JSON.stringify(pattern)}.`);
  return Object.entries(pattern).every(([name, inner]) =>
    name === '$or'
      ? (inner as Json[]).some((each) => matches(each, event))
      : matches(inner, isObject(event) ? event[name] : undefined),
  );
}
