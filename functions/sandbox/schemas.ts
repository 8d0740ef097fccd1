/** What the sandbox's own operator sends, and what OneWindow sends to the outside world that it simulates. */
import * as z from 'zod/mini';
import { isMobile } from '../platform/codes.ts';
import { described } from '../platform/described.ts';

/** A longer wait than this needs more than one message: SQS delays by fifteen minutes at most. */
export const longestDelaySeconds = 900;

export const departmentBehaviours = [
  'approve',
  'refuse',
  'correct-once',
  'silent',
  'flaky',
  'duplicate',
  'not-accept',
] as const;
export const departmentBehaviour = z.enum(departmentBehaviours);
export type DepartmentBehaviour = z.infer<typeof departmentBehaviour>;

export const departmentSetting = z
  .strictObject({
    behaviour: z.optional(departmentBehaviour),
    delaySeconds: z.optional(z.int().check(z.minimum(0), z.maximum(longestDelaySeconds))),
    /** The department's own copy of the secret that `POST /departments/{code}/secrets` handed out. */
    secret: z.optional(
      z.string().check(z.regex(/^whsec_[A-Za-z0-9+/]{32,128}={0,2}$/, 'Not a Standard Webhooks secret')),
    ),
  })
  .register(described, { id: 'SimulatedDepartmentSetting' });
export type DepartmentSetting = z.infer<typeof departmentSetting>;

/** A webhook as the contract describes it; a field or a type that is new to us is let through. */
export const departmentWebhook = z
  .looseObject({
    type: z.string().check(z.minLength(1), z.maxLength(80)),
    timestamp: z.string(),
    data: z
      .looseObject({
        reviewId: z.string().check(z.minLength(1), z.maxLength(120)),
        application: z.string().check(z.minLength(1), z.maxLength(64)),
        item: z.string().check(z.minLength(1), z.maxLength(64)),
        dueAt: z.nullish(z.string()),
        decisionUrl: z.url(),
      })
      .register(described, { id: 'WebhookData' }),
  })
  .register(described, { id: 'Webhook' });
export type DepartmentWebhook = z.infer<typeof departmentWebhook>;

/** What a department reads of a review, as far as its decision needs it. */
export const reviewForDecision = z.looseObject({
  id: z.string(),
  item: z.string(),
  /** `waiting`: it has to be accepted first. */
  status: z.optional(z.string()),
  form: z._default(z.record(z.string(), z.unknown()), {}),
  /** Of what was read; sent back with the decision. */
  dossierVersion: z.optional(z.int().check(z.minimum(1))),
  /** Present when an approval hands out something that bears a number. */
  output: z.optional(z.unknown()),
  /** Present where the applicant is to be offered a hearing. */
  hearing: z.optional(
    z.looseObject({
      due: z.string(),
      offeredAt: z.optional(z.string()),
      askedAt: z.optional(z.string()),
      endedAt: z.optional(z.string()),
    }),
  ),
});
export type ReviewForDecision = z.infer<typeof reviewForDecision>;

/** The recipient is asked for as a real courier asks for it, and is not kept. */
export const courierOrder = z
  .looseObject({
    reference: z.string().check(z.minLength(1), z.maxLength(120)),
    sender: z.optional(z.looseObject({ centre: z.string() }).register(described, { id: 'Sender' })),
    recipient: z
      .looseObject({
        name: z.string().check(z.minLength(1)),
        phone: z.string().check(z.minLength(1)),
        address: z.string().check(z.minLength(1)),
      })
      .register(described, { id: 'Recipient' }),
    contents: z
      .array(z.object({ item: z.string(), name: z.string() }).register(described, { id: 'ParcelContent' }))
      .check(z.minLength(1), z.maxLength(50)),
  })
  .register(described, { id: 'ParcelOrder' });
export type CourierOrder = z.infer<typeof courierOrder>;

export const parcelEvents = ['collected', 'in-transit', 'delivered', 'returned', 'lost'] as const;
export const parcelEvent = z.enum(parcelEvents);
export type ParcelEvent = z.infer<typeof parcelEvent>;

export const parcelEventByHand = z
  .strictObject({ event: parcelEvent })
  .register(described, { id: 'ParcelEvent' });

const phone = z.string().check(z.refine(isMobile, 'Not a mobile number'));

export const carrierMessage = z
  .looseObject({
    reference: z.string().check(z.minLength(1), z.maxLength(120)),
    phone,
    text: z.string().check(z.minLength(1), z.maxLength(2000)),
    application: z.string().check(z.minLength(1), z.maxLength(64)),
  })
  .register(described, { id: 'Message' });
export type CarrierMessage = z.infer<typeof carrierMessage>;

export const carrierBehaviours = ['deliver', 'timeout-once', 'refuse'] as const;
export const carrierSetting = z
  .strictObject({ behaviour: z.enum(carrierBehaviours) })
  .register(described, { id: 'CarrierSetting' });
export type CarrierBehaviour = z.infer<typeof carrierSetting>['behaviour'];

/** A phone may have received very many: an ordinary reader gets them all in one page. */
export const smsQuery = z.strictObject({
  phone,
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1000)), 1000),
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(2000))),
});

export const clockSetting = z
  .strictObject({ now: z.iso.datetime({ offset: true }) })
  .register(described, { id: 'ClockSetting' });
