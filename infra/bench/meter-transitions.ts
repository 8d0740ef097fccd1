/**
 * State transitions as AWS Step Functions bills them: every state that is entered, in a Map those of each iteration
 * too, and one more for the start. (Billed are the history's `…StateEntered` events; iterations and joins have
 * events of their own, which are not. The one for the start is counted to be on the safe side.) The path is walked
 * over the definition itself, from facts, because the local cloud's history lacks what happens inside a Map.
 */

import { type Release, releaseOf, type WaitKind, waitKinds } from '../../functions/approvals/waits.ts';
import { type DomainEvent, isReviewEvent, type ReviewEvent } from '../../functions/cases/events.ts';
import { isFinal } from '../../functions/cases/status.ts';
import type { JournalEntry, Review } from '../../functions/cases/types.ts';

type Choice = {
  Variable: string;
  StringEquals?: string;
  BooleanEquals?: boolean;
  IsPresent?: boolean;
  Next: string;
};
type State = {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: Choice[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Parameters?: { Item?: { wait?: { S?: string } } };
  ItemProcessor?: Machine;
};
/** The part of an ASL definition that a path depends on. */
export type Machine = { StartAt: string; States: Record<string, State> };

/** What decides the path through a machine. */
export type Facts = {
  /** How each visit of a task ended, in order, by state: the name of its error, or undefined. Default: it succeeded. */
  ends?: Record<string, (string | undefined)[]>;
  /** The iterations of each Map. */
  items?: Record<string, Facts[]>;
  /** What the choices look at: the document that their variables are paths into. */
  data?: Data;
};
type Data = { [name: string]: Data | string | boolean };

/** What a path such as `$.header.Item` leads to; undefined where it leads nowhere. */
function valueAt(path: string, data: Data): Data[string] | undefined {
  if (!/^\$(\.\w+)+$/.test(path)) throw new Error(`A choice by ${path} is not read here.`);
  return path
    .split('.')
    .slice(1)
    .reduce<Data[string] | undefined>((at, name) => (typeof at === 'object' ? at[name] : undefined), data);
}

function applies({ Variable, StringEquals, BooleanEquals, IsPresent }: Choice, data: Data): boolean {
  const value = valueAt(Variable, data);
  if (IsPresent !== undefined) return (value !== undefined) === IsPresent;
  const wanted = StringEquals ?? BooleanEquals;
  if (wanted === undefined) throw new Error(`A choice by ${Variable} is not read here.`);
  return value === wanted;
}

const chosen = ({ Choices = [], Default }: State, data: Data = {}): string | undefined =>
  Choices.find((choice) => applies(choice, data))?.Next ?? Default;

function afterError({ Catch = [] }: State, error: string): string {
  const caught = Catch.find(({ ErrorEquals }) => ErrorEquals.some((e) => e === error || e === 'States.ALL'));
  if (!caught) throw new Error(`Nothing catches ${error}.`);
  return caught.Next;
}

/** The states entered, in order, those of a Map iteration by iteration. */
export function statesEntered({ StartAt, States }: Machine, facts: Facts): string[] {
  const entered: string[] = [];
  const visits = new Map<string, number>();
  for (let name: string | undefined = StartAt; name; ) {
    const state: State | undefined = States[name];
    if (!state) throw new Error(`There is no state "${name}".`);
    const visit = visits.get(name) ?? 0;
    visits.set(name, visit + 1);
    entered.push(name);
    const { ItemProcessor } = state;
    if (ItemProcessor) {
      entered.push(...(facts.items?.[name] ?? []).flatMap((item) => statesEntered(ItemProcessor, item)));
    }
    const error = facts.ends?.[name]?.[visit];
    if (error) name = afterError(state, error);
    else name = state.Type === 'Choice' ? chosen(state, facts.data) : state.Next;
  }
  return entered;
}

export const transitions = (machine: Machine, facts: Facts): number =>
  statesEntered(machine, facts).length + 1;

/** A definition file; its placeholders stand for numbers and names, which no path depends on. */
export const readMachine = (text: string): Machine =>
  JSON.parse(text.replaceAll(/\$\{\w+\}/g, '0')) as Machine;

const kindOf = ({ Parameters }: State): WaitKind | undefined =>
  waitKinds.find((kind) => kind === Parameters?.Item?.wait?.S);

/** What a wait looks at in a review. */
type Reviewed = Pick<Review, 'status' | 'escalatedAt' | 'procedure'>;

/** The review after an event of its own, as far as a wait looks at it. */
function afterEvent(before: Reviewed, event: ReviewEvent): Reviewed {
  const { status, type } = event;
  const { escalatedAt, procedure } = before;
  if (
    isFinal(status) ||
    [
      'review.requested',
      'review.procedure-ended',
      'review.procedure-overrun',
      'review.hearing-lapsed',
    ].includes(type)
  )
    return { status };
  if (type === 'review.procedure-announced')
    return { status, procedure: { name: event.procedure, from: 'then' } };
  if (type === 'review.hearing-offered') return { status, procedure: { name: 'hearing', from: 'then' } };
  return {
    status,
    ...(procedure ? { procedure } : {}),
    ...(type === 'review.escalated' ? { escalatedAt: 'then' } : escalatedAt ? { escalatedAt } : {}),
  };
}

/** How the waits of one review ended: the rule that releases them, applied to its events one after another. */
function factsOfReview({ StartAt, States }: Machine, events: ReviewEvent[]): Facts {
  const ends: Record<string, (string | undefined)[]> = {};
  let name: string | undefined = StartAt;
  let review: Reviewed = { status: 'waiting' };
  for (const event of events) {
    review = afterEvent(review, event);
    for (;;) {
      const state: State | undefined = name ? States[name] : undefined;
      const kind: WaitKind | undefined = state && kindOf(state);
      const release: Release | undefined = kind && releaseOf(kind, review);
      if (!name || !state || !release) break;
      const error: string | undefined = release.kind === 'failure' ? release.error : undefined;
      ends[name] = [...(ends[name] ?? []), error];
      name = error ? afterError(state, error) : state.Next;
    }
  }
  return { ends };
}

/** The conclusion that a round's execution reads: as it was when the last of its reviews became final. */
function conclusionRead(reviews: string[], journal: DomainEvent[][]): string | undefined {
  const finalAt = (review: string): number =>
    journal.findIndex((events) =>
      events.some((event) => isReviewEvent(event) && event.review === review && isFinal(event.status)),
    );
  const told = journal
    .slice(0, Math.max(...reviews.map(finalAt)) + 1)
    .flat()
    .findLast(({ type }) => type === 'application.concluded' || type === 'application.withdrawn');
  return told?.type === 'application.concluded' ? told.status : told && 'withdrawn';
}

/** The facts of each round of joint approval, in order, from the journal of a case whose rounds have ended. */
export function factsFromJournal(machine: Machine, journal: Pick<JournalEntry, 'events'>[]): Facts[] {
  const written = journal.map(({ events }) => events);
  const all = written.flat();
  const maps = Object.entries(machine.States).flatMap(([name, { ItemProcessor }]) =>
    ItemProcessor ? [[name, ItemProcessor] as const] : [],
  );
  return all.flatMap((opened): Facts[] => {
    if (opened.type !== 'round.opened') return [];
    const conclusion = conclusionRead(opened.reviews, written);
    const eventsOf = (review: string): ReviewEvent[] =>
      all.filter(isReviewEvent).filter((event) => event.review === review);
    const items = maps.map(
      ([name, item]) =>
        [name, opened.reviews.map((review) => factsOfReview(item, eventsOf(review)))] as const,
    );
    const Item: Data = conclusion ? { conclusion: { S: conclusion } } : {};
    return [{ items: Object.fromEntries(items), data: { waits: { lost: false }, header: { Item } } }];
  });
}
