import { describe, expect, it } from 'vitest';
import { missingEffects, type Traces, unreleased } from '../../functions/approvals/watch.ts';
import type { DomainEvent } from '../../functions/cases/events.ts';
import { reviewIdIn } from '../../functions/cases/reviews.ts';
import type { Case, JournalEntry } from '../../functions/cases/types.ts';
import { outputsSent, parcelsToOrder } from '../../functions/fulfilment/delivery.ts';
import { smsEventTypes } from '../../functions/notifications/templates.ts';
import {
  accepted,
  allApproved,
  approved,
  monday,
  openingShapes,
  refused,
  reviewOf,
  submitted,
  take,
} from '../support/cases.ts';

const items = openingShapes.map(({ item }) => item);
const departments = new Set(items.map((item) => `department-of-${item}`));

const entry = (version: number, ...events: DomainEvent[]): JournalEntry => ({
  aggregate: 'application',
  id: 'N',
  version,
  at: monday.toISOString(),
  by: { capacity: 'system' },
  events,
});
const traces = (given: Partial<Traces> = {}): Traces => ({
  rows: [],
  reachable: new Set(),
  running: new Set(),
  told: new Set(),
  ...given,
});
const missing = (found: Case, entries: JournalEntry[], given: Partial<Traces> = {}): string[] =>
  missingEffects(found, entries, traces(given)).map((each) => `${each.missing} ${each.version}`);

const opened = (found: Case, round = 1): JournalEntry =>
  entry(1, {
    type: 'round.opened',
    round,
    reviews: found.dossier.plan.map((planned) => reviewIdIn(planned, round)),
  });
const event = (
  found: Case,
  type: 'review.requested' | 'review.revoked' | 'review.overdue',
  item: string,
): DomainEvent => {
  const { id, department, status } = reviewOf(found, item);
  return { type, review: id, item, department, status, dueAt: '', dossierVersion: 1 } as DomainEvent;
};

describe('an execution', () => {
  const found = accepted();
  const rows = found.dossier.plan.map(({ id }) => `WAIT#${id}`);

  it('has left a wait for each review of its round', () => {
    expect(missing(found, [opened(found)])).toEqual(['execution 1']);
    expect(missing(found, [opened(found)], { rows: rows.slice(1) })).toEqual(['execution 1']);
    expect(missing(found, [opened(found)], { rows })).toEqual([]);
  });

  it('of more reviews than Step Functions awaits at a time has begun with forty', () => {
    const reviews = Array.from({ length: 45 }, (_, i) => `N-${i + 1}`);
    const many = entry(1, { type: 'round.opened', round: 1, reviews });
    const waits = (count: number) => reviews.slice(0, count).map((id) => `WAIT#${id}`);
    expect(missing(found, [many], { rows: waits(39) })).toEqual(['execution 1']);
    expect(missing(found, [many], { rows: waits(40) })).toEqual([]);
  });

  it('is not taken for one of another round, or of a review whose id begins alike', () => {
    const later = rows.map((row) => `${row}.2`);
    expect(missing(found, [opened(found)], { rows: later })).toEqual(['execution 1']);
    expect(missing(found, [opened(found)], { rows: [...rows.slice(1), `${rows[0]}0`] })).toEqual([
      'execution 1',
    ]);
    expect(missing(found, [opened(found, 2)], { rows })).toEqual(['execution 1']);
  });

  it('that still runs when its round is decided has missed a release, whichever entry it was', () => {
    const ended = allApproved(accepted(), items);
    const { id } = reviewOf(ended, 'bank');
    const traces = { rows: [`WAIT#${id}`], reachable: new Set<string>(), told: new Set<string>() };
    expect(unreleased(ended, { ...traces, running: new Set([1]) })).toEqual([id]);
    expect(unreleased(ended, { ...traces, running: new Set([2]) })).toEqual([]);
    expect(unreleased(ended, { ...traces, rows: [], running: new Set([1]) })).toEqual([]);
  });
});

