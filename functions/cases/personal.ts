/**
 * Which values of a case are personal: those of the applicant, of the form where its schema says so, of the address,
 * and on whose behalf it is.
 */
import { type SchemaNode, splitPersonal, type Values } from '../platform/personal.ts';
import type { Dossier } from './types.ts';

const person: SchemaNode = {
  properties: {
    name: { 'x-personal': true },
    idNumber: { 'x-personal': true },
    phone: { 'x-personal': true },
  },
};
const address: SchemaNode = {
  properties: {
    recipient: { 'x-personal': true },
    phone: { 'x-personal': true },
    address: { 'x-personal': true },
  },
};

type Personal = Pick<Dossier, 'applicant' | 'form' | 'delivery' | 'onBehalfOf'>;

/** Splits what was handed in into a masked copy and the personal values by pointer. */
export function maskPersonal(
  { applicant, form, delivery, onBehalfOf }: Personal,
  formSchema: Record<string, unknown>,
): { masked: Personal; values: Values } {
  const values: Values = {};
  const schema: SchemaNode = {
    properties: {
      applicant: person,
      form: formSchema,
      delivery: address,
      onBehalfOf: { 'x-personal': true },
    },
  };
  const masked = splitPersonal(
    { applicant, form, delivery, ...(onBehalfOf ? { onBehalfOf } : {}) },
    schema,
    '',
    values,
  );
  return { masked: masked as Personal, values };
}
