/** The same clients as in client.ts, each answer held against the document that the API itself serves. */
import { expect } from 'vitest';
import { anyone, as, type Caller, call, type Reply, type Role } from './client.ts';
import { Contract, type OpenApi } from './openapi.ts';

let served: Promise<Contract> | undefined;

/** The contract as served at `/openapi.json`. */
export function servedContract(): Promise<Contract> {
  served ??= anyone.get('/openapi.json').then(({ body }) => new Contract(body as OpenApi));
  return served;
}

/** Fails when an answer is not one that the document describes. */
export async function checked(method: string, path: string, reply: Reply): Promise<Reply> {
  const contract = await servedContract();
  const found = contract.find(method, path.split('?')[0] ?? '');
  if (!found) return expect.fail(`${method} ${path} is not in the document`);
  const { status, headers, body } = reply;
  const faults = contract.faults(found, { status, headers, text: JSON.stringify(body) });
  expect(faults, `${method} ${path} answered ${status} ${JSON.stringify(body)}`).toEqual([]);
  return reply;
}

export function checkedCaller(caller: Caller): Caller {
  return {
    get: async (path, options) => checked('GET', path, await caller.get(path, options)),
    post: async (path, body, headers) => checked('POST', path, await caller.post(path, body, headers)),
    put: async (path, body) => checked('PUT', path, await caller.put(path, body)),
  };
}

export const checkedAs = (role: Role, name?: string): Caller => checkedCaller(as(role, name));
export const checkedAnyone = checkedCaller(anyone);

export const checkedCall: typeof call = async (method, path, options) =>
  checked(method, path, await call(method, path, options));
