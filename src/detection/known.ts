/**
 * Finds again what a call already gave away, in any of its forms. See docs/detection.md, Context of the call.
 *
 * An index of what values say (context/meaning.ts): a trie in one map, in which a search follows each word of a text. The
 * time of a search depends on the text and not on how many values are known, and a value is added in the time that its own
 * length takes.
 */
import { dayNamed } from './context/calendar.ts';
import { formsOf, type KnownForm } from './context/known-forms.ts';
import type { Meaning } from './context/meaning.ts';
import { isNameLike, isOwnRun } from './context/usage.ts';
import { readingUnescaped, unescaped } from './escapes.ts';
import { foldText } from './folding.ts';
import type { EntityKind } from './kinds.ts';
import { resolveOverlaps } from './overlap.ts';
import { readRecent, type RecentReading } from './recent-reading.ts';
import type { Span } from './span.ts';
import { scanWords, type Word } from './words.ts';

/** Letters of all forms of one call; beyond, further values are not found again: no caller says so much. */
const MAX_NODES = 500_000;
/** Marks, fillers and explained letters that are passed inside one value, beside those between its words: "a - b - c". */
const MAX_SKIPPED = 8;
/** What is passed beside that for each word that was read: "a---b---c". */
const SKIPPED_PER_WORD = 3;
/** The letter O and the zero are one: in a code that is spelled, nobody tells the one from the other. */
const LETTER_O = 0x6f;
const ZERO = 0x30;

interface Entry extends KnownForm {
  readonly kind: EntityKind;
  /** How many values were known before the one that this form is of. */
  readonly order: number;
}

/** The values that a call gave away, in the order in which it did. Grows only. */
export class KnownValues {
  readonly #next = new Map<number, number>();
  readonly #entries = new Map<number, Entry>();
  readonly #days = new Map<string, Entry>();
  readonly #values = new Map<string, EntityKind>();
  #nodes = 1;

  /** How many values are known. */
  get size(): number {
    return this.#values.size;
  }

  /** Whether the very text is known as a value. */
  has(value: string): boolean {
    return this.#values.has(value);
  }

  /** The values and their kinds, oldest first. */
  [Symbol.iterator](): IterableIterator<[string, EntityKind]> {
    return this.#values.entries();
  }

