/**
 * Tokens of nobody's here that are written as they are said: with spaces where the dots were, without dots, letter by
 * letter, or over two lines. They are refused where the scheme and a kind leave no doubt of what was meant, and a run that
 * is no word stands behind them; ordinary words are never taken. See docs/proxy.md, Restoring values.
 */
import { ENTITY_KINDS, type EntityKind } from '../../detection/kinds.ts';
import type { Refusable } from './altered-foreign.ts';
import { noiseAt } from './altered-token.ts';
import type { Place } from './place.ts';
import { AEAD_VALUE_MIN_BYTES, VAULT_VALUE_LENGTH } from '../../tokens/grammar.ts';
import { foldCode, foldToken, isMarkup, MOST_NOISE, SEPARATOR_WORDS } from './tolerance.ts';
import { WrittenReader } from './written-reader.ts';

const NONE: Refusable = { is: 'none' };
const OPEN: Refusable = { is: 'open' };

const SCHEMES = ['MSKV1', 'MSK1'];
/** As letters alone, the longest first: one may begin with another. */
const KINDS: readonly (readonly [string, EntityKind])[] = ENTITY_KINDS.map(
  (kind) => [foldToken(kind), kind] as const,
).sort(([a], [b]) => b.length - a.length);
const FOLDED_KINDS = KINDS.map(([folded]) => folded);

/** Letters and digits that are looked at, at most. A value of 600 bytes has so many. */
const MOST_LETTERS = 1024;
/** Words of a kid that spaces part. More are a sentence. */
const MOST_KID_WORDS = 3;
const LONGEST_KID = 64;
/** Letters that a model spelled out one by one behind the kind: kid and value, or the end of them. */
const SHORTEST_SPELLED = 12;
/** Letters of a word that no language has: with a digit of base32 among them, or without. */
const SHORTEST_VALUE = 16;
const SHORTEST_PIECE = 8;
const SHORTEST_WITHOUT_DIGIT = 24;
const SHORTEST_AEAD_VALUE = Math.ceil((AEAD_VALUE_MIN_BYTES * 8) / 5);

/** What stands before a letter: nothing, a separator, or white space. */
type Gap = 0 | 1 | 2;

/** The letters and digits of a text from one place on, folded, each read when it is asked for. */
class Letters {
  /** Whether the text ended before anything else did. */
  ranOut = false;
  /** What stands behind the last letter, when the text ran out. */
  lastGap: Gap = 0;
  readonly #place: Place;
  readonly #reader = new WrittenReader();
  readonly #gaps: Gap[] = [];
  readonly #ends: number[] = [];
  #text = '';
  #pos: number;
  #isOver = false;

  constructor(place: Place, from: number) {
    this.#place = place;
    this.#pos = from;
  }

