/**
 * Rewrites the strings, numbers and keys of a JSON text in place: white space, number forms and everything that is not
 * changed stay byte for byte, so that masking the one value of a tool result does not round its other numbers.
 */
import { JsonPlace } from '../detection/documents/json-place.ts';
import { WHOLE_LIST } from '../detection/documents/json-runs.ts';
import { afterLongStep, inOneStep, runAtOnce } from '../platform/steps.ts';
import { parsingJson } from './json-parsing.ts';
import { stringEnd, type JsonValue } from './json-text.ts';

/**
 * What to write instead of each part. `key` is the nearest key above the part, as it was rewritten; null at the top.
 * `under` is the key right before the part, as the caller wrote it; null for the items of lists.
 */
export interface JsonRewriter {
  readonly text: (text: string, key: string | null, under: string | null, place: JsonPlace) => string;
  /** Gets the number as it is written. What differs from it is written as a string. */
  readonly number: (source: string, key: string | null, under: string | null, place: JsonPlace) => string;
  /** `value` returns the string or the number, as it is written, that stands under the key; null for all else. */
  readonly key: (key: string, value: () => string | null, place: JsonPlace) => string;
  /** What to write for strings and numbers in the list at the place, by their path in it; those are not rewritten. */
  readonly list?: (place: JsonPlace, key: string | null) => WrittenPieces | null;
}

/** Rewriting in stretches: yields wherever it may be interrupted, and what its rewriter asks for, which is answered. */
export type Rewriting<T, Ask = never, Answer = unknown> = Generator<Ask | undefined, T, Answer>;

/** A rewriter that works in stretches. It may ask for what it writes. */
export interface SteppedRewriter<Ask = never, Answer = unknown> {
  readonly text: (...args: Parameters<JsonRewriter['text']>) => Rewriting<string, Ask, Answer>;
  readonly number: (...args: Parameters<JsonRewriter['number']>) => Rewriting<string, Ask, Answer>;
  readonly key: (...args: Parameters<JsonRewriter['key']>) => Rewriting<string, Ask, Answer>;
  readonly list?: (place: JsonPlace, key: string | null) => Rewriting<WrittenPieces | null, Ask, Answer>;
}

/** Keys and indexes from a list to a string or number in it, joined by `/`, and what is written there. */
export type WrittenPieces = ReadonlyMap<string, string>;

/** Arrays and objects of a JSON text inside a string may be nested so deep; deeper ones are no JSON to us. */
const MAX_DEPTH = 512;
/** Characters, strings and numbers that are read before the work may be interrupted: words and white space are no places for it. */
const AT_ONCE = 1000;
const NUMBER = /-?[0-9][0-9.eE+-]*/y;

/**
 * Whether `text` begins as a JSON object, array or string does; null while only white space is known of it. A number
 * or a word alone is better read as plain text.
 */
export function beginsAsJson(text: string): boolean | null {
  const first = /[^ \t\r\n]/.exec(text)?.[0];
  return first === undefined ? null : first === '{' || first === '[' || first === '"';
}

/**
 * `text` with its parts rewritten, or null where it is not one JSON object, array or string. Two keys that become
 * equal are kept apart by a number behind the second. `above` is the place of the string that the text is. Throws only
 * what the rewriter throws.
 */
export function rewriteJson(text: string, rewriter: JsonRewriter, above: JsonPlace | null = null): string | null {
  return runAtOnce(rewritingJson(text, stepped(rewriter), above));
}

/** Returns true for one JSON object, array or string that {@link rewriteJson} takes. Yields wherever it may be interrupted. */
export function* readingAsJson(text: string): Generator<undefined, boolean> {
  return (yield* rewritingJson(text, UNCHANGED)) !== null;
}

const UNCHANGED = stepped({ text: (text) => text, number: (source) => source, key: (key) => key });

/** A rewriter that is never interrupted, as one that may be. */
export function stepped({ text, number, key, list }: JsonRewriter): SteppedRewriter {
  return {
    text: (...args) => inOneStep(() => text(...args)),
    number: (...args) => inOneStep(() => number(...args)),
    key: (...args) => inOneStep(() => key(...args)),
    ...(list === undefined ? {} : { list: (...args) => inOneStep(() => list(...args)) }),
  };
}

