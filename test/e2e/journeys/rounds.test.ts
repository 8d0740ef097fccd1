/** What comes after the first round: an objection that is won, causes of standstill side by side. */
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  as,
  behave,
  endpoints,
  type Json,
  read,
  resetDepartments,
  reviewOf,
  submit,
  timeline,
  until,
  untilReview,
  untilStatus,
} from '../../support/client.ts';

const applicant = as('applicant');
const operator = as('operator');
const department = 'human-resources';

beforeAll(resetDepartments);
afterEach(resetDepartments);

async function executionStatus(name: string): Promise<string | undefined> {
  const { region, stateMachines } = endpoints();
  const executionArn = `${stateMachines.jointApproval.replace(':stateMachine:', ':execution:')}:${name}`;
  return (await new SFNClient({ region }).send(new DescribeExecutionCommand({ executionArn }))).status;
}

describe('an objection that is won', () => {
  it('opens a round for its item alone, and its output comes as a consignment of its own', async () => {
    await behave(department, 'refuse');
    const { number } = await submit('business-opening');
    const partly = await untilStatus(number, 'issuing', 'delivering', 'completed');
    const refused = reviewOf(partly, department);
    const filed = await applicant.post(`/applications/${number}/objection`, {
      reviews: [refused.id],
      reason: 'The employees are insured elsewhere',
    });
    expect(filed.body.objections).toMatchObject([{ id: '1', reviews: [refused.id], status: 'filed' }]);
    await behave(department, 'approve');
    const decision = `/applications/${number}/objections/1/decision`;
    expect((await applicant.post(decision, { outcome: 'upheld' })).status).toBe(403);
    const upheld = await operator.post(decision, { outcome: 'upheld', reason: 'The reason does not hold' });
    expect(upheld.body).toMatchObject({ round: 2, objections: [{ status: 'upheld' }] });
    const done = await until(
      'both consignments to arrive',
      () => read(number),
      ({ status, consignments }) => status === 'completed' && consignments.length > 1,
    );
    const again = done.reviews.filter((each: Json) => each.item === refused.item);
    expect(again.map(({ id, status, round }: Json) => [id, status, round])).toEqual([
      [refused.id, 'refused', 1],
      [`${refused.id}.2`, 'approved', 2],
    ]);
    const last = done.consignments.at(-1);
    expect(last).toMatchObject({ method: 'electronic', status: 'issued' });
    expect(last.outputs.map(({ item }: Json) => item)).toEqual([refused.item]);
    const items = await timeline(number);
    const concluded = items
      .filter(({ type }) => type === 'application.concluded')
      .map(({ status }) => status);
    expect(concluded).toEqual(['partly-approved', 'approved']);
    for (const name of [number, `${number}.2`]) {
      await until(
        `the execution ${name} to end`,
        () => executionStatus(name),
        (status) => status === 'SUCCEEDED',
      );
    }
  });
});

describe('a hearing in one department and a correction in another', () => {
  it('overlap: the clock stands still from the first to the last, and each ends on its own', async () => {
    await behave('public-security', 'silent');
    await behave(department, 'silent');
    const { number } = await submit('business-opening');
    const seals = await untilReview(number, 'public-security', 'requested');
    const insurance = await untilReview(number, department, 'requested');
    const decide = async (of: string, review: Json, body: Json): Promise<Json> => {
      const reply = await as('officer', of).post(`/reviews/${review.id}/decisions`, body);
      expect(reply.status).toBe(200);
      return read(number);
    };
    const hearing = { outcome: 'special-procedure', procedure: 'hearing', days: 20 };
    const heard = await decide('public-security', seals, hearing);
    expect(heard).toMatchObject({ status: 'special-procedure', clock: { running: false } });
    const both = await decide(department, insurance, {
      outcome: 'correction',
      reason: 'How many employees?',
    });
    expect(both.status).toBe('awaiting-correction');
    const one = await decide('public-security', seals, { outcome: 'procedure-ended' });
    expect(one).toMatchObject({ status: 'awaiting-correction', clock: { running: false } });
    const corrected = await applicant.post(`/applications/${number}/corrections`, { form: { employees: 8 } });
    expect(corrected.body).toMatchObject({
      status: 'in-review',
      dossierVersion: 2,
      clock: { running: true },
    });
    const { pauses } = corrected.body.clock;
    expect(pauses.map(({ cause, review }: Json) => [cause, review])).toEqual([
      ['special-procedure', seals.id],
      ['correction', insurance.id],
    ]);
    expect(pauses.every(({ from, to }: Json) => to >= from)).toBe(true);
    await decide('public-security', seals, { outcome: 'approved', output: { number: 'N-1' } });
    const stale = await as('officer', department).post(`/reviews/${insurance.id}/decisions`, {
      outcome: 'approved',
    });
    expect(stale.status).toBe(412);
    await decide(department, insurance, {
      outcome: 'approved',
      output: { number: 'N-1' },
      dossierVersion: 2,
    });
    await untilStatus(number, 'issuing', 'delivering', 'completed');
  });
});
