/** What departments and officers get of a review. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { person, reviewStatus } from '../cases/answers.ts';
import { hearingOffers } from '../cases/status.ts';
import { id, instant } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

const material = z
  .object({ code: z.string(), id: z.string().optional(), downloadUrl: z.string().optional() })
  .meta({ id: 'MaterialToRead', description: 'The address is good for 15 minutes' });

const plannedOutput = z.object({ name: localText, form: z.string() }).meta({ id: 'PlannedOutput' });

const hearing = z
  .object({
    due: z.enum(hearingOffers).meta({ description: 'Before which decision the catalogue offers one' }),
    offeredAt: instant.optional(),
    until: instant.optional().meta({ description: 'Until when the applicant may ask for it' }),
    askedAt: instant.optional(),
    heldOn: z.iso.date().optional(),
    endedAt: instant.optional(),
  })
  .meta({ id: 'HearingDue' });

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
    hearing: hearing
      .optional()
      .meta({ description: 'Of an item whose applicant is offered a hearing; and what has become of it' }),
    test: z.literal(true).optional().meta({ description: 'Made up, to try a receiver' }),
  })
  .meta({ id: 'ReviewDetails', description: 'What a department needs to decide; personal fields are whole' });

export const decisionAnswer = z.object({ review: id, status: reviewStatus }).meta({ id: 'DecisionTaken' });
