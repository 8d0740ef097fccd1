/** HTTP: what the queues have put aside. Who moves it is whose token it is. */
import { type Deed, recordOperation } from '../cases/audit.ts';
import type { Actor } from '../cases/events.ts';
import { actorOf, requirePermission } from '../cases/permissions.ts';
import { type Answer, apiHandler, parse, type Request } from '../platform/http.ts';
import { keepReceipt, once } from '../platform/idempotency.ts';
import { log } from '../platform/log.ts';
import type { calls } from './calls.ts';
import { type DeadLetters, look, mostAtOnce, redrive, shelve } from './letters.ts';
import { deadLettersOf, queueView, queueViews } from './queues.ts';
import { redriving, shelving } from './schemas.ts';

async function list(request: Request): Promise<Answer> {
  requirePermission(request.user, 'dead-letters:read');
  return { status: 200, body: { items: await queueViews() } };
}

async function read(request: Request): Promise<Answer> {
  requirePermission(request.user, 'dead-letters:read');
  const queue = deadLettersOf(request.params.queue);
  const [view, letters] = await Promise.all([queueView(queue), look(queue)]);
  return { status: 200, body: { ...view, letters: letters.map(({ id, ...letter }) => letter) } };
}

/** Moves what lies there, once a request; written down before anything is. */
async function move(
  request: Request,
  did: Deed,
  more: Record<string, unknown>,
  run: (queue: DeadLetters, by: Actor) => Promise<number>,
  told: (count: number) => Record<string, number>,
): Promise<Answer> {
  const user = requirePermission(request.user, 'dead-letters:move');
  const queue = deadLettersOf(request.params.queue);
  const by = actorOf(user, 'dead-letters:move');
  return once(request, async (receipt) => {
    await recordOperation(did, by, new Date(), { queue: queue.name, ...more });
    const count = await run(queue, by);
    const answer = { status: 200, body: { queue: queue.name, ...told(count), more: count >= mostAtOnce } };
    await keepReceipt(receipt(answer));
    log.info('Dead letters are moved', { did, queue: queue.name, count });
    return answer;
  });
}

async function bringBack(request: Request): Promise<Answer> {
  requirePermission(request.user, 'dead-letters:move');
  parse(redriving, request.body === undefined ? {} : request.body);
  return move(request, 'redrive', {}, redrive, (redriven) => ({ redriven }));
}

async function putAside(request: Request): Promise<Answer> {
  requirePermission(request.user, 'dead-letters:move');
  const { because } = parse(shelving, request.body);
  return move(
    request,
    'shelve',
    { because },
    (queue, { subject = '' }) => shelve(queue, because, subject),
    (shelved) => ({ shelved }),
  );
}

export const handler = apiHandler<typeof calls>({
  'GET /operations/dead-letters': list,
  'GET /operations/dead-letters/{queue}': read,
  'POST /operations/dead-letters/{queue}/redrive': bringBack,
  'POST /operations/dead-letters/{queue}/shelving': putAside,
});
