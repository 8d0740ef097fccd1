/** What applicants get. Tests hold every handler's answers against these. */
import * as z from 'zod';
import {
  applicationStatus,
  conditionStatus,
  consignmentStatus,
  deliveryMethod,
  person,
  reviewStatus,
} from '../cases/answers.ts';
import { conclusions, endings, outcomes } from '../cases/status.ts';
import { limitKinds } from '../clock/limits.ts';
import { pauseCauses } from '../clock/pauses.ts';
import { id, instant, page } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

const pause = z
  .object({
    from: instant,
    to: instant.optional(),
    cause: z.enum(pauseCauses),
    review: id.optional(),
  })
  .meta({ id: 'Pause' });

const day = z.iso.date().meta({ description: 'In Asia/Shanghai' });

const countedDay = z
  .object({
    day,
    minutes: z.number().int().optional().meta({ description: 'Of a limit in opening hours' }),
    makeUp: z.literal(true).optional().meta({ description: 'A weekend day worked in exchange (调休)' }),
  })
  .meta({ id: 'CountedDay' });

const notCountedDay = z
  .object({ day, because: z.enum(['weekend', 'holiday', 'pause']) })
  .meta({ id: 'NotCountedDay' });

const explainedPause = pause
  .extend({
    notice: z
      .object({
        version: z.number().int().meta({ description: 'Of the timeline, where the notice stands' }),
        item: localText.optional(),
        procedure: z.string().optional(),
      })
      .optional()
      .meta({ id: 'Notice', description: 'What stopped the clock; of a condition there is none' }),
  })
  .meta({ id: 'ExplainedPause' });

const explainedExtension = z
  .object({ days: z.number().int(), at: instant })
  .meta({ id: 'ExplainedExtension', description: 'Working days in all, since that instant' });

const rule = z
  .object({
    article: z
      .string()
      .optional()
      .meta({ description: "Of the Administrative Licensing Law; absent: the centre's own" }),
    text: localText,
  })
  .meta({ id: 'Rule' });

const limit = z
  .object({
    scope: z.string().meta({ description: '`case`, or the id of a review' }),
    kind: z.enum(limitKinds),
    dueAt: instant,
    provisional: z.boolean(),
    running: z
      .boolean()
      .meta({ description: 'false: the clock stands still, and `dueAt` is what it was before' }),
    counted: z.array(countedDay),
    notCounted: z.array(notCountedDay),
    pauses: z.array(explainedPause),
    extensions: z.array(explainedExtension),
    rules: z.array(rule),
    because: localText,
  })
  .meta({ id: 'Limit' });

export const clock = z.object({ limits: z.array(limit) }).meta({ id: 'Clock' });

export const applicationSummary = z
  .object({
    id,
    number: z.string(),
    service: z.string(),
    status: applicationStatus,
    version: z.number().int(),
    submittedAt: instant,
    dueAt: instant,
    overdue: z
      .enum(['promised', 'statutory'])
      .optional()
      .meta({ description: 'Which limit is over, where one is' }),
    conclusion: z
      .enum(conclusions)
      .optional()
      .meta({ description: 'How it ended; stays while outputs travel, and after completion' }),
  })
  .meta({ id: 'ApplicationSummary' });

const asked = z.object({ fields: z.array(z.string()), materials: z.array(z.string()) }).meta({
  id: 'Asked',
  description: 'What a correction may change: pointers into the form, codes of materials',
});

const procedure = z
  .object({
    name: z.string(),
    from: instant,
    days: z.number().int().optional(),
    until: instant.optional(),
    heldOn: z.string().optional(),
  })
  .meta({ id: 'SpecialProcedure' });

const hearing = z
  .object({
    offeredAt: instant,
    until: instant.meta({ description: 'Until when it may be asked for' }),
    askedAt: instant.optional(),
    heldOn: day.optional(),
    endedAt: instant.optional(),
  })
  .meta({ id: 'HearingRight', description: 'The right to a hearing, once the department has offered it' });

const extension = z.object({ days: z.number().int(), at: instant }).meta({ id: 'Extension' });

const review = z
  .object({
    id,
    item: z.string(),
    name: localText.optional(),
    department: z.string(),
    status: reviewStatus,
    round: z.number().int().meta({ description: '0 while it lies behind a condition that is not met' }),
    dueAt: instant.nullable(),
    outcome: z.enum(outcomes).optional().meta({ description: 'What the department said last' }),
    reason: z.string().optional().meta({ description: 'Why, in its own words' }),
    dossierVersion: z.number().int().optional(),
    decidedAt: instant.optional(),
    asked: asked.optional(),
    extension: extension.optional(),
    procedure: procedure.optional(),
    hearing: hearing.optional(),
    because: z.enum(endings).optional().meta({ description: 'Why it was cancelled' }),
    refusedItem: z.string().optional().meta({ description: 'The item whose refusal cancelled it' }),
  })
  .meta({ id: 'Review' });

