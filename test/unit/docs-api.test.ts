import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Problem, problemTypes } from '../../functions/platform/problems.ts';

const page = readFileSync('docs/api.md', 'utf8');

describe('docs/api.md', () => {
  it('lists every problem type with its status, and no other', () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map(([, type, status]) => [
      type,
      status,
    ]);
    expect(rows).toEqual(problemTypes.map((type) => [type, String(new Problem(type, '').status)]));
  });
});
