/** The operator's hand on the business clock: deadlines that take days are seen at work within seconds. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { requirePermission } from '../cases/permissions.ts';
import { clockKey } from '../clock/now.ts';
import { setting } from '../platform/env.ts';
import { type Answer, parse, type Request } from '../platform/http.ts';
import { Problem } from '../platform/problems.ts';
import { table, tableName } from '../platform/table.ts';
import { clockSetting } from './schemas.ts';

export const eventBridge = new EventBridgeClient({});

/** Calendars end and dates overflow: further ahead of the real time is a slip of the pen. */
const furthestAheadMs = 10 * 366 * 24 * 3600 * 1000;

const invalid = (detail: string): Problem =>
  new Problem('invalid-input', 'Please correct the fields named below.', [{ pointer: '/now', detail }]);

/** Writes the offset unless it would move the clock back; the condition decides between two at the same time. */
async function writeOffset(offsetMs: number): Promise<void> {
  try {
    await table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: clockKey,
        UpdateExpression: 'SET offsetMs = :offset',
        ConditionExpression: 'attribute_not_exists(offsetMs) OR offsetMs <= :offset',
        ExpressionAttributeValues: { ':offset': offsetMs },
      }),
    );
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw invalid('The clock only moves forward');
    throw error;
  }
}

async function move(request: Request): Promise<Answer> {
  requirePermission(request.user, 'sandbox:control');
  const now = new Date(parse(clockSetting, request.body).now);
  const offsetMs = now.getTime() - Date.now();
  if (offsetMs < 0) throw invalid('The clock only moves forward');
  if (offsetMs > furthestAheadMs) throw invalid('At most ten years ahead of the real time');
  await writeOffset(offsetMs);
  const { FailedEntryCount } = await eventBridge.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: setting('BUS_NAME'),
          Source: 'onewindow',
          DetailType: 'clock.moved',
          Detail: JSON.stringify({ now: now.toISOString() }),
        },
      ],
    }),
  );
  if (FailedEntryCount) throw new Error('The bus did not take clock.moved.');
  return { status: 200, body: { now: now.toISOString() } };
}

export const clockRoutes = { 'POST /sandbox/clock': move };
