/** What an operator gets of a review that was handed over. */
import * as z from 'zod';
import { reviewStatus } from '../cases/answers.ts';
import { id, instant } from '../platform/answers.ts';

export const handedOver = z
  .object({
    review: id,
    department: z.string(),
    status: reviewStatus,
    officer: z.string().meta({ description: 'The subject' }),
    since: instant,
  })
  .meta({ id: 'HandedOver' });
