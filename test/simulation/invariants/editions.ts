/** Each case has the edition of its service that was current when it was filed, and keeps it. */
import type { Published, Truth } from '../truth.ts';
import type { FoundCase, Invariant } from './found.ts';

/** A function asks again only after some seconds, its clock may be off, and a submission takes its time. */
const beforeMs = 60_000;
const afterMs = 2_000;

/** Publications that were current at some time between two instants. */
const currentBetween = ({ publications }: Truth, from: number, to: number): Published[] =>
  publications.filter(
    ({ at }, i) => at <= to && (publications[i + 1]?.at ?? Number.POSITIVE_INFINITY) > from,
  );

function faultsOf({ application, truth: own, edition }: FoundCase, truth: Truth): string[] {
  const { number, submittedAt } = application;
  const at = Date.parse(submittedAt);
  const possible = currentBetween(truth, at - beforeMs, at + afterMs).map(
    ({ editions }) => editions[own.service.code],
  );
  return possible.includes(edition)
    ? []
    : [
        `${number} has the edition ${edition} of ${own.service.code}, which was not current when it was filed`,
      ];
}

export const editions: Invariant = {
  name: 'editions',
  protects:
    'A case keeps the edition of its service that was current when it was filed, whatever is published.',
  check: ({ truth, found }) => found.cases.flatMap((each) => faultsOf(each, truth)),
};
