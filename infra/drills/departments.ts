/** Drills of what departments do not do. */
import { type Drill, decideInInbox, department, mustName, silentCase } from './drill.ts';
import { until } from './stand.ts';

type Attempted = { review: string; attempt: number };

export const departmentDrills: Record<string, Drill> = {
  'silent-department': {
    what: 'A department decides nothing, and does not react to its reminder',
    alarm: 'ReviewsEscalated',
    run: async ({ stand, faults, rang }) => {
      const { number, endSilence } = await silentCase({ stand, faults });
      const { reviews } = await stand.read(number);
      await stand.passTo(reviews[0].dueAt);
      const { escalateAt } = await until(
        'the review to be overdue',
        () => stand.row(`APPLICATION#${number}`, `REVIEW#${number}-1`),
        (review) => review.escalateAt !== undefined,
      );
      await stand.passTo(escalateAt);
      await stand.untilCounted('ReviewsEscalated');
      rang();
      mustName(await stand.ops('escalated'), number);
      await decideInInbox(stand, number);
      await endSilence();
      return number;
    },
  },
  'department-down': {
    what: 'A department’s system does not answer',
    alarm: 'DepartmentsUnreached',
    run: async ({ stand, faults, rang }) => {
      const operator = await stand.as('operator');
      const path = `/departments/${department}`;
      const { webhookUrl } = await operator<{ webhookUrl: string }>('GET', path);
      const undo = { kind: 'address', department, webhookUrl } as const;
      await faults.bring(undo, () =>
        operator('PUT', path, { webhookUrl: 'http://127.0.0.1:9/', paused: false }),
      );
      const { number } = await stand.submit();
      // Of this very case: whatever else lies open at the department is told anew, too, and fails as well.
      await until(
        'three attempts to tell the department',
        () => operator<{ items: Attempted[] }>('GET', `${path}/deliveries`),
        ({ items }) => items.some(({ review, attempt }) => review === `${number}-1` && attempt >= 3),
      );
      // The census comes every quarter of an hour.
      await stand.pass(15);
      await stand.invoke('Census');
      await stand.untilCounted('DepartmentsUnreachedNow');
      rang();
      mustName(await stand.ops('department', department), /webhooks not taken/);
      await stand.api(`PUT ${path} with its address, when it is back`, () => faults.mend(undo));
      return number;
    },
  },
};
