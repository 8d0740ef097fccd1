/** Races and lost effects that a handler once had. */
import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as sweep } from '../../functions/approvals/sweep.ts';
import { readConnection, writeConnection } from '../../functions/departments/store.ts';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { awsError, dismantle } from '../support/memory-cloud.ts';
import { OneWindow } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const done = { batchItemFailures: [] };
const again = { batchItemFailures: [{ itemIdentifier: 'm-1' }] };

/** A module of its own: the carrier is remembered for the life of a process. */
async function awsText() {
  vi.resetModules();
  return (await import('../../functions/notifications/send-sms.ts')).handler;
}

describe('a wrong pick-up code', () => {
  it('is refused at its repetition with the same Idempotency-Key as it was at first', async () => {
    const number = await here.concluded({ delivery: { method: 'pickup' } });
    await issue(here.message(number, 'application.concluded'));
    const body = { code: '00000000' };
    const key = { 'idempotency-key': 'machine-7-0001' };
    const first = await here.as('applicant').post(`/applications/${number}/collection`, body, key);
    const second = await here.as('applicant').post(`/applications/${number}/collection`, body, key);
    expect(first.status).toBe(422);
    expect(second.status).toBe(422);
  });
});

describe('an SMS by a carrier that does not de-duplicate', () => {
  it('is sent once KMS answers again: nothing had left when it did not', async () => {
    dismantle();
    here = new OneWindow({ SMS_URL: '', SMS_ORIGINATION_IDENTITY: 'sender' });
    const text = await awsText();
    const number = await here.submitted();
    let failures = 1;
    here.cloud.refuse = ({ name }) => {
      if (name === 'DecryptCommand' && failures-- > 0) throw awsError('ThrottlingException');
    };
    expect(await text(here.message(number, 'application.accepted'))).toEqual(again);
    expect(here.cloud.of('SendTextMessageCommand')).toHaveLength(0);
    expect(await text(here.message(number, 'application.accepted', 2))).toEqual(done);
    expect(here.cloud.of('SendTextMessageCommand')).toHaveLength(1);
  });
});

describe('an electronic document', () => {
  it('does not wait for a courier who is away', async () => {
    const number = await here.concluded();
    here.cloud.answer = () => new Response('', { status: 503 });
    await issue(here.message(number, 'application.concluded'));
    const { consignments } = await here.read(number);
    const electronic = consignments.find(({ method }: Json) => method === 'electronic');
    expect(electronic.status).toBe('issued');
  });
});

describe('the sweep', () => {
  it('takes a conflict with a transaction for what it is: the case changes, and keeps its alarm', async () => {
    await here.accepted();
    here.cloud.refuse = ({ name, input }) => {
      if (name === 'UpdateCommand' && input.ConditionExpression === 'version = :version') {
        throw new TransactionConflictException({ message: 'ongoing transaction', $metadata: {} });
      }
    };
    vi.setSystemTime(later(11));
    await expect(sweep()).resolves.toBeUndefined();
    expect(here.cloud.counted).not.toContain('CasesUnsweepable');
  });

  it('stands a DescribeExecution that has reached its rate, and asks again some time later', async () => {
    const number = await here.accepted();
    await here.as('applicant').post(`/applications/${number}/withdrawal`, { reason: 'No' });
    here.leaveTraces(number);
    here.cloud.executions.set(number, 'RUNNING');
    here.cloud.refuse = ({ name }) => {
      if (name === 'DescribeExecutionCommand') throw awsError('ThrottlingException');
    };
    vi.setSystemTime(later(11));
    await expect(sweep()).resolves.toBeUndefined();
    expect(here.cloud.counted).not.toContain('CasesUnsweepable');
    const woken = () => here.cloud.rows.find(({ sk }) => sk === `WAIT#${number}-1`)?.again;
    expect(woken()).toBeUndefined();
    const asked = () => here.cloud.of('DescribeExecutionCommand').length;
    expect(asked()).toBe(1);
    here.cloud.refuse = () => {};
    vi.setSystemTime(later(30));
    await sweep();
    expect(asked(), 'it takes no time of what is due').toBe(1);
    vi.setSystemTime(later(31));
    await sweep();
    expect(woken()).toBe(1);
  });

  it('notices an objection that nobody decides', async () => {
    const number = await here.accepted();
    await here.decide(`${number}-1`, 'market-supervision', { outcome: 'refused', reason: 'No' });
    const path = `/applications/${number}/objection`;
    const body = { reviews: [`${number}-1`], reason: 'It was wrong' };
    expect((await here.as('applicant').post(path, body)).status).toBe(200);
    const row = () =>
      here.cloud.rows.find(({ pk, sk }) => sk === 'APPLICATION' && pk === `APPLICATION#${number}`);
    here.cloud.counted.length = 0;
    // What the effects leave behind, so that nothing else is asked for.
    here.leaveTraces(number);
    vi.setSystemTime(later(11));
    await sweep();
    expect(row()?.nextDueAt).toBeDefined();
  });
});

