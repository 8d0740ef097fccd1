/**
 * One execution: a small interpreter of the States Language, with every wait in the simulation's hand. It knows what
 * aws-local-stepfunctions does not: task tokens, the context object of each state, executions stopped and redriven.
 */
import { isTrue } from './choices.ts';
import type { Catcher, Graph, Retrier, State } from './definition.ts';
import { compute, filled, type Json, placed, read, type Scope, StatesRuntime } from './paths.ts';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
export type Fault = { error: string; cause: string };
/** What a Task asks for. Settled once; `token` is there where the task waits for one. */
export type Task = {
  resource: string;
  parameters: Json;
  token?: string | undefined;
  settle: (fault: Fault | undefined, result?: Json) => void;
  isSettled: () => boolean;
};

export type Surroundings = {
  now: () => number;
  in: (ms: number, run: () => void) => { cancelled: boolean };
  /** From 0 up to 1. */
  unit: () => number;
  newToken: (task: Omit<Task, 'token'>) => string;
  perform: (task: Task) => void;
  /** Called at each transition, and at the end. */
  tell: (what: string) => void;
  /** How long a transition takes, milliseconds. */
  transitionMs: () => number;
};

/** One line of states: the machine's own, or that of one item of a Map. */
type Thread = {
  graph: Graph;
  /** The state it is in; undefined once it is through. */
  at: string | undefined;
  input: Json;
  output: Json;
  item?: { Index: number; Value: Json } | undefined;
  /** Of a Map that it is in. */
  children: Thread[];
  retries: number[];
  failed?: Fault | undefined;
  parent?: Thread | undefined;
  /** Raised whenever it moves, so that what was begun before is not heard any more. */
  epoch: number;
};

const mayRetry = (equals: string[], { error }: Fault): boolean =>
  equals.includes(error) ||
  (equals.includes('States.ALL') && error !== 'States.Runtime' && error !== 'States.DataLimitExceeded') ||
  (equals.includes('States.TaskFailed') && error !== 'States.Timeout');

export class Execution {
  readonly name: string;
  readonly input: Json;
  readonly startedAt: number;
  status: Status = 'RUNNING';
  fault?: Fault | undefined;
  redrives = 0;
  /** Times in which it ran, one after another. */
  readonly runs: { from: number; to?: number }[] = [];
  readonly #root: Thread;
  readonly #around: Surroundings;

  constructor(name: string, graph: Graph, input: Json, around: Surroundings) {
    this.name = name;
    this.input = input;
    this.#around = around;
    this.startedAt = around.now();
    this.runs.push({ from: this.startedAt });
    this.#root = this.#thread(graph, input);
    this.#enter(this.#root, graph.StartAt, input);
  }

