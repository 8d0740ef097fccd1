/**
 * What comes true outside the departments, hours or most of a year after the submission, in whichever order: the
 * applicant records it, or the department that it belongs to; now and then again, or somebody whom it does not concern.
 */
import type { Service } from '../../../functions/catalogue/schemas.ts';
import type { User } from '../api.ts';
import { day, hour } from '../chaos.ts';
import type { CaseTruth } from '../truth.ts';
import { begin, type Cast, officer } from './cast.ts';

type Condition = Service['conditions'][number];

/** A case that is over may be opened again by an objection: so often it is tried again. */
const retryMs = 4 * day;

class Witness {
  readonly #cast: Cast;
  readonly #condition: Condition;
  readonly #case: CaseTruth;
  readonly #owner: User;
  #made = 0;

  constructor(cast: Cast, condition: Condition, found: CaseTruth, owner: User) {
    this.#cast = cast;
    this.#condition = condition;
    this.#case = found;
    this.#owner = owner;
  }

  /** @returns the last answer's status */
  async #record(by: User, mayDoIt: boolean, key = `${++this.#made}`): Promise<number> {
    const { api, truth, world } = this.#cast;
    const { number } = this.#case;
    const { code: condition } = this.#condition;
    const recording = {
      application: number,
      condition,
      by: by.subject,
      mayDoIt,
      status: 0,
      at: world.clock.now,
    };
    truth.recordings.push(recording);
    const { status } = await api.persist('POST', `/applications/${number}/conversion`, {
      user: by,
      body: { condition, evidence: `Document of ${condition}` },
      headers: { 'idempotency-key': `${by.subject}-${condition}-${key}` },
    });
    recording.status = status;
    world.note(`${by.subject} records ${condition} of ${number}: ${status}`);
    return status;
  }

  get #whoMay(): User {
    const { department } = this.#condition;
    return department && this.#cast.random.chance(0.5) ? officer(department) : this.#owner;
  }

  async see(): Promise<void> {
    const { random, world } = this.#cast;
    for (let tries = 1; !this.#case.hasEnded; tries++) {
      if (random.chance(0.15)) await this.#record(officer('bank'), false);
      const by = this.#whoMay;
      const status = await this.#record(by, true);
      if (status !== 200) {
        await world.clock.sleep(retryMs);
        continue;
      }
      if (random.chance(0.3)) await this.#again(by, tries);
      return;
    }
  }

  /** Twice: the same request, or another that says the same. */
  async #again(by: User, tries: number): Promise<void> {
    const { random, world } = this.#cast;
    await world.clock.sleep(random.about(random.pick([1_000, hour, day])));
    if (random.chance(0.5)) await this.#record(by, true, String(this.#made));
    else await this.#record(random.chance(0.5) ? by : this.#whoMay, true, `again-${tries}`);
  }
}

/** From the submission on: each condition comes true at a time of its own. */
export function watchConditions(cast: Cast, service: Service, found: CaseTruth, owner: User): void {
  const { random, truth, world } = cast;
  for (const condition of service.conditions) {
    const after = random.weighted([
      [2, hour],
      [3, 4 * day],
      [3, 40 * day],
      [1, 250 * day],
    ] as const);
    const inMs = random.about(after);
    truth.waitsUntil = Math.max(truth.waitsUntil, world.clock.now + inMs);
    const witness = new Witness(cast, condition, found, owner);
    begin(cast, () => witness.see(), inMs);
  }
}
