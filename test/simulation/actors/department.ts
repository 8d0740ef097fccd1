/** A department's own system: hears webhooks, reads, decides, and says so until it is answered. */
import type { Body } from '../api.ts';
import { day, hour } from '../chaos.ts';
import type { Reply, Sent } from '../cloud/web.ts';
import type { Random } from '../random.ts';
import type { Decision, Values } from '../truth.ts';
import { begin, type Cast, isSigned, signed } from './cast.ts';
import { hearingStep } from './hearings.ts';
import { type Temper, temperOf } from './temper.ts';

/** What a department's system takes for work to do. */
const asksForWork = ['review.requested', 'review.hearing-asked', 'review.hearing-lapsed'];

/** How often it decides as if nobody had a right to a hearing. */
const forgetsHearing = 0.25;

/** Corrections and procedures that one review goes through at most. */
const mostDetours = 2;
const mostTries = 40;
const asksToAccept = 'review.acceptance-requested';

export class Department {
  readonly code: string;
  readonly #cast: Cast;
  readonly #random: Random;
  readonly #temper: Temper;
  /** Every secret it was ever given, the newest first. */
  readonly secrets: string[];
  readonly #heard = new Set<string>();
  readonly #detours = new Map<string, number>();
  /** Reviews whose special procedure it has announced and not ended. */
  readonly inProcedure = new Set<string>();
  /** Reviews whose limit it has asked to extend. */
  readonly #extended = new Set<string>();
  /** Reviews that it works on at this moment. */
  readonly busy = new Set<string>();
  /** Called now and then when it refuses a webhook. */
  onRefusal: () => Promise<void> = async () => {};
  #made = 0;

  constructor(cast: Cast, code: string, secret: string) {
    this.code = code;
    this.#cast = cast;
    this.#random = cast.random.branch();
    this.#temper = temperOf(this.#random);
    this.secrets = [secret];
    const hear = (sent: Sent): Reply => this.#hear(sent);
    cast.world.web.hosts.set(`https://${code}.department.test/`, { service: 'departments', hear });
  }

  /** Where its webhooks go; it hears at each of its addresses. */
  address(path = 'hook'): string {
    return `https://${this.code}.department.test/${path}`;
  }

