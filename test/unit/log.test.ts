/** What a log tells of an error: never what somebody typed. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { faultOf, log } from '../../functions/platform/log.ts';
import { Problem } from '../../functions/platform/problems.ts';
import { queueHandler } from '../../functions/platform/queue.ts';
import { sqsEvent } from '../support/onewindow.ts';

const name = '王建国';
const thrown = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a fault in a log', () => {
  it.each<[string, () => unknown]>([
    ['a parser', () => JSON.parse(`{"name": ${name}}`)],
    ['a parser at the end', () => JSON.parse(`"${name}`)],
    ['a schema', () => z.strictObject({ kind: z.enum(['a']) }).parse({ [name]: 1, kind: name })],
    [
      'a service that validates',
      () => {
        throw Object.assign(new Error(`Value '${name}' failed`), { name: 'ValidationException' });
      },
    ],
  ])('of %s does not repeat the input', (_, run) => {
    const fault = faultOf(thrown(run));
    expect(JSON.stringify(fault)).not.toContain(name);
    expect(fault.name).toMatch(/Error|Exception/);
    expect(fault.stack).not.toEqual([]);
  });

  it('keeps our own words, and those of the clouds about rights', () => {
    expect(faultOf(new Error('The courier answered 503.')).message).toBe('The courier answered 503.');
    expect(faultOf(new Problem('wrong-state', 'Too late')).message).toBe('Too late');
    const denied = Object.assign(new Error('not authorized to perform kms:Decrypt'), {
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(faultOf(denied)).toMatchObject({ message: denied.message, status: 400 });
    expect(faultOf('a text')).toEqual({ name: 'string' });
  });

  it('of a message in a queue neither', async () => {
    const lines: unknown[] = [];
    vi.spyOn(log, 'error').mockImplementation((...line: unknown[]) => void lines.push(line));
    const handle = queueHandler(z.object({ application: z.string() }), async () => {});
    await handle(sqsEvent(`{"application": "${name}`));
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain(name);
  });
});
