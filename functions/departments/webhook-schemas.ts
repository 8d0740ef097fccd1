/** The webhooks as schemas, from which the event document and the JSON Schemas are made. */
import * as z from 'zod';
import { endings } from '../cases/status.ts';
import { instant } from '../platform/answers.ts';
import type { WebhookType } from './webhook.ts';

const told = {
  reviewId: z.string().meta({ description: 'Opaque' }),
  application: z.string().meta({ description: 'The number of the application' }),
  item: z.string().meta({ description: "The catalogue's code of your item" }),
  dueAt: instant.nullable(),
  decisionUrl: z
    .url()
    .meta({ description: 'Where the decision is posted; without `/decisions`, where the review is read' }),
  materials: z.array(
    z.looseObject({
      code: z.string(),
      id: z.string().optional().meta({ description: 'Of an uploaded file; read the review for it' }),
    }),
  ),
};

const ending = {
  because: z.enum(endings).optional().meta({ description: 'Why it ended' }),
  refusedItem: z.string().optional().meta({ description: 'The item whose refusal ended it' }),
};

/** What may be new in a later version is let through: a receiver reads what it knows. */
const event = <T extends WebhookType>(type: T, data: z.ZodRawShape, description: string) =>
  z
    .looseObject({
      type: z.literal(type),
      timestamp: instant.meta({ description: 'When it happened, which may be long before it is sent' }),
      test: z.literal(true).optional().meta({ description: 'About a made-up review, to try the receiver' }),
      data: z.looseObject(data),
    })
    .meta({ title: type, description });

export const webhookSchemas: Record<WebhookType, z.ZodObject> = {
  'review.acceptance-requested': event(
    'review.acceptance-requested',
    told,
    'Please accept the application, do not accept it, or ask once for corrections, by `dueAt`: after that it counts as accepted',
  ),
  'review.requested': event('review.requested', told, 'Please decide by `dueAt`'),
  'review.cancelled': event('review.cancelled', { ...told, ...ending }, 'Nothing is to be decided any more'),
  'review.overdue': event('review.overdue', told, 'A reminder: the limit is over, the decision still wanted'),
  'review.supplement-overdue': event(
    'review.supplement-overdue',
    told,
    'A material that might follow has not come by its day: the clock stands still until it comes, and you are asked again then',
  ),
  'review.hearing-asked': event(
    'review.hearing-asked',
    told,
    'The applicant asks for the hearing that you offered: announce its day and its chair',
  ),
  'review.hearing-lapsed': event(
    'review.hearing-lapsed',
    told,
    'The applicant has not asked for the hearing that you offered: please decide by `dueAt`',
  ),
  'review.due-soon': event('review.due-soon', told, 'A reminder: the limit ends soon, at `dueAt`'),
  'review.due-changed': event(
    'review.due-changed',
    told,
    'The holidays of a year are announced: the limit ends at `dueAt`, on another day than was said',
  ),
  'review.revoked': event(
    'review.revoked',
    { ...told, ...ending },
    'An approval has lost its effect; nothing is handed out',
  ),
};