  #hear(sent: Sent): Reply {
    const { world } = this.#cast;
    if (!isSigned(this.secrets, sent)) return { status: 401 };
    if (!world.chaos.isOver) {
      if (this.#temper.answers === 'is gone' && sent.url.pathname === '/hook') return this.#refuse(sent);
      if (this.#temper.answers === 'hangs') return 'no answer';
      if (this.#temper.answers === 'fails often' && this.#random.chance(0.6)) return { status: 500 };
    }
    const id = sent.headers['webhook-id'] ?? '';
    const { type, data } = JSON.parse(sent.body) as { type: string; data: Record<string, string> };
    const { reviewId = '', application = '' } = data;
    this.#cast.truth.heard.push({ type, review: reviewId });
    world.note(`${this.code} hears ${type} of ${reviewId}`);
    if (!this.#heard.has(id) && (type === asksToAccept || asksForWork.includes(type)))
      this.#workLater(reviewId, application, this.#temper.thinksMs, type);
    this.#heard.add(id);
    return { status: 204 };
  }

  /** It wants no more at this address; and at this very moment somebody may give it another. */
  #refuse({ url }: Sent): Reply {
    const { world, truth } = this.#cast;
    const afterMs = this.#random.chance(0.5) ? this.#random.about(2_000) : 0;
    truth.refusals.push({ department: this.code, webhookUrl: url.href, at: world.clock.now });
    if (this.#random.chance(0.3)) begin(this.#cast, () => this.onRefusal(), this.#random.about(500));
    return { status: 410, afterMs };
  }

  #workLater(review: string, application: string, typicalMs: number, asked?: string): void {
    begin(this.#cast, () => this.#work(review, application, asked), this.#random.about(typicalMs));
  }

  async #work(review: string, application: string, asked?: string): Promise<void> {
    if (this.busy.has(review)) return;
    this.busy.add(review);
    try {
      const seen = this.#random.chance(this.#temper.reads)
        ? await this.#read(review, application)
        : undefined;
      if (seen === 'not now') return;
      const isToAccept = seen ? seen.status === 'waiting' : asked === asksToAccept;
      const decision = isToAccept ? this.#accept(seen) : this.#decide(review, seen);
      // A webhook comes when the time of the offer is over; a day that is announced is waited for.
      if (decision === 'wait') return this.#workLater(review, application, 5 * day);
      const sent = await this.#send(review, decision, seen);
      if (sent.status === 412) this.#workLater(review, application, 60_000, asked);
      // Taken or too late: the decision itself is still to come.
      if (decision.outcome === 'extension') this.#workLater(review, application, hour);
      if (sent.status !== 200) return;
      if (decision.chair) this.#workLater(review, application, 10 * day);
      else if (decision.outcome === 'special-procedure') {
        const isForgotten = this.#random.chance(this.#temper.forgets);
        if (!isForgotten) this.inProcedure.add(review);
        this.#workLater(review, application, isForgotten ? 12 * day : 2 * day);
      }
      if (this.#random.chance(this.#temper.repeats)) await this.#repeat(review, decision, sent.id);
      if (this.#random.chance(this.#temper.contradicts)) await this.#contradict(review, seen);
    } finally {
      this.busy.delete(review);
    }
  }

  async #read(review: string, application: string): Promise<Body | 'not now'> {
    const { api, truth, world } = this.#cast;
    for (let tries = 0; tries < mostTries; tries++) {
      const id = `read_${review}_${this.code}${++this.#made}`;
      const headers = signed(world, this.secrets[0] ?? '', id, '');
      const { status, body } = await api.call('GET', `/reviews/${review}`, { headers });
      if (status === 200) {
        truth.readings.push({ by: this.code, review, application, body, at: world.clock.now });
        return body;
      }
      if (status !== 0 && status < 500) return 'not now';
      await world.clock.sleep(this.#random.about(Math.min(60_000 * 2 ** tries, hour)));
    }
    return 'not now';
  }

  /** What it says of an application that has to be accepted by hand; a second notice is tried as well. */
  #accept(seen: Body | undefined): Record<string, unknown> {
    const version = seen ? { dossierVersion: seen.dossierVersion } : {};
    const names = Object.keys(seen?.form ?? {});
    if (names.length > 0 && this.#random.chance(Math.max(this.#temper.corrects, 0.1))) {
      const fields = [`/form/${this.#random.pick(names)}`];
      return { outcome: 'correction', reason: 'Please look again', fields, ...version };
    }
    if (this.#random.chance(this.#temper.refuses / 2))
      return { outcome: 'not-accepted', reason: 'Lies elsewhere', ...version };
    return { outcome: 'accepted', ...version };
  }

  /** What it means to say, or what the right to a hearing asks for first. */
  #decide(review: string, seen: Body | undefined): Record<string, unknown> | 'wait' {
    const meant = this.#mean(review, seen);
    const isLast = meant.outcome === 'approved' || meant.outcome === 'refused';
    if (!isLast || !seen?.hearing || this.#random.chance(forgetsHearing)) return meant;
    const { dossierVersion } = seen;
    const step = hearingStep(seen, meant.outcome === 'refused', this.#cast.world);
    return step === undefined || step === 'wait' ? (step ?? meant) : { ...step, dossierVersion };
  }

  #mean(review: string, seen: Body | undefined): Record<string, unknown> {
    const { refuses, corrects, announces } = this.#temper;
    // Of all rounds together: with dozens of departments each correction would else call for the next for ever.
    const [matter = review] = review.split('.');
    const detours = this.#detours.get(matter) ?? 0;
    const isBound = seen?.dossierVersion !== undefined && this.#random.chance(0.9);
    const version = isBound ? { dossierVersion: seen.dossierVersion } : {};
    if (this.inProcedure.delete(review)) return { outcome: 'procedure-ended', ...version };
    if (!this.#extended.has(review) && this.#random.chance(this.#temper.extends)) {
      this.#extended.add(review);
      return { outcome: 'extension', days: 5, reason: 'It takes longer', approvedBy: 'head', ...version };
    }
    if (detours < mostDetours && this.#random.chance(corrects)) {
      this.#detours.set(matter, detours + 1);
      const names = Object.keys(seen?.form ?? {});
      const names1 =
        names.length > 0 && this.#random.chance(0.8) ? [`/form/${this.#random.pick(names)}`] : undefined;
      return {
        outcome: 'correction',
        reason: 'Please look again',
        ...(names1 ? { fields: names1 } : {}),
        ...version,
      };
    }
    if (detours < mostDetours && this.#random.chance(announces)) {
      this.#detours.set(matter, detours + 1);
      return { outcome: 'special-procedure', procedure: 'hearing', days: 5, ...version };
    }
    if (this.#random.chance(refuses)) return { outcome: 'refused', reason: 'Not so', ...version };
    return { outcome: 'approved', output: { number: `N-${review}` }, ...version };
  }

  /** @param repeated the id of the decision that this is, sent once more */
  async #send(
    review: string,
    decision: Record<string, unknown>,
    seen?: Body,
    repeated?: string,
  ): Promise<Decision> {
    const { api, world, truth } = this.#cast;
    const id = repeated ?? `decision_${review}_${this.code}${++this.#made}`;
    const body = JSON.stringify(decision);
    const read = seen?.form as Values | undefined;
    const record: Decision = {
      review,
      id,
      outcome: String(decision.outcome),
      status: 0,
      content: body,
      says: '',
      read,
      at: world.clock.now,
    };
    truth.decisions.push(record);
    await this.#stroke();
    for (let tries = 0; tries < mostTries; tries++) {
      const headers = signed(world, this.secrets[0] ?? '', id, body);
      const reply = await api.call('POST', `/reviews/${review}/decisions`, { body, headers });
      record.status = reply.status;
      if (reply.status === 200) record.result = String(reply.body.status);
      if (reply.status !== 0 && reply.status < 500) break;
      await world.clock.sleep(this.#random.about(Math.min(5_000 * 2 ** tries, 2 * hour)));
    }
    return record;
  }

  /** Waits for the next stroke, where departments keep to one. */
  async #stroke(): Promise<void> {
    const { stroke, world } = this.#cast;
    if (stroke === undefined) return;
    const next = Math.ceil(world.clock.now / stroke) * stroke;
    await world.clock.sleep(next - world.clock.now + this.#random.int(0, 10));
  }

  /** The same decision once more: the same answer is due. */
  async #repeat(review: string, decision: Record<string, unknown>, id: string): Promise<void> {
    await this.#cast.world.clock.sleep(this.#random.about(10_000));
    await this.#send(review, decision, undefined, id);
  }

  /** Another decision after the first: it is too late. */
  async #contradict(review: string, seen: Body | undefined): Promise<void> {
    await this.#cast.world.clock.sleep(this.#random.about(30_000));
    await this.#send(review, { outcome: 'refused', reason: 'On second thoughts' }, seen);
  }
}
