import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as issue } from '../../functions/fulfilment/issue-outputs.ts';
import { handler as text } from '../../functions/notifications/send-sms.ts';
import { later } from '../support/cases.ts';
import type { Json } from '../support/client.ts';
import { dismantle } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';

let here: OneWindow;
beforeEach(() => {
  here = new OneWindow();
});
afterEach(dismantle);

const change = (number: string, what: string, body: Json, headers = {}, role = 'applicant'): Promise<Reply> =>
  here.as(role).post(`/applications/${number}/${what}`, body, headers);
const problem = ({ status, body }: Reply): unknown => [status, body.type?.split(':').at(-1)];
const typesOf = (number: string): string[] => here.events(number).map(({ type }) => type);

/** Every read before the next write sees a state that somebody else then changes: the write is tried again. */
function lose(times: number): void {
  let left = times;
  here.cloud.refuse = ({ name }) => {
    if (name !== 'TransactWriteCommand' || left-- <= 0) return;
    const CancellationReasons = [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }];
    throw new TransactionCanceledException({ message: 'Cancelled', CancellationReasons, $metadata: {} });
  };
}

describe('a correction', () => {
  const materials = ['articles-of-association', 'proof-of-address'];
  const companyName = '杭州湖滨新青禾文化创意有限公司';

  async function asked(): Promise<string> {
    const number = await here.accepted();
    const reason = {
      outcome: 'correction',
      reason: 'The name is taken',
      fields: ['/form/companyName', '/form/legalRepresentative'],
      materials,
    };
    expect((await here.decide(`${number}-1`, 'market-supervision', reason)).status).toBe(200);
    return number;
  }

  it('replaces what it names, keeps the rest, and goes back to the department that asked', async () => {
    const number = await asked();
    const before = await here.read(number);
    expect(before).toMatchObject({ status: 'awaiting-correction', clock: { running: false } });
    vi.setSystemTime(later(24 * 60));
    const { status, headers, body } = await change(number, 'corrections', { form: { companyName } });
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe(`"${body.version}"`);
    expect(body).toMatchObject({ status: 'in-review', form: { ...before.form, companyName } });
    expect(body.reviews[0].status).toBe('requested');
    expect(body.clock.pauses).toHaveLength(1);
    expect(body.clock.dueAt > before.clock.dueAt).toBe(true);
    expect(typesOf(number).slice(-2)).toEqual(['application.corrected', 'review.requested']);
  });

  it('is masked and sealed anew, and the department reads the new value whole', async () => {
    const number = await asked();
    const person = { name: '赵一曼', idNumber: '110105199001011238', phone: '13900001111' };
    person.idNumber = here.example().form.financeContact.idNumber;
    const { body } = await change(number, 'corrections', { form: { legalRepresentative: person } });
    expect(body.form.legalRepresentative).toEqual({
      name: '赵**',
      idNumber: '330***********2020',
      phone: '139****1111',
    });
    expect(JSON.stringify(here.cloud.rows)).not.toContain('赵一曼');
    const read = await here.as('officer', 'market-supervision').get(`/reviews/${number}-1`);
    expect(read.body.form.legalRepresentative).toEqual(person);
    expect(read.body.applicant.name).toBe('王建国');
  });

  it('is checked as a whole: what it spoils is named, what it leaves alone stays right', async () => {
    const number = await asked();
    const reply = await change(number, 'corrections', {
      form: { companyName: 'x', legalRepresentative: { name: '王' } },
    });
    expect(problem(reply)).toEqual([422, 'invalid-input']);
    expect(reply.body.errors.map(({ pointer }: Json) => pointer).sort()).toEqual([
      '/form/companyName',
      '/form/legalRepresentative/idNumber',
      '/form/legalRepresentative/name',
      '/form/legalRepresentative/phone',
    ]);
    expect((await here.read(number)).status).toBe('awaiting-correction');
  });

  it('takes nothing that no notice asked for, and names it', async () => {
    const number = await asked();
    const other = await here.uploaded('proof-of-address');
    const { body } = await change(number, 'corrections', {
      form: { registeredCapital: 1, companyName, members: [] },
      materials: [other],
    });
    expect(body.errors.map(({ pointer }: Json) => pointer)).toEqual([
      '/form/registeredCapital',
      '/form/members',
    ]);
    expect((await here.read(number)).dossierVersion).toBe(1);
  });

  it('with a value as it was shown, masked, leaves it as it was', async () => {
    const number = await asked();
    const { form } = await here.read(number);
    expect(form.legalRepresentative.name).toBe('王**');
    await change(number, 'corrections', { form: { ...form, companyName } });
    const read = await here.as('officer', 'market-supervision').get(`/reviews/${number}-1`);
    expect(read.body.form.legalRepresentative).toEqual(here.example().form.legalRepresentative);
    expect(read.body).toMatchObject({ dossierVersion: 2, form: { companyName } });
  });

  it('does not tell whether a guess at what nobody asked for and everybody sees masked is right', async () => {
    const number = await asked();
    const { financeContact, members } = here.example().form;
    const guesses = [
      { financeContact },
      { financeContact: { ...financeContact, idNumber: '330102198503121017' } },
    ];
    const replies = await Promise.all(
      guesses.map((guess) => change(number, 'corrections', { form: { companyName, ...guess } })),
    );
    expect(replies.map(({ status }) => status)).toEqual([422, 422]);
    const named = replies.map(({ body }) => body.errors.map(({ pointer }: Json) => pointer));
    // Of the two, each names what was sent whole in the place of a mask, right or wrong.
    const ids = named.map((pointers) => pointers.filter((each: string) => each.endsWith('/idNumber')));
    expect(ids).toEqual([['/form/financeContact/idNumber'], ['/form/financeContact/idNumber']]);
    const lists = [members, [{ ...members[0], name: '李秀兰' }, ...members.slice(1)]];
    const told = await Promise.all(
      lists.map(
        async (list) => (await change(number, 'corrections', { form: { members: list } })).body.errors,
      ),
    );
    expect(told[0]).toEqual(told[1]);
    expect((await here.read(number)).status).toBe('awaiting-correction');
  });

  it('that changes nothing leaves the dossier at its version', async () => {
    const number = await asked();
    const { form } = await here.read(number);
    const { body } = await change(number, 'corrections', { form });
    expect(body).toMatchObject({ status: 'in-review', dossierVersion: 1 });
  });

  it('makes a decision on what was there before invalid', async () => {
    const number = await asked();
    await change(number, 'corrections', { form: { companyName } });
    const decide = (more: Json) =>
      here.decide(`${number}-1`, 'market-supervision', {
        outcome: 'approved',
        output: { number: 'N-1' },
        ...more,
      });
    expect(problem(await decide({}))).toEqual([412, 'precondition-failed']);
    expect(problem(await decide({ dossierVersion: 1 }))).toEqual([412, 'precondition-failed']);
    expect((await decide({ dossierVersion: 2 })).status).toBe(200);
  });

  it('of what an approved review saw has it reviewed again, in a round of its own', async () => {
    const number = await here.accepted();
    await here.decide(`${number}-1`, 'market-supervision', {
      outcome: 'approved',
      output: { number: 'N-1' },
    });
    const reason = { outcome: 'correction', reason: 'Name', fields: ['/form/companyName'] };
    await here.decide(`${number}-2`, 'public-security', reason);
    const { body } = await change(number, 'corrections', { form: { companyName } });
    expect(body.round).toBe(2);
    const again = body.reviews.filter(({ item }: Json) => item === 'business-registration');
    expect(again.map(({ id, status, round }: Json) => [id, status, round])).toEqual([
      [`${number}-1`, 'approved', 1],
      [`${number}-1.2`, 'requested', 2],
    ]);
    expect(typesOf(number)).toContain('round.opened');
  });

  it('adds materials and replaces those of the same code', async () => {
    const number = await asked();
    const materials = [
      await here.uploaded('articles-of-association'),
      await here.uploaded('proof-of-address'),
    ];
    const { body } = await change(number, 'corrections', { materials });
    expect(body.materials).toEqual(materials);
  });

  it('takes no material that somebody else uploaded, or for something else', async () => {
    const number = await asked();
    const mine = await here.uploaded('proof-of-address');
    for (const id of [mine.id, 'm-1', `${mine.id}0`]) {
      const reply = await change(number, 'corrections', {
        materials: [{ code: 'articles-of-association', id }],
      });
      expect(problem(reply)).toEqual([422, 'invalid-input']);
      expect(reply.body.errors).toEqual([
        { pointer: '/materials/0/id', detail: 'Not an upload of yours for this material' },
      ]);
    }
  });

  it('of nothing is refused', async () => {
    expect(problem(await change(await asked(), 'corrections', {}))).toEqual([422, 'invalid-input']);
  });

  it('that nobody asked for, or asked for no longer, is a conflict', async () => {
    const number = await here.accepted();
    expect(problem(await change(number, 'corrections', { form: {} }))).toEqual([409, 'wrong-state']);
    const other = await asked();
    await change(other, 'corrections', { form: {} });
    expect(problem(await change(other, 'corrections', { form: {} }))).toEqual([409, 'wrong-state']);
  });

  it('repeated with its key is answered like the first time, also when the case has gone on', async () => {
    const number = await asked();
    const key = { 'idempotency-key': 'k-1' };
    const first = await change(number, 'corrections', { form: { companyName } }, key);
    const decision = { outcome: 'approved', output: { number: 'N-1' }, dossierVersion: 2 };
    expect((await here.decide(`${number}-1`, 'market-supervision', decision)).status).toBe(200);
    const again = await change(number, 'corrections', { form: { companyName } }, key);
    expect(again).toEqual({ ...first, headers: expect.anything() });
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(typesOf(number).filter((type) => type === 'application.corrected')).toHaveLength(1);
    expect(
      problem(await change(number, 'corrections', { form: { companyName: '另一家公司' } }, key)),
    ).toEqual([422, 'idempotency-key-reused']);
  });

  it('of somebody else’s application is not found', async () => {
    const number = await asked();
    expect(problem(await change(number, 'corrections', { form: {} }, {}, 'agent'))).toEqual([
      404,
      'not-found',
    ]);
  });
});

