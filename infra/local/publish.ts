/** Publishes the catalogue of the files to the local cloud, as an operator does to any stage. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Publisher } from '../catalogue/publish.ts';
import { repositoryCatalogue } from '../catalogue/read.ts';
import type { Endpoints, Outputs } from './endpoints.ts';
import { cloudEnvironment, type Settings } from './settings.ts';
import { Failure } from './setup/progress.mjs';

/** @throws Failure naming the faulty file */
export async function publishCatalogue(
  settings: Settings,
  { aws, region }: Endpoints,
  { TableName }: Outputs,
): Promise<void> {
  let files: ReturnType<typeof repositoryCatalogue>;
  try {
    files = repositoryCatalogue();
  } catch (error) {
    throw new Failure(`The catalogue is not right: ${error instanceof Error ? error.message : error}`);
  }
  const {
    AWS_ACCESS_KEY_ID = '',
    AWS_SECRET_ACCESS_KEY = '',
    AWS_SESSION_TOKEN,
  } = cloudEnvironment(settings);
  const client = new DynamoDBClient({
    endpoint: aws,
    region,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    },
  });
  try {
    await new Publisher(DynamoDBDocumentClient.from(client), TableName).publish(files);
  } finally {
    client.destroy();
  }
}
