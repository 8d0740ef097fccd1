/** What every capability is built from: the stage, the data, the API, the bus, and the common settings and grants. */
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { ServiceApi } from '../constructs/api.ts';
import type { Grant } from '../constructs/function.ts';
import type { StageSettings } from '../settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

export type Context = {
  settings: StageSettings;
  data: DataStack;
  api: ServiceApi;
  bus: EventBus;
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
  | 'CATALOGUE'
  | 'CATALOGUE#*'
  | 'CLOCK'
  | 'DELIVERIES#*'
  | 'DEPARTMENT'
  | 'DEPARTMENT#*'
  | 'HEALTH'
  | 'HEARTBEAT'
  | 'IDEMPOTENCY#*'
  | 'LIMIT#*'
  | 'OPERATIONS#*'
  | 'SERVICE#*'
  | 'SHELF#*'
  | 'TRIAL#*';

/**
 * What a function reads and writes, and of which partitions. A transaction needs the rights of each of its items. A
 * reading action by itself is one of any partition: for who needs nearly all of them.
 */
export type Rights = Partial<Record<ReadAction | WriteAction, PartitionKind[]>>;

/** The published catalogue. */
export const catalogueRows: PartitionKind[] = ['CATALOGUE', 'CATALOGUE#*', 'SERVICE#*'];

/** What reading the business clock needs: it lies in the table on sandbox stages, and is the real time elsewhere. */
export const clock = ({ settings }: Context): Rights[] => (settings.sandbox ? [{ GetItem: ['CLOCK'] }] : []);

const isWrite = (action: string): boolean => /^(Put|Update|Delete|ConditionCheck)Item$/.test(action);

/** Calls to the table itself, with the key that encrypts it at rest; to the partitions that are named, and no others. */
export function tableGrants({ data }: Context, ...calls: (ReadAction | Rights)[]): Grant[] {
  const resources = [data.table.tableArn];
  const anywhere = new Set<string>(calls.filter((call) => typeof call === 'string'));
  const named = new Map<string, Set<string>>();
  for (const [action, partitions] of calls.flatMap((call) =>
    typeof call === 'object' ? Object.entries(call) : [],
  )) {
    if (!anywhere.has(action)) named.set(action, new Set([...(named.get(action) ?? []), ...partitions]));
  }
  const writes = [...named.keys()].some(isWrite);
  return [
    ...(anywhere.size > 0
      ? [{ actions: [...anywhere].sort().map((action) => `dynamodb:${action}`), resources }]
      : []),
    ...[...named].map(([action, partitions]) => ({
      actions: [`dynamodb:${action}`],
      resources,
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...partitions].sort() } },
    })),
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
  ...(actions.length > 0 ? [{ actions, resources: [data.materials.arnForObjects('*')] }] : []),
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