describe('If-Match', () => {
  it('holds a change against the version that was read', async () => {
    const number = await here.accepted();
    const { version } = await here.read(number);
    const withdrawal = { reason: 'No' };
    for (const tag of [`"${version - 1}"`, `"${version + 1}"`, `${version}`, `W/"${version}"`, '"x"']) {
      const reply = await change(number, 'withdrawal', withdrawal, { 'if-match': tag });
      expect(problem(reply), tag).toEqual([412, 'precondition-failed']);
    }
    expect((await change(number, 'withdrawal', withdrawal, { 'if-match': `"${version}"` })).status).toBe(200);
  });

  it('of any version is any version', async () => {
    const number = await here.accepted();
    expect((await change(number, 'withdrawal', { reason: 'No' }, { 'if-match': '*' })).status).toBe(200);
  });

  it('is checked again when somebody else was faster', async () => {
    const number = await here.accepted();
    const { version } = await here.read(number);
    let once = true;
    here.cloud.refuse = ({ name }) => {
      if (name !== 'TransactWriteCommand' || !once) return;
      once = false;
      const row = here.cloud.rows.find(({ sk }) => sk === 'APPLICATION');
      if (!row) return;
      const key = { hash: String(row.pk), range: String(row.sk) };
      here.cloud.table.store('main').set(key, { ...row, version: version + 1 });
    };
    const reply = await change(number, 'withdrawal', { reason: 'No' }, { 'if-match': `"${version}"` });
    expect(problem(reply)).toEqual([412, 'precondition-failed']);
  });
});

