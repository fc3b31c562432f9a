/** Applies the treatments of `request-fields.ts` to a request, value by value. Never changes its input. */
import { askedTimes } from '../../detection/calendar/asked-times.ts';
import { personTimes, slotTimes } from '../../detection/calendar/slot-times.ts';
import { senseAt } from '../../detection/documents/json-document.ts';
import { isDicomTag, isNameKey, isPositionKey } from '../../detection/documents/json-keys.ts';
import { JsonPlace } from '../../detection/documents/json-place.ts';
import { runsOf, textOfRun, WHOLE_LIST, writtenPieces } from '../../detection/documents/json-runs.ts';
import { saidBeside } from '../../detection/documents/json-segments.ts';
import { CODE, QUANTITY, valueOf, type JsonSense } from '../../detection/documents/json-sense.ts';
import { isItems } from '../../detection/documents/json-value.ts';
import { keyFacts } from '../../detection/documents/json-words.ts';
import { isEncodedBytes } from './encoded-bytes.ts';
import { rewritingCutJson } from '../../json/json-completion.ts';
import { rewritingJsonLines } from '../../json/json-lines.ts';
import {
  beginsAsJson,
  rewritingJson,
  UniqueKeys,
  type SteppedRewriter,
  type WrittenPieces,
} from '../../json/json-rewrite.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import {
  BINARY_PART_FIELDS,
  BINARY_PART_TYPE,
  BINARY_PART_TYPES,
  ID_FORM,
  PART_FIELDS,
  SCHEMA_BOUNDS,
  SCHEMA_DIALECTS,
  SCHEMA_ITEMS,
  SCHEMA_KEYWORDS,
  SCHEMA_PROPERTIES,
  SCHEMA_VALUES,
} from './request-fields.ts';
import type { HistoryField, HistoryWalk } from './history.ts';
import { after, before, neighbours, ALONE, type BesideParts, type TextNeighbours } from './text-neighbours.ts';
import { takingTokens } from './schema-types.ts';
import { SPEAKERS, type Fields, type Treatment } from './treatment.ts';

/** The role of the message that a text stands in. */
export type Speaker = (typeof SPEAKERS)[number];

/** Where a text stands. Holds no value of the caller: keys that masking changed are here as masking wrote them. */
export interface TextPosition {
  /** JSON Pointer (RFC 6901) into the masked body, to the string, the number or the object whose key it is. */
  readonly pointer: string;
  /** Null outside messages. */
  readonly speaker: Speaker | null;
  /** The nearest key above the value, a cue to what it is (`mrn`); null for a key and where there is none. */
  readonly key: string | null;
  /** What the JSON document that the text stands in says of it; absent where it is a text like any other. */
  readonly sense?: JsonSense;
  /** True for a time in a list of free slots in a tool's JSON, and for one that a tool is asked for. */
  readonly isSlot?: true;
  /** True for a date that stands beside the name of a person, in a tool's JSON. */
  readonly isPersons?: true;
}

/**
 * Returns the text with identifiers replaced. Texts are asked for in the order of the request, for what was said before
 * may tell what they are; empty ones never. `beside` is given for the text parts of one message, and for keys of JSON that
 * are more than names, with the values under them.
 */
export type MaskText = (text: string, at: TextPosition, beside?: TextNeighbours) => string;

/** A walk, to be run in stretches: it yields wherever it may be interrupted. */
type Walking<T> = Generator<void, T>;

/** JSON texts inside strings inside JSON texts are read so deep; below, they are masked as plain text. */
const MAX_TEXT_DEPTH = 8;
const TEXT: Treatment = { as: 'text' };
const JSON_TEXT: Treatment = { as: 'json text' };
const NAME = /^[a-zA-Z0-9_-]+$/;

interface Place {
  readonly pointer: string;
  readonly key: string | null;
  /** For the value right under a key in which a value may begin. */
  readonly beside?: TextNeighbours | undefined;
  /** The place in the JSON document that the value is a part of. */
  readonly json?: JsonPlace | undefined;
  /** What to write for values in the list that this is or lies in, and the way here from that list. */
  readonly pieces?: { readonly written: WrittenPieces; readonly path: string } | undefined;
}

/** Pointers of schemas of tools. */
const TOOL_SCHEMA = /^\/(?:tools|functions)\//;

