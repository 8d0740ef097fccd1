/** What departments and officers get of a review. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { reviewStatuses } from '../cases/status.ts';
import { id, instant } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

export const reviewDetails = z
  .object({
    id,
    application: z.string(),
    service: z.string(),
    item: z.string(),
    name: localText.optional(),
    department: z.string(),
    status: z.enum(reviewStatuses),
    dueAt: instant.nullable(),
    dossierVersion: z.number().int(),
    round: z.number().int(),
    applicant: z.object({ type: z.string(), name: z.string(), idNumber: z.string(), phone: z.string() }),
    form: z.record(z.string(), z.unknown()),
    materials: z.array(
      z.object({ code: z.string(), id: z.string().optional(), downloadUrl: z.string().optional() }),
    ),
    output: z.object({ name: localText, form: z.string() }).optional(),
    test: z.literal(true).optional().meta({ description: 'Made up, to try a receiver' }),
  })
  .meta({ id: 'ReviewDetails', description: 'What a department needs to decide; personal fields are whole' });

export const decisionAnswer = z.object({ review: id, status: z.enum(reviewStatuses) });
