/** What a correction changes, as JSON pointers; and the values that came back as they were shown. Rules without I/O. */

type Json = unknown;

const isObject = (value: Json): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Places of the entries that are this text. */
const placesOf = (texts: string[], text: string): number[] =>
  texts.flatMap((each, i) => (each === text ? [i] : []));

/**
 * Which entry of a list each entry that was sent is. One sent as it was shown is that entry, also where one before it
 * was taken out; of several that look alike the first sent is the first. Where some of those are missing and they are
 * not the same, nobody knows which: none. Any other is the one in its place, where none was taken out or put in.
 */
function places(given: Json[], shown: Json[], whole: Json[]): (number | undefined)[] {
  const [sent, texts] = [given, shown].map((list) => list.map((item) => JSON.stringify(item))) as [
    string[],
    string[],
  ];
  return sent.map((text, i) => {
    const isInPlace = given.length === shown.length;
    const alike = placesOf(texts, text);
    if (alike.length === 0) return isInPlace ? i : undefined;
    const own = placesOf(sent, text);
    if (isInPlace && own.every((place) => alike.includes(place))) return i;
    const isOne = new Set(alike.map((place) => JSON.stringify(whole[place]))).size === 1;
    if (own.length < alike.length && !isOne) return undefined;
    return alike[own.indexOf(i)] ?? (isOne ? alike[0] : undefined);
  });
}

/**
 * What was sent, with every value that came back as it was shown (masked) replaced by the real one: a masked value
 * means "unchanged".
 */
export function restored(given: Json, shown: Json, whole: Json): Json {
  if (typeof given === 'string') return given === shown && typeof whole === 'string' ? whole : given;
  if (Array.isArray(given)) {
    const [before, real] = [Array.isArray(shown) ? shown : [], Array.isArray(whole) ? whole : []];
    const from = places(given, before, real);
    return given.map((item, i) => {
      const place = from[i] ?? -1;
      return restored(item, before[place], real[place]);
    });
  }
  if (!isObject(given)) return given;
  const [before, real] = [isObject(shown) ? shown : {}, isObject(whole) ? whole : {}];
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, restored(value, before[name], real[name])]),
  );
}

/** Texts that stand for others: what was shown in the place of a value that is not to be seen. */
export function masksIn(shown: Json, whole: Json): string[] {
  if (typeof shown === 'string') return shown === whole ? [] : [shown];
  if (Array.isArray(shown) && Array.isArray(whole))
    return shown.flatMap((item, i) => masksIn(item, whole[i]));
  if (!isObject(shown) || !isObject(whole)) return [];
  return Object.entries(shown).flatMap(([name, value]) => masksIn(value, whole[name]));
}

/** Pointers of the texts that are one of these masks: whose value each stands for is not known any more. */
export function maskedIn(value: Json, masks: ReadonlySet<string>, pointer: string): string[] {
  if (typeof value === 'string') return masks.has(value) ? [pointer] : [];
  if (Array.isArray(value)) return value.flatMap((item, i) => maskedIn(item, masks, `${pointer}/${i}`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    maskedIn(each, masks, `${pointer}/${escaped(name)}`),
  );
}

/** Pointers of the values in which two versions differ, as deep as they can be told apart. */
export function differences(before: Json, after: Json, pointer: string): string[] {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, i) => differences(item, after[i], `${pointer}/${i}`));
  }
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      differences(before[name], after[name], `${pointer}/${escaped(name)}`),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [pointer];
}

/** Whether a pointer lies at or below one of those asked for. */
export const isCovered = (pointer: string, asked: string[]): boolean =>
  asked.some((each) => pointer === each || pointer.startsWith(`${each}/`));
