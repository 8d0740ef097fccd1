/** What every capability is built from: the stage, the data, the API, the bus, and the common settings and grants. */
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { ServiceApi } from '../constructs/api.ts';
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
  OIDC_ISSUER: data.identity.issuer,
  OIDC_AUDIENCE: data.identity.audience.join(','),
});

type ReadAction = 'GetItem' | 'Query' | 'BatchGetItem';
type WriteAction = 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';

/** The kinds of partitions of the table, by their keys; `*` stands for an id. A new kind is named here first. */
export type PartitionKind =
  | 'APPLICATION#*'
  | 'CLOCK'
  | 'DELIVERIES#*'
  | 'DEPARTMENT'
  | 'DEPARTMENT#*'
  | 'IDEMPOTENCY#*'
  | 'LIMIT#*'
  | 'TRIAL#*';

/** What a function writes, and into which partitions. A transaction needs the rights of each of its items. */
export type Writes = Partial<Record<WriteAction, PartitionKind[]>>;

/** What reading the business clock needs: it lies in the table on sandbox stages, and is the real time elsewhere. */
export const clock = ({ settings }: Context): ReadAction[] => (settings.sandbox ? ['GetItem'] : []);

/** Calls to the table itself, with the key that encrypts it at rest; a write only to the partitions it names. */
export function tableGrants({ data }: Context, ...calls: (ReadAction | Writes)[]): Grant[] {
  const resources = [data.table.tableArn];
  const reads = new Set(calls.filter((call) => typeof call === 'string'));
  const writes = calls.filter((call) => typeof call === 'object').flatMap((each) => Object.entries(each));
  return [
    ...(reads.size > 0
      ? [{ actions: [...reads].sort().map((action) => `dynamodb:${action}`), resources }]
      : []),
    ...writes.map(([action, partitions]) => ({
      actions: [`dynamodb:${action}`],
      resources,
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...partitions].sort() } },
    })),
    {
      actions: ['kms:Decrypt', ...(writes.length > 0 ? ['kms:Encrypt', 'kms:GenerateDataKey'] : [])],
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
