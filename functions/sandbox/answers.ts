/** What the simulated partners answer, and what an operator sees of them. */
import * as z from 'zod';
import { instant, page } from '../platform/answers.ts';
import { carrierBehaviours, departmentBehaviour, parcelEvent } from './schemas.ts';

export const simulatedDepartment = z.object({
  code: z.string(),
  behaviour: departmentBehaviour,
  delaySeconds: z.number().int(),
  connected: z.boolean(),
});

export const orderedParcel = z.object({ trackingNumber: z.string() });

const happened = z.object({ event: parcelEvent, at: instant });

export const parcel = orderedParcel.extend({
  reference: z.string(),
  status: z.enum([...parcelEvent.options, 'ordered']),
  contents: z.array(z.object({ item: z.string(), name: z.string() })),
  events: z.array(happened),
});

export const parcelEventAnswer = happened.extend({ trackingNumber: z.string(), reference: z.string() });

export const takenMessage = z.object({ id: z.string() });
export const carrier = z.object({ behaviour: z.enum(carrierBehaviours) });
export const smsList = page(
  z.object({ at: instant, phone: z.string(), text: z.string(), application: z.string() }),
);

export const clock = z.object({ now: instant });
