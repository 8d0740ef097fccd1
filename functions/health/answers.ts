/** What anybody gets of the state of the service. Tests hold every handler's answers against these. */
import * as z from 'zod';

const state = z.enum(['ok', 'away']);

export const health = z
  .looseObject({ status: state, dependencies: z.record(z.string(), state).optional() })
  .meta({ id: 'Health' });
