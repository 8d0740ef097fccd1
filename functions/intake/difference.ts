/** What a correction changes, as JSON pointers; and the values that came back as they were shown. Rules without I/O. */

type Json = unknown;

const isObject = (value: Json): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * What was sent, with every value that came back as it was shown (masked) replaced by the real one: a masked value
 * means "unchanged".
 */
export function restored(given: Json, shown: Json, whole: Json): Json {
  if (typeof given === 'string') return given === shown && typeof whole === 'string' ? whole : given;
  if (Array.isArray(given)) {
    const [before, real] = [Array.isArray(shown) ? shown : [], Array.isArray(whole) ? whole : []];
    const shownAt = before.map((item) => JSON.stringify(item));
    return given.map((item, i) => {
      const sent = JSON.stringify(item);
      // An entry sent as it was shown is that entry, also where one before it was taken out.
      const from = shownAt[i] === sent ? i : shownAt.indexOf(sent);
      return restored(item, before[from < 0 ? i : from], real[from < 0 ? i : from]);
    });
  }
  if (!isObject(given)) return given;
  const [before, real] = [isObject(shown) ? shown : {}, isObject(whole) ? whole : {}];
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, restored(value, before[name], real[name])]),
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
