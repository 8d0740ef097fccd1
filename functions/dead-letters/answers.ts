/** What operators get of what the queues have put aside. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { instant } from '../platform/answers.ts';

const queue = {
  name: z.string(),
  belongsTo: z.string().nullable().meta({
    description: 'The queue that its messages go back to; null: the stream, whose journal is replayed',
  }),
  waiting: z.number().int().meta({ description: 'About so many messages' }),
};

const letter = z
  .object({
    type: z.string().meta({ description: 'Of the event; `unknown` where it cannot be read' }),
    application: z.string().meta({ description: 'Number of its case; empty: of none' }),
    sentAt: instant,
    receptions: z.number().int().meta({ description: 'How often it was handed out' }),
  })
  .meta({ id: 'Letter', description: 'A message that could not be handled' });

export const queueList = z
  .object({ items: z.array(z.object(queue).meta({ id: 'DeadLetterQueue' })) })
  .meta({ id: 'DeadLetterQueues' });

export const lettersIn = z
  .object({ ...queue, letters: z.array(letter).max(10).meta({ description: 'Some of them' }) })
  .meta({ id: 'DeadLetters' });

const moved = {
  queue: z.string(),
  more: z.boolean().meta({ description: 'So many were moved that there may be more: ask again' }),
};
export const redriven = z.object({ ...moved, redriven: z.number().int() }).meta({ id: 'Redriven' });
export const shelved = z.object({ ...moved, shelved: z.number().int() }).meta({ id: 'Shelved' });
