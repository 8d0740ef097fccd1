/** What the sandbox's own operator sends, and what OneWindow sends to the outside world that it simulates. */
import * as z from 'zod';
import { isMobile } from '../platform/codes.ts';

/** A longer wait than this needs more than one message: SQS delays by fifteen minutes at most. */
export const longestDelaySeconds = 900;

export const departmentBehaviours = [
  'approve',
  'refuse',
  'correct-once',
  'silent',
  'flaky',
  'duplicate',
] as const;
export const departmentBehaviour = z.enum(departmentBehaviours);
export type DepartmentBehaviour = z.infer<typeof departmentBehaviour>;

export const departmentSetting = z
  .strictObject({
    behaviour: departmentBehaviour.optional(),
    delaySeconds: z.number().int().min(0).max(longestDelaySeconds).optional(),
    /** The department's own copy of the secret that `POST /departments/{code}/secrets` handed out. */
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,128}={0,2}$/, 'Not a Standard Webhooks secret')
      .optional(),
  })
  .meta({ id: 'SimulatedDepartmentSetting' });
export type DepartmentSetting = z.infer<typeof departmentSetting>;

/** A webhook as the contract describes it; a field or a type that is new to us is let through. */
export const departmentWebhook = z
  .looseObject({
    type: z.string().min(1).max(80),
    timestamp: z.string(),
    data: z
      .looseObject({
        reviewId: z.string().min(1).max(120),
        application: z.string().min(1).max(64),
        item: z.string().min(1).max(64),
        dueAt: z.string().nullish(),
        decisionUrl: z.url(),
      })
      .meta({ id: 'WebhookData' }),
  })
  .meta({ id: 'Webhook' });
export type DepartmentWebhook = z.infer<typeof departmentWebhook>;

/** What a department reads of a review, as far as its decision needs it. */
export const reviewForDecision = z.looseObject({
  id: z.string(),
  item: z.string(),
  form: z.record(z.string(), z.unknown()).default({}),
  /** Of what was read; sent back with the decision. */
  dossierVersion: z.int().min(1).optional(),
  /** Present when an approval hands out something that bears a number. */
  output: z.unknown().optional(),
});
export type ReviewForDecision = z.infer<typeof reviewForDecision>;

/** The recipient is asked for as a real courier asks for it, and is not kept. */
export const courierOrder = z
  .looseObject({
    reference: z.string().min(1).max(120),
    sender: z.looseObject({ centre: z.string() }).meta({ id: 'Sender' }).optional(),
    recipient: z
      .looseObject({
        name: z.string().min(1),
        phone: z.string().min(1),
        address: z.string().min(1),
      })
      .meta({ id: 'Recipient' }),
    contents: z
      .array(z.object({ item: z.string(), name: z.string() }).meta({ id: 'ParcelContent' }))
      .min(1)
      .max(50),
  })
  .meta({ id: 'ParcelOrder' });
export type CourierOrder = z.infer<typeof courierOrder>;

export const parcelEvents = ['collected', 'in-transit', 'delivered', 'returned', 'lost'] as const;
export const parcelEvent = z.enum(parcelEvents);
export type ParcelEvent = z.infer<typeof parcelEvent>;

export const parcelEventByHand = z.strictObject({ event: parcelEvent }).meta({ id: 'ParcelEvent' });

const phone = z.string().refine(isMobile, 'Not a mobile number');

export const carrierMessage = z
  .looseObject({
    reference: z.string().min(1).max(120),
    phone,
    text: z.string().min(1).max(2000),
    application: z.string().min(1).max(64),
  })
  .meta({ id: 'Message' });
export type CarrierMessage = z.infer<typeof carrierMessage>;

export const carrierBehaviours = ['deliver', 'timeout-once', 'refuse'] as const;
export const carrierSetting = z
  .strictObject({ behaviour: z.enum(carrierBehaviours) })
  .meta({ id: 'CarrierSetting' });
export type CarrierBehaviour = z.infer<typeof carrierSetting>['behaviour'];

/** A phone may have received very many: an ordinary reader gets them all in one page. */
export const smsQuery = z.strictObject({
  phone,
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  cursor: z.string().min(1).max(2000).optional(),
});

export const clockSetting = z
  .strictObject({ now: z.iso.datetime({ offset: true }) })
  .meta({ id: 'ClockSetting' });
