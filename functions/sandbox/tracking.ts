/** The way of a parcel that nobody interferes with. Rules without I/O. */
import type { ParcelEvent } from './schemas.ts';

export type TrackingStep = { event: ParcelEvent; afterSeconds: number };

/** Each step so long after the one before it, the first after the order. */
export const trackingPlan: readonly TrackingStep[] = [
  { event: 'collected', afterSeconds: 2 },
  { event: 'in-transit', afterSeconds: 3 },
  { event: 'delivered', afterSeconds: 4 },
];

export type Parcel = {
  trackingNumber: string;
  reference: string;
  contents: { item: string; name: string }[];
  events: { event: ParcelEvent; at: string }[];
  /** Steps of the plan that have happened. */
  step: number;
  /** An operator has taken the parcel in hand: from then on nothing happens by itself. */
  byHand: boolean;
};

/** The last thing that happened to it. */
export const parcelStatus = ({ events }: Pick<Parcel, 'events'>): ParcelEvent | 'ordered' =>
  events.at(-1)?.event ?? 'ordered';

/**
 * What to do about a step that is due: `take` it, `repeat` the telling of one that happened already (its teller
 * may have died before, and OneWindow ignores what it knows), or `nothing`.
 */
export function onStepDue(parcel: Parcel, step: number): 'take' | 'repeat' | 'nothing' {
  if (parcel.byHand || trackingPlan[step] === undefined || step > parcel.step) return 'nothing';
  return step === parcel.step ? 'take' : 'repeat';
}
