/** Reads large JSON texts in pieces, where one `JSON.parse` would hold the event loop. */
import { afterLongStep } from '../platform/steps.ts';
import { stringEnd, type JsonObject, type JsonValue } from './json-text.ts';

/** UTF-16 units of JSON that are parsed at once. */
const AT_ONCE = 64 * 1024;
/** Pieces inside pieces are read so deep. */
const MAX_DEPTH = 512;
/** Keys of one object at most: to list those of a larger one holds the event loop for tens of milliseconds. */
export const MAX_JSON_KEYS = 10_000;

/** An object with over `MAX_JSON_KEYS` keys. */
export class TooManyKeys extends SyntaxError {}

/** What a reader learns of the values while they are parsed. */
export interface JsonContent {
  /** Keys of all objects. An object that has a key twice counts it once. */
  keys: number;
  /** Whether all numbers are in the range of a double. */
  finite: boolean;
}

/**
 * Returns what `JSON.parse` does. Adds to `content` what is in it; absent where that is not asked for. Yields wherever it may
 * be interrupted. Throws SyntaxError where `JSON.parse` does, and for a value of over `atOnce` units in over 512 others.
 * Throws TooManyKeys for an object of over `atOnce` units with over `MAX_JSON_KEYS` keys.
 */
export function* parsingJson(
  text: string,
  content: JsonContent | null = null,
  atOnce = AT_ONCE,
): Generator<undefined, JsonValue> {
  if (text.length <= atOnce) return parsed(text, content);
  return yield* new PieceParser(text, content, atOnce).document();
}

/** A list or an object of which the members are read in pieces. */
interface Container {
  /** Adds the members in a piece of the text between two commas. */
  readonly addPiece: (piece: string) => void;
  /** Reads a member that is a piece by itself. */
  readonly addingMember: () => Generator<undefined, void>;
  readonly value: JsonValue;
}

/** A list or an object whose closing bracket was not looked at yet. */
interface Opened {
  /** Where its opening bracket is. */
  readonly at: number;
  /** Where its last comma so far is; -1 for none. */
  comma: number;
}

class PieceParser {
  readonly #text: string;
  readonly #content: JsonContent | null;
  readonly #atOnce: number;
  #at = 0;
  #depth = 0;
  /** Brackets, commas and strings before it were looked at. It is never behind the bracket that closes what is read. */
  #lookedTo = 0;
  /** What is open there, from the outermost on: at least what is read. So no text is looked at once more on each level. */
  readonly #open: Opened[] = [];

  constructor(text: string, content: JsonContent | null, atOnce: number) {
    this.#text = text;
    this.#content = content;
    this.#atOnce = atOnce;
  }

  *document(): Generator<undefined, JsonValue> {
    const value = yield* this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw new SyntaxError('JSON has text behind its value');
    return value;
  }

  *#value(): Generator<undefined, JsonValue> {
    this.#skipSpace();
    switch (this.#text.charAt(this.#at)) {
      case '[':
        return yield* this.#members(this.#list(), ']');
      case '{':
        return yield* this.#members(this.#object(), '}');
      default:
        return parsed(this.#take(this.#scalarEnd()), this.#content);
    }
  }

  /** Reads from the opening bracket to the closing one. */
  *#members({ addPiece, addingMember, value }: Container, close: string): Generator<undefined, JsonValue> {
    this.#enter();
    this.#skipSpace();
    if (this.#text.charAt(this.#at) === close) {
      this.#leave();
      return value;
    }
    if (this.#depth > MAX_DEPTH) throw new SyntaxError('JSON is nested too deep');
    for (;;) {
      const end = this.#pieceEnd();
      if (end === null) yield* addingMember();
      else addPiece(this.#take(end));
      yield* afterLongStep();
      this.#skipSpace();
      const mark = this.#text.charAt(this.#at);
      if (mark === close) break;
      if (mark !== ',') throw new SyntaxError('JSON has members without a comma between them');
      this.#at += 1;
    }
    this.#leave();
    return value;
  }

  /** Passes an opening bracket. */
  #enter(): void {
    // It was looked at, unless it is the first, or closed again in front of much white space.
    if (this.#open[this.#depth]?.at !== this.#at) {
      this.#open.length = this.#depth;
      this.#open.push({ at: this.#at, comma: -1 });
      this.#lookedTo = this.#at + 1;
    }
    this.#depth += 1;
    this.#at += 1;
  }

