/** What makes a file no YAML, said to somebody who does not know the words of YAML's parser. */
import {
  type Document,
  isScalar,
  type LineCounter,
  type Pair,
  type Scalar,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';

/** Where something is wrong, by its offset in the text, and a sentence. */
export type Unreadable = { offset: number; rule: string };

/** Colons, commas and brackets of a Chinese keyboard beside a key. */
const chineseSigns = /^\s*(?:- )?[\w-]+：|[{,，]\s*[\w-]+\s*：|，\s*[\w-]+\s*[:：]|[｛｝［］]/;

/** Where the bracket stands that is not closed before an offset. */
function openedBefore(text: string, offset: number): number {
  let closed = 0;
  for (let at = offset - 1; at >= 0; at -= 1) {
    if ('}]'.includes(text[at] as string)) closed += 1;
    else if ('{['.includes(text[at] as string)) {
      if (closed === 0) return at;
      closed -= 1;
    }
  }
  return offset;
}

/**
 * Where the first line with an odd number of quotes begins: the parser reads on to the next quote, lines further, and
 * stumbles only there.
 */
function oddQuotes(text: string, offset: number): number | undefined {
  let start = 0;
  for (const line of text.split('\n')) {
    if (start > offset) return undefined;
    if ((line.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1) return start;
    start += line.length + 1;
  }
  return undefined;
}

const notAligned =
  'is not indented like the lines that it belongs with: begin all of them in the same column';
const tooMany = 'closes a { or [ that is not open: a } or ] is too many';
const quoteSigns = 'has a text that begins with a sign: put it in quotes';

/** What is said of a line, and of what is before the place, by the words of the parser. */
const sentences: [RegExp, (line: string, before: string) => string][] = [
  [/^Tabs /, () => 'begins with a tab: indent with spaces'],
  [/same column|Sequence item without - indicator/, () => notAligned],
  [
    /^Nested mappings /,
    (line) =>
      /^[^:]+: .*:(\s|$)/.test(line)
        ? 'has a second colon: put the text after the first one in quotes'
        : 'has a text after its colon, and the next line is indented as a part of it: begin both in the same column',
  ],
  [
    /^Implicit (map )?keys /,
    () => 'is no key with its value: a colon and a space belong between them, "fee: 0"',
  ],
  [
    /^Missing , |^Block collections|^Unexpected (, |empty item)/,
    () =>
      'cannot be read inside { } or [ ]: put one comma between the parts, and quotes around a text with signs in it',
  ],
  [/^Plain value cannot start with |^Unresolved tag|^Tags and anchors /, () => quoteSigns],
  [/^Unexpected flow-/, () => tooMany],
  [/^Unexpected block-seq-ind /, () => 'begins a list on the line of its key: begin it on the next line'],
  [
    /^Unexpected .* at node end/,
    (_, before) =>
      /["']\s*$/.test(before)
        ? 'goes on after a closing quote: put the whole text in quotes'
        : /[\]}],?\s*$/.test(before)
          ? tooMany
          : notAligned,
  ],
];

function unreadable(error: YAMLParseError | YAMLWarning, text: string, lines: LineCounter): Unreadable {
  const [offset] = error.pos;
  const closing = /end with a ([\]}])/.exec(error.message)?.[1];
  const line = (text.split('\n')[lines.linePos(offset).line - 1] ?? '').trimEnd();
  if (chineseSigns.test(line)) {
    return {
      offset,
      rule: 'has a colon, comma or bracket of the Chinese keyboard: type : , { } [ ] with the English one',
    };
  }
  const quote = oddQuotes(text, offset);
  if (quote !== undefined) return { offset: quote, rule: 'opens a quote that it does not close' };
  if (closing) {
    return {
      offset: openedBefore(text, offset),
      rule: `opens a ${closing === '}' ? '{' : '['} that is never closed: a ${closing} is missing`,
    };
  }
  const sentence = sentences.find(([pattern]) => pattern.test(error.message));
  return { offset, rule: sentence ? sentence[1](line, text.slice(0, offset)) : error.message };
}

/** A key that a map has twice: which, and where it is first. */
function repeatedKey(error: YAMLParseError, lines: LineCounter, document: Document): Unreadable {
  const [offset] = error.pos;
  let rule = error.message;
  const keyOf = ({ key }: Pair): Scalar | undefined => (isScalar(key) ? key : undefined);
  visit(document, {
    Map(_, { items }) {
      const again = items.map(keyOf).find((key) => key?.range?.[0] === offset);
      const first = again && items.map(keyOf).find((key) => key?.value === again.value);
      if (!again || !first?.range) return undefined;
      rule = `${again.value} is there already, on line ${lines.linePos(first.range[0]).line}`;
      return visit.BREAK;
    },
  });
  return { offset, rule };
}

/** A number in quotes of a Chinese keyboard, which YAML takes for a part of the text. */
const chineseQuotes = /^[“”‘’]([\d.-]+)[“”‘’]$/;

/**
 * Texts that YAML takes for something else than what was meant: one that begins with a star, which is the name of what
 * the file says elsewhere, and a number in quotes that are none.
 */
function mistakenIn(document: Document): Unreadable[] {
  const found: Unreadable[] = [];
  visit(document, {
    Alias(_, alias) {
      if (!alias.resolve(document)) found.push({ offset: alias.range?.[0] ?? 0, rule: quoteSigns });
    },
    Scalar(_, { value, range }) {
      const number = typeof value === 'string' ? chineseQuotes.exec(value)?.[1] : undefined;
      if (number === undefined) return;
      const rule = `${value} is in quotes of the Chinese keyboard: write "${number}"`;
      found.push({ offset: range?.[0] ?? 0, rule });
    },
  });
  return found;
}

/**
 * What makes a text no YAML. The parser stumbles on over one mistake, so of those that leave it without the structure
 * only the first is told.
 */
export function unreadableIn(text: string, document: Document, lines: LineCounter): Unreadable[] {
  const isRepeated = ({ code }: YAMLParseError | YAMLWarning): boolean => code === 'DUPLICATE_KEY';
  const broken = [...document.errors, ...document.warnings].find((error) => !isRepeated(error));
  return broken
    ? [unreadable(broken, text, lines)]
    : [...document.errors.map((error) => repeatedKey(error, lines, document)), ...mistakenIn(document)];
}
