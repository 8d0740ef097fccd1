/**
 * The SMS carrier: over signed HTTP (a national gateway, or the sandbox), or AWS End User Messaging where no
 * address is set. What matters to the caller is whether a message may be sent again.
 */
import { PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { optionalSetting, setting } from '../platform/env.ts';
import { postSigned } from '../platform/post-signed.ts';
import { validSecrets } from '../platform/secrets.ts';
import { type Outcome, outcomeOfAnswer, outcomeOfError } from './outcome.ts';

export type Message = { reference: string; phone: string; text: string; application: string };

export type Sent = {
  outcome: Outcome;
  /** In the carrier's words, without anything of the message: for the log. */
  because: string;
};

export type Carrier = {
  /** Whether the carrier drops a second message with the same reference. */
  deduplicates: boolean;
  /** @throws when our own secret cannot be read: nothing was sent then. */
  send: (message: Message) => Promise<Sent>;
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');

const httpCarrier = (url: string): Carrier => ({
  deduplicates: true,
  send: async (message) => {
    const secrets = await validSecrets(setting('SMS_SECRET_ARN'));
    try {
      const { status, body } = await postSigned(url, {
        id: `sms_${message.reference}`,
        secrets,
        body: message,
        timeoutMs: 5_000,
      });
      return { outcome: outcomeOfAnswer(status, body), because: String(status) };
    } catch (error) {
      return { outcome: 'unknown', because: nameOf(error) };
    }
  },
});

/** End User Messaging has no key to de-duplicate on. */
function awsCarrier(originationIdentity: string | undefined): Carrier {
  const client = new PinpointSMSVoiceV2Client({ maxAttempts: 1 });
  return {
    deduplicates: false,
    send: async ({ phone, text, reference }) => {
      try {
        await client.send(
          new SendTextMessageCommand({
            DestinationPhoneNumber: `+86${phone}`,
            MessageBody: text,
            MessageType: 'TRANSACTIONAL',
            ...(originationIdentity ? { OriginationIdentity: originationIdentity } : {}),
            Context: { reference },
          }),
        );
        return { outcome: 'taken', because: 'taken' };
      } catch (error) {
        return { outcome: outcomeOfError(error), because: nameOf(error) };
      }
    },
  };
}

/** Of messages to nobody: takes each and sends none. */
export const nobodysCarrier: Carrier = {
  deduplicates: true,
  send: async () => ({ outcome: 'taken', because: 'synthetic' }),
};

let known: Carrier | undefined;

/** The carrier of this stage. */
export function carrier(): Carrier {
  const url = optionalSetting('SMS_URL');
  known ??= url ? httpCarrier(url) : awsCarrier(optionalSetting('SMS_ORIGINATION_IDENTITY'));
  return known;
}
