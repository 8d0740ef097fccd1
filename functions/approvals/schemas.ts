/** What departments and officers send and get. */
import * as z from 'zod';

/** Facts of an output: its number first; a department may add its own, short ones. */
const output = z
  .object({ number: z.string().trim().min(1).max(64) })
  .catchall(z.union([z.string().max(200), z.number(), z.boolean()]))
  .refine((value) => Object.keys(value).length <= 10, 'At most ten facts');

export const decisionBody = z.strictObject({
  outcome: z.enum(['approved', 'refused', 'correction']),
  reason: z.string().trim().min(1).max(500).optional(),
  output: output.optional(),
  /** For a correction: codes of materials or pointers of fields that need work. */
  materials: z.array(z.string().min(1).max(120)).max(20).optional(),
});
export type Decision = z.infer<typeof decisionBody>;