  /** The letter; '' where none stands. */
  at(index: number): string {
    while (this.#text.length <= index && !this.#isOver) this.#read();
    return this.#text.charAt(index);
  }

  gap(index: number): Gap {
    return this.#gaps[index] ?? 2;
  }

  /** Letters read so far. */
  get length(): number {
    return this.#text.length;
  }

  /** Whether there is anything between the first letters, `count` of them. */
  isApart(count: number): boolean {
    return this.#gaps.slice(1, count).some((gap) => gap !== 0);
  }

  slice(from: number, to: number): string {
    return this.#text.slice(from, to);
  }

  /** Where the letter ends in the text. */
  end(index: number): number {
    return this.#ends[index] ?? this.#pos;
  }

  /** Behind the last letter of the word that `from` is in. */
  wordEnd(from: number): number {
    let to = from + 1;
    while (this.at(to) !== '' && this.gap(to) === 0) to++;
    return to;
  }

  /** Whether the word that ends at `to` may go on. */
  isOpen(to: number): boolean {
    return this.at(to) === '' && this.ranOut && !this.#place.final;
  }

  /** Whether the letter is the last of the text. */
  endsAt(index: number): boolean {
    return this.at(index + 1) === '' && this.ranOut;
  }

  /** Behind the names of separators that stand at `from` as words of their own. */
  pastNames(from: number): number {
    let at = from;
    while (this.at(at) !== '' && this.gap(at) === 2) {
      const to = this.wordEnd(at);
      if (!SEPARATOR_WORDS.includes(this.slice(at, to)) || (this.at(to) !== '' && this.gap(to) !== 2)) break;
      at = to;
    }
    return at;
  }

  /** Whether the name of a separator may be what begins at `from`, and the text ran out. */
  mayBeName(from: number): boolean {
    if (this.at(from) === '' || this.gap(from) !== 2) return false;
    const to = this.wordEnd(from);
    return this.isOpen(to) && SEPARATOR_WORDS.some((name) => name.startsWith(this.slice(from, to)));
  }

  #read(): void {
    let gap: Gap = 0;
    for (let noise = 0; noise <= MOST_NOISE && this.#text.length < MOST_LETTERS; noise++) {
      const found = this.#reader.read(this.#place.text, this.#pos, this.#place.depth);
      this.ranOut = found === 'more';
      if (found !== 'char') break;
      const { code, next } = this.#reader;
      const letter = foldCode(code);
      const kind = letter === 0 ? noiseAt(this.#place, code) : 'soft';
      if (kind === null) break;
      this.#pos = next;
      if (letter !== 0) {
        this.#text += String.fromCharCode(letter);
        this.#gaps.push(gap);
        this.#ends.push(next);
        return;
      }
      if (kind === 'separator') gap = gap === 2 ? 2 : 1;
      else if (!isMarkup(code)) gap = 2;
    }
    this.lastGap = gap;
    this.#isOver = true;
  }
}

/**
 * What is spelled like a token, whoever's. `mayBeSpelled`: the letters of the scheme may stand apart, as where a token is
 * repaired.
 */
export function spelledForeign(place: Place, mayBeSpelled: boolean): Refusable {
  if (place.edge === 'inside') return NONE;
  const letters = new Letters(place, place.at);
  const scheme = expect(letters, 0, SCHEMES, false);
  const isSpelled = mayBeSpelled && place.edge === 'clear';
  const read = 'word' in scheme ? scheme.to : letters.length;
  if (!isSpelled && (letters.isApart(read) || (scheme === OPEN && letters.lastGap !== 0))) return NONE;
  if (!('word' in scheme)) return scheme;
  const kindAt = letters.pastNames(scheme.to);
  const name = expect(letters, kindAt, FOLDED_KINDS, true);
  if (!('word' in name)) return name;
  const kind = KINDS.find(([folded]) => folded === name.word)?.[1];
  const at = name.to;
  if (kind === undefined || letters.at(at) === '') return letters.isOpen(at) ? OPEN : NONE;
  // A longer word is none of the kinds, unless there are no words.
  if (letters.gap(kindAt) !== 0 && letters.gap(at) === 0) return NONE;
  return value(letters, at, kind, scheme.word === 'MSKV1' ? VAULT_VALUE_LENGTH : SHORTEST_AEAD_VALUE);
}

/** Which of the words stands there, letter by letter, and where it ends. `mayBeSaid`: with the names of its separators. */
function expect(
  letters: Letters,
  from: number,
  words: readonly string[],
  mayBeSaid: boolean,
): { readonly word: string; readonly to: number } | Refusable {
  let isOpen = false;
  for (const word of words) {
    let to = from;
    let length = 0;
    while (length < word.length && letters.at(to) === word[length]) {
      length++;
      to++;
      if (!mayBeSaid || length === word.length) continue;
      to = letters.pastNames(to);
      // "ad d", "ad do": the next letter of the kind, or a "dot" that the text cuts short.
      isOpen ||= letters.mayBeName(to);
    }
    if (length === word.length) return isOpen ? OPEN : { word, to };
    isOpen ||= letters.isOpen(to) || (mayBeSaid && letters.mayBeName(to));
  }
  return isOpen ? OPEN : NONE;
}

/**
 * The kid and the value behind the kind, which begin at `from`. What the end of the text cuts short of `whole` letters is
 * plain text, as it is in any spelling.
 */
function value(letters: Letters, from: number, kind: EntityKind, whole: number): Refusable {
  let words = 0;
  for (let at = from; ;) {
    at = letters.pastNames(at);
    if (letters.at(at) === '') return letters.isOpen(at) ? OPEN : NONE;
    const singles = spelledRun(letters, at);
    if (singles === 'open') return OPEN;
    if (singles.count >= (letters.endsAt(singles.last) ? whole : SHORTEST_SPELLED))
      return { is: 'refusable', end: letters.end(singles.last), kind };
    const to = singles.count > 0 ? singles.last + 1 : letters.wordEnd(at);
    if (singles.count === 0) {
      if (letters.isOpen(to)) return OPEN;
      const word = letters.slice(at, to);
      // Another token begins here: this one ends, and the next must not be eaten with it.
      const next = word.search(/MSKV?1/);
      if (next === 0) return NONE;
      if (next > 0 && isValue(word.slice(0, next), SHORTEST_VALUE))
        return { is: 'refusable', end: letters.end(at + next - 1), kind };
      if (letters.endsAt(to - 1) && word.length < whole) return NONE;
      if (isValue(word, SHORTEST_VALUE)) return { is: 'refusable', end: letters.end(to - 1), kind };
    }
    if (letters.gap(at) === 2) words++;
    if (words > MOST_KID_WORDS || to - from > LONGEST_KID) return NONE;
    at = to;
  }
}

/** The letters that stand one by one from `from` on, the names of separators between them left out. */
function spelledRun(letters: Letters, from: number): { readonly count: number; readonly last: number } | 'open' {
  let count = 0;
  let last = from;
  let at = from;
  while (letters.at(at) !== '') {
    const to = letters.wordEnd(at);
    if (letters.isOpen(to)) return count > 0 || to === at + 1 ? 'open' : { count, last };
    if (to !== at + 1) break;
    count++;
    last = at;
    at = letters.pastNames(to);
  }
  if (count > 0 && letters.isOpen(at)) return 'open';
  // "... X Y Z, I see": of what is no word, the last letter may be one.
  const isWord = count > 1 && letters.at(last + 1) !== '' && /[AI]/.test(letters.at(last));
  return isWord ? { count: count - 1, last: last - 1 } : { count, last };
}

/** Where a token ends that is refused up to `end`, and whose value may go on behind a line break or a space; null while that is open. */
export function continuedEnd(place: Place, end: number): number | null {
  const more = continuedFrom(new Letters(place, end), 0, 'OTHER_ID');
  return more.is === 'refusable' ? Math.max(end, more.end) : null;
}

/** The pieces of a value that stand at `from` and behind it; they end before it where there is none. */
function continuedFrom(letters: Letters, from: number, kind: EntityKind): Refusable {
  let at = from;
  while (letters.at(at) !== '') {
    const to = letters.wordEnd(at);
    const piece = letters.slice(at, to);
    if (/[^A-Z2-7]/.test(piece)) break;
    if (letters.isOpen(to)) return OPEN;
    if (!isValue(piece, SHORTEST_PIECE)) break;
    at = to;
  }
  if (letters.isOpen(at)) return OPEN;
  return { is: 'refusable', end: at === 0 ? -1 : letters.end(at - 1), kind };
}

/** Whether the word is none, but letters and digits as values have them. */
function isValue(word: string, shortest: number): boolean {
  return word.length >= SHORTEST_WITHOUT_DIGIT || (word.length >= shortest && /[2-7]/.test(word) && /[A-Z]/.test(word));
}
