/** Message rows. Claimed before the carrier is called, and moved forward only. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '../cases/keys.ts';
import { expiryOf } from '../platform/synthetic.ts';
import { table, tableName } from '../platform/table.ts';
import type { MessageStatus } from './schemas.ts';

/** From which statuses a message may come to this one. */
const before: Record<Exclude<MessageStatus, 'sending'>, MessageStatus[]> = {
  // From `unknown`: a doubled event took the message for lost while its sender was still waiting for the answer.
  waiting: ['sending', 'unknown'],
  sent: ['sending', 'unknown'],
  unknown: ['sending'],
  delivered: ['sending', 'sent', 'unknown', 'failed'],
  failed: ['sending', 'sent', 'unknown'],
};

async function unlessRefused(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/**
 * Claims a message, new or waiting: afterwards it is this invocation's to send.
 * @returns `claimed`, or the status in which an earlier attempt left it.
 */
export async function claim(
  number: string,
  key: string,
  template: string,
  at: Date,
): Promise<'claimed' | MessageStatus> {
  const claimed = await unlessRefused(() =>
    table.send(
      new PutCommand({
        TableName: tableName(),
        Item: {
          ...keys.message(number, key),
          template,
          status: 'sending',
          at: at.toISOString(),
          ...expiryOf(number),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );
  if (claimed) return 'claimed';
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: keys.message(number, key), ConsistentRead: true }),
  );
  if (Item?.status === 'waiting') return (await claimAgain(number, key)) ? 'claimed' : 'sending';
  return (Item?.status as MessageStatus | undefined) ?? 'unknown';
}

const claimAgain = (number: string, key: string): Promise<boolean> =>
  move(number, key, ['waiting'], 'sending');

/** Moves a message forward. @returns false when that would go back, or there is no such message. */
export async function advance(
  number: string,
  key: string,
  status: Exclude<MessageStatus, 'sending'>,
): Promise<boolean> {
  return move(number, key, before[status], status);
}

async function move(
  number: string,
  key: string,
  from: MessageStatus[],
  status: MessageStatus,
): Promise<boolean> {
  const names = Object.fromEntries(from.map((each, i) => [`:from${i}`, each]));
  return unlessRefused(() =>
    table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: keys.message(number, key),
        UpdateExpression: 'SET #status = :status',
        ConditionExpression: `#status IN (${Object.keys(names).join(', ')})`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status, ...names },
      }),
    ),
  );
}
