/** The contract of the virtual table, held against a real endpoint: DynamoDB Local, or whatever is named. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe } from 'vitest';
import { tableContract } from '../table/table-contract.ts';
import { connectTo } from './connect.ts';

describe('DynamoDB Local', () => {
  tableContract(() => connectTo(new DynamoDBClient({})));
});
