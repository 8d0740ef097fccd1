/** What departments and officers send and get. */
import * as z from 'zod/mini';
import { described } from '../platform/described.ts';

/** Amounts and measures, not the whole range of a double: the table keeps no 1e-200. */
const measure = z.number().check(
  z.minimum(-1e15),
  z.maximum(1e15),
  z.refine((value) => value === 0 || Math.abs(value) >= 1e-6, 'Too small a number'),
);

const factName = /^\p{L}[\p{L}\p{N} _.-]{0,39}$/u;

/** Facts of an output: its number first; a department may add its own, short ones. */
const output = z
  .catchall(
    z.object({ number: z.string().check(z.trim(), z.minLength(1), z.maxLength(64)) }),
    z.union([z.string().check(z.maxLength(200)), measure, z.boolean()]),
  )
  .check(
    z.refine((value) => Object.keys(value).length <= 10, 'At most ten facts'),
    z.refine((value) => Object.keys(value).every((name) => factName.test(name)), 'A fact is named by a word'),
  )
  .register(described, { id: 'OutputFacts' });

export const decisionBody = z
  .strictObject({
    outcome: z.enum([
      'approved',
      'refused',
      'correction',
      'special-procedure',
      'procedure-ended',
      'hearing-offered',
      'extension',
      'accepted',
      'not-accepted',
    ]),
    /** Read by the applicant; a refusal, a correction and a non-acceptance need one. */
    reason: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(500))),
    /** An approval of an item that hands something out needs one. */
    output: z.optional(output),
    /** For a correction: pointers of the fields that need work; with neither fields nor materials, all of its item. */
    fields: z.optional(
      z
        .array(
          z
            .string()
            .check(
              z.maxLength(200),
              z.regex(/^\/form\/[^/]+(\/[^/]+)*$/, 'A pointer into the form, such as /form/address'),
            ),
        )
        .check(z.maxLength(50)),
    ),
    /** For a correction: codes of the materials that are to be handed in again. */
    materials: z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(120))).check(z.maxLength(20))),
    /** For a special procedure (hearing, inspection, expert review, …): its name. */
    procedure: z.optional(z.string().check(z.regex(/^[a-z][a-z-]{1,39}$/, 'A word such as hearing'))),
    /** Working days: that a special procedure takes, or by which the limit is extended. */
    days: z.optional(z.int().check(z.minimum(1), z.maximum(365))),
    /** Of a hearing: its day, and the subject of the officer who chairs it. */
    heldOn: z.optional(z.iso.date()),
    chair: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
    /** For an extension: who in the department approved it, by their subject or number; not who asks for it. */
    approvedBy: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(128))),
    /** Of the dossier that was reviewed, as `GET /reviews/{id}` gave it. */
    dossierVersion: z.optional(z.int().check(z.minimum(1), z.maximum(999_999))),
  })
  .register(described, { id: 'Decision' });
export type Decision = z.infer<typeof decisionBody>;
