/** What the simulated partners answer, and what an operator sees of them. */
import * as z from 'zod';
import { anyProblem, instant, page } from '../platform/answers.ts';
import { carrierBehaviours, departmentBehaviour, parcelEvent } from './schemas.ts';

export const simulatedDepartment = z
  .object({
    code: z.string(),
    behaviour: departmentBehaviour,
    delaySeconds: z.number().int(),
    connected: z.boolean(),
  })
  .meta({ id: 'SimulatedDepartment' });

const parcelNumber = z.object({ trackingNumber: z.string() });
export const orderedParcel = parcelNumber.meta({ id: 'ParcelOrdered' });

const parcelContent = z.object({ item: z.string(), name: z.string() }).meta({ id: 'ParcelContentShown' });

const happening = z.object({ event: parcelEvent, at: instant });
const happened = happening.meta({ id: 'ParcelHappening' });

export const parcel = parcelNumber
  .extend({
    reference: z.string(),
    status: z.enum([...parcelEvent.options, 'ordered']),
    contents: z.array(parcelContent),
    events: z.array(happened),
  })
  .meta({ id: 'Parcel' });

export const parcelEventAnswer = happening
  .extend({ trackingNumber: z.string(), reference: z.string() })
  .meta({ id: 'ParcelEventTaken' });

export const takenMessage = z.object({ id: z.string() }).meta({ id: 'MessageTaken' });
export const carrier = z.object({ behaviour: z.enum(carrierBehaviours) }).meta({ id: 'Carrier' });
export const smsList = page(
  z
    .object({ at: instant, phone: z.string(), text: z.string(), application: z.string() })
    .meta({ id: 'ReceivedMessage' }),
).meta({ id: 'MessageList' });

export const clock = z.object({ now: instant }).meta({ id: 'BusinessClock' });

export const sandboxDescription = z.looseObject({ openapi: z.string() }).meta({ id: 'SandboxDescription' });

/** A carrier refuses a number in these words; everything else that it refuses is a problem like any other. */
export const refusedNumber = z
  .union([z.strictObject({ error: z.literal('number') }).meta({ id: 'WrongNumber' }), anyProblem])
  .meta({ id: 'RefusedNumber' });
