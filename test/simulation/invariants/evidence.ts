import { type FoundCase, type Invariant, sameValue } from './found.ts';

type Review = { id: string; item: string; status: string; department: string };

/** What was approved must be what is there: the form as its department read it before, and as it stands now. */
function swapped({ application, truth }: FoundCase, read: Record<string, unknown>, review: Review): string[] {
  return Object.entries(read)
    .filter(([name, value]) => !sameValue(value, truth.form[name]))
    .map(
      ([name]) => `${application.number}: ${review.item} was approved with another ${name} than it has now`,
    );
}

/** What was granted by a conclusion stands, also when a later round corrects the dossier. */
function standsAnyway({ timeline }: FoundCase, { id }: Review): boolean {
  const decided = timeline.findLast(({ type, review }) => type === 'review.decided' && review === id);
  const concluded = timeline.find(
    ({ type, version }) => type === 'application.concluded' && version >= (decided?.version ?? 0),
  );
  return timeline.some(
    ({ type, version }) =>
      type === 'application.corrected' && version > (concluded?.version ?? Number.POSITIVE_INFINITY),
  );
}

export const evidence: Invariant = {
  name: 'evidence',
  protects:
    'A department reads what the applicant means, whole and unmasked, and what it approved does not change behind its back.',
  check: ({ truth, found }) => {
    const faults: string[] = [];
    for (const { application, body, by, review } of truth.readings) {
      const meant = truth.cases.get(application)?.meant;
      for (const [name, value] of Object.entries(body.form ?? {})) {
        if (!meant?.get(name)?.has(JSON.stringify(value))) {
          faults.push(
            `${by} read in ${review} a ${name} that nobody meant or asked for: ${JSON.stringify(value)}`,
          );
        }
      }
    }
    for (const each of found.cases) {
      for (const review of each.application.reviews as Review[]) {
        if (review.status !== 'approved') continue;
        const decided = truth.decisions.findLast(
          ({ review: id, outcome, status, read }) =>
            id === review.id && outcome === 'approved' && status === 200 && read,
        );
        const isLatest =
          (each.application.reviews as Review[]).findLast(({ item }) => item === review.item) === review;
        if (decided?.read && isLatest && !standsAnyway(each, review))
          faults.push(...swapped(each, decided.read, review));
      }
    }
    return faults;
  },
};
