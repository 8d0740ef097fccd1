/** What the service levels go by: entries and how old they were when they were carried, and conclusions. */
import { Metrics } from '@aws-lambda-powertools/metrics';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { handler as census } from '../../functions/approvals/take-census.ts';
import { handler as relay } from '../../functions/relay/handler.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
const counted: Record<string, number> = {};
beforeEach(() => {
  here = new OneWindow();
  for (const name of Object.keys(counted)) delete counted[name];
  vi.spyOn(Metrics.prototype, 'addMetric').mockImplementation(function (this: Metrics, name, _, value) {
    counted[name] = (counted[name] ?? 0) + value;
    return this;
  });
});
afterEach(dismantle);

/** The journal of a case as the stream brings it. @param age seconds */
const batch = (number: string, age: number, eventName = 'INSERT') =>
  ({
    Records: here.cloud.rows
      .filter(({ pk, sk }) => String(pk).endsWith(number) && /^(EVENT|WAIT)#/.test(String(sk)))
      .map((row) => ({
        eventName,
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(Date.now() / 1000) - age,
          Keys: marshall({ pk: row.pk, sk: row.sk }),
          NewImage: marshall(row),
        },
      })),
  }) as unknown as DynamoDBStreamEvent;

it('counts each new entry by whether it left within a minute, and conclusions', async () => {
  const number = await here.concluded();
  const entries = here.journal(number).length;
  for (const name of Object.keys(counted)) delete counted[name];
  await relay(batch(number, 2));
  expect(counted).toEqual({ EntriesRelayedInTime: entries, ApplicationsConcluded: 1 });
  await relay(batch(number, 90));
  expect(counted).toMatchObject({ EntriesRelayedLate: entries, EntriesRelayedInTime: entries });
});

it('does not count what is only carried again', async () => {
  const number = await here.concluded();
  for (const name of Object.keys(counted)) delete counted[name];
  await relay(batch(number, 90, 'MODIFY'));
  expect(counted).toEqual({});
});

it('carries the heartbeat nowhere and counts it not', async () => {
  await census();
  for (const name of Object.keys(counted)) delete counted[name];
  here.cloud.asked.length = 0;
  const beats = here.cloud.rows.filter(({ pk }) => pk === 'HEARTBEAT');
  expect(beats).toHaveLength(1);
  await relay(batch('HEARTBEAT', 2));
  expect([counted, here.cloud.asked]).toEqual([{}, []]);
});
