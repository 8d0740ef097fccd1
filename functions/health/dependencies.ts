/** What the service cannot do without, each with one cheap question that needs it. */
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { currentVersion } from '../catalogue/published.ts';
import { setting } from '../platform/env.ts';
import { table, tableName } from '../platform/table.ts';

// Who asks after health wants to know how it is now, not after some repetitions.
const once = { maxAttempts: 1 };
const kms = new KMSClient(once);
const sqs = new SQSClient(once);

/** Reads a row that need not be there; the table's own key is needed for that, too. */
async function askTable(): Promise<void> {
  const key = { pk: 'HEALTH', sk: 'HEALTH' };
  await table.send(new GetCommand({ TableName: tableName(), Key: key, ConsistentRead: true }));
}

async function askKeys(): Promise<void> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: setting('PERSONAL_KEY_ARN') }));
  if (!KeyMetadata?.Enabled) throw new Error(`The key is ${KeyMetadata?.KeyState}.`);
}

async function askQueues(): Promise<void> {
  const urls = setting('QUEUE_URLS').split(',');
  await Promise.all(
    urls.map((QueueUrl) =>
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] })),
    ),
  );
}

/** @throws Problem when none was published */
async function askCatalogue(): Promise<void> {
  await currentVersion();
}

export const dependencies: Record<string, () => Promise<void>> = {
  table: askTable,
  keys: askKeys,
  queues: askQueues,
  catalogue: askCatalogue,
};
