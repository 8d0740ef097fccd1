/** Tells an application's timeline in sentences that a stranger understands. No I/O. */
import type { LocalText } from '../../functions/platform/text.ts';

/** A timeline item as the API answers it; which of the optional fields are there depends on its type. */
export type TimelineItem = {
  at: string;
  type: string;
  by: string;
  item?: string;
  department?: string;
  outcome?: string;
  reason?: string;
  status?: string;
  dueAt?: string;
  trackingNumber?: string;
  round?: number;
  days?: number;
  limit?: string;
};

/** What the codes of a service are called. */
export type Names = {
  service: LocalText;
  items: Map<string, LocalText>;
  departments: Map<string, LocalText>;
};

export type Line = { mark: '›' | '→' | '✓' | '✗' | '!' | '✉' | '■'; text: string };

const both = ({ en, zh }: LocalText): string => `${en} (${zh})`;

/** A local time of day, as the reader's own clock shows it. */
export const timeOf = (instant: string): string =>
  new Date(instant).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** When something is due at the centre, in its time zone. */
const dueText = (instant: string): string =>
  new Date(instant).toLocaleString('en-GB', {
    timeZone: 'Asia/Shanghai',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });

/** An event that has no sentence here is told by its type. */
export function narrate(event: TimelineItem, names: Names): Line {
  const department = (): string => {
    const name = names.departments.get(event.department ?? '');
    return name ? both(name) : (event.department ?? 'A department');
  };
  const item = (): string => {
    const name = names.items.get(event.item ?? '');
    return name ? both(name) : (event.item ?? 'its part');
  };
  const parcel = event.trackingNumber ?? '';
  switch (event.type) {
    case 'application.submitted':
      return { mark: '›', text: `The founder submits one form: ${both(names.service)}` };
    case 'application.accepted':
      return {
        mark: '›',
        text: `Accepted at once, promised by ${event.dueAt ? dueText(event.dueAt) : 'the due date'} in Hangzhou`,
      };
    case 'application.not-accepted':
      return { mark: '✗', text: 'The application is not accepted' };
    case 'application.supplemented':
      return { mark: '›', text: 'The applicant hands in what was to follow' };
    case 'review.acceptance-requested':
      return { mark: '→', text: `${department()} is asked to accept: ${item()}` };
    case 'review.supplement-overdue':
      return { mark: '!', text: `What was to follow has not come; the clock stands still: ${item()}` };
    case 'review.requested':
      return { mark: '→', text: `${department()} is asked: ${item()}` };
    case 'review.decided':
      return event.outcome === 'approved'
        ? { mark: '✓', text: `${department()} approves: ${item()}` }
        : {
            mark: '✗',
            text: `${department()} refuses: ${item()}${event.reason ? `, because: ${event.reason}` : ''}`,
          };
    case 'review.correction-asked':
      return { mark: '!', text: `${department()} asks for a correction: ${event.reason ?? item()}` };
    case 'review.due-soon':
      return { mark: '!', text: `${department()} is reminded: ${item()}` };
    case 'review.overdue':
      return { mark: '!', text: `${department()} is overdue and reminded: ${item()}` };
    case 'review.escalated':
      return { mark: '!', text: `${department()} stays silent; an operator is told: ${item()}` };
    case 'review.handed-over':
      return { mark: '›', text: `${department()} has it looked at by another officer: ${item()}` };
    case 'review.cancelled':
      return { mark: '✗', text: `${department()} need not decide any more: ${item()}` };
    case 'application.corrected':
      return { mark: '›', text: 'The applicant sends the correction' };
    case 'application.concluded':
      return { mark: '■', text: `Concluded: ${event.status ?? 'done'}` };
    case 'application.withdrawn':
      return { mark: '■', text: 'The applicant withdraws' };
    case 'round.opened':
      return { mark: '›', text: `Round ${event.round ?? 1} of the joint approval begins` };
    case 'review.procedure-announced':
      return { mark: '!', text: `${department()} announces a special procedure: ${item()}` };
    case 'review.hearing-offered':
      return { mark: '!', text: `${department()} offers a hearing before it decides: ${item()}` };
    case 'review.hearing-asked':
      return { mark: '›', text: `The applicant asks for the hearing: ${item()}` };
    case 'review.hearing-lapsed':
      return { mark: '›', text: `Nobody has asked for the hearing; ${department()} decides: ${item()}` };
    case 'application.extended':
      return {
        mark: '!',
        text: `The ${event.limit ?? 'time'} limit is extended by ${event.days} working days`,
      };
    case 'review.extended':
      return { mark: '!', text: `${department()} extends its limit: ${item()}` };
    case 'review.procedure-overrun':
      return { mark: '!', text: `A special procedure takes longer than announced: ${item()}` };
    case 'review.procedure-ended':
      return { mark: '›', text: `${department()} has the result of the special procedure: ${item()}` };
    case 'review.revoked':
      return { mark: '✗', text: `The approval of ${department()} loses its effect: ${item()}` };
    case 'documents.issued':
    case 'licence.issued':
      return { mark: '✓', text: 'The electronic documents lie in the applicant’s account' };
    case 'parcel.ordered':
      return { mark: '→', text: `EMS is asked to fetch one parcel with everything in it: ${parcel}` };
    case 'parcel.collected':
      return { mark: '→', text: `Parcel ${parcel} is collected by the courier` };
    case 'parcel.in-transit':
      return { mark: '→', text: `Parcel ${parcel} is on its way` };
    case 'parcel.delivered':
      return { mark: '✓', text: `Parcel ${parcel} is delivered at the door` };
    case 'application.completed':
      return { mark: '■', text: 'Completed: nothing is left to do for anybody' };
    default:
      return { mark: '›', text: `${event.type}${event.department ? `, ${department()}` : ''}` };
  }
}
