import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../functions/cases/events.ts';
import { itemSize } from '../../infra/bench/meter.ts';
import { fits } from '../../infra/bench/meter-routes.ts';
import {
  type Facts,
  factsFromJournal,
  readMachine,
  statesEntered,
  transitions,
} from '../../infra/bench/meter-transitions.ts';

const machine = readMachine(readFileSync('statemachines/joint-approval.asl.json', 'utf8'));
const five = ['r-1', 'r-2', 'r-3', 'r-4', 'r-5'];

const event = (type: string, review: string, status: string): DomainEvent =>
  ({ type, review, item: 'i', department: 'd', status }) as DomainEvent;
const approved = (review: string): DomainEvent => event('review.decided', review, 'approved');
const concluded = (status: string): DomainEvent => ({ type: 'application.concluded', status }) as DomainEvent;
const factsOf = (reviews: string[], ...events: DomainEvent[]): Facts =>
  factsFromJournal(
    reviews,
    events.map((each) => ({ events: [each] })),
  );

describe('transitions', () => {
  it('are every state entered and the start', () => {
    const facts = factsOf(five, ...five.map(approved), concluded('approved'));
    expect(statesEntered(machine, facts)).toEqual([
      'Accept the application',
      'Review by every department',
      ...Array(5).fill('Await department decision'),
      'Record conclusion',
      'How did it end?',
      'Approved',
    ]);
    expect(transitions(machine, facts)).toBe(11);
  });

  it('follow a correction through its wait and back', () => {
    const facts = factsOf(
      ['r-1'],
      event('review.correction-asked', 'r-1', 'correction'),
      event('review.requested', 'r-1', 'requested'),
      approved('r-1'),
      concluded('approved'),
    );
    expect(statesEntered(machine, facts).slice(2, 5)).toEqual([
      'Await department decision',
      'Await correction',
      'Await department decision',
    ]);
  });

  it('follow an escalation, and a correction asked for after it', () => {
    const facts = factsOf(
      ['r-1'],
      event('review.overdue', 'r-1', 'overdue'),
      event('review.escalated', 'r-1', 'overdue'),
      event('review.correction-asked', 'r-1', 'correction'),
      event('review.requested', 'r-1', 'requested'),
      event('review.decided', 'r-1', 'refused'),
      concluded('refused'),
    );
    expect(statesEntered(machine, facts).slice(2)).toEqual([
      'Await department decision',
      'Await escalated decision',
      'Await correction',
      'Await department decision',
      'Record conclusion',
      'How did it end?',
      'Refused',
    ]);
  });

  it('count a cancelled review with its last state, also one that awaited a correction', () => {
    const withdrawn = [
      event('review.cancelled', 'r-1', 'cancelled'),
      event('review.cancelled', 'r-2', 'cancelled'),
    ];
    const facts = factsOf(
      ['r-1', 'r-2'],
      event('review.correction-asked', 'r-2', 'correction'),
      ...withdrawn,
    );
    expect(statesEntered(machine, facts).slice(2)).toEqual([
      'Await department decision',
      'Review cancelled',
      'Await department decision',
      'Await correction',
      'Await department decision',
      'Review cancelled',
      'Record conclusion',
      'How did it end?',
      'Withdrawn',
    ]);
  });

  it('refuse a path that the machine does not have', () => {
    const facts = {
      items: { 'Review by every department': [{ ends: { 'Await department decision': ['Lost'] } }] },
    };
    expect(() => statesEntered(machine, facts)).toThrow('Nothing catches Lost.');
  });
});

describe('the size of an item', () => {
  it('counts names and values as DynamoDB does', () => {
    expect(itemSize({ pk: 'ab', 名: '一窗' })).toBe(2 + 2 + 3 + 6);
    expect(itemSize({ n: 12345, yes: true, no: null })).toBe(1 + 4 + 3 + 1 + 2 + 1);
    expect(itemSize({ b: new Uint8Array(10), l: ['a', 'bc'], gone: undefined })).toBe(1 + 10 + 1 + 3 + 2 + 3);
    expect(itemSize({ m: { k: 'v' } })).toBe(1 + 3 + 1 + 1 + 1);
  });
});

describe('a rule of the bus', () => {
  const seen = { source: 'onewindow', 'detail-type': 'a', detail: { data: { status: 'refused' } } };
  it('is read by its exact values, at any depth', () => {
    expect(fits({ source: ['onewindow'], 'detail-type': ['a', 'b'] }, seen)).toBe(true);
    expect(fits({ 'detail-type': ['b'] }, seen)).toBe(false);
    expect(fits({ detail: { data: { status: ['refused'] } } }, seen)).toBe(true);
    expect(fits({ detail: { data: { status: ['approved'] } } }, seen)).toBe(false);
    expect(fits({ detail: { other: { status: ['approved'] } } }, seen)).toBe(false);
    expect(() => fits({ source: [{ prefix: 'one' }] }, seen)).toThrow('not read');
  });
});
