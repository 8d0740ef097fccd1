/** Step Functions: executions by their names, the tokens of their waits, and the calls that their tasks make. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { checkGraph, type Graph } from '../states/definition.ts';
import { Execution, type Surroundings, type Task } from '../states/execution.ts';
import type { World } from '../world.ts';

// biome-ignore lint/suspicious/noExplicitAny: parameters of tasks
type Any = any;
const fault = (name: string, message = name): Error =>
  Object.assign(new Error(message), { name, $fault: 'client' });

export class Workflow {
  readonly #world: World;
  readonly #graph: Graph;
  readonly executions = new Map<string, Execution>();
  readonly #tokens = new Map<string, Omit<Task, 'token'>>();
  #made = 0;

  constructor(world: World, graph: Graph) {
    this.#world = world;
    this.#graph = graph;
    checkGraph(graph);
  }

  #around: Surroundings = {
    now: () => this.#world.clock.now,
    in: (ms, run) => this.#world.clock.in(ms, run),
    unit: () => this.#world.random.unit(),
    transitionMs: () => 10 + this.#world.random.about(20),
    tell: (what) => this.#told(what),
    newToken: (task) => {
      const token = `token-${++this.#made}`;
      this.#tokens.set(token, task);
      return token;
    },
    perform: (task) => this.#perform(task),
  };

  #told(what: string): void {
    this.#world.note(what);
    if (what.includes('has failed')) this.#world.rings('ExecutionsFailed', what);
  }

  start(name: string, input: string): Record<string, unknown> {
    const known = this.executions.get(name);
    if (known) {
      const isSame =
        known.status === 'RUNNING' && JSON.stringify(known.input) === JSON.stringify(JSON.parse(input));
      if (isSame) return { executionArn: `execution:${name}` };
      throw fault('ExecutionAlreadyExists');
    }
    this.executions.set(name, new Execution(name, this.#graph, JSON.parse(input), this.#around));
    return { executionArn: `execution:${name}` };
  }

  describe(arn: string): Record<string, unknown> {
    const execution = this.executions.get(arn.split(':').at(-1) ?? '');
    if (!execution) throw fault('ExecutionDoesNotExist');
    return { executionArn: arn, name: execution.name, status: execution.status };
  }

  #task(token: string): Omit<Task, 'token'> {
    const task = this.#tokens.get(token);
    if (!task) throw fault('InvalidToken');
    if (task.isSettled()) throw fault('TaskTimedOut');
    return task;
  }

  success(token: string, output: string): Record<string, unknown> {
    this.#task(token).settle(undefined, JSON.parse(output));
    return {};
  }

  failure(token: string, error = '', cause = ''): Record<string, unknown> {
    this.#task(token).settle({ error, cause });
    return {};
  }

  /** Makes the call of a task: perhaps late, perhaps twice, perhaps not at all. */
  #perform(task: Task): void {
    const { chaos, clock, random } = this.#world;
    const send = (inMs: number): void => {
      clock.in(inMs, () => this.#call(task));
    };
    send(5 + random.about(20) + (chaos.strikes('task sent late') ? random.about(5 * 60_000) : 0));
    if (task.token && chaos.strikes('task sent twice')) send(random.about(10 * 60_000));
  }

  #call(task: Task): void {
    const { chaos } = this.#world;
    const service = task.resource.split(':').slice(5).join(':').replace('.waitForTaskToken', '');
    const name = /dynamodb/.test(service)
      ? service.startsWith('aws-sdk')
        ? 'DynamoDb'
        : 'DynamoDB'
      : (service.split(':')[0] ?? '').toUpperCase();
    if (chaos.isAway('table') || chaos.strikes('task fails to send')) {
      task.settle({ error: `${name}.SdkClientException`, cause: 'Service away' });
      return;
    }
    try {
      const result = this.#effect(service, task.parameters);
      // A task with a token has ended only when somebody says so.
      if (task.token) return;
      task.settle(undefined, result);
    } catch (error) {
      task.settle({ error: `${name}.${(error as Error).name}`, cause: (error as Error).message });
    }
  }

  #effect(service: string, parameters: Any): unknown {
    const { table } = this.#world;
    switch (service) {
      case 'aws-sdk:dynamodb:putItem':
        return table.execute('PutCommand', {
          ...parameters,
          Item: unmarshall(parameters.Item),
          ExpressionAttributeValues:
            parameters.ExpressionAttributeValues && unmarshall(parameters.ExpressionAttributeValues),
        } as never);
      case 'dynamodb:getItem':
        return this.#getItem(parameters);
      default:
        throw new Error(`The simulation makes no call of ${service}.`);
    }
  }

  #getItem(parameters: Any): unknown {
    const { table } = this.#world;
    const { Item } = table.execute('GetCommand', { ...parameters, Key: unmarshall(parameters.Key) } as never);
    return Item ? { Item: this.#world.marshalled(Item as Record<string, unknown>) } : {};
  }
}
