/**
 * The life of an application, of a review and of a delivery: each graph is one table. Everything that asks
 * "may this follow that?" reads it here, and docs/lifecycle.md is drawn from it.
 */

/** Status graph of an application (办件). Key: status; value: what may follow. */
export const applicationGraph = {
  submitted: ['accepted', 'in-review', 'not-accepted', 'withdrawn'],
  accepted: ['in-review', 'withdrawn'],
  'not-accepted': [],
  'in-review': [
    'awaiting-correction',
    'special-procedure',
    'approved',
    'partly-approved',
    'refused',
    'withdrawn',
  ],
  'awaiting-correction': ['in-review', 'partly-approved', 'refused', 'withdrawn'],
  'special-procedure': ['in-review', 'withdrawn'],
  'simulated-approved': ['in-review'],
  approved: ['issuing', 'ready-for-pickup', 'completed'],
  'partly-approved': ['issuing', 'ready-for-pickup', 'completed'],
  refused: ['under-objection'],
  'under-objection': ['in-review', 'refused'],
  issuing: ['delivering', 'ready-for-pickup', 'completed'],
  delivering: ['issuing', 'ready-for-pickup', 'completed'],
  'ready-for-pickup': ['completed'],
  completed: [],
  withdrawn: [],
} as const satisfies Record<string, readonly string[]>;

export type ApplicationStatus = keyof typeof applicationGraph;
export const applicationStatuses = Object.keys(applicationGraph) as ApplicationStatus[];

/** Statuses in which departments still work on the case, so that it can be withdrawn, corrected or overdue. */
export const openStatuses: readonly ApplicationStatus[] = [
  'submitted',
  'accepted',
  'in-review',
  'awaiting-correction',
  'special-procedure',
];

/** Status graph of one department's review. `overdue` is still open: a late decision counts. */
export const reviewGraph = {
  waiting: ['requested', 'cancelled'],
  requested: ['overdue', 'correction', 'approved', 'refused', 'cancelled'],
  overdue: ['correction', 'approved', 'refused', 'cancelled'],
  correction: ['requested', 'cancelled'],
  approved: [],
  refused: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export type ReviewStatus = keyof typeof reviewGraph;
export const reviewStatuses = Object.keys(reviewGraph) as ReviewStatus[];

/** A review that no longer waits for anybody. */
export const isFinal = (status: ReviewStatus): boolean => reviewGraph[status].length === 0;

/**
 * Delivery of the outputs. Forward only: an event that would go back (a late `in-transit` after `delivered`)
 * is not applied. `returned` and `lost` reopen it by a new order.
 */
export const deliveryGraph = {
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

export type DeliveryStatus = keyof typeof deliveryGraph;
export const deliveryStatuses = Object.keys(deliveryGraph) as DeliveryStatus[];

/** How outputs may be handed out. */
export const deliveryMethods = ['ems', 'pickup', 'electronic'] as const;
export type DeliveryMethod = (typeof deliveryMethods)[number];

/** Whether `to` may directly follow `from` in one of the graphs above. */
export function mayFollow<S extends string>(
  graph: Record<S, readonly string[]>,
  from: S,
  to: string,
): boolean {
  return graph[from].includes(to);
}
