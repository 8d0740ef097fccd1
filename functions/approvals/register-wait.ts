/** Consumer of the waits queue: the execution asks to be woken when a review goes on. */
import * as z from 'zod';
import { queueHandler } from '../platform/queue.ts';
import { parkToken, release, waitKinds } from './waits.ts';

const wait = z.object({
  application: z.string(),
  review: z.string(),
  wait: z.enum(waitKinds),
  token: z.string().min(1),
});

export const handler = queueHandler(wait, async ({ application, review, wait, token }) => {
  await parkToken(application, review, wait, token);
  // The decision may have been there before the token was.
  await release(application, review);
});
