/**
 * State transitions as AWS Step Functions bills them: every state that is entered, in a Map those of each iteration
 * too, and one more for the start. (Billed are the history's `…StateEntered` events; iterations and joins have
 * events of their own, which are not. The one for the start is counted to be on the safe side.) The path is walked
 * over the definition itself, from facts, because the local cloud's history lacks what happens inside a Map.
 */

import { type DomainEvent, isReviewEvent } from '../../functions/cases/events.ts';
import type { JournalEntry } from '../../functions/cases/types.ts';

type Choice = { Variable: string; StringEquals?: string; Next: string };
type State = {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: Choice[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
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
  /** What the choices look at: `$.status` is `data.status`. */
  data?: Record<string, string>;
};

function chosen({ Choices = [], Default }: State, data: Record<string, string> = {}): string | undefined {
  const found = Choices.find(({ Variable, StringEquals }) => {
    const name = /^\$\.(\w+)$/.exec(Variable)?.[1];
    if (!name || StringEquals === undefined) throw new Error(`A choice by ${Variable} is not read here.`);
    return data[name] === StringEquals;
  });
  return found?.Next ?? Default;
}

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

/** A definition file; its placeholders stand for numbers and addresses, which no path depends on. */
export const readMachine = (text: string): Machine =>
  JSON.parse(text.replaceAll(/\$\{\w+\}/g, '0')) as Machine;

const decision = 'Await department decision';
const correction = 'Await correction';
const escalated = 'Await escalated decision';

/** How the waits of one review ended, by its events in order. */
function factsOfReview(events: DomainEvent[]): Facts {
  const ends: Record<string, (string | undefined)[]> = {};
  let wait = decision;
  const end = (error: string | undefined, next: string): void => {
    ends[wait] = [...(ends[wait] ?? []), error];
    wait = next;
  };
  for (const { type } of events) {
    // A wait for a correction ends well whatever came; the next wait takes it up.
    if (wait === correction && type !== 'review.overdue') end(undefined, decision);
    if (type === 'review.correction-asked') end('CorrectionAsked', correction);
    if (type === 'review.escalated') end('Escalated', escalated);
    if (type === 'review.cancelled') end('ReviewCancelled', wait);
    if (type === 'review.decided') end(undefined, wait);
  }
  return { ends };
}

/** The facts of joint approval, from the journal of a case that has ended. */
export function factsFromJournal(reviews: string[], journal: Pick<JournalEntry, 'events'>[]): Facts {
  const events = journal.flatMap((entry) => entry.events);
  const concluded = events.find((event) => event.type === 'application.concluded');
  return {
    items: {
      'Review by every department': reviews.map((review) =>
        factsOfReview(events.filter((event) => isReviewEvent(event) && event.review === review)),
      ),
    },
    data: { status: concluded?.status ?? 'withdrawn' },
  };
}
