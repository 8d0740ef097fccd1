import { calendarFor, shanghaiDay } from '../../../functions/clock/calendar.ts';
import type { Event, FoundCase, Invariant } from './found.ts';

type Calendar = ReturnType<typeof calendarFor>;

const isA =
  (...types: string[]) =>
  ({ type }: Event): boolean =>
    types.includes(type);

/** What is wrong with one review's hearing, by its events in order. */
function faultsOf(review: string, events: Event[], due: string | undefined, calendar: Calendar): string[] {
  const faults: string[] = [];
  const [offer, ...more] = events.filter(isA('review.hearing-offered'));
  const asked = events.filter(isA('review.hearing-asked'));
  const lapses = events.filter(isA('review.hearing-lapsed'));
  if (more.length > 0 || asked.length > 1 || lapses.length > 1 || asked.length + lapses.length > 1)
    faults.push(`${review}: a hearing is offered, asked for or lapsed more than once`);
  const [request, lapse] = [asked[0], lapses[0]];
  if (request && !(offer && request.at < String(offer.until)))
    faults.push(`${review}: a hearing was asked for too late, or without an offer`);
  if (lapse && !(offer && lapse.at >= String(offer.until)))
    faults.push(`${review}: the right to a hearing was over too early`);
  const decision = events.find(isA('review.decided'));
  if (!decision) return faults;
  const isDue = due === 'before-decision' || (due === 'before-refusal' && decision.outcome === 'refused');
  if (isDue && !offer) faults.push(`${review} was decided without the offer of a hearing`);
  if (offer && !request && !lapse) faults.push(`${review} was decided while a hearing could be asked for`);
  if (!request) return faults;
  const announced = events.find((each) => each.type === 'review.procedure-announced' && each.heldOn);
  const held = events.findLast(isA('review.procedure-ended'));
  const heldOn = String(announced?.heldOn);
  if (!announced || !held || shanghaiDay(new Date(held.at)) < heldOn) {
    faults.push(`${review} was decided before the hearing that was asked for was held`);
    return faults;
  }
  const earliest = shanghaiDay(calendar.addWorkingDays(new Date(announced.at), 7));
  const latest = shanghaiDay(calendar.addWorkingDays(new Date(request.at), 20));
  if (heldOn < earliest || heldOn > (latest < earliest ? earliest : latest))
    faults.push(`${review}: the hearing on ${heldOn} is not between ${earliest} and ${latest}`);
  return faults;
}

function ofCase(found: FoundCase, items: Map<string, string | undefined>, calendar: Calendar): string[] {
  const byReview = Map.groupBy(
    found.timeline.filter(({ review }) => review),
    ({ review }) => String(review),
  );
  return [...byReview].flatMap(([review, events]) =>
    faultsOf(review, events, items.get(String(events[0]?.item)), calendar),
  );
}

export const hearings: Invariant = {
  name: 'hearings',
  protects:
    'Where the catalogue offers a hearing nothing is decided before it was offered and, if it was asked for in time, held; asked for is what an applicant was told was taken.',
  check: ({ world, truth, found }) => {
    const calendar = calendarFor(world.openingHours);
    const faults = found.cases.flatMap((each) => {
      const { items } = truth.editions.get(each.edition) ?? each.truth.service;
      return ofCase(each, new Map(items.map(({ code, hearing }) => [code, hearing])), calendar);
    });
    for (const { application, review, status } of truth.hearings) {
      const { timeline = [] } = found.cases.find((each) => each.application.number === application) ?? {};
      const isAsked = timeline.some((each) => each.type === 'review.hearing-asked' && each.review === review);
      if (status === 200 && !isAsked) faults.push(`${review}: a hearing was asked for, and nothing tells it`);
    }
    return faults;
  },
};
