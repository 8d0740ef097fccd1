/** What differs between stages, in one place. Everything else is the same everywhere. */
import { standardSchedule } from '../functions/departments/retry.ts';
import { type Limits, strictLimits } from '../functions/platform/limits.ts';
import { patientSchedule } from '../functions/platform/patience.ts';

export type StageName = 'local' | 'development' | 'integration' | 'production';

export type StageSettings = {
  stage: StageName;
  /** Simulated departments, courier and carrier; a business clock that can be moved. Never in production. */
  sandbox: boolean;
  /** Data survive the stack, and cannot be deleted by mistake. */
  keepData: boolean;
  /** Users may sign in with a password over the administrators' API: for demo users only. */
  demoUsers: boolean;
  logRetentionDays: 7 | 30 | 365;
  /** Waits between attempts to deliver a webhook, seconds. */
  webhookRetrySeconds: number[];
  /** Waits between attempts to send an SMS or to order a parcel, seconds. */
  retrySeconds: number[];
  /** How often one person may submit, upload, try a code, in a day. */
  limits: Limits;
  /** Messages of one queue that are worked on at the same time. */
  queueConcurrency: number;
  /** Origins of the portal that may call the API. */
  portalOrigins: string[];
  /** Where the courier takes orders; absent with a sandbox. */
  courierUrl?: string;
  /** An HTTP gateway for SMS; absent: the sandbox, or AWS End User Messaging. */
  smsUrl?: string;
  smsOriginationIdentity?: string;
  /** Gets every alarm. */
  alarmEmail?: string;
  /** A name of its own for the API, with a certificate of the same region; DNS points to the stack's ApiTarget. */
  domain?: { name: string; certificateArn: string };
  /** The API's own address, where it is not the one API Gateway gives it. */
  apiUrl?: (apiId: string) => string;
};

const everywhere = {
  keepData: true,
  demoUsers: false,
  logRetentionDays: 30,
  webhookRetrySeconds: standardSchedule,
  retrySeconds: patientSchedule,
  limits: strictLimits,
  queueConcurrency: 50,
  portalOrigins: [],
} as const satisfies Partial<StageSettings>;

/** Nobody is kept from testing: a few demo users do what a city does. */
const anyNumber = { applicant: 1e9, agent: 1e9, clerk: 1e9 };
const generousLimits: Limits = {
  submissions: anyNumber,
  submissionsPerPhone: 1e9,
  uploads: anyNumber,
  codeTries: anyNumber,
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
    sandbox: false,
    keepData: false,
    demoUsers: true,
    logRetentionDays: 7,
    courierUrl: 'https://courier.example.org/orders',
  },
  integration: {
    ...everywhere,
    stage: 'integration',
    sandbox: true,
    demoUsers: true,
    limits: generousLimits,
  },
  production: {
    ...everywhere,
    stage: 'production',
    sandbox: false,
    logRetentionDays: 365,
    courierUrl: 'https://courier.example.org/orders',
  },
};

/** @throws Error naming the stages that exist. */
export function settingsOf(stage: string): StageSettings {
  const found = stages[stage as StageName];
  if (!found) throw new Error(`There is no stage "${stage}"; there are ${Object.keys(stages).join(', ')}.`);
  return found;
}
