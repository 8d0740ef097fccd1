/** The catalogue's files as they are published: every bundle, and each item that may be read by itself. */
import { readCatalogue } from '../../catalogue/build.ts';
import { withDependencies } from '../../functions/approvals/plan.ts';
import type { CatalogueFile, Item, Service } from '../../functions/catalogue/schemas.ts';

type Node = { properties?: Record<string, unknown>; required?: string[] };

/** An item of a bundle as a document of its own; it is applied for by the bundle. */
function partOf(bundle: Service, item: Item): Service {
  const { properties = {}, required = [], ...form } = bundle.form as Node;
  const own = Object.entries(properties).filter(([name]) => item.fields.includes(name));
  return {
    ...bundle,
    code: item.code,
    kind: 'item',
    name: item.name,
    limits: item.limits,
    items: [{ ...item, after: [] }],
    conditions: [],
    form: {
      ...form,
      properties: Object.fromEntries(own),
      required: required.filter((name) => item.fields.includes(name)),
    },
    example: { ...bundle.example, items: withDependencies(bundle, [item.code]) },
    alone: false,
    partOf: [bundle.code],
  };
}

/** @throws Error naming the file and each fault in it. */
export function readFiles(folder?: string): CatalogueFile {
  const catalogue = readCatalogue(folder);
  const services = catalogue.services.flatMap((service) =>
    service.kind === 'bundle' ? [service, ...service.items.map((item) => partOf(service, item))] : [service],
  );
  return { ...catalogue, services };
}
