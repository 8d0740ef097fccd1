/** Texts for people, in the two languages of the interface. */
import * as z from 'zod';

/** A text for people, in both languages of the interface. */
export const localText = z
  .strictObject({ zh: z.string().min(1), en: z.string().min(1) })
  .meta({ id: 'LocalText' });

export type LocalText = z.infer<typeof localText>;
