/**
 * What became of a message. A rule without I/O. `refused` is only what concerns this one number; a wrong
 * configuration of ours, a limit or a fault of theirs is none of the applicant's, and is tried again.
 */
import * as z from 'zod/mini';

/** `not-taken`: certainly not sent; `unknown`: perhaps sent. */
export type Outcome = 'taken' | 'refused' | 'not-taken' | 'unknown';

const numberRefused = z.object({ error: z.literal('number') });

function refusesNumber(body: string): boolean {
  try {
    return numberRefused.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}

/** Of an HTTP carrier: it refuses a number by 400 or 422 with `{"error": "number"}`, and in no other way. */
export function outcomeOfAnswer(status: number, body: string): Outcome {
  if (status >= 200 && status <= 299) return 'taken';
  if ((status === 400 || status === 422) && refusesNumber(body)) return 'refused';
  return status >= 500 ? 'unknown' : 'not-taken';
}

/** Reasons of a ConflictException that lie in the number, and not in the account. */
const reasonsOfNumber = [
  'DESTINATION_PHONE_NUMBER_OPTED_OUT',
  'DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE',
];

/** What the SDK tells of a failed SendTextMessage. */
const awsFailure = z.object({
  name: z.string(),
  Reason: z.optional(z.string()),
  Fields: z.optional(z.array(z.object({ Name: z.optional(z.string()) }))),
  $metadata: z.optional(z.object({ httpStatusCode: z.optional(z.number()) })),
});

/** Never left this machine. */
const unsent = ['CredentialsProviderError', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

function concernsNumber({ name, Reason, Fields = [] }: z.infer<typeof awsFailure>): boolean {
  if (name === 'ConflictException') return Reason !== undefined && reasonsOfNumber.includes(Reason);
  return (
    name === 'ValidationException' &&
    Fields.length > 0 &&
    Fields.every(({ Name }) => Name === 'DestinationPhoneNumber')
  );
}

/** Of AWS End User Messaging, by the error of `SendTextMessage`. */
export function outcomeOfError(error: unknown): Outcome {
  const { data } = awsFailure.safeParse(error);
  if (!data) return 'unknown';
  if (concernsNumber(data)) return 'refused';
  const code = (error as { code?: unknown }).code;
  if (unsent.includes(data.name) || unsent.includes(String(code))) return 'not-taken';
  const status = data.$metadata?.httpStatusCode;
  return status !== undefined && status >= 400 && status <= 499 ? 'not-taken' : 'unknown';
}
