/** Journal entries as CloudEvents 1.0 for the bus. Facts pass by an allow-list; nothing a person typed is on it. */

import type { DomainEvent } from '../cases/events.ts';
import type { JournalEntry } from '../cases/types.ts';

export type CloudEvent = {
  specversion: '1.0';
  id: string;
  source: 'onewindow';
  type: DomainEvent['type'];
  time: string;
  subject: string;
  data: Record<string, unknown>;
};

const publicFacts = [
  'review',
  'item',
  'department',
  'status',
  'outcome',
  'dueAt',
  'trackingNumber',
  'consignment',
  'condition',
  'objection',
  'round',
  'dossierVersion',
  'procedure',
  'days',
  'until',
  'parcel',
  'limit',
  'because',
  'refusedItem',
  'silence',
] as const;

/** One CloudEvent an event; the id is (subject, version, place), the same at every repetition. */
export function cloudEvents(entry: JournalEntry): CloudEvent[] {
  const { aggregate, id: subject } = entry;
  return entry.events.map((event, i) => {
    const facts = event as Record<string, unknown>;
    const known = publicFacts.filter((name) => name in facts);
    return {
      specversion: '1.0',
      id: `${subject}/${entry.version}/${i}`,
      source: 'onewindow',
      type: event.type,
      time: entry.at,
      subject,
      data: {
        ...(aggregate === 'application' ? { application: subject } : {}),
        version: entry.version,
        ...(entry.service ? { service: entry.service } : {}),
        ...Object.fromEntries(known.map((name) => [name, facts[name]])),
      },
    };
  });
}
