/** Applies the treatments of `request-fields.ts` to a request, value by value. Never changes its input. */
import { askedTimes } from '../../detection/calendar/asked-times.ts';
import { JsonPlace } from '../../detection/documents/json-place.ts';
import { WHOLE_LIST } from '../../detection/documents/json-runs.ts';
import { CODE } from '../../detection/documents/json-sense.ts';
import { ownField } from '../../detection/documents/json-value.ts';
import { UniqueKeys } from '../../json/json-rewrite.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import { isBinaryPart, isDeclaredBinary } from './binary-parts.ts';
import { readingEncoded } from './encoded-bytes.ts';
import type { HistoryField, HistoryWalk } from './history.ts';
import { afterKey, JsonTextWalk } from './json-text-walk.ts';
import {
  ID,
  PART_FIELDS,
  SCHEMA_BOUNDS,
  SCHEMA_DIALECTS,
  SCHEMA_ITEMS,
  SCHEMA_KEYWORDS,
  SCHEMA_PROPERTIES,
  SCHEMA_VALUES,
} from './request-fields.ts';
import { takingTokens } from './schema-types.ts';
import { ALONE, neighbours } from './text-neighbours.ts';
import { HISTORY_END, pointerSegment, type Place, type Speaker, type Walking } from './text-slot.ts';
import { NOTHING, RequestTexts } from './request-texts.ts';
import { SPEAKERS, type Fields, type Treatment } from './treatment.ts';

const TEXT: Treatment = { as: 'text' };
const JSON_TEXT: Treatment = { as: 'json text' };
const NAME = /^[a-zA-Z0-9_-]+$/;

/** Pointers of schemas of tools. */
const TOOL_SCHEMA = /^\/(?:tools|functions)\//;

/** One walk over one body. */
export class RequestWalk {
  readonly #texts = new RequestTexts();
  readonly #json = new JsonTextWalk(this.#texts);
  readonly #allowBinary: boolean;
  readonly #history: HistoryWalk & { readonly field: HistoryField; readonly pointer: string };
  /** How many binary parts were met. */
  binaryParts = 0;
  /** JSON Pointer of the first binary part that is not allowed. */
  uninspectable: string | null = null;
  /** The first number that is longer than any setting at its place can be. */
  excessive: { readonly pointer: string; readonly below: number } | null = null;

  constructor(allowBinary: boolean, field: HistoryField, walk: HistoryWalk) {
    this.#allowBinary = allowBinary;
    this.#history = { ...walk, field, pointer: `/${field}` };
  }

  /** The masked body. What masking leaves alone is the very same object. */
  *body(fields: Fields, body: JsonObject): Walking<JsonObject> {
    const whole = JsonPlace.of(body);
    const each = (key: string, member: JsonValue, place: Place) => this.#bodyField(fields, whole, key, member, place);
    return yield* this.#object(body, { pointer: '', key: null }, each, fields);
  }

