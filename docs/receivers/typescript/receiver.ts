/**
 * A department's system: takes webhooks, reads reviews, decides. `SECRETS=whsec_… PORT=8080 node receiver.ts`
 * Replace `decide` by your own work; everything else may stay.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

type Review = { id: string; item: string; dossierVersion: number; output?: { form: string } };
type Event = { type: string; data: { reviewId: string; decisionUrl: string; item: string } };

/** Your own work: what is decided, from what was read. */
function decide(review: Review): object {
  const output = review.output ? { output: { number: `${review.item}-${Date.now()}` } } : {};
  return { outcome: 'approved', ...output, dossierVersion: review.dossierVersion };
}

// The newest secret first: it signs. Older ones are good until you take them out.
const secrets = (process.env.SECRETS ?? '').split(',').map((secret) => new Webhook(secret));
const file = process.env.EVENTS ?? 'events.jsonl';

const received = new Map<string, Event>();
const done = new Set<string>();
const ended = new Set<string>();

/** One line for each event taken, and one when it is done: a restart forgets nothing. Or a table of your database. */
function remember(line: { id: string; event?: Event }): void {
  if (line.event) received.set(line.id, line.event);
  else done.add(line.id);
}
function write(line: { id: string; event?: Event }): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
  remember(line);
}

/** What we sign says what it is for, and of which review. */
function signed(id: string, body: string): Record<string, string> {
  const at = new Date();
  const signature = secrets[0]?.sign(id, at, body) ?? '';
  const seconds = String(Math.floor(at.getTime() / 1000));
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature };
}

/** Asks until there is an answer; the same id each time, so that a repetition counts once. */
async function call(url: string, id: string, body?: string): Promise<Response> {
  for (let wait = 1000; ; wait = Math.min(wait * 2, 60_000)) {
    const headers = { 'content-type': 'application/json', ...signed(id, body ?? '') };
    const sent = body === undefined ? { headers } : { method: 'POST', headers, body };
    const answer = await fetch(url, sent).catch(() => undefined);
    const problem = answer?.status === 409 ? await answer.clone().json() : undefined;
    if (answer && answer.status < 500 && !problem?.type.endsWith(':version-conflict')) return answer;
    await setTimeout(wait);
  }
}

async function work(id: string, { data }: Event): Promise<void> {
  const { reviewId, decisionUrl } = data;
  for (;;) {
    const read = await call(decisionUrl.replace(/\/decisions$/, ''), `read_${reviewId}_${id}`);
    if (read.status !== 200) return console.log(`${reviewId} is not to be decided:`, await read.text());
    const review: Review = await read.json();
    if (ended.has(reviewId)) return;
    const decision = JSON.stringify(decide(review));
    const ownId = `decision_${reviewId}_${id}_${review.dossierVersion}`;
    const answer = await call(decisionUrl, ownId, decision);
    console.log(`${reviewId} ${answer.status}:`, await answer.text());
    if (answer.status !== 412) return; // Corrected since it was read: read it again.
  }
}

async function handle(id: string, event: Event): Promise<void> {
  switch (event.type) {
    case 'review.requested':
      await work(id, event);
      break;
    case 'review.cancelled':
    case 'review.revoked':
      ended.add(event.data.reviewId);
      break;
    default: // A reminder (review.overdue), or a type that is newer than this program.
      console.log(`Noted: ${event.type}`);
  }
  write({ id });
}

function isSigned(body: string, headers: Record<string, string>): boolean {
  if (!headers['webhook-id']?.startsWith('event_')) return false; // Signed for something else.
  return secrets.some((secret) => {
    try {
      secret.verify(body, headers); // Also refuses what was signed more than five minutes ago.
      return true;
    } catch {
      return false;
    }
  });
}

const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
for (const line of lines) remember(JSON.parse(line));
for (const [id, event] of received) if (!done.has(id)) void handle(id, event).catch(console.error);

createServer(async (request, response) => {
  const body = (await request.setEncoding('utf8').toArray()).join('');
  const headers = request.headers as Record<string, string>;
  if (!isSigned(body, headers)) return response.writeHead(401).end();
  const id = headers['webhook-id'] as string;
  const isNew = !received.has(id);
  const event: Event = JSON.parse(body);
  if (isNew) write({ id, event });
  response.writeHead(204).end(); // Taken; the decision may take days.
  if (isNew) void handle(id, event).catch(console.error);
}).listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
