/** What carries a case from its table to its execution and back: the relay and the waits. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handler as relay } from '../../functions/relay/handler.ts';
import type { Json } from '../support/client.ts';
import { awsError, dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

/** Stream records of journal entries. */
const records = (entries: unknown[]): DynamoDBStreamEvent =>
  ({
    Records: entries.map((entry) => ({
      dynamodb: { NewImage: marshall(entry, { removeUndefinedValues: true }) },
    })),
  }) as DynamoDBStreamEvent;
const published = (): Json[] => here.cloud.of('PutEventsCommand').flatMap(({ Entries }) => Entries);
const approve = (number: string, n: number, department: string) =>
  here.decide(`${number}-${n}`, department, { outcome: 'approved', output: { number: 'N-1' } });

describe('the relay', () => {
  it('starts the execution of a submitted case, named by its number, with ids only', async () => {
    const number = await here.submitted();
    await relay(records(here.journal(number)));
    const [start] = here.cloud.of('StartExecutionCommand');
    expect(start.name).toBe(number);
    expect(JSON.parse(start.input)).toEqual({
      application: number,
      round: 1,
      reviews: [1, 2, 3, 4, 5].map((n) => `${number}-${n}`),
      tokensExpireAt: expect.stringMatching(/^\d{10}$/),
    });
  });

  it('puts every event on the bus, as CloudEvents, with nothing that a person typed', async () => {
    const number = await here.accepted();
    await here.decide(`${number}-1`, 'market-supervision', { outcome: 'correction', reason: 'Ask 王建国' });
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'Tired of it' });
    await relay(records(here.journal(number)));
    expect(published().map(({ DetailType }) => DetailType)).toEqual(
      here.events(number).map(({ type }) => type),
    );
    for (const entry of published()) {
      expect(entry).toMatchObject({ EventBusName: 'bus', Source: 'onewindow' });
      const detail = JSON.parse(entry.Detail);
      expect(detail).toMatchObject({
        specversion: '1.0',
        source: 'onewindow',
        type: entry.DetailType,
        subject: number,
      });
      expect(detail.id).toMatch(new RegExp(`^${number}/\\d+/\\d+$`));
    }
    expect(JSON.stringify(published())).not.toMatch(/王|Tired|applicant-1|reason/);
  });

  it('delivers a record again with the same ids, and an execution that exists is no fault', async () => {
    const number = await here.submitted();
    here.cloud.refuse = ({ name }) => {
      if (name === 'StartExecutionCommand') throw awsError('ExecutionAlreadyExists');
    };
    await relay(records(here.journal(number)));
    await relay(records(here.journal(number)));
    const ids = published().map(({ Detail }) => JSON.parse(Detail).id);
    expect(ids.slice(ids.length / 2)).toEqual(ids.slice(0, ids.length / 2));
  });

  it('takes ten events at a time, as the bus does', async () => {
    const number = await here.accepted();
    const events = Array.from({ length: 23 }, () => ({ type: 'application.corrected' }));
    await relay(
      records([
        { schema: 2, aggregate: 'application', id: number, version: 9, at: '2026-11-23T02:00:00Z', events },
      ]),
    );
    expect(here.cloud.of('PutEventsCommand').map(({ Entries }) => Entries.length)).toEqual([10, 10, 3]);
  });

  it('goes on when Step Functions does not take a call', async () => {
    const [one, two] = [await here.submitted(), await here.submitted()];
    here.cloud.refuse = ({ name, input }) => {
      if (name === 'StartExecutionCommand' && input.name === one) throw awsError('ServiceUnavailable');
    };
    const batch = records([...here.journal(one), ...here.journal(two)]);
    // Neither the bus nor the records behind it wait for Step Functions; the watch starts what did not start.
    await relay(batch);
    expect(here.cloud.counted.filter((name) => name === 'WorkflowFailing')).toHaveLength(1);
    expect(new Set(published().map(({ Detail }) => JSON.parse(Detail).subject))).toEqual(new Set([one, two]));
  });

  it('throws when the bus refuses an event', async () => {
    const number = await here.submitted();
    const { send } = here.cloud.table;
    here.cloud.refuse = ({ name }) => {
      if (name === 'PutEventsCommand') throw awsError('InternalException');
    };
    await expect(relay(records(here.journal(number)))).rejects.toThrow();
    expect(send).toBeDefined();
  });

  it('carries what happens to a department, which has no application', async () => {
    await here.as('operator').put('/departments/bank', { paused: true });
    await relay(records(here.journal('bank')));
    expect(JSON.parse(published()[0].Detail)).toMatchObject({
      subject: 'bank',
      id: 'bank/1/0',
      data: { version: 1, department: 'bank' },
    });
  });

  it('releases waits also when the bus is away', async () => {
    const number = await here.accepted();
    here.cloud.refuse = ({ name }) => {
      if (name === 'PutEventsCommand') throw awsError('InternalException');
    };
    await expect(relay(records(here.journal(number)))).rejects.toThrow();
    expect(here.cloud.of('StartExecutionCommand')).toHaveLength(1);
  });

  it('cannot read a record that is none, says so, and carries the others all the same', async () => {
    const number = await here.accepted();
    await expect(relay(records([{ nonsense: true }, ...here.journal(number)]))).rejects.toThrow('1 records');
    expect(published().length).toBeGreaterThan(0);
  });
});

