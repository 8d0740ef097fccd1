/**
 * Departments by code: those that the catalogue names, and those that it names no more while their reviews go on, or
 * while they are still connected. A publication ends no case, and so takes nobody's inbox or settings away.
 */
import { currentDepartments } from '../catalogue/published.ts';
import type { Department } from '../catalogue/schemas.ts';
import { notFound } from '../platform/problems.ts';
import { inboxPage } from './inbox.ts';
import { type Connection, readConnection } from './store.ts';

/** Anything else is none, and might be longer than a key may be. */
const codePattern = /^[a-z][a-z0-9-]{1,59}$/;

/** Its name went with the catalogue that had it. */
const unnamed = (code: string): Department => ({ code, name: { zh: code, en: code } });

async function named(code: string): Promise<Department | undefined> {
  const current = (await currentDepartments()).find((each) => each.code === code);
  if (current || !codePattern.test(code)) return current;
  const { version } = await readConnection(code);
  return version > 0 ? unnamed(code) : undefined;
}

/**
 * One that the catalogue names or that is connected: for calls that nobody has verified yet, it asks no index.
 * @throws Problem not-found
 */
export async function connectedDepartment(code = ''): Promise<Department> {
  const found = await named(code);
  if (!found) throw notFound('department');
  return found;
}

/** Also one whose officers decide in their inbox. @throws Problem not-found */
export async function knownDepartment(code = ''): Promise<Department> {
  const found = await named(code);
  if (found) return found;
  const isAtWork = codePattern.test(code) && (await inboxPage(code, { limit: 1 })).items.length > 0;
  if (!isAtWork) throw notFound('department');
  return unnamed(code);
}

/** All that the catalogue names, and after them those that are connected. */
export async function knownDepartments(connections: ReadonlyMap<string, Connection>): Promise<Department[]> {
  const current = await currentDepartments();
  const codes = new Set(current.map(({ code }) => code));
  return [...current, ...[...connections.keys()].filter((code) => !codes.has(code)).map(unnamed)];
}
