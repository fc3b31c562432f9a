/**
 * Regular expressions that tenants write. RE2's syntax and automata: no backtracking, so no text makes one slow
 * (Russ Cox, "Regular Expression Matching Can Be Simple And Fast", 2007). Bounds on the expression bound the rest.
 */
import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';

/** Longest expression, in code points. */
export const MAX_REGEX_LENGTH = 512;
/** Most instructions that an expression may compile to: the work for one character of text. */
export const MAX_REGEX_PROGRAM = 1000;
/** Largest sum of all upper bounds `{n}` and `{n,m}`: compiling writes each repetition out. */
export const MAX_REGEX_REPEATS = 1000;

/** A stretch of a text, UTF-16 units, end exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export type CompiledRegex =
  | { readonly ok: true; readonly regex: LinearRegex }
  /** `message` names the rule that is broken and repeats nothing of the expression. */
  | { readonly ok: false; readonly message: string };

/**
 * After a match, RE2 goes on from its end, and may have looked at all that follows to find it: over a whole text, a
 * hundred thousand times. So a text is searched in windows. A match of at most `LONGEST` units lies well inside the one
 * window that owns its start; a longer one is found in pieces that overlap.
 */
const WINDOW = 256;
const LONGEST = 64;
const STRIDE = WINDOW - LONGEST - 2;
/** The group that is the identifier, where an expression has it. */
const VALUE_GROUP = 'value';

export class LinearRegex {
  readonly #regex: RE2JS;
  readonly #group: string | number;

  /** `regex` within the bounds of `compileRegex`, which makes these. */
  constructor(regex: RE2JS) {
    this.#regex = regex;
    this.#group = Object.hasOwn(regex.namedGroups(), VALUE_GROUP) ? VALUE_GROUP : 0;
  }

  /** All matches that are not empty, by their starts, within one window leftmost first and disjoint. Linear in the text. */
  find(text: string): readonly Stretch[] {
    const found: Stretch[] = [];
    // Most texts hold no match at all, and one pass of the automaton over the whole text says so.
    if (!this.#regex.test(text)) return found;
    for (let from = 0; ; from += STRIDE) {
      const to = Math.min(from + WINDOW, text.length);
      this.#findIn(text, from, to, found);
      if (to === text.length) return found;
    }
  }

  /** Whether the whole of the text is one match. */
  matchesWhole(text: string): boolean {
    return this.#regex.testExact(text);
  }

  #findIn(text: string, from: number, to: number, found: Stretch[]): void {
    const matcher = this.#regex.matcher(text.slice(from, to));
    while (matcher.find()) {
      const [first, last] = [from + matcher.start(), from + matcher.end()];
      // The cuts of a window are no ends of the text, whatever `^`, `$` and `\b` take them for.
      const owned = (first > from || from === 0) && (first - from <= STRIDE || to === text.length);
      if (!owned && last - first <= LONGEST) continue;
      const [start, end] = [from + matcher.start(this.#group), from + matcher.end(this.#group)];
      // The group may have taken no part in the match: then the match is the value.
      if (start >= from && end > start) found.push({ start, end });
      else if (last > first) found.push({ start: first, end: last });
    }
  }
}

/**
 * Compiles an expression in RE2's syntax: no look-around, no back-references. Refuses one that is empty, too long or too
 * large, and one that matches the empty text: it would be found everywhere. Never throws.
 */
export function compileRegex(source: string): CompiledRegex {
  if (source === '') return refuse('must not be empty');
  if (Array.from(source).length > MAX_REGEX_LENGTH) return refuse(`must have at most ${MAX_REGEX_LENGTH} characters`);
  if (repeats(source) > MAX_REGEX_REPEATS) return refuse(`its repetitions must add up to at most ${MAX_REGEX_REPEATS}`);
  try {
    const regex = RE2JS.compile(source);
    if (regex.programSize() > MAX_REGEX_PROGRAM) return refuse('compiles to too large a program: repeat less');
    if (matchesEmpty(regex, source)) return refuse('must not match the empty text');
    return { ok: true, regex: new LinearRegex(regex) };
  } catch (error) {
    // The engine's message quotes the expression; its description is one of a fixed list.
    if (error instanceof RE2JSSyntaxException) return refuse(`is not in RE2's syntax: ${error.getDescription()}`);
    if (error instanceof RE2JSException || error instanceof RangeError) return refuse('cannot be compiled');
    throw error;
  }
}

function refuse(message: string): CompiledRegex {
  return { ok: false, message };
}

/** The sum of all upper bounds of repetition. */
function repeats(source: string): number {
  let sum = 0;
  for (const [, least = '', most = ''] of source.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g))
    sum += Number(most === '' ? least : most);
  return sum;
}

/** What may stand before and after an empty match: letters and marks, for `\b` and `\B`. */
const NEIGHBOURS = ['', 'a', '-', '\n'];

/** Whether some place in some text is a match by itself. */
function matchesEmpty(regex: RE2JS, source: string): boolean {
  if (regex.testExact('')) return true;
  if (!/\\[bB]|\(\?[a-zA-Z]*m|[$^]|\\[Az]/.test(source)) return false;
  return NEIGHBOURS.some((before) =>
    NEIGHBOURS.some((after) => RE2JS.compile(`\\A${before}(?:${source})${after}\\z`).testExact(before + after)),
  );
}
