/**
 * Changes of a JSON Schema of the OpenAPI document. What they mean depends on who writes the document: a request may not be
 * refused that was taken before, and a response may not lack what it had.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ContractChange } from './change.ts';

/** A schema of the document, and the members that are looked at. Annotations change nothing. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly description?: string;
}

export type Direction = 'request' | 'response';

/** Finds the schema that a reference names in its own document. */
export type Resolve = (schema: JsonSchema) => JsonSchema;

/** The bounds of a value. With true, a smaller number is the narrower one. */
const BOUNDS = [
  ['minimum', false],
  ['minLength', false],
  ['minItems', false],
  ['maximum', true],
  ['maxLength', true],
  ['maxItems', true],
] as const;
const MOST_DEPTH = 40;

/** Compares schemas of one direction, of which each side has its own references. */
export class JsonSchemaComparison {
  readonly #direction: Direction;
  readonly #resolve: { readonly before: Resolve; readonly after: Resolve };
  readonly #changes: ContractChange[] = [];

  constructor(direction: Direction, resolve: { readonly before: Resolve; readonly after: Resolve }) {
    this.#direction = direction;
    this.#resolve = resolve;
  }

  /** Returns the changes at a place and below it. */
  changes(place: string, before: JsonSchema, after: JsonSchema): readonly ContractChange[] {
    this.#compare(place, before, after, 0);
    return this.#changes;
  }

  #compare(place: string, given: JsonSchema, now: JsonSchema, depth: number): void {
    const [before, after] = [this.#resolve.before(given), this.#resolve.after(now)];
    if (depth > MOST_DEPTH || isDeepStrictEqual(before, after)) return;
    this.#compareTypes(place, before, after);
    this.#compareValues(place, before, after);
    this.#compareBounds(place, before, after);
    this.#compareFields(place, before, after, depth);
    if (before.items !== undefined && after.items !== undefined)
      this.#compare(`${place}[]`, before.items, after.items, depth + 1);
    this.#compareChoices(place, before.anyOf ?? [], after.anyOf ?? [], depth);
  }

  #compareTypes(place: string, before: JsonSchema, after: JsonSchema): void {
    const [had, has] = [typesOf(before), typesOf(after)];
    if (had.length === 0 && has.length === 0) return;
    // A schema without a type allows any.
    const gone = has.length > 0 && (had.length === 0 || had.some((type) => !has.includes(type)));
    const added = had.length > 0 && (has.length === 0 || has.some((type) => !had.includes(type)));
    const words = `${place} was ${had.join(' or ') || 'anything'} and is ${has.join(' or ') || 'anything'}`;
    this.#narrowed(gone, words);
    this.#widened(added, 'breaking', words);
  }

  #compareValues(place: string, before: JsonSchema, after: JsonSchema): void {
    const [had, has] = [valuesOf(before), valuesOf(after)];
    if (had === null && has === null) return;
    const gone = has !== null && (had === null || had.some((value) => !has.includes(value)));
    const added = had !== null && (has === null || has.some((value) => !had.includes(value)));
    const list = (values: readonly string[] | null): string => values?.join(', ') ?? 'any value';
    const words = `${place} was one of ${list(had)} and is one of ${list(has)}`;
    this.#narrowed(gone, words);
    this.#widened(added, 'dangerous', words);
  }

  #compareBounds(place: string, before: JsonSchema, after: JsonSchema): void {
    for (const [name, isUpper] of BOUNDS) {
      const [had = null, has = null] = [before[name], after[name]];
      if (had === has) continue;
      const isNarrower = had === null || (has !== null && (isUpper ? has < had : has > had));
      const words = `${place} had ${name} ${String(had ?? 'unset')} and has ${String(has ?? 'unset')}`;
      this.#narrowed(isNarrower, words);
      this.#widened(!isNarrower, 'dangerous', words);
    }
  }

  #compareFields(place: string, before: JsonSchema, after: JsonSchema, depth: number): void {
    const [had, has] = [before.properties ?? {}, after.properties ?? {}];
    const needs = new Set(after.required);
    const needed = new Set(before.required);
    for (const [name, schema] of Object.entries(had)) {
      const at = `${place}.${name}`;
      const field = has[name];
      if (field === undefined) {
        // An object that is open takes what it does not know.
        if (this.#direction === 'response' || after.additionalProperties === false)
          this.#add('breaking', `${at} is gone`);
        continue;
      }
      if (this.#direction === 'response' && needed.has(name) && !needs.has(name))
        this.#add('breaking', `${at} may be absent now`);
      this.#compare(at, schema, field, depth + 1);
    }
    for (const name of needs)
      if (this.#direction === 'request' && !needed.has(name)) this.#add('breaking', `${place}.${name} is required now`);
    this.#compareOpenness(place, before, after, depth);
  }

  #compareOpenness(place: string, before: JsonSchema, after: JsonSchema, depth: number): void {
    const [had, has] = [before.additionalProperties, after.additionalProperties];
    if (typeof had === 'object' && typeof has === 'object') this.#compare(`${place}.*`, had, has, depth + 1);
    else if (this.#direction === 'request' && had !== false && has === false && before.properties !== undefined)
      this.#add('breaking', `${place} takes no further fields now`);
  }

  /** Choices that are the same on both sides are no change. Of the others, those at the same position are compared. */
  #compareChoices(place: string, before: readonly JsonSchema[], after: readonly JsonSchema[], depth: number): void {
    const isIn = (choice: JsonSchema, list: readonly JsonSchema[]): boolean =>
      list.some((each) => isDeepStrictEqual(each, choice));
    const gone = before.filter((choice) => !isIn(choice, after));
    const added = after.filter((choice) => !isIn(choice, before));
    const pairs = Math.min(gone.length, added.length);
    for (let at = 0; at < pairs; at += 1)
      this.#compare(`${place}|${at + 1}`, gone[at] ?? {}, added[at] ?? {}, depth + 1);
    this.#narrowed(gone.length > pairs && before.length > 0, `${place} has fewer choices`);
    this.#widened(added.length > pairs && after.length > 0, 'breaking', `${place} has more choices`);
  }

  /** Fewer values than before: a request that was right may be refused. */
  #narrowed(isSo: boolean, text: string): void {
    if (isSo && this.#direction === 'request') this.#add('breaking', text);
  }

  /** More values than before: a program may meet one in a response that it does not know. */
  #widened(isSo: boolean, severity: ContractChange['severity'], text: string): void {
    if (isSo && this.#direction === 'response') this.#add(severity, text);
  }

  #add(severity: ContractChange['severity'], text: string): void {
    this.#changes.push({ severity, text });
  }
}

function typesOf({ type }: JsonSchema): readonly string[] {
  return type === undefined ? [] : typeof type === 'string' ? [type] : [...type].sort();
}

/** Values of an enumeration as JSON; null where any value is allowed. */
function valuesOf(schema: JsonSchema): readonly string[] | null {
  if ('const' in schema) return [JSON.stringify(schema.const)];
  return schema.enum?.map((value) => JSON.stringify(value)).sort() ?? null;
}
