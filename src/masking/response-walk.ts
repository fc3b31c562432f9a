/**
 * Finds the texts in the answer of a model, whole or a chunk of a stream. An answer is not limited to known fields:
 * every string in it is a text, but for those that name or number something. Spec: proxy.md, Rehydration.
 */
import { isJsonObject, own, type JsonObject, type JsonValue } from './json-text.ts';

/**
 * How a text is written: `plain`; `json`, so that values stand inside JSON strings; `arguments`, of a tool, which are
 * JSON when they begin so. In a stream these three grow from chunk to chunk; a `whole` text is always sent at once.
 */
export type TextForm = 'plain' | 'json' | 'arguments' | 'whole';

/** Keys and list positions from the choice to the text. An item of a list is named by its `index`, if it has one. */
export type TextPath = readonly (string | number)[];

/** Returns what to write instead of the text. */
export type VisitText = (text: string, form: TextForm, path: TextPath) => string;

/** Fields that name, number or count something: the API's own words and ids, never the model's text. */
const VERBATIM: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'index',
  'object',
  'model',
  'created',
  'finish_reason',
  'native_finish_reason',
  'stop_reason',
  'system_fingerprint',
  'service_tier',
  'usage',
  'call_id',
  'tool_call_id',
  'expires_at',
]);

/** Fields whose texts a stream never cuts: a client takes each as complete. */
const WHOLE: ReadonlySet<string> = new Set(['name', 'annotations', 'citations']);

/** Nothing of use is nested so deep in an answer; what is deeper is left out rather than passed on unread. */
const MAX_DEPTH = 128;

/** The body with `choice` applied to each of its choices and every other text visited as `whole`; `obfuscation` is left out. */
export function walkAnswer(body: JsonValue, choice: (choice: JsonValue) => JsonValue, visit: VisitText): JsonValue {
  if (!isJsonObject(body)) return walk(body, 'whole', [], visit);
  return mapFields(body, (key, member) => {
    if (key === 'obfuscation') return undefined;
    if (key === 'choices' && isList(member)) return mapItems(member, choice);
    return VERBATIM.has(key) ? member : walk(member, 'whole', [key], visit);
  });
}

/**
 * The choice with its texts visited. Where that changed any, its `logprobs` are null: they spell out the text before.
 * `jsonContent` says that the content is JSON.
 */
export function walkChoice(choice: JsonValue, jsonContent: boolean, visit: VisitText): JsonValue {
  if (!isJsonObject(choice)) return walk(choice, 'whole', [], visit);
  const walked = mapFields(choice, (key, member) =>
    key === 'logprobs' || VERBATIM.has(key) ? member : walk(member, 'plain', [key], visitContent(jsonContent, visit)),
  );
  if (walked === choice || (own(choice, 'logprobs') ?? null) === null) return walked;
  return mapFields(walked, (key, member) => (key === 'logprobs' ? null : member));
}

function visitContent(jsonContent: boolean, visit: VisitText): VisitText {
  if (!jsonContent) return visit;
  // ['message' or 'delta', 'content', ...]
  return (text, form, path) => visit(text, form === 'plain' && path[1] === 'content' ? 'json' : form, path);
}

function walk(value: JsonValue, form: TextForm, path: TextPath, visit: VisitText): JsonValue {
  if (typeof value === 'string') return visit(value, form, path);
  if (typeof value !== 'object' || value === null) return value;
  if (path.length === MAX_DEPTH) return null;
  if (isList(value)) {
    // Bare texts in a list have nothing that tells their continuation from a new item.
    return mapItems(value, (item, at) =>
      walk(item, typeof item === 'string' ? 'whole' : form, [...path, indexOf(item) ?? at], visit),
    );
  }
  return mapFields(value, (key, member) => {
    if (VERBATIM.has(key)) return member;
    // Encoded sound.
    if (key === 'data' && path.at(-1) === 'audio') return member;
    return walk(member, formOf(key, form), [...path, key], visit);
  });
}

function formOf(key: string, above: TextForm): TextForm {
  if (above === 'whole' || WHOLE.has(key)) return 'whole';
  return key === 'arguments' ? 'arguments' : above;
}

function indexOf(item: JsonValue): number | null {
  const index = isJsonObject(item) ? own(item, 'index') : undefined;
  return typeof index === 'number' ? index : null;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function mapItems(items: readonly JsonValue[], each: (item: JsonValue, at: number) => JsonValue): readonly JsonValue[] {
  const mapped = items.map(each);
  return mapped.some((item, at) => item !== items[at]) ? mapped : items;
}

/** `each` returns the new member, or undefined to leave it out. An object of which nothing changed is returned itself. */
function mapFields(object: JsonObject, each: (key: string, member: JsonValue) => JsonValue | undefined): JsonObject {
  let changed = false;
  const entries: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(object)) {
    const mapped = each(key, member);
    changed ||= mapped !== member;
    if (mapped !== undefined) entries.push([key, mapped]);
  }
  return changed ? Object.fromEntries(entries) : object;
}
