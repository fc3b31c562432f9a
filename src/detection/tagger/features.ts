/**
 * Features: what the tagger looks at around a word, each a hash that names a row of weights. Those of single words
 * (`own`, `near`) are the same wherever the word stands, so a decoder may sum their rows once per word; so are those of a
 * word and its place (`placed`) in most places. Those of several words (`around`) are taken anew at each place.
 */

import type { Word } from '../words.ts';
import { finish, mix, mixScrambled, scramble } from './hashing.ts';
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

/** More features than any word has. */
export const MOST_FEATURES = 96;

/**
 * The features of one word: hashes, written one after another; read `hashes[0]` to `hashes[count - 1]`. Methods and not
 * closures add to it, since it is the innermost loop of detection.
 */
export class FeatureList {
  readonly hashes = new Int32Array(MOST_FEATURES);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  add(template: number, a: number): void {
    this.hashes[this.count++] = finish(mix(template, a));
  }

  add2(template: number, a: number, b: number): void {
    this.hashes[this.count++] = finish(mix(mix(template, a), b));
  }

  /** A joint feature of two values, both scrambled. */
  join2(template: number, a: number, b: number): void {
    this.hashes[this.count++] = finish(mixScrambled(mixScrambled(JOINT_TEMPLATES + template, a), b));
  }

  /** A joint feature of three values, all scrambled. */
  join3(template: number, a: number, b: number, c: number): void {
    this.hashes[this.count++] = finish(mixScrambled(mixScrambled(mixScrambled(JOINT_TEMPLATES + template, a), b), c));
  }
}

/** Templates of features are told apart by number; those of `near` are eight to an offset. */
const OWN_TEMPLATES = 1;
const NEAR_TEMPLATES = 64;
const JOINT_TEMPLATES = 512;

/** Features of the word itself. */
export function addOwn(features: FeatureList, lexeme: Lexeme, capitals: number): void {
  const { id, shape, given, surname, place, ordinary, summary, wordClass, traits } = lexeme;
  const cased = shape * 4 + capitals;
  features.add(OWN_TEMPLATES + 0, 0);
  features.add(OWN_TEMPLATES + 1, id);
  features.add2(OWN_TEMPLATES + 2, id, cased);
  features.add(OWN_TEMPLATES + 3, lexeme.prefix2);
  features.add(OWN_TEMPLATES + 4, lexeme.prefix3);
  features.add(OWN_TEMPLATES + 5, lexeme.suffix2);
  features.add(OWN_TEMPLATES + 6, lexeme.suffix3);
  features.add(OWN_TEMPLATES + 7, lexeme.suffix4);
  features.add(OWN_TEMPLATES + 8, lexeme.pattern);
  features.add(OWN_TEMPLATES + 9, cased);
  features.add2(OWN_TEMPLATES + 10, wordClass, cased);
  features.add(OWN_TEMPLATES + 11, traits);
  features.add2(OWN_TEMPLATES + 12, traits, cased);
  features.add(OWN_TEMPLATES + 13, given * 8 + ordinary);
  features.add(OWN_TEMPLATES + 14, surname * 8 + ordinary);
  features.add(OWN_TEMPLATES + 15, place * 8 + ordinary);
  features.add2(OWN_TEMPLATES + 16, given * 8 + surname, cased);
  features.add2(OWN_TEMPLATES + 17, summary, cased);
  features.add2(OWN_TEMPLATES + 18, lexeme.suffix3, cased);
  features.add(OWN_TEMPLATES + 19, Math.min(lexeme.length, 12));
}

/** Features of a word that stands `offset` words away. */
export function addNear(features: FeatureList, lexeme: Lexeme, offset: number): void {
  const template = NEAR_TEMPLATES + (offset + 4) * 8;
  features.add(template, lexeme.id);
  features.add(template + 1, lexeme.wordClass);
  if (offset < -2 || offset > 2) return;
  features.add(template + 2, lexeme.summary);
  features.add(template + 3, lexeme.shape);
}

/** Features of the word at `at` together with those around it, and with its place in the text. */
export function addJoint(features: FeatureList, sentence: Sentence, at: number): void {
  addAround(features, sentence, at);
  const { lexemes, capitals } = sentence;
  addPlaced(features, lexemes[at] ?? PADDING, capitals, placeOf(sentence, at));
}

/**
 * Features of the word at `at` together with those around it. What goes into many of them is scrambled once, which takes
 * half the time.
 */
