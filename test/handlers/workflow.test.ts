/** What carries a case from its table to its execution and back: relay, waits, and the two tasks of the machine. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handler as accept } from '../../functions/approvals/accept.ts';
import { handler as conclude } from '../../functions/approvals/record-conclusion.ts';
import { handler as wait } from '../../functions/approvals/register-wait.ts';
import { handler as relay } from '../../functions/relay/handler.ts';
import type { Json } from '../support/client.ts';
import { awsError, dismantle } from '../support/memory-cloud.ts';
import { OneWindow, sqsEvent } from '../support/onewindow.ts';

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
  here.decide(`${number}-${n}`, department, { outcome: 'approved' });

describe('the relay', () => {
  it('starts the execution of a submitted case, named by its number, with ids only', async () => {
    const number = await here.submitted();
    await relay(records(here.journal(number)));
    const [start] = here.cloud.of('StartExecutionCommand');
    expect(start.name).toBe(number);
    expect(JSON.parse(start.input)).toEqual({
      application: number,
      reviews: [1, 2, 3, 4, 5].map((n) => `${number}-${n}`),
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
    const [first, second] = published().map(({ Detail }) => JSON.parse(Detail).id);
    expect(second).toBe(first);
  });

  it('takes ten events at a time, as the bus does', async () => {
    const number = await here.accepted();
    const events = Array.from({ length: 23 }, () => ({ type: 'application.corrected' }));
    await relay(
      records([{ application: number, version: 9, service: 's', at: '2026-11-23T02:00:00Z', events }]),
    );
    expect(here.cloud.of('PutEventsCommand').map(({ Entries }) => Entries.length)).toEqual([10, 10, 3]);
  });

  it('throws when a record fails, after the others are done', async () => {
    const [one, two] = [await here.submitted(), await here.submitted()];
    here.cloud.refuse = ({ name, input }) => {
      if (name === 'StartExecutionCommand' && input.name === one) throw awsError('ServiceUnavailable');
    };
    const batch = records([...here.journal(one), ...here.journal(two)]);
    await expect(relay(batch)).rejects.toThrow('1 entries');
    expect(published().map(({ Detail }) => JSON.parse(Detail).subject)).toEqual([two]);
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

  it('cannot read a record that is none, and says so', async () => {
    await expect(relay(records([{ nonsense: true }]))).rejects.toThrow();
  });
});

describe('a wait', () => {
  const park = (number: string, n: number, kind = 'decision', token = `token-${n}-${kind}`) =>
    wait(sqsEvent({ application: number, review: `${number}-${n}`, wait: kind, token }));
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
    expect(await park(number, 1)).toEqual({ batchItemFailures: [] });
    await relayLast(number);
  });

  it.each(['ThrottlingException', 'InvalidToken'])(
    'that cannot be released (%s) is tried again',
    async (name) => {
      const number = await here.accepted();
      await approve(number, 1, 'market-supervision');
      here.cloud.refuse = (asked) => {
        if (asked.name === 'SendTaskSuccessCommand') throw awsError(name);
      };
      expect(await park(number, 1)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
      await expect(relayLast(number)).rejects.toThrow();
    },
  );

  it('registered twice, the later token counts', async () => {
    const number = await here.accepted();
    await park(number, 1, 'decision', 'old');
    await park(number, 1, 'decision', 'new');
    await approve(number, 1, 'market-supervision');
    await relayLast(number);
    expect(successes().map(({ taskToken }) => taskToken)).toEqual(['new']);
  });

  it.each([
    ['nonsense', 'not json'],
    ['no token', { application: 'a', review: 'a-1', wait: 'decision' }],
    ['an empty token', { application: 'a', review: 'a-1', wait: 'decision', token: '' }],
    ['a kind that is none', { application: 'a', review: 'a-1', wait: 'for Godot', token: 't' }],
  ])('with %s is left to the queue', async (_, body) => {
    expect(await wait(sqsEvent(body))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
  });
});

describe('the tasks of the machine', () => {
  it('accept once, however often they are asked', async () => {
    const number = await here.submitted();
    expect(await accept({ application: number })).toEqual({ status: 'in-review' });
    expect(await accept({ application: number })).toEqual({ status: 'in-review' });
    expect(here.events(number).map(({ type }) => type)).toEqual([
      'application.submitted',
      'application.accepted',
      'review.requested',
    ]);
  });

  it('conclude once, and not before the last review', async () => {
    const number = await here.accepted();
    await expect(conclude({ application: number })).rejects.toThrow('still open');
    const done = await here.concluded();
    expect(await conclude({ application: done })).toEqual({ status: 'approved' });
    expect(here.events(done).filter(({ type }) => type === 'application.concluded')).toHaveLength(1);
  });

  it('fail for a case that does not exist, and for an input that is none', async () => {
    for (const task of [accept, conclude]) {
      await expect(task({ application: 'nobody' })).rejects.toThrow('nobody');
      await expect(task({})).rejects.toThrow();
      await expect(task(undefined)).rejects.toThrow();
    }
  });
});
