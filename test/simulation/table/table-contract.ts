/**
 * What the virtual table claims of DynamoDB, as tests: the same suite runs on the virtual table, on the local cloud,
 * and on DynamoDB Local, which is AWS's own.
 */
import { randomUUID } from 'node:crypto';
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Row } from './values.ts';

// biome-ignore lint/suspicious/noExplicitAny: the answers of ten commands
type Answer = any;
export type Connected = { send: (command: never) => Promise<Answer>; tableName: string };

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/**
 * @param connect makes a table of the main schema
 * @param deviations names of tests that this implementation is known not to pass, each with its reason in a comment
 */
export function tableContract(connect: () => Promise<Connected>, deviations: readonly string[] = []): void {
  let table: Connected;
  beforeAll(async () => {
    table = await connect();
  });

  const asIt = (name: string, test: () => Promise<void>): void => {
    it.skipIf(deviations.includes(name))(name, test);
  };
  const send = (command: unknown): Promise<Answer> => table.send(command as never);
  const put = (Item: Row, more: object = {}): Promise<Answer> =>
    send(new PutCommand({ TableName: table.tableName, Item, ...more }));
  const get = async (pk: string, sk = 'x'): Promise<Row | undefined> => {
    const input = { TableName: table.tableName, Key: { pk, sk }, ConsistentRead: true };
    return (await send(new GetCommand(input))).Item;
  };
  const update = (pk: string, more: Partial<UpdateCommandInput>): Promise<Answer> =>
    send(new UpdateCommand({ TableName: table.tableName, Key: { pk, sk: 'x' }, ...more }));
  const transact = (make: (TableName: string) => Writes, token?: string): Promise<Answer> =>
    send(new TransactWriteCommand({ TransactItems: make(table.tableName), ClientRequestToken: token }));
  const query = (more: Partial<QueryCommandInput>): Promise<Answer> =>
    send(new QueryCommand({ TableName: table.tableName, ConsistentRead: !more.IndexName, ...more }));
  const inPartition = (pk: string, more: Partial<QueryCommandInput> = {}): Promise<Answer> =>
    query({ KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk }, ...more });
  const fresh = (): string => randomUUID();
  const failsAs = async (promise: Promise<unknown>): Promise<Answer> => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error, 'it was expected to fail').toBeDefined();
    return error;
  };
  const nameOfFault = async (promise: Promise<unknown>): Promise<string> => (await failsAs(promise)).name;
  const codesOf = async (promise: Promise<unknown>): Promise<string[]> =>
    (await failsAs(promise)).CancellationReasons.map(({ Code }: { Code: string }) => Code);

  describe('a row', () => {
    asIt('comes back as it was put, numbers, bytes, lists and maps', async () => {
      const pk = fresh();
      const row = {
        pk,
        sk: 'x',
        text: '浙',
        number: 1.5,
        yes: true,
        none: null,
        list: [1, { a: 'b' }],
        map: { a: { b: [] } },
        bytes: new Uint8Array([1, 2, 250]),
      };
      await put(row);
      expect(await get(pk)).toEqual(row);
    });

    asIt('is replaced whole by a put', async () => {
      const pk = fresh();
      await put({ pk, sk: 'x', a: 1 });
      await put({ pk, sk: 'x', b: 2 });
      expect(await get(pk)).toEqual({ pk, sk: 'x', b: 2 });
    });

    asIt('that is not there is no error', async () => {
      expect(await get(fresh())).toBeUndefined();
      await send(new DeleteCommand({ TableName: table.tableName, Key: { pk: fresh(), sk: 'x' } }));
    });

    asIt('is deleted on a condition', async () => {
      const pk = fresh();
      await put({ pk, sk: 'x', a: 1 });
      const remove = (a: number): Promise<Answer> =>
        send(
          new DeleteCommand({
            TableName: table.tableName,
            Key: { pk, sk: 'x' },
            ConditionExpression: 'a = :a',
            ExpressionAttributeValues: { ':a': a },
          }),
        );
      expect(await nameOfFault(remove(2))).toBe('ConditionalCheckFailedException');
      await remove(1);
      expect(await get(pk)).toBeUndefined();
    });

    asIt('has a key of two texts that are neither empty nor too long', async () => {
      expect(await nameOfFault(put({ pk: '', sk: 'x' }))).toBe('ValidationException');
      expect(await nameOfFault(put({ pk: fresh() }))).toBe('ValidationException');
      expect(await nameOfFault(put({ pk: 'p'.repeat(2049), sk: 'x' }))).toBe('ValidationException');
      expect(await nameOfFault(put({ pk: fresh(), sk: 's'.repeat(1025) }))).toBe('ValidationException');
    });

    asIt('has at most 400 KB', async () => {
      expect(await nameOfFault(put({ pk: fresh(), sk: 'x', a: 'a'.repeat(410_000) }))).toBe(
        'ValidationException',
      );
      await put({ pk: fresh(), sk: 'x', a: 'a'.repeat(400_000) });
    });

    asIt('has no empty text in the key of an index', async () => {
      expect(await nameOfFault(put({ pk: fresh(), sk: 'x', dueKey: '', dueSort: 'a' }))).toBe(
        'ValidationException',
      );
    });
  });

  describe('a condition', () => {
    const cases: [condition: string, holds: boolean, values?: Row][] = [
      ['attribute_exists(pk)', true],
      ['attribute_not_exists(pk)', false],
      ['attribute_not_exists(absent)', true],
      ['amount = :v', true, { ':v': 5 }],
      ['amount = :v', false, { ':v': '5' }],
      ['amount <> :v', true, { ':v': 6 }],
      ['absent = :v', false, { ':v': 6 }],
      ['absent <> :v', true, { ':v': 6 }],
      ['absent < :v', false, { ':v': 6 }],
      ['amount < :v', true, { ':v': 10 }],
      ['amount >= :v', true, { ':v': 5 }],
      ['#text > :v', true, { ':v': 'a' }],
      ['amount BETWEEN :a AND :b', true, { ':a': 5, ':b': 9 }],
      ['amount BETWEEN :a AND :b', false, { ':a': 6, ':b': 9 }],
      ['#text IN (:a, :b)', true, { ':a': 'x', ':b': 'word' }],
      ['begins_with(#text, :v)', true, { ':v': 'wo' }],
      ['contains(#text, :v)', true, { ':v': 'or' }],
      ['contains(letters, :v)', true, { ':v': 'b' }],
      ['size(letters) = :v', true, { ':v': 2 }],
      ['attribute_type(amount, :v)', true, { ':v': 'N' }],
      ['nested.within_it = :v', true, { ':v': 7 }],
      ['letters[1] = :v', true, { ':v': 'b' }],
      ['nested = :v', true, { ':v': { within_it: 7 } }],
      ['NOT amount = :v', false, { ':v': 5 }],
      ['amount = :w OR amount = :v AND #text = :w', false, { ':v': 5, ':w': 'x' }],
      ['(amount = :v OR amount = :w) AND attribute_exists(pk)', true, { ':v': 5, ':w': 6 }],
      ['attribute_not_exists(absent) OR absent < :v', true, { ':v': 5 }],
      [
        'attribute_not_exists(entered) OR entered < :e OR (entered = :e AND retries < :r)',
        true,
        { ':e': 'b', ':r': 1 },
      ],
    ];

    asIt('is read as DynamoDB reads it', async () => {
      const pk = fresh();
      const row = { pk, sk: 'x', amount: 5, text: 'word', letters: ['a', 'b'], nested: { within_it: 7 } };
      await put(row);
      for (const [ConditionExpression, holds, values] of cases) {
        const outcome = put(row, {
          ConditionExpression,
          ...(ConditionExpression.includes('#text') ? { ExpressionAttributeNames: { '#text': 'text' } } : {}),
          ...(values ? { ExpressionAttributeValues: values } : {}),
        }).then(
          () => true,
          (error: Error) => (error.name === 'ConditionalCheckFailedException' ? false : error),
        );
        expect({ ConditionExpression, values, holds: await outcome }).toEqual({
          ConditionExpression,
          values,
          holds,
        });
      }
    });

    asIt('that makes no sense is refused as such', async () => {
      for (const ConditionExpression of [
        'amount ==',
        'nonsense(pk)',
        'a = :missing',
        '#missing = #missing',
      ]) {
        expect(await nameOfFault(put({ pk: fresh(), sk: 'x' }, { ConditionExpression }))).toBe(
          'ValidationException',
        );
      }
    });

    asIt('does not name an attribute by a reserved word', async () => {
      for (const word of ['status', 'Token', 'wait', 'list', 'name', 'date']) {
        const condition = { ConditionExpression: `attribute_exists(${word})` };
        expect(await nameOfFault(put({ pk: fresh(), sk: 'x' }, condition))).toBe('ValidationException');
      }
    });

    asIt('that fails gives the row when it is asked to', async () => {
      const pk = fresh();
      await put({ pk, sk: 'x', a: 1 });
      const more = {
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      };
      expect((await failsAs(put({ pk, sk: 'x' }, more))).Item).toMatchObject({ a: { N: '1' } });
    });
  });

  describe('an update', () => {
    asIt('makes a row that is not there, and says what it made', async () => {
      const pk = fresh();
      const { Attributes } = await update(pk, {
        UpdateExpression: 'SET a = :a, b = if_not_exists(b, :b) ADD tries :one',
        ExpressionAttributeValues: { ':a': 'A', ':b': 'B', ':one': 1 },
        ReturnValues: 'ALL_NEW',
      });
      expect(Attributes).toEqual({ pk, sk: 'x', a: 'A', b: 'B', tries: 1 });
      expect(await get(pk)).toEqual(Attributes);
    });

    asIt('reads all its operands from the row before it', async () => {
      const pk = fresh();
      await put({ pk, sk: 'x', a: 1, b: 10, letters: ['a'], gone: true, map: { one: 1 } });
      await update(pk, {
        UpdateExpression:
          'SET a = b + :one, b = a - :one, letters = list_append(letters, :more), #map.one = :one, #map.two = :one REMOVE gone',
        ExpressionAttributeNames: { '#map': 'map' },
        ExpressionAttributeValues: { ':one': 1, ':more': ['b'] },
      });
      expect(await get(pk)).toEqual({
        pk,
        sk: 'x',
        a: 11,
        b: 0,
        letters: ['a', 'b'],
        map: { one: 1, two: 1 },
      });
    });

    asIt('of a path whose beginning is not there is refused', async () => {
      const wrong = update(fresh(), {
        UpdateExpression: 'SET a.b = :v',
        ExpressionAttributeValues: { ':v': 1 },
      });
      expect(await nameOfFault(wrong)).toBe('ValidationException');
    });

    asIt('does not touch the key', async () => {
      const wrong = update(fresh(), {
        UpdateExpression: 'SET pk = :v',
        ExpressionAttributeValues: { ':v': 'y' },
      });
      expect(await nameOfFault(wrong)).toBe('ValidationException');
    });

    asIt('on a condition that fails changes nothing', async () => {
      const pk = fresh();
      await put({ pk, sk: 'x', a: 1 });
      const refused = update(pk, {
        UpdateExpression: 'SET a = :b',
        ConditionExpression: 'a = :b',
        ExpressionAttributeValues: { ':b': 2 },
      });
      expect(await nameOfFault(refused)).toBe('ConditionalCheckFailedException');
      expect(await get(pk)).toEqual({ pk, sk: 'x', a: 1 });
    });
  });

  describe('a transaction', () => {
    const item = (TableName: string, Item: Row, more: object = {}) => ({ Put: { TableName, Item, ...more } });

    asIt('writes all or nothing and names a reason for each write, in order', async () => {
      const pk = fresh();
      await put({ pk, sk: 'b', a: 1 });
      const refused = transact((name) => [
        item(name, { pk, sk: 'a' }),
        item(name, { pk, sk: 'b' }, { ConditionExpression: 'attribute_not_exists(pk)' }),
        item(name, { pk, sk: 'c' }),
      ]);
      expect(await codesOf(refused)).toEqual(['None', 'ConditionalCheckFailed', 'None']);
      expect((await inPartition(pk)).Items).toEqual([{ pk, sk: 'b', a: 1 }]);
    });

    asIt('puts, updates, deletes and checks', async () => {
      const pk = fresh();
      await put({ pk, sk: 'b', a: 1 });
      await put({ pk, sk: 'd', a: 1 });
      await transact((name) => [
        item(name, { pk, sk: 'a' }),
        {
          Update: {
            TableName: name,
            Key: { pk, sk: 'b' },
            UpdateExpression: 'ADD a :one',
            ExpressionAttributeValues: { ':one': 1 },
          },
        },
        { Delete: { TableName: name, Key: { pk, sk: 'd' } } },
        {
          ConditionCheck: {
            TableName: name,
            Key: { pk, sk: 'e' },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ]);
      expect((await inPartition(pk)).Items).toEqual([
        { pk, sk: 'a' },
        { pk, sk: 'b', a: 2 },
      ]);
    });

    asIt('does not take two writes of one row', async () => {
      const pk = fresh();
      const refused = transact((name) => [item(name, { pk, sk: 'a' }), item(name, { pk, sk: 'a', b: 1 })]);
      expect(await nameOfFault(refused)).toBe('ValidationException');
    });

    asIt('repeated with its token does nothing more, and with other writes is refused', async () => {
      const [pk, token] = [fresh(), fresh()];
      const add = (by: number): Promise<Answer> =>
        transact(
          (name) => [
            {
              Update: {
                TableName: name,
                Key: { pk, sk: 'x' },
                UpdateExpression: 'ADD a :by',
                ExpressionAttributeValues: { ':by': by },
              },
            },
          ],
          token,
        );
      await add(1);
      await add(1);
      expect(await get(pk)).toMatchObject({ a: 1 });
      expect(await nameOfFault(add(2))).toBe('IdempotentParameterMismatchException');
    });

    asIt('reads several rows as they are at one moment', async () => {
      const pk = fresh();
      await put({ pk, sk: 'a', a: 1 });
      const { Responses } = await send(
        new TransactGetCommand({
          TransactItems: ['a', 'b'].map((sk) => ({ Get: { TableName: table.tableName, Key: { pk, sk } } })),
        }),
      );
      expect(Responses).toEqual([{ Item: { pk, sk: 'a', a: 1 } }, {}]);
    });

    asIt('lets one of two writers of a version win', async () => {
      const pk = fresh();
      await put({ pk, sk: 'x', version: 1 });
      const writers = Array.from({ length: 8 }, (_, i) =>
        transact((name) => [
          item(
            name,
            { pk, sk: 'x', version: 2, by: i },
            { ConditionExpression: 'version = :v', ExpressionAttributeValues: { ':v': 1 } },
          ),
        ]),
      );
      const outcomes = await Promise.allSettled(writers);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') continue;
        expect(outcome.reason.name).toBe('TransactionCanceledException');
        const [reason] = outcome.reason.CancellationReasons;
        expect(['ConditionalCheckFailed', 'TransactionConflict']).toContain(reason.Code);
      }
    });
  });

  describe('a query', () => {
    const sks = ['A', 'B#1', 'B#2', 'B#3', 'C'];
    const filled = async (): Promise<string> => {
      const pk = fresh();
      for (const sk of sks.toReversed()) await put({ pk, sk, n: sks.indexOf(sk) });
      return pk;
    };
    const found = ({ Items }: Answer): string[] => Items.map(({ sk }: { sk: string }) => sk);

    asIt('gives a partition in the order of its sort key, and backwards', async () => {
      const pk = await filled();
      expect(found(await inPartition(pk))).toEqual(sks);
      expect(found(await inPartition(pk, { ScanIndexForward: false }))).toEqual(sks.toReversed());
    });

    asIt('narrows by the sort key', async () => {
      const pk = await filled();
      const narrowed = async (condition: string, values: Row): Promise<string[]> =>
        found(
          await inPartition(pk, {
            KeyConditionExpression: `pk = :pk AND ${condition}`,
            ExpressionAttributeValues: { ':pk': pk, ...values },
          }),
        );
      expect(await narrowed('sk BETWEEN :a AND :b', { ':a': 'B#', ':b': 'B#~' })).toEqual([
        'B#1',
        'B#2',
        'B#3',
      ]);
      expect(await narrowed('begins_with(sk, :a)', { ':a': 'B#' })).toEqual(['B#1', 'B#2', 'B#3']);
      expect(await narrowed('sk > :a', { ':a': 'B#3' })).toEqual(['C']);
      expect(await narrowed('sk <= :a', { ':a': 'B#1' })).toEqual(['A', 'B#1']);
      expect(await narrowed('sk = :a', { ':a': 'B#1' })).toEqual(['B#1']);
    });

    asIt('comes by pages, the last of which may be empty', async () => {
      const pk = await filled();
      const pages: string[][] = [];
      let ExclusiveStartKey: Row | undefined;
      do {
        const answer = await inPartition(pk, { Limit: 2, ExclusiveStartKey } as Partial<QueryCommandInput>);
        pages.push(found(answer));
        ExclusiveStartKey = answer.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      expect(pages).toEqual([['A', 'B#1'], ['B#2', 'B#3'], ['C']]);
      expect((await inPartition(pk, { Limit: 5 })).LastEvaluatedKey).toEqual({ pk, sk: 'C' });
      const after = { Limit: 5, ExclusiveStartKey: { pk, sk: 'C' } };
      expect(await inPartition(pk, after)).toMatchObject({ Items: [], Count: 0 });
    });

    asIt('goes on from no place outside of what it asks for', async () => {
      const pk = await filled();
      const from = (sk: string, partition = pk): Promise<Answer> =>
        inPartition(pk, {
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :a AND :b',
          ExpressionAttributeValues: { ':pk': pk, ':a': 'B#', ':b': 'B#~' },
          ExclusiveStartKey: { pk: partition, sk },
        });
      expect(found(await from('B#2.5'))).toEqual(['B#3']);
      for (const sk of ['A', 'C', 'B#~~', '']) {
        expect(await nameOfFault(from(sk)), sk).toBe('ValidationException');
      }
      expect(await nameOfFault(from('B#1', fresh()))).toBe('ValidationException');
    });

    asIt('filters after the page is cut', async () => {
      const pk = await filled();
      const answer = await inPartition(pk, {
        FilterExpression: 'n > :n',
        ExpressionAttributeValues: { ':pk': pk, ':n': 0 },
        Limit: 2,
      });
      expect([found(answer), answer.Count, answer.ScannedCount]).toEqual([['B#1'], 1, 2]);
    });

    asIt('counts, and gives the attributes that it is asked for', async () => {
      const pk = await filled();
      expect(await inPartition(pk, { Select: 'COUNT' })).toMatchObject({ Count: 5 });
      const { Items } = await inPartition(pk, { ProjectionExpression: 'n', Limit: 1 });
      expect(Items).toEqual([{ n: 0 }]);
    });

    asIt('needs the partition', async () => {
      const without = query({
        KeyConditionExpression: 'sk = :sk',
        ExpressionAttributeValues: { ':sk': 'A' },
      });
      expect(await nameOfFault(without)).toBe('ValidationException');
    });
  });

  describe('an index', () => {
    const byIndex = (key: string, more: Partial<QueryCommandInput> = {}): Promise<Answer> =>
      query({
        IndexName: 'due',
        KeyConditionExpression: 'dueKey = :key',
        ExpressionAttributeValues: { ':key': key },
        ...more,
      });
    const settled = async (key: string, count: number): Promise<Answer> => {
      for (let tries = 0; ; tries++) {
        const answer = await byIndex(key);
        if (answer.Count === count || tries === 50) return answer;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };

    asIt('holds keys alone, of rows that have both of its attributes, in its own order', async () => {
      const [pk, key] = [fresh(), fresh()];
      await put({ pk, sk: 'a', dueKey: key, dueSort: '2', more: 'm' });
      await put({ pk, sk: 'b', dueKey: key, dueSort: '1', more: 'm' });
      await put({ pk, sk: 'c', dueKey: key });
      expect((await settled(key, 2)).Items).toEqual([
        { pk, sk: 'b', dueKey: key, dueSort: '1' },
        { pk, sk: 'a', dueKey: key, dueSort: '2' },
      ]);
      await put({ pk, sk: 'a' });
      expect((await settled(key, 1)).Items).toEqual([{ pk, sk: 'b', dueKey: key, dueSort: '1' }]);
    });

    asIt('comes by pages with its own key and that of the table', async () => {
      const [pk, key] = [fresh(), fresh()];
      for (const sk of ['a', 'b', 'c']) await put({ pk, sk, dueKey: key, dueSort: sk });
      await settled(key, 3);
      const first = await byIndex(key, { Limit: 2 });
      expect(first.LastEvaluatedKey).toEqual({ pk, sk: 'b', dueKey: key, dueSort: 'b' });
      const { Items } = await byIndex(key, { ExclusiveStartKey: first.LastEvaluatedKey });
      expect(Items).toEqual([{ pk, sk: 'c', dueKey: key, dueSort: 'c' }]);
    });

    asIt('goes on from no place outside of what it asks for', async () => {
      const [pk, key] = [fresh(), fresh()];
      await put({ pk, sk: 'a', dueKey: key, dueSort: '2' });
      await settled(key, 1);
      const from = (dueSort: string): Promise<Answer> =>
        byIndex(key, {
          KeyConditionExpression: 'dueKey = :key AND dueSort >= :since',
          ExpressionAttributeValues: { ':key': key, ':since': '2' },
          ExclusiveStartKey: { pk, sk: 'a', dueKey: key, dueSort },
        });
      expect((await from('3')).Items).toEqual([]);
      expect(await nameOfFault(from('1'))).toBe('ValidationException');
    });

    asIt('is not read consistently', async () => {
      expect(await nameOfFault(byIndex(fresh(), { ConsistentRead: true }))).toBe('ValidationException');
      expect(await nameOfFault(byIndex(fresh(), { IndexName: 'none' }))).toBe('ValidationException');
    });
  });

  describe('a batch', () => {
    const batch = (keys: Row[]): Promise<Answer> =>
      send(new BatchGetCommand({ RequestItems: { [table.tableName]: { Keys: keys } } }));

    asIt('leaves out what is not there', async () => {
      const pk = fresh();
      await put({ pk, sk: 'a', n: 1 });
      const { Responses } = await batch(['a', 'b'].map((sk) => ({ pk, sk })));
      expect(Responses[table.tableName]).toEqual([{ pk, sk: 'a', n: 1 }]);
    });

    asIt('takes no key twice, and a hundred at most', async () => {
      const pk = fresh();
      expect(await nameOfFault(batch(['a', 'a'].map((sk) => ({ pk, sk }))))).toBe('ValidationException');
      const many = Array.from({ length: 101 }, (_, i) => ({ pk, sk: `${i}` }));
      expect(await nameOfFault(batch(many))).toBe('ValidationException');
    });
  });
}
