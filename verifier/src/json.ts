/**
 * A strict JSON reader (RFC 8259, I-JSON of RFC 7493) for bytes that an attacker chose.
 *
 * Beyond the grammar it refuses what two readers could understand differently: duplicate keys, lone surrogates,
 * malformed UTF-8, a byte order mark, numbers that a double cannot hold. Objects become Maps, so that no key
 * (`__proto__`, `constructor`) means anything but itself.
 */
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { PART, sourceOf, TextSource, type Source } from './text-source.ts';
import { boundBytes, Unreadable, type UnreadableCode } from './unreadable.ts';

export type JsonObject = ReadonlyMap<string, JsonValue>;
export type JsonArray = readonly JsonValue[];
export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;

/** A document, and what its spelling gave away. */
export interface JsonDocument {
  readonly value: JsonValue;
  /**
   * The arrays and objects that hold, at any depth, a string or number spelled otherwise than RFC 8785 spells it
   * (`1E5`, `\u0041`). White space and the order of members are not counted: they do not survive reading.
   */
  readonly respelled: ReadonlySet<JsonArray | JsonObject>;
}

/** An item of a long list, told while it is read. */
export interface JsonItem {
  readonly value: JsonValue;
  readonly index: number;
  /** Whether each token in it is spelled as RFC 8785 spells it. */
  readonly isSpelled: boolean;
  /** The text of the item, where that is its RFC 8785 form to the letter; else null. */
  readonly canonical: string | null;
}

/** Lists of the document whose items are told one by one and not kept: null stands for each in the document. */
export interface JsonItems {
  /** By the members of the document that hold the lists. */
  readonly tell: ReadonlyMap<string | number, (item: JsonItem) => void>;
}

/** Reads one JSON document. Throws `Unreadable`, and what `items` throws, and nothing else, whatever the bytes are. */
export function readJson(input: Uint8Array | Source, limits: Limits = DEFAULT_LIMITS, items?: JsonItems): JsonDocument {
  const source = input instanceof Uint8Array ? sourceOf(input) : input;
  boundBytes(source.size, limits.bytes);
  return new Reader(new TextSource(source), limits, items).document();
}

