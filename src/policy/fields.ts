/** Typed reading of YAML nodes: each reader gives a usable value, and notes what is wrong where it had to make one up. */
import { isMap, isScalar, isSeq } from 'yaml';
import type { ParsedNode } from 'yaml';
import { nearest } from './spelling.ts';
import type { YamlSource } from './yaml-source.ts';

/** A value in the document, and where it stands. */
export interface Field {
  /** Dotted from the root. */
  readonly path: string;
  /** UTF-16 code units from the start of the text. */
  readonly offset: number;
  /** Null where nothing is written. */
  readonly node: ParsedNode | null;
}

/** A key of a mapping with its value. The `offset` of `key` is that of the key, the one of `value` that of the value. */
export interface Entry {
  readonly key: string;
  readonly offset: number;
  readonly value: Field;
}

/** What a text must look like. */
export interface TextRule {
  readonly pattern: RegExp;
  /** In code points. */
  readonly maxLength: number;
  readonly message: string;
}

const PLAIN_KEY = /^[A-Za-z0-9_-]{1,40}$/;

export class FieldReader {
  readonly #source: YamlSource;

  constructor(source: YamlSource) {
    this.#source = source;
  }

  /** The entries of a mapping in their order, without those whose key is no text or was there before; null where it is no mapping. */
  entries(field: Field): Entry[] | null {
    const node = this.#resolved(field);
    if (!isMap<ParsedNode, ParsedNode | null>(node)) {
      this.refuse(field, 'must be a mapping of keys to values');
      return null;
    }
    const seen = new Set<string>();
    const entries: Entry[] = [];
    for (const pair of node.items) {
      if (this.#source.problems.full) break;
      const offset = pair.key.range[0];
      const key = isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : null;
      // A key is the caller's text, too: in a path it stands only where it looks like the name of a field.
      const name = key !== null && PLAIN_KEY.test(key) ? key : '?';
      const path = field.path === '' ? name : `${field.path}.${name}`;
      if (key === null) {
        this.#source.problems.add('unknown_key', path, offset, 'keys must be plain text');
      } else if (seen.has(key)) {
        this.#source.problems.add('invalid_yaml', path, offset, 'this key is there twice');
      } else {
        seen.add(key);
        entries.push({ key, offset, value: { path, offset: pair.value?.range[0] ?? offset, node: pair.value } });
      }
    }
    return entries;
  }

  /** The known fields of a mapping by their keys; an unknown one is a problem. Null where it is no mapping. */
  fields<K extends string>(field: Field, known: readonly K[]): Partial<Record<K, Field>> | null {
    const entries = this.entries(field);
    if (entries === null) return null;
    const fields: Partial<Record<K, Field>> = {};
    for (const { key, offset, value } of entries) {
      const match = known.find((name) => name === key);
      if (match !== undefined) fields[match] = value;
      else this.#unknownKey(key, value.path, offset, known);
    }
    return fields;
  }

  /** The items of a list; null where it is none. */
  items(field: Field): Field[] | null {
    const node = this.#resolved(field);
    if (!isSeq<ParsedNode>(node)) {
      this.refuse(field, 'must be a list');
      return null;
    }
    return node.items.map((item, index) => ({ path: `${field.path}.${index}`, offset: item.range[0], node: item }));
  }

  /**
   * What `read` makes of each item of a list, without those that it answers null for; null where there is no list, or one
   * with fewer or more items than allowed.
   */
  list<T>(field: Field, least: number, most: number, read: (item: Field) => T | null): T[] | null {
    const items = this.items(field);
    if (items === null) return null;
    if (items.length < least || items.length > most) {
      this.refuse(field, least === 0 ? `must have at most ${most} items` : `must have ${least} to ${most} items`);
      return null;
    }
    return items.map(read).filter((value) => value !== null);
  }

  /** The value of a scalar; undefined for a collection. */
  scalar(field: Field): unknown {
    const node = this.#resolved(field);
    return isScalar(node) ? node.value : undefined;
  }

  flag(field: Field | undefined, fallback: boolean): boolean {
    if (field === undefined) return fallback;
    const value = this.scalar(field);
    if (typeof value === 'boolean') return value;
    this.refuse(field, 'must be true or false');
    return fallback;
  }

  choice<T extends string>(field: Field | undefined, choices: readonly T[], fallback: T): T {
    if (field === undefined) return fallback;
    const value = this.scalar(field);
    const choice = choices.find((name) => name === value);
    if (choice !== undefined) return choice;
    this.refuse(field, `must be one of ${choices.join(', ')}`);
    return fallback;
  }

  integer(field: Field | undefined, min: number, max: number, fallback: number): number {
    return this.#number(field, fallback, `must be a whole number from ${min} to ${max}`, (value) => {
      return Number.isInteger(value) && value >= min && value <= max;
    });
  }

  /** A number from 0 to 1, both included. */
  fraction(field: Field | undefined, fallback: number): number {
    return this.#number(field, fallback, 'must be a number from 0 to 1', (value) => value >= 0 && value <= 1);
  }

  /** A number over 0, up to `max`. */
  positive(field: Field | undefined, max: number, fallback: number): number {
    return this.#number(
      field,
      fallback,
      `must be a number over 0, at most ${max}`,
      (value) => value > 0 && value <= max,
    );
  }

  text(field: Field | undefined, rule: TextRule, fallback: string): string {
    if (field === undefined) return fallback;
    const value = this.scalar(field);
    if (typeof value === 'string' && rule.pattern.test(value) && Array.from(value).length <= rule.maxLength)
      return value;
    this.refuse(field, rule.message);
    return fallback;
  }

  /** Notes that the value of the field is not what it must be. `message` says what it must be. */
  refuse(field: Field, message: string): void {
    this.#source.problems.add('invalid_value', field.path, field.offset, message);
  }

  #number(field: Field | undefined, fallback: number, message: string, holds: (value: number) => boolean): number {
    if (field === undefined) return fallback;
    const value = this.scalar(field);
    if (typeof value === 'number' && holds(value)) return value;
    this.refuse(field, message);
    return fallback;
  }

  #resolved(field: Field): ParsedNode | null {
    return field.node === null ? null : this.#source.resolve(field.node);
  }

  #unknownKey(key: string, path: string, offset: number, known: readonly string[]): void {
    if (this.#source.problems.full) return;
    const near = nearest(key, known);
    const message =
      near === null ? `unknown key; known here: ${known.join(', ')}` : `unknown key; did you mean ${near}?`;
    this.#source.problems.add('unknown_key', path, offset, message);
  }
}
