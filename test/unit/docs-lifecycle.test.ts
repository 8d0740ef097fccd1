import { describe, expect, it } from 'vitest';
import { diagrams, readPage, redrawn } from '../support/diagrams.ts';

describe('docs/lifecycle.md', () => {
  it.each(Object.keys(diagrams))('has the diagram of %s', (name) => {
    expect(readPage()).toContain(`<!-- drawn: ${name} -->\n\`\`\`mermaid\n`);
  });

  it('shows what the code runs on (drawn anew by: node test/support/diagrams.ts)', () => {
    const page = readPage();
    expect(page).toBe(redrawn(page));
  });
});
