/** The words of a case in answers, each once; every room that answers with them refers to the same. */
import * as z from 'zod';
import { id, instant } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';
import {
  applicationStatuses,
  conditionStatuses,
  consignmentStatuses,
  deliveryMethods,
  reviewStatuses,
} from './status.ts';

export const applicationStatus = z.enum(applicationStatuses).meta({ id: 'ApplicationStatus' });
export const reviewStatus = z.enum(reviewStatuses).meta({ id: 'ReviewStatus' });
export const conditionStatus = z.enum(conditionStatuses).meta({ id: 'ConditionStatus' });
export const consignmentStatus = z.enum(consignmentStatuses).meta({ id: 'ConsignmentStatus' });
export const deliveryMethod = z.enum(deliveryMethods).meta({ id: 'DeliveryMethod' });

/** Whom an operator calls. */
export const contact = z
  .object({ name: z.string(), phone: z.string(), email: z.string(), hours: localText })
  .meta({ id: 'DepartmentContact', description: 'Whom an operator calls' });

/** What became of one webhook at one attempt. */
export const deliveryAttempt = z
  .object({
    id,
    type: z.string(),
    at: instant,
    status: z.enum(['delivered', 'failing', 'given-up']).meta({
      description: '`failing`: another attempt follows at `nextAt`; `given-up`: none does, by itself',
    }),
    durationMs: z.number().int(),
    attempt: z.number().int().meta({ description: 'Which attempt of its webhook it was' }),
    answer: z.number().int().optional().meta({ description: 'HTTP status; absent: no answer came' }),
    nextAt: instant.optional(),
    eventId: z.string().meta({ description: 'The `webhook-id`, the same at every attempt' }),
    review: id,
    resent: z.literal(true).optional().meta({ description: 'Sent once more on request' }),
    test: z.literal(true).optional().meta({ description: 'Of a made-up review' }),
  })
  .meta({ id: 'DeliveryAttempt', description: 'One attempt to tell the department something' });

/** Whose application it is. */
export const person = z
  .object({ type: z.enum(['person', 'company']), name: z.string(), idNumber: z.string(), phone: z.string() })
  .meta({ id: 'ApplicantShown' });
