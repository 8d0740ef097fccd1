/** What really happened outside: what people meant, decided, received. The invariants hold the system against it. */
import type { Service } from '../../functions/catalogue/schemas.ts';
import type { Body } from './api.ts';

export type Values = Record<string, unknown>;

export type CaseTruth = {
  number: string;
  owner: string;
  /** What is applied for, composed by the applicant or not. */
  service: Service;
  /** What was submitted. */
  submitted: Body;
  /** The form as its applicant means it now. */
  form: Values;
  /** Every value of a field that its applicant ever meant, as JSON. */
  meant: Map<string, Set<string>>;
  isWithdrawn: boolean;
  /** The applicant has seen it end. */
  hasEnded: boolean;
};

export type Decision = {
  review: string;
  /** The sender's own id. */
  id: string;
  outcome: string;
  /** Everything that it says. */
  content: string;
  /** The last answer: 0 when none came. */
  status: number;
  /** The last answer's words, where it was refused. */
  says: string;
  /** What its review was afterwards, as answered. */
  result?: string;
  /** The form as it was read before, where it was. */
  read?: Values | undefined;
  at: number;
};

export type Reading = { by: string; review: string; application: string; body: Body; at: number };
export type Parcel = { reference: string; application: string; items: string[]; fate: string };
export type Sms = { reference: string; application: string; phone: string; text: string };

/** What an operator set for a department, as it was answered. */
export type Setting = { department: string; webhookUrl: string; paused: boolean; at: number };

/** A condition that somebody recorded, or tried to, and the last answer: 0 when none came. */
export type Recording = {
  application: string;
  condition: string;
  by: string;
  mayDoIt: boolean;
  status: number;
  at: number;
};

/** From when on which edition of each service is current, by code. */
export type Published = { at: number; editions: Record<string, string> };

export class Truth {
  /** Every edition that may ever be current, by its name. */
  readonly editions = new Map<string, Service>();
  readonly publications: Published[] = [];
  readonly recordings: Recording[] = [];
  /** Right values, sent in the place of masks that nobody asked to correct, and what was answered. */
  readonly guesses: { application: string; field: string; status: number }[] = [];
  /** Hearings that were asked for, and the last answer: 0 when none came. */
  readonly hearings: { application: string; review: string; status: number }[] = [];
  /** When the last condition is recorded for the first time: until then nothing is late. */
  waitsUntil = 0;
  readonly settings: Setting[] = [];
  /** Addresses that answered 410, and when. */
  readonly refusals: { department: string; webhookUrl: string; at: number }[] = [];
  /** Webhooks that a department took. */
  readonly heard: { type: string; review: string }[] = [];
  readonly cases = new Map<string, CaseTruth>();
  readonly decisions: Decision[] = [];
  readonly readings: Reading[] = [];
  readonly parcels: Parcel[] = [];
  readonly messages: Sms[] = [];
  /** How many cases there are to be. */
  expected = 0;

  get isOver(): boolean {
    if (this.cases.size < this.expected) return false;
    for (const { hasEnded } of this.cases.values()) if (!hasEnded) return false;
    return true;
  }

  published(at: number, editions: Record<string, string>): void {
    this.publications.push({ at, editions });
  }

  open(number: string, owner: string, service: Service, submitted: Body): CaseTruth {
    const form: Values = structuredClone(submitted.form);
    const meant = new Map(
      Object.entries(form).map(([name, value]) => [name, new Set([JSON.stringify(value)])]),
    );
    const found = { number, owner, service, submitted, form, meant, isWithdrawn: false, hasEnded: false };
    this.cases.set(number, found);
    return found;
  }

  /** A value that may arrive, whether or not it is known yet that it did. */
  mayMean({ meant }: CaseTruth, field: string, value: unknown): void {
    const known = meant.get(field) ?? new Set<string>();
    known.add(JSON.stringify(value));
    meant.set(field, known);
  }
}
