/** What every capability is built from: the stage, the data, the API, the bus, and the common settings and grants. */
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { issuerOf, type ServiceApi } from '../constructs/api.ts';
import type { Grant } from '../constructs/function.ts';
import type { StageSettings } from '../settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

export type Context = {
  settings: StageSettings;
  data: DataStack;
  api: ServiceApi;
  bus: EventBus;
  alarms: Topic;
  /** `onewindow/<stage>/departments/` */
  departmentSecrets: { prefix: string; arn: string };
};

export const tableEnvironment = ({ data }: Context) => ({ TABLE_NAME: data.table.tableName });
export const personalEnvironment = ({ data }: Context) => ({ PERSONAL_KEY_ARN: data.personalKey.keyArn });
export const pepperEnvironment = ({ data }: Context) => ({ PEPPER_SECRET_ARN: data.pepper.secretArn });
export const limitsEnvironment = ({ settings }: Context) => ({ LIMITS: JSON.stringify(settings.limits) });
export const pickupEnvironment = ({ data }: Context) => ({ PICKUP_SECRET_ARN: data.pickupCodes.secretArn });
export const usersEnvironment = ({ data }: Context) => ({
  USER_POOL_ISSUER: issuerOf(data.users),
  USER_POOL_CLIENT_ID: data.client.userPoolClientId,
});

type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'Query' | 'BatchGetItem' | 'ConditionCheckItem';

/** What reading the business clock needs: it lies in the table on sandbox stages, and is the real time elsewhere. */
export const clock = ({ settings }: Context): TableAction[] => (settings.sandbox ? ['GetItem'] : []);

/** Calls to the table itself, with the key that encrypts it at rest. */
export function tableGrants({ data }: Context, ...actions: TableAction[]): Grant[] {
  const all = new Set(actions);
  const writes = [...all].some((action) => action === 'PutItem' || action === 'UpdateItem');
  return [
    { actions: [...all].sort().map((action) => `dynamodb:${action}`), resources: [data.table.tableArn] },
    {
      actions: ['kms:Decrypt', ...(writes ? ['kms:Encrypt', 'kms:GenerateDataKey'] : [])],
      resources: [data.table.encryptionKey?.keyArn ?? ''],
      conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${data.region}.${data.urlSuffix}` } },
    },
  ];
}

export const indexGrant = ({ data }: Context, index: 'list' | 'inbox' | 'due'): Grant => ({
  actions: ['dynamodb:Query'],
  resources: [`${data.table.tableArn}/index/${index}`],
});

/** Personal data is bound to its application: no key is used without naming one. */
const personalGrant = ({ data }: Context, action: 'kms:Encrypt' | 'kms:Decrypt'): Grant => ({
  actions: [action],
  resources: [data.personalKey.keyArn],
  conditions: { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': ['application'] } },
});
export const sealGrant = (context: Context): Grant => personalGrant(context, 'kms:Encrypt');
export const unsealGrant = (context: Context): Grant => personalGrant(context, 'kms:Decrypt');

export const materialsEnvironment = ({ data }: Context) => ({ MATERIALS_BUCKET: data.materials.bucketName });

/** Calls to objects of the bucket of materials; what they do to its key, where they do, is named. */
export const materialsGrants = ({ data }: Context, actions: string[], ...keyActions: string[]): Grant[] => [
  { actions, resources: [data.materials.arnForObjects('*')] },
  ...(keyActions.length > 0
    ? [
        {
          actions: keyActions,
          resources: [data.materials.encryptionKey?.keyArn ?? ''],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${data.region}.${data.urlSuffix}` } },
        },
      ]
    : []),
];

export const secretGrant = (...arns: string[]): Grant => ({
  actions: ['secretsmanager:GetSecretValue'],
  resources: arns,
});