describe('a withdrawal', () => {
  it('ends every review that is not final, and the clock', async () => {
    const number = await here.accepted();
    const { body } = await change(number, 'withdrawal', { reason: 'Another plan' });
    expect(body).toMatchObject({ status: 'withdrawn', clock: { running: false } });
    expect(new Set(body.reviews.map(({ status }: Json) => status))).toEqual(new Set(['cancelled']));
    expect(here.events(number).find(({ type }) => type === 'application.withdrawn').reason).toBe(
      'Another plan',
    );
  });

  it('is possible once, and not after the end', async () => {
    const number = await here.accepted();
    await change(number, 'withdrawal', { reason: 'No' });
    expect(problem(await change(number, 'withdrawal', { reason: 'No' }))).toEqual([409, 'wrong-state']);
    const done = await here.concluded();
    expect(problem(await change(done, 'withdrawal', { reason: 'No' }))).toEqual([409, 'wrong-state']);
  });

  it('gives a reason, not too long', async () => {
    const number = await here.accepted();
    for (const reason of ['', '   ', 'x'.repeat(501), 7]) {
      expect(problem(await change(number, 'withdrawal', { reason }))).toEqual([422, 'invalid-input']);
    }
  });

  it('wins or loses against a decision at the same time, never both', async () => {
    const number = await here.accepted();
    const [withdrawn, decided] = await Promise.all([
      change(number, 'withdrawal', { reason: 'No' }),
      here.decide(`${number}-1`, 'market-supervision', { outcome: 'refused', reason: 'No' }),
    ]);
    expect([withdrawn.status, decided.status].toSorted()).toEqual([200, 409]);
    const { status, reviews } = await here.read(number);
    const isWithdrawn = withdrawn.status === 200;
    expect([status, reviews[0].status]).toEqual(
      isWithdrawn ? ['withdrawn', 'cancelled'] : ['refused', 'refused'],
    );
    const versions = here.journal(number).map(({ version }) => version);
    expect(versions).toEqual(versions.map((_, i) => i + 1));
  });

  it('tries again when it loses a race, and says so when it loses eight', async () => {
    const number = await here.accepted();
    lose(2);
    expect((await change(number, 'withdrawal', { reason: 'No' })).status).toBe(200);
    const other = await here.accepted();
    lose(8);
    expect(problem(await change(other, 'withdrawal', { reason: 'No' }))).toEqual([409, 'version-conflict']);
  });
});

