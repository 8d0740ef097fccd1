/** What the courier gets for an event. Tests hold every handler's answers against this. */
import * as z from 'zod';
import { consignmentStatuses } from '../cases/status.ts';

export const trackingAnswer = z.object({ reference: z.string(), status: z.enum(consignmentStatuses) });
