/** A file of the catalogue: what it says, and on which line it says it. */
import { existsSync, readFileSync } from 'node:fs';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { unreadableIn } from './yaml-faults.ts';

export type Path = (string | number)[];

/** Something wrong in a file. */
export type Fault = {
  /** Path of the file, from the catalogue's folder. */
  file: string;
  /** From 1. */
  line: number;
  /** Where in the file: keys and positions from 0, joined by dots; empty for the whole file. */
  place: string;
  /** One sentence that says what is wrong and what would be right. */
  rule: string;
};

export const textOf = ({ file, line, place, rule }: Fault): string =>
  `${file}:${line}: ${place ? `${place}: ` : ''}${rule}`;

export type Source = {
  file: string;
  value: unknown;
  /** What makes the file unreadable. */
  broken: Fault[];
  lineOf(path: Path): number;
  /** The text of a value as it is written, for a scalar. */
  written(path: Path): string | undefined;
  fault(path: Path, rule: string): Fault;
};

type Step = { node: Node | undefined; offset: number | undefined };

function stepInto(node: unknown, key: string | number): Step | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key: each }) => isScalar(each) && String(each.value) === String(key));
    if (!pair) return undefined;
    return { node: (pair.value as Node | null) ?? undefined, offset: (pair.key as Node).range?.[0] };
  }
  if (!isSeq(node)) return undefined;
  const child = node.items[Number(key)] as Node | undefined;
  return child && { node: child, offset: child.range?.[0] };
}

/** @param name how the file is called in faults */
export function readSource(path: string, name: string): Source {
  const lines = new LineCounter();
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line || 1;

  function find(path: Path): { node: unknown; offset: number | undefined; whole: boolean } {
    let node: unknown = document.contents;
    let offset: number | undefined = document.contents?.range?.[0];
    for (const key of path) {
      const step = stepInto(isAlias(node) ? node.resolve(document) : node, key);
      if (!step) return { node, offset, whole: false };
      ({ node } = step);
      offset = step.offset ?? offset;
    }
    return { node, offset, whole: true };
  }

  const fault = (path: Path, rule: string): Fault => ({
    file: name,
    line: lineAt(find(path).offset),
    place: path.join('.'),
    rule,
  });
  const broken = existsSync(path)
    ? unreadableIn(text, document, lines).map(({ offset, rule }) => ({
        file: name,
        line: lineAt(offset),
        place: '',
        rule,
      }))
    : [{ file: name, line: 1, place: '', rule: 'is missing' }];
  return {
    file: name,
    value: broken.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 }),
    broken,
    lineOf: (path) => lineAt(find(path).offset),
    written: (path) => {
      const { node, whole } = find(path);
      return whole && isScalar(node) ? node.source : undefined;
    },
    fault,
  };
}
