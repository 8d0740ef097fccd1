/** Holds an answer against the OpenAPI document: is its status documented, and its body as the schema says. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema may be anything
export type Schema = any;
export type Parameter = { in: 'path' | 'query' | 'header'; name: string; required?: boolean; schema: Schema };
export type Operation = {
  operationId?: string;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  responses: Record<
    string,
    { headers?: Record<string, { required?: boolean }>; content?: Record<string, { schema: Schema }> }
  >;
};
export type OpenApi = { paths: Record<string, Record<string, Operation>>; components: Schema };

export type Found = { method: string; route: string; operation: Operation };
export type AnswerSeen = { status: number; headers: Headers; text: string };

/** A document whose operations may refer to its components. */
type Referring = { paths: Record<string, Record<string, Schema>>; components: Schema };

function resolved(document: Referring, part: Schema): Schema {
  if (typeof part?.$ref !== 'string') return part;
  const names: string[] = part.$ref.slice(2).split('/');
  return names.reduce((at: Schema, name) => at?.[name], document);
}

function operationOf(document: Referring, operation: Schema): Operation {
  const responses = Object.entries(operation.responses).map(([status, response]) => [
    status,
    resolved(document, response),
  ]);
  return {
    ...operation,
    ...(operation.parameters
      ? { parameters: operation.parameters.map((each: Schema) => resolved(document, each)) }
      : {}),
    responses: Object.fromEntries(responses),
  };
}

/** Clients take fields that the document does not name; here a field that it does not name is a fault of ours. */
function closed(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, child]) => [name, closed(child)]));
  const isOpen = schema.type === 'object' && schema.properties && schema.additionalProperties === undefined;
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}

const segment = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1');

export class Contract {
  readonly #paths: OpenApi['paths'];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: OpenApi) {
    const operations = Object.entries(document.paths).map(([route, methods]) => [
      route,
      Object.fromEntries(
        Object.entries(methods).map(([method, each]) => [method, operationOf(document, each)]),
      ),
    ]);
    this.#paths = Object.fromEntries(operations);
    this.#ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
    this.#ajv.addFormat('uri', (text: string) => URL.canParse(text));
    this.#ajv.addSchema(closed({ ...document, paths: this.#paths }), 'openapi');
  }

  get operations(): Found[] {
    return Object.entries(this.#paths).flatMap(([route, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        route,
        operation,
      })),
    );
  }

  /** The operation that serves this path, and the path's parameters; a literal path wins over a pattern. */
  find(method: string, path: string): (Found & { params: Record<string, string> }) | undefined {
    const parts = path.split('/');
    const candidates = this.operations
      .filter((each) => each.method === method && each.route.split('/').length === parts.length)
      .toSorted((a, b) => Number(a.route.includes('{')) - Number(b.route.includes('{')));
    for (const candidate of candidates) {
      const names = candidate.route.split('/');
      if (!names.every((name, i) => name.startsWith('{') || name === parts[i])) continue;
      const params = names.flatMap((name, i) =>
        name.startsWith('{') ? [[name.slice(1, -1), decodeURIComponent(parts[i] ?? '')]] : [],
      );
      return { ...candidate, params: Object.fromEntries(params) };
    }
    return undefined;
  }

  validator(pointer: string): ValidateFunction {
    const known = this.#compiled.get(pointer);
    if (known) return known;
    const made = this.#ajv.compile({ $ref: `openapi#${pointer}` });
    this.#compiled.set(pointer, made);
    return made;
  }

  /** What is wrong with an answer, in words; empty when it is as documented. */
  faults({ method, route, operation }: Found, { status, headers, text }: AnswerSeen): string[] {
    const documented = operation.responses[status];
    if (!documented) return [`the status ${status} is not documented`];
    if (!documented.content) return text === '' ? [] : ['no body is documented'];
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
    const own = status >= 400 ? 'application/problem+json' : 'application/json';
    if (!documented.content[type]) return [`the type ${type} is not documented, ${own} is`];
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return [`not JSON: ${text.slice(0, 200)}`];
    }
    const pointer = [
      'paths',
      route,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      type,
      'schema',
    ];
    const validate = this.validator(`/${pointer.map(segment).join('/')}`);
    const wrong = validate(body) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);
    const missing = Object.entries(documented.headers ?? {})
      .filter(([name, { required }]) => required && !headers.has(name))
      .map(([name]) => name);
    return [...wrong, ...missing.map((name) => `no header ${name}`)];
  }
}