/** Does what {@link rewriteJson} does, to be run in stretches: yields wherever it may be interrupted. */
export function* rewritingJson<Ask = never, Answer = unknown>(
  text: string,
  rewriter: SteppedRewriter<Ask, Answer>,
  above: JsonPlace | null = null,
): Rewriting<string | null, Ask, Answer> {
  const document = beginsAsJson(text) === true ? yield* documentIn(text) : undefined;
  if (document === undefined) return null;
  yield* afterLongStep();
  let out = '';
  let copied = 0;
  const levels: Level[] = [];
  const root = JsonPlace.of(document, above);
  const replace = (start: number, end: number, written: string): void => {
    out += text.slice(copied, start) + written;
    copied = end;
  };
  let read = 0;
  for (let at = 0; at < text.length; at++) {
    read += 1;
    if (read % AT_ONCE === 0) yield;
    const level = levels.at(-1);
    const char = text.charAt(at);
    if (char === '{' || char === '[') {
      if (levels.length === MAX_DEPTH) return null;
      const opened = openedLevel(level, char === '{', level === undefined ? root : placeIn(level));
      if (opened.isObject) yield* opened.place.readingFacts();
      else if (rewriter.list !== undefined)
        opened.pieces = (yield* rewriter.list(opened.place, opened.key)) ?? opened.pieces;
      yield;
      if (opened.pieces !== level?.pieces) opened.path = '';
      const whole = opened.path === '' ? opened.pieces?.get(WHOLE_LIST) : undefined;
      if (whole !== undefined) {
        const end = listEnd(text, at);
        replace(at, end, JSON.stringify([whole]));
        at = end - 1;
        continue;
      }
      levels.push(opened);
    } else if (char === '}' || char === ']') {
      levels.pop();
    } else if (char === ',' && level !== undefined) {
      level.keyNext = level.isObject;
      level.index++;
    } else if (char === '"') {
      const end = stringEnd(text, at) + 1;
      const plain = JSON.parse(text.slice(at, end)) as string;
      let written: string;
      if (level?.keyNext === true) {
        written = yield* rewriter.key(plain, () => valueAfter(text, end), level.place.member(plain));
        level.under = plain;
        // Equal keys that the caller wrote stay as they are; only masking must not make new ones.
        if (written !== plain) written = level.keys.claim(written);
        else level.keys.note(plain);
        level.key = written;
        level.keyNext = false;
      } else {
        written =
          pieceIn(level) ??
          (yield* rewriter.text(plain, level?.key ?? null, level?.under ?? null, scalarPlace(level, root, plain)));
      }
      yield;
      if (written !== plain) replace(at, end, JSON.stringify(written));
      at = end - 1;
    } else if (char === '-' || (char >= '0' && char <= '9')) {
      NUMBER.lastIndex = at;
      const source = NUMBER.exec(text)?.[0] ?? char;
      const written =
        pieceIn(level) ??
        (yield* rewriter.number(
          source,
          level?.key ?? null,
          level?.under ?? null,
          scalarPlace(level, root, Number(source)),
        ));
      yield;
      if (written !== source) replace(at, at + source.length, JSON.stringify(written));
      at += source.length - 1;
    }
  }
  return copied === 0 ? text : out + text.slice(copied);
}

/** One past the bracket that closes the list of strings and numbers that begins at `open`. */
function listEnd(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text.charAt(at) !== ']') at = text.charAt(at) === '"' ? stringEnd(text, at) + 1 : at + 1;
  return at + 1;
}

/** The string or the number after the colon that follows `at`, in valid JSON. */
function valueAfter(text: string, at: number): string | null {
  const start = at + (/^[ \t\r\n]*:[ \t\r\n]*/.exec(text.slice(at, at + 100))?.[0].length ?? 0);
  if (text.charAt(start) === '"') return JSON.parse(text.slice(start, stringEnd(text, start) + 1)) as string;
  NUMBER.lastIndex = start;
  return NUMBER.exec(text)?.[0] ?? null;
}

interface Level {
  readonly isObject: boolean;
  readonly keys: UniqueKeys;
  key: string | null;
  under: string | null;
  /** Whether the next string is a key. */
  keyNext: boolean;
  /** The item that comes next, in a list. */
  index: number;
  readonly place: JsonPlace;
  /** What is written for values in the list that this is or lies in; `path` leads here from that list. */
  pieces: WrittenPieces | null;
  path: string;
}

function openedLevel(outer: Level | undefined, isObject: boolean, place: JsonPlace): Level {
  return {
    isObject,
    keys: new UniqueKeys(),
    key: outer?.key ?? null,
    under: null,
    keyNext: isObject,
    index: 0,
    place,
    pieces: outer?.pieces ?? null,
    path: outer === undefined || outer.pieces === null ? '' : pathIn(outer),
  };
}

function placeIn({ isObject, place, under, index }: Level): JsonPlace {
  return isObject ? place.member(under ?? '') : place.item(index);
}

/** Of equal keys the document has the last one only: what stands under another is in no place. */
function scalarPlace(level: Level | undefined, root: JsonPlace, value: string | number): JsonPlace {
  const place = level === undefined ? root : placeIn(level);
  return place.value === value ? place : JsonPlace.of(undefined);
}

function pathIn({ isObject, path, under, index }: Level): string {
  const step = isObject ? (under ?? '') : String(index);
  return path === '' ? step : `${path}/${step}`;
}

function pieceIn(level: Level | undefined): string | undefined {
  return level?.pieces?.get(pathIn(level));
}

/** The keys of one object: masking may write two of them alike (one number in two spellings), and neither may be lost. */
export class UniqueKeys {
  /** Each key with the number to try first behind its next double. */
  #taken: Map<string, number> | null = null;

  /** Takes the key as it is. */
  note(key: string): void {
    this.#taken ??= new Map();
    if (!this.#taken.has(key)) this.#taken.set(key, 2);
  }

  /** Takes and returns the key, or the key with the first number behind it that is not taken. */
  claim(key: string): string {
    const taken = (this.#taken ??= new Map<string, number>());
    let next = taken.get(key);
    let unique = key;
    if (next !== undefined) {
      do unique = `${key}_${next++}`;
      while (taken.has(unique));
      taken.set(key, next);
    }
    taken.set(unique, 2);
    return unique;
  }
}

function* documentIn(text: string): Generator<undefined, JsonValue | undefined> {
  try {
    return yield* parsingJson(text);
  } catch {
    return undefined;
  }
}
