/** The catalogue published, read, changed and rolled back while functions serve it; publishers that race and die. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { canaryDepartment, canaryService } from '../../functions/canary/service.ts';
import { entryOf } from '../../functions/cases/upgrade.ts';
import {
  currentDepartments,
  currentService,
  directoryOf,
  forgetCatalogue,
  pointerLivesMs,
  serviceAt,
} from '../../functions/catalogue/published.ts';
import { keys } from '../../functions/catalogue/rows.ts';
import type { Service } from '../../functions/catalogue/schemas.ts';
import { table, tableName } from '../../functions/platform/table.ts';
import { cloudEvents } from '../../functions/relay/cloud-events.ts';
import { generatedCatalogue } from '../../infra/bench/meter-catalogue.ts';
import { diff, linesOf, type Side } from '../../infra/catalogue/diff.ts';
import { type Catalogue, manifestOf } from '../../infra/catalogue/manifest.ts';
import { keptVersions, Overtaken, Publisher } from '../../infra/catalogue/publish.ts';
import { later } from '../support/cases.ts';
import { catalogue, publishedRows, seedCatalogue, serviceOf } from '../support/catalogue.ts';
import { killedAfter } from '../support/crash.ts';
import { dismantle, MemoryCloud } from '../support/memory-cloud.ts';
import { OneWindow, type Reply } from '../support/onewindow.ts';

let cloud: MemoryCloud;
let publisher: Publisher;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: later(0) });
  cloud = new MemoryCloud();
  forgetCatalogue();
  publisher = new Publisher(table, tableName());
});
afterEach(dismantle);

const withFee = (fee: number, of: Catalogue = catalogue): Catalogue => ({
  ...of,
  services: of.services.map((each) => (each.code === 'rental-filing' ? { ...each, fee } : each)),
});
const feeOf = async (): Promise<number | undefined> => (await currentService('rental-filing'))?.service.fee;
/** A new process: it knows nothing. */
const asNew = async <T>(look: () => Promise<T>): Promise<T> => {
  forgetCatalogue();
  return look();
};
const generated = (count: number): Catalogue => ({
  ...catalogue,
  services: Array.from({ length: count }, (_, i): Service => {
    const base = serviceOf('rental-filing');
    const code = `service-${i}`;
    return { ...base, code, name: { zh: `服务${i}号`, en: `Service ${i}` } };
  }),
});
const rowOf = (key: { pk: string; sk: string }) =>
  cloud.table.rows().find(({ pk, sk }) => pk === key.pk && sk === key.sk);

describe('a publication', () => {
  it('is read as it was published, from the first to the last service', async () => {
    const { pointer, isNew } = await publisher.publish(catalogue);
    expect({ version: pointer.version, isNew }).toEqual({ version: 1, isNew: true });
    for (const service of catalogue.services) {
      expect((await currentService(service.code))?.service).toEqual(service);
    }
    // And what the system has of its own, which no list shows.
    expect((await currentService('canary'))?.service).toEqual(canaryService);
    expect(await currentDepartments()).toEqual([...catalogue.departments, canaryDepartment]);
    expect((await directoryOf(1))?.map(({ code }) => code)).toEqual(
      catalogue.services.map(({ code }) => code),
    );
    expect(await currentService('nothing')).toBeUndefined();
    expect(await currentService('__proto__')).toBeUndefined();
  });

  it('is told in the journal, and so on the bus, without a name', async () => {
    const by = { capacity: 'operator', subject: 'somebody' } as const;
    await new Publisher(table, tableName(), by).publish(catalogue);
    const row = rowOf({ pk: 'CATALOGUE', sk: 'EVENT#000001' }) ?? {};
    expect(entryOf(row)).toMatchObject({ aggregate: 'catalogue', id: 'catalogue', version: 1, by });
    const [event] = cloudEvents(entryOf(row));
    expect(event).toMatchObject({ id: 'catalogue/1/0', type: 'catalogue.published', subject: 'catalogue' });
    expect(JSON.stringify(event)).not.toContain('somebody');
  });

  it('reaches a function that runs within seconds, and not before', async () => {
    await publisher.publish(withFee(1));
    expect(await feeOf()).toBe(1);
    await publisher.publish(withFee(2));
    vi.setSystemTime(later(0).getTime() + pointerLivesMs - 1);
    expect(await feeOf()).toBe(1);
    vi.setSystemTime(later(0).getTime() + pointerLivesMs);
    expect(await feeOf()).toBe(2);
  });

  it('writes only what is new under a new name: the unchanged documents are the same rows', async () => {
    await publisher.publish(withFee(1));
    const documents = () => cloud.table.rows().filter(({ pk }) => String(pk).startsWith('SERVICE#')).length;
    const before = documents();
    await publisher.publish(withFee(2));
    expect(documents()).toBe(before + 1);
  });

  it('of the same content makes no version, and mends what was damaged', async () => {
    await publisher.publish(catalogue);
    const { edition = '' } = (await currentService('rental-filing')) ?? {};
    const key = keys.document('rental-filing', edition);
    cloud.table.store('main').set({ hash: key.pk, range: key.sk }, { ...key, packed: new Uint8Array([1]) });
    await expect(asNew(feeOf)).rejects.toThrow(/cannot be unpacked/);
    expect(await publisher.publish(catalogue)).toMatchObject({ isNew: false, pointer: { version: 1 } });
    expect(await asNew(feeOf)).toBe(serviceOf('rental-filing').fee);
    expect(await publisher.versions()).toHaveLength(1);
  });

  it('of a service that is larger than a row is refused by its name, before anything is written', async () => {
    const noise = Array.from({ length: 60_000 }, (_, i) => Math.sin(i).toString(36)).join('');
    const [first, ...others] = catalogue.services;
    const huge = { ...first, form: { ...first?.form, description: noise } } as Service;
    await expect(publisher.publish({ ...catalogue, services: [huge, ...others] })).rejects.toThrow(
      new RegExp(`The service ${first?.code} takes \\d+ bytes packed`),
    );
    expect(cloud.table.rows()).toEqual([]);
  });

  it('is unavailable, not wrong, before the first one', async () => {
    await expect(currentService('rental-filing')).rejects.toMatchObject({ type: 'unavailable' });
  });
});

