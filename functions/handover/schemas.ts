/** What an operator says to hand a review over. */
import * as z from 'zod';

export const handoverBody = z
  .strictObject({
    officer: z.string().trim().min(1).max(128).meta({
      description:
        'Subject (`sub`) of an officer of the department; in the user pool of the stage also the name',
    }),
  })
  .meta({ id: 'Handover' });
