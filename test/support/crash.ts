/**
 * Kills a function right after its n-th awaited call to the outside has succeeded: the call has had its effect, the
 * function never learns of it. Its record is then delivered again.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

type Send = (this: unknown, ...args: unknown[]) => Promise<unknown>;
const client = Object.getPrototypeOf(DynamoDBClient.prototype) as { send: Send };

export class Killed extends Error {
  override name = 'Killed';
}

/**
 * Runs `work`, killed after its n-th call. After the death every further call fails too, as it would in a process
 * that is gone.
 * @returns whether it died, that is, made as many calls at all.
 */
export async function killedAfter(n: number, work: () => Promise<unknown>): Promise<boolean> {
  const { send } = client;
  const { fetch } = globalThis;
  let calls = 0;
  const counted = async <T>(run: () => Promise<T>): Promise<T> => {
    if (calls >= n) throw new Killed();
    const result = await run();
    calls += 1;
    if (calls >= n) throw new Killed();
    return result;
  };
  client.send = function (...args) {
    return counted(() => send.apply(this, args));
  };
  globalThis.fetch = (...args) => counted(() => fetch(...args));
  try {
    await work();
  } catch {
    // A function that throws leaves its record to be delivered again, as one that dies does.
  } finally {
    client.send = send;
    globalThis.fetch = fetch;
  }
  return calls >= n;
}
