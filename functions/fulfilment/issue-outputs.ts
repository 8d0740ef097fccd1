/** Consumer: a case is concluded, or a parcel is lost. Sends the outputs on their way. */
import { system } from '../cases/events.ts';
import { changeCase, loadCase } from '../cases/store.ts';
import { log } from '../platform/log.ts';
import { patientHandler } from '../platform/patience.ts';
import { orderParcel } from './courier.ts';
import { hasSomethingToSend, type OrderedParcel, outputsSent, parcelsToOrder } from './delivery.ts';

export const handler = patientHandler('ParcelsFailing', async ({ application: number }) => {
  const found = await loadCase(number);
  if (!found) throw new Error(`There is no application ${number}.`);
  if (!hasSomethingToSend(found)) return;
  const orders = await Promise.allSettled(
    parcelsToOrder(found).map(async ({ consignment, parcel }): Promise<OrderedParcel> => {
      const trackingNumber = await orderParcel(found, parcel, consignment);
      return { consignment: consignment.id, parcel, trackingNumber };
    }),
  );
  const ordered = orders.flatMap((order) => (order.status === 'fulfilled' ? [order.value] : []));
  // What needs no courier does not wait for one.
  await changeCase(number, (now) => outputsSent(now, ordered), { by: system, found });
  for (const order of orders) if (order.status === 'rejected') throw order.reason;
  log.info('Outputs sent', { parcels: ordered.map(({ trackingNumber }) => trackingNumber) });
});
