/**
 * An applicant: submits, corrects what is asked (now and then with what is not asked, or with values as they were
 * shown), withdraws, objects, collects, and records what comes true outside.
 */
import type { Service } from '../../../functions/catalogue/schemas.ts';
import type { Body, Reply, User } from '../api.ts';
import { day, hour } from '../chaos.ts';
import type { Random } from '../random.ts';
import type { CaseTruth, Values } from '../truth.ts';
import { applicant, type Cast } from './cast.ts';
import { watchConditions } from './conditions.ts';

const minute = 60_000;
const open = [
  'submitted',
  'accepted',
  'in-review',
  'awaiting-correction',
  'special-procedure',
  'awaiting-condition',
];
/** Statuses in which there is nothing to do but wait; one who looks again finds nothing. */
const idle = [
  'submitted',
  'accepted',
  'in-review',
  'special-procedure',
  'awaiting-condition',
  'approved',
  'issuing',
  'delivering',
];
/** How often somebody looks all the same. */
const idleLooks = 0.1;
const longestPauseMs = 10 * day;
const wantsHearing = 0.6;
const over = ['completed', 'withdrawn', 'refused', 'revoked', 'not-accepted'];

/** Another value of the same kind, that the form's schema takes: texts in Chinese and amounts may be others. */
export function another(value: unknown, random: Random): unknown {
  if (typeof value === 'number') return value + random.int(1, 9);
  if (typeof value === 'string' && /\p{Script=Han}/u.test(value))
    return `${value}${random.pick(['甲', '乙', '丙'])}`;
  if (Array.isArray(value)) return value.map((each) => another(each, random));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, another(each, random)]));
}

export class Applicant {
  readonly #cast: Cast;
  readonly #service: Service;
  readonly #random: Random;
  readonly user: User;
  readonly #body: Body;
  readonly #pauseMs: number;
  readonly #changesMind: boolean;
  #hasObjected = false;
  /** Reviews in which a hearing was offered, and it has made up its mind. */
  readonly #considered = new Set<string>();
  #made = 0;
  /** Version of the case as it was last seen. */
  #seen = 0;

  constructor(cast: Cast, i: number, service: Service) {
    this.#cast = cast;
    this.#service = service;
    this.#random = cast.random.branch();
    this.user = applicant(i);
    this.#body = this.#filledIn(service.example, i, [...service.delivery]);
    this.#pauseMs = this.#random.pick([20 * minute, 3 * hour, day]);
    this.#changesMind = this.#random.chance(0.12);
  }

