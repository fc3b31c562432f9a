/** Changes of the OpenAPI document that a client of the REST API may notice. */
import { z } from 'zod';
import type { ContractChange } from './change.ts';
import { JsonSchemaComparison } from './json-schema-changes.ts';
import type { Direction, JsonSchema, Resolve } from './json-schema-changes.ts';

const SCHEMA = z.custom<JsonSchema>((value) => typeof value === 'object' && value !== null);
const CONTENT = z.record(z.string(), z.looseObject({ schema: SCHEMA.optional() }));
const HEADERS = z.record(z.string(), z.unknown());
const OPERATION = z.looseObject({
  operationId: z.string(),
  parameters: z
    .array(
      z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema: SCHEMA.optional() }),
    )
    .optional(),
  requestBody: z.looseObject({ required: z.boolean().optional(), content: CONTENT }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: CONTENT.optional(), headers: HEADERS.optional() })),
});
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;
const DOCUMENT = z.looseObject({
  paths: z.record(z.string(), z.partialRecord(z.enum(METHODS), OPERATION)),
  components: z.looseObject({ schemas: z.record(z.string(), SCHEMA) }),
});
type Operation = z.infer<typeof OPERATION>;
type Content = z.infer<typeof CONTENT>;
type Document = z.infer<typeof DOCUMENT>;

const REFERENCE = '#/components/schemas/';

/** Returns the changes from one document to another, each as JSON. Throws where one is no OpenAPI document of ours. */
export function openApiChanges(before: string, after: string): ContractChange[] {
  const [from, to] = [DOCUMENT.parse(JSON.parse(before)), DOCUMENT.parse(JSON.parse(after))];
  const comparison = new DocumentComparison(resolverOf(from), resolverOf(to));
  for (const [path, item] of Object.entries(from.paths))
    for (const method of METHODS) {
      const operation = item[method];
      if (operation !== undefined)
        comparison.operation(`${method.toUpperCase()} ${path}`, operation, to.paths[path]?.[method]);
    }
  return comparison.changes;
}

function resolverOf({ components: { schemas } }: Document): Resolve {
  return ({ $ref, ...schema }) => ($ref === undefined ? schema : (schemas[$ref.slice(REFERENCE.length)] ?? {}));
}

class DocumentComparison {
  readonly changes: ContractChange[] = [];
  readonly #before: Resolve;
  readonly #after: Resolve;

  constructor(before: Resolve, after: Resolve) {
    this.#before = before;
    this.#after = after;
  }

  operation(place: string, before: Operation, after: Operation | undefined): void {
    if (after === undefined) {
      this.#breaking(`${place} is gone`);
      return;
    }
    if (before.operationId !== after.operationId)
      this.#breaking(`${place} was named ${before.operationId} and is named ${after.operationId}`);
    this.#parameters(place, before, after);
    this.#body(place, before, after);
    this.#responses(place, before, after);
  }

  #parameters(place: string, before: Operation, after: Operation): void {
    const [had, has] = [before.parameters ?? [], after.parameters ?? []];
    for (const each of has) {
      const at = `${place} ${each.in} ${each.name}`;
      const same = had.find(({ name, in: where }) => name === each.name && where === each.in);
      if (each.required === true && same?.required !== true) this.#breaking(`${at} is required now`);
      if (same?.schema !== undefined && each.schema !== undefined)
        this.#schemas('request', at, same.schema, each.schema);
    }
    for (const each of had)
      if (!has.some(({ name, in: where }) => name === each.name && where === each.in))
        // A header that the server does not know is passed over.
        this.#add(each.in === 'header' ? 'dangerous' : 'breaking', `${place} ${each.in} ${each.name} is gone`);
  }

  #body(place: string, before: Operation, after: Operation): void {
    if (after.requestBody?.required === true && before.requestBody?.required !== true)
      this.#breaking(`${place} needs a body now`);
    if (before.requestBody === undefined) return;
    if (after.requestBody === undefined) this.#breaking(`${place} takes no body now`);
    else this.#contents('request', `${place} body`, before.requestBody.content, after.requestBody.content);
  }

  #responses(place: string, before: Operation, after: Operation): void {
    for (const [status, response] of Object.entries(before.responses)) {
      const at = `${place} ${status}`;
      const now = after.responses[status];
      if (now === undefined) {
        // A failure that does not occur any more breaks nothing.
        if (Number(status) < 400) this.#breaking(`${at} is gone`);
        continue;
      }
      this.#contents('response', at, response.content ?? {}, now.content ?? {});
      for (const name of Object.keys(response.headers ?? {}))
        if (now.headers?.[name] === undefined) this.#breaking(`${at} header ${name} is gone`);
    }
    for (const status of Object.keys(after.responses))
      if (before.responses[status] === undefined) this.#add('dangerous', `${place} ${status} is new`);
  }

  #contents(direction: Direction, place: string, before: Content, after: Content): void {
    for (const [type, { schema }] of Object.entries(before)) {
      const now = after[type];
      if (now === undefined) this.#breaking(`${place} ${type} is gone`);
      else if (schema !== undefined && now.schema !== undefined) this.#schemas(direction, place, schema, now.schema);
    }
  }

  #schemas(direction: Direction, place: string, before: JsonSchema, after: JsonSchema): void {
    const comparison = new JsonSchemaComparison(direction, { before: this.#before, after: this.#after });
    for (const { severity, text } of comparison.changes(place, before, after))
      this.changes.push({ severity, text: `REST: ${text}` });
  }

  #breaking(text: string): void {
    this.#add('breaking', text);
  }

  #add(severity: ContractChange['severity'], text: string): void {
    this.changes.push({ severity, text: `REST: ${text}` });
  }
}
