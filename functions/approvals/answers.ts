/** What departments and officers get of a review. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { person, reviewStatus } from '../cases/answers.ts';
import { id, instant } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

const material = z
  .object({ code: z.string(), id: z.string().optional(), downloadUrl: z.string().optional() })
  .meta({ id: 'MaterialToRead', description: 'The address is good for 15 minutes' });

const plannedOutput = z.object({ name: localText, form: z.string() }).meta({ id: 'PlannedOutput' });

export const reviewDetails = z
  .object({
    id,
    application: z.string(),
    service: z.string(),
    item: z.string(),
    name: localText.optional(),
    department: z.string(),
    status: reviewStatus,
    dueAt: instant.nullable(),
    dossierVersion: z.number().int(),
    round: z.number().int(),
    applicant: person,
    form: z.record(z.string(), z.unknown()),
    materials: z.array(material),
    output: plannedOutput.optional(),
    test: z.literal(true).optional().meta({ description: 'Made up, to try a receiver' }),
  })
  .meta({ id: 'ReviewDetails', description: 'What a department needs to decide; personal fields are whole' });

export const decisionAnswer = z.object({ review: id, status: reviewStatus }).meta({ id: 'DecisionTaken' });