  /** Adds a value, if it is new: its first kind is the one that it keeps. */
  set(value: string, kind: EntityKind): void {
    if (this.#values.has(value)) return;
    const order = this.#values.size;
    this.#values.set(value, kind);
    this.#addForms(value, kind, order);
    const plain = unescaped(value);
    if (plain !== null) this.#addForms(plain.text, kind, order);
  }

  #addForms(value: string, kind: EntityKind, order: number): void {
    const words = scanWords(foldText(value).text);
    const day = kind === 'DOB' || kind === 'DATE' ? dayNamed(words) : null;
    if (day !== null && !this.#days.has(day))
      this.#days.set(day, { kind, order, chars: day, most: 0, guard: 'none', rule: 'known.date' });
    for (const { chars, most, guard, rule } of formsOf(words, kind))
      this.#insert({ chars, most, guard, rule, kind, order });
  }

  /**
   * Where known values stand in the text: spans of pass `known`, sorted and disjoint, the longest form at each place.
   *
   * @param since finds only values of which at least so many were known before
   */
  find(text: string, since = 0): Span[] {
    if (this.size <= since) return [];
    const { isEscaped, found } = readingUnescaped(text, (plain) => this.#findIn(plain, since));
    return isEscaped ? resolveOverlaps(text, found, ['known']) : found;
  }

  #findIn(text: string, since: number): Span[] {
    const read = readRecent(text);
    const { folded, words, meanings } = read;
    const spans: Span[] = [];
    const report = (first: number, last: number, { kind, rule }: Entry) => {
      // The bracket of "(415) 555-0132" belongs to the number.
      const opens = words[first - 1]?.text === '(' && words.slice(first, last).some(({ text: mark }) => mark === ')');
      const { start, end } = folded.toOriginal(words[opens ? first - 1 : first]?.start ?? 0, words[last]?.end ?? 0);
      spans.push({ start, end, kind, pass: 'known', confidence: 1, validated: false, recogniser: rule });
    };
    for (let at = 0; at < words.length; at++) {
      const hit = this.#match(words, meanings, at, since);
      if (hit === null) continue;
      report(at, hit.last, hit.entry);
      at = hit.last;
    }
    for (const { first, last, entry } of this.#findDays(read, since)) report(first, last, entry);
    return resolveOverlaps(text, spans, ['known']);
  }

  #insert(entry: Entry): void {
    let node = 0;
    for (let at = 0; at < entry.chars.length; at++) {
      const edge = edgeOf(node, entry.chars.charCodeAt(at));
      let next = this.#next.get(edge);
      if (next === undefined) {
        if (this.#nodes >= MAX_NODES) return;
        next = this.#nodes++;
        this.#next.set(edge, next);
      }
      node = next;
    }
    const known = this.#entries.get(node);
    // A form that was part of a value may turn out to be a value by itself: then it is found wherever it stands.
    if (known === undefined || (known.guard !== 'none' && entry.guard === 'none')) this.#entries.set(node, entry);
  }

  /** The longest known form that begins with the word `first`. */
  #match(
    words: readonly Word[],
    meanings: readonly Meaning[],
    first: number,
    since: number,
  ): { readonly last: number; readonly entry: Entry } | null {
    if (meanings[first]?.chars === '' || touches(words, first - 1)) return null;
    let found: { readonly last: number; readonly entry: Entry } | null = null;
    let node = 0;
    let skipped = 0;
    let read = 0;
    let written = 0;
    for (let at = first; at < words.length; at++) {
      const meaning = meanings[at];
      const next = this.#follow(node, meaning?.chars ?? '') ?? this.#follow(node, meaning?.letter ?? '');
      if (next === undefined) {
        if (meaning?.skippable !== true || at === first || ++skipped > MAX_SKIPPED + SKIPPED_PER_WORD * read) break;
        continue;
      }
      node = next;
      read++;
      if (meaning?.isWord === true) written++;
      const entry = this.#entries.get(node);
      if (entry === undefined || entry.order < since || written > entry.most || touches(words, at)) continue;
      if (isUsed(words, meanings, first, at, entry)) found = { last: at, entry };
    }
    return found;
  }

  #follow(from: number, chars: string): number | undefined {
    let node = chars === '' ? undefined : from;
    for (let at = 0; at < chars.length && node !== undefined; at++)
      node = this.#next.get(edgeOf(node, chars.charCodeAt(at)));
    return node;
  }

  /** Known days in other words: their kind is that of the value that is known. */
  #findDays(
    read: RecentReading,
    since: number,
  ): { readonly first: number; readonly last: number; readonly entry: Entry }[] {
    if (this.#days.size === 0) return [];
    return read.days.flatMap(({ first, last }) => {
      const entry = this.#days.get(dayNamed(read.words.slice(first, last + 1)) ?? '');
      return entry === undefined || entry.order < since ? [] : [{ first, last, entry }];
    });
  }
}

/** The key of an edge: for ASCII, which nearly all is, a small integer, and such a key is found several times as fast. */
function edgeOf(node: number, character: number): number {
  const code = character === LETTER_O ? ZERO : character;
  return code < 0x80 ? node * 0x80 + code : (node + MAX_NODES) * 0x10000 + code;
}

/** Whether the word `at` and the next one are written together, so that a value must not end between them. */
function touches(words: readonly Word[], at: number): boolean {
  const [word, next] = [words[at], words[at + 1]];
  return (
    word !== undefined && next?.glued === true && word.type !== 'mark' && next.type !== 'mark' && next.lower !== "'s"
  );
}

function isUsed(
  words: readonly Word[],
  meanings: readonly Meaning[],
  first: number,
  last: number,
  { guard, chars }: Entry,
): boolean {
  switch (guard) {
    case 'none':
      return true;
    case 'run':
      return isOwnRun(words, meanings, first, last, chars);
    case 'name':
      return isNameLike(words, first, last);
  }
}
