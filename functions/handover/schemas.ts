/** What an operator says to hand a review over. */
import * as z from 'zod/mini';
import { described } from '../platform/described.ts';

export const handoverBody = z
  .strictObject({
    officer: z.string().check(z.trim(), z.minLength(1), z.maxLength(128)).register(described, {
      description:
        'Subject (`sub`) of an officer of the department; in the user pool of the stage also the name',
    }),
  })
  .register(described, { id: 'Handover' });
