/** The virtual table of the simulation against its contract, and what no contract can ask of a real one. */
import { describe, expect, it } from 'vitest';
import { mainSchema } from '../simulation/table/schema.ts';
import type { Change } from '../simulation/table/store.ts';
import { tableContract } from '../simulation/table/table-contract.ts';
import { VirtualTable } from '../simulation/table/virtual-table.ts';

describe('the contract', () => {
  tableContract(async () => ({ send: new VirtualTable(mainSchema).send, tableName: 'main' }));
});

/** A table whose time is in the test's hand, and that tells of a write only `lag` milliseconds later. */
function slow(lag: number) {
  const clock = { now: 0 };
  const table = new VirtualTable(mainSchema, { now: () => clock.now, lag: () => lag });
  const execute = (command: string, input: object): Record<string, unknown> =>
    table.execute(command, { TableName: 'main', ...input } as never);
  return { clock, table, execute };
}
const Key = { pk: 'p', sk: 's' };

describe('time', () => {
  it('shows a write at once to who reads consistently, and later to the others', () => {
    const { clock, execute } = slow(10);
    execute('PutCommand', { Item: { ...Key, a: 1 } });
    clock.now = 100;
    execute('PutCommand', { Item: { ...Key, a: 2 } });
    const seen = (ConsistentRead: boolean) => execute('GetCommand', { Key, ConsistentRead }).Item;
    expect([seen(true), seen(false)]).toEqual([
      { ...Key, a: 2 },
      { ...Key, a: 1 },
    ]);
    clock.now = 110;
    expect(seen(false)).toEqual({ ...Key, a: 2 });
  });

  it('lets an index follow later, and one row never out of its order', () => {
    const clock = { now: 0 };
    const lag = { index: 50 };
    const table = new VirtualTable(mainSchema, {
      now: () => clock.now,
      lag: (of) => (of === 'index' ? lag.index : 0),
    });
    const put = (dueSort: string) =>
      table.execute('PutCommand', { TableName: 'main', Item: { ...Key, dueKey: 'd', dueSort } } as never);
    const due = () =>
      (
        table.execute('QueryCommand', {
          TableName: 'main',
          IndexName: 'due',
          KeyConditionExpression: 'dueKey = :d',
          ExpressionAttributeValues: { ':d': 'd' },
        } as never).Items as { dueSort: string }[]
      ).map((row) => row.dueSort);
    put('1');
    expect(due()).toEqual([]);
    lag.index = 0;
    put('2');
    expect(due()).toEqual([]);
    clock.now = 50;
    expect(due()).toEqual(['2']);
  });

  it('forgets a token after ten minutes', () => {
    const { clock, execute } = slow(0);
    const add = {
      ClientRequestToken: 't',
      TransactItems: [
        {
          Update: {
            TableName: 'main',
            Key,
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': 1 },
          },
        },
      ],
    };
    execute('TransactWriteCommand', add);
    execute('TransactWriteCommand', add);
    clock.now = 10 * 60_000 + 1;
    execute('TransactWriteCommand', add);
    expect(execute('GetCommand', { Key, ConsistentRead: true }).Item).toMatchObject({ n: 2 });
  });
});

describe('a transaction that has begun', () => {
  const begun = () => {
    const { table, execute } = slow(0);
    const commit = table.begin({
      TransactItems: [{ Put: { TableName: 'main', Item: { ...Key, a: 1 } } }],
    });
    return { table, execute, commit };
  };

  it('holds its rows against every other writer, and no reader', () => {
    const { execute, commit, table } = begun();
    expect(() => execute('PutCommand', { Item: Key })).toThrow(
      expect.objectContaining({ name: 'TransactionConflictException' }),
    );
    expect(() => table.begin({ TransactItems: [{ Put: { TableName: 'main', Item: Key } }] })).toThrow(
      expect.objectContaining({
        CancellationReasons: [expect.objectContaining({ Code: 'TransactionConflict' })],
      }),
    );
    expect(execute('GetCommand', { Key, ConsistentRead: true })).toEqual({});
    commit();
    expect(execute('GetCommand', { Key, ConsistentRead: true }).Item).toEqual({ ...Key, a: 1 });
    execute('PutCommand', { Item: Key });
  });
});

describe('what a stream is told', () => {
  it('is each change of a row, and nothing of a write that changes nothing', () => {
    const { table, execute } = slow(0);
    const changes: Change[] = [];
    table.onChange = (_, change) => changes.push(change);
    execute('PutCommand', { Item: { ...Key, a: 1 } });
    execute('PutCommand', { Item: { ...Key, a: 1 } });
    execute('PutCommand', { Item: { ...Key, a: 2 } });
    execute('DeleteCommand', { Key });
    expect(changes.map(({ before, after }) => [before?.a, after?.a])).toEqual([
      [undefined, 1],
      [1, 2],
      [2, undefined],
    ]);
  });
});
