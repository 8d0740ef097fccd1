/**
 * The webhooks to departments as an AsyncAPI document, from their schemas in code. It is made before the functions are
 * bundled, so that serving it (`#asyncapi`) costs no schema library at run time.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { webhookSchemas } from '../functions/departments/webhook-schemas.ts';

/** `review.requested` as a name: `ReviewRequested`. */
const nameOf = (type: string): string =>
  type.replace(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());

const headers = {
  type: 'object',
  required: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  properties: {
    'webhook-id': {
      type: 'string',
      pattern: '^event_',
      description: 'The same at every attempt; refuse what begins otherwise',
    },
    'webhook-timestamp': { type: 'string', description: 'Unix seconds, at most five minutes off' },
    'webhook-signature': {
      type: 'string',
      description: '`v1,…` by Standard Webhooks; several, separated by a space, while secrets change',
    },
  },
};

const types = Object.entries(webhookSchemas);
const refs = (to: string) => types.map(([type]) => ({ $ref: `#/${to}/${nameOf(type)}` }));
const each = <T>(make: (type: string, schema: z.ZodType) => T): Record<string, T> =>
  Object.fromEntries(types.map(([type, schema]) => [nameOf(type), make(type, schema)]));

export function asyncApiDocument(version: string) {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'OneWindow 一窗: webhooks to departments',
      version,
      description:
        'What a department is told, signed by Standard Webhooks. Answer 2xx within 15 seconds; the same event may come again, and order is not promised.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      webhook: {
        // Of each department's own.
        address: null,
        title: "The department's address, as an operator has set it",
        messages: each((type) => ({ $ref: `#/components/messages/${nameOf(type)}` })),
      },
    },
    operations: {
      tellDepartment: {
        action: 'send',
        channel: { $ref: '#/channels/webhook' },
        messages: refs('channels/webhook/messages'),
        bindings: { http: { method: 'POST' } },
      },
    },
    components: {
      messages: each((type, schema) => ({
        name: type,
        title: type,
        summary: schema.meta()?.description,
        headers: { $ref: '#/components/schemas/SignedHeaders' },
        payload: { $ref: `#/components/schemas/${nameOf(type)}` },
      })),
      schemas: {
        SignedHeaders: headers,
        ...each((_, schema) => z.toJSONSchema(schema, { target: 'draft-7' })),
      },
    },
  };
}

/** Writes the document to where the functions' bundles take it from, if it changed. */
export function buildAsyncApi(outFile = '.local/asyncapi.json'): void {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const text = JSON.stringify(asyncApiDocument(version));
  if (existsSync(outFile) && readFileSync(outFile, 'utf8') === text) return;
  mkdirSync(dirname(outFile), { recursive: true });
  writeFileSync(outFile, text);
}
