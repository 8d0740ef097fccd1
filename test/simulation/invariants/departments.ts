import type { Invariant } from './found.ts';

export const departments: Invariant = {
  name: 'departments',
  protects:
    'What an operator set for a department stays; it is taken for gone only if the address it has now said so.',
  check: ({ truth, found }) =>
    found.departments.flatMap(({ code, webhookUrl, paused, gone }) => {
      const set = truth.settings
        .filter(({ department }) => department === code)
        .toSorted((a, b) => a.at - b.at);
      const last = set.at(-1);
      if (!last) return [];
      // Two that were set at the same time may have come in either order.
      const recent = set.filter(({ at }) => last.at - at < 60_000);
      const faults: string[] = [];
      if (!recent.some((each) => each.webhookUrl === webhookUrl && each.paused === paused)) {
        faults.push(`${code} was last set to ${last.webhookUrl} and has ${webhookUrl}`);
      }
      const refused = truth.refusals.some(
        (each) => each.webhookUrl === webhookUrl && each.department === code,
      );
      if (gone && !refused) faults.push(`${code} is taken for gone at ${webhookUrl}, which never said so`);
      return faults;
    }),
};
