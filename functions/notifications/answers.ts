/** What the SMS carrier gets for a receipt. Tests hold every handler's answers against this. */
import * as z from 'zod';

export const receiptAnswer = z
  .object({ reference: z.string(), applied: z.boolean() })
  .meta({ id: 'ReceiptTaken' });