describe('the weekly look at an open case', () => {
  it('gives a change of a second ago its ten minutes', async () => {
    const number = await here.accepted();
    here.leaveTraces(number);
    vi.setSystemTime(later(11));
    await sweep();
    const weekLater = later(11 + 7 * 24 * 60);
    vi.setSystemTime(weekLater.getTime() - 1000);
    const ask = { outcome: 'correction', reason: 'Name' };
    expect((await here.decide(`${number}-1`, 'market-supervision', ask)).status).toBe(200);
    vi.setSystemTime(weekLater);
    await sweep();
    expect(here.cloud.counted).not.toContain('CasesRepaired');
  });
});

describe('a renewal of a secret', () => {
  const renewed = async () => (await readConnection('bank')).renewed;

  it('that died before it was announced is announced by its repetition', async () => {
    const operator = here.as('operator');
    const key = { 'idempotency-key': 'renew-1' };
    const body = { endOlder: true };
    let refused = 0;
    here.cloud.refuse = ({ name, input }) => {
      if (name === 'UpdateCommand' && String(input.UpdateExpression).includes('renewed') && refused++ < 1) {
        throw new TransactionConflictException({ message: 'ongoing transaction', $metadata: {} });
      }
    };
    expect((await operator.post('/departments/bank/secrets', body, key)).status).toBeGreaterThanOrEqual(400);
    expect((await operator.post('/departments/bank/secrets', body, key)).status).toBe(201);
    expect(await renewed()).toBe(1);
  });

  it('is not forgotten by a setting that was read before it was announced', async () => {
    const operator = here.as('operator');
    let read: Awaited<ReturnType<typeof readConnection>> | undefined;
    let isReading = false;
    const { send } = here.cloud.table;
    // Somebody sets the department: read after the journal entry of the renewal, written after its announcement.
    Object.assign(here.cloud.table, {
      send: async (command: { input: Json }) => {
        if (!isReading && String(command.input.UpdateExpression).includes('renewed')) {
          isReading = true;
          read = await readConnection('bank');
        }
        return send(command);
      },
    });
    await operator.post('/departments/bank/secrets', { endOlder: true });
    expect(await renewed()).toBe(1);
    await writeConnection(
      'bank',
      read as never,
      { webhookUrl: 'https://bank.test/hook', paused: false },
      { capacity: 'operator', subject: 'operator-1' },
    ).catch(() => {});
    expect(await renewed()).toBe(1);
  });
});

