/** The shape of a time limit, wherever it is written: catalogue, plan, clock of a case. */
import * as z from 'zod';

/** A time limit, counted in working days or in opening hours of the centre (Administrative Licensing Law art. 82). */
export const timeLimit = z.union([
  z.strictObject({ workingDays: z.number().int().min(1).max(250) }),
  z.strictObject({ openingHours: z.number().positive().max(100) }),
]);

/** Statutory limit (法定时限) and promised limit (承诺时限): two numbers, the clock runs on the promised one. */
export const limits = z.strictObject({ statutory: timeLimit, promised: timeLimit });

/** How long before the end of a limit somebody is reminded, by the unit in which the limit is counted; none where nothing is said. */
export const reminders = z.strictObject({
  workingDays: z.number().int().min(1).max(60).optional(),
  openingHours: z.number().positive().max(100).optional(),
});

export type Reminders = z.infer<typeof reminders>;
export type TimeLimit = z.infer<typeof timeLimit>;
export type Limits = z.infer<typeof limits>;