/** Whether a value is an object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

/** Whether a value is an array. */
export function isArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const NUMBER_TOKEN = /[-+.0-9eE]*/y;
const LONGEST_NUMBER = 64; // a double needs 25 characters at most; the rest is an attacker's
// eslint-disable-next-line no-control-regex -- control characters are refused in strings
const SPECIAL = /[\\\0-\x1f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

class Reader {
  readonly #source: TextSource;
  readonly #limits: Limits;
  /** What is left of the text so far, and how much of it was before. */
  #text = '';
  #base = 0;
  #position = 0;
  /** Whether an item is being told, whose text must stay. */
  #held = false;
  #values = 0;
  #containers = 0;
  /** Whether a token of the container being read was not in its canonical spelling. */
  #strayed = false;
  /** Whether white space or the order of members was not canonical either, since this was last set to false. */
  #reordered = false;
  readonly #items: JsonItems | undefined;
  readonly #path: (string | number)[] = [];
  readonly #respelled = new Set<JsonArray | JsonObject>();

  constructor(source: TextSource, limits: Limits, items?: JsonItems) {
    this.#source = source;
    this.#limits = limits;
    this.#items = items;
  }

  document(): JsonDocument {
    const value = this.#value();
    this.#space();
    if (this.#position < this.#text.length) this.#fail('not_json', 'text after the document');
    return { value, respelled: this.#respelled };
  }

  /** JSON Pointer to the value that was being read last. */
  pointer(): string {
    return this.#path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  }

  #value(): JsonValue {
    this.#space();
    this.#values += 1;
    if (this.#values > this.#limits.values) this.#fail('too_large', `more than ${this.#limits.values} values`);
    switch (this.#text[this.#position]) {
      case '{':
        return this.#container(() => this.#object());
      case '[':
        return this.#container(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#literal('true', true);
      case 'f':
        return this.#literal('false', false);
      case 'n':
        return this.#literal('null', null);
      default:
        return this.#number();
    }
  }

  #container<T extends JsonArray | JsonObject>(read: () => T): T {
    this.#containers += 1;
    if (this.#containers > this.#limits.containers) {
      this.#fail('too_large', `more than ${this.#limits.containers} arrays and objects`);
    }
    // The path has one step for each container that is open.
    if (this.#path.length >= this.#limits.depth) this.#fail('too_deep', `nested deeper than ${this.#limits.depth}`);
    const outer = this.#strayed;
    this.#strayed = false;
    const value = read();
    if (this.#hasStrayed()) this.#respelled.add(value);
    else this.#strayed = outer;
    return value;
  }

  #object(): JsonObject {
    const members = new Map<string, JsonValue>();
    this.#position += 1;
    if (this.#takes('}')) return members;
    this.#path.push('');
    let last = '';
    do {
      this.#space();
      if (this.#text[this.#position] !== '"') this.#fail('not_json', 'expected a key in double quotes');
      const key = this.#string();
      this.#path[this.#path.length - 1] = key;
      if (key < last) this.#reordered = true;
      last = key;
      if (members.has(key)) this.#fail('duplicate_key', 'a key occurs twice');
      if (!this.#takes(':')) this.#fail('not_json', 'expected ":"');
      members.set(key, this.#value());
    } while (this.#takes(','));
    if (!this.#takes('}')) this.#fail('not_json', 'expected "," or "}"');
    this.#path.pop();
    return members;
  }

  #array(): JsonArray {
    const items: JsonValue[] = [];
    const tell = this.#path.length === 1 ? this.#items?.tell.get(this.#path[0] ?? 0) : undefined;
    this.#position += 1;
    if (this.#takes(']')) return items;
    this.#path.push(0);
    do {
      this.#dropReadText();
      this.#path[this.#path.length - 1] = items.length;
      items.push(tell === undefined ? this.#value() : this.#told(items.length, tell));
    } while (this.#takes(','));
    if (!this.#takes(']')) this.#fail('not_json', 'expected "," or "]"');
    this.#path.pop();
    return items;
  }

  /** Reads an item and tells it. */
  #told(index: number, tell: (item: JsonItem) => void): null {
    this.#space();
    this.#reordered = false;
    const [start, strayed] = [this.#position, this.#strayed];
    this.#strayed = false;
    this.#held = true;
    const value = this.#value();
    this.#held = false;
    const isSpelled =
      !this.#hasStrayed() && !(typeof value === 'object' && value !== null && this.#respelled.has(value));
    this.#strayed = strayed;
    const canonical = isSpelled && !this.#hasReordered() ? this.#text.slice(start, this.#position) : null;
    tell({ value, index, isSpelled, canonical });
    return null;
  }

  #string(): string {
    const start = this.#position;
    let end = this.#text.indexOf('"', start + 1);
    while (end < 0 && this.#source.hasMore) {
      this.#append();
      end = this.#text.indexOf('"', start + 1);
    }
    const raw = this.#text.slice(start + 1, end < 0 ? undefined : end);
    if (end < 0 || SPECIAL.test(raw)) return this.#specialString();
    this.#position = end + 1;
    return raw;
  }

  /** A string with escapes, or one that is malformed. */
  #specialString(): string {
    const start = this.#position;
    let end = start + 1;
    for (; ; end += 1) {
      const unit = this.#text.charCodeAt(end); // NaN past the end
      if (unit === 0x22) break;
      if (unit === 0x5c) {
        end += 1; // whatever follows does not end the string
      } else if (Number.isNaN(unit)) {
        if (!this.#fill()) this.#fail('not_json', 'the text ends inside a string', this.#text.length);
        end -= 1; // there is more text now: look at this place again
      } else if (unit < 0x20) {
        this.#fail('not_json', 'control character in a string', end);
      }
    }
    this.#position = end + 1;
    return this.#unescape(this.#text.slice(start, end + 1), start);
  }

  #unescape(raw: string, start: number): string {
    let value: unknown;
    try {
      value = JSON.parse(raw); // one string token, its ends found above: only its escapes are left to decode
    } catch {
      value = undefined;
    }
    if (typeof value !== 'string') return this.#fail('not_json', 'bad escape in a string', start);
    // Malformed UTF-8 is already refused, so half a pair can come from an escape only.
    if (LONE_SURROGATE.test(value)) this.#fail('lone_surrogate', 'half of a surrogate pair', start);
    if (JSON.stringify(value) !== raw) this.#strayed = true;
    return value;
  }

  #number(): number {
    this.#ensure(LONGEST_NUMBER + 1);
    const start = this.#position;
    NUMBER_TOKEN.lastIndex = start;
    NUMBER_TOKEN.test(this.#text);
    const end = Math.min(NUMBER_TOKEN.lastIndex, start + LONGEST_NUMBER + 1);
    const raw = this.#text.slice(start, end);
    if (raw.length > LONGEST_NUMBER)
      this.#fail('number_out_of_range', `a number of more than ${LONGEST_NUMBER} characters`);
    if (!NUMBER.test(raw))
      this.#fail('not_json', start >= this.#text.length ? 'the text ends too early' : 'expected a value');
    const value = Number(raw);
    const integer = /^-?[0-9]+$/.test(raw);
    const canonical = String(value) === raw;
    // Past 2^53 neighbouring integers read alike: only the one that the double is written back as may stand for it.
    const rounded = integer && !Number.isSafeInteger(value) && !canonical;
    const vanished = value === 0 && /[1-9]/.test(raw.split(/[eE]/, 1).join(''));
    if (!Number.isFinite(value) || vanished || rounded) {
      this.#fail('number_out_of_range', 'a number that a double cannot hold');
    }
    this.#position = end;
    if (!canonical) this.#strayed = true;
    return value;
  }

  #hasStrayed(): boolean {
    return this.#strayed;
  }

  #hasReordered(): boolean {
    return this.#reordered;
  }

  #literal<T extends boolean | null>(word: string, value: T): T {
    this.#ensure(word.length);
    if (!this.#text.startsWith(word, this.#position)) this.#fail('not_json', 'expected a value');
    this.#position += word.length;
    return value;
  }

  /** Steps over `mark` if it comes next, after white space. */
  #takes(mark: string): boolean {
    this.#space();
    if (this.#text[this.#position] !== mark) return false;
    this.#position += 1;
    return true;
  }

  #space(): void {
    for (; ; this.#position += 1) {
      const unit = this.#text.charCodeAt(this.#position);
      if (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) this.#reordered = true;
      else if (!Number.isNaN(unit) || !this.#fill()) return;
      else this.#position -= 1; // there is more text now: look at this place again
    }
  }

  /** Takes up more text; false at its end. */
  #fill(): boolean {
    if (this.#source.hasMore) {
      this.#append();
      return true;
    }
    if (this.#source.isMalformed) this.#fail('not_utf8', 'malformed UTF-8', this.#text.length);
    return false;
  }

  /** Takes up so many code units from here on, where there are as many. */
  #ensure(units: number): void {
    while (this.#text.length - this.#position < units && this.#source.hasMore) this.#append();
  }

  /** Takes up a part that is as long as what is held, so that a long item costs no more than a short one for its length. */
  #append(): void {
    this.#text += this.#source.next(Math.max(PART, this.#text.length - this.#position));
  }

  /** Drops the text before this place, except within an item that is handed over. */
  #dropReadText(): void {
    if (this.#held || this.#position < PART) return;
    this.#base += this.#position;
    this.#text = this.#text.slice(this.#position);
    this.#position = 0;
  }

  #fail(code: UnreadableCode, message: string, offset = this.#position): never {
    throw new Unreadable(code, message, this.pointer(), this.#base + offset);
  }
}
