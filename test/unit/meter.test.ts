import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../functions/cases/events.ts';
import { batchUnits, itemSize } from '../../infra/bench/meter.ts';
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
  ({ type, review, item: 'i', department: 'd', status, procedure: 'hearing' }) as DomainEvent;
const requested = (review: string): DomainEvent => event('review.requested', review, 'requested');
const approved = (review: string): DomainEvent => event('review.decided', review, 'approved');
const concluded = (status: string): DomainEvent => ({ type: 'application.concluded', status }) as DomainEvent;
const opened = (round: number, ...reviews: string[]): DomainEvent => ({
  type: 'round.opened',
  round,
  reviews,
});
/** The facts of each round of a case that wrote these entries. */
const roundsOf = (...entries: DomainEvent[][]): Facts[] =>
  factsFromJournal(
    machine,
    entries.map((events) => ({ events })),
  );
/** The facts of a case of one round, each event an entry. */
function factsOf(reviews: string[], ...events: DomainEvent[]): Facts {
  const [facts] = roundsOf([opened(1, ...reviews)], ...events.map((each) => [each]));
  if (!facts) throw new Error('No round was opened.');
  return facts;
}
const enteredIn = (reviews: string[], ...events: DomainEvent[]): string[] =>
  statesEntered(machine, factsOf(reviews, ...events)).slice(1);

describe('transitions', () => {
  it('are every state entered and the start', () => {
    const last = [approved('r-5'), concluded('approved')];
    const [facts = {}] = roundsOf([opened(1, ...five)], ...five.slice(0, 4).map((r) => [approved(r)]), last);
    expect(statesEntered(machine, facts)).toEqual([
      'Review by every department',
      ...Array(5).fill('Await department decision'),
      'Read the conclusion',
      'How did it end?',
      'Approved',
    ]);
    expect(transitions(machine, facts)).toBe(10);
  });

  it('follow a correction through its wait and back', () => {
    const entered = enteredIn(
      ['r-1'],
      event('review.correction-asked', 'r-1', 'correction'),
      requested('r-1'),
      approved('r-1'),
    );
    expect(entered.slice(0, 3)).toEqual([
      'Await department decision',
      'Await correction',
      'Await department decision',
    ]);
  });

  it('follow a hearing through its wait and back, also one that was announced late', () => {
    const hearing = [
      event('review.procedure-announced', 'r-1', 'requested'),
      event('review.procedure-ended', 'r-1', 'requested'),
    ];
    expect(enteredIn(['r-1'], ...hearing, approved('r-1')).slice(0, 3)).toEqual([
      'Await department decision',
      'Await end of special procedure',
      'Await department decision',
    ]);
    const late = [
      event('review.overdue', 'r-1', 'overdue'),
      event('review.escalated', 'r-1', 'overdue'),
      ...hearing,
    ];
    expect(enteredIn(['r-1'], ...late, approved('r-1')).slice(0, 4)).toEqual([
      'Await department decision',
      'Await escalated decision',
      'Await end of special procedure',
      'Await department decision',
    ]);
  });

  it('follow an escalation, and a correction asked for after it', () => {
    const entered = enteredIn(
      ['r-1'],
      event('review.overdue', 'r-1', 'overdue'),
      event('review.escalated', 'r-1', 'overdue'),
      event('review.correction-asked', 'r-1', 'correction'),
      requested('r-1'),
      event('review.decided', 'r-1', 'refused'),
    );
    expect(entered.slice(0, 4)).toEqual([
      'Await department decision',
      'Await escalated decision',
      'Await correction',
      'Await department decision',
    ]);
  });

  it('count a cancelled review with its last state, also one that awaited a correction', () => {
    const [facts = {}] = roundsOf(
      [opened(1, 'r-1', 'r-2')],
      [event('review.correction-asked', 'r-2', 'correction')],
      [
        event('review.cancelled', 'r-1', 'cancelled'),
        event('review.cancelled', 'r-2', 'cancelled'),
        { type: 'application.withdrawn', reason: 'w' },
      ],
    );
    expect(statesEntered(machine, facts).slice(1)).toEqual([
      'Await department decision',
      'Review cancelled',
      'Await department decision',
      'Await correction',
      'Await department decision',
      'Review cancelled',
      'Read the conclusion',
      'How did it end?',
      'Withdrawn',
    ]);
  });

  it('count each round by itself, with the conclusion as it was when it ended', () => {
    const rounds = roundsOf(
      [opened(1, 'r-1', 'r-2')],
      [approved('r-1')],
      [event('review.decided', 'r-2', 'refused'), concluded('partly-approved')],
      [opened(2, 'r-2.2')],
      [
        event('review.decided', 'r-2.2', 'refused'),
        event('review.revoked', 'r-1', 'cancelled'),
        concluded('refused'),
      ],
    );
    expect(rounds.map((facts) => statesEntered(machine, facts).at(-1))).toEqual([
      'Partly approved',
      'Refused',
    ]);
    expect(rounds.map((facts) => transitions(machine, facts))).toEqual([7, 6]);
  });

  it('end a round before a condition without a conclusion', () => {
    expect(enteredIn(['r-1'], approved('r-1'))).toEqual([
      'Await department decision',
      'Read the conclusion',
      'How did it end?',
      'The case goes on',
    ]);
  });

  it('end red when a wait was lost, whatever the conclusion', () => {
    const facts = {
      items: { 'Review by every department': [{ ends: { 'Await department decision': ['Lost'] } }] },
      data: { waits: { lost: true }, header: { Item: { conclusion: { S: 'approved' } } } },
    };
    expect(statesEntered(machine, facts).slice(2)).toEqual([
      'Wait lost',
      'Read the conclusion',
      'How did it end?',
      'Ended in an unknown way',
    ]);
  });

  it('refuse a path that the machine does not have', () => {
    const broken = readMachine('{"StartAt":"A","States":{"A":{"Type":"Task","Next":"A"}}}');
    expect(() => statesEntered(broken, { ends: { A: ['Lost'] } })).toThrow('Nothing catches Lost.');
    const choice = readMachine(
      '{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.a[0]","StringEquals":"x","Next":"A"}]}}}',
    );
    expect(() => statesEntered(choice, {})).toThrow('A choice by $.a[0] is not read here.');
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

describe('the units of a batch', () => {
  it('are of each row by itself, also where there is none, and half when it need not be consistent', () => {
    const large = { text: 'x'.repeat(5000) };
    const Keys = [{ pk: 'a' }, { pk: 'b' }, { pk: 'c' }];
    expect(batchUnits({ main: { Keys, ConsistentRead: true } }, { main: [{ pk: 'a' }, large] })).toBe(4);
    expect(batchUnits({ main: { Keys } }, {})).toBe(1.5);
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
