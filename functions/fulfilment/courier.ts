/** The courier, over signed HTTP. In the cloud this is the EMS adapter's address; here the sandbox's. */

import type { Case, Consignment } from '../cases/types.ts';
import { setting } from '../platform/env.ts';
import { unseal } from '../platform/personal.ts';
import { postSigned } from '../platform/post-signed.ts';
import { validSecrets } from '../platform/secrets.ts';
import { contentsOf } from './consignments.ts';
import { referenceOf } from './delivery.ts';
import { courierAnswer } from './schemas.ts';

/**
 * Orders one parcel with the outputs of a consignment.
 * @returns the tracking number, its check digit verified.
 * @throws when the courier does not answer 2xx within ten seconds, or answers with a number that is none.
 */
export async function orderParcel(found: Case, parcel: number, consignment: Consignment): Promise<string> {
  const { application, dossier } = found;
  const values = await unseal(application.number, dossier.sealed);
  const reference = referenceOf(application.number, parcel);
  const { delivery } = dossier;
  const answer = await postSigned(setting('COURIER_URL'), {
    id: `parcel_${reference}`,
    secrets: await validSecrets(setting('COURIER_SECRET_ARN')),
    body: {
      reference,
      recipient: {
        name: values['/delivery/recipient'] ?? delivery.recipient,
        phone: values['/delivery/phone'] ?? delivery.phone,
        address: values['/delivery/address'] ?? delivery.address,
      },
      contents: contentsOf(found, consignment).map(({ item, output }) => ({
        item,
        name: output?.name.zh ?? item,
      })),
    },
    timeoutMs: 10_000,
  });
  if (answer.status < 200 || answer.status > 299) throw new Error(`The courier answered ${answer.status}.`);
  return courierAnswer.parse(JSON.parse(answer.body)).trackingNumber;
}
