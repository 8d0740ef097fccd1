import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagrams, pages, pictures, redrawn } from '../support/diagrams.ts';

describe.each(pages)('%s', (file) => {
  it('shows what the code runs on (node test/support/diagrams.ts draws it anew)', () => {
    const page = readFileSync(file, 'utf8');
    expect(page).toBe(redrawn(page));
  });
});

it.each(Object.keys(diagrams))('docs/lifecycle.md has the diagram of %s', (name) => {
  const page = readFileSync('docs/lifecycle.md', 'utf8');
  expect(page).toContain(`<!-- drawn: ${name} -->\n\`\`\`mermaid\n`);
});

it('docs/console.md has a picture of everything that an execution may look like', () => {
  const page = readFileSync('docs/console.md', 'utf8');
  for (const name of Object.keys(pictures)) expect(page).toContain(`<!-- drawn: ${name} -->`);
});
