/** What is handed out, and how: the granted outputs of a case as consignments. Rules without I/O. */
import { currentReviews, placeOf, plannedOf } from '../cases/reviews.ts';
import {
  type ApplicationStatus,
  type ConsignmentStatus,
  type DeliveryMethod,
  handedOut,
} from '../cases/status.ts';
import type { Case, Consignment, Dossier, PlannedReview } from '../cases/types.ts';

/** The parts of the plan whose outputs are in a consignment. */
export const contentsOf = (
  { dossier, reviews }: Pick<Case, 'dossier' | 'reviews'>,
  { reviews: ids }: Consignment,
) =>
  ids.flatMap((id): PlannedReview[] => {
    const item = reviews.find((review) => placeOf(review.id) === id)?.item;
    const planned = item === undefined ? undefined : plannedOf(dossier, item);
    return planned?.output ? [planned] : [];
  });

/** How a physical output travels: as was chosen; where an electronic way was, to the address if one was given. */
function physicalWay({ method, recipient, phone, address }: Dossier['delivery']): DeliveryMethod {
  if (method !== 'electronic') return method;
  return recipient && phone && address ? 'ems' : 'pickup';
}

/**
 * The consignments of what is granted and in none yet: the electronic outputs, which need no carrying, and all
 * physical ones together.
 */
export function newConsignments(found: Pick<Case, 'application' | 'dossier' | 'reviews'>): Consignment[] {
  const { application, dossier } = found;
  const sent = new Set(application.consignments.flatMap(({ reviews }) => reviews));
  const granted = currentReviews(found).filter(
    ({ id, status }) => status === 'approved' && !sent.has(placeOf(id)),
  );
  const placesOf = (form: 'physical' | 'electronic' | undefined): string[] =>
    granted
      .filter(({ item }) => plannedOf(dossier, item)?.output?.form === form)
      .map(({ id }) => placeOf(id));
  const [electronic, physical, bare] = [placesOf('electronic'), placesOf('physical'), placesOf(undefined)];
  // What hands out nothing goes along with the others; alone it has an electronic one, which carries the notice.
  const isWithPhysical = electronic.length === 0 && physical.length > 0;
  const ways: [DeliveryMethod, string[]][] = [
    ['electronic', isWithPhysical ? electronic : [...electronic, ...bare]],
    [physicalWay(dossier.delivery), isWithPhysical ? [...physical, ...bare] : physical],
  ];
  return ways
    .filter(([, reviews]) => reviews.length > 0)
    .map(([method, reviews], i) => ({
      id: String(application.consignments.length + i + 1),
      method,
      status: 'pending',
      reviews,
    }));
}

const travelling: readonly ConsignmentStatus[] = ['collected', 'in-transit'];

/** The status of a case whose reviews are all decided, from its consignments; undefined before any of them is begun. */
export function statusOfConsignments(consignments: Consignment[]): ApplicationStatus | undefined {
  const statuses = consignments.map(({ status }) => status);
  if (statuses.every((status) => handedOut.includes(status))) return 'completed';
  if (statuses.some((status) => travelling.includes(status))) return 'delivering';
  const rest = statuses.filter((status) => !handedOut.includes(status));
  if (rest.every((status) => status === 'ready-for-pickup')) return 'ready-for-pickup';
  return statuses.every((status) => status === 'pending') ? undefined : 'issuing';
}
