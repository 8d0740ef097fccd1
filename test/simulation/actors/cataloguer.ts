/**
 * Whoever publishes the catalogue while cases run: with longer promises, back again, twice at once, and now and then
 * dying in the middle of it. Published are the services that this seed applies for.
 */
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { editionOf, keys } from '../../../functions/catalogue/rows.ts';
import type { Department, Service } from '../../../functions/catalogue/schemas.ts';
import type { TimeLimit } from '../../../functions/clock/schemas.ts';
import type { Catalogue } from '../../../infra/catalogue/manifest.ts';
import { Overtaken, Publisher } from '../../../infra/catalogue/publish.ts';
import { Failure } from '../../../infra/local/setup/progress.mjs';
import { hour } from '../chaos.ts';
import type { Random } from '../random.ts';
import type { Cast } from './cast.ts';

/** Writes after which a publisher that dies is gone, at most. */
const latestDeath = 40;

class Gone extends Error {}

const longer = (limit: TimeLimit, by: number): TimeLimit =>
  'workingDays' in limit
    ? { workingDays: limit.workingDays + by }
    : { openingHours: limit.openingHours + by };

/** A service that promises less, and is another edition for it. */
const slower = (service: Service, by: number): Service => ({
  ...service,
  limits: { ...service.limits, promised: longer(service.limits.promised, by) },
});

export class Cataloguer {
  readonly #cast: Cast;
  readonly #random: Random;
  readonly #departments: Department[];
  readonly #services: Service[];
  #made = 0;

  constructor(cast: Cast, departments: Department[], services: Service[]) {
    this.#cast = cast;
    this.#random = cast.random.branch();
    this.#departments = departments;
    this.#services = services;
    cast.truth.published(Number.NEGATIVE_INFINITY, this.#register(services));
  }

  /** Makes the editions known to who judges. @returns their names by code */
  #register(services: Service[]): Record<string, string> {
    return Object.fromEntries(
      services.map((service) => {
        const edition = editionOf(JSON.stringify(service));
        this.#cast.truth.editions.set(edition, service);
        return [service.code, edition];
      }),
    );
  }

  async work(): Promise<void> {
    const { world, truth } = this.#cast;
    for (let acts = this.#random.int(1, 4); acts > 0; acts -= 1) {
      await world.clock.sleep(this.#random.about(this.#random.pick([0.3, 1, 30]) * hour));
      if (truth.isOver) return;
      const act = this.#random.weighted<() => Promise<void>>([
        [3, () => this.#publish()],
        [1, () => this.#publish(this.#random.int(1, latestDeath))],
        [1, async () => void (await Promise.all([this.#publish(), this.#publish()]))],
        [2, () => this.#rollBack()],
      ]);
      await act();
    }
  }

  /** @param dies after so many calls */
  #publisher(dies = Number.POSITIVE_INFINITY): Publisher {
    const { world } = this.#cast;
    let left = dies;
    const send = async (command: { input: never }): Promise<unknown> => {
      left -= 1;
      if (left < 0) throw new Gone('The publisher is gone');
      await world.clock.sleep(1 + this.#random.about(20));
      const answer = await world.calls.send(command.constructor.name, command.input);
      if (command instanceof TransactWriteCommand) this.#moved();
      return answer;
    };
    return new Publisher({ send } as never, world.tableName);
  }

  /** Which editions are current from now on: as the pointer's manifest names them. */
  #moved(): void {
    const { world, truth } = this.#cast;
    const store = world.table.store(world.tableName);
    const { pk: hash, sk: range } = keys.current();
    const { manifest } = store.get({ hash, range }) as { manifest: string };
    const shards = store.partition(keys.shard(manifest, 0).pk, true, (sk) => sk.startsWith('SHARD#'));
    truth.published(world.clock.now, Object.assign({}, ...shards.map(({ editions }) => editions ?? {})));
  }

  async #attempt(what: string, act: () => Promise<{ version: number }>): Promise<void> {
    const { world } = this.#cast;
    try {
      world.note(`${what}: version ${(await act()).version}`);
    } catch (error) {
      if (!(error instanceof Gone || error instanceof Overtaken || error instanceof Failure)) throw error;
      world.note(`${what}: ${error.message}`);
    }
  }

  async #publish(dies?: number): Promise<void> {
    this.#cast.world.chaos.count('catalogue published');
    const by = ++this.#made;
    const services = this.#services.map((each) => (each.kind === 'composed' ? each : slower(each, by)));
    this.#register(services);
    const catalogue: Catalogue = { departments: this.#departments, services };
    await this.#attempt('the catalogue is published', async () => {
      return (await this.#publisher(dies).publish(catalogue)).pointer;
    });
  }

  async #rollBack(): Promise<void> {
    this.#cast.world.chaos.count('catalogue rolled back');
    await this.#attempt('the catalogue is rolled back', () => this.#publisher().rollBack());
  }
}
