/** What operators and officers get of a department. Tests hold every handler's answers against these. */
import * as z from 'zod';
import { reviewStatus } from '../cases/answers.ts';
import { id, instant, page } from '../platform/answers.ts';
import { localText } from '../platform/text.ts';

export const department = z
  .object({
    code: z.string(),
    name: localText,
    webhookUrl: z.string().nullable(),
    paused: z.boolean(),
    gone: z
      .boolean()
      .meta({ description: 'Its system answered 410; nothing more is sent until it is set anew' }),
  })
  .meta({ id: 'Department' });

export const departmentList = page(department).meta({ id: 'DepartmentList' });

export const newSecret = z
  .object({ secret: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'NewSecret' });

const inboxReview = z
  .object({
    id,
    item: z.string(),
    department: z.string(),
    status: reviewStatus,
    dueAt: instant.nullable(),
    requestedAt: instant,
    decidedAt: instant.optional(),
    escalatedAt: instant.optional(),
  })
  .meta({ id: 'InboxReview' });

export const inbox = page(inboxReview).meta({ id: 'Inbox' });
