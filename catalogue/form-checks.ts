/**
 * What a form must be so that everything in it can be shown, sealed and stored: made of the few keywords that the
 * walk over personal fields follows, labelled in both languages, and bounded. Whatever is not known here is refused.
 */
// Its plain JavaScript: the same answer on every machine, with no program started.
import recheck from 'recheck/lib/browser.js';
import {
  isNode,
  type Node,
  numberOf,
  optionsOf,
  propertiesOf,
  sealedBytes,
} from '../functions/catalogue/size.ts';
import type { Path } from './source.ts';

export { isNode, largestBytes } from '../functions/catalogue/size.ts';

/** Something wrong in a form or a field: where, from its root, and what. */
export type FormFault = { path: Path; rule: string };

/** Keywords that every field may have. */
const common = [
  ...['type', 'title', 'description', 'x-en', 'x-en-description', 'x-labels', 'enum', 'const'],
  ...['x-section', 'x-sections', 'x-order', 'x-input', 'x-when'],
];
/**
 * Keywords by type. `splitPersonal` (functions/platform/personal.ts) follows `properties` and `items` and nothing
 * else: a field reached by `$ref`, `oneOf`, `patternProperties` and the like would be stored in clear.
 */
const keywords: Record<string, string[]> = {
  string: ['minLength', 'maxLength', 'pattern', 'format', 'x-personal'],
  integer: ['minimum', 'maximum', 'multipleOf'],
  number: ['minimum', 'maximum', 'multipleOf'],
  boolean: [],
  array: ['items', 'minItems', 'maxItems', 'uniqueItems'],
  object: ['properties', 'required', 'additionalProperties'],
};

/** Bounds that each type must have, so that no field takes an endless value. */
const boundsOf: Record<string, string[]> = {
  string: ['maxLength', 'enum', 'const'],
  array: ['maxItems'],
  integer: ['maximum', 'enum', 'const'],
  number: ['maximum', 'enum', 'const'],
};

/** KMS encrypts at most 4,096 bytes at a time; some are for the pointer and the JSON around the value. */
const largestPersonal = 4096;

function patternFaults({ pattern }: Node): string[] {
  if (pattern === undefined) return [];
  const { status } = recheck.checkSync(String(pattern), 'u');
  return status === 'safe' ? [] : [`can take seconds on some texts (${status})`];
}

/** Formats of numbers that a person is known by, and words in labels and names that speak of a person. */
const personalFormats = ['citizen-id', 'mobile'];
const personalTitle =
  /姓名|身份证|公民身份号码|手机|联系电话|电子邮箱|家庭住址|家庭地址|户籍地址|居住地址|出生日期/;
const personalName =
  /(^idNumber|IdNumber|[pP]hone|[mM]obile|[eE]mail|^homeAddress|HomeAddress|[bB]irthDate)$/;

/** Whether a text is probably one by which a person is known, and nothing says whether it is. */
function looksPersonal(node: Node, name: string): boolean {
  if (node.type !== 'string' || 'enum' in node || 'const' in node) return false;
  if (node.format === 'citizen-id') return node['x-personal'] !== true;
  const looks =
    personalFormats.includes(String(node.format)) ||
    personalTitle.test(String(node.title)) ||
    personalName.test(name);
  return looks && typeof node['x-personal'] !== 'boolean';
}

/** Faults of a node that lie in the node alone. */
function ownFaults(node: Node, path: Path, pointer: string): FormFault[] {
  const type = String(node.type);
  const bounds = boundsOf[type];
  const labels = isNode(node['x-labels']) ? node['x-labels'] : {};
  const allowed = keywords[type];
  const properties = isNode(node.properties) ? node.properties : {};
  const required = Array.isArray(node.required) ? node.required.map(String) : [];
  const here = (...rules: string[]): FormFault[] => rules.map((rule) => ({ path, rule }));
  const at = (key: string, ...rules: string[]): FormFault[] =>
    rules.map((rule) => ({ path: [...path, key], rule }));
  return [
    ...(typeof node.title === 'string' ? [] : here('no title (the Chinese label)')),
    ...(typeof node['x-en'] === 'string' ? [] : here('no x-en (the English label)')),
    ...(allowed ? [] : here(`type must be one of ${Object.keys(keywords).join(', ')}`)),
    ...Object.keys(allowed ? node : {})
      .filter((keyword) => !common.includes(keyword) && !allowed?.includes(keyword))
      .flatMap((keyword) => at(keyword, `is not a keyword for a field of type ${type}`)),
    ...(bounds && !bounds.some((bound) => bound in node) ? here(`needs one of ${bounds.join(', ')}`) : []),
    ...(type === 'object' && node.additionalProperties !== false
      ? here('needs additionalProperties: false')
      : []),
    ...(type === 'object' && !isNode(node.properties) ? here('needs properties') : []),
    ...(type === 'array' && !isNode(node.items) ? here('needs items') : []),
    ...(looksPersonal(node, String(path.at(-1) ?? ''))
      ? here('looks like something that a person is known by: say x-personal: true, or false if it is not')
      : []),
    ...(node['x-personal'] === true && !('maxLength' in node) ? here('x-personal needs maxLength') : []),
    ...(node['x-personal'] === true && sealedBytes(node, pointer) > largestPersonal
      ? here(`a personal value may have at most ${largestPersonal} bytes sealed: lower maxLength`)
      : []),
    ...at('pattern', ...patternFaults(node)),
    ...optionsOf(node)
      .filter((option) => !(option in labels))
      .flatMap((option) => at('enum', `no x-labels for ${option}`)),
    ...Object.keys(labels)
      .filter((label) => !optionsOf(node).includes(label))
      .flatMap((label) => at('x-labels', `${label} is no value of enum`)),
    ...required
      .filter((name) => !(name in properties))
      .flatMap((name) => at('required', `requires unknown ${name}`)),
  ];
}

/** Faults of a form's fields, at any depth. @param pointer the longest that a value of this field can have */
export function fieldFaults(node: Node, path: Path, pointer: string): FormFault[] {
  const last = String(Math.max(0, numberOf(node, 'maxItems') - 1));
  return [
    ...ownFaults(node, path, pointer),
    ...propertiesOf(node).flatMap(([name, child]) =>
      isNode(child)
        ? fieldFaults(child, [...path, 'properties', name], `${pointer}/${name}`)
        : [{ path: [...path, 'properties', name], rule: 'is empty' }],
    ),
    ...(isNode(node.items) ? fieldFaults(node.items, [...path, 'items'], `${pointer}/${last}`) : []),
  ];
}
