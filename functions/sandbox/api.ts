/**
 * HTTP: the outside world of a local or integration stage. Departments, courier and SMS carrier speak exactly the
 * signed HTTP of the real ones; an operator sets how they behave. No production stage has this.
 */
import sandboxOpenApi from '#sandbox-openapi' with { type: 'json' };
import { apiHandler } from '../platform/http.ts';
import { servedDocument } from '../platform/served-document.ts';
import type { calls } from './calls.ts';
import { carrierRoutes } from './carrier.ts';
import { clockRoutes } from './clock.ts';
import { courierRoutes } from './courier.ts';
import { departmentRoutes } from './departments.ts';

export const handler = apiHandler<typeof calls>({
  'GET /sandbox/openapi.json': async () => ({ status: 200, body: servedDocument(sandboxOpenApi) }),
  ...departmentRoutes,
  ...courierRoutes,
  ...carrierRoutes,
  ...clockRoutes,
});
