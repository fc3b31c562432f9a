/**
 * The arguments of the tools that a request offers, as its JSON schemas describe them. Schemas come from callers: what is
 * malformed, refers in circles or is too large says nothing, and patterns run on RE2's automata only.
 */
import { compileRegex, type LinearRegex } from '../../../detection/linear-regex.ts';
import { isJsonList } from '../../../json/json-map.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../../json/json-text.ts';
import type { ArgumentSlot } from './argument-slot.ts';

/** Finds what is known of an argument. `path` has the keys from the root of the arguments; an item of a list is `*`. */
export interface ArgumentSlots {
  slot(tool: string | null, path: readonly string[]): ArgumentSlot | null;
}

/** References and combinations followed for one step of a path. */
const MOST_HOPS = 16;
const LONGEST_HINT = 2000;

/** The slots of the tools of a chat-completions or Responses request. Nothing is read before a token is restored. */
export function argumentSlots(request: JsonObject): ArgumentSlots {
  let schemas: ReadonlyMap<string, JsonObject> | null = null;
  const known = new Map<string, ArgumentSlot | null>();
  return {
    slot: (tool, path) => {
      if (tool === null) return null;
      const key = JSON.stringify([tool, path]);
      const seen = known.get(key);
      if (seen !== undefined) return seen;
      schemas ??= schemasOf(request);
      const schema = schemas.get(tool);
      const slot = schema === undefined ? null : slotAt(schema, path);
      known.set(key, slot);
      return slot;
    },
  };
}

/** The schema of each tool's arguments by the tool's name: both APIs, and the functions of old. */
function schemasOf(request: JsonObject): ReadonlyMap<string, JsonObject> {
  const schemas = new Map<string, JsonObject>();
  for (const field of ['tools', 'functions']) {
    const tools = own(request, field);
    for (const tool of isJsonList(tools) ? tools : []) {
      if (!isJsonObject(tool)) continue;
      const inner = own(tool, 'function');
      const called = isJsonObject(inner) ? inner : tool;
      const [name, parameters] = [own(called, 'name'), own(called, 'parameters')];
      if (typeof name === 'string' && isJsonObject(parameters)) schemas.set(name, parameters);
    }
  }
  return schemas;
}

function slotAt(root: JsonObject, path: readonly string[]): ArgumentSlot | null {
  let schema: JsonObject | null = root;
  for (const key of path) {
    if (schema === null) return null;
    schema = child(root, schema, key);
  }
  const found = schema === null ? [] : variants(root, schema).filter((variant) => admitsText(variant));
  // The nearest says more than what it refers to; a union with null says nothing but its description.
  const merged = found.reduceRight<JsonObject>((all, variant) => ({ ...all, ...variant }), {});
  return found.length === 0 ? null : slotOf(merged, path.findLast((key) => key !== '*') ?? '');
}

function child(root: JsonObject, schema: JsonObject, key: string): JsonObject | null {
  for (const variant of variants(root, schema)) {
    const found = key === '*' ? own(variant, 'items') : property(variant, key);
    if (isJsonObject(found)) return found;
  }
  return null;
}

function property(schema: JsonObject, key: string): JsonValue | undefined {
  const properties = own(schema, 'properties');
  return (isJsonObject(properties) ? own(properties, key) : undefined) ?? own(schema, 'additionalProperties');
}

/** The schema with what it refers to and what it combines, nearest first. */
function variants(root: JsonObject, schema: JsonObject): JsonObject[] {
  const found: JsonObject[] = [];
  const waiting: JsonValue[] = [schema];
  for (let hops = 0; hops < MOST_HOPS && waiting.length > 0; hops++) {
    const next = waiting.shift();
    if (!isJsonObject(next)) continue;
    const reference = own(next, '$ref');
    if (typeof reference === 'string') waiting.push(resolve(root, reference));
    else found.push(next);
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      const parts = own(next, keyword);
      if (isJsonList(parts)) waiting.push(...parts.slice(0, MOST_HOPS));
    }
  }
  return found;
}

/** A reference within the schema (`#/$defs/date`); null for any other. */
function resolve(root: JsonObject, reference: string): JsonValue {
  if (!reference.startsWith('#/')) return null;
  let at: JsonValue | undefined = root;
  for (const step of reference.slice(2).split('/')) {
    at = isJsonObject(at) ? own(at, step.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined;
  }
  return at ?? null;
}

function admitsText(schema: JsonObject): boolean {
  const type = own(schema, 'type');
  const types = isJsonList(type) ? type : [type];
  return types.some((each) => each === undefined || each === 'string' || each === 'number' || each === 'integer');
}

function takesNumbersOnly(schema: JsonObject): boolean {
  const type = own(schema, 'type');
  const types = isJsonList(type) ? type : [type];
  return types.some((each) => each === 'number' || each === 'integer') && !types.includes('string');
}

function slotOf(schema: JsonObject, name: string): ArgumentSlot {
  const text = (key: string): string | null => {
    const value = own(schema, key);
    return typeof value === 'string' ? value : null;
  };
  const length = (key: string): number | null => {
    const value = own(schema, key);
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
  };
  const options = own(schema, 'enum');
  const examples = own(schema, 'examples');
  const shown = [name, text('title'), text('description'), text('example')];
  if (isJsonList(examples)) shown.push(...examples.slice(0, 4).map((each) => (typeof each === 'string' ? each : null)));
  return {
    isNumber: takesNumbersOnly(schema),
    format: text('format'),
    pattern: compiled(text('pattern')),
    enum: isJsonList(options) ? options.filter((option) => typeof option === 'string') : null,
    maxLength: length('maxLength'),
    minLength: length('minLength'),
    hints: shown
      .filter((hint) => hint !== null)
      .join('\n')
      .slice(0, LONGEST_HINT),
  };
}

function compiled(pattern: string | null): LinearRegex | null {
  const regex = pattern === null ? null : compileRegex(pattern);
  return regex?.ok === true ? regex.regex : null;
}
