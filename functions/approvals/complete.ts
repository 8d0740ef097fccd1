/** What a decision must say, by its outcome. Rules without I/O. */
import type { PlannedReview } from '../cases/types.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import type { Decision } from './schemas.ts';

/**
 * What is missing in a decision: a refusal and a correction give their reason (Administrative Licensing Law art. 32
 * and 38), an approval hands out what its item declares.
 */
export function missingIn(
  { output: declared }: Pick<PlannedReview, 'output'>,
  { outcome, reason, output }: Decision,
): FieldError[] {
  switch (outcome) {
    case 'refused':
      return reason ? [] : [{ pointer: '/reason', detail: 'Required: say why it is refused' }];
    case 'not-accepted':
      return reason ? [] : [{ pointer: '/reason', detail: 'Required: say why it is not accepted' }];
    case 'correction':
      return reason ? [] : [{ pointer: '/reason', detail: 'Required: say what is wrong' }];
    case 'approved':
      return !declared || output
        ? []
        : [
            {
              pointer: '/output',
              detail: `Required: this item hands out ${declared.name.en}; give its number`,
            },
          ];
    default:
      return [];
  }
}

/** @throws Problem invalid-input that names everything that is missing */
export function requireComplete(planned: Pick<PlannedReview, 'output'>, decision: Decision): void {
  const errors = missingIn(planned, decision);
  if (errors.length > 0) throw new Problem('invalid-input', 'The decision is not complete.', errors);
}