  *#bodyField(
    fields: Fields,
    whole: JsonPlace,
    key: string,
    member: JsonValue,
    at: Place,
  ): Walking<JsonValue | undefined> {
    const masked = yield* this.#field(fields, whole, key, member, at);
    if (key === this.#history.field) yield HISTORY_END;
    return masked;
  }

  *#treat(treatment: Treatment, value: JsonValue, at: Place): Walking<JsonValue> {
    switch (treatment.as) {
      case 'verbatim':
        return typeof value === 'string' ? value : yield* this.#deep(value, at);
      case 'setting':
        return yield* this.#setting(treatment, value, at);
      case 'keyword':
        if (typeof value !== 'string') return yield* this.#treat(treatment.other, value, at);
        return treatment.of.has(value) ? value : yield* this.#json.plain(value, at);
      case 'form':
        if (typeof value !== 'string') return yield* this.#treat(treatment.other, value, at);
        return (yield* treatment.of.matching(value)) ? value : yield* this.#json.plain(value, at);
      case 'text':
        return typeof value === 'string' ? yield* this.#json.plain(value, at) : yield* this.#deep(value, at);
      case 'json text':
      case 'arguments':
      case 'deep':
        return yield* this.#deep(value, at);
      case 'name':
        return typeof value === 'string' ? yield* this.#name(value, at) : yield* this.#deep(value, at);
      case 'content':
        return yield* this.#content(value, at, treatment.parts ?? PART_FIELDS);
      case 'binary':
        return value === null || value === '' ? value : yield* this.#binary(value, at);
      case 'schema':
        return yield* this.#schema(value, at);
      case 'bias':
        return isBias(value) ? value : yield* this.#deep(value, at);
      case 'drop':
        return null;
      case 'message':
        return isJsonObject(value) ? yield* this.#message(treatment.fields, value, at) : yield* this.#deep(value, at);
      case 'spoken':
        return yield* this.#spoken(treatment.by, this.#treat(treatment.of, value, at));
      case 'variant':
        return yield* this.#treat(variantOf(treatment, value), value, at);
      case 'map':
        if (!isJsonObject(value)) return yield* this.#deep(value, at);
        return yield* this.#object(value, at, (_, member, place) => this.#treat(treatment.of, member, place));
      case 'list':
        if (!isList(value)) return yield* this.#deep(value, at);
        return yield* this.#list(value, at, (item, place) => this.#treat(treatment.of, item, place));
      case 'object':
        return isJsonObject(value) ? yield* this.#fields(treatment.fields, value, at) : yield* this.#deep(value, at);
    }
  }

  *#setting({ below, beyond }: Extract<Treatment, { as: 'setting' }>, value: JsonValue, at: Place): Walking<JsonValue> {
    if (typeof value === 'boolean' || value === null) return value;
    if (typeof value !== 'number') return yield* this.#deep(value, at);
    if (Math.abs(value) < below) return value;
    if (beyond === 'refused') this.excessive ??= { pointer: at.pointer, below };
    return yield* this.#texts.number(value, at);
  }

  *#message(fields: Fields, value: JsonObject, at: Place): Walking<JsonObject> {
    const role = own(value, 'role');
    return yield* this.#spoken(SPEAKERS.find((speaker) => speaker === role) ?? null, this.#fields(fields, value, at));
  }

  *#spoken<T>(by: Speaker | null, walk: Walking<T>): Walking<T> {
    const before = this.#texts.speaker;
    this.#texts.speaker = by;
    const masked = yield* walk;
    this.#texts.speaker = before;
    return masked;
  }

  *#fields(fields: Fields, value: JsonObject, at: Place): Walking<JsonObject> {
    const whole = JsonPlace.of(value);
    return yield* this.#object(
      value,
      at,
      (key, member, place) => this.#field(fields, whole, key, member, place),
      fields,
    );
  }

  /** `whole` is the object that has the field: one for all its fields, because it is read once for all. */
  *#field(fields: Fields, whole: JsonPlace, key: string, member: JsonValue, at: Place): Walking<JsonValue | undefined> {
    const treatment = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (treatment?.as === 'drop') return undefined;
    if (treatment?.as === 'arguments') return yield* this.#arguments(ownField(whole.value, 'name'), member, at);
    if (treatment !== undefined) return yield* this.#treat(treatment, member, at);
    yield* whole.readingFacts();
    return yield* this.#deep(member, { ...at, json: whole.member(key) });
  }

  /** What a model calls a tool with. Days to look for are on offer, as those in the tool's answer are. */
  *#arguments(tool: JsonValue | undefined, value: JsonValue, at: Place): Walking<JsonValue> {
    if (typeof tool === 'string' && typeof value === 'string') this.#texts.offered = askedTimes(tool, value);
    const masked = yield* this.#deep(value, at);
    this.#texts.offered = NOTHING;
    return masked;
  }

  *#name(name: string, at: Place): Walking<string> {
    const masked = yield* this.#json.plain(name, at);
    return masked === name || NAME.test(masked) ? masked : masked.replace(/[^a-zA-Z0-9_-]/g, '_');
  }

  *#deep(value: JsonValue, at: Place): Walking<JsonValue> {
    if (typeof value === 'string') return yield* this.#json.text(value, at);
    if (typeof value === 'number') return yield* this.#texts.number(value, at);
    if (typeof value === 'boolean' || value === null) return value;
    const json = at.json ?? JsonPlace.of(value);
    if (isList(value)) {
      const written = yield* this.#texts.pieces(json, at);
      const whole = written?.get(WHOLE_LIST);
      if (whole !== undefined) return [whole];
      const pieces = written === null ? at.pieces : { written, path: '' };
      return yield* this.#list(value, { ...at, pieces }, (item, place, index) =>
        this.#deepPart(item, place, json.item(index), index),
      );
    }
    if (isDeclaredBinary(value)) return yield* this.#binary(value, at);
    return yield* this.#object(value, { ...at, json }, (key, member, place) =>
      this.#deepPart(member, place, json.member(key), key),
    );
  }

  *#deepPart(value: JsonValue, at: Place, json: JsonPlace, step: string | number): Walking<JsonValue> {
    if (at.pieces === undefined) return yield* this.#deep(value, { ...at, json });
    const { written, path } = at.pieces;
    const here = path === '' ? String(step) : `${path}/${step}`;
    return written.get(here) ?? (yield* this.#deep(value, { ...at, json, pieces: { written, path: here } }));
  }

  /** `property` is the name of the property that the schema is of; null for others. */
  *#schema(value: JsonValue, at: Place, property: string | null = null): Walking<JsonValue> {
    if (typeof value === 'string') return SCHEMA_KEYWORDS.has(value) ? value : yield* this.#json.plain(value, at);
    if (isList(value)) return yield* this.#list(value, at, (item, place) => this.#schema(item, place, property));
    if (!isJsonObject(value)) return yield* this.#deep(value, at);
    const masked = yield* this.#object(value, at, (key, member, place) =>
      this.#schemaMember(key, member, place, property),
    );
    // A structured answer is read by its client, which asked for a number; only a tool's arguments become numbers again.
    return property === null || !TOOL_SCHEMA.test(at.pointer) ? masked : takingTokens(masked, property);
  }

  *#schemaMember(key: string, member: JsonValue, at: Place, property: string | null): Walking<JsonValue> {
    if (SCHEMA_BOUNDS.has(key) && typeof member === 'number') return member;
    if (key === '$schema' && typeof member === 'string' && SCHEMA_DIALECTS.has(member)) return member;
    if (SCHEMA_VALUES.has(key)) return yield* this.#constant(member, at);
    if (SCHEMA_PROPERTIES.has(key) && isJsonObject(member))
      return yield* this.#object(member, at, (name, schema, below) => this.#schema(schema, below, name));
    return yield* this.#schema(member, at, SCHEMA_ITEMS.has(key) ? property : null);
  }

  /** What a developer wrote into a schema as a value: it stays unless it is a value of the call. */
  *#constant(value: JsonValue, at: Place): Walking<JsonValue> {
    if (typeof value === 'string') return yield* this.#texts.text(value, at, CODE);
    if (typeof value === 'number') {
      const source = String(value);
      const masked = yield* this.#texts.text(source, at, CODE);
      return masked === source ? value : masked;
    }
    if (isList(value)) return yield* this.#list(value, at, (item, place) => this.#constant(item, place));
    if (!isJsonObject(value)) return value;
    return yield* this.#object(value, at, (_, member, place) => this.#constant(member, place));
  }

  *#content(value: JsonValue, at: Place, fields: Fields): Walking<JsonValue> {
    const saidByTool = this.#texts.speaker === 'tool' || this.#texts.speaker === 'function';
    const said = saidByTool ? JSON_TEXT : TEXT;
    const partFields = saidByTool ? { ...fields, text: JSON_TEXT } : fields;
    const part = (item: JsonValue, place: Place): Walking<JsonValue> => {
      if (!isJsonObject(item)) return this.#treat(said, item, place);
      return isBinaryPart(item) ? this.#binary(item, place) : this.#fields(partFields, item, place);
    };
    if (isList(value)) {
      this.#texts.beside = yield* neighbours(value, at.pointer, saidByTool);
      const masked = yield* this.#list(value, at, part);
      this.#texts.beside = ALONE;
      return masked;
    }
    // A single part outside a list is no valid content, and must not be a way around the check of binary parts.
    return yield* part(value, at);
  }

  *#binary(part: JsonValue, at: Place): Walking<JsonValue> {
    this.binaryParts++;
    if (this.#allowBinary) return yield* this.#around(part, at);
    this.uninspectable ??= at.pointer;
    return part;
  }

  /** A binary part that the policy lets through: its encoded bytes stay, all else in it (URLs, file names) is masked. */
  *#around(value: JsonValue, at: Place): Walking<JsonValue> {
    if (typeof value === 'string')
      return (yield* readingEncoded(value)) || (yield* ID.matching(value)) ? value : yield* this.#json.plain(value, at);
    if (isList(value)) return yield* this.#list(value, at, (item, place) => this.#around(item, place));
    if (!isJsonObject(value)) return yield* this.#deep(value, at);
    return yield* this.#object(value, at, (_, member, place) => this.#around(member, place));
  }

  /** A list of which nothing changed is returned itself. */
  *#list(
    items: readonly JsonValue[],
    at: Place,
    each: (item: JsonValue, at: Place, index: number) => Walking<JsonValue>,
  ): Walking<readonly JsonValue[]> {
    const first = at.pointer === this.#history.pointer ? this.#history.skipped : 0;
    const masked: JsonValue[] = [];
    let changed = false;
    for (const [index, item] of items.entries()) {
      const place = { pointer: `${at.pointer}/${first + index}`, key: at.key, pieces: at.pieces };
      const written = yield* each(item, place, index);
      changed ||= written !== item;
      masked.push(written);
      yield;
    }
    return changed ? masked : items;
  }

  /** `each` returns the masked member, or undefined to leave it out. Keys outside `known` are masked. */
  *#object(
    value: JsonObject,
    at: Place,
    each: (key: string, member: JsonValue, at: Place) => Walking<JsonValue | undefined>,
    known: Fields | null = null,
  ): Walking<JsonObject> {
    if (at.json !== undefined) yield* at.json.readingFacts();
    const members = Object.entries(value);
    const isKnown = (key: string): boolean => known !== null && Object.hasOwn(known, key);
    // All keys before all members: what a key is masked with, the texts below have in their pointers.
    const names: string[] = [];
    let changed = false;
    for (const [key, member] of members) {
      const name = isKnown(key)
        ? key
        : yield* this.#json.key(key, at.pointer, () => textOf(member), at.json?.member(key));
      changed ||= name !== key;
      names.push(name);
      yield;
    }
    const unique = changed ? new UniqueKeys() : null;
    const entries: [string, JsonValue][] = [];
    for (const [i, [key, member]] of members.entries()) {
      const name = names[i] ?? key;
      const written = unique?.claim(name) ?? name;
      // The keys of the tables are names, in which no value begins.
      const beside = written === key && isKnown(key) ? undefined : afterKey(key, written);
      const { pieces } = at;
      const pointer = `${at.pointer}/${pointerSegment(written)}`;
      const result = yield* each(key, member, { pointer, key: written, beside, pieces });
      yield;
      changed ||= result !== member;
      if (result !== undefined) entries.push([written, result]);
    }
    // fromEntries defines own fields: a key `__proto__` stays a key.
    return changed ? Object.fromEntries(entries) : value;
  }
}

function variantOf({ of, absent, other }: Extract<Treatment, { as: 'variant' }>, value: JsonValue): Treatment {
  const type = isJsonObject(value) ? (own(value, 'type') ?? null) : null;
  if (type === null) return absent;
  return (typeof type === 'string' && Object.hasOwn(of, type) ? of[type] : undefined) ?? other;
}

function textOf(value: JsonValue): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Vocabulary ids have at most six digits; a longer one could be anybody's number. */
function isBias(value: JsonValue): boolean {
  if (value === null) return true;
  if (!isJsonObject(value)) return false;
  return Object.entries(value).every(
    ([id, bias]) => /^\d{1,6}$/.test(id) && typeof bias === 'number' && Math.abs(bias) <= 100,
  );
}
