/** The calls about materials, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import { materialPlace } from './answers.ts';
import { upload } from './schemas.ts';

export const calls = {
  'POST /materials': {
    operationId: 'createMaterial',
    summary: 'An address to upload a material to',
    tag: 'Materials',
    auth: 'bearer',
    idempotent: true,
    body: upload,
    answer: { status: 201, schema: materialPlace },
  },
} satisfies Calls;