describe('collecting', () => {
  /** An application that lies at the window, and the code that the SMS told. */
  async function ready(): Promise<{ number: string; code: string }> {
    const number = await here.concluded({ delivery: { method: 'pickup' } });
    await issue(here.message(number, 'application.concluded'));
    await text(here.message(number, 'pickup.ready'));
    const sent = here.cloud.outgoing.find(({ url }) => url.startsWith('https://sms.test'));
    return { number, code: /取件码(\d{8})/.exec(sent?.body.text)?.[1] as string };
  }

  it('needs the code from the SMS', async () => {
    const { number, code } = await ready();
    const wrong = code === '00000000' ? '00000001' : '00000000';
    const reply = await change(number, 'collection', { code: wrong });
    expect(problem(reply)).toEqual([422, 'invalid-input']);
    expect(reply.body.errors).toEqual([{ pointer: '/code', detail: 'Not the code of this application' }]);
    const { body } = await change(number, 'collection', { code });
    expect(body).toMatchObject({ status: 'completed', delivery: { method: 'pickup', status: 'picked-up' } });
    expect(typesOf(number).slice(-2)).toEqual(['pickup.collected', 'application.completed']);
  });

  it('is told a new code after ten wrong ones, and takes none for an hour', async () => {
    const { number, code } = await ready();
    const wrong = code === '00000000' ? '00000001' : '00000000';
    for (let tries = 0; tries < 10; tries++) await change(number, 'collection', { code: wrong });
    expect(typesOf(number).slice(-2)).toEqual(['pickup.code-refused', 'pickup.code-renewed']);
    expect(problem(await change(number, 'collection', { code }))).toEqual([409, 'wrong-state']);
    await text(here.message(number, 'pickup.code-renewed'));
    const renewed = /更换为(\d{8})/.exec(here.cloud.outgoing.at(-1)?.body.text)?.[1];
    vi.setSystemTime(later(61));
    expect(problem(await change(number, 'collection', { code }))).toEqual([422, 'invalid-input']);
    expect((await change(number, 'collection', { code: renewed })).body.status).toBe('completed');
  });

  it('is done at the counter too, by a clerk, and only once', async () => {
    const { number, code } = await ready();
    expect(problem(await change(number, 'collection', { code }, {}, 'agent'))).toEqual([404, 'not-found']);
    expect((await change(number, 'collection', { code }, {}, 'clerk')).status).toBe(200);
    expect(problem(await change(number, 'collection', { code }))).toEqual([409, 'wrong-state']);
  });

  it('before anything lies ready is a conflict', async () => {
    const number = await here.concluded({ delivery: { method: 'pickup' } });
    expect(problem(await change(number, 'collection', { code: '12345678' }))).toEqual([409, 'wrong-state']);
  });
});
