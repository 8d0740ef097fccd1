/** Drills of what the courier carries. */
import { setVariable, variable } from './behind.ts';
import { type Drill, mustName } from './drill.ts';
import { type Json, type Stand, until } from './stand.ts';

const nowhere = 'http://127.0.0.1:9/';

async function trackingNumber(stand: Stand, number: string, parcel = 1): Promise<string> {
  const isOrdered = ({ status, trackingNumber: has }: Json): boolean => status === 'ordered' && has;
  const { consignments } = await until(
    `parcel ${parcel} to be ordered`,
    () => stand.read(number),
    (found) => found.consignments.some(isOrdered),
  );
  return consignments.find(isOrdered).trackingNumber;
}

const happens = async (stand: Stand, number: string, event: string, parcel?: number): Promise<void> =>
  stand.control(`/ems/${await trackingNumber(stand, number, parcel)}/events`, { event });

/** Codes that came to a phone, the last one first. */
async function codesFor(stand: Stand, phone: string): Promise<string[]> {
  const operator = await stand.as('operator');
  const { items } = await operator<{ items: { text: string }[] }>(
    'GET',
    `/sandbox/sms?phone=${phone}&limit=100`,
  );
  return [...new Set(items.flatMap(({ text }) => /\b\d{8}\b/.exec(text)?.[0] ?? []))];
}

/** The applicant fetches what lies at the window, with the code of an SMS. */
async function collect(stand: Stand, number: string, phone: string): Promise<void> {
  const codes = await until(
    'the code to arrive',
    () => codesFor(stand, phone),
    (found) => found.length > 0,
  );
  const applicant = await stand.as('applicant');
  let last: unknown;
  for (const code of codes) {
    try {
      await applicant('POST', `/applications/${number}/collection`, { code });
      return;
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

export const parcelDrills: Record<string, Drill> = {
  'parcel-returned': {
    what: 'Nobody was at home: the parcel comes back and lies at the window',
    run: async ({ stand }) => {
      const { number, phone } = await stand.submit();
      await happens(stand, number, 'returned');
      await stand.untilStatus(number, 'ready-for-pickup');
      await collect(stand, number, phone);
      return number;
    },
  },
  'parcel-lost-thrice': {
    what: 'The courier loses a parcel, and the two after it',
    alarm: 'ParcelsGivenUp',
    run: async ({ stand, rang }) => {
      const { number, phone } = await stand.submit();
      for (const parcel of [1, 2, 3]) await happens(stand, number, 'lost', parcel);
      await stand.untilCounted('ParcelsGivenUp');
      rang();
      await stand.ops('anew', number);
      await stand.untilStatus(number, 'ready-for-pickup');
      await collect(stand, number, phone);
      return number;
    },
  },
  'courier-down': {
    what: 'The courier does not answer',
    alarm: 'ParcelsFailing',
    run: async ({ stand, faults, rang }) => {
      const name = 'COURIER_URL';
      const value = await variable(stand, 'IssueOutputs', name);
      const undo = { kind: 'variable', function: 'IssueOutputs', name, value } as const;
      await faults.bring(undo, () => setVariable(stand, 'IssueOutputs', name, nowhere));
      const { number } = await stand.submit();
      await stand.untilCounted('ParcelsFailing', 2);
      rang();
      mustName(await stand.ops('case', number), /system owes consignment 1/);
      // It is back: every order is repeated by itself.
      await faults.mend(undo);
      return number;
    },
  },
};
