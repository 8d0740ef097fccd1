/** Everything that must hold at the end of each history, each in a file of its own. */
import { acceptance } from './acceptance.ts';
import { clock } from './clock.ts';
import { conditions } from './conditions.ts';
import { decisions } from './decisions.ts';
import { departments } from './departments.ts';
import { editions } from './editions.ts';
import { endings } from './endings.ts';
import { evidence } from './evidence.ts';
import { executions } from './executions.ts';
import type { Evidence, Invariant } from './found.ts';
import { hearings } from './hearings.ts';
import { messages } from './messages.ts';
import { outputs } from './outputs.ts';
import { parcels } from './parcels.ts';
import { personal } from './personal.ts';
import { promptness } from './promptness.ts';
import { queues } from './queues.ts';
import { reminders } from './reminders.ts';
import { timeline } from './timeline.ts';
import { webhooks } from './webhooks.ts';

export const invariants: Invariant[] = [
  endings,
  decisions,
  evidence,
  outputs,
  parcels,
  messages,
  timeline,
  clock,
  conditions,
  acceptance,
  hearings,
  reminders,
  personal,
  queues,
  departments,
  executions,
  promptness,
  webhooks,
  editions,
];

export type Violation = { invariant: string; detail: string };

export const violations = (all: Evidence): Violation[] =>
  invariants.flatMap(({ name, check }) => check(all).map((detail) => ({ invariant: name, detail })));
