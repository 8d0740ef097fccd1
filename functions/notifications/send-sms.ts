/** Consumer: tells the applicant. One message an event, none twice. */
import { conclusionOf } from '../approvals/settle.ts';
import type { EventType } from '../cases/events.ts';
import { loadCase } from '../cases/store.ts';
import type { Case } from '../cases/types.ts';
import { catalogue } from '../catalogue/catalogue.ts';
import { businessNow } from '../clock/now.ts';
import { pickupCode } from '../fulfilment/pickup-code.ts';
import { log } from '../platform/log.ts';
import { count } from '../platform/metrics.ts';
import { unseal } from '../platform/personal.ts';
import { type BusMessage, eventQueueHandler } from '../platform/queue.ts';
import { type Carrier, carrier, type Message } from './carrier.ts';
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

async function textFor(message: BusMessage, found: Case): Promise<string | undefined> {
  const template = templates[message.type as EventType];
  const { application } = found;
  const service = catalogue.service(application.service)?.name ?? {
    zh: application.service,
    en: application.service,
  };
  return template?.({
    number: application.number,
    service,
    // What the reviews came to, whatever has happened to the outputs since.
    status: conclusionOf(found),
    dueAt: String(message.data.dueAt ?? application.promisedDueAt),
    ...(typeof message.data.days === 'number' ? { days: message.data.days } : {}),
    ...(message.data.trackingNumber ? { trackingNumber: String(message.data.trackingNumber) } : {}),
    ...(await codeFor(message, found)),
  })?.[application.language];
}

/**
 * Sends a claimed message. An outcome that is not known is asked again with the same reference where the carrier
 * de-duplicates; where it does not, the message stays `unknown` and is never sent a second time.
 */
async function send(by: Carrier, message: Message, number: string, key: string): Promise<void> {
  try {
    const outcome = await by.send(message);
    await advance(number, key, outcome === 'taken' ? 'sent' : 'failed');
    if (outcome === 'taken') count('MessagesSent');
    log.info('Message handed to the carrier', { key, outcome });
  } catch (error) {
    if (by.deduplicates) throw error;
    await advance(number, key, 'unknown');
    count('MessagesUnknown');
    log.warn('The carrier did not answer; not sent again', { key });
  }
}

export const handler = eventQueueHandler(async (message) => {
  const number = message.application;
  const found = await loadCase(number);
  if (!found) throw new Error(`There is no application ${number}.`);
  const text = await textFor(message, found);
  if (!text) return;
  const key = keyOf(message);
  const claimed = await claim(number, key, message.type, await businessNow());
  const by = carrier();
  if (claimed === 'sending' && !by.deduplicates) {
    await advance(number, key, 'unknown');
    count('MessagesUnknown');
    return;
  }
  if (claimed !== 'claimed' && claimed !== 'sending') return;
  const phone = (await unseal(number, found.dossier.sealed))['/applicant/phone'];
  if (!phone) throw new Error('The application has no phone.');
  await send(by, { reference: `${number}/${key}`, phone, text, application: number }, number, key);
});
