import type { Invariant } from './found.ts';

export const parcels: Invariant = {
  name: 'parcels',
  protects:
    'No parcel goes twice: a thing is sent again only when the parcel before it was lost, and nothing refused is sent.',
  check: ({ truth, found }) =>
    found.cases.flatMap(({ application, timeline }) => {
      const faults: string[] = [];
      const own = truth.parcels.filter((each) => each.application === application.number);
      for (const [item, list] of Map.groupBy(
        own.flatMap((each) => each.items.map((item) => ({ ...each, item }))),
        ({ item }) => item,
      )) {
        const lost = list.filter(({ fate }) => fate === 'lost').length;
        const rounds = timeline.filter(
          (event) => event.type === 'review.decided' && event.item === item && event.outcome === 'approved',
        ).length;
        // Each approval, in a round of its own, may send the thing once, and once more for each loss.
        if (list.length > lost + rounds) {
          faults.push(
            `${application.number}: ${item} was sent ${list.length} times, lost ${lost} times, approved ${rounds} times`,
          );
        }
        if (rounds === 0) faults.push(`${application.number}: ${item} was sent and never approved`);
      }
      const ordered = timeline.filter(({ type }) => type === 'parcel.ordered').length;
      if (ordered > own.length)
        faults.push(`${application.number}: ${ordered} orders told, ${own.length} parcels taken`);
      return faults;
    }),
};
