/**
 * Findings of cdk-nag that stay, each with its reason. A test holds every finding of every stage against this list,
 * and the list against the findings: an exception that nothing needs any more fails.
 */
import type { StageName } from './settings.ts';

export type NagException = {
  /** The rule’s id; `…` stands for any text. */
  rule: string;
  /** Constructs, by path without the stack. */
  path: RegExp;
  /** Only on this stage. */
  stage?: StageName;
  reason: string;
};

const deadLetters = /DeadLetters\/Resource$/;

export const nagExceptions: NagException[] = [
  {
    rule: 'AwsSolutions-APIG4',
    path: /^(Canary|Catalogue|Approvals|Fulfilment|Health|Notifications)?\/?(GET|POST)-/,
    reason:
      'Open on purpose: the catalogue is for anyone; departments, courier and carrier are known by their signature, which the function verifies.',
  },
  {
    rule: 'AwsSolutions-APIG4',
    path: /^Departments\/(GET-(asyncapi|events)-|PATCH-departments-code-\/|(GET|POST)-departments-code-(check|deliveries|test-events))/,
    reason:
      'The documents of the webhooks are for anyone; the other calls are for operators and, signed, for the department itself: the function verifies either.',
  },
  {
    rule: 'AwsSolutions-COG2',
    path: /^Users\//,
    reason: 'A second factor is offered. Requiring one would shut out people without a second device.',
  },
  {
    rule: 'AwsSolutions-COG8',
    path: /^Users\//,
    reason: 'Threat protection needs the Plus tier, a decision of the operating body with its own price.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    path: /\/(Role|JointApproval)\/(Role\/)?DefaultPolicy\//,
    reason:
      'X-Ray, and for the state machine the delivery of logs, have no resource to name: AWS accepts only *. A test shows that no other action is granted on it.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::…Materials…/*]',
    path: /^(Approvals\/ReviewsApi|Intake\/IntakeApi|Materials\/MaterialsApi)\//,
    reason:
      'The rights of a signed address are those of its signer, and the intake looks at what it takes; materials have keys of their own each.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::…execution:…-joint-approval:*]',
    path: /^Approvals\/Sweep\//,
    reason: 'The sweep asks whether the execution of any case still runs; it may do nothing to it.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::…execution:…-joint-approval:*]',
    path: /^Operations\/OperationsApi\//,
    reason:
      'An operator repairs any case: its execution is looked at, taken up where it ended, or stopped once its reviews are decided. None is started and no wait is answered.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::…departments/*]',
    path: /^(Approvals\/ReviewsApi|Departments)\//,
    reason: 'A department is connected with no deployment, so its secret does not exist yet.',
  },
  {
    rule: 'AwsSolutions-S1',
    path: /^Materials\//,
    reason:
      'Objects are reached by addresses good for 15 minutes only, and each one made is in the log of its function.',
  },
  ...['AwsSolutions-SF2', 'Serverless-LambdaTracing', 'Serverless-StepFunctionStateMachineXray'].map(
    (rule): NagException => ({
      rule,
      path: /\/(Function|JointApproval)\/Resource$/,
      stage: 'china',
      reason: 'Lambda takes no part in X-Ray in the Regions of China, and half a trace explains nothing.',
    }),
  ),
  {
    rule: 'Serverless-SNSRedrivePolicy',
    path: /^(Alarms|Tickets)\//,
    reason: 'A mail to whoever is on call. The alarm itself stays in CloudWatch until its cause is gone.',
  },
  {
    rule: 'AwsSolutions-SF1',
    path: /^Approvals\/JointApproval\//,
    reason:
      'The history of an execution has every event for 90 days; the log adds what failed, without data.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    path: /^(Pepper|PickupCodes|CourierSecret|SmsSecret|CanaryDepartment|CanaryClient)\//,
    reason:
      'Both sides must change together: rotated by an operator, with an overlap. Pepper and PickupCodes must not change.',
  },
  {
    rule: 'AwsSolutions-SQS3',
    path: deadLetters,
    reason: 'It is a dead-letter queue, of a stream consumer.',
  },
  {
    rule: 'Serverless-EventBusDLQ',
    path: /^(Approvals\/(EveryMinute|EveryQuarter|ClockMoved)|Canary\/EveryFewMinutes)\//,
    reason: 'The next one, some minutes later, does what this one did not.',
  },
  {
    rule: 'Serverless-EventBusDLQ',
    path: /^Keys\//,
    reason: 'A mail beside an alarm that counts the same calls.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    path: /\/Function\/Resource$/,
    reason:
      'Never invoked asynchronously but by a schedule: callers get the error, queues and stream have dead-letter queues of their own.',
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    path: /SqsEventSource/,
    reason: 'A queue has its dead-letter queue; destinations are for streams.',
  },
  { rule: 'Serverless-SQSRedrivePolicy', path: deadLetters, reason: 'It is a dead-letter queue.' },
];

const escaped = (text: string): string => text.replace(/[.*+?^$\\{}()|[\]]/g, '\\$&');

const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.split('…').map(escaped).join('.*')}$`).test(text);

/** The exception that covers a finding, if there is one. */
export const exceptionFor = (rule: string, path: string, stage: string): NagException | undefined =>
  nagExceptions.find(
    (each) => matches(each.rule, rule) && each.path.test(path) && (each.stage ?? stage) === stage,
  );
