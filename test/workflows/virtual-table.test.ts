/** The contract of the virtual table, held against the local cloud. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe } from 'vitest';
import { connectTo } from '../simulation/dynamodb/connect.ts';
import { tableContract } from '../simulation/table/table-contract.ts';

describe('the local cloud', () => {
  tableContract(
    () => connectTo(new DynamoDBClient({})),
    // It takes some nonsense for a condition that does not hold.
    ['that makes no sense is refused as such'],
  );
});