  /** Passes the bracket that closes what is read. */
  #leave(): void {
    this.#depth -= 1;
    this.#open.length = this.#depth;
    this.#at += 1;
    this.#lookedTo = Math.max(this.#lookedTo, this.#at);
  }

  #list(): Container {
    const items: JsonValue[] = [];
    const addPiece = (piece: string): void => {
      const some = parsed(`[${piece}]`, this.#content) as readonly JsonValue[];
      if (some.length === 0) throw new SyntaxError('JSON has a comma without an item');
      for (const item of some) items.push(item);
    };
    const addItem = (item: JsonValue): void => {
      items.push(item);
    };
    const value = (): Generator<undefined, JsonValue> => this.#value();
    return {
      addPiece,
      *addingMember() {
        addItem(yield* value());
      },
      value: items,
    };
  }

  #object(): Container {
    const object: Record<string, JsonValue> = {};
    const content = this.#content;
    let keys = 0;
    const set = (key: string, value: JsonValue): void => {
      // A key that another piece has too was counted there.
      if (!Object.hasOwn(object, key)) keys += 1;
      else if (content !== null) content.keys -= 1;
      if (keys > MAX_JSON_KEYS) throw new TooManyKeys('JSON has an object with too many keys');
      // To assign to it would set the prototype.
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      else object[key] = value;
    };
    const addPiece = (piece: string): void => {
      const entries = Object.entries(parsed(`{${piece}}`, content) as JsonObject);
      if (entries.length === 0) throw new SyntaxError('JSON has a comma without a member');
      for (const [key, value] of entries) set(key, value);
    };
    const key = (): string => this.#key();
    const value = (): Generator<undefined, JsonValue> => this.#value();
    return {
      addPiece,
      *addingMember() {
        const name = key();
        if (content !== null) content.keys += 1;
        set(name, yield* value());
      },
      value: object,
    };
  }

  /** Reads a key and its colon. */
  #key(): string {
    this.#skipSpace();
    const key = parsed(this.#take(this.#scalarEnd()), this.#content);
    this.#skipSpace();
    if (typeof key !== 'string' || this.#text.charAt(this.#at) !== ':') throw new SyntaxError('JSON has no key');
    this.#at += 1;
    return key;
  }

  /**
   * Returns where as many members end as are parsed at once: at the closing bracket around them, or at a comma. Null if one
   * member is longer.
   */
  #pieceEnd(): number | null {
    const most = Math.min(this.#text.length, this.#at + this.#atOnce);
    let at = Math.max(this.#lookedTo, this.#at);
    for (; at < most; at++) {
      const isEnd = this.#open.length === this.#depth && isClosing(this.#text.charCodeAt(at));
      if (isEnd) break;
      at = this.#look(at);
    }
    this.#lookedTo = at;
    if (at < most) return at;
    const comma = this.#open[this.#depth - 1]?.comma ?? -1;
    return comma < this.#at ? null : comma;
  }

  /** Looks at a unit, or at the string that begins there. Returns the last unit that was looked at. */
  #look(at: number): number {
    switch (this.#text.charCodeAt(at)) {
      case 0x22: // "
        return stringEnd(this.#text, at);
      case 0x2c: {
        // ,
        const inner = this.#open.at(-1);
        if (inner !== undefined) inner.comma = at;
        break;
      }
      case 0x5b: // [
      case 0x7b: // {
        this.#open.push({ at, comma: -1 });
        break;
      case 0x5d: // ]
      case 0x7d: // }
        this.#open.pop();
        break;
      default:
    }
    return at;
  }

  /** Where the string, number or word ends that begins here. */
  #scalarEnd(): number {
    const text = this.#text;
    if (text.charAt(this.#at) === '"') return stringEnd(text, this.#at) + 1;
    const rest = /[\s,:[\]{}"]/g;
    rest.lastIndex = this.#at;
    return rest.exec(text)?.index ?? text.length;
  }

  #take(end: number): string {
    const start = this.#at;
    this.#at = end;
    return this.#text.slice(start, end);
  }

  #skipSpace(): void {
    const text = this.#text;
    while (isSpace(text.charCodeAt(this.#at))) this.#at += 1;
  }
}

const isClosing = (unit: number): boolean => unit === 0x5d || unit === 0x7d;
const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;

function parsed(text: string, content: JsonContent | null): JsonValue {
  const value = JSON.parse(text) as JsonValue;
  if (content !== null) count(value, content);
  return value;
}

/** Adds up the keys of all objects, and looks at all numbers. As deep as JSON is that is counted. */
function count(value: JsonValue, into: JsonContent): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) into.finite = false;
  } else if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) if (typeof item !== 'string') count(item, into);
  } else if (typeof value === 'object' && value !== null) {
    const object = value as JsonObject;
    // Own keys only: what JSON.parse made has nothing enumerable on its prototypes.
    for (const key in object) {
      into.keys++;
      const member = object[key];
      if (typeof member !== 'string' && member !== undefined) count(member, into);
    }
  }
}
