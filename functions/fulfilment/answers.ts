/** What the courier gets for an event. Tests hold every handler's answers against this. */
import * as z from 'zod';
import { consignmentStatus } from '../cases/answers.ts';

export const trackingAnswer = z
  .object({ reference: z.string(), status: consignmentStatus })
  .meta({ id: 'TrackingTaken' });
