import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { redrawn } from '../support/diagrams.ts';
import { type Resource, synthesize } from '../support/stacks.ts';

type Retrier = {
  ErrorEquals: string[];
  JitterStrategy?: string;
  MaxAttempts: number;
  IntervalSeconds?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
};
type State = {
  Type: string;
  TimeoutSeconds?: number;
  Resource?: string;
  Retry?: Retrier[];
  Parameters?: { ConditionExpression?: string };
  Catch?: { ErrorEquals: string[] }[];
  ItemProcessor?: Machine;
};
type Machine = { States: Record<string, State> };

/** The definition as it is deployed: joined, with something in the place of every reference. */
function deployed(): Machine {
  const [machine] = synthesize('production').ofType('AWS::StepFunctions::StateMachine');
  // biome-ignore lint/suspicious/noExplicitAny: templates have no types
  const { DefinitionString, DefinitionSubstitutions } = (machine as [string, Resource])[1].Properties as any;
  const joined = (DefinitionString['Fn::Join'][1] as unknown[])
    .map((part) => (typeof part === 'string' ? part : 'aws-cn'))
    .join('');
  const names = Object.keys(DefinitionSubstitutions);
  const missing = [...joined.matchAll(/\$\{(\w+)\}/g)].filter(([, name]) => !names.includes(name ?? ''));
  expect(missing).toEqual([]);
  return JSON.parse(joined) as Machine;
}

const statesOf = ({ States }: Machine): [string, State][] =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state],
    ...(state.ItemProcessor ? statesOf(state.ItemProcessor) : []),
  ]);

const states = statesOf(deployed());
const tasks = states.filter(([, { Type }]) => Type === 'Task');
const waits = tasks.filter(([, { Resource }]) => Resource?.endsWith('.waitForTaskToken'));

/** How long a retrier goes on, hours: jitter halves its pauses on average. */
function hoursOf({
  IntervalSeconds = 1,
  BackoffRate = 2,
  MaxAttempts,
  MaxDelaySeconds = Infinity,
}: Retrier): number {
  const pauses = Array.from({ length: MaxAttempts }, (_, i) =>
    Math.min(IntervalSeconds * BackoffRate ** i, MaxDelaySeconds),
  );
  return pauses.reduce((sum, pause) => sum + pause / 2, 0) / 3600;
}

const readme = readFileSync('statemachines/README.md', 'utf8');

describe('the joint-approval machine as deployed', () => {
  it('has every substitution filled in, also in the regions of China', () => {
    expect(tasks).toHaveLength(5);
    for (const [name, { Resource }] of tasks) expect(Resource, name).toMatch(/^arn:aws-cn:states:::/);
  });

  it('retries every task for hours, with jitter', () => {
    for (const [name, { Retry = [] }] of tasks) {
      const last = Retry.at(-1);
      expect(last, name).toMatchObject({ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' });
      if (last) expect(hoursOf(last), name).toBeGreaterThan(12);
    }
  });

  it('takes a known outcome of a wait at its word: caught by its name, never retried', () => {
    for (const [name, { Retry = [], Catch = [] }] of waits) {
      const known = Catch.flatMap(({ ErrorEquals }) => ErrorEquals).filter((error) => error !== 'States.ALL');
      const taken = Retry.filter(({ MaxAttempts }) => MaxAttempts === 0).flatMap(
        ({ ErrorEquals }) => ErrorEquals,
      );
      expect(taken.toSorted(), name).toEqual(known.toSorted());
    }
  });

  it('loses a wait rather than the other reviews', () => {
    for (const [name, { Catch = [] }] of waits) {
      expect(Catch.at(-1), name).toMatchObject({ ErrorEquals: ['States.ALL'], Next: 'Wait lost' });
    }
  });

  it('bounds every wait, so that a lost token is replaced in time', () => {
    expect(waits).toHaveLength(4);
    // An execution lasts a year at most.
    for (const [name, { TimeoutSeconds }] of waits) expect(TimeoutSeconds, name).toBeLessThan(365 * 86_400);
  });

  it('writes every wait under the same condition', () => {
    const conditions = new Set(waits.map(([, { Parameters }]) => Parameters?.ConditionExpression));
    expect([...conditions]).toEqual([expect.stringContaining('entered < :entered')]);
  });
});

describe('statemachines/README.md', () => {
  it('shows the machine as it is (node test/support/diagrams.ts draws it)', () => {
    expect(readme).toContain('<!-- drawn: joint-approval -->');
    expect(readme).toBe(redrawn(readme));
  });

  it('explains every state but the ends', () => {
    for (const [name, { Type }] of states) {
      if (Type !== 'Succeed' && Type !== 'Fail') expect(readme).toContain(`| ${name} |`);
    }
  });
});
