/** What departments and officers send and get. */
import * as z from 'zod';

/** Amounts and measures, not the whole range of a double: the table keeps no 1e-200. */
const measure = z
  .number()
  .min(-1e15)
  .max(1e15)
  .refine((value) => value === 0 || Math.abs(value) >= 1e-6, 'Too small a number');

const factName = /^\p{L}[\p{L}\p{N} _.-]{0,39}$/u;

/** Facts of an output: its number first; a department may add its own, short ones. */
const output = z
  .object({ number: z.string().trim().min(1).max(64) })
  .catchall(z.union([z.string().max(200), measure, z.boolean()]))
  .refine((value) => Object.keys(value).length <= 10, 'At most ten facts')
  .refine((value) => Object.keys(value).every((name) => factName.test(name)), 'A fact is named by a word')
  .meta({ id: 'OutputFacts' });

export const decisionBody = z.strictObject({
  outcome: z.enum(['approved', 'refused', 'correction', 'special-procedure', 'procedure-ended', 'extension']),
  /** Read by the applicant; a refusal and a correction need one. */
  reason: z.string().trim().min(1).max(500).optional(),
  /** An approval of an item that hands something out needs one. */
  output: output.optional(),
  /** For a correction: pointers of the fields that need work; with neither fields nor materials, all of its item. */
  fields: z
    .array(
      z
        .string()
        .max(200)
        .regex(/^\/form\/[^/]+(\/[^/]+)*$/, 'A pointer into the form, such as /form/address'),
    )
    .max(50)
    .optional(),
  /** For a correction: codes of the materials that are to be handed in again. */
  materials: z.array(z.string().min(1).max(120)).max(20).optional(),
  /** For a special procedure (hearing, inspection, expert review, …): its name. */
  procedure: z
    .string()
    .regex(/^[a-z][a-z-]{1,39}$/, 'A word such as hearing')
    .optional(),
  /** Working days: that a special procedure takes, or by which the limit is extended. */
  days: z.int().min(1).max(365).optional(),
  /** Of a hearing: its day, and the subject of the officer who chairs it. */
  heldOn: z.iso.date().optional(),
  chair: z.string().min(1).max(128).optional(),
  /** For an extension: who in the department approved it, by their subject or number; not who asks for it. */
  approvedBy: z.string().trim().min(1).max(128).optional(),
  /** Of the dossier that was reviewed, as `GET /reviews/{id}` gave it. */
  dossierVersion: z.int().min(1).max(999_999).optional(),
});
export type Decision = z.infer<typeof decisionBody>;
