/** Everybody who plays a part in a seed, and what they share. */
import { sign, verify } from '../../../functions/platform/signing.ts';
import type { Api, User } from '../api.ts';
import type { Sent } from '../cloud/web.ts';
import type { Random } from '../random.ts';
import type { Truth } from '../truth.ts';
import type { World } from '../world.ts';

export type Cast = {
  world: World;
  api: Api;
  truth: Truth;
  random: Random;
  /** Departments decide at the strokes of a clock with this period, milliseconds, and so nearly together. */
  stroke?: number | undefined;
};

/** Begins something that goes on by itself; a fault of the simulation in it ends the seed. */
export function begin({ world }: Cast, act: () => Promise<void>, inMs = 0): void {
  world.clock.in(inMs, () => {
    act().catch((error: unknown) => world.fail(error));
  });
}

export const operator: User = { subject: 'operator-1', groups: ['operator'] };
export const applicant = (i: number): User => ({ subject: `applicant-${i}`, groups: ['applicant'] });
export const officer = (department: string): User => ({
  subject: `officer-${department}`,
  groups: ['officer', `department:${department}`],
});

/** Headers that sign a body by the simulation's own time, as Standard Webhooks say. */
export const signed = (world: World, secret: string, id: string, body: string): Record<string, string> =>
  sign([secret], id, body, new Date(world.clock.now));

export const isSigned = (secrets: string[], { headers, body }: Sent): boolean =>
  verify(secrets, headers, body);
