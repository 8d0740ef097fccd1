import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

const files = [...globSync('*.md'), ...globSync('{docs,statemachines,catalogue,test}/**/*.md')];

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

/** Of its headings, and those that it sets itself. */
function anchorsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const set = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id ?? '');
  return [...[...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? '')), ...set];
}

/** Links of a page into the repository that lead nowhere. */
function brokenLinks(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path, anchor] = link.split('#');
      const target = path ? normalize(join(dirname(file), path)) : file;
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
}

it.each(files)('every link of %s leads somewhere', (file) => {
  expect(brokenLinks(file)).toEqual([]);
});
