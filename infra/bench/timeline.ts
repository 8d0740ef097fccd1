/** What must hold of every timeline, whatever happened. */
import { applicationGraph } from '../../functions/cases/status.ts';

// biome-ignore lint/suspicious/noExplicitAny: items of a timeline as they were answered
type Json = any;

/** Faults of a timeline, in words; empty when it is valid. */
export function timelineFaults(items: Json[]): string[] {
  const faults: string[] = [];
  if (items[0]?.type !== 'application.submitted') faults.push('does not begin with the submission');
  items.forEach((item, i) => {
    const before = items[i - 1];
    if (before && item.version !== before.version && item.version !== before.version + 1) {
      faults.push(`a gap between versions ${before.version} and ${item.version}`);
    }
    if (before && item.at < before.at) faults.push(`goes back in time at version ${item.version}`);
  });
  const once = [
    'application.submitted',
    'application.accepted',
    'application.concluded',
    'application.completed',
  ];
  for (const type of once) {
    const times = items.filter((item) => item.type === type).length;
    if (times > 1) faults.push(`${type} ${times} times`);
  }
  const requested = new Set<string>();
  for (const item of items) {
    if (item.type === 'review.requested') requested.add(item.review);
    if (item.type === 'review.decided' && !requested.has(item.review))
      faults.push(`${item.review} decided unasked`);
  }
  const decided = items.filter(({ type }) => type === 'review.decided').map(({ review }) => review);
  if (new Set(decided).size !== decided.length) faults.push('a review decided twice');
  const concluded = items.find(({ type }) => type === 'application.concluded');
  if (concluded && !(concluded.status in applicationGraph)) faults.push(`concluded as ${concluded.status}`);
  return faults;
}