  #filledIn(example: Body, i: number, methods: string[]): Body {
    const random = this.#random;
    const phone = `138${String(10_000_000 + (this.#cast.world.seed % 900_000) * 100 + i).slice(-8)}`;
    const method = random.pick(methods);
    const address = method === 'ems' || random.chance(0.5) ? example.delivery : {};
    return {
      ...structuredClone(example),
      applicant: { ...example.applicant, phone },
      delivery: { ...address, method },
      language: random.pick(['zh', 'en']),
    };
  }

  async live(): Promise<void> {
    const { api, world } = this.#cast;
    const truth = await this.#submit();
    watchConditions(this.#cast, this.#service, truth, this.user);
    // In the long run nobody looks every few minutes; nor does anybody for weeks not look at all.
    const slowest = this.#pauseMs < hour ? 20 : 4;
    for (let looks = 0; !truth.hasEnded; looks++) {
      const pauseMs = this.#random.about(this.#pauseMs * Math.min(1 + looks / 10, slowest));
      await world.clock.sleep(minute + Math.min(pauseMs, longestPauseMs));
      if (this.#hasSeenAll(truth) && !this.#random.chance(idleLooks)) continue;
      const seen = await api.call('GET', `/applications/${truth.number}`, { user: this.user });
      if (seen.status !== 200) continue;
      this.#seen = seen.body.version;
      await this.#act(seen.body, truth);
    }
  }

  /** Whether nothing happened since the last look at the case, in which nothing is to be done. */
  #hasSeenAll({ number }: CaseTruth): boolean {
    const { table, tableName } = this.#cast.world;
    const row = table.store(tableName).get({ hash: `APPLICATION#${number}`, range: 'APPLICATION' });
    return row?.version === this.#seen && idle.includes(String(row.status)) && !this.#changesMind;
  }

  async #submit(): Promise<CaseTruth> {
    const { api, truth, world } = this.#cast;
    const headers = { 'idempotency-key': `submit-${this.user.subject}` };
    const { status, body } = await api.persist(
      'POST',
      '/applications',
      { user: this.user, body: this.#body, headers },
      200,
    );
    if (status !== 201) throw new Error(`A submission was answered ${status}: ${JSON.stringify(body)}`);
    world.note(`${this.user.subject} has ${body.number}`);
    return truth.open(body.number, this.user.subject, this.#service, this.#body);
  }

  async #act(seen: Body, truth: CaseTruth): Promise<void> {
    const { status } = seen;
    if (open.includes(status) && this.#changesMind && this.#random.chance(0.3)) return this.#withdraw(truth);
    if (open.includes(status)) await this.#askForHearings(seen, truth);
    if (status === 'awaiting-correction') return this.#correct(seen, truth);
    if (seen.following?.length > 0 && open.includes(status) && this.#random.chance(0.5))
      return this.#bring(seen, truth);
    if (status === 'ready-for-pickup') return this.#collect(truth);
    const refused = (seen.reviews as Body[])
      .filter((review) => review.status === 'refused')
      .map(({ id }) => id);
    if (refused.length > 0 && !open.includes(status) && !this.#hasObjected)
      return this.#object(refused, truth);
    const isUndecided = (seen.objections as Body[] | undefined)?.some((each) => each.status === 'filed');
    if (over.includes(status) && !isUndecided) truth.hasEnded = true;
  }

  async #post({ number }: CaseTruth, what: string, body: unknown): Promise<Reply> {
    const headers = { 'idempotency-key': `${this.user.subject}-${++this.#made}` };
    return this.#cast.api.persist('POST', `/applications/${number}/${what}`, {
      user: this.user,
      body,
      headers,
    });
  }

  async #withdraw(truth: CaseTruth): Promise<void> {
    const { status } = await this.#post(truth, 'withdrawal', { reason: 'No longer needed' });
    if (status === 200) truth.isWithdrawn = true;
  }

  /** What may follow, and now and then twice. */
  async #bring({ following }: Body, truth: CaseTruth): Promise<void> {
    const materials = (following as Body[]).map(({ code }) => ({ code }));
    const { status } = await this.#post(truth, 'supplements', { materials });
    this.#cast.world.note(`what may follow is brought: ${status}`);
    if (this.#random.chance(0.2)) await this.#post(truth, 'supplements', { materials });
  }

  /** Materials that were to follow, have not come and are asked for by open notices. */
  #lacking(seen: Body): Body[] {
    const asked = (seen.reviews as Body[])
      .filter(({ status }) => status === 'correction')
      .flatMap(({ asked }) => (asked?.materials ?? []) as string[]);
    return ((seen.following ?? []) as Body[])
      .filter(({ code }) => asked.includes(code))
      .map(({ code }) => ({ code }));
  }

  /** Names of the fields that the open notices ask for. */
  #askedFields(seen: Body, { form }: CaseTruth): string[] {
    const pointers = (seen.reviews as Body[])
      .filter(({ status }) => status === 'correction')
      .flatMap(({ asked }) => (asked?.fields ?? []) as string[]);
    return [...new Set(pointers.map((pointer) => pointer.split('/')[2] ?? ''))].filter(
      (name) => name in form,
    );
  }

  async #correct(seen: Body, truth: CaseTruth): Promise<void> {
    const asked = this.#askedFields(seen, truth);
    const chosen = this.#random.chance(0.7) ? asked : asked.slice(0, 1);
    const changed: Values = Object.fromEntries(
      chosen.map((name) => [
        name,
        this.#random.chance(0.7) ? another(truth.form[name], this.#random) : truth.form[name],
      ]),
    );
    for (const [name, value] of Object.entries(changed)) this.#cast.truth.mayMean(truth, name, value);
    if (this.#random.chance(0.25)) await this.#slip(truth, changed, asked);
    if (this.#random.chance(0.1)) await this.#guess(seen, truth, changed, asked);
    const reply = await this.#post(truth, 'corrections', this.#sentBack(seen, changed));
    if (reply.status === 200) Object.assign(truth.form, changed);
    if (reply.status === 422)
      this.#cast.world.note(`a correction is refused: ${JSON.stringify(reply.body?.errors)}`);
  }

  /** Guesses what is shown masked and nobody asked for, and is right: the answer must not tell. */
  async #guess(seen: Body, truth: CaseTruth, changed: Values, asked: string[]): Promise<void> {
    const masked = Object.keys(truth.form).filter(
      (name) => !asked.includes(name) && JSON.stringify(seen.form[name] ?? '').includes('*'),
    );
    if (masked.length === 0) return;
    const name = this.#random.pick(masked);
    const { status } = await this.#post(truth, 'corrections', {
      form: { ...changed, [name]: truth.form[name] },
    });
    this.#cast.truth.guesses.push({ application: truth.number, field: name, status });
    this.#cast.world.note(`${name} is guessed in a correction: ${status}`);
  }

  /** The changes alone; or the whole form as it was shown, masks and all, with the changes in it. */
  #sentBack(seen: Body, changed: Values): object {
    const isWhole = this.#random.chance(0.3);
    const form: Values = isWhole ? { ...seen.form, ...this.#maskedAsShown(seen, changed) } : changed;
    const lacking = this.#lacking(seen);
    // Once in a while it is forgotten again.
    if (lacking.length > 0 && this.#random.chance(0.9)) return { form, materials: lacking };
    return Object.keys(form).length > 0 ? { form } : { materials: (seen.materials as Body[]).slice(0, 1) };
  }

  /** What did not change is sent as it was shown. */
  #maskedAsShown(seen: Body, changed: Values): Values {
    const asShown = (shown: unknown, meant: unknown): unknown => {
      if (typeof shown === 'string' && shown.includes('*')) return shown;
      if (Array.isArray(shown) && Array.isArray(meant))
        return meant.map((each, i) => asShown(shown[i], each));
      if (shown === null || typeof shown !== 'object' || meant === null || typeof meant !== 'object')
        return meant;
      return Object.fromEntries(
        Object.entries(meant).map(([name, each]) => [name, asShown((shown as Values)[name], each)]),
      );
    };
    const kept = Object.entries(changed).filter(([name, value]) => {
      // A personal value that was changed must be sent whole.
      return (
        !JSON.stringify(seen.form[name] ?? '').includes('*') || JSON.stringify(value) === this.#formerly(name)
      );
    });
    const rest = Object.fromEntries(
      Object.entries(changed).filter(([name]) => !kept.some(([known]) => known === name)),
    );
    return {
      ...rest,
      ...Object.fromEntries(kept.map(([name, value]) => [name, asShown(seen.form[name], value)])),
    };
  }

  #formerly(name: string): string {
    const [known] = [...this.#cast.truth.cases.values()].filter(({ owner }) => owner === this.user.subject);
    return JSON.stringify(known?.form[name]);
  }

  /** Tries to change, along with what was asked, something that nobody asked for. */
  async #slip(truth: CaseTruth, changed: Values, asked: string[]): Promise<void> {
    const others = Object.keys(truth.form).filter((name) => !asked.includes(name));
    if (others.length === 0) return;
    const name = this.#random.pick(others);
    const value = another(truth.form[name], this.#random);
    if (JSON.stringify(value) === JSON.stringify(truth.form[name])) return;
    const { status } = await this.#post(truth, 'corrections', { form: { ...changed, [name]: value } });
    this.#cast.world.note(`${name} slipped into a correction: ${status}`);
  }

  /** Asks for a hearing that is offered, or does without; now and then for one that is not. */
  async #askForHearings(seen: Body, truth: CaseTruth): Promise<void> {
    const withRight = (seen.reviews as Body[]).filter(({ hearing }) => hearing);
    for (const { id, hearing } of withRight) {
      if (hearing.askedAt || this.#considered.has(id)) continue;
      this.#considered.add(id);
      if (!this.#random.chance(wantsHearing)) continue;
      const { status } = await this.#post(truth, 'hearing', { review: id, reason: 'To be heard' });
      this.#cast.truth.hearings.push({ application: truth.number, review: id, status });
      this.#cast.world.note(`a hearing in ${id} is asked for: ${status}`);
    }
  }

  async #object(reviews: string[], truth: CaseTruth): Promise<void> {
    this.#hasObjected = true;
    if (this.#random.chance(0.5)) await this.#post(truth, 'objection', { reviews, reason: 'I disagree' });
  }

  /** With the codes of the messages, the latest first; now and then with a wrong one. */
  async #collect(truth: CaseTruth): Promise<void> {
    const { truth: known } = this.#cast;
    const texts = known.messages
      .filter(({ application }) => application === truth.number)
      .map(({ text }) => text);
    const codes = texts.flatMap((text) => /(?:取件码|code |更换为|code is )(\d{8})/.exec(text)?.[1] ?? []);
    for (const code of new Set(codes.toReversed())) {
      const tried = this.#random.chance(0.1) ? '00000000' : code;
      const { status } = await this.#post(truth, 'collection', { code: tried });
      if (status === 200) return;
    }
  }
}