describe('a row that is not as it was published', () => {
  it.each([
    ['is missing', undefined],
    ['cannot be unpacked', { packed: new Uint8Array([0x1f, 0x8b, 0, 0]) }],
    ['is missing', { packed: 'text' }],
  ])('is never served: %s', async (because, damaged) => {
    await publisher.publish(catalogue);
    const { edition = '' } = (await currentService('rental-filing')) ?? {};
    const key = keys.document('rental-filing', edition);
    cloud.table.store('main').set({ hash: key.pk, range: key.sk }, damaged && { ...key, ...damaged });
    await expect(asNew(() => serviceAt('rental-filing', edition))).rejects.toThrow(because);
  });

  it('is found out by its name when it holds another service', async () => {
    await publisher.publish(catalogue);
    const { edition = '' } = (await currentService('rental-filing')) ?? {};
    const { edition: other = '' } = (await currentService('business-opening')) ?? {};
    const key = keys.document('rental-filing', edition);
    const swapped = { ...rowOf(keys.document('business-opening', other)), ...key };
    cloud.table.store('main').set({ hash: key.pk, range: key.sk }, swapped);
    await expect(asNew(() => serviceAt('rental-filing', edition))).rejects.toThrow('has another content');
  });

  it('of the manifest or the directory is named', async () => {
    const { pointer } = await publisher.publish(catalogue);
    for (const key of [keys.shardOf(pointer.manifest, 'rental-filing'), keys.directory(pointer.manifest, 0)])
      cloud.table.store('main').set({ hash: key.pk, range: key.sk }, undefined);
    await expect(asNew(feeOf)).rejects.toThrow(/SHARD#\d\d is missing/);
    await expect(asNew(() => directoryOf(1))).rejects.toThrow('DIRECTORY# is missing');
    // Once it is mended, whoever saw it missing sees it.
    await publisher.publish(catalogue);
    expect(await directoryOf(1)).toHaveLength(catalogue.services.length);
  });
});

describe('two publishers at once', () => {
  it('one wins, the other is told, and everything is of one of the two', async () => {
    await publisher.publish(withFee(0.5));
    const [a, b] = await Promise.allSettled([publisher.publish(withFee(1)), publisher.publish(withFee(2))]);
    expect([a.status, b.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    const lost = [a, b].find((each) => each.status === 'rejected') as PromiseRejectedResult;
    expect(lost.reason).toBeInstanceOf(Overtaken);
    expect(await asNew(feeOf)).toBe(a.status === 'fulfilled' ? 1 : 2);
    expect((await publisher.versions()).map(({ version }) => version)).toEqual([2, 1]);
  });

  it('at the very first publication too', async () => {
    const both = await Promise.allSettled([publisher.publish(withFee(1)), publisher.publish(withFee(2))]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await publisher.versions()).toHaveLength(1);
  });

  it('a rollback counts as one', async () => {
    await publisher.publish(withFee(1));
    await publisher.publish(withFee(2));
    const both = await Promise.allSettled([publisher.publish(withFee(3)), publisher.rollBack()]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await asNew(feeOf)).toBe(both[0].status === 'fulfilled' ? 3 : 1);
  });
});

describe('a publisher that cannot clear away', () => {
  it('has published all the same; the next one clears away', async () => {
    cloud.refuse = ({ name, input }) => {
      if (name === 'QueryCommand' && input.ExpressionAttributeValues[':sk'] === 'DRAFT#')
        throw new Error('away');
    };
    expect(await publisher.publish(withFee(1))).toMatchObject({ isNew: true, pointer: { version: 1 } });
    expect(await asNew(feeOf)).toBe(1);
  });
});

describe('a publisher that dies', () => {
  const small: Catalogue = { ...catalogue, services: [serviceOf('rental-filing')] };

  it('after any of its calls has published all of it or nothing, and the next one publishes', async () => {
    await publisher.publish(withFee(1, small));
    let died = 0;
    for (let n = 1; ; n++) {
      const fee = n + 1;
      const before = await asNew(feeOf);
      const isDead = await killedAfter(n, () => publisher.publish(withFee(fee, small)));
      expect([before, fee]).toContain(await asNew(feeOf));
      for (const { version } of await publisher.versions())
        expect(await directoryOf(version)).toHaveLength(1);
      if (!isDead) break;
      died += 1;
      await publisher.publish(withFee(fee, small));
      expect(await asNew(feeOf)).toBe(fee);
    }
    // The base, the draft, every row, the move, the clearing up.
    expect(died).toBeGreaterThan(20);
  });

  it('leaves a draft that the next publisher clears away after a day, and that cannot be published any more', async () => {
    await killedAfter(4, () => publisher.publish(withFee(1)));
    const drafts = () => cloud.table.rows().filter(({ sk }) => String(sk).startsWith('DRAFT#'));
    const [draft] = drafts();
    const manifest = String(draft?.sk).slice('DRAFT#'.length);
    const rows = () => cloud.table.rows().filter(({ pk }) => String(pk).endsWith(`#${manifest}`)).length;
    await publisher.publish(withFee(2));
    expect(drafts()).toHaveLength(1);
    vi.setSystemTime(later(24 * 60 + 1));
    await publisher.publish(withFee(3));
    expect([drafts().length, rows()]).toEqual([0, 0]);
  });

  it('too slow to move the pointer within a day does not publish half of a manifest', async () => {
    let held = false;
    cloud.refuse = ({ name, input }) => {
      const isMove = name === 'TransactWriteCommand' && input.TransactItems.length === 3;
      if (!isMove || held) return;
      held = true;
      // Meanwhile a day passes, and somebody clears the draft away.
      const { Key } = input.TransactItems[2].Delete;
      cloud.table.store('main').set({ hash: Key.pk, range: Key.sk }, undefined);
    };
    await expect(publisher.publish(withFee(1))).rejects.toThrow(Overtaken);
    await expect(asNew(feeOf)).rejects.toMatchObject({ type: 'unavailable' });
  });
});

describe('going back', () => {
  it('makes an earlier version current again, as a new one', async () => {
    for (const fee of [1, 2, 3]) await publisher.publish(withFee(fee));
    expect(await publisher.rollBack()).toMatchObject({ version: 4 });
    expect(await asNew(feeOf)).toBe(2);
    expect(await publisher.rollBack(1)).toMatchObject({ version: 5 });
    expect(await asNew(feeOf)).toBe(1);
    expect((await publisher.versions()).map(({ version, rolledBackTo }) => [version, rolledBackTo])).toEqual([
      [5, 1],
      [4, 2],
      [3, undefined],
      [2, undefined],
      [1, undefined],
    ]);
  });

  it('says what there is to go back to', async () => {
    await expect(publisher.rollBack()).rejects.toThrow('No catalogue has been published');
    await publisher.publish(catalogue);
    await expect(publisher.rollBack()).rejects.toThrow('There is no earlier version');
    await expect(publisher.rollBack(7)).rejects.toThrow('There is no version 7 to go back to; there are 1.');
  });

  it('reaches fifty versions back; what is older is cleared away, but for documents of running cases', async () => {
    const small = { ...catalogue, services: [serviceOf('rental-filing')] };
    for (let fee = 1; fee <= keptVersions + 1; fee++) await publisher.publish(withFee(fee, small));
    await expect(publisher.rollBack(1)).rejects.toThrow('There is no version 1 to go back to');
    await publisher.rollBack(2);
    expect(await asNew(feeOf)).toBe(2);
    expect(await asNew(() => directoryOf(1))).toBeUndefined();
    const { editions } = manifestOf(withFee(1, small));
    expect((await serviceAt('rental-filing', editions['rental-filing'] ?? '')).fee).toBe(1);
  });
});

describe('what differs', () => {
  const sideOf = ({ services }: Catalogue): Side => ({
    editions: Promise.resolve(manifestOf({ ...catalogue, services }).editions),
    service: async (code) => services.find((each) => each.code === code),
  });

  it('is named by service and place', async () => {
    const { services } = withFee(7);
    const fewer = services.filter(({ code }) => code !== 'bank-account');
    const added = { ...serviceOf('rental-filing'), code: 'new-filing' };
    expect(await diff(sideOf(catalogue), sideOf({ ...catalogue, services: [...fewer, added] }))).toEqual({
      added: ['new-filing'],
      removed: ['bank-account'],
      changed: [{ code: 'rental-filing', at: [{ pointer: '/fee', place: 'fee', before: 0, after: 7 }] }],
    });
  });

  it('is told to people by what it was and is, an item in a bundle by its code', async () => {
    const older = serviceOf('rental-filing');
    const promise = (workingDays: number) => ({ ...older.limits, promised: { workingDays } });
    const [part] = older.items as [Service['items'][number]];
    const bundle = { ...older, code: 'letting', kind: 'bundle' as const };
    const withPromise = (days: number) => ({
      ...catalogue,
      services: [
        { ...older, limits: promise(days), items: [{ ...part, limits: promise(days) }] },
        { ...bundle, items: [{ ...part, limits: promise(days) }] },
      ],
    });
    expect(linesOf(await diff(sideOf(withPromise(2)), sideOf(withPromise(1))))).toEqual([
      '~ letting',
      '    items.rental-filing.limits.promised.workingDays: 2 → 1',
      '~ rental-filing',
      '    limits.promised.workingDays: 2 → 1',
    ]);
  });

  it('is told in part where it is much, and said to be nothing where it is', async () => {
    const older = serviceOf('rental-filing');
    const many = {
      ...older,
      visits: 1 as const,
      fee: 3,
      summary: { zh: '一'.repeat(80), en: 'One' },
      name: { zh: '二', en: 'Two' },
    };
    const of = (service: Service) => sideOf({ ...catalogue, services: [service] });
    const lines = linesOf(await diff(of(older), of(many)));
    expect(lines).toContain(`    summary.zh: ${older.summary.zh} → ${'一'.repeat(59)}…`);
    expect(linesOf(await diff(of(older), of(older)))).toEqual(['Nothing differs.']);
  });
});

describe('a call of the API', () => {
  const calls: Record<string, [string, number]> = {
    list: ['/catalogue', 3],
    'search by characters': [`/catalogue?q=${encodeURIComponent('终点')}`, 3],
    'search by sounds': ['/catalogue?q=zhongdian', 3],
    read: ['/catalogue/LAST', 4],
    plan: ['/catalogue/LAST?answers=%7B%7D', 4],
  };

  it.each([3, 50, 5_000])('takes the same reads with %i services', async (count) => {
    const here = new OneWindow();
    const files = generatedCatalogue(count, catalogue);
    const last = files.services.at(-1) as Service;
    seedCatalogue(here.cloud.table, 'main', publishedRows(files));
    const readsOf = async (act: () => Promise<Reply>): Promise<number[]> => {
      forgetCatalogue();
      const counts: number[] = [];
      for (let i = 0; i < 2; i++) {
        const before = here.cloud.asked.length;
        expect((await act()).status).toBeLessThan(300);
        counts.push(
          here.cloud.asked.slice(before).filter(({ name }) => /^(Get|Query|BatchGet)Command$/.test(name))
            .length,
        );
      }
      return counts;
    };
    for (const [address, reads] of Object.values(calls)) {
      const path = address.replace('LAST', last.code);
      expect([address, ...(await readsOf(() => here.as('applicant').get(path)))]).toEqual([
        address,
        reads,
        0,
      ]);
    }
    expect(await readsOf(() => here.as('applicant').post('/applications', last.example))).toEqual([3, 0]);
  });
});

describe('the number of reads', () => {
  const reads = () =>
    cloud.asked.filter(({ name }) => ['GetCommand', 'QueryCommand', 'BatchGetCommand'].includes(name)).length;
  const counted = async (look: () => Promise<unknown>): Promise<number> => {
    const before = reads();
    await look();
    return reads() - before;
  };

  it.each([3, 500, 5_000])('is the same with %i services', async (count) => {
    await publisher.publish(generated(count));
    forgetCatalogue();
    expect(await counted(() => currentService('service-0'))).toBe(3);
    expect(await counted(() => currentService('service-0'))).toBe(0);
    expect(await counted(() => directoryOf(1))).toBe(1);
    expect(await counted(() => directoryOf(1))).toBe(0);
    forgetCatalogue();
    expect(await counted(() => currentDepartments())).toBe(2);
    expect(
      await counted(() => serviceAt('service-2', manifestOf(generated(3)).editions['service-2'] ?? '')),
    ).toBe(1);
  });
});
