/** Consumer: tells the applicant. One message an event, none twice. */
import { conclusionOf } from '../approvals/settle.ts';
import type { EventType } from '../cases/events.ts';
import { loadCase } from '../cases/store.ts';
import type { Application, Case } from '../cases/types.ts';
import { currentService } from '../catalogue/published.ts';
import { businessNow } from '../clock/now.ts';
import { pickupCode } from '../fulfilment/pickup-code.ts';
import { log } from '../platform/log.ts';
import { count } from '../platform/metrics.ts';
import { patientHandler } from '../platform/patience.ts';
import { unseal } from '../platform/personal.ts';
import type { BusMessage } from '../platform/queue.ts';
import { isSynthetic } from '../platform/synthetic.ts';
import type { LocalText } from '../platform/text.ts';
import { type Carrier, carrier, type Message, nobodysCarrier } from './carrier.ts';
import { advance, claim } from './store.ts';
import { templates } from './templates.ts';

/** The event's place in the journal: `<version>/<n>` of `<number>/<version>/<n>`. */
const keyOf = ({ id, application }: BusMessage): string => id.slice(application.length + 1);

/** The code of the consignment that lies ready. */
async function codeFor({ type, data }: BusMessage, { application }: Case): Promise<{ pickupCode?: string }> {
  if (type !== 'pickup.ready' && type !== 'pickup.code-renewed') return {};
  const consignment = application.consignments.find(({ id }) => id === data.consignment);
  return consignment ? { pickupCode: await pickupCode(application.number, consignment) } : {};
}

/** A conclusion is told as it was, even if a later round has changed it before its message was sent. */
const concludedAs = ({ type, data }: BusMessage): 'refused' | undefined =>
  type === 'application.concluded' && data.status === 'refused' ? 'refused' : undefined;

/** What the service was called when the case was filed; a case of before that was kept asks the catalogue. */
async function nameOf({ application: { service }, dossier }: Case): Promise<LocalText> {
  const name = dossier.catalogue?.name ?? (await currentService(service))?.service.name;
  return name ?? { zh: service, en: service };
}

/**
 * By when the applicant is promised an answer. What is told of one department's part may end long before the others'
 * do; where the case's own promise is over, or was kept by an earlier round, the part is all that is left.
 */
function promisedBy({ type, data }: BusMessage, { promisedDueAt }: Application): string {
  const told = String(data.dueAt ?? promisedDueAt);
  return type.startsWith('review.') && promisedDueAt > told ? promisedDueAt : told;
}

async function textFor(message: BusMessage, found: Case): Promise<string | undefined> {
  const template = templates[message.type as EventType];
  const { application } = found;
  return template?.({
    number: application.number,
    service: await nameOf(found),
    // What the reviews came to, whatever has happened to the outputs since.
    status: concludedAs(message) ?? conclusionOf(found),
    dueAt: promisedBy(message, application),
    ...(typeof message.data.days === 'number' ? { days: message.data.days } : {}),
    ...(message.data.until ? { until: String(message.data.until) } : {}),
    ...(message.data.trackingNumber ? { trackingNumber: String(message.data.trackingNumber) } : {}),
    ...(application.following?.length ? { follows: true } : {}),
    ...(await codeFor(message, found)),
  })?.[application.language];
}

async function unknown(number: string, key: string): Promise<void> {
  await advance(number, key, 'unknown');
  count('MessagesUnknown', number);
  log.warn('Nobody knows whether the carrier has the message; not sent again', { key });
}

/**
 * Sends a claimed message. Whatever the carrier did not take is left to the queue, for hours. Where nobody knows, it
 * is asked again with the same reference if the carrier de-duplicates; if not, the message stays `unknown`.
 * @throws Error when it is to be sent again.
 */
async function send(by: Carrier, message: Message, number: string, key: string): Promise<void> {
  const { outcome, because } = await by.send(message);
  if (outcome === 'unknown' && !by.deduplicates) return unknown(number, key);
  if (outcome === 'not-taken' || outcome === 'unknown') {
    // With a carrier that de-duplicates, a message that is being sent may be sent again as it is.
    if (!by.deduplicates) await advance(number, key, 'waiting');
    throw new Error(`The carrier did not take the message: ${because}.`);
  }
  await advance(number, key, outcome === 'taken' ? 'sent' : 'failed');
  count(outcome === 'taken' ? 'MessagesSent' : 'MessagesRefused', number);
  log.info('Message handed to the carrier', { key, outcome, because });
}

export const handler = patientHandler('MessagesFailing', async (message) => {
  const number = message.application;
  const found = await loadCase(number);
  if (!found) throw new Error(`There is no application ${number}.`);
  const text = await textFor(message, found);
  if (!text) return;
  const key = keyOf(message);
  // Whatever may fail before anything is sent comes before the claim: with some carriers a claim is sent once only.
  const phone = (await unseal(number, found.dossier.sealed))['/applicant/phone'];
  if (!phone) throw new Error('The application has no phone.');
  const claimed = await claim(number, key, message.type, await businessNow());
  // Nobody's phone: whoever has that number by chance is told nothing.
  const by = isSynthetic(number) ? nobodysCarrier : carrier();
  // An earlier attempt ended in the midst of sending.
  if (claimed === 'sending' && !by.deduplicates) return unknown(number, key);
  if (claimed !== 'claimed' && claimed !== 'sending') return;
  await send(by, { reference: `${number}/${key}`, phone, text, application: number }, number, key);
});
