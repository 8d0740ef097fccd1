/** Races and lost effects that a rule once had. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../functions/approvals/decide.ts';
import { markDue } from '../../functions/approvals/due.ts';
import { missingEffects, type Traces } from '../../functions/approvals/watch.ts';
import type { DomainEvent } from '../../functions/cases/events.ts';
import type { JournalEntry } from '../../functions/cases/types.ts';
import { accepted, calendar, days, later, monday, reviewOf, take } from '../support/cases.ts';

const entry = (version: number, ...events: DomainEvent[]): JournalEntry => ({
  aggregate: 'application',
  id: 'N',
  version,
  at: monday.toISOString(),
  by: { capacity: 'system' },
  events,
});
const traces = (given: Partial<Traces>): Traces => ({
  rows: [],
  reachable: new Set(),
  running: new Set(),
  told: new Set(),
  ...given,
});

describe('the watch', () => {
  it('misses a request that was lost although the department once came back', () => {
    const found = accepted();
    const { id, item, department, status } = reviewOf(found, 'registration');
    const again = entry(7, {
      type: 'review.requested',
      review: id,
      item,
      department,
      status,
      dueAt: '',
      dossierVersion: 2,
    } as DomainEvent);
    const rows = [`WEBHOOK#${id}#review.requested#1/2`, `WEBHOOK#${id}#review.requested#${department}/3/0`];
    const findings = missingEffects(found, [again], traces({ rows, reachable: new Set([department]) }));
    expect(findings).toEqual([{ missing: 'webhook', version: 7 }]);
  });
});

describe('a special procedure of an overdue review', () => {
  it('that an officer announces twice with the same words is taken once', () => {
    const found = accepted();
    const at = later(days(2));
    const overdue = take(found, markDue(found, calendar, at), at);
    const { id } = reviewOf(overdue, 'registration');
    expect(reviewOf(overdue, 'registration').status).toBe('overdue');
    const decision = { outcome: 'special-procedure' as const, procedure: 'hearing', days: 5 };
    const announced = take(overdue, decide(overdue, id, { decision, key: 'a', hash: 'h' }, calendar, at), at);
    expect(reviewOf(announced, 'registration').decisions?.[0]?.status).toBe('requested');
    expect(decide(announced, id, { decision, key: 'b', hash: 'h' }, calendar, at).events).toEqual([]);
  });
});