/** From so many keys on detection knows a number that a caller pressed. */
const TELLING_KEYS = 7;

/** Returns true for the choices of a menu: 1, 2, 3, 4. */
function isCounting(keys: string): boolean {
  return '0123456789'.includes(keys);
}

const NO_SLOTS: ReadonlySet<string> = new Set();

/** One walk over one body. */
export class RequestWalk {
  readonly #maskText: MaskText;
  readonly #allowBinary: boolean;
  readonly #history: HistoryWalk & { readonly field: HistoryField; readonly pointer: string };
  #speaker: Speaker | null = null;
  /** Times on offer in the tool's JSON that is walked now. */
  #slots: ReadonlySet<string> = NO_SLOTS;
  /** Dates of persons in it. */
  #persons: ReadonlySet<string> = NO_SLOTS;
  /** By pointer, for the text parts of the message that is walked now. */
  #beside: BesideParts = ALONE;
  /** How many binary parts were met. */
  binaryParts = 0;
  /** JSON Pointer of the first binary part that is not allowed. */
  uninspectable: string | null = null;
  /** The first number that is longer than any setting at its place can be. */
  excessive: { readonly pointer: string; readonly below: number } | null = null;

  constructor(maskText: MaskText, allowBinary: boolean, field: HistoryField, walk: HistoryWalk) {
    this.#maskText = maskText;
    this.#allowBinary = allowBinary;
    this.#history = { ...walk, field, pointer: `/${field}` };
  }

  /** The masked body. What masking leaves alone is the very same object. */
  *body(fields: Fields, body: JsonObject): Walking<JsonObject> {
    const each = (key: string, member: JsonValue, place: Place) => this.#bodyField(fields, body, key, member, place);
    return yield* this.#object(body, { pointer: '', key: null }, each, fields);
  }

