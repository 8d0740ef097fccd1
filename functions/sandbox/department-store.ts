/** Settings of the simulated departments, and the webhooks that they have received. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { table } from '../platform/table.ts';
import type { DepartmentBehaviour, DepartmentSetting } from './schemas.ts';
import { expiry, type Key, readRow, sandboxTable } from './store.ts';

export type SimulatedDepartment = {
  behaviour: DepartmentBehaviour;
  delaySeconds: number;
  /** The last two secrets, newest first: the one before is still valid for a day. */
  secrets: string[];
};

const departmentKey = (code: string): Key => ({ pk: `DEPARTMENT#${code}`, sk: 'SETTING' });
const reviewKey = (review: string): Key => ({ pk: `REVIEW#${review}`, sk: 'REVIEW' });
const webhookKey = (review: string, webhookId: string): Key => ({
  pk: `REVIEW#${review}`,
  sk: `WEBHOOK#${webhookId}`,
});

/** A department's setting; one that was never set approves at once and is not connected. */
export async function readDepartment(code: string): Promise<SimulatedDepartment> {
  const row = await readRow(departmentKey(code));
  return {
    behaviour: (row?.behaviour as DepartmentBehaviour | undefined) ?? 'approve',
    delaySeconds: (row?.delaySeconds as number | undefined) ?? 0,
    secrets: [row?.secret, row?.formerSecret].filter((secret): secret is string => secret !== undefined),
  };
}

/**
 * Changes what is given and keeps the rest, except that a new behaviour sets the delay to zero unless one is
 * given with it. A secret handed in again changes nothing.
 */
export async function writeDepartment(code: string, wanted: DepartmentSetting): Promise<SimulatedDepartment> {
  const before = await readDepartment(code);
  const delaySeconds = wanted.delaySeconds ?? (wanted.behaviour ? 0 : before.delaySeconds);
  const behaviour = wanted.behaviour ?? before.behaviour;
  const [newest] = before.secrets;
  const secrets =
    wanted.secret === undefined || wanted.secret === newest
      ? before.secrets
      : [wanted.secret, ...(newest === undefined ? [] : [newest])];
  const changes = { behaviour, delaySeconds, secret: secrets[0], formerSecret: secrets[1] };
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  await table.send(
    new UpdateCommand({
      TableName: sandboxTable(),
      Key: departmentKey(code),
      UpdateExpression: `SET ${given.map(([name]) => `${name} = :${name}`).join(', ')}`,
      ExpressionAttributeValues: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
    }),
  );
  return { behaviour, delaySeconds, secrets };
}

/** Counts a delivery of this webhook. `accepted`: an earlier one was carried out to its end. */
export async function countDelivery(
  review: string,
  webhookId: string,
  type: string,
): Promise<{ attempt: number; accepted: boolean }> {
  const { Attributes } = await table.send(
    new UpdateCommand({
      TableName: sandboxTable(),
      Key: webhookKey(review, webhookId),
      UpdateExpression: 'SET webhookType = :type, expiresAt = :expiresAt ADD attempts :one',
      ExpressionAttributeValues: { ':type': type, ':expiresAt': expiry(), ':one': 1 },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return { attempt: Number(Attributes?.attempts), accepted: Attributes?.accepted === true };
}

/** From now on this webhook is known: delivered again, it leads to nothing new. */
export async function markAccepted(review: string, webhookId: string): Promise<void> {
  await table.send(
    new UpdateCommand({
      TableName: sandboxTable(),
      Key: webhookKey(review, webhookId),
      UpdateExpression: 'SET accepted = :yes',
      ExpressionAttributeValues: { ':yes': true },
    }),
  );
}

/**
 * Whether this webhook is the one by which the department was asked about the review for the first time. Stays
 * so when asked again, which makes a repeated job decide alike.
 */
export async function isFirstRequest(review: string, webhookId: string): Promise<boolean> {
  const { Attributes } = await table.send(
    new UpdateCommand({
      TableName: sandboxTable(),
      Key: reviewKey(review),
      UpdateExpression: 'SET firstRequest = if_not_exists(firstRequest, :id), expiresAt = :expiresAt',
      ExpressionAttributeValues: { ':id': webhookId, ':expiresAt': expiry() },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return Attributes?.firstRequest === webhookId;
}
