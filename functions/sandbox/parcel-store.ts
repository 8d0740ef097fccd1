/** Parcels of the simulated courier. Nothing of the recipient is kept. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { table } from '../platform/table.ts';
import { parcelNumber } from './numbers.ts';
import type { CourierOrder, ParcelEvent } from './schemas.ts';
import { expiry, holds, type Key, readRow, sandboxTable, writeNew } from './store.ts';
import { type Parcel, trackingPlan } from './tracking.ts';

const counterKey: Key = { pk: 'COUNTER', sk: 'PARCEL' };
const parcelKey = (trackingNumber: string): Key => ({ pk: `PARCEL#${trackingNumber}`, sk: 'PARCEL' });
const orderKey = (reference: string): Key => ({ pk: `ORDER#${reference}`, sk: 'ORDER' });

/** A number that no parcel had before. */
async function drawNumber(): Promise<string> {
  const { Attributes } = await table.send(
    new UpdateCommand({
      TableName: sandboxTable(),
      Key: counterKey,
      UpdateExpression: 'ADD lastSerial :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return parcelNumber(Number(Attributes?.lastSerial));
}

/** The number of the order with this reference: the one that it has already, or a new one. */
async function numberFor(reference: string): Promise<string> {
  const key = orderKey(reference);
  const earlier = await readRow(key);
  if (earlier) return earlier.trackingNumber as string;
  const trackingNumber = await drawNumber();
  if (await writeNew({ ...key, trackingNumber, expiresAt: expiry() })) return trackingNumber;
  // Ordered twice at the same time: the other one was first, and a number is lost.
  return (await readRow(key))?.trackingNumber as string;
}

/** Takes an order, once a reference. @returns its tracking number */
export async function takeOrder({ reference, contents }: CourierOrder): Promise<string> {
  const trackingNumber = await numberFor(reference);
  const parcel: Parcel = { trackingNumber, reference, contents, events: [], step: 0, byHand: false };
  await writeNew({ ...parcelKey(trackingNumber), ...parcel, expiresAt: expiry() });
  return trackingNumber;
}

export async function readParcel(trackingNumber: string): Promise<Parcel | undefined> {
  const row = await readRow(parcelKey(trackingNumber));
  return row as unknown as Parcel | undefined;
}

/** Takes a step of the plan. @returns false when it was taken already, or the parcel is in somebody's hands. */
export async function takeStep(trackingNumber: string, step: number, at: string): Promise<boolean> {
  return holds(
    table.send(
      new UpdateCommand({
        TableName: sandboxTable(),
        Key: parcelKey(trackingNumber),
        UpdateExpression: 'SET #events = list_append(#events, :event), #step = :next',
        ConditionExpression: '#step = :step AND byHand = :no',
        ExpressionAttributeNames: { '#events': 'events', '#step': 'step' },
        ExpressionAttributeValues: {
          ':event': [{ event: trackingPlan[step]?.event, at }],
          ':step': step,
          ':next': step + 1,
          ':no': false,
        },
      }),
    ),
  );
}

/** Records an event that an operator gave, and stops the automatic ones. @returns false when there is no parcel */
export async function addByHand(trackingNumber: string, event: ParcelEvent, at: string): Promise<boolean> {
  return holds(
    table.send(
      new UpdateCommand({
        TableName: sandboxTable(),
        Key: parcelKey(trackingNumber),
        UpdateExpression: 'SET #events = list_append(#events, :event), byHand = :yes',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#events': 'events' },
        ExpressionAttributeValues: { ':event': [{ event, at }], ':yes': true },
      }),
    ),
  );
}
