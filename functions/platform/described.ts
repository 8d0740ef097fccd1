/** What the API document says of a schema beside its shape: `schema.register(described, { id: 'Material' })`. */
import { globalRegistry } from 'zod/mini';

export const described = globalRegistry;
