/** What operators get. Tests hold every handler's answers against these. */
import * as z from 'zod';
import {
  applicationStatus,
  consignmentStatus,
  contact,
  deliveryAttempt,
  deliveryMethod,
  reviewStatus,
} from '../cases/answers.ts';
import { id, instant, page } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

const holder = z
  .object({
    who: z.string().meta({
      description: '`department:<code>`, `applicant`, `outside`, `courier`, `operators` or `system`',
    }),
    what: localText,
    since: instant.optional(),
    until: instant.optional(),
    mark: z.enum(['overdue', 'escalated']).optional(),
    note: localText.optional(),
    review: id.optional(),
  })
  .meta({
    id: 'Holder',
    description: 'Whose turn it is, what is waited for, and a note where a department may not know of it',
  });

const execution = z
  .object({
    round: z.number().int(),
    name: z.string(),
    status: z.string().meta({ description: 'As Step Functions says it; `NONE`: it knows none of that name' }),
    from: instant.optional(),
    to: instant.optional(),
    link: z.string().optional().meta({ description: 'To the console; absent where there is none' }),
  })
  .meta({ id: 'Execution' });

const storyReview = z
  .object({
    id,
    item: z.string(),
    department: z.string(),
    status: reviewStatus,
    round: z.number().int(),
    dueAt: instant.optional(),
    officer: z.string().optional().meta({ description: 'Subject of whom it was handed over to' }),
  })
  .meta({ id: 'StoryReview' });

const message = z
  .object({ id: z.string(), template: z.string(), status: z.string(), at: instant })
  .meta({ id: 'StoryMessage', description: 'An SMS, without its text and its number' });

const consignment = z
  .object({
    id,
    method: deliveryMethod,
    status: consignmentStatus,
    trackingNumber: z.string().optional(),
    parcel: z.number().int().optional(),
    lost: z.number().int().optional().meta({ description: 'How often' }),
  })
  .meta({ id: 'StoryConsignment' });

export const story = z
  .object({
    number: z.string(),
    service: z.string(),
    status: applicationStatus,
    version: z.number().int(),
    submittedAt: instant,
    promisedDueAt: instant,
    statutoryDueAt: instant,
    overdue: z.enum(['promised', 'statutory']).nullable(),
    heldBy: z.array(holder).meta({ description: 'Nobody: nothing is left to do' }),
    missing: z.array(localText).meta({ description: 'Effects without a trace; a repair causes them again' }),
    next: z
      .array(z.object({ at: instant, what: localText }).meta({ id: 'StoryNext' }))
      .meta({ description: 'What becomes due, the next first' }),
    reviews: z.array(storyReview),
    executions: z.array(execution),
    messages: z.array(message).max(100).meta({ description: 'The latest, oldest first' }),
    webhooks: z.array(deliveryAttempt).max(100).meta({ description: 'The latest, oldest first' }),
    consignments: z.array(consignment),
  })
  .meta({
    id: 'Story',
    description: 'Who holds a case up since when and until when, what it has sent, what comes next',
  });

const kind = z
  .enum(['relay', 'release', 'redrive', 'stop', 'message'])
  .meta({ description: 'A journal entry, a wait, an execution (two of these), an SMS' });

export const repairAhead = z
  .object({
    application: z.string(),
    steps: z.array(z.object({ kind, what: localText }).meta({ id: 'RepairStep' })),
  })
  .meta({ id: 'RepairAhead', description: 'What a repair would do; nothing: nothing is missing' });

export const repairDone = z
  .object({
    application: z.string(),
    steps: z.array(
      z
        .object({
          kind,
          what: localText,
          done: z.boolean().meta({ description: 'false: it was refused; the others were done all the same' }),
        })
        .meta({ id: 'RepairStepDone' }),
    ),
  })
  .meta({ id: 'RepairDone' });

export const replayed = z
  .object({ application: z.string(), entries: z.number().int() })
  .meta({ id: 'CaseReplayed' });

export const replayedPart = z
  .object({
    cases: z.number().int(),
    entries: z.number().int(),
    cursor: z.string().optional().meta({ description: 'Send it with the same `since` for the next part' }),
  })
  .meta({ id: 'JournalReplayed', description: 'One part; without a cursor the last' });

export const madeAnew = z
  .object({ application: z.string(), status: applicationStatus })
  .meta({ id: 'MadeAnew' });

const openReview = z
  .object({
    review: id,
    application: z.string(),
    item: z.string(),
    department: z.string(),
    status: z.union([reviewStatus, z.literal('escalated')]),
    since: instant.meta({ description: 'Of its request' }),
    dueAt: instant.optional(),
    officer: z.string().optional().meta({ description: 'Subject of whom it was handed over to' }),
    contact: contact.optional(),
  })
  .meta({ id: 'OpenReview' });

export const escalatedList = page(openReview).meta({ id: 'EscalatedList' });

const failing = z
  .object({
    review: id,
    type: z.string(),
    status: z.enum(['failing', 'given-up']),
    attempts: z.number().int(),
    answer: z.number().int().optional().meta({ description: 'HTTP status; absent: no answer came' }),
    nextAt: instant.optional(),
  })
  .meta({ id: 'FailingWebhook' });

export const load = z
  .object({
    code: z.string(),
    contact: contact.optional(),
    webhookUrl: z.string().nullable(),
    receives: z.boolean().meta({ description: 'Whether anything is sent to it' }),
    paused: z.boolean(),
    gone: z.boolean(),
    pace: z.number().int().meta({ description: 'Milliseconds between two webhooks while it is slow' }),
    tookLast: instant.nullable().meta({ description: 'Of its last hundred attempts' }),
    failing: z.array(failing).meta({ description: 'Of open reviews, among its last hundred attempts' }),
    counts: z
      .object({ open: z.number().int(), overdue: z.number().int(), escalated: z.number().int() })
      .meta({ id: 'LoadCounts' }),
    open: z.array(openReview).max(100).meta({ description: 'The soonest due first' }),
  })
  .meta({ id: 'DepartmentLoad' });
