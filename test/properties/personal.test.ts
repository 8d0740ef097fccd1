import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskPersonal } from '../../functions/cases/personal.ts';
import { mask, seal, unmask } from '../../functions/platform/personal.ts';
import { catalogue } from '../support/catalogue.ts';

const number = fc.stringMatching(/^[\dX-]{8,24}$/);
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

/** A form of any shape, and a schema that marks some of its texts as personal. */
type Node = { 'x-personal'?: boolean; properties?: Record<string, Node>; items?: Node };
const key = fc.stringMatching(/^[a-z~/]{1,4}$/);
const { value: shaped } = fc.letrec<{ value: { value: unknown; node: Node } }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.record({ value: text, node: fc.record({ 'x-personal': fc.boolean() }) }),
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)).map((value) => ({ value, node: {} })),
    fc.array(text, { maxLength: 3 }).map((value) => ({ value, node: { items: { 'x-personal': true } } })),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }).map((children) => ({
      value: Object.fromEntries(Object.entries(children).map(([name, child]) => [name, child.value])),
      node: {
        properties: Object.fromEntries(Object.entries(children).map(([name, child]) => [name, child.node])),
      },
    })),
  ),
}));
const forms = fc.dictionary(key, shaped, { maxKeys: 5, noNullPrototype: true });

describe('a masked value', () => {
  it('of a number shows its first three and last four characters, and hides at least one', () => {
    fc.assert(
      fc.property(number, (value) => {
        expect(mask(value)).toBe(value.slice(0, 3) + '*'.repeat(value.length - 7) + value.slice(-4));
      }),
    );
  });

  it('of anything else shows its first character and nothing more', () => {
    fc.assert(
      fc.property(text, (value) => {
        fc.pre(!/^[\dX-]{8,}$/i.test(value));
        const [first, ...others] = [...value];
        expect(mask(value)).toBe(others.length > 0 ? first + '*'.repeat(others.length) : '*');
      }),
    );
  });
});

describe('masking what was handed in', () => {
  it('takes out every personal value, leaves every other, and can be undone', () => {
    fc.assert(
      fc.property(forms, text, number, (shapes, name, phone) => {
        const form = Object.fromEntries(Object.entries(shapes).map(([field, { value }]) => [field, value]));
        const schema = {
          properties: Object.fromEntries(Object.entries(shapes).map(([field, { node }]) => [field, node])),
        };
        const given = {
          applicant: { type: 'person' as const, name, idNumber: phone, phone },
          form,
          delivery: { method: 'ems' as const, recipient: name, phone, address: name },
        };
        const { masked, values } = maskPersonal(given, schema);
        expect(unmask(masked, values)).toEqual(given);
        for (const [pointer, value] of Object.entries(values)) {
          const found = pointer
            .split('/')
            .slice(1)
            .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
            .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], masked);
          expect(found).toBe(mask(value));
        }
        expect(Object.keys(values)).toEqual(
          expect.arrayContaining(['/applicant/phone', '/delivery/address']),
        );
      }),
    );
  });

  it.each(catalogue.services.filter(({ alone }) => alone))(
    'finds every name, number and phone in the example of $code',
    (service) => {
      const example = structuredClone(service.example) as Parameters<typeof maskPersonal>[0];
      const { masked, values } = maskPersonal(example, service.form);
      expect(unmask(masked, values)).toEqual({
        applicant: example.applicant,
        form: example.form,
        delivery: example.delivery,
      });
      expect(JSON.stringify(masked)).not.toMatch(/\d{17}[\dX]|1[3-9]\d{9}/);
    },
  );
});

it('a value that is too long to be sealed is named, and is no fault of ours', async () => {
  const sealed = seal('n-1', {
    '/form/short': 'x',
    '/form/long': '名'.repeat(1400),
    '/form/quotes': '"'.repeat(2100),
  });
  await expect(sealed).rejects.toMatchObject({
    type: 'invalid-input',
    errors: ['/form/long', '/form/quotes'].map((pointer) => ({
      pointer,
      detail: 'Too long for a personal value',
    })),
  });
});
