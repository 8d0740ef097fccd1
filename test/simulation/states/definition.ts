/** The part of the States Language that our machines use. Anything else is refused when a machine is loaded. */
import type { Json } from './paths.ts';

export type Retrier = {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: 'FULL' | 'NONE';
};
export type Catcher = { ErrorEquals: string[]; Next: string; ResultPath?: string | null };
export type Choice = { Next?: string; [test: string]: Json };

export type State = {
  Type: 'Task' | 'Map' | 'Choice' | 'Pass' | 'Succeed' | 'Fail' | 'Wait';
  Comment?: string;
  Resource?: string;
  Parameters?: Json;
  InputPath?: string;
  OutputPath?: string;
  ItemsPath?: string;
  ItemSelector?: Json;
  ItemProcessor?: Graph & { ProcessorConfig?: { Mode: string } };
  MaxConcurrency?: number;
  Result?: Json;
  ResultSelector?: Json;
  ResultPath?: string | null;
  TimeoutSeconds?: number;
  Seconds?: number;
  Retry?: Retrier[];
  Catch?: Catcher[];
  Choices?: Choice[];
  Default?: string;
  Error?: string;
  Cause?: string;
  Next?: string;
  End?: boolean;
};
export type Graph = { StartAt: string; States: Record<string, State> };

const known = new Set(
  (
    'Type Comment Resource Parameters InputPath OutputPath ItemsPath ItemSelector ItemProcessor MaxConcurrency Result ' +
    'ResultSelector ResultPath TimeoutSeconds Seconds Retry Catch Choices Default Error Cause Next End'
  ).split(' '),
);
const types = ['Task', 'Map', 'Choice', 'Pass', 'Succeed', 'Fail', 'Wait'];

/** @throws Error naming what the interpreter does not know */
export function checkGraph({ States, StartAt }: Graph): void {
  for (const [name, state] of Object.entries(States)) {
    const unknown = Object.keys(state).filter((field) => !known.has(field));
    if (unknown.length > 0) throw new Error(`The simulation does not know ${unknown} of the state ${name}.`);
    if (!types.includes(state.Type)) throw new Error(`The simulation knows no ${state.Type}: ${name}.`);
    for (const next of [state.Next, state.Default, ...(state.Catch ?? []).map(({ Next }) => Next)]) {
      if (next !== undefined && !States[next])
        throw new Error(`There is no state ${next}, to which ${name} goes.`);
    }
    if (state.ItemProcessor) checkGraph(state.ItemProcessor);
  }
  if (!States[StartAt]) throw new Error(`There is no state ${StartAt}.`);
}
