/** What operators and officers get of a department. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { contact, deliveryAttempt as delivery, reviewStatus } from '../cases/answers.ts';
import { id, instant, page } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';
import { checkSteps } from './check.ts';

export const department = z
  .object({
    code: z.string(),
    name: localText,
    contact: contact.optional(),
    webhookUrl: z.string().nullable(),
    paused: z.boolean(),
    gone: z
      .boolean()
      .meta({ description: 'Its system answered 410; nothing more is sent until it is set anew' }),
  })
  .meta({ id: 'Department' });

export const departmentList = page(department).meta({ id: 'DepartmentList' });

export const oneDelivery = delivery;
export const deliveryList = page(delivery).meta({ id: 'DeliveryList' });

export const resent = z.object({ eventId: z.string() }).meta({ id: 'Resent' });
export const resendBegun = z.object({ since: instant, failed: z.boolean() }).meta({ id: 'ResendBegun' });

const secret = z
  .object({
    id,
    createdAt: instant,
    validUntil: instant.nullable().meta({ description: 'null: the present one, which signs first' }),
  })
  .meta({ id: 'Secret' });

export const secretList = page(secret).meta({ id: 'SecretList' });

const step = z
  .object({
    step: z.enum(checkSteps),
    verdict: z
      .enum(['right', 'wrong', 'not-seen'])
      .meta({ description: '`not-seen`: it could not be told from outside' }),
    says: localText,
  })
  .meta({ id: 'CheckStep' });

export const checkReport = z
  .object({
    id,
    department: z.string(),
    status: z.enum(['running', 'done']),
    startedAt: instant,
    endedAt: instant.optional(),
    passed: z.boolean().nullable().meta({ description: 'null while it runs' }),
    says: localText,
    steps: z.array(step),
  })
  .meta({ id: 'CheckReport', description: 'What a receiver got right' });

export const asyncApi = z.looseObject({ asyncapi: z.string() }).meta({ id: 'AsyncApi' });
export const eventSchema = z.looseObject({ $schema: z.string() }).meta({ id: 'EventSchema' });

export const newSecret = z
  .object({ secret: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'NewSecret' });

const handedTo = z
  .object({
    officer: z.string().meta({ description: 'The subject' }),
    since: instant,
    me: z.boolean().meta({ description: 'Whether it is who asks' }),
  })
  .meta({
    id: 'HandedTo',
    description:
      'The officer to whom an operator has handed it over; no lock: any officer of the department decides',
  });

const inboxReview = z
  .object({
    id,
    item: z.string(),
    department: z.string(),
    status: reviewStatus,
    handedTo: handedTo.optional(),
    dueAt: instant.nullable(),
    requestedAt: instant,
    decidedAt: instant.optional(),
    escalatedAt: instant.optional(),
    dueSoon: z.literal(true).optional().meta({ description: 'The department was reminded of its limit' }),
  })
  .meta({ id: 'InboxReview' });

export const inbox = page(inboxReview).meta({ id: 'Inbox' });
