/** What stands on an emulator and falls on AWS. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { handler as relay } from '../../functions/relay/handler.ts';
import { awsError, dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';
import { synthesize } from '../support/stacks.ts';

afterEach(dismantle);

describe('a record that can never be relayed', () => {
  it('does not stand in the way of a tenth of a shard for 23 hours', async () => {
    const here = new OneWindow();
    const number = await here.submitted();
    here.cloud.table.store('main').set(
      { hash: `APPLICATION#${number}`, range: `WAIT#${number}-1` },
      {
        pk: `APPLICATION#${number}`,
        sk: `WAIT#${number}-1`,
        wait: 'decision',
        token: 'of a table that was restored from another stack',
      },
    );
    await here.decide(`${number}-1`, 'market-supervision', {
      outcome: 'approved',
      output: { number: 'N-1' },
    });
    here.cloud.refuse = ({ name }) => {
      if (name === 'SendTaskSuccessCommand') throw awsError('InvalidToken');
    };
    const event = {
      Records: here.journal(number).map((entry) => ({ dynamodb: { NewImage: marshall(entry) } })),
    } as unknown as DynamoDBStreamEvent;
    const isThrown = await relay(event).then(
      () => false,
      () => true,
    );
    dismantle();
    const { ofType } = synthesize('integration');
    const [mapping] = ofType('AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => 'BisectBatchOnFunctionError' in Properties,
    );
    const most = (mapping?.[1].Properties.MaximumRetryAttempts as number | undefined) ?? -1;
    // Either it is not thrown for ever, or it is not repeated for ever.
    expect({ isThrown, isEndless: most === -1 }).not.toEqual({ isThrown: true, isEndless: true });
  }, 120_000);

  it('and the sweep that repairs everything is itself missed when it does not run', () => {
    const { ofType } = synthesize('integration');
    const alarms = ofType('AWS::CloudWatch::Alarm').map(
      ([, { Properties }]) => Properties as Record<string, unknown>,
    );
    const missed = alarms.filter(
      ({ MetricName, TreatMissingData }) => MetricName === 'Invocations' && TreatMissingData === 'breaching',
    );
    expect(missed).not.toEqual([]);
  }, 120_000);
});
