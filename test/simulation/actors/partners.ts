/** The courier, who loses and returns parcels and tells of it late, twice and out of order; and the SMS carrier. */
import { courierNumber } from '../../../functions/platform/codes.ts';
import { hour } from '../chaos.ts';
import type { Reply, Sent } from '../cloud/web.ts';
import type { Random } from '../random.ts';
import { begin, type Cast, isSigned, signed } from './cast.ts';

type Order = { reference: string; contents: { item: string }[] };
type Message = { reference: string; phone: string; text: string; application: string };

class Partner {
  protected readonly cast: Cast;
  protected readonly random: Random;
  protected readonly secret: string;

  constructor(cast: Cast, secret: string) {
    this.cast = cast;
    this.random = cast.random.branch();
    this.secret = secret;
  }

  /** Tells OneWindow until it takes it. */
  protected async tell(path: string, id: string, body: object): Promise<void> {
    const { api, world } = this.cast;
    const text = JSON.stringify(body);
    for (let tries = 0; tries < 60; tries++) {
      const headers = signed(world, this.secret, id, text);
      const { status } = await api.call('POST', path, { body: text, headers });
      if (status !== 0 && status < 500 && status !== 409) return;
      await world.clock.sleep(this.random.about(Math.min(5_000 * 2 ** tries, 2 * hour)));
    }
  }
}

export class Courier extends Partner {
  readonly #parcels = new Map<string, { trackingNumber: string }>();
  readonly #loses: number;

  constructor(cast: Cast, secret: string) {
    super(cast, secret);
    this.#loses = this.random.pick([0.02, 0.02, 0.6]);
  }

  hear(sent: Sent): Reply {
    const { world, truth } = this.cast;
    if (!isSigned([this.secret], sent)) return { status: 401 };
    const { reference, contents } = JSON.parse(sent.body) as Order;
    const known = this.#parcels.get(reference);
    if (known) return { status: 200, body: known };
    const trackingNumber = courierNumber((world.seed * 97 + this.#parcels.size * 7919) % 100_000_000);
    this.#parcels.set(reference, { trackingNumber });
    const fate = this.random.weighted([
      [this.#loses, 'lost'],
      [0.1, 'returned'],
      [0.85, 'delivered'],
    ] as const);
    const items = contents.map(({ item }) => item);
    truth.parcels.push({ reference, application: reference.split('/')[0] ?? '', items, fate });
    world.note(`the courier takes ${reference}: ${items}`);
    let at = 0;
    for (const event of ['collected', 'in-transit', fate]) {
      at += this.random.about(5 * hour);
      this.#tellOf({ reference, trackingNumber, event }, at);
      if (this.random.chance(0.15))
        this.#tellOf({ reference, trackingNumber, event }, at + this.random.about(hour));
    }
    return { status: 201, body: { trackingNumber } };
  }

  #tellOf(body: { reference: string; trackingNumber: string; event: string }, at: number): void {
    const late = this.random.chance(0.15) ? this.random.about(10 * hour) : 0;
    const id = `courier-${body.trackingNumber}-${body.event}`;
    begin(this.cast, () => this.tell('/courier/events', id, body), at + late);
  }
}

export class SmsCarrier extends Partner {
  readonly #taken = new Set<string>();

  hear(sent: Sent): Reply {
    const { world, truth } = this.cast;
    if (!isSigned([this.secret], sent)) return { status: 401 };
    const { reference, phone, text, application } = JSON.parse(sent.body) as Message;
    if (this.random.chance(0.05) && !world.chaos.isOver) return { status: 429 };
    if (this.#taken.has(reference)) return { status: 200, body: {} };
    this.#taken.add(reference);
    truth.messages.push({ reference, application, phone, text });
    world.note(`the carrier takes ${reference}`);
    if (this.random.chance(0.5)) {
      const receipt = { reference, status: this.random.pick(['delivered', 'delivered', 'failed']) };
      const told = () => this.tell('/sms/receipts', `receipt-${reference}`, receipt);
      begin(this.cast, told, this.random.about(60_000));
    }
    return { status: 202, body: {} };
  }
}
