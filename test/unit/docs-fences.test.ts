import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const pages = globSync(['*.md', 'docs/**/*.md', 'statemachines/*.md', 'infra/**/*.md']).sort();

/** Fences by CommonMark: one is closed by a line with at least as many backticks and nothing else. */
function fencesOf(page: string): { open: number[]; empty: number[] } {
  let fence: { ticks: number; line: number } | undefined;
  const empty: number[] = [];
  for (const [index, line] of readFileSync(page, 'utf8').split('\n').entries()) {
    const ticks = /^ {0,3}(`{3,})/.exec(line)?.[1]?.length ?? 0;
    if (!fence && ticks) fence = { ticks, line: index };
    else if (fence && ticks >= fence.ticks && /^ {0,3}`+\s*$/.test(line)) {
      if (index === fence.line + 1) empty.push(index);
      fence = undefined;
    }
  }
  return { open: fence ? [fence.line + 1] : [], empty };
}

it.each(pages)('%s closes each fence that it opens, with something in it', (page) => {
  expect(fencesOf(page)).toEqual({ open: [], empty: [] });
});
