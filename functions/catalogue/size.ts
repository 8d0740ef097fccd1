/**
 * How much a case of a service can take in its row: what a form lets in, as it is stored and sealed. The catalogue's
 * check bounds each service by it, and the API what an applicant composes.
 */
import type { Service } from './schemas.ts';

/** A piece of a form. */
export type Node = Record<string, unknown>;

export const isNode = (value: unknown): value is Node =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export const optionsOf = (node: Node): string[] => (Array.isArray(node.enum) ? node.enum.map(String) : []);
export const numberOf = (node: Node, bound: string): number => Number(node[bound] ?? 0);

export const propertiesOf = (node: Node): [string, unknown][] =>
  isNode(node.properties) ? Object.entries(node.properties) : [];

/** UTF-8 bytes of a code point in the table, at most. */
const bytesStored = 4;
/** The same inside JSON, where a quote or an unpaired surrogate is escaped. */
const bytesInJson = 6;

/** Bytes of a personal value as it is sealed, with its pointer, at most. */
export const sealedBytes = (node: Node, pointer: string): number =>
  bytesInJson * numberOf(node, 'maxLength') + Buffer.byteLength(pointer) + 8;

/** Overhead of an attribute in the table, and of a ciphertext by the value in it. */
const attributeBytes = 3;
const cipherFactor = 1.15;
/** The head and tail of a number that masking leaves, and more. */
const unmasked = 8;

/** Bytes that a value of this node takes in the dossier's row, at most: as it is stored, and sealed. */
export function largestBytes(node: Node, pointer: string): number {
  const options = [...optionsOf(node), ...('const' in node ? [String(node.const)] : [])];
  const length = numberOf(node, 'maxLength');
  switch (node.type) {
    case 'string': {
      if (options.length > 0) return Math.max(...options.map((each) => Buffer.byteLength(each)));
      if (node['x-personal'] !== true) return bytesStored * length;
      return length + unmasked * bytesStored + sealedBytes(node, pointer) * cipherFactor;
    }
    case 'array': {
      const items = isNode(node.items) ? largestBytes(node.items, `${pointer}/000`) : 0;
      return attributeBytes + numberOf(node, 'maxItems') * (items + 1);
    }
    case 'object':
      return propertiesOf(node).reduce(
        (sum, [name, child]) =>
          sum +
          Buffer.byteLength(name) +
          attributeBytes +
          (isNode(child) ? largestBytes(child, `${pointer}/${name}`) : 0),
        attributeBytes,
      );
    default:
      return 21;
  }
}

/**
 * Items of a plan, at most: `POST /applications` names as many. With what changes beside them they are fewer than the
 * hundred rows of a transaction; and each with its wait no more than the hundred of one read.
 */
export const largestPlan = 50;

/** A row of the table has at most 400 KB; a dossier grows by corrections, and what is to come. */
export const largestDossier = 200_000;
/** Applicant, delivery, fifty materials, and what else is no part of the form or the plan. */
const besidesForm = 30_000;

/** Bytes that the dossier of an application for this service can have, at most. */
export function dossierBytes({ form, items }: Pick<Service, 'form' | 'items'>): number {
  // The plan repeats of each item more or less what the catalogue says.
  const plan = 2 * Buffer.byteLength(JSON.stringify(items));
  return Math.ceil(largestBytes(form, '/form') + plan + besidesForm);
}
