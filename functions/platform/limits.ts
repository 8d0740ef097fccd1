/**
 * How often one person, or one department's system, may do something in a day (Asia/Shanghai): counted in rows that
 * expire by themselves, one write each. By the real time, not the business clock: it is about strain, not about law.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { optionalSetting } from './env.ts';
import { Problem } from './problems.ts';
import { type Key, table, tableName } from './table.ts';
import type { User } from './user.ts';

const most = z.int().check(z.minimum(1));
/** Whoever acts for many may do more. */
const byRole = z.strictObject({ applicant: most, agent: most, clerk: most });

/** A stage's limits, each for a day. */
const limits = z.strictObject({
  submissions: byRole,
  /** Applications that name the same phone, unless it is verified as the submitter's own. */
  submissionsPerPhone: most,
  uploads: byRole,
  /** Tries at pick-up codes. */
  codeTries: byRole,
  /** By one department's own system: settings, test events and checks, deliveries to be sent again. */
  receiverSettings: most,
  receiverTrials: most,
  receiverResends: most,
  receiverResendsOfAll: most,
});
export type Limits = z.infer<typeof limits>;

/** What holds where a stage sets nothing else. */
export const strictLimits: Limits = {
  submissions: { applicant: 20, agent: 200, clerk: 500 },
  submissionsPerPhone: 5,
  uploads: { applicant: 100, agent: 1000, clerk: 2500 },
  codeTries: { applicant: 30, agent: 60, clerk: 1000 },
  receiverSettings: 100,
  receiverTrials: 200,
  receiverResends: 2000,
  receiverResendsOfAll: 20,
};

/** The limits of this stage. */
export function limitsOfStage(): Limits {
  const given = optionalSetting('LIMITS');
  return given ? limits.parse(JSON.parse(given)) : strictLimits;
}

/** The most generous of a user's roles counts. */
export const mostFor = ({ roles }: User, limit: Limits['submissions']): number =>
  Math.max(
    ...(['applicant', 'agent', 'clerk'] as const).map((role) => (roles.includes(role) ? limit[role] : 0)),
  );

const dayMs = 24 * 3600 * 1000;
const shanghaiAheadMs = 8 * 3600 * 1000;

/** Number of the local day, and the seconds that are left of it. */
export function dayOf(at: Date): { day: number; secondsLeft: number } {
  const local = at.getTime() + shanghaiAheadMs;
  const day = Math.floor(local / dayMs);
  return { day, secondsLeft: Math.ceil(((day + 1) * dayMs - local) / 1000) };
}

const limitKey = (name: string, who: string, day: number): Key => ({
  pk: `LIMIT#${name}#${who}`,
  sk: `LIMIT#${day}`,
});

/** Kept a day longer than it counts. */
const expiry = (day: number): number => ((day + 2) * dayMs - shanghaiAheadMs) / 1000;

/**
 * Counts one more.
 * @param who nothing that may not lie in clear: a subject, a keyed hash
 * @param what is limited, for people: `applications a day`
 * @throws Problem too-many-requests when there were as many as may be
 */
export async function countOne(
  name: keyof Limits,
  who: string,
  { most, what }: { most: number; what: string },
  at = new Date(),
): Promise<void> {
  const { day, secondsLeft } = dayOf(at);
  try {
    await table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: limitKey(name, who, day),
        UpdateExpression: 'SET expiresAt = :expiry ADD #count :one',
        ConditionExpression: 'attribute_not_exists(#count) OR #count < :most',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':expiry': expiry(day), ':one': 1, ':most': most },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new Problem(
      'too-many-requests',
      `The limit is reached: ${most} ${what}. The count begins anew at midnight.`,
      undefined,
      secondsLeft,
    );
  }
}
