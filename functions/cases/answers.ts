/** The words of a case in answers, each once; every room that answers with them refers to the same. */
import * as z from 'zod';
import {
  applicationStatuses,
  conditionStatuses,
  consignmentStatuses,
  deliveryMethods,
  reviewStatuses,
} from './status.ts';

export const applicationStatus = z.enum(applicationStatuses).meta({ id: 'ApplicationStatus' });
export const reviewStatus = z.enum(reviewStatuses).meta({ id: 'ReviewStatus' });
export const conditionStatus = z.enum(conditionStatuses).meta({ id: 'ConditionStatus' });
export const consignmentStatus = z.enum(consignmentStatuses).meta({ id: 'ConsignmentStatus' });
export const deliveryMethod = z.enum(deliveryMethods).meta({ id: 'DeliveryMethod' });

/** Whose application it is. */
export const person = z
  .object({ type: z.enum(['person', 'company']), name: z.string(), idNumber: z.string(), phone: z.string() })
  .meta({ id: 'ApplicantShown' });
