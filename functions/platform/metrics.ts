/**
 * Business metrics in the embedded metric format: counted from log lines, with no call of their own. Two stages of
 * one account are told apart by a dimension.
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics({ namespace: 'OneWindow', serviceName: 'onewindow' });
metrics.setDefaultDimensions({ stage: process.env.STAGE ?? 'unknown' });

export type MetricName =
  | 'ApplicationsSubmitted'
  | 'ApplicationsConcluded'
  | 'ReviewsOverdue'
  | 'ReviewsEscalated'
  | 'ProceduresOverrun'
  | 'WebhooksFailed'
  | 'WebhooksGone'
  | 'MessagesSent'
  | 'MessagesUnknown'
  | 'MessagesRefused'
  | 'MessagesFailing'
  | 'ParcelsFailing'
  | 'ParcelsLost'
  | 'ParcelsGivenUp'
  | 'ConsignmentsSilent'
  | 'WorkflowFailing'
  | 'ObjectionsWaiting'
  | 'SweepsCutShort'
  | 'CasesRepaired'
  | 'CasesStuck'
  | 'CasesUnsweepable'
  | 'CasesOverdue';

/**
 * Counts one at once: a function that dies later has still counted what it did.
 * @param application the case that it is about: beside the number in the log, no dimension
 */
export function count(name: MetricName, application?: string): void {
  if (application) metrics.addMetadata('application', application);
  metrics.addMetric(name, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