  #thread(graph: Graph, input: Json, parent?: Thread, item?: Thread['item']): Thread {
    return {
      graph,
      at: graph.StartAt,
      input,
      output: undefined,
      item,
      children: [],
      retries: [],
      parent,
      epoch: 0,
    };
  }

  /** The names of the states that it is in. */
  get states(): string[] {
    const of = (thread: Thread): string[] =>
      thread.at === undefined ? [] : [thread.at, ...thread.children.flatMap(of)];
    return of(this.#root);
  }

  #enter(thread: Thread, name: string, input: Json): void {
    thread.at = name;
    thread.input = input;
    thread.retries = [];
    thread.failed = undefined;
    thread.epoch += 1;
    const { epoch } = thread;
    this.#around.in(this.#around.transitionMs(), () => {
      if (thread.epoch === epoch && this.status === 'RUNNING') this.#attempt(thread, this.#instant());
    });
  }

  #over(status: Status): void {
    this.status = status;
    const run = this.runs.at(-1);
    if (run) run.to = this.#around.now();
  }

  #instant = (): string => new Date(this.#around.now()).toISOString();

  #state(thread: Thread): State {
    const state = thread.at === undefined ? undefined : thread.graph.States[thread.at];
    if (!state) throw new Error(`There is no state ${thread.at}.`);
    return state;
  }

  #scope(thread: Thread, entered: string, token?: string): Scope {
    return {
      input: thread.input,
      context: {
        Execution: {
          Id: this.name,
          Name: this.name,
          Input: this.input,
          StartTime: new Date(this.startedAt).toISOString(),
          RedriveCount: this.redrives,
        },
        State: {
          Name: thread.at,
          EnteredTime: entered,
          RetryCount: thread.retries.reduce((sum, each) => sum + (each ?? 0), 0),
        },
        ...(thread.item ? { Map: { Item: thread.item } } : {}),
        ...(token === undefined ? {} : { Task: { Token: token } }),
      },
    };
  }

  #attempt(thread: Thread, entered: string): void {
    this.#around.tell(`${this.name} ${thread.item ? `[${thread.item.Index}] ` : ''}is in "${thread.at}"`);
    try {
      this.#run(thread, this.#state(thread), entered);
    } catch (error) {
      if (!(error instanceof StatesRuntime)) throw error;
      this.#fail(thread, entered, { error: 'States.Runtime', cause: error.message });
    }
  }

  #run(thread: Thread, state: State, entered: string): void {
    const scope = this.#scope(thread, entered);
    switch (state.Type) {
      case 'Task':
        this.#runTask(thread, state, entered);
        break;
      case 'Map':
        this.#runMap(thread, state, scope);
        break;
      case 'Choice': {
        const chosen = state.Choices?.find((choice) => isTrue(choice, scope))?.Next ?? state.Default;
        if (chosen === undefined) throw new StatesRuntime('States.NoChoiceMatched');
        this.#enter(thread, chosen, thread.input);
        break;
      }
      case 'Pass':
        this.#leave(thread, state, entered, state.Result ?? this.#parameters(state, scope));
        break;
      case 'Wait':
        this.#later(thread, (state.Seconds ?? 0) * 1000, () =>
          this.#leave(thread, state, entered, thread.input),
        );
        break;
      case 'Succeed':
        this.#end(thread, thread.input);
        break;
      case 'Fail':
        this.#broken(thread, { error: state.Error ?? '', cause: state.Cause ?? '' });
    }
  }

  #later(thread: Thread, ms: number, run: () => void): void {
    const { epoch } = thread;
    this.#around.in(ms, () => {
      if (thread.epoch === epoch && this.status === 'RUNNING') run();
    });
  }

  #parameters(state: State, scope: Scope): Json {
    const input = state.InputPath ? read(state.InputPath, scope) : scope.input;
    return state.Parameters === undefined ? input : filled(state.Parameters, { ...scope, input });
  }

  #runTask(thread: Thread, state: State, entered: string): void {
    const { epoch } = thread;
    let isSettled = false;
    const timer =
      state.TimeoutSeconds === undefined
        ? undefined
        : this.#around.in(state.TimeoutSeconds * 1000, () =>
            task.settle({ error: 'States.Timeout', cause: 'The task took too long' }),
          );
    const task: Task = {
      resource: state.Resource ?? '',
      parameters: undefined,
      isSettled: () => isSettled || thread.epoch !== epoch || this.status !== 'RUNNING',
      settle: (fault, result) => {
        if (task.isSettled()) return;
        isSettled = true;
        if (timer) timer.cancelled = true;
        if (fault) this.#fail(thread, entered, fault);
        else this.#leave(thread, state, entered, result);
      },
    };
    if (task.resource.endsWith('.waitForTaskToken')) task.token = this.#around.newToken(task);
    task.parameters = this.#parameters(state, this.#scope(thread, entered, task.token));
    this.#around.perform(task);
  }

  #runMap(thread: Thread, state: State, scope: Scope): void {
    const processor = state.ItemProcessor;
    const items = read(state.ItemsPath ?? '$', scope);
    if (!processor || !Array.isArray(items)) throw new StatesRuntime('A Map needs a list');
    thread.children = items.map((Value: Json, Index) => {
      const item = { Index, Value };
      const context = { ...(scope.context as object), Map: { Item: item } };
      const input =
        state.ItemSelector === undefined
          ? Value
          : filled(state.ItemSelector, { input: thread.input, context });
      return this.#thread(processor, input, thread, item);
    });
    if (thread.children.length === 0) this.#joined(thread);
    for (const child of thread.children) this.#enter(child, processor.StartAt, child.input);
  }

  /** The state is done with: its result goes where it says, and the next state is entered. */
  #leave(thread: Thread, state: State, entered: string, result: Json): void {
    try {
      const scope = this.#scope(thread, entered);
      const selected =
        state.ResultSelector === undefined
          ? result
          : filled(state.ResultSelector, { ...scope, input: result });
      const output = placed(thread.input, state.ResultPath === undefined ? '$' : state.ResultPath, selected);
      const shown = state.OutputPath ? compute(state.OutputPath, { ...scope, input: output }) : output;
      if (state.Next === undefined) this.#end(thread, shown);
      else this.#enter(thread, state.Next, shown);
    } catch (error) {
      if (!(error instanceof StatesRuntime)) throw error;
      this.#broken(thread, { error: 'States.Runtime', cause: error.message });
    }
  }

  #fail(thread: Thread, entered: string, fault: Fault): void {
    const { Retry = [], Catch = [] } = this.#state(thread);
    const i = Retry.findIndex(({ ErrorEquals }) => mayRetry(ErrorEquals, fault));
    const retrier = Retry[i];
    const tries = thread.retries[i] ?? 0;
    if (retrier && tries < (retrier.MaxAttempts ?? 3)) {
      thread.retries[i] = tries + 1;
      thread.epoch += 1;
      this.#around.tell(`${this.name} tries "${thread.at}" again after ${fault.error}`);
      this.#later(thread, this.#pause(retrier, tries), () => this.#attempt(thread, entered));
      return;
    }
    const catcher = Catch.find(({ ErrorEquals }) => mayRetry(ErrorEquals, fault));
    if (catcher) this.#caught(thread, catcher, fault);
    else this.#broken(thread, fault);
  }

  #pause(retrier: Retrier, tries: number): number {
    const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
    const seconds = Math.min(IntervalSeconds * BackoffRate ** tries, MaxDelaySeconds);
    return Math.round(seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? this.#around.unit() : 1));
  }

  #caught(thread: Thread, { Next, ResultPath }: Catcher, { error, cause }: Fault): void {
    const output = placed(thread.input, ResultPath === undefined ? '$' : ResultPath, {
      Error: error,
      Cause: cause,
    });
    thread.children = [];
    this.#enter(thread, Next, output);
  }

  /** A thread is through; the last of a Map's joins them. */
  #end(thread: Thread, output: Json): void {
    thread.at = undefined;
    thread.output = output;
    thread.epoch += 1;
    if (!thread.parent) {
      this.#over('SUCCEEDED');
      this.#around.tell(`${this.name} has succeeded`);
      return;
    }
    if (thread.parent.children.every(({ at }) => at === undefined)) this.#joined(thread.parent);
  }

  #joined(map: Thread): void {
    const outputs = map.children.map(({ output }) => output);
    map.children = [];
    this.#leave(map, this.#state(map), this.#instant(), outputs);
  }

  /** Nothing catches it: the Map fails with it, and in the end the execution. */
  #broken(thread: Thread, fault: Fault): void {
    thread.failed = fault;
    thread.epoch += 1;
    if (thread.parent) {
      this.#stopBelow(thread.parent);
      this.#fail(thread.parent, this.#instant(), fault);
      return;
    }
    this.#over('FAILED');
    this.fault = fault;
    this.#around.tell(`${this.name} has failed: ${fault.error}`);
  }

  #stopBelow(thread: Thread): void {
    for (const child of thread.children) {
      child.epoch += 1;
      this.#stopBelow(child);
    }
  }

  /** Stopped by hand. */
  stop(): void {
    if (this.status !== 'RUNNING') return;
    this.#over('ABORTED');
    this.#root.epoch += 1;
    this.#stopBelow(this.#root);
    this.#around.tell(`${this.name} is stopped`);
  }

  /** Goes on from where it failed or was stopped: what was through stays so, everything else is entered anew. */
  redrive(): boolean {
    if (this.status !== 'FAILED' && this.status !== 'ABORTED') return false;
    this.status = 'RUNNING';
    this.runs.push({ from: this.#around.now() });
    this.fault = undefined;
    this.redrives += 1;
    this.#around.tell(`${this.name} is redriven`);
    this.#resume(this.#root);
    return true;
  }

  #resume(thread: Thread): void {
    if (thread.at === undefined) return;
    if (thread.children.length === 0) this.#enter(thread, thread.at, thread.input);
    else for (const child of thread.children) this.#resume(child);
  }
}
