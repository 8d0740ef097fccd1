import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { redrawn } from '../support/diagrams.ts';
import { type Resource, synthesize } from '../support/stacks.ts';

type State = {
  Type: string;
  TimeoutSeconds?: number;
  Resource?: string;
  Retry?: { JitterStrategy?: string; MaxAttempts: number }[];
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
const readme = readFileSync('statemachines/README.md', 'utf8');

describe('the joint-approval machine as deployed', () => {
  it('has every substitution filled in, also in the regions of China', () => {
    expect(tasks).toHaveLength(5);
    for (const [name, { Resource }] of tasks) expect(Resource, name).toMatch(/^arn:aws-cn:states:::/);
  });

  it('retries every task, with jitter', () => {
    for (const [name, { Retry }] of tasks) {
      expect(Retry?.length, name).toBeGreaterThan(0);
      for (const each of Retry ?? []) expect(each.JitterStrategy, name).toBe('FULL');
    }
  });

  it('bounds every wait, so that a lost token does not keep an execution for ever', () => {
    const waits = tasks.filter(([, { Resource }]) => Resource?.endsWith('.waitForTaskToken'));
    expect(waits).toHaveLength(3);
    // An execution lasts a year at most.
    for (const [name, { TimeoutSeconds }] of waits) expect(TimeoutSeconds, name).toBeLessThan(365 * 86_400);
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
