/**
 * Idempotency-Key: the answer to the first request is written in the same transaction as what it did, so a
 * repetition finds either both or neither.
 */
import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Answer, Request } from './http.ts';
import { Problem } from './problems.ts';
import { type Key, table, tableName } from './table.ts';

/** An idempotency row to be written with the change that it answers for. */
export type Receipt = { user: string; key: string; bodyHash: string; answer: Record<string, unknown> };

/** The receipt is there already: this request has been carried out before, or is being carried out. */
export class AlreadyAnswered extends Error {
  override name = 'AlreadyAnswered';
}

export const idempotencyKey = (user: string, key: string): Key => ({
  pk: `IDEMPOTENCY#${user}#${key}`,
  sk: 'IDEMPOTENCY',
});

/** How long a repeated request still gets the first answer. */
const receiptLivesForSeconds = 7 * 24 * 3600;

export const receiptRow = ({ user, key, bodyHash, answer }: Receipt, at: Date) => ({
  ...idempotencyKey(user, key),
  bodyHash,
  answer,
  expiresAt: Math.floor(at.getTime() / 1000) + receiptLivesForSeconds,
});

/**
 * Keeps a receipt by itself, after a change that may be made twice: who dies in between makes it again.
 * @throws AlreadyAnswered
 */
export async function keepReceipt(receipt: Receipt | undefined): Promise<void> {
  if (!receipt) return;
  try {
    await table.send(
      new PutCommand({
        TableName: tableName(),
        Item: receiptRow(receipt, new Date()),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  } catch (error) {
    throw error instanceof ConditionalCheckFailedException ? new AlreadyAnswered() : error;
  }
}

export const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/**
 * The Idempotency-Key of a request: printable ASCII, as in the IETF draft; undefined without one.
 * @throws Problem malformed-request
 */
export function givenKey({ headers }: Pick<Request, 'headers'>): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw new Problem('malformed-request', 'An Idempotency-Key has 1 to 255 printable ASCII characters.');
  }
  return key;
}

/**
 * Runs a POST once per (user, Idempotency-Key). Without the header it simply runs.
 * @param run gets a function that makes the receipt to commit with the change, from the answer to repeat.
 * @param repeat makes the answer from what the receipt has kept of it, where that is not all
 */
export async function once(
  request: Request,
  run: (receipt: (answer: Answer) => Receipt | undefined) => Promise<Answer>,
  repeat: (kept: Answer) => Answer | Promise<Answer> = (kept) => kept,
): Promise<Answer> {
  const given = givenKey(request);
  if (given === undefined) return run(() => undefined);
  // Hashed into the row's key.
  const key = digest(given);
  const user = request.user?.subject ?? 'anonymous';
  const bodyHash = digest(`${request.route}\n${JSON.stringify(request.params)}\n${request.rawBody}`);
  const earlier = await answered(user, key, bodyHash);
  if (earlier) return replayed(await repeat(earlier));
  try {
    return await run((answer) => ({ user, key, bodyHash, answer }));
  } catch (error) {
    if (!(error instanceof AlreadyAnswered)) throw error;
    const first = await answered(user, key, bodyHash);
    if (first) return replayed(await repeat(first));
    throw new Problem('in-flight', 'The first request with this Idempotency-Key is not finished yet.');
  }
}

/** The first answer again, and told to be that. */
export const replayed = (answer: Answer): Answer => ({
  ...answer,
  headers: { ...answer.headers, 'idempotent-replayed': 'true' },
});

async function answered(user: string, key: string, bodyHash: string): Promise<Answer | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: idempotencyKey(user, key), ConsistentRead: true }),
  );
  if (!Item) return undefined;
  if (Item.bodyHash !== bodyHash) {
    throw new Problem('idempotency-key-reused', 'Use a new Idempotency-Key for a new request.');
  }
  return Item.answer as Answer;
}