describe('a wait', () => {
  /** Writes the wait's row as Step Functions does, and has the stream bring it. */
  const park = (number: string, n: number, kind = 'decision', token = `token-${n}-${kind}`) => {
    const row = { pk: `APPLICATION#${number}`, sk: `WAIT#${number}-${n}`, wait: kind, token };
    here.cloud.table.store('main').set({ hash: String(row.pk), range: String(row.sk) }, row);
    return relay(records([row]));
  };
  const relayLast = (number: string) => relay(records(here.journal(number).slice(-1)));
  const successes = (): Json[] => here.cloud.of('SendTaskSuccessCommand');
  const failures = (): Json[] => here.cloud.of('SendTaskFailureCommand');

  it('goes on when the decision comes after the token', async () => {
    const number = await here.accepted();
    await park(number, 1);
    expect(successes()).toEqual([]);
    await approve(number, 1, 'market-supervision');
    await relayLast(number);
    expect(successes()).toEqual([
      {
        taskToken: 'token-1-decision',
        output: JSON.stringify({ review: `${number}-1`, outcome: 'approved' }),
      },
    ]);
  });

  it('goes on when the token comes after the decision', async () => {
    const number = await here.accepted();
    await approve(number, 1, 'market-supervision');
    await relayLast(number);
    expect(successes()).toEqual([]);
    await park(number, 1);
    expect(successes().map(({ taskToken }) => taskToken)).toEqual(['token-1-decision']);
  });

  it('for a correction is entered by a failure that the machine catches, and left when it arrives', async () => {
    const number = await here.accepted();
    await park(number, 1);
    await here.decide(`${number}-1`, 'market-supervision', { outcome: 'correction', reason: 'Name' });
    await relayLast(number);
    expect(failures()).toEqual([
      { taskToken: 'token-1-decision', error: 'CorrectionAsked', cause: `${number}-1` },
    ]);
    await park(number, 1, 'correction');
    await here.as('applicant').post(`/applications/${number}/corrections`, { form: {} });
    await relayLast(number);
    expect(successes().map(({ taskToken }) => taskToken)).toEqual(['token-1-correction']);
  });

  it('of every other review ends when the case does', async () => {
    const number = await here.accepted();
    for (const n of [1, 2, 3, 4, 5]) await park(number, n);
    await here.decide(`${number}-1`, 'market-supervision', { outcome: 'refused', reason: 'No' });
    await relayLast(number);
    expect(successes().map(({ output }) => JSON.parse(output).outcome)).toEqual(['refused']);
    expect(
      failures()
        .map(({ taskToken, error }) => [taskToken, error])
        .sort(),
    ).toEqual([2, 3, 4, 5].map((n) => [`token-${n}-decision`, 'ReviewCancelled']));
  });

  it.each(['TaskDoesNotExist', 'TaskTimedOut'])('that is over (%s) is an ordinary end', async (name) => {
    const number = await here.accepted();
    await approve(number, 1, 'market-supervision');
    here.cloud.refuse = (asked) => {
      if (asked.name === 'SendTaskSuccessCommand') throw awsError(name);
    };
    await park(number, 1);
    await relayLast(number);
  });

  it.each(['ThrottlingException', 'InvalidToken'])(
    'that cannot be released (%s) holds nothing up, and is counted for the watch',
    async (name) => {
      const number = await here.accepted();
      await approve(number, 1, 'market-supervision');
      here.cloud.refuse = (asked) => {
        if (asked.name === 'SendTaskSuccessCommand') throw awsError(name);
      };
      await park(number, 1);
      await relayLast(number);
      expect(here.cloud.counted.filter((each) => each === 'WorkflowFailing')).toHaveLength(2);
    },
  );
});
