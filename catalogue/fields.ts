/** Fields as they stand in a form: shapes taken over, places within their sections settled. */
import type { Field, Fragment } from './formats.ts';
import type { Tree } from './load.ts';

type Node = Record<string, unknown>;

/** Where a field stands that says no place: after those that do, as they are written. */
const unplaced = 10_000;

/** A fragment with the shapes that it uses, at any depth; its own keywords win. */
function resolved(fragment: Fragment, shapes: Tree['shapes']): Node {
  const { 'x-use': use, ...own } = fragment;
  const shape = typeof use === 'string' ? shapes.get(use)?.value : undefined;
  const node: Node = { ...(shape ? resolved(shape, shapes) : {}), ...own };
  if (own.items) node.items = resolved(own.items, shapes);
  if (own.properties) {
    node.properties = Object.fromEntries(
      Object.entries(own.properties).map(([name, child]) => [name, resolved(child, shapes)]),
    );
  }
  return node.type === 'object' ? { additionalProperties: false, ...node } : node;
}

/** Every field by name, as forms have it. The shapes use each other in no circle. */
export function resolveFields({ fields, shapes }: Tree): Map<string, Node> {
  const places = new Map<string, number>();
  return new Map(
    [...fields].map(([name, { source, value }]) => {
      const place = places.get(source.file) ?? 0;
      places.set(source.file, place + 1);
      const { example: _, ...field }: Field = value;
      return [name, { ...resolved(field, shapes), 'x-order': value['x-order'] ?? unplaced + place }];
    }),
  );
}
