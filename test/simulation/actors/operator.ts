/**
 * Operators: they stop executions by mistake, move and pause departments, renew secrets; and hours after an alarm they
 * do what the runbook says: redrive dead letters and executions, connect departments again, decide objections.
 */
import { day, hour } from '../chaos.ts';
import type { Random } from '../random.ts';
import { type Cast, operator } from './cast.ts';
import type { Department } from './department.ts';

/** Messages put aside are brought back so often at most, and executions redriven. */
const mostRedrives = 5;

export class Operator {
  readonly #cast: Cast;
  readonly #random: Random;
  readonly #departments: Department[];
  readonly #redriven = new Map<string, number>();
  readonly #connected = new Set<string>();
  readonly #meddles: number;
  #made = 0;

  constructor(cast: Cast, departments: Department[]) {
    this.#cast = cast;
    this.#random = cast.random.branch();
    this.#departments = departments;
    this.#meddles = this.#random.pick([0, 0, 0.3, 1]);
    for (const department of departments) department.onRefusal = () => this.#move(department);
  }

  /** Meddles as long as faults are allowed. */
  async meddle(): Promise<void> {
    const { world, truth } = this.#cast;
    while (this.#meddles > 0) {
      await world.clock.sleep(this.#random.about((6 * hour) / this.#meddles));
      if (world.chaos.isOver || truth.isOver) return;
      const act = this.#random.weighted<() => Promise<void>>([
        [3, () => this.#stop()],
        [2, () => this.#move()],
        [2, () => this.#pause()],
        [1, () => this.#renew()],
      ]);
      await act();
    }
  }

  async #stop(): Promise<void> {
    const { world } = this.#cast;
    const running = [...world.workflow.executions.values()].filter(({ status }) => status === 'RUNNING');
    if (running.length === 0) return;
    world.chaos.count('execution stopped by hand');
    this.#random.pick(running).stop();
  }

  async #configure(department: Department, settings: object): Promise<void> {
    const body = { webhookUrl: department.address(), ...settings };
    const { api, world, truth } = this.#cast;
    const { status } = await api.persist('PUT', `/departments/${department.code}`, { user: operator, body });
    if (status !== 200) return;
    const { webhookUrl = '', paused = false } = body as { webhookUrl?: string; paused?: boolean };
    truth.settings.push({ department: department.code, webhookUrl, paused, at: world.clock.now });
  }

  async #move(department = this.#random.pick(this.#departments)): Promise<void> {
    this.#cast.world.chaos.count('department moved');
    await this.#configure(department, { webhookUrl: department.address(`moved-${++this.#made}`) });
  }

  async #pause(): Promise<void> {
    const { world } = this.#cast;
    const department = this.#random.pick(this.#departments);
    world.chaos.count('department paused');
    await this.#configure(department, { paused: true });
    // A maintenance, or a move to another machine.
    await world.clock.sleep(this.#random.about(this.#random.chance(0.4) ? 3 * day : 5 * hour));
    await this.#configure(department, { paused: false });
  }

  async #renew(): Promise<void> {
    const { api, world } = this.#cast;
    const department = this.#random.pick(this.#departments);
    world.chaos.count('secret renewed');
    const headers = { 'idempotency-key': `renew-${++this.#made}` };
    const path = `/departments/${department.code}/secrets`;
    const { status, body } = await api.persist('POST', path, { user: operator, headers });
    await world.clock.sleep(this.#random.about(hour));
    if (status === 201) department.secrets.unshift(String(body.secret));
  }

  /** Looks at the alarms a few times a day, and does what the runbook says. */
  async watch(): Promise<void> {
    const { world, truth } = this.#cast;
    for (;;) {
      await world.clock.sleep(6 * hour + this.#random.about(6 * hour));
      // Whoever redrives an execution looks what becomes of it, also when its case has ended.
      if (truth.isOver && !this.#runningAgain().length) return;
      this.#redriveQueues();
      this.#redriveExecutions();
      if (world.chaos.isOver) await this.#connectEverybody();
      await this.#decideObjections();
    }
  }

  #redriveQueues(): void {
    const { world } = this.#cast;
    for (const [name, queue] of world.queues) {
      const aside = world.queues.get(queue.wiring.deadLetters ?? '');
      const times = this.#redriven.get(name) ?? 0;
      if (!aside || aside.messages.size === 0 || times >= mostRedrives) continue;
      this.#redriven.set(name, times + 1);
      world.note(`an operator redrives ${aside.redriveTo(queue)} of ${name}`);
    }
  }

  #runningAgain() {
    const executions = [...this.#cast.world.workflow.executions.values()];
    return executions.filter(({ status, redrives }) => status === 'RUNNING' && redrives > 0);
  }

  /** What was redriven and still waits at the next look gets the journal of its case once more. */
  #redriveExecutions(): void {
    for (const { name } of this.#runningAgain()) this.#replay(name.split('.')[0] ?? '');
    for (const execution of this.#cast.world.workflow.executions.values()) {
      if (execution.status !== 'RUNNING' && execution.redrives < mostRedrives && this.#random.chance(0.7))
        execution.redrive();
    }
  }

  #replay(number: string): void {
    const { world } = this.#cast;
    world.note(`an operator replays the journal of ${number}`);
    for (const { pk, sk } of world.table.rows()) {
      if (pk !== `APPLICATION#${number}` || !String(sk).startsWith('EVENT#')) continue;
      world.table.execute('UpdateCommand', {
        TableName: world.tableName,
        Key: { pk, sk },
        UpdateExpression: 'ADD again :one',
        ExpressionAttributeValues: { ':one': 1 },
      } as never);
    }
  }

  /** A department that wanted no more webhooks is set anew, once. */
  async #connectEverybody(): Promise<void> {
    const { api } = this.#cast;
    for (const department of this.#departments) {
      if (this.#connected.has(department.code)) continue;
      const { status, body } = await api.call('GET', `/departments/${department.code}`, { user: operator });
      if (status !== 200) continue;
      this.#connected.add(department.code);
      if (body.gone || body.paused) await this.#configure(department, { paused: false });
    }
  }

  /** Whether the list of objections would show one of this case. */
  #isObjectedTo(number: string): boolean {
    const { table, tableName } = this.#cast.world;
    const own = table.store(tableName).partition(`APPLICATION#${number}`, true, (range) => {
      return range.startsWith('OBJECTION#');
    });
    return own.some(({ status }) => status === 'filed');
  }

  async #decideObjections(): Promise<void> {
    const { api, truth, world } = this.#cast;
    for (const { number, hasEnded } of truth.cases.values()) {
      if (hasEnded || !this.#isObjectedTo(number)) continue;
      const { body } = await api.call('GET', `/applications/${number}`, { user: operator });
      for (const { id, status } of body?.objections ?? []) {
        if (status !== 'filed') continue;
        const outcome = this.#random.chance(0.6) ? 'upheld' : 'rejected';
        const headers = { 'idempotency-key': `objection-${number}-${id}` };
        const call = { user: operator, body: { outcome, reason: 'Looked at again' }, headers };
        await api.persist('POST', `/applications/${number}/objections/${id}/decision`, call);
        world.note(`objection ${id} of ${number}: ${outcome}`);
      }
    }
  }
}