const facts = z
  .looseObject({ number: z.string() })
  .meta({ id: 'Facts', description: 'The number, and what the department adds to it' });

const output = z
  .object({
    item: z.string(),
    name: localText,
    form: z.enum(['physical', 'electronic']),
    facts: facts.optional(),
  })
  .meta({ id: 'Output' });

const condition = z
  .object({ code: z.string(), name: localText, status: conditionStatus, metAt: instant.optional() })
  .meta({ id: 'Condition' });

const acceptance = z
  .object({
    review: id,
    department: z.string(),
    status: z.enum(['awaited', 'accepted', 'not-accepted']),
    dueAt: instant.optional().meta({ description: 'While it is awaited: silence until then means accepted' }),
    at: instant.optional().meta({ description: 'When it was accepted, or was not' }),
    silence: z
      .literal(true)
      .optional()
      .meta({ description: 'Accepted because nobody said anything in time' }),
  })
  .meta({ id: 'Acceptance', description: 'By hand: by the department of this review; absent: automatic' });

const following = z
  .object({ code: z.string(), dueAt: instant, items: z.array(z.string()) })
  .meta({ id: 'FollowingMaterial', description: 'A material that has still to follow, for these items' });

const consignment = z
  .object({
    id,
    method: deliveryMethod,
    status: consignmentStatus,
    trackingNumber: z.string().optional(),
    outputs: z.array(output),
  })
  .meta({ id: 'Consignment' });

const delivery = z
  .object({
    method: deliveryMethod,
    status: consignmentStatus,
    trackingNumber: z.string().optional(),
    parcel: z.number().int().optional(),
    recipient: z.string().optional(),
    phone: z.string().optional(),
    address: z.string().optional(),
  })
  .meta({ id: 'DeliverySummary', description: 'Of the latest consignment that travels' });

const objection = z
  .object({
    id,
    reviews: z.array(id),
    status: z.enum(['filed', 'upheld', 'rejected']),
    filedAt: instant,
    decidedAt: instant.optional(),
  })
  .meta({ id: 'Objection' });

const clockSummary = z
  .object({
    receivedAt: instant,
    dueAt: instant,
    statutoryDueAt: instant,
    provisional: z.boolean(),
    running: z.boolean(),
    pauses: z.array(pause),
    overdue: z.enum(limitKinds).nullable(),
    extendedBy: z
      .partialRecord(z.enum(limitKinds), z.number().int())
      .optional()
      .meta({ description: 'Working days, of each limit that was extended' }),
  })
  .meta({ id: 'ClockSummary' });

const material = z
  .object({ code: z.string(), id: id.optional() })
  .meta({ id: 'MaterialShown', description: 'Without an `id`, no file was uploaded for it' });

const derived = z
  .object({ item: z.string(), applies: z.boolean(), because: localText.optional() })
  .meta({ id: 'ItemDerived' });

export const application = applicationSummary
  .extend({
    channel: z.string(),
    language: z.enum(['zh', 'en']),
    applicant: person,
    form: z.record(z.string(), z.unknown()),
    materials: z.array(material),
    onBehalfOf: z.string().optional(),
    dossierVersion: z.number().int(),
    round: z.number().int(),
    reviews: z.array(review),
    derivation: z
      .array(derived)
      .meta({ description: 'Why an item is in the plan, or is not, as far as it followed from the answers' }),
    acceptance: acceptance.optional(),
    following: z.array(following).optional(),
    conditions: z.array(condition),
    clock: clockSummary,
    delivery,
    consignments: z.array(consignment),
    objections: z.array(objection),
    outputs: z.array(output),
    licences: z.array(z.never()).meta({ description: 'Signed documents; none are issued yet' }),
    concludedAt: instant.nullable(),
  })
  .meta({ id: 'Application', description: 'Personal fields are masked' });

export const applicationList = page(applicationSummary).meta({ id: 'ApplicationList' });

export const timeline = page(
  z
    .looseObject({ at: instant, by: z.string(), version: z.number().int(), type: z.string() })
    .meta({ id: 'TimelineItem' }),
).meta({ id: 'Timeline' });
