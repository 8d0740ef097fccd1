import { expect, it } from 'vitest';
import { mainSchema } from '../simulation/table/schema.ts';
import { synthesize } from '../support/stacks.ts';

it('the virtual table of the simulation has the indexes, keys and time to live of the deployed table', () => {
  type Keys = { AttributeName: string; KeyType: string }[];
  type Deployed = {
    KeySchema: Keys;
    GlobalSecondaryIndexes: { IndexName: string; KeySchema: Keys; Projection: { ProjectionType: string } }[];
    TimeToLiveSpecification: { AttributeName: string };
    StreamSpecification?: unknown;
  };
  const tables = synthesize('local').ofType('AWS::DynamoDB::Table');
  const [[, { Properties }] = ['', { Properties: {} }]] = tables.filter(
    ([, table]) => (table.Properties as unknown as Deployed).StreamSpecification,
  );
  const deployed = Properties as unknown as Deployed;
  const keys = (list: Keys) => ({
    hash: list.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName,
    range: list.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName,
  });
  expect({
    key: keys(deployed.KeySchema),
    indexes: Object.fromEntries(
      deployed.GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => [
        IndexName,
        { ...keys(KeySchema), projection: Projection.ProjectionType },
      ]),
    ),
    timeToLive: deployed.TimeToLiveSpecification.AttributeName,
  }).toEqual(mainSchema);
});