export function addAround(features: FeatureList, sentence: Sentence, at: number): void {
  const { lexemes, capitals } = sentence;
  const word = lexemes[at] ?? PADDING;
  // An index below zero would be looked up by name, and slowly.
  const b = (at > 0 ? lexemes[at - 1] : null) ?? PADDING;
  const c = (at > 1 ? lexemes[at - 2] : null) ?? PADDING;
  const d = (at > 2 ? lexemes[at - 3] : null) ?? PADDING;
  const n = (at + 1 < lexemes.length ? lexemes[at + 1] : null) ?? PADDING;
  const o = (at + 2 < lexemes.length ? lexemes[at + 2] : null) ?? PADDING;
  const id = scramble(word.id);
  const wordClass = scramble(word.wordClass);
  const traits = scramble(word.traits);
  const cased = scramble(word.shape * 4 + capitals);
  const kind = scramble((word.wordClass << 6) | word.summary);
  const [bId, bClass, bSummary] = [scramble(b.id), scramble(b.wordClass), scramble(b.summary)];
  const [cId, cSummary] = [scramble(c.id), scramble(c.summary)];
  const [nId, nSummary] = [scramble(n.id), scramble(n.summary)];
  const oId = scramble(o.id);
  features.join2(0, bId, id);
  features.join2(1, id, nId);
  features.join2(2, cId, bId);
  features.join2(3, nId, oId);
  features.join2(4, bId, nId);
  features.join3(5, scramble(d.id), cId, bId);
  features.join3(6, scramble(b.shape), cased, scramble(n.shape));
  features.join2(7, bId, traits);
  features.join2(8, nId, traits);
  features.join2(9, bId, kind);
  features.join2(10, nId, kind);
  features.join3(11, cId, bId, kind);
  features.join3(12, bId, nId, kind);
  features.join3(13, nId, oId, kind);
  features.join2(14, bSummary, kind);
  features.join2(15, kind, nSummary);
  features.join3(16, bSummary, kind, nSummary);
  features.join3(17, bClass, wordClass, scramble(n.wordClass));
  features.join3(18, scramble((c.wordClass << 5) | b.wordClass), wordClass, scramble((n.wordClass << 5) | o.wordClass));
  features.join3(19, cId, bClass, kind);
  features.join3(20, cSummary, bSummary, kind);
  features.join2(22, scramble(sentence.runs[at] ?? 0), bId);
  features.join3(27, scramble(sentence.cues[at] ?? 0), bId, wordClass);
  features.join2(30, bId, cased);
  features.join2(31, nId, cased);
}

/** What a text says of a place in it beside the words around. */
export interface Place {
  readonly run: number;
  readonly cue: number;
  /** Of a known place's name, as in `Sentence.places`. */
  readonly name: number;
  /** 1 at the first word, 2 at the last, 3 at an only one. */
  readonly ends: number;
  /** Words of the text, 4 for more. */
  readonly words: number;
  /** Identity of the word after a text's first one; -1 elsewhere. */
  readonly second: number;
}

/** Most places: in no run and no name, announced by nothing, inside a text that is not short. */
export const PLAIN_PLACE: Place = { run: 0, cue: 0, name: 0, ends: 0, words: 4, second: -1 };

/** Returns true if the place at `at` is as `PLAIN_PLACE` says. */
export function isPlain({ lexemes, runs, cues, places }: Sentence, at: number): boolean {
  return (
    at > 0 && at < lexemes.length - 1 && lexemes.length > 3 && runs[at] === 0 && cues[at] === 0 && places[at] === 0
  );
}

/** What the text says of the place at `at`. */
export function placeOf({ lexemes, runs, cues, places }: Sentence, at: number): Place {
  return {
    run: runs[at] ?? 0,
    cue: cues[at] ?? 0,
    name: places[at] ?? 0,
    ends: (at === 0 ? 1 : 0) | (at === lexemes.length - 1 ? 2 : 0),
    words: Math.min(lexemes.length, 4),
    second: at === 0 ? (lexemes[1] ?? PADDING).id : -1,
  };
}

/** Features of a word together with its place. They are the same for a word in all plain places. */
export function addPlaced(features: FeatureList, lexeme: Lexeme, capitals: number, place: Place): void {
  const wordClass = scramble(lexeme.wordClass);
  const cased = scramble(lexeme.shape * 4 + capitals);
  const kind = scramble((lexeme.wordClass << 6) | lexeme.summary);
  const [run, cue, name] = [scramble(place.run), scramble(place.cue), scramble(place.name)];
  features.join2(21, run, wordClass);
  features.join3(23, run, cue, wordClass);
  features.join2(24, name, cased);
  features.join2(25, name, kind);
  features.join2(26, cue, kind);
  features.join3(28, scramble(place.ends), kind, scramble(place.words));
  features.join3(29, scramble(place.second), kind, cased);
}

/** Prepares a text. `lexemes` are those of `words`; `isPlace` tells whether several words joined by spaces name a place. */
export function readSentence(
  words: readonly Word[],
  lexemes: readonly Lexeme[],
  isPlace: (name: string) => boolean,
): Sentence {
  return {
    lexemes,
    capitals: capitalsOf(lexemes),
    runs: findRuns(lexemes),
    places: findPlaces(words, lexemes, isPlace),
    cues: findCues(lexemes),
  };
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
  for (let at = 0; at < lexemes.length;) {
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
function findPlaces(
  words: readonly Word[],
  lexemes: readonly Lexeme[],
  isPlace: (name: string) => boolean,
): Uint8Array {
  const places = new Uint8Array(lexemes.length);
  const isPart = (at: number): boolean => ((lexemes[at]?.traits ?? 0) & (1 << 12)) !== 0;
  for (let at = 0; at < lexemes.length; at++) {
    if (!isPart(at)) continue;
    let name = words[at]?.lower ?? '';
    for (let last = at + 1; last < at + MAX_PLACE_WORDS && isPart(last); last++) {
      name += ` ${words[last]?.lower ?? ''}`;
      if (!isPlace(name)) continue;
      for (let inside = at; inside <= last; inside++)
        if (places[inside] === 0 || inside > at) places[inside] = inside === at ? 1 : 2;
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
