/**
 * The texts of a call by the words that a known value may begin with. A value that is learned late is looked for only in
 * texts that hold such a word. The index is exact in one direction: it never leaves out a text that holds the value.
 */
import type { Meaning } from '../../detection/context/meaning.ts';
import { dayNamed } from '../../detection/context/calendar.ts';
import { unescaped } from '../../detection/escapes.ts';
import { soughtForms } from '../../detection/known.ts';
import type { EntityKind } from '../../detection/kinds.ts';
import { readRecent } from '../../detection/recent-reading.ts';
import { isAlone } from './placed-text.ts';
import type { PlacedText } from './placed-text.ts';

/** Words behind a single letter that may go on from it, at most: more fillers than a search passes end it. */
const REACH = 32;
/** What an entry takes, in bytes, and a list of texts in it, and the number of one. Measured, roughly. */
const ENTRY_BYTES = 40;
const LIST_BYTES = 64;
const NUMBER_BYTES = 8;

/** The number of the only text, or those of several. */
type Numbers = number | number[];

/**
 * Grows only. Texts are known by the numbers that the caller gives them. Words are kept as 32-bit hashes: where two are
 * equal, a text is returned that does not hold the word, and is searched in vain.
 */
export class WordIndex {
  /** By a word of two characters and more; by a single character; by such a one and the first of what may follow it. */
  readonly #words = new Map<number, Numbers>();
  readonly #days = new Map<number, Numbers>();
  /** Texts that say something else once their escapes, or the texts beside them, are read. */
  readonly #unread: number[] = [];
  #bytes = 0;

  /** What the index takes of memory, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a text under a number that is higher than all before. */
  add({ text, beside }: Pick<PlacedText, 'text' | 'beside'>, number: number): void {
    if (!isAlone(beside) || unescaped(text) !== null) {
      this.#unread.push(number);
      return;
    }
    const { meanings, words, days } = readRecent(text);
    for (let at = 0; at < meanings.length; at += 1) {
      for (const word of spellings(meanings[at])) {
        if (word.length > 1) this.#put(this.#words, word, number);
        else this.#putLetter(word, meanings, at, number);
      }
      // A code word that is cut may mean its letter alone.
      const { letter = '' } = meanings[at] ?? {};
      if (letter !== '') this.#put(this.#words, codeName(letter), number);
    }
    for (const { first, last } of days) {
      const day = dayNamed(words.slice(first, last + 1));
      if (day !== null) this.#put(this.#days, day, number);
    }
  }

  /** Returns the numbers of the texts that may hold one of the values. */
  mayHold(values: Iterable<readonly [string, EntityKind]>): ReadonlySet<number> {
    const found = new Set<number>(this.#unread);
    const take = (index: ReadonlyMap<number, Numbers>, name: string): void => {
      const numbers = index.get(hashOf(name)) ?? [];
      if (typeof numbers === 'number') found.add(numbers);
      else for (const number of numbers) found.add(number);
    };
    for (const [value, kind] of values) {
      const { chars, days } = soughtForms(value, kind);
      for (const day of days) take(this.#days, day);
      for (const form of new Set(chars)) {
        take(this.#words, codeName(form.charAt(0)));
        if (form.length === 1) take(this.#words, form);
        else take(this.#words, pairName(form.charAt(0), form.charAt(1)));
        for (let length = 2; length <= form.length; length += 1) take(this.#words, form.slice(0, length));
      }
    }
    return found;
  }

  /** A single letter begins a form only together with what follows it. */
  #putLetter(letter: string, meanings: readonly Meaning[], at: number, number: number): void {
    this.#put(this.#words, letter, number);
    for (let next = at + 1; next < Math.min(meanings.length, at + REACH); next += 1) {
      for (const word of spellings(meanings[next])) this.#put(this.#words, pairName(letter, word.charAt(0)), number);
      if (meanings[next]?.skippable !== true) return;
    }
  }

  #put(index: Map<number, Numbers>, name: string, number: number): void {
    const hash = hashOf(name);
    const numbers = index.get(hash);
    if (numbers === number) return;
    if (numbers === undefined) {
      index.set(hash, number);
      this.#bytes += ENTRY_BYTES;
    } else if (typeof numbers === 'number') {
      index.set(hash, [numbers, number]);
      this.#bytes += LIST_BYTES;
    } else if (numbers.at(-1) !== number) {
      numbers.push(number);
      this.#bytes += NUMBER_BYTES;
    }
  }
}

/** FNV-1a over UTF-16 units. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash;
}

/** A letter and the next character; no word has a line break in it. */
function pairName(letter: string, next: string): string {
  return `${letter}\n${next}`;
}

/** The letter of a code word. */
function codeName(letter: string): string {
  return `${spelled(letter)}\n`;
}

/** The letter o and the zero are one. */
function spelled(chars: string): string {
  return chars.replaceAll('o', '0');
}

/** How a search may read a word: whole, as the letter of a code word, or by the digit that it begins with. */
function spellings(meaning: Meaning | undefined): readonly string[] {
  if (meaning === undefined || meaning.chars === '') return [];
  const { chars, letter, begins } = meaning;
  const read = letter === '' && begins === '' ? [chars] : [chars, letter, begins].filter((each) => each !== '');
  return read.map(spelled);
}