  *#bodyField(
    fields: Fields,
    body: JsonObject,
    key: string,
    member: JsonValue,
    at: Place,
  ): Walking<JsonValue | undefined> {
    const { field, onEnd } = this.#history;
    const masked = yield* this.#field(fields, body, key, member, at);
    if (key === field) onEnd();
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
        return treatment.of.has(value) ? value : yield* this.#plain(value, at);
      case 'form':
        if (typeof value !== 'string') return yield* this.#treat(treatment.other, value, at);
        return treatment.of.test(value) ? value : yield* this.#plain(value, at);
      case 'text':
        return typeof value === 'string' ? yield* this.#plain(value, at) : yield* this.#deep(value, at);
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
    return this.#number(value, at);
  }

  *#message(fields: Fields, value: JsonObject, at: Place): Walking<JsonObject> {
    const role = own(value, 'role');
    return yield* this.#spoken(SPEAKERS.find((speaker) => speaker === role) ?? null, this.#fields(fields, value, at));
  }

  *#spoken<T>(by: Speaker | null, walk: Walking<T>): Walking<T> {
    const before = this.#speaker;
    this.#speaker = by;
    const masked = yield* walk;
    this.#speaker = before;
    return masked;
  }

  *#fields(fields: Fields, value: JsonObject, at: Place): Walking<JsonObject> {
    return yield* this.#object(
      value,
      at,
      (key, member, place) => this.#field(fields, value, key, member, place),
      fields,
    );
  }

  *#field(
    fields: Fields,
    value: JsonObject,
    key: string,
    member: JsonValue,
    at: Place,
  ): Walking<JsonValue | undefined> {
    const treatment = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (treatment?.as === 'drop') return undefined;
    if (treatment?.as === 'arguments') return yield* this.#arguments(own(value, 'name'), member, at);
    if (treatment !== undefined) return yield* this.#treat(treatment, member, at);
    return yield* this.#deep(member, { ...at, json: JsonPlace.of(value).member(key) });
  }

  /** What a model calls a tool with. Days to look for are on offer, as those in the tool's answer are. */
  *#arguments(tool: JsonValue | undefined, value: JsonValue, at: Place): Walking<JsonValue> {
    if (typeof tool === 'string' && typeof value === 'string') this.#slots = askedTimes(tool, value);
    const masked = yield* this.#deep(value, at);
    this.#slots = NO_SLOTS;
    return masked;
  }

  /**
   * A string that is masked as a text. JSON in it may hide a value behind escapes (`Mar\u0069a`, `04\/17\/1951`) that the
   * model reads without effort: then it is read as JSON, too.
   */
  *#plain(text: string, at: Place): Walking<string> {
    return text.includes('\\') || beginsAsJson(text) === true
      ? yield* this.#jsonText(text, at, 0)
      : this.#text(text, at);
  }

  #text(text: string, at: Place, sense: JsonSense | null = null): string {
    if (text === '') return text;
    const beside = (this.#beside.size === 0 ? undefined : this.#beside.get(at.pointer, text)) ?? at.beside;
    const place = { pointer: at.pointer, key: at.key, speaker: this.#speaker };
    const position: TextPosition = this.#persons.has(text) ? { ...place, isPersons: true } : place;
    if (this.#slots.has(text)) return this.#maskText(text, { ...position, isSlot: true }, beside);
    // Under a key that is more than a name a value may have begun in the key, whatever its end looks like.
    const mayGoOn =
      beside !== undefined && sense !== null && sense.as !== 'value' && !keyFacts(at.key ?? '').isQuantity;
    if (sense === null || mayGoOn) return this.#maskText(text, position, beside);
    if (sense.as === 'text') return this.#maskText(text, sense.isCued ? position : { ...position, key: null }, beside);
    return this.#maskText(text, { ...position, sense });
  }

  /** A string or a number of a JSON document; `source` is the number as it is written. */
  #scalar(source: string, isNumber: boolean, at: Place): string {
    const { json } = at;
    if (json?.value === undefined) return this.#text(source, at);
    return this.#text(source, at, senseAt(json, { source, isNumber }));
  }

  #number(value: number, at: Place): JsonValue {
    // In full digits: an exponent would hide the digits of a long number from detection.
    const digits = Number.isInteger(value) ? BigInt(value).toString() : String(value);
    const masked = this.#scalar(digits, true, at);
    return masked === digits ? value : masked;
  }

  /** What is written for the values that the list at the place holds in pieces; null where it holds none. */
  #pieces(list: JsonPlace, at: Place): WrittenPieces | null {
    if (!isItems(list.value)) return null;
    const written = runsOf(list.value, list.name).flatMap((run) => {
      const text = textOfRun(run);
      const said = senseAt(list, { source: text, isNumber: false });
      const isShortEntry = run.isPressed && said.as !== 'value' && text.length < TELLING_KEYS && !isCounting(text);
      const masked = this.#text(text, at, isShortEntry ? valueOf('OTHER_ID') : said);
      return masked === text ? [] : [...writtenPieces(run, masked)];
    });
    return written.length === 0 ? null : new Map(written);
  }

  *#name(name: string, at: Place): Walking<string> {
    const masked = yield* this.#plain(name, at);
    return masked === name || NAME.test(masked) ? masked : masked.replace(/[^a-zA-Z0-9_-]/g, '_');
  }

  /** A string that may be JSON, as the results and arguments of tools are. */
  *#jsonText(text: string, at: Place, depth: number): Walking<string> {
    if (depth === MAX_TEXT_DEPTH) return this.#text(text, at);
    const inside = (key: string | null, under: string | null, json: JsonPlace): Place => ({
      pointer: at.pointer,
      // A day on offer says nothing of the times below it.
      key: key !== null && this.#slots.has(key) ? null : (key ?? at.key),
      beside:
        (under === null || this.#slots.has(under) ? undefined : afterKey(under, key ?? under)) ??
        saidBeside(json) ??
        undefined,
      json,
    });
    const rewriter: SteppedRewriter = {
      text: (inner, key, under, json) => this.#jsonText(inner, inside(key, under, json), depth + 1),
      number: (source, key, under, json) => this.#scalar(source, true, inside(key, under, json)),
      key: (key, value, json) => this.#key(key, at.pointer, value, json),
      list: (json, key) => this.#pieces(json, inside(key, null, json)),
    };
    // A part of several texts may end where the next one goes on.
    const isPart = this.#beside.has(at.pointer);
    const isResult = depth === 0 && (this.#speaker === 'tool' || this.#speaker === 'function');
    if (isResult) {
      this.#slots = slotTimes(text);
      yield;
      this.#persons = yield* personTimes(text);
      yield;
    }
    let written = yield* rewritingJson(text, rewriter, at.json);
    if (!isPart) written ??= (yield* rewritingJsonLines(text, rewriter)) ?? (yield* rewritingCutJson(text, rewriter));
    if (isResult) this.#slots = this.#persons = NO_SLOTS;
    return written ?? this.#scalar(text, false, at);
  }

  /** `value` tells what stands under the key: a value may be cut between the two. */
  *#key(key: string, pointer: string, value: () => string | null, place: JsonPlace | null = null): Walking<string> {
    if (SCHEMA_KEYWORDS.has(key) || key === '') return key;
    if (this.#slots.has(key)) return this.#text(key, { pointer, key: null });
    // The name of a field is no value, even where some value of the call is the same word.
    if (keyFacts(key).meaning !== null && isNameKey(key)) return this.#text(key, { pointer, key: null }, QUANTITY);
    const isTag = isDicomTag(key) && typeof place?.value === 'object';
    // A position, a code or a tag says where a value stands: it is replaced only where it is a value itself.
    if (isTag || isPositionKey(key, place?.holderKey ?? null)) return this.#text(key, { pointer, key: null }, CODE);
    const below = isNameKey(key) ? null : value();
    const beside = below === null ? undefined : { before: '', after: after([{ text: key }, { text: below }], 0) };
    return yield* this.#plain(key, { pointer, key: null, beside });
  }

  *#deep(value: JsonValue, at: Place): Walking<JsonValue> {
    if (typeof value === 'string') return yield* this.#jsonText(value, at, 0);
    if (typeof value === 'number') return this.#number(value, at);
    if (typeof value === 'boolean' || value === null) return value;
    const json = at.json ?? JsonPlace.of(value);
    if (isList(value)) {
      const written = this.#pieces(json, at);
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
    if (typeof value === 'string') return SCHEMA_KEYWORDS.has(value) ? value : yield* this.#plain(value, at);
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
    if (typeof value === 'string') return this.#text(value, at, CODE);
    if (typeof value === 'number') {
      const source = String(value);
      const masked = this.#text(source, at, CODE);
      return masked === source ? value : masked;
    }
    if (isList(value)) return yield* this.#list(value, at, (item, place) => this.#constant(item, place));
    if (!isJsonObject(value)) return value;
    return yield* this.#object(value, at, (_, member, place) => this.#constant(member, place));
  }

  *#content(value: JsonValue, at: Place, fields: Fields): Walking<JsonValue> {
    const saidByTool = this.#speaker === 'tool' || this.#speaker === 'function';
    const said = saidByTool ? JSON_TEXT : TEXT;
    const partFields = saidByTool ? { ...fields, text: JSON_TEXT } : fields;
    const part = (item: JsonValue, place: Place): Walking<JsonValue> => {
      if (!isJsonObject(item)) return this.#treat(said, item, place);
      return isBinaryPart(item) ? this.#binary(item, place) : this.#fields(partFields, item, place);
    };
    if (isList(value)) {
      this.#beside = yield* neighbours(value, at.pointer, saidByTool);
      const masked = yield* this.#list(value, at, part);
      this.#beside = ALONE;
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
      return isEncodedBytes(value) || ID_FORM.test(value) ? value : yield* this.#plain(value, at);
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
    const members = Object.entries(value);
    const isKnown = (key: string): boolean => known !== null && Object.hasOwn(known, key);
    // All keys before all members: what a key is masked with, the texts below have in their pointers.
    const names: string[] = [];
    let changed = false;
    for (const [key, member] of members) {
      const name = isKnown(key) ? key : yield* this.#key(key, at.pointer, () => textOf(member), at.json?.member(key));
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

/** What a value is read together with when it stands under a key that masking changed, or that is more than a name. */
function afterKey(key: string, written: string): TextNeighbours | undefined {
  return key === written && (isNameKey(key) || isPositionKey(key))
    ? undefined
    : { before: before([{ text: key }], 1), after: '' };
}

function textOf(value: JsonValue): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function pointerSegment(key: string): string {
  if (!key.includes('~') && !key.includes('/')) return key;
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
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

function isDeclaredBinary(value: JsonObject): boolean {
  const type = own(value, 'type');
  return typeof type === 'string' && BINARY_PART_TYPES.has(type);
}

function isBinaryPart(part: JsonObject): boolean {
  const type = own(part, 'type');
  if (typeof type === 'string' && BINARY_PART_TYPE.test(type)) return true;
  return BINARY_PART_FIELDS.some((field) => Object.hasOwn(part, field));
}
