/**
 * Features: what the tagger looks at around a word, each hashed to a row of the table of weights. Those of single words
 * (`own`, `near`) are the same wherever the word stands, so a decoder may sum their rows once per word; those of several
 * words (`joint`) are taken anew at each place.
 */

import type { Word } from '../words.ts';
import { finish, mix } from './hashing.ts';
import { type Lexeme, PADDING } from './lexeme.ts';
import { digitsOf, WORD_CLASS } from './word-classes.ts';

/** Words before and after that are looked at on their own. */
export const NEAR_OFFSETS = [-3, -2, -1, 1, 2, 3] as const;

/** Words back in which a cue is remembered. */
const CUE_REACH = 8;

/** A text ready for its features: everything about it that one word alone does not tell. */
export interface Sentence {
  readonly lexemes: readonly Lexeme[];
  /** 0: no capitals at all, as from a speech engine; 1: mixed; 2: every word has one, as in a heading. */
  readonly capitals: number;
  /** For each word, what run of digits and letters it is in: length, speech, first place; 0 outside runs. */
  readonly runs: Uint8Array;
  /** For each word: 1 begins a known place of several words, 2 goes on with one. */
  readonly places: Uint8Array;
  /** For each word, what was announced before it, and how near. */
  readonly cues: Uint8Array;
}

/** Rows of the table, written one after another: read `rows[0]` to `rows[count - 1]`. */
export class FeatureRows {
  readonly rows = new Int32Array(192);
  count = 0;
  readonly #mask: number;

  /** @param bits the table has 2^bits rows */
  constructor(bits: number) {
    this.#mask = 2 ** bits - 1;
  }

  clear(): void {
    this.count = 0;
  }

  add(hash: number): void {
    this.rows[this.count++] = finish(hash) & this.#mask;
  }
}

/** Templates of features are told apart by number: `own` from 1, `near` from 64 by offset, `joint` from 512. */
const NEAR_TEMPLATES = 64;
const JOINT_TEMPLATES = 512;

/** Features of the word itself. */
export function addOwn(rows: FeatureRows, lexeme: Lexeme, capitals: number): void {
  const { id, shape, given, surname, place, ordinary, summary, wordClass, traits } = lexeme;
  const cased = shape * 4 + capitals;
  let template = 1;
  const one = (a: number): void => { rows.add(mix(template++, a)); };
  const two = (a: number, b: number): void => { rows.add(mix(mix(template++, a), b)); };
  one(0);
  one(id);
  two(id, cased);
  one(lexeme.prefix2);
  one(lexeme.prefix3);
  one(lexeme.suffix2);
  one(lexeme.suffix3);
  one(lexeme.suffix4);
  one(lexeme.pattern);
  one(cased);
  two(wordClass, cased);
  one(traits);
  two(traits, cased);
  one(given * 8 + ordinary);
  one(surname * 8 + ordinary);
  one(place * 8 + ordinary);
  two(given * 8 + surname, cased);
  two(summary, cased);
  two(lexeme.suffix3, cased);
  one(Math.min(lexeme.length, 12));
}

/** Features of a word that stands `offset` words away. */
export function addNear(rows: FeatureRows, lexeme: Lexeme, offset: number): void {
  let template = NEAR_TEMPLATES + (offset + 4) * 8;
  rows.add(mix(template++, lexeme.id));
  rows.add(mix(template++, lexeme.wordClass));
  if (offset < -2 || offset > 2) return;
  rows.add(mix(template++, lexeme.summary));
  rows.add(mix(template++, lexeme.shape));
}

/** Features of the word at `at` together with those around it. */
export function addJoint(rows: FeatureRows, sentence: Sentence, at: number): void {
  const { lexemes, capitals } = sentence;
  const word = lexemes[at] ?? PADDING;
  const b = lexemes[at - 1] ?? PADDING;
  const c = lexemes[at - 2] ?? PADDING;
  const d = lexemes[at - 3] ?? PADDING;
  const n = lexemes[at + 1] ?? PADDING;
  const o = lexemes[at + 2] ?? PADDING;
  const cased = word.shape * 4 + capitals;
  const kind = (word.wordClass << 6) | word.summary;
  const run = sentence.runs[at] ?? 0;
  const cue = sentence.cues[at] ?? 0;
  const place = sentence.places[at] ?? 0;
  let template = JOINT_TEMPLATES;
  const two = (a: number, e: number): void => { rows.add(mix(mix(template++, a), e)); };
  const three = (a: number, e: number, f: number): void => { rows.add(mix(mix(mix(template++, a), e), f)); };
  two(b.id, word.id);
  two(word.id, n.id);
  two(c.id, b.id);
  two(n.id, o.id);
  two(b.id, n.id);
  three(d.id, c.id, b.id);
  three(b.shape, cased, n.shape);
  two(b.id, word.traits);
  two(n.id, word.traits);
  two(b.id, kind);
  two(n.id, kind);
  three(c.id, b.id, kind);
  three(b.id, n.id, kind);
  three(n.id, o.id, kind);
  two(b.summary, kind);
  two(kind, n.summary);
  three(b.summary, kind, n.summary);
  three(b.wordClass, word.wordClass, n.wordClass);
  three((c.wordClass << 5) | b.wordClass, word.wordClass, (n.wordClass << 5) | o.wordClass);
  three(c.id, b.wordClass, kind);
  three(c.summary, b.summary, kind);
  two(run, word.wordClass);
  two(run, b.id);
  three(run, cue, word.wordClass);
  two(place, cased);
  two(place, kind);
  two(cue, kind);
  three(cue, b.id, word.wordClass);
  three((at === 0 ? 1 : 0) | (at === lexemes.length - 1 ? 2 : 0), kind, Math.min(lexemes.length, 4));
  three(at === 0 ? n.id : -1, kind, cased);
  two(b.id, cased);
  two(n.id, cased);
}

