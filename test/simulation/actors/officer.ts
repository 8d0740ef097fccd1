/** A department's officer: works off the inbox, by hand, what the department's system leaves for long. */
import type { Body } from '../api.ts';
import { hour } from '../chaos.ts';
import type { Random } from '../random.ts';
import type { Decision } from '../truth.ts';
import { type Cast, officer } from './cast.ts';
import type { Department } from './department.ts';
import { hearingStep } from './hearings.ts';

/** Only what was requested so long ago. */
const patienceMs = 6 * hour;
/** An inbox in which nothing is open teaches nothing: it is looked into only so often. */
const idleLooks = 0.02;
const leavesHearings = 0.5;

export class Officer {
  readonly #cast: Cast;
  readonly #department: Department;
  readonly #random: Random;
  #made = 0;

  constructor(cast: Cast, department: Department) {
    this.#cast = cast;
    this.#department = department;
    this.#random = cast.random.branch();
  }

  get #user() {
    return officer(this.#department.code);
  }

  /** Whether its inbox will show something open, once the index has come so far. */
  get #hasOpen(): boolean {
    const { table, tableName } = this.#cast.world;
    const inbox = `INBOX#${this.#department.code}#open#`;
    return table
      .store(tableName)
      .indexed('inbox')
      .some(({ inboxKey }) => String(inboxKey).startsWith(inbox));
  }

  async work(): Promise<void> {
    const { api, world, truth } = this.#cast;
    for (;;) {
      await world.clock.sleep(6 * hour + this.#random.about(12 * hour));
      if (truth.isOver) return;
      if (!this.#hasOpen && !this.#random.chance(idleLooks)) continue;
      const { status, body } = await api.call('GET', `/departments/${this.#department.code}/reviews`, {
        user: this.#user,
      });
      if (status !== 200) continue;
      for (const { id, status: at, requestedAt } of body.items as Body[]) {
        const isOld = Date.parse(requestedAt) < world.clock.now - patienceMs;
        if (isOld && ['waiting', 'requested', 'overdue'].includes(at)) await this.#decide(id);
      }
    }
  }

  async #decide(review: string): Promise<void> {
    const { api, truth, world } = this.#cast;
    const { code, busy, inProcedure } = this.#department;
    if (busy.has(review)) return;
    const { status, body: seen } = await api.call('GET', `/reviews/${review}`, { user: this.#user });
    if (status !== 200) return;
    truth.readings.push({ by: code, review, application: seen.application, body: seen, at: world.clock.now });
    // Not every hearing that is asked for is seen to at the first look.
    const isLeft = seen.hearing?.askedAt && !seen.hearing.endedAt && this.#random.chance(leavesHearings);
    const step = isLeft ? 'wait' : hearingStep(seen, false, world);
    if (step === 'wait') return;
    const { dossierVersion } = seen;
    const usual =
      seen.status === 'waiting' ? 'accepted' : inProcedure.delete(review) ? 'procedure-ended' : 'approved';
    const outcome = String(step?.outcome ?? usual);
    const body = {
      ...(step ?? { outcome }),
      ...(outcome === 'approved' ? { output: { number: `N-${review}` } } : {}),
      ...(dossierVersion === undefined ? {} : { dossierVersion }),
    };
    const id = `officer-${code}-${++this.#made}`;
    const record: Decision = {
      review,
      id,
      outcome,
      status: 0,
      content: JSON.stringify(body),
      says: '',
      read: seen.form,
      at: world.clock.now,
    };
    truth.decisions.push(record);
    const reply = await api.persist('POST', `/reviews/${review}/decisions`, {
      user: this.#user,
      headers: { 'idempotency-key': id },
      body,
    });
    record.status = reply.status;
    record.says = String(reply.body?.detail ?? '');
    if (record.says.includes('special procedure')) inProcedure.add(review);
    if (reply.status === 200) record.result = reply.body.status;
  }
}
