import { describe, expect, it } from 'vitest';
import { problem as schema } from '../../functions/platform/answers.ts';
import { notFound, Problem, problemTypes } from '../../functions/platform/problems.ts';

const plain = (text: string): string => text;

describe('a problem', () => {
  it.each(problemTypes)('%s has a stable type, a title and a status of an error', (type) => {
    const found = new Problem(type, 'Because');
    expect(schema.parse(found.toBody(plain))).toEqual({
      type: `urn:onewindow:problem:${type}`,
      title: expect.stringMatching(/^[A-Z]/),
      status: found.status,
      detail: 'Because',
    });
    expect(found.status).toBeGreaterThanOrEqual(400);
    expect(found.status).toBeLessThan(600);
  });

  it('keeps its types and statuses: clients rely on them', () => {
    expect(Object.fromEntries(problemTypes.map((type) => [type, new Problem(type, '').status]))).toEqual({
      'malformed-request': 400,
      unauthenticated: 401,
      'bad-signature': 401,
      forbidden: 403,
      'not-found': 404,
      'wrong-state': 409,
      'version-conflict': 409,
      'in-flight': 409,
      'precondition-failed': 412,
      'too-large': 413,
      'unsupported-media-type': 415,
      'invalid-input': 422,
      'idempotency-key-reused': 422,
      'too-many-requests': 429,
      'internal-error': 500,
      unavailable: 503,
    });
  });

  it('names the wrong fields, if there are any', () => {
    const errors = [{ pointer: '/form/name', detail: 'Required' }];
    expect(schema.parse(new Problem('invalid-input', 'x', errors).toBody(plain)).errors).toEqual(errors);
    expect(notFound('parcel').toBody(plain)).not.toHaveProperty('errors');
  });

  it('names at most a hundred wrong fields', () => {
    const errors = Array.from({ length: 5000 }, (_, i) => ({ pointer: `/form/${i}`, detail: 'Required' }));
    expect(schema.parse(new Problem('invalid-input', 'x', errors).toBody(plain)).errors).toEqual(
      errors.slice(0, 100),
    );
  });

  it('shows no stack', () => {
    expect(JSON.stringify(new Problem('internal-error', 'x').toBody(plain))).not.toMatch(/at |\.ts/);
  });
});