/** Prepares a text. `lexemes` are those of `words`; `isPlace` tells whether several words joined by spaces name a place. */
export function readSentence(words: readonly Word[], lexemes: readonly Lexeme[], isPlace: (name: string) => boolean): Sentence {
  return { lexemes, capitals: capitalsOf(lexemes), runs: findRuns(lexemes), places: findPlaces(words, lexemes, isPlace), cues: findCues(lexemes) };
}

function capitalsOf(lexemes: readonly Lexeme[]): number {
  let capitalised = 0;
  let lower = 0;
  for (const { shape } of lexemes) {
    if (shape === 4 || shape === 3) capitalised++;
    else if (shape === 1) lower++;
  }
  if (capitalised === 0) return 0;
  return lower === 0 ? 2 : 1;
}

const MAX_SEPARATORS = 2;

/** Runs of three or more digits or letters, spoken or written, with no more than two separators between. */
function findRuns(lexemes: readonly Lexeme[]): Uint8Array {
  const runs = new Uint8Array(lexemes.length);
  for (let at = 0; at < lexemes.length; ) {
    let digits = 0;
    let letters = 0;
    let spoken = 0;
    let last = at - 1;
    for (let next = at; next < lexemes.length && next - last <= MAX_SEPARATORS + 1; next++) {
      const { wordClass, length } = lexemes[next] ?? PADDING;
      const count = digitsOf(wordClass, length);
      if (count > 0) {
        digits += count;
        if (wordClass < WORD_CLASS.digits) spoken = 1;
      } else if (wordClass === WORD_CLASS.letter) letters++;
      else if (next > at && wordClass === WORD_CLASS.separator) continue;
      else break;
      last = next;
    }
    if (digits >= 3 || letters >= 3 || (letters > 0 && digits > 1)) {
      const code = 1 + Math.min(7, digits >> 1) + (letters > 0 ? 8 : 0) + (spoken ? 16 : 0) + (letters >= 3 ? 32 : 0);
      runs.fill(code, at, last + 1);
      runs[at] = code + 64;
    }
    at = Math.max(last, at) + 1;
  }
  return runs;
}

const MAX_PLACE_WORDS = 4;

/** Places of several words that the lexicon has. Only words that are part of such a name are tried. */
function findPlaces(words: readonly Word[], lexemes: readonly Lexeme[], isPlace: (name: string) => boolean): Uint8Array {
  const places = new Uint8Array(lexemes.length);
  const isPart = (at: number): boolean => ((lexemes[at]?.traits ?? 0) & (1 << 12)) !== 0;
  for (let at = 0; at < lexemes.length; at++) {
    if (!isPart(at)) continue;
    let name = words[at]?.lower ?? '';
    for (let last = at + 1; last < at + MAX_PLACE_WORDS && isPart(last); last++) {
      name += ` ${words[last]?.lower ?? ''}`;
      if (!isPlace(name)) continue;
      for (let inside = at; inside <= last; inside++) if (places[inside] === 0 || inside > at) places[inside] = inside === at ? 1 : 2;
    }
  }
  return places;
}

/** The nearest announcing word before each word: its group, and whether it is near. */
function findCues(lexemes: readonly Lexeme[]): Uint8Array {
  const cues = new Uint8Array(lexemes.length);
  let cue = 0;
  let since = CUE_REACH;
  for (let at = 0; at < lexemes.length; at++) {
    if (since < CUE_REACH) cues[at] = cue * 2 + (since < 3 ? 1 : 0);
    since++;
    const own = lexemes[at]?.cue ?? 0;
    if (own > 0) {
      cue = own;
      since = 0;
    }
  }
  return cues;
}