describe('what a department reads', () => {
  it('is of the dossier version that it is told, whenever a correction is written', async () => {
    const number = await here.accepted();
    const id = `${number}-1`;
    const ask = { outcome: 'correction', reason: 'Name', fields: ['/form/companyName'] };
    expect((await here.decide(id, 'market-supervision', ask)).status).toBe(200);
    const { send } = here.cloud.table;
    let isArmed = true;
    const correct = () =>
      here
        .as('applicant')
        .post(`/applications/${number}/corrections`, { form: { companyName: '杭州新名有限公司' } });
    Object.assign(here.cloud.table, {
      send: async (command: { input: Json }) => {
        const values = Object.values(command.input.ExpressionAttributeValues ?? {});
        if (isArmed && command instanceof QueryCommand && values.includes('REVIEW#~')) {
          isArmed = false;
          // The dossier has been read; the reviews have not.
          expect((await correct()).status).toBe(200);
        }
        return send(command);
      },
    });
    const secret = here.secretOf('market-supervision');
    const read = await here.signed(secret, 'GET', `/reviews/${id}`);
    expect(read.status).toBe(200);
    const { dossierVersion, form } = read.body;
    const decision = await here.decide(id, 'market-supervision', {
      outcome: 'approved',
      output: { number: 'N-1' },
      dossierVersion,
    });
    // Approved upon the old name, as if the new one had been seen.
    expect([form.companyName === '杭州新名有限公司', decision.status]).not.toEqual([false, 200]);
  });
});

describe('a refusal whose objection was upheld and decided before its SMS was sent', () => {
  it('leaves a trace all the same: without one the sweep finds the case stuck for ever', async () => {
    const { handler: text } = await import('../../functions/notifications/send-sms.ts');
    const number = await here.accepted();
    await here.decide(`${number}-1`, 'market-supervision', { outcome: 'refused', reason: 'No' });
    const body = { reviews: [`${number}-1`], reason: 'It was wrong' };
    await here.as('applicant').post(`/applications/${number}/objection`, body);
    const path = `/applications/${number}/objections/1/decision`;
    const upheld = await here
      .as('officer', 'market-supervision')
      .post(path, { outcome: 'upheld', reason: 'Yes' });
    expect(upheld.status).toBe(200);
    // Within the eighteen hours for which the message may wait for its carrier.
    const approved = { outcome: 'approved', output: { number: 'N-1' } };
    expect((await here.decide(`${number}-1.2`, 'market-supervision', approved)).status).toBe(200);
    expect(await text(here.message(number, 'application.concluded'))).toEqual(done);
    const message = here.cloud.rows.find(
      ({ pk, sk, template }) =>
        pk === `APPLICATION#${number}` &&
        String(sk).startsWith('MESSAGE#') &&
        template === 'application.concluded',
    );
    expect(message).toBeDefined();
  });
});

describe('a try at a code', () => {
  it('counts once, however many races it loses', async () => {
    const number = await here.concluded({ delivery: { method: 'pickup' } });
    await issue(here.message(number, 'application.concluded'));
    let lost = 2;
    here.cloud.refuse = ({ name }) => {
      if (name === 'TransactWriteCommand' && lost-- > 0) {
        throw new TransactionCanceledException({
          message: 'conflict',
          CancellationReasons: [{ Code: 'TransactionConflict' }],
          $metadata: {},
        });
      }
    };
    await here.as('applicant').post(`/applications/${number}/collection`, { code: '00000000' });
    const row = here.cloud.rows.find(({ pk }) => String(pk).startsWith('LIMIT#codeTries#'));
    expect(row?.count).toBe(1);
  });
});

describe('a sweep that does not get through', () => {
  it('says so', async () => {
    for (let i = 0; i < 20; i++) await here.submitted();
    vi.setSystemTime(later(11));
    here.cloud.refuse = ({ name }) => {
      if (name === 'UpdateCommand') vi.setSystemTime(Date.now() + 46_000);
    };
    const looks = () => here.cloud.rows.filter(({ watched }) => watched).length;
    here.cloud.counted.length = 0;
    await sweep();
    expect(looks()).toBeLessThan(20);
    expect(here.cloud.counted.filter((name) => name !== 'CasesRepaired')).not.toEqual([]);
  });
});
