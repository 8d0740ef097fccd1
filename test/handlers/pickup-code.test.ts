import { afterEach, beforeEach, expect, it } from 'vitest';
import { pickupCode } from '../../functions/fulfilment/pickup-code.ts';
import { dismantle, MemoryCloud } from '../support/memory-cloud.ts';

let cloud: MemoryCloud;
beforeEach(() => {
  cloud = new MemoryCloud();
});
afterEach(dismantle);

const of = (serial: number, id = '1') => ({ id, code: { serial, wrong: 0 } });

it('a pick-up code has eight digits, its own for each number, consignment and serial, by a secret of its own', async () => {
  const codes = await Promise.all([
    pickupCode('n-1', of(1, '2')),
    pickupCode('n-1', of(1)),
    pickupCode('n-1', of(2)),
    pickupCode('n-2', of(1)),
  ]);
  expect(new Set(codes).size).toBe(4);
  for (const code of codes) expect(code).toMatch(/^\d{8}$/);
  expect(await pickupCode('n-1', of(1))).toBe(codes[1]);
  const asked = cloud.of('GetSecretValueCommand').map(({ SecretId }) => SecretId);
  expect(new Set(asked)).toEqual(new Set(['pickup-codes']));
});
