/**
 * Business metrics in the embedded metric format: counted from log lines, with no call of their own. Two stages of
 * one account are told apart by a dimension.
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { isSynthetic } from './synthetic.ts';

const metrics = new Metrics({ namespace: 'OneWindow', serviceName: 'onewindow' });
metrics.setDefaultDimensions({ stage: process.env.STAGE ?? 'unknown' });

export type MetricName =
  | 'ApplicationsSubmitted'
  | 'ApplicationsConcluded'
  | 'EntriesRelayedInTime'
  | 'EntriesRelayedLate'
  | 'ReviewsReminded'
  | 'ReviewsOverdue'
  | 'ReviewsEscalated'
  | 'ProceduresOverrun'
  | 'WebhooksFailed'
  | 'WebhooksGone'
  | 'MessagesSent'
  | 'MessagesUnknown'
  | 'MessagesRefused'
  | 'MessagesFailing'
  | 'ParcelsOrdered'
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
  | 'CasesOverdue'
  | 'CasesPastLaw'
  | 'DependenciesAway'
  | 'CanaryPassed'
  | 'CanaryFailed';

/** How long something took. */
export type DurationName = 'CanaryTook';

/** How many there are at present, as the census counts them. */
export type GaugeName =
  | 'CasesWatched'
  | 'CasesLateNow'
  | 'CasesPastLawNow'
  | 'CasesStuckNow'
  | 'ReviewsEscalatedNow'
  | 'ParcelsGivenUpNow'
  | 'DepartmentsUnreachedNow'
  | 'DepartmentsGoneNow';

/**
 * Counts one at once: a function that dies later has still counted what it did. What happens to a synthetic case is in
 * no figure.
 * @param application the case that it is about: beside the number in the log, no dimension
 */
export function count(name: MetricName, application?: string): void {
  if (isSynthetic(application)) return;
  if (application) metrics.addMetadata('application', application);
  metrics.addMetric(name, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** Counts several of a kind at once; nothing for none. */
export function countMany(name: MetricName, times: number): void {
  if (times === 0) return;
  metrics.addMetric(name, MetricUnit.Count, times);
  metrics.publishStoredMetrics();
}

/** Tells how long something took, ms. */
export function took(name: DurationName, milliseconds: number): void {
  metrics.addMetric(name, MetricUnit.Milliseconds, milliseconds);
  metrics.publishStoredMetrics();
}

/** Tells how many there are at present, zeros included: who sees no zero sees that nobody counts. */
export function gauge(values: Record<GaugeName, number>): void {
  for (const [name, value] of Object.entries(values)) metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}
