/**
 * Saved queries of CloudWatch Logs Insights: what an alarm counts, they name. A query reads the logs of the functions
 * that it says; a line that it looks for is one of the code's own.
 */
import type { FunctionId } from '../bundle.ts';

export type SavedQuery = { of: FunctionId[] | 'every API' | 'access' | 'executions'; lines: string[] };

const cases = (message: string, ...more: string[]): string[] => [
  `filter message = "${message}"`,
  `stats count() as times, latest(@timestamp) as last${more.map((each) => `, latest(${each}) as ${each}`).join('')} by application`,
  'sort last desc',
];

export const queries = {
  census: {
    of: ['Census'],
    lines: [
      'filter message = "Census"',
      'sort @timestamp desc',
      'limit 1',
      'display late, pastLaw, stuck, escalated, givenUp, unreached, gone, watched',
    ],
  },
  stuck: {
    of: ['Sweep'],
    lines: cases('This case is stuck: repeating does not help', 'missing.0', 'repairs'),
  },
  repaired: {
    of: ['Sweep'],
    lines: cases('Effects of this case are missing and caused again', 'missing.0', 'repairs'),
  },
  unsweepable: { of: ['Sweep'], lines: cases('This case could not be swept', 'error.name') },
  sweep: {
    of: ['Sweep'],
    lines: ['filter level = "ERROR"', 'stats count() as times by message, error.name'],
  },
  overdue: { of: ['Sweep'], lines: cases('This case is past its promise') },
  escalated: { of: ['Sweep'], lines: cases('A review is escalated to the operators', 'review') },
  procedures: {
    of: ['Sweep'],
    lines: cases('A special procedure takes longer than was announced', 'review'),
  },
  objections: { of: ['Sweep'], lines: cases('An objection waits to be decided') },
  consignments: { of: ['Sweep'], lines: cases('A consignment is on its way and nothing is heard of it') },
  relay: {
    of: ['Relay'],
    lines: [
      'filter message = "A record could not be relayed"',
      'stats count() as times, latest(error.name) as because by pk, sk',
    ],
  },
  workflow: {
    of: ['Relay'],
    lines: [
      'filter message = "The workflow could not be told; the watch will"',
      'stats count() as times by error.name',
    ],
  },
  executions: {
    of: 'executions',
    lines: ['fields @timestamp, type, execution_arn, details.cause', 'sort @timestamp desc'],
  },
  webhooks: {
    of: ['DeliverWebhook'],
    lines: [
      'filter level in ["WARN", "ERROR"]',
      'stats count() as times, count_distinct(application) as cases, latest(application) as one by department, message, reason',
      'sort times desc',
    ],
  },
  messages: {
    of: ['SendSms'],
    lines: [
      'filter level in ["WARN", "ERROR"] or outcome = "refused"',
      'stats count() as times, latest(@timestamp) as last by application, message, because, error.message',
    ],
  },
  parcels: {
    of: ['IssueOutputs', 'CourierApi'],
    lines: [
      'filter level in ["WARN", "ERROR"] or ispresent(ParcelsLost) or ispresent(ParcelsGivenUp)',
      'stats count() as times, latest(@timestamp) as last by application, message, error.message',
    ],
  },
  canary: {
    of: ['Canary', 'CanaryApi'],
    lines: [
      'filter level in ["WARN", "ERROR"]',
      'sort @timestamp desc',
      'display @timestamp, application, message, because, error.name, error.message',
    ],
  },
  dependencies: {
    of: ['HealthApi'],
    lines: [
      'filter message = "A dependency is away"',
      'stats count() as times, latest(error.name) as because by dependency',
    ],
  },
  errors: {
    of: 'every API',
    lines: [
      'filter message = "Unforeseen error"',
      'stats count() as times by @log, error.name, error.message',
    ],
  },
  slow: {
    of: 'access',
    lines: ['stats pct(latency, 99) as p99, count() as requests by route', 'sort p99 desc'],
  },
  refused: {
    of: 'access',
    lines: ['filter status = "429"', 'stats count() as requests by route, ip', 'sort requests desc'],
  },
} as const satisfies Record<string, SavedQuery>;

export type QueryName = keyof typeof queries;
