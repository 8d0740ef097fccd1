/** What is wrong with a condition: operators that are not known, fields that are not there, values that cannot be. */
import { operators } from '../functions/catalogue/logic.ts';
import { type FormFault, isNode } from './form-checks.ts';
import type { Path } from './source.ts';
import { didYouMean, listed } from './words.ts';

type Node = Record<string, unknown>;

const quantifiers = ['some', 'all', 'none'];
const comparisons = ['==', '!=', '<', '<=', '>', '>='];
/** Operators of exactly two arguments. */
export const pairs = [...comparisons, ...quantifiers, 'in'];

const propertiesOf = (node: Node): Record<string, Node> =>
  isNode(node.properties) ? (node.properties as Record<string, Node>) : {};

/** The part of a form that a `var` names; a fault when there is none. */
function nodeOf(name: unknown, context: Node): { node: Node } | { rule: string } {
  if (typeof name !== 'string') return { rule: 'var must be the name of a field' };
  if (name === '') return { node: context };
  let node = context;
  const seen: string[] = [];
  for (const segment of name.split('.')) {
    const properties = propertiesOf(node);
    const next = Object.hasOwn(properties, segment) ? properties[segment] : undefined;
    if (!next) {
      const where = seen.length > 0 ? ` of ${seen.join('.')}` : ' of this form';
      return { rule: `${segment} is no field${where}${didYouMean(segment, Object.keys(properties))}` };
    }
    seen.push(segment);
    node = next;
  }
  return { node };
}

const isVar = (value: unknown): value is { var: unknown } => isNode(value) && 'var' in value;

/** What stands against comparing a field with a value that is written there. */
function valueRule(name: unknown, node: Node, value: unknown): string | undefined {
  if (value === null || typeof value === 'object') return undefined;
  if (node.type === 'array' || node.type === 'object') {
    return `${name} is ${node.type === 'array' ? 'a list' : 'an object'}, which is never ${value}`;
  }
  if (Array.isArray(node.enum) && !node.enum.includes(value)) {
    return `${value} is no value of ${name}${didYouMean(String(value), node.enum.map(String))} (${listed(node.enum)})`;
  }
  const type = node.type === 'integer' ? 'number' : node.type;
  return typeof value === type
    ? undefined
    : `${name} is of type ${node.type}, which is never ${JSON.stringify(value)}`;
}

/** Faults of the values in a comparison or in a list of values. */
function comparisonFaults(operator: string, args: unknown[], context: Node, path: Path): FormFault[] {
  const [left, right] = args;
  const pairs: [unknown, unknown][] =
    operator === 'in'
      ? Array.isArray(right)
        ? right.map((value) => [left, value])
        : []
      : [
          [left, right],
          [right, left],
        ];
  const faults = pairs.flatMap(([field, value]) => {
    const found = isVar(field) ? nodeOf(field.var, context) : undefined;
    if (!isVar(field) || !found || !('node' in found)) return [];
    const rule = valueRule(field.var, found.node, value);
    return rule ? [{ path, rule }] : [];
  });
  const inList = operator === 'in' && isVar(right) ? nodeOf(right.var, context) : undefined;
  if (!inList || !('node' in inList) || !isVar(right)) return faults;
  const rule = isNode(inList.node.items)
    ? valueRule(`an entry of ${right.var}`, inList.node.items, left)
    : `${right.var} is no list`;
  return rule ? [...faults, { path, rule }] : faults;
}

/** The items of the list over which `some`, `all` or `none` go. */
function entriesOf(list: unknown, context: Node): Node {
  const found = isVar(list) ? nodeOf(list.var, context) : undefined;
  return found && 'node' in found && isNode(found.node.items) ? found.node.items : {};
}

/**
 * Faults of a condition.
 * @param form an object node: the form, or the fields of it, over which the condition is
 * @param path of the condition in its file
 */
export function logicFaults(condition: unknown, form: Node, path: Path): FormFault[] {
  if (Array.isArray(condition)) return condition.flatMap((each, i) => logicFaults(each, form, [...path, i]));
  if (!isNode(condition)) return [];
  const [operator, ...others] = Object.keys(condition);
  if (operator === undefined || others.length > 0)
    return [{ path, rule: 'must be one operator with its arguments' }];
  const at = [...path, operator];
  if (!(operators as readonly string[]).includes(operator)) {
    const hint = didYouMean(operator, operators) || `; known are ${operators.join(' ')}`;
    return [{ path: at, rule: `is no operator of conditions${hint}` }];
  }
  const given = condition[operator];
  if (operator === 'var') {
    const found = nodeOf(given, form);
    return 'rule' in found ? [{ path: at, rule: found.rule }] : [];
  }
  const args = Array.isArray(given) ? given : [given];
  if (pairs.includes(operator) && args.length !== 2)
    return [{ path: at, rule: 'needs a list of two arguments' }];
  if (quantifiers.includes(operator)) {
    return [
      ...logicFaults(args[0], form, [...at, 0]),
      ...logicFaults(args[1], entriesOf(args[0], form), [...at, 1]),
    ];
  }
  const isComparison = comparisons.includes(operator) || operator === 'in';
  return [
    ...args.flatMap((each, i) => logicFaults(each, form, Array.isArray(given) ? [...at, i] : at)),
    ...(isComparison ? comparisonFaults(operator, args, form, at) : []),
  ];
}

/** Names of the form's fields that a condition rests on. */
export function fieldsIn(condition: unknown): string[] {
  if (Array.isArray(condition)) return condition.flatMap(fieldsIn);
  if (!isNode(condition)) return [];
  return Object.entries(condition).flatMap(([operator, given]) => {
    if (operator === 'var') return typeof given === 'string' ? [given.split('.')[0] as string] : [];
    const isOverEntries = quantifiers.includes(operator) && Array.isArray(given);
    return fieldsIn(isOverEntries ? given[0] : given);
  });
}