describe('a webhook', () => {
  const found = accepted();
  const asked = entry(1, { type: 'application.submitted' }, event(found, 'review.requested', 'registration'));
  const { id } = reviewOf(found, 'registration');

  it('to a department that can be reached has left its row', () => {
    expect(missing(found, [asked], { reachable: departments })).toEqual(['webhook 1']);
    const rows = [`WEBHOOK#${id}#review.requested#1/1`];
    expect(missing(found, [asked], { reachable: departments, rows })).toEqual([]);
  });

  it('of another event is not taken for it', () => {
    const other = [`WEBHOOK#${id}#review.requested#9/1`, `WEBHOOK#${id}.2#review.requested#1/1`];
    expect(missing(found, [asked], { reachable: departments, rows: other })).toEqual(['webhook 1']);
    // Nor what it was sent when it came back: that may have been for an earlier request.
    const back = [`WEBHOOK#${id}#review.requested#back-2026-11-23`];
    expect(missing(found, [asked], { reachable: departments, rows: back })).toEqual(['webhook 1']);
  });

  it('is not missed by a department without an address, nor when it is not true any more', () => {
    expect(missing(found, [asked])).toEqual([]);
    expect(missing(approved(found, 'registration'), [asked], { reachable: departments })).toEqual([]);
  });

  it('tells of what was revoked', () => {
    const ended = refused(approved(accepted(), 'registration'), 'seals');
    const revoked = entry(3, event(ended, 'review.revoked', 'registration'));
    expect(missing(ended, [revoked], { reachable: departments })).toEqual(['webhook 3']);
  });
});

describe('a message', () => {
  const told = new Set<string>(smsEventTypes);
  const found = accepted();
  const told1 = entry(1, { type: 'application.submitted' }, { type: 'application.accepted', dueAt: '' });

  it('has left its row', () => {
    expect(missing(found, [told1], { told })).toEqual(['message 1']);
    expect(missing(found, [told1], { told, rows: ['MESSAGE#1/1'] })).toEqual([]);
    expect(missing(found, [told1], { told, rows: ['MESSAGE#1/10', 'MESSAGE#11/1'] })).toEqual(['message 1']);
  });

  it('is sent of a conclusion only when it refuses', () => {
    const ended = refused(accepted(), 'registration');
    const of = (status: 'refused' | 'approved') => entry(2, { type: 'application.concluded', status });
    expect(missing(ended, [of('refused')], { told })).toEqual(['message 2']);
    expect(missing(ended, [of('approved')], { told })).toEqual([]);
  });
});

describe('outputs', () => {
  const found = allApproved(accepted(submitted([{ item: 'a' }])), ['a']);
  const concluded = entry(3, { type: 'application.concluded', status: 'approved' });

  it('that wait to be sent are sent by the last entry that asks for it', () => {
    expect(missing(found, [concluded])).toEqual(['outputs 3']);
    expect(missing(found, [concluded, entry(4, { type: 'application.due-changed', dueAt: '' })])).toEqual([
      'outputs 3',
    ]);
    expect(missing(found, [concluded, { ...concluded, version: 8 }])).toEqual(['outputs 8']);
  });

  it('on their way are not missed', () => {
    const ordered = parcelsToOrder(found).map(({ consignment, parcel }) => ({
      consignment: consignment.id,
      parcel,
      trackingNumber: 'x',
    }));
    expect(missing(take(found, outputsSent(found, ordered)), [concluded])).toEqual([]);
  });
});

it('names each missing effect of an entry once', () => {
  const found = allApproved(accepted(), ['registration', 'seals']);
  const both = entry(
    2,
    event(found, 'review.requested', 'invoices'),
    event(found, 'review.requested', 'bank'),
  );
  expect(missing(found, [both], { reachable: departments })).toEqual(['webhook 2']);
});
