/** Consumer: a case is concluded, or its parcel is lost. Sends the outputs on their way. */
import { changeCase, loadCase } from '../cases/store.ts';
import { log } from '../platform/log.ts';
import { patientHandler } from '../platform/patience.ts';
import { orderParcel } from './courier.ts';
import { outputsReady, parcelOrdered, routeOutputs } from './delivery.ts';

export const handler = patientHandler('ParcelsFailing', async ({ application: number }) => {
  const found = await loadCase(number);
  if (!found) throw new Error(`There is no application ${number}.`);
  const route = routeOutputs(found);
  if (route.kind === 'nothing') return;
  const by = { kind: 'system' as const };
  if (route.kind !== 'parcel') {
    await changeCase(number, outputsReady, { by });
    return;
  }
  const trackingNumber = await orderParcel(found, route.parcel, route.contents);
  await changeCase(number, (now) => parcelOrdered(now, route.parcel, trackingNumber), { by });
  log.info('Parcel ordered', { trackingNumber, parcel: route.parcel });
});
