/** What looks at the API documents from outside finds what it is there to find. */
import { expect, it } from 'vitest';
import { openApiDocument } from '../../infra/api-document.ts';
import { apiFaults } from '../../infra/lint/api.ts';

it('has nothing to say against a document that is right', async () => {
  expect(await apiFaults({ 'right.json': openApiDocument('1.0.0') })).toBe('');
});

it('names a reference that leads nowhere, and two calls of one name', async () => {
  const { paths, ...document } = JSON.parse(JSON.stringify(openApiDocument('1.0.0')));
  paths['/applications'].get.operationId = 'submitApplication';
  paths['/health'].get.responses['200'].content['application/json'].schema.$ref = '#/components/schemas/Gone';
  const faults = await apiFaults({ 'wrong.json': { ...document, paths } });
  // Each of the two linters in its own words.
  expect(faults).toContain('operation-operationId-unique');
  expect(faults).toContain('invalid-ref');
  expect(faults).toContain('no-unresolved-refs');
});
