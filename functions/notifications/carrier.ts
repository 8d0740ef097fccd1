/**
 * The SMS carrier: over signed HTTP (a national gateway, or the sandbox), or AWS End User Messaging where no
 * address is set. What matters to the caller is whether an unanswered message may be sent again.
 */
import { PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { optionalSetting, setting } from '../platform/env.ts';
import { postSigned } from '../platform/post-signed.ts';
import { validSecrets } from '../platform/secrets.ts';

export type Message = { reference: string; phone: string; text: string; application: string };

export type Carrier = {
  /** Whether the carrier drops a second message with the same reference. */
  deduplicates: boolean;
  /** @returns whether it was taken. @throws when the outcome is not known: no answer, or a fault on its side. */
  send: (message: Message) => Promise<'taken' | 'refused'>;
};

const httpCarrier = (url: string): Carrier => ({
  deduplicates: true,
  send: async (message) => {
    const { status } = await postSigned(url, {
      id: `sms_${message.reference}`,
      secrets: await validSecrets(setting('SMS_SECRET_ARN')),
      body: message,
      timeoutMs: 5_000,
    });
    if (status >= 200 && status < 300) return 'taken';
    if (status >= 400 && status < 500 && status !== 429) return 'refused';
    throw new Error(`The carrier answered ${status}.`);
  },
});

const refusals = [
  'ValidationException',
  'ConflictException',
  'AccessDeniedException',
  'ResourceNotFoundException',
];

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
        return 'taken';
      } catch (error) {
        if (error instanceof Error && refusals.includes(error.name)) return 'refused';
        throw error;
      }
    },
  };
}

let known: Carrier | undefined;

/** The carrier of this stage. */
export function carrier(): Carrier {
  const url = optionalSetting('SMS_URL');
  known ??= url ? httpCarrier(url) : awsCarrier(optionalSetting('SMS_ORIGINATION_IDENTITY'));
  return known;
}
