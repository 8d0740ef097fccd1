import type { Invariant } from './found.ts';

/** What no later request says, so that it must be heard itself. */
const ends = ['review.cancelled', 'review.revoked'];

export const webhooks: Invariant = {
  name: 'webhooks',
  protects:
    'A department that was asked hears that a review is cancelled or has lost its effect, also after a pause.',
  check: ({ world, truth, found }) => {
    // What is put aside in the end an alarm tells of.
    const isAside = [...world.queues].some(
      ([, { wiring, messages }]) => wiring.deadLetters === undefined && messages.size > 0,
    );
    if (isAside) return [];
    const wantsNoMore = new Set(truth.refusals.map(({ department }) => department));
    const heard = new Set(truth.heard.map(({ type, review }) => `${type} ${review}`));
    return found.cases.flatMap(({ timeline }) =>
      timeline
        .filter(({ type, department }) => ends.includes(type) && !wantsNoMore.has(String(department)))
        .filter(({ review }) => heard.has(`review.requested ${review}`))
        .filter(({ type, review }) => !heard.has(`${type} ${review}`))
        .map(
          ({ type, review, department }) => `${department} was asked for ${review} and never heard ${type}`,
        ),
    );
  },
};
