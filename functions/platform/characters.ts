/**
 * Texts that people will read: in an inbox, on a parcel's label, in an SMS. What cannot be seen there, or turns the
 * order of what can, is refused: control characters, bidirectional overrides, invisible separators, half surrogates.
 * Joiners (U+200C, U+200D) stay, as some scripts need them.
 */
import type { FieldError } from './problems.ts';

const unseen =
  /[\p{Cc}\p{Cs}\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

/** Whether a text can be read as it is. @param lines whether it may have more than one line */
export const isReadable = (text: string, lines = false): boolean =>
  !unseen.test(lines ? text.replace(/[\n\r\t]/g, '') : text);

export const unreadable = 'Has characters that cannot be seen';

/** Fields in which people write more than a line. */
const longTexts = ['reason', 'text'];

type Place = { value: unknown; name: string; in?: Place };

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function pointerTo(place: Place): string {
  const names: string[] = [];
  for (let at = place; at.in; at = at.in) names.unshift(`/${escaped(at.name)}`);
  return names.join('');
}

/**
 * Every text in a body that cannot be read, by its pointer; a name of a field that cannot be, by that of its object.
 * At most so many as a problem names. Bodies may nest as deep as their size allows.
 * @param mayHaveLines besides `reason` and `text`
 */
export function unreadableTexts(
  body: unknown,
  base = '',
  mayHaveLines: (pointer: string) => boolean = () => false,
  most = 100,
): FieldError[] {
  const faults: FieldError[] = [];
  const open: Place[] = [{ value: body, name: '' }];
  for (let place = open.pop(); place && faults.length < most; place = open.pop()) {
    const { value, name } = place;
    if (typeof value === 'string') {
      if (isReadable(value)) continue;
      const pointer = base + pointerTo(place);
      const lines = longTexts.includes(name) || mayHaveLines(pointer);
      if (!isReadable(value, lines)) faults.push({ pointer, detail: unreadable });
    } else if (value !== null && typeof value === 'object') {
      const entries = Object.entries(value);
      if (!Array.isArray(value) && entries.some(([key]) => !isReadable(key))) {
        faults.push({ pointer: base + pointerTo(place), detail: unreadable });
        continue;
      }
      for (const [key, child] of entries.reverse()) open.push({ value: child, name: key, in: place });
    }
  }
  return faults;
}
