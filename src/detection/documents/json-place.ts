/** A place in a JSON document: the keys above it and the fields beside it. */
import { runAtOnce } from '../../platform/steps.ts';
import { codeSystemOf, isCodedField } from './json-codes.ts';
import type { Belongings } from './json-people.ts';
import { headsInFirstRow, headsOf, holdsRows, namesRows } from './json-tables.ts';
import { keyFacts } from './json-words.ts';
import { firstText, isFields, isItems, ownField, ownText, type JsonDocument, type JsonFields } from './json-value.ts';

/** Keys of the value in a pair of a name and a value, and keys of the name. */
const PAIR_VALUES: ReadonlySet<string> = new Set(
  'value answer response val text content valueString stringValue v data'.split(' '),
);
const PAIR_NAMES =
  'name key field label param parameter id type kind fieldName field_name question attribute title k slot'.split(' ');

/** What is known of one object: read once, however many fields it has. */
export interface ObjectFacts extends Belongings {
  readonly object: JsonFields;
  /** The published code system that its codes are of; null for none. */
  readonly codeSystem: string | null;
  /** The heads of the table that it is; null where it is none. */
  readonly heads: readonly string[] | null;
  /** The name in a pair of a name and a value, where it says what the value is. */
  readonly label: string | null;
  /** The type of the FHIR resource that it is; null where it is none. */
  readonly resource: string | null;
}

const NOBODYS: Belongings = { isPersons: false, isThings: false, isPlaces: false };

export class JsonPlace {
  readonly #above: JsonPlace | null;
  /** The heads of the columns, in a list of rows and in a row. */
  readonly #heads: readonly string[] | null;
  #facts: ObjectFacts | null = null;
  readonly value: JsonDocument | undefined;
  /** The key that the place stands under; null for items of lists and for the document itself. */
  readonly key: string | null;
  /** The head of the column that the place is in; null where it is in none. */
  readonly column: string | null;
  /** The number of the item that the place is in a list, from 0; null for members of objects and for the document itself. */
  readonly index: number | null;

  private constructor(
    above: JsonPlace | null,
    value: JsonDocument | undefined,
    at: { readonly key?: string; readonly column?: string | null; readonly index?: number },
    heads: readonly string[] | null,
  ) {
    this.#above = above;
    this.#heads = heads;
    this.value = value;
    this.key = at.key ?? null;
    this.column = at.column ?? null;
    this.index = at.index ?? null;
  }

  /** The place of a whole document; `above` is that of the string that the document stands in. */
  static of(value: JsonDocument | undefined, above: JsonPlace | null = null): JsonPlace {
    return new JsonPlace(above, value, {}, rowHeads(value));
  }

  /** The place under a key of the object that stands here. */
  member(key: string): JsonPlace {
    const value = ownField(this.value, key);
    const heads = this.facts?.heads ?? null;
    const isTable = heads !== null && value !== undefined && holdsRows(key, value);
    return new JsonPlace(this, value, { key }, isTable ? heads : rowHeads(value));
  }

  /** The place of an item of the list that stands here. */
  item(index: number): JsonPlace {
    const value = isItems(this.value) ? this.value[index] : undefined;
    if (isItems(value)) return new JsonPlace(this, value, { index }, this.#heads);
    const isCell = this.key === null && isItems(this.#above?.value);
    return new JsonPlace(this, value, { index, column: isCell ? (this.#heads?.[index] ?? null) : null }, null);
  }

  /** The nearest name above: the head of its column, the name of the pair it is the value of, its key or that of its list. */
  get name(): string | null {
    if (this.column !== null) return this.column;
    if (this.key === null) return this.#above?.name ?? null;
    return (PAIR_VALUES.has(this.key) ? this.#above?.facts?.label : null) ?? this.key;
  }

  /** The nearest key above, that of a list for its items. */
  get nearestKey(): string | null {
    return this.key ?? this.#above?.nearestKey ?? null;
  }

  /** The list that the place is an item of; undefined where it is none. */
  get holderList(): readonly JsonDocument[] | undefined {
    const value = this.index === null ? undefined : this.#above?.value;
    return isItems(value) ? value : undefined;
  }

  /** The object that the place, or the list that it is in, is a field of; null at the top. */
  get holder(): JsonPlace | null {
    if (this.key !== null) return this.#above;
    // A document in a string is a field of what the string is a field of.
    return this.#above?.holder ?? null;
  }

  /** The key that the object around the place stands under. */
  get holderKey(): string | null {
    return this.holder?.nearestKey ?? null;
  }

  /** The objects around the place, the nearest first. */
  *holders(): Generator<JsonPlace> {
    for (let place = this.holder; place !== null; place = place.holder) yield place;
  }

  /** The place itself and all above it. */
  *upwards(): Generator<JsonPlace> {
    yield this;
    for (let place = this.#above; place !== null; place = place.#above) yield place;
  }

  /** What is known of the object that stands here; null where none does. */
  get facts(): ObjectFacts | null {
    if (this.#facts === null && isFields(this.value)) this.#facts = runAtOnce(readingFacts(this.value));
    return this.#facts;
  }

  /** Reads the facts of the object that stands here, where it is large. Yields wherever it may be interrupted. */
  *readingFacts(): Generator<undefined, void> {
    if (this.#facts === null && isFields(this.value)) this.#facts = yield* readingFacts(this.value);
  }

  /** Whose the fields beside the place are. */
  get belongings(): Belongings {
    const row = this.column === null ? null : (this.#heads ?? this.#above?.rowHeads ?? null);
    return row === null ? (this.holder?.facts ?? NOBODYS) : runAtOnce(readingBelongings(row));
  }

  private get rowHeads(): readonly string[] | null {
    return this.#heads;
  }

  /** The type of the FHIR resource that the place is in; null outside of any. */
  get resource(): string | null {
    for (let place = this.holder; place !== null; place = place.holder) {
      const resource = place.facts?.resource ?? null;
      if (resource !== null) return resource;
    }
    return null;
  }
}

function rowHeads(value: JsonDocument | undefined): readonly string[] | null {
  return isItems(value) ? headsInFirstRow(value) : null;
}

/** Keys that are read at once. */
const KEYS_AT_ONCE = 32;

/** Whose an object with these keys is. */
function* readingBelongings(keys: readonly string[]): Generator<undefined, Belongings> {
  let [isPersons, isThings, isPlaces] = [false, false, false];
  for (const [at, key] of keys.entries()) {
    const { tells } = keyFacts(key);
    isPersons ||= tells === 'person';
    isThings ||= tells === 'thing';
    isPlaces ||= tells === 'place';
    if (at % KEYS_AT_ONCE === KEYS_AT_ONCE - 1) yield;
  }
  return { isPersons, isThings, isPlaces };
}

function* readingFacts(object: JsonFields): Generator<undefined, ObjectFacts> {
  const keys = Object.keys(object);
  const label = keys.some((key) => PAIR_VALUES.has(key)) ? firstText(object, PAIR_NAMES) : null;
  return {
    ...(yield* readingBelongings(keys)),
    object,
    codeSystem: keys.some(isCodedField) ? codeSystemOf(object) : null,
    heads: keys.some(namesRows) ? headsOf(object) : null,
    label: label !== null && keyFacts(label).meaning !== null ? label : null,
    resource: ownText(object, 'resourceType'),
  };
}
