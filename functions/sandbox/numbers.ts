/** Numbers that the simulated departments and the courier hand out. Plausible, checked like real ones, and unreal. */
import { createHash } from 'node:crypto';
import { courierNumber, creditCode } from '../platform/codes.ts';

/** The item by which a company comes into being: its output bears the unified social credit code. */
const registration = 'business-registration';

const serialsPerPrefix = 100_000_000;
/** EMS uses EA to EZ. */
const prefixes = 26;

/** A number below `below` that follows from the text alone. */
function drawn(text: string, below: number): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % below;
}

/** The filing date in an application number (`330102-261123-…`), as yyyymmdd; one drawn from the id if there is none. */
function dateIn(review: string): string {
  const found = /^\d{6}-(\d{6})-/.exec(review)?.[1];
  return `20${found ?? 260101 + drawn(review, 28)}`;
}

/**
 * The number on what an approval hands out: of a registration its credit code (GB 32100-2015), of anything else
 * the item's initials, the date and a serial. It follows from the review's id alone, so a decision that is sent
 * again says the same.
 */
export function outputNumber(item: string, review: string): string {
  if (item === registration) return creditCode(drawn(review, 1_000_000_000));
  const initials = item
    .split('-')
    .map((word) => word.charAt(0))
    .join('')
    .toUpperCase();
  return `${initials}-${dateIn(review)}-${String(drawn(`${item}\n${review}`, 1_000_000)).padStart(6, '0')}`;
}

/**
 * The courier number (UPU S10) of the n-th parcel, from EA00000000 on.
 * @throws RangeError after 2,600 million parcels.
 */
export function parcelNumber(serial: number): string {
  const prefix = Math.floor(serial / serialsPerPrefix);
  if (prefix >= prefixes) throw new RangeError('The courier has no numbers left.');
  return courierNumber(serial, `E${String.fromCharCode(65 + prefix)}`);
}
