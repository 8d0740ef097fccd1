/** The simulation's interpreter of the States Language, on the definition that is deployed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../simulation/clock.ts';
import type { Graph } from '../simulation/states/definition.ts';
import { checkGraph } from '../simulation/states/definition.ts';
import { Execution, type Task } from '../simulation/states/execution.ts';
import { compute, filled, isPresent, placed, read } from '../simulation/states/paths.ts';

const definition = JSON.parse(readFileSync('statemachines/joint-approval.asl.json', 'utf8')) as Graph;

/** One execution of the joint approval; every task is in the test's hand. */
function started(reviews: string[], graph = definition) {
  const clock = new VirtualClock(Date.UTC(2026, 10, 23));
  const tasks: Task[] = [];
  const told: string[] = [];
  let tokens = 0;
  const input = { application: 'A', round: 1, reviews, tokensExpireAt: '1800000000' };
  const execution = new Execution('A', graph, input, {
    now: () => clock.now,
    in: (ms, run) => clock.in(ms, run),
    unit: () => 1,
    newToken: () => `t${++tokens}`,
    perform: (task) => tasks.push(task),
    tell: (what) => told.push(what),
    transitionMs: () => 1,
  });
  const run = (ms = 50): void => {
    const until = clock.now + ms;
    while (clock.nextAt !== undefined && clock.nextAt <= until) clock.step();
    clock.now = until;
  };
  /** The open task of a review, or the one without a review. */
  const open = (review?: string): Task => {
    const found = tasks.findLast(
      (task) =>
        !task.isSettled() &&
        (review === undefined || JSON.stringify(task.parameters).includes(`WAIT#${review}`)),
    );
    if (!found) throw new Error(`Nothing waits for ${review}: ${told.join('\n')}`);
    return found;
  };
  const conclude = (conclusion?: string): void => {
    run();
    open().settle(undefined, conclusion ? { Item: { conclusion: { S: conclusion } } } : {});
    run();
  };
  run();
  return { execution, clock, tasks, run, open, conclude, told };
}
const fault = (error: string) => ({ error, cause: '' });

describe('the joint approval, interpreted', () => {
  it('parks a wait for each review and joins them', () => {
    const { execution, open, run, conclude } = started(['r1', 'r2']);
    expect(open('r1').parameters).toMatchObject({
      Item: {
        pk: { S: 'APPLICATION#A' },
        sk: { S: 'WAIT#r1' },
        wait: { S: 'decision' },
        retries: { N: '0' },
        expiresAt: { N: '1800000000' },
      },
    });
    open('r1').settle(undefined, { outcome: 'approved' });
    run();
    expect(execution.states).toEqual(['Review by every department', 'Await department decision']);
    open('r2').settle(undefined, { outcome: 'approved' });
    conclude('approved');
    expect(execution.status).toBe('SUCCEEDED');
  });

  it('waits for a correction with a later entered time, and tries a failed call again with a higher count', () => {
    const { open, run, execution, conclude } = started(['r1']);
    const entered = (task: Task): string =>
      (task.parameters as { Item: { entered: { S: string } } }).Item.entered.S;
    const first = entered(open('r1'));
    open('r1').settle(fault('CorrectionAsked'));
    run();
    expect(open('r1').parameters).toMatchObject({ Item: { wait: { S: 'correction' }, retries: { N: '0' } } });
    expect(entered(open('r1')) > first).toBe(true);
    const second = entered(open('r1'));
    open('r1').settle(fault('DynamoDb.SdkClientException'));
    run(3_000);
    expect(open('r1').parameters).toMatchObject({ Item: { wait: { S: 'correction' }, retries: { N: '1' } } });
    expect(entered(open('r1'))).toBe(second);
    open('r1').settle(undefined, { outcome: 'requested' });
    run();
    open('r1').settle(fault('ReviewCancelled'));
    conclude('withdrawn');
    expect(execution.status).toBe('SUCCEEDED');
  });

  it('takes a timeout for an escalation, and is deaf to what came before', () => {
    const { open, run, execution, tasks } = started(['r1']);
    run(10_368_000_000 + 100);
    expect(open('r1').parameters).toMatchObject({ Item: { wait: { S: 'escalated' } } });
    tasks[0]?.settle(undefined, { outcome: 'approved' });
    run();
    expect(execution.states).toEqual(['Review by every department', 'Await escalated decision']);
  });

  it('goes on from where it was stopped', () => {
    const { open, run, execution, conclude } = started(['r1', 'r2']);
    open('r1').settle(undefined, { outcome: 'approved' });
    run();
    execution.stop();
    expect(execution.status).toBe('ABORTED');
    expect(() => open('r2')).toThrow();
    expect(execution.redrive()).toBe(true);
    run();
    open('r2').settle(undefined, { outcome: 'refused' });
    conclude('partly-approved');
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.redrive()).toBe(false);
  });

  it('is red when a wait was lost', () => {
    const { open, run, execution, conclude } = started(['r1']);
    for (let i = 0; i <= 300; i++) {
      open('r1').settle(fault('DynamoDb.AccessDeniedException'));
      run(301_000);
    }
    conclude('approved');
    expect([execution.status, execution.fault?.error]).toEqual(['FAILED', 'UnknownConclusion']);
  });
});

describe('what it reads', () => {
  const scope = {
    input: { a: { b: [1, { c: 'x' }] }, list: [{ o: 'lost' }, {}] },
    context: { Task: { Token: 't' } },
  };

  it('paths of input and context', () => {
    expect(read('$.a.b[1].c', scope)).toBe('x');
    expect(read('$$.Task.Token', scope)).toBe('t');
    expect(read('$.list[*].o', scope)).toEqual(['lost']);
    expect(isPresent('$.a.none', scope)).toBe(false);
    expect(() => read('$.a.none', scope)).toThrow('leads nowhere');
  });

  it('functions, templates and places for results', () => {
    expect(compute("States.Format('{}#{}', $.a.b[0], 'y')", scope)).toBe('1#y');
    expect(compute("States.ArrayContains($.list[*].o, 'lost')", scope)).toBe(true);
    expect(filled({ 'n.$': '$.a.b[0]', s: [{ 't.$': '$$.Task.Token' }] }, scope)).toEqual({
      n: 1,
      s: [{ t: 't' }],
    });
    expect(placed({ a: 1 }, '$.b.c', 2)).toEqual({ a: 1, b: { c: 2 } });
    expect(placed({ a: 1 }, null, 2)).toEqual({ a: 1 });
  });

  it('nothing that it does not know', () => {
    const odd = { StartAt: 'A', States: { A: { Type: 'Pass', Assign: {}, End: true } } };
    expect(() => checkGraph(odd as never)).toThrow('does not know Assign');
    expect(() => compute('States.Hash($.a)', scope)).toThrow('computes no');
  });
});
