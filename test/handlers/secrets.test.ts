import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSecrets, validSecrets } from '../../functions/platform/secrets.ts';
import { requireSignature } from '../../functions/platform/signed.ts';
import { sign } from '../../functions/platform/signing.ts';
import { later, monday } from '../support/cases.ts';
import { awsError, dismantle, MemoryCloud, whsec } from '../support/memory-cloud.ts';

let cloud: MemoryCloud;
let id: string;
let serial = 0;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: monday });
  cloud = new MemoryCloud();
  id = `secret-${serial++}`;
});
afterEach(dismantle);

const keep = (...secrets: object[]): void => {
  cloud.secrets.set(id, JSON.stringify({ secrets }));
};
const reads = (): number => cloud.of('GetSecretValueCommand').length;
const createdAt = '2026-01-01T00:00:00.000Z';

describe('secrets', () => {
  it('are those that have not ended', async () => {
    keep(
      { secret: whsec('A'), createdAt },
      { secret: whsec('B'), createdAt, validUntil: later(60).toISOString() },
      { secret: whsec('C'), createdAt, validUntil: later(-1).toISOString() },
    );
    expect(await validSecrets(id)).toEqual([whsec('A'), whsec('B')]);
    expect(await validSecrets(id, { at: later(60) })).toEqual([whsec('A')]);
  });

  it('are the random text of the deployment until the first is made', async () => {
    cloud.secrets.set(id, JSON.stringify({ random: 'r'.repeat(32) }));
    expect(await validSecrets(id)).toEqual([`whsec_${'r'.repeat(32)}`]);
  });

  it('are none where there is no such secret', async () => {
    expect(await readSecrets('nobody')).toEqual({ secrets: [], version: 0 });
  });

  it.each(['', 'null', '{}', '[]', '{"secrets":[{"secret":"plain"}]}', '{"random":"short"}'])(
    'that are kept as %j are a fault',
    async (text) => {
      cloud.secrets.set(id, text);
      await expect(readSecrets(id)).rejects.toThrow();
    },
  );

  it('that cannot be read are a fault, not an empty list', async () => {
    cloud.refuse = () => {
      throw awsError('AccessDeniedException');
    };
    await expect(readSecrets(id)).rejects.toThrow('AccessDenied');
  });

  it('are read once a minute', async () => {
    keep({ secret: whsec('A'), createdAt });
    for (let i = 0; i < 5; i++) await validSecrets(id);
    expect(reads()).toBe(1);
    vi.setSystemTime(later(1.1));
    await validSecrets(id);
    expect(reads()).toBe(2);
  });
});

describe('a signature by a secret that was made just now', () => {
  const check = (secret: string, version?: number): Promise<void> =>
    requireSignature(id, { headers: sign([secret], 'notice_1', '{}'), rawBody: '{}' }, 'notice', version);

  it('is good at once', async () => {
    keep({ secret: whsec('A'), createdAt });
    await check(whsec('A'));
    keep(
      { secret: whsec('B'), createdAt },
      { secret: whsec('A'), createdAt, validUntil: later(60).toISOString() },
    );
    vi.setSystemTime(later(0.1));
    await check(whsec('B'));
    await check(whsec('A'));
    expect(reads()).toBe(2);
  });

  it('is good no more once a newer version is known to have ended it', async () => {
    keep({ secret: whsec('A'), createdAt });
    await check(whsec('A'));
    cloud.secrets.set(id, JSON.stringify({ secrets: [{ secret: whsec('B'), createdAt }], version: 7 }));
    await check(whsec('A'));
    await expect(check(whsec('A'), 7)).rejects.toThrow('Sign');
    await check(whsec('B'), 7);
    expect(reads()).toBe(2);
  });

  it('of a version that is not there yet does not turn into as many reads', async () => {
    keep({ secret: whsec('A'), createdAt });
    for (let i = 0; i < 20; i++) await check(whsec('A'), 3);
    expect(reads()).toBe(1);
    vi.setSystemTime(later(0.1));
    await check(whsec('A'), 3);
    expect(reads()).toBe(2);
  });

  it('that is wrong does not turn into as many reads', async () => {
    keep({ secret: whsec('A'), createdAt });
    for (let i = 0; i < 20; i++) await expect(check(whsec('Z'))).rejects.toThrow('Sign');
    expect(reads()).toBeLessThanOrEqual(2);
  });
});
