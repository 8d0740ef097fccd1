/**
 * Ids of materials vouch for themselves: part of an id is a keyed hash of who may hand it in and as what, so that
 * nothing need be stored or looked up to refuse the material of somebody else.
 */
import { setting } from '../platform/env.ts';
import { keyedHash } from '../platform/personal.ts';

const mac = async (subject: string, code: string, serial: string): Promise<string> =>
  (await keyedHash(setting('PEPPER_SECRET_ARN'), 'material', `${subject}\n${code}\n${serial}`)).slice(0, 24);

/** The id of a material, which is also the key of its object. The same serial gives the same id. */
export async function materialId(subject: string, code: string, serial: string): Promise<string> {
  return `m-${serial}-${await mac(subject, code, serial)}`;
}

/** Whether this user was given this id for a material of this code. */
export async function isMaterialOf(subject: string, code: string, id: string): Promise<boolean> {
  const serial = /^m-([a-z0-9]{1,32})-[0-9a-f]{24}$/.exec(id)?.[1];
  return serial !== undefined && (await materialId(subject, code, serial)) === id;
}
