/** How much one person may hand in, and try: so that nobody floods a department, or a stranger's phone with SMS. */
import { setting } from '../platform/env.ts';
import { countOne, limitsOfStage, mostFor } from '../platform/limits.ts';
import { keyedHash } from '../platform/personal.ts';
import type { User } from '../platform/user.ts';

/** The canary writes to no phone; and whoever has got hold of its token floods nothing. */
const canaryLimit = { most: 1_500, what: 'applications a day by the canary' };

/**
 * Counts a submission: by who submits, and by the phone that gets its SMS unless that is verified as the
 * submitter's own. To be called where a repetition by Idempotency-Key no longer comes.
 * @throws Problem too-many-requests
 */
export async function countSubmission(user: User, phone: string): Promise<void> {
  const { submissions, submissionsPerPhone } = limitsOfStage();
  if (user.canary) return countOne('submissions', user.subject, canaryLimit);
  // First their own: who is over it uses up nobody else's.
  await countOne('submissions', user.subject, {
    most: mostFor(user, submissions),
    what: 'applications a day by one person',
  });
  if (user.verifiedPhone !== phone) await countPhone(phone, submissionsPerPhone);
}

/** The phone itself does not lie in a row. */
async function countPhone(phone: string, most: number): Promise<void> {
  const hash = await keyedHash(setting('PEPPER_SECRET_ARN'), 'phone-limit', phone);
  await countOne('submissionsPerPhone', hash.slice(0, 32), {
    most,
    what: 'applications a day that name the same phone, unless it is verified as your own',
  });
}

/** Counts a try at a pick-up code. @throws Problem too-many-requests */
export async function countCodeTry(user: User): Promise<void> {
  const { codeTries } = limitsOfStage();
  await countOne('codeTries', user.subject, {
    most: mostFor(user, codeTries),
    what: 'tries at pick-up codes a day',
  });
}
