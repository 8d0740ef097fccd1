/** A form that could store a name in clear, hang the API or outgrow its row fails the build. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldFaults, largestBytes } from '../../catalogue/form-checks.ts';
import { maskPersonal } from '../../functions/cases/personal.ts';
import type { Json } from '../support/client.ts';

const labels = { title: '名', 'x-en': 'Name' };
const name = { ...labels, type: 'string', maxLength: 50, 'x-personal': true };
const form = (properties: Json, more: Json = {}) => ({
  ...labels,
  type: 'object',
  additionalProperties: false,
  properties,
  ...more,
});
const faults = (properties: Json, more: Json = {}) =>
  fieldFaults(form(properties, more), ['form'], '/form').map(
    ({ path, rule }) => `${path.join('.')}: ${rule}`,
  );

describe('a form', () => {
  it('of known keywords has no fault', () => {
    expect(faults({ name, list: { ...labels, type: 'array', maxItems: 3, items: name } })).toEqual([]);
  });

  // Each is a way by which a personal value would have been stored in clear.
  it.each<[string, Json]>([
    ['$ref', { $ref: '#/$defs/name' }],
    ['oneOf', { oneOf: [name] }],
    ['anyOf', { anyOf: [name] }],
    ['allOf', { allOf: [form({ name })] }],
    ['not', { not: {} }],
    ['if', { if: {} }],
    ['else', { else: form({ name }) }],
    ['patternProperties', { patternProperties: { '^n': name } }],
    ['dependentSchemas', { dependentSchemas: { a: form({ name }) } }],
    ['propertyNames', { propertyNames: {} }],
    ['unevaluatedProperties', { unevaluatedProperties: name }],
    ['$defs', { $defs: { name } }],
    ['default', { default: {} }],
  ])('may not use %s, which the walk over personal fields does not follow', (keyword, more) => {
    expect(faults({ deep: form({}, more) })).toContain(
      `form.properties.deep.${keyword}: is not a keyword for a field of type object`,
    );
  });

  it.each<[string, Json]>([
    ['prefixItems', { prefixItems: [name] }],
    ['contains', { contains: name }],
    ['unevaluatedItems', { unevaluatedItems: name }],
  ])('may not use %s of an array', (keyword, more) => {
    const list = { ...labels, type: 'array', maxItems: 2, items: name, ...more };
    expect(faults({ list })).toContain(
      `form.properties.list.${keyword}: is not a keyword for a field of type array`,
    );
  });

  it('takes no additional properties by a schema of their own, no items of any shape, no two types', () => {
    expect(faults({}, { additionalProperties: name })).toContain('form: needs additionalProperties: false');
    expect(faults({ list: { ...labels, type: 'array', maxItems: 1, items: true } })).toContain(
      'form.properties.list: needs items',
    );
    expect(faults({ any: { ...labels, type: ['string', 'object'] } })).toContain(
      'form.properties.any: type must be one of string, integer, number, boolean, array, object',
    );
    expect(faults({ any: labels })[0]).toMatch(/^form.properties.any: type must be one of/);
  });

  it.each(['^(a+)+$', '^(a|a)*$', '^(\\w+\\s?)*$', '^\\d+\\d+$'])('may not use the pattern %s', (pattern) => {
    expect(faults({ code: { ...labels, type: 'string', maxLength: 30, pattern } })[0]).toMatch(
      /^form\.properties\.code\.pattern: can take seconds/,
    );
  });

  it('may use an ordinary pattern', () => {
    const code = { ...labels, type: 'string', maxLength: 30, pattern: '^[0-9A-Z]{2,18}(-\\d{1,4})?$' };
    expect(faults({ code })).toEqual([]);
  });

  it('bounds what is personal so that it can be sealed', () => {
    expect(faults({ name: { ...name, maxLength: 660 } })).toEqual([]);
    expect(faults({ name: { ...name, maxLength: 700 } })[0]).toMatch(/at most 4096 bytes sealed/);
  });

  it.each<[string, Json]>([
    ['an identity number', { format: 'citizen-id', title: '证件号' }],
    ['a mobile number', { format: 'mobile', title: '号码' }],
    ['a name', { title: '申请人姓名' }],
    ['an address where somebody lives', { title: '家庭住址' }],
    ['a date of birth', { title: '出生日期', format: 'date' }],
  ])('says of %s whether it is personal', (_, more) => {
    const text = { ...labels, type: 'string', maxLength: 50, ...more };
    expect(faults({ text })).toEqual([expect.stringMatching(/^form.properties.text: looks like something/)]);
    expect(faults({ text: { ...text, 'x-personal': true } })).toEqual([]);
    const isNot = faults({ text: { ...text, 'x-personal': false } });
    expect(isNot).toHaveLength(more.format === 'citizen-id' ? 1 : 0);
  });

  it.each(['idNumber', 'agentIdNumber', 'contactPhone', 'email'])(
    'takes %s for personal by its name',
    (name) => {
      expect(faults({ [name]: { ...labels, title: '号码', type: 'string', maxLength: 50 } })).toHaveLength(1);
    },
  );
});

/** Bytes of names and texts as the table counts them, without its overhead. */
function stored(value: unknown): number {
  if (value === null || typeof value !== 'object') return Buffer.byteLength(String(value));
  const names = Array.isArray(value) ? 0 : Buffer.byteLength(Object.keys(value).join(''));
  return Object.values(value).reduce((sum: number, each) => sum + stored(each), names);
}

it('no value that a form lets in takes more than was computed', () => {
  const members = {
    ...labels,
    type: 'array',
    maxItems: 3,
    items: form({ name, note: { ...name, 'x-personal': false } }),
  };
  const schema = form({ members });
  const text = fc.string({ unit: 'binary', minLength: 0, maxLength: 50 });
  const member = fc.record({ name: text, note: text });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 3 }), (given) => {
      const { masked, values } = maskPersonal({ form: { members: given } } as Json, schema);
      const bytes = Buffer.byteLength(JSON.stringify(values)) + stored(masked.form);
      expect(bytes).toBeLessThanOrEqual(largestBytes(schema, '/form'));
      for (const [pointer, value] of Object.entries(values)) {
        expect(Buffer.byteLength(JSON.stringify({ [pointer]: value }))).toBeLessThanOrEqual(4096);
      }
    }),
  );
});
