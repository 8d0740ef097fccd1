/** Walks one real business opening through the running copy and tells each event as it happens. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { LocalText } from '../../functions/platform/text.ts';
import { type Call, caller } from './api.ts';
import type { Endpoints } from './endpoints.ts';
import { type Line, type Names, narrate, type TimelineItem, timeOf } from './narration.ts';
import { getToken } from './token.ts';

const service = 'business-opening';
const silenceEndsItMs = 60_000;
/** The last message follows the last event through its own queue. */
const lastMessageWithinMs = 10_000;

type Entry = {
  name: LocalText;
  example: Record<string, unknown> & { applicant: { name: string; phone: string } };
  items: { code: string; name: LocalText }[];
  departments: { code: string; name: LocalText }[];
};
type Message = { at: string; phone: string; text: string; application: string };

type Colour = Parameters<typeof styleText>[0];

/** Colours where somebody sees them. */
export const coloured = (format: Colour, text: string): string =>
  process.stdout.isTTY ? styleText(format, text) : text;

const colourOf: Record<Line['mark'], Colour> = {
  '›': 'cyan',
  '→': 'blue',
  '✓': 'green',
  '✗': 'red',
  '!': 'yellow',
  '✉': 'magenta',
  '■': 'bold',
};

function say(at: string, { mark, text }: Line): void {
  console.log(`  ${coloured('dim', timeOf(at))}  ${coloured(colourOf[mark], mark)} ${text}`);
}

const namesOf = (entry: Entry): Names => ({
  service: entry.name,
  items: new Map(entry.items.map(({ code, name }) => [code, name])),
  departments: new Map(entry.departments.map(({ code, name }) => [code, name])),
});

/** The reader's own language, as far as the applicant's messages speak it. */
const language = (): 'zh' | 'en' => (/^zh/i.test(process.env.LC_ALL ?? process.env.LANG ?? '') ? 'zh' : 'en');

/** What an application has shown so far: its events by order, its messages by time and text. */
class Watch {
  readonly events: TimelineItem[] = [];
  readonly messages: Message[] = [];
  private readonly names: Names;
  constructor(names: Names) {
    this.names = names;
  }

  /** Tells what is new. @returns whether anything was. */
  tell(events: TimelineItem[], messages: Message[]): boolean {
    const newEvents = events.slice(this.events.length);
    const known = new Set(this.messages.map(({ at, text }) => at + text));
    const newMessages = messages.filter(({ at, text }) => !known.has(at + text));
    const news: { at: string; line: Line }[] = [
      ...newEvents.map((event) => ({ at: event.at, line: narrate(event, this.names) })),
      ...newMessages.map(({ at, phone, text }) => ({
        at,
        line: { mark: '✉' as const, text: `SMS to ${phone}: ${text}` },
      })),
    ];
    for (const { at, line } of news.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) say(at, line);
    this.events.push(...newEvents);
    this.messages.push(...newMessages);
    return newEvents.length + newMessages.length > 0;
  }

  get completed(): boolean {
    return this.events.some(({ type }) => type === 'application.completed');
  }
}

/** Looks again and again until the application is completed and its last message has arrived. */
async function watch(number: string, phone: string, names: Names, as: { applicant: Call; operator: Call }) {
  const seen = new Watch(names);
  let lastNews = Date.now();
  for (;;) {
    const timeline = await as.applicant<{ items: TimelineItem[] }>(
      'GET',
      `/applications/${number}/timeline?limit=100`,
    );
    const sms = await as.operator<{ items: Message[] }>('GET', `/sandbox/sms?phone=${phone}`);
    const mine = sms.items
      .filter(({ application }) => application === number)
      .toSorted((a, b) => a.at.localeCompare(b.at));
    if (seen.tell(timeline.items, mine)) lastNews = Date.now();
    const quiet = Date.now() - lastNews;
    // Acceptance, dispatch and delivery are each told by a message of their own.
    if (seen.completed && (seen.messages.length >= 3 || quiet > lastMessageWithinMs)) return seen;
    if (quiet > silenceEndsItMs) {
      throw new Error(`nothing happened for a minute after ${seen.events.at(-1)?.type ?? 'the submission'}`);
    }
    await sleep(250);
  }
}

export type Told = {
  number: string;
  seconds: number;
  departments: number;
  messages: number;
  parcels: string[];
};

/**
 * Submits the catalogue's own example of a business opening and tells its story until the parcel is delivered.
 * @throws Error with a sentence about where it stopped.
 */
export async function walkBusinessOpening({ api }: Endpoints): Promise<Told> {
  const applicant = caller(api, await getToken('applicant'));
  const operator = caller(api, await getToken('operator'));
  const entry = await caller(api)<Entry>('GET', `/catalogue/${service}`);
  const { name, phone } = entry.example.applicant;
  console.log(`\n${coloured('bold', `One business opening, from the form to the door`)}`);
  console.log(
    coloured('dim', `The founder is ${name}; departments, courier and SMS carrier are simulated.\n`),
  );
  const began = Date.now();
  const { number } = await applicant<{ number: string }>(
    'POST',
    '/applications',
    { ...entry.example, language: language() },
    { 'idempotency-key': randomUUID() },
  );
  const { events, messages } = await watch(number, phone, namesOf(entry), { applicant, operator });
  const parcels = new Set(events.flatMap(({ trackingNumber }) => trackingNumber ?? []));
  return {
    number,
    seconds: (Date.now() - began) / 1000,
    departments: new Set(events.flatMap(({ department }) => department ?? [])).size,
    messages: messages.length,
    parcels: [...parcels],
  };
}
