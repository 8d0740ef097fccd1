import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sign, verify } from '../../functions/platform/signing.ts';

const secretOf = (letter: string): string => `whsec_${Buffer.from(letter.repeat(24)).toString('base64')}`;
const [first, second, third] = [secretOf('a'), secretOf('b'), secretOf('c')];
const body = '{"type":"review.requested","name":"王建国"}';
const now = new Date('2026-11-23T02:00:00Z');
const minutes = (n: number): Date => new Date(now.getTime() + n * 60_000);

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now }));
afterEach(() => vi.useRealTimers());

describe('a signature', () => {
  it('is the one of Standard Webhooks’ own example', () => {
    const headers = sign(
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      '{"test": 2432232314}',
      new Date(1_614_265_330_000),
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is made by every secret, and any one of them is enough', () => {
    const headers = sign([first, second], 'msg_1', body);
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const secret of [first, second]) {
      expect(verify([secret], headers, body)).toBe(true);
      expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    }
    expect(verify([third], headers, body)).toBe(false);
    expect(verify([third, second], headers, body)).toBe(true);
    expect(verify([], headers, body)).toBe(false);
  });

  it.each([
    [0, true],
    [-4.9, true],
    [4.9, true],
    [-6, false],
    [6, false],
  ])('made %d minutes from now is good: %s', (offset, good) => {
    expect(verify([first], sign([first], 'msg_1', body, minutes(offset)), body)).toBe(good);
  });

  it('holds for exactly this body, id and time', () => {
    const headers = sign([first], 'msg_1', body);
    expect(verify([first], headers, `${body}\n`)).toBe(false);
    expect(verify([first], headers, body.replace('王', '张'))).toBe(false);
    expect(verify([first], { ...headers, 'webhook-id': 'msg_2' }, body)).toBe(false);
    expect(verify([first], { ...headers, 'webhook-timestamp': String(now.getTime() / 1000 + 1) }, body)).toBe(
      false,
    );
  });

  it.each([
    'v1,',
    'v1',
    '',
    'v2,AAAA',
    'v1a,AAAA',
    `v1,${'A'.repeat(44)}`,
    'v1,not base64!',
    'v1,AAAA '.repeat(500),
  ])('%j is none', (signature) => {
    expect(verify([first], { ...sign([first], 'msg_1', body), 'webhook-signature': signature }, body)).toBe(
      false,
    );
  });

  it('is nothing without each of its headers, whatever else is missing', () => {
    const headers = sign([first], 'msg_1', body);
    for (const name of Object.keys(headers)) {
      expect(verify([first], { ...headers, [name]: undefined }, body)).toBe(false);
      expect(verify([first], { ...headers, [name]: '' }, body)).toBe(false);
    }
    expect(verify([first], {}, '')).toBe(false);
  });

  it('signs an empty body as well', () => {
    expect(verify([first], sign([first], 'msg_1', ''), '')).toBe(true);
  });

  it.each(['', 'whsec_', 'whsec_***', 'x'])(
    'by the broken secret %j is refused, not thrown over',
    (secret) => {
      expect(verify([secret], sign([first], 'msg_1', body), body)).toBe(false);
      expect(verify([secret, first], sign([first], 'msg_1', body), body)).toBe(true);
    },
  );
});
