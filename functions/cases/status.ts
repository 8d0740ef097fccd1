/**
 * The life of an application, of a review, of a condition and of a consignment: each graph is one table. Everything
 * that asks "may this follow that?" reads it here, and docs/lifecycle.md is drawn from it.
 */

/** Where a later round that grants nothing new leaves the case: what was granted before is still on its way, or there. */
const afterLaterRound = ['issuing', 'delivering', 'ready-for-pickup', 'completed'] as const;
/** Where a new round leads: to departments, or to the applicant, where what might follow has not come by its day. */
const newRound = ['in-review', 'awaiting-correction'] as const;

/** Status graph of an application (办件). Key: status; value: what may follow. */
export const applicationGraph = {
  submitted: [
    'accepted',
    'in-review',
    'awaiting-correction',
    'awaiting-condition',
    'not-accepted',
    'withdrawn',
  ],
  accepted: ['in-review', 'awaiting-condition', 'withdrawn'],
  'not-accepted': [],
  'in-review': [
    'awaiting-correction',
    'special-procedure',
    'awaiting-condition',
    'approved',
    'partly-approved',
    'refused',
    'withdrawn',
    ...afterLaterRound,
  ],
  'awaiting-correction': [
    // A notice that was given before the acceptance.
    'submitted',
    'in-review',
    'special-procedure',
    'awaiting-condition',
    'partly-approved',
    'refused',
    'withdrawn',
    ...afterLaterRound,
  ],
  'special-procedure': [
    'in-review',
    'awaiting-correction',
    'awaiting-condition',
    'partly-approved',
    'refused',
    'withdrawn',
    ...afterLaterRound,
  ],
  'awaiting-condition': [...newRound, 'withdrawn'],
  'simulated-approved': ['in-review'],
  approved: ['issuing', 'delivering', 'ready-for-pickup', 'completed', 'revoked'],
  'partly-approved': ['issuing', 'delivering', 'ready-for-pickup', 'completed', ...newRound, 'revoked'],
  refused: [...newRound],
  issuing: ['delivering', 'ready-for-pickup', 'completed', ...newRound, 'revoked'],
  delivering: ['issuing', 'ready-for-pickup', 'completed', ...newRound, 'revoked'],
  'ready-for-pickup': ['issuing', 'delivering', 'completed', ...newRound, 'revoked'],
  completed: [...newRound, 'revoked'],
  withdrawn: [],
  revoked: [],
} as const satisfies Record<string, readonly string[]>;

export type ApplicationStatus = keyof typeof applicationGraph;
export const applicationStatuses = Object.keys(applicationGraph) as ApplicationStatus[];

/** Statuses in which departments still work on the case, so that it can be corrected or overdue. */
export const openStatuses: readonly ApplicationStatus[] = [
  'submitted',
  'accepted',
  'in-review',
  'awaiting-correction',
  'special-procedure',
  'awaiting-condition',
];

/** How a case may end. */
export const conclusions = ['approved', 'partly-approved', 'refused', 'withdrawn'] as const;
export type Conclusion = (typeof conclusions)[number];

/** Why a review was cancelled. */
export const endings = ['withdrawal', 'not-accepted', 'refusal'] as const;

/** Status graph of one department's review. `overdue` is still open: a late decision counts. */
export const reviewGraph = {
  // Of the one whose department accepts by hand: it may ask for a correction first.
  waiting: ['requested', 'correction', 'cancelled'],
  requested: ['overdue', 'correction', 'approved', 'refused', 'cancelled'],
  overdue: ['requested', 'correction', 'approved', 'refused', 'cancelled'],
  correction: ['requested', 'waiting', 'cancelled'],
  // Without effect, when the case as a whole is refused or withdrawn.
  approved: ['cancelled'],
  refused: [],
  // An upheld objection takes it back, where it was never asked for: it waits for its condition again.
  cancelled: ['waiting'],
} as const satisfies Record<string, readonly string[]>;

export type ReviewStatus = keyof typeof reviewGraph;
export const reviewStatuses = Object.keys(reviewGraph) as ReviewStatus[];

/** What a department may have said last of a review that shows it. */
export const outcomes = ['approved', 'refused', 'correction', 'special-procedure'] as const;

/** Before which decisions of a review a hearing may have to be offered. */
export const hearingOffers = ['before-decision', 'before-refusal'] as const;
export type HearingOffer = (typeof hearingOffers)[number];

/** Statuses in which a review waits for nobody any more. */
export const finalReviewStatuses: readonly ReviewStatus[] = ['approved', 'refused', 'cancelled'];
export const isFinal = (status: ReviewStatus): boolean => finalReviewStatuses.includes(status);

/** Something outside the departments that must come true. */
export const conditionGraph = { open: ['met'], met: [] } as const satisfies Record<string, readonly string[]>;
export type ConditionStatus = keyof typeof conditionGraph;
export const conditionStatuses = Object.keys(conditionGraph) as ConditionStatus[];

/**
 * A consignment: what is handed out at once, in one way. Forward only: an event that would go back (a late
 * `in-transit` after `delivered`) is not applied. A lost parcel is ordered again, or in the end its outputs are made anew
 * and lie at the window; a returned one waits there, too.
 */
export const consignmentGraph = {
  pending: ['ordered', 'ready-for-pickup', 'issued'],
  ordered: ['collected', 'in-transit', 'delivered', 'returned', 'lost'],
  collected: ['in-transit', 'delivered', 'returned', 'lost'],
  'in-transit': ['delivered', 'returned', 'lost'],
  returned: ['ready-for-pickup'],
  lost: ['ordered', 'ready-for-pickup'],
  'ready-for-pickup': ['picked-up'],
  delivered: [],
  'picked-up': [],
  issued: [],
} as const satisfies Record<string, readonly string[]>;

export type ConsignmentStatus = keyof typeof consignmentGraph;
export const consignmentStatuses = Object.keys(consignmentGraph) as ConsignmentStatus[];

/** Statuses in which the applicant has it. */
export const handedOut: readonly ConsignmentStatus[] = ['delivered', 'picked-up', 'issued'];

/** How outputs may be handed out. */
export const deliveryMethods = ['ems', 'pickup', 'electronic'] as const;
export type DeliveryMethod = (typeof deliveryMethods)[number];

/** An applicant's objection to a refusal: a row of its own beside whatever else goes on. */
export const objectionGraph = {
  filed: ['upheld', 'rejected'],
  upheld: [],
  rejected: [],
} as const satisfies Record<string, readonly string[]>;
export type ObjectionStatus = keyof typeof objectionGraph;

/** Whether `to` may directly follow `from` in one of the graphs above. */
export function mayFollow<S extends string>(
  graph: Record<S, readonly string[]>,
  from: S,
  to: string,
): boolean {
  return graph[from].includes(to);
}
