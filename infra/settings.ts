/** What differs between stages, in one place. Everything else is the same everywhere. */

import { RemovalPolicy } from 'aws-cdk-lib';
import { standardAnswerMs } from '../functions/departments/pace.ts';
import { standardSchedule } from '../functions/departments/retry.ts';
import { type Limits, strictLimits } from '../functions/platform/limits.ts';
import { patientSchedule } from '../functions/platform/patience.ts';
import { type OwnSettings, SettingsError } from './own-settings.ts';

export const stageNames = ['local', 'development', 'integration', 'production', 'china'] as const;
export type StageName = (typeof stageNames)[number];

/** Not every partition of AWS has everything. */
export type Partition = 'aws' | 'aws-cn';

export type StageSettings = Omit<OwnSettings, 'icpFiling'> & {
  stage: StageName;
  partition: Partition;
  /** Simulated departments, courier and carrier; a business clock that can be moved. Never in production. */
  sandbox: boolean;
  /** Data survive the stack, and cannot be deleted by mistake. */
  keepData: boolean;
  /** Users may sign in with a password over the administrators' API: for demo users only. */
  demoUsers: boolean;
  logRetentionDays: 7 | 30 | 365;
  /** Waits between attempts to deliver a webhook, seconds. */
  webhookRetrySeconds: number[];
  /** How long a department's answer to a webhook is waited for, ms; below the function's 30 s. */
  webhookAnswerMs: number;
  /** Webhooks to one department that is slow to answer: about so many at the same time. */
  webhooksAtOnce: number;
  /** Waits between attempts to send an SMS or to order a parcel, seconds. */
  retrySeconds: number[];
  /** How often one person may submit, upload, try a code, in a day. */
  limits: Limits;
  /** Messages of one queue that are worked on at the same time. */
  queueConcurrency: number;
  /** An hour that costs more rings, USD. */
  usdPerHour: number;
  /** Between two synthetic cases; 0: there are none. */
  canaryMinutes: number;
  /** Origins of the portal that may call the API. */
  portalOrigins: string[];
  /** The API's own address, where it is not the one API Gateway gives it. */
  apiUrl?: (apiId: string) => string;
};

const everywhere = {
  partition: 'aws',
  keepData: true,
  demoUsers: false,
  logRetentionDays: 30,
  webhookRetrySeconds: standardSchedule,
  webhookAnswerMs: standardAnswerMs,
  webhooksAtOnce: 5,
  retrySeconds: patientSchedule,
  limits: strictLimits,
  queueConcurrency: 50,
  usdPerHour: 2,
  canaryMinutes: 5,
  portalOrigins: [],
} as const satisfies Partial<StageSettings>;

/** Nobody is kept from testing: a few demo users do what a city does. */
const anyNumber = { applicant: 1e9, agent: 1e9, clerk: 1e9 };
const generousLimits: Limits = {
  submissions: anyNumber,
  submissionsPerPhone: 1e9,
  uploads: anyNumber,
  codeTries: anyNumber,
  receiverSettings: 1e9,
  receiverTrials: 1e9,
  receiverResends: 1e9,
  receiverResendsOfAll: 1e9,
};

const localPort = (): string => process.env.LOCAL_CLOUD_PORT || '4566';

const stages: Record<StageName, StageSettings> = {
  local: {
    ...everywhere,
    stage: 'local',
    sandbox: true,
    keepData: false,
    demoUsers: true,
    logRetentionDays: 7,
    webhookRetrySeconds: [1, 1, 2, 2, 4],
    limits: generousLimits,
    retrySeconds: [1, 1, 2, 4, 8, 15, 30, 60, 60, 60],
    // Each is a process of its own on the developer's machine.
    queueConcurrency: 4,
    apiUrl: (apiId) =>
      `${process.env.AWS_ENDPOINT_URL || `http://127.0.0.1:${localPort()}`}/_aws/execute-api/${apiId}/$default`,
  },
  development: {
    ...everywhere,
    stage: 'development',
    sandbox: true,
    keepData: false,
    demoUsers: true,
    logRetentionDays: 7,
  },
  integration: {
    ...everywhere,
    stage: 'integration',
    sandbox: true,
    demoUsers: true,
    limits: generousLimits,
  },
  production: { ...everywhere, stage: 'production', sandbox: false, logRetentionDays: 365 },
  china: { ...everywhere, stage: 'china', partition: 'aws-cn', sandbox: false, logRetentionDays: 365 },
};

/** What a stage for real users cannot do without, each with the words for whoever has to set it. */
const needs: Record<string, (own: OwnSettings) => boolean> = {
  'courierUrl (where the courier takes orders)': ({ courierUrl }) => courierUrl !== undefined,
  'alarmEmail (who gets the alarms)': ({ alarmEmail }) => alarmEmail !== undefined,
};
const needsOf: Partial<Record<StageName, typeof needs>> = {
  production: {
    ...needs,
    'smsUrl or smsOriginationIdentity (how an SMS is sent)': (own) =>
      (own.smsUrl ?? own.smsOriginationIdentity) !== undefined,
  },
  china: {
    ...needs,
    'smsUrl (an HTTP gateway, as there is no AWS End User Messaging)': ({ smsUrl }) => smsUrl !== undefined,
    'identity (the OIDC issuer, as there are no user pools)': ({ identity }) => identity !== undefined,
    'icpFiling (the number of the ICP filing or licence, without which open routes answer 401)': (own) =>
      own.icpFiling !== undefined,
  },
};

/** Under which names the secrets of a stage's departments lie. */
export const departmentSecretsPrefix = (stage: string): string => `onewindow/${stage}/departments/`;

/**
 * The settings of a stage: its own over what the stage brings.
 * @param file what `own` was read from, or should be
 * @throws SettingsError in one sentence, naming the stages that exist, or everything that is missing
 */
export function settingsOf(stage: string, own: OwnSettings = {}, file = ownFileOf(stage)): StageSettings {
  const name = stageNames.find((each) => each === stage);
  if (!name) throw new SettingsError(`There is no stage "${stage}"; there are ${stageNames.join(', ')}.`);
  const missing = Object.entries(needsOf[name] ?? {}).flatMap(([need, isMet]) => (isMet(own) ? [] : [need]));
  if (missing.length > 0) {
    throw new SettingsError(
      `The stage ${name} is not ready to be deployed: set ${missing.join(', ')} in ${file}, as docs/operations.md shows.`,
    );
  }
  const { icpFiling: _, ...given } = own;
  return { ...stages[name], ...given };
}

/** Where the settings of a stage lie unless told: beside the repository's own files, and not among them. */
export const ownFileOf = (stage: string): string => `onewindow.${stage}.json`;

/**
 * What becomes of data, secrets and logs with their stack. Kept ones stay when the stack is updated or deleted, and
 * go when the very deployment that makes them fails: their names must be free for the next attempt.
 */
export const removalPolicyOf = ({ keepData }: StageSettings): RemovalPolicy =>
  keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

/**
 * What AWS has in the partition. In China Lambda takes no part in X-Ray, event source mappings have no tags, and
 * there is no End User Messaging. See docs/regions.md.
 */
export const featuresOf = ({ partition }: StageSettings) => ({
  tracing: partition === 'aws',
  taggedMappings: partition === 'aws',
  smsByAws: partition === 'aws',
});
