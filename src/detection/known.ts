/**
 * Finds again what a call already gave away, in any of its forms. See docs/detection.md, Context of the call.
 *
 * An index of what values say (context/meaning.ts): a trie in one map, in which a search follows each word of a text. The
 * time of a search depends on the text and not on how many values are known, and a value is added in the time that its own
 * length takes.
 */
import { dayNamed } from './context/calendar.ts';
import { formsOf, type KnownForm } from './context/known-forms.ts';
import { BEGINNING, isBeginningOf, isCutOff, isEnding, withCutNumber } from './context/known-parts.ts';
import type { Meaning } from './context/meaning.ts';
import { isNameLike, isOwnRun } from './context/usage.ts';
import { EdgeTable, MOST_NODES } from './edge-table.ts';
import { readingUnescaped, unescaped } from './escapes.ts';
import { foldText } from './folding.ts';
import { PartedMap } from '../platform/parted-map.ts';
import type { EntityKind } from './kinds.ts';
import { resolveOverlaps } from './overlap.ts';
import { readRecent, type RecentReading } from './recent-reading.ts';
import type { Span } from './span.ts';
import { readLetter } from './spoken/alphabet.ts';
import { scanWords, type Word } from './words.ts';

/** Marks, fillers and explained letters that are passed inside one value, beside those between its words: "a - b - c". */
const MAX_SKIPPED = 8;
/** What is passed beside that for each word that was read: "a---b---c". */
const SKIPPED_PER_WORD = 3;
/** The letter O and the zero are one: in a code that is spelled, nobody tells the one from the other. */
const LETTER_O = 0x6f;
const ZERO = 0x30;

const UNSURE = 0.5;

/** UTF-16 units of a value that are read for its forms: they end sooner, but for a word that is longer by itself. */
const LONGEST_READ = 4096;
/** Letters and digits that are more than any form takes. */
const ENOUGH = 256;

/** The words of a value that its forms are made of: of a long value the first ones. */
function wordsOf(value: string): readonly Word[] {
  if (value.length > LONGEST_READ) {
    // The last word may have been cut.
    const words = scanWords(foldText(value.slice(0, LONGEST_READ)).text).slice(0, -1);
    const said = words.reduce((sum, { type, text }) => (type === 'mark' ? sum : sum + text.length), 0);
    if (said >= ENOUGH) return words;
  }
  return scanWords(foldText(value).text);
}

/** What a value is found by: sequences of characters that begin with a word of the text, and the day that it names. */
export interface SoughtForms {
  /** As {@link Meaning} has them, with 0 in place of the letter o. */
  readonly chars: readonly string[];
  readonly days: readonly string[];
}

/** Returns all that a known value is found by. A text in which no word begins one of these holds no form of the value. */
export function soughtForms(value: string, kind: EntityKind): SoughtForms {
  const found = textsOf(value).map((text) => formsOfText(text, kind));
  return {
    chars: found.flatMap(({ forms }) => forms.map(({ chars }) => chars.replaceAll('o', '0'))),
    days: found.flatMap(({ day }) => day ?? []),
  };
}

/** The value, and what it says without its escapes. */
function textsOf(value: string): readonly string[] {
  const plain = value.length > LONGEST_READ ? null : unescaped(value);
  return plain === null ? [value] : [value, plain.text];
}

function formsOfText(
  text: string,
  kind: EntityKind,
): { readonly day: string | null; readonly forms: readonly KnownForm[] } {
  const words = wordsOf(text);
  return { day: kind === 'DOB' || kind === 'DATE' ? dayNamed(words) : null, forms: formsOf(words, kind) };
}

interface Entry extends KnownForm {
  readonly kind: EntityKind;
  /** How many values were known before the one that this form is of. */
  readonly order: number;
  /** The value, as it was given away. */
  readonly value: string;
}

/** What a text says of a known value. */
export interface PartOfKnown {
  /** The known value. */
  readonly value: string;
  readonly kind: EntityKind;
  /** Whether it is the beginning of the value, and not another part. */
  readonly begins: boolean;
  /** Whether the value is a number or a code. */
  readonly isCode: boolean;
}

/** How far a search went: the last word that it read, and what is known of the place. */
interface Walk {
  readonly node: number;
  readonly last: number;
  /** Characters read. */
  readonly length: number;
  /** Written words among those read. */
  readonly written: number;
}

/** The values that a call gave away, in the order in which it did. Grows only. */
export class KnownValues {
  readonly #edges = new EdgeTable();
  /** By node: the form that ends there. */
  readonly #entries: (Entry | undefined)[] = [undefined];
  readonly #days = new Map<string, Entry>();
  /** By node: the form that goes on from it; whole values before parts of such. */
  readonly #passing: (Entry | undefined)[] = [undefined];
  /** By node: whether several values go through it. Their beginnings tell of none in particular. */
  readonly #shared: boolean[] = [false];
  readonly #values = new PartedMap<string, EntityKind>();

  /** How many values are known. */
  get size(): number {
    return this.#values.size;
  }

  /** Whether the very text is known as a value. */
  has(value: string): boolean {
    return this.#values.has(value);
  }

  /** The values and their kinds, oldest first. */
  [Symbol.iterator](): IterableIterator<readonly [string, EntityKind]> {
    return this.#values[Symbol.iterator]();
  }

  /** Adds a value, if it is new: its first kind is the one that it keeps. */
  set(value: string, kind: EntityKind): void {
    if (this.#values.has(value)) return;
    const order = this.#values.size;
    this.#values.set(value, kind);
    for (const text of textsOf(value)) this.#addForms(text, kind, order, value);
  }

  #addForms(value: string, kind: EntityKind, order: number, original: string): void {
    const { day, forms } = formsOfText(value, kind);
    if (day !== null && !this.#days.has(day))
      this.#days.set(day, {
        kind,
        order,
        value: original,
        chars: day,
        most: 0,
        guard: 'none',
        rule: 'known.date',
        cut: 'never',
        ends: [],
      });
    for (const form of forms) this.#insert({ ...form, kind, order, value: original });
  }

  /**
   * The known value that the whole text says a part of; null where it says none, says a known value whole, or where its
   * beginning is that of several. Linear in the text.
   */
  partOf(text: string, kind: EntityKind): PartOfKnown | null {
    if (this.size === 0 || text.length > LONGEST_READ || this.#values.has(text)) return null;
    const { words, meanings } = readRecent(text);
    const begins = meanings.findIndex(({ chars }) => chars !== '');
    // "+1 480 555": the country code is no part of a national number.
    const isAbroad = kind === 'PHONE' && /^\s*\+1\D/.test(text);
    const first = isAbroad ? meanings.findIndex(({ chars }, at) => at > begins && chars !== '') : begins;
    const walk = first === -1 ? null : this.#walk(words, meanings, first, () => undefined);
    if (walk === null) return null;
    const said = withCutNumber(words, walk.last);
    if (meanings.slice(said + 1).some(({ skippable }) => !skippable)) return null;
    const whole = this.#entries[walk.node];
    if (whole?.rule === 'known') return null;
    const passing = this.#passing[walk.node];
    // "4242 4242 4242" begins the number that it also ends.
    const begun = whole === undefined || (passing?.rule === 'known' && passing.value === whole.value);
    const form = begun ? passing : whole;
    if (form === undefined || !isOneKind(form.kind, kind) || (begun && this.#shared[walk.node] === true)) return null;
    return {
      value: form.value,
      kind: form.kind,
      begins: begun && form.rule === 'known' && isCutOff(form, kind, walk.length),
      isCode: form.cut === 'code',
    };
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
      spans.push({
        start,
        end,
        kind,
        pass: 'known',
        confidence: rule === BEGINNING ? UNSURE : 1,
        validated: false,
        recogniser: rule,
      });
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
      const code = sameCode(entry.chars.charCodeAt(at));
      const next: number | null = this.#edges.get(node, code) ?? this.#addNode(node, code);
      if (next === null) return;
      node = next;
      if (at < entry.chars.length - 1) this.#pass(node, entry);
    }
    const known = this.#entries[node];
    // A form that was part of a value may turn out to be a value by itself: then it is found wherever it stands.
    if (known === undefined || (known.guard !== 'none' && entry.guard === 'none')) this.#entries[node] = entry;
  }

  /** Adds a node behind another one. Returns null where there are too many: no caller says so much. */
  #addNode(from: number, code: number): number | null {
    const node = this.#entries.length;
    if (node >= MOST_NODES) return null;
    this.#entries.push(undefined);
    this.#passing.push(undefined);
    this.#shared.push(false);
    this.#edges.add(from, code, node);
    return node;
  }

  #pass(node: number, entry: Entry): void {
    const before = this.#passing[node];
    if (before === undefined || (before.rule !== 'known' && entry.rule === 'known')) this.#passing[node] = entry;
    else if (before.rule === entry.rule && before.value !== entry.value) this.#shared[node] = true;
  }

  /** The longest known form that begins with the word `first`, or the beginning of one where no more of it is said. */
  #match(
    words: readonly Word[],
    meanings: readonly Meaning[],
    first: number,
    since: number,
  ): { readonly last: number; readonly entry: Entry } | null {
    if (!this.#mayBegin(meanings[first]) || touches(words, first - 1)) return null;
    let found: { readonly last: number; readonly entry: Entry } | null = null;
    const walk = this.#walk(words, meanings, first, ({ node, last, written }) => {
      const entry = this.#entries[node];
      if (entry === undefined || entry.order < since || written > entry.most || touches(words, last)) return;
      if (isUsed(words, meanings, first, last, entry)) found = { last, entry };
    });
    if (walk === null || touches(words, walk.last)) return found;
    const whole = found as { readonly last: number; readonly entry: Entry } | null;
    const form = this.#passing[walk.node];
    // "4242 4242 4242" begins the number that it also ends.
    const isEnd = whole?.entry.rule === 'known.part' && form?.rule === 'known' && form.value === whole.entry.value;
    if (walk.last === whole?.last && !isEnd) return found;
    const beginning = { words, meanings, first, ...walk };
    return form !== undefined && form.order >= since && isBeginningOf(form, beginning)
      ? { last: form.cut === 'code' ? withCutNumber(words, walk.last) : walk.last, entry: { ...form, rule: BEGINNING } }
      : found;
  }

  /** Rules out most words at once. */
  #mayBegin(meaning: Meaning | undefined): boolean {
    if (meaning === undefined || meaning.chars === '') return false;
    const { chars, letter, begins } = meaning;
    return (
      this.#follow(0, chars) !== undefined ||
      (letter !== '' && this.#follow(0, letter) !== undefined) ||
      (begins !== '' && this.#follow(0, begins) !== undefined)
    );
  }

  /** Follows the words from `first` as far as known values go; null where none begins so. `visit` is told of each word. */
  #walk(words: readonly Word[], meanings: readonly Meaning[], first: number, visit: (walk: Walk) => void): Walk | null {
    let walk: Walk = { node: 0, last: -1, length: 0, written: 0 };
    let skipped = 0;
    let read = 0;
    for (let at = first; at < words.length; at++) {
      if (at <= walk.last) continue;
      const meaning = meanings[at];
      let chars = meaning?.chars ?? '';
      let node = this.#follow(walk.node, chars);
      node ??= this.#follow(walk.node, (chars = meaning?.letter ?? ''));
      node ??= this.#follow(walk.node, (chars = meaning?.begins ?? ''));
      if (node === undefined) {
        if (meaning?.skippable !== true || at === first || ++skipped > MAX_SKIPPED + SKIPPED_PER_WORD * read) break;
        continue;
      }
      read++;
      const written = walk.written + (meaning?.isWord === true ? 1 : 0);
      walk = { node, last: explainedEnd(words, at), length: walk.length + chars.length, written };
      visit(walk);
    }
    return walk.last === -1 ? null : walk;
  }

  #follow(from: number, chars: string): number | undefined {
    let node = chars === '' ? undefined : from;
    for (let at = 0; at < chars.length && node !== undefined; at++)
      node = this.#edges.get(node, sameCode(chars.charCodeAt(at)));
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

/** A date of birth that is cut may read as another date: "05/08/19". */
function isOneKind(known: EntityKind, found: EntityKind): boolean {
  const isDay = (kind: EntityKind): boolean => kind === 'DATE' || kind === 'DOB';
  return known === found || (isDay(known) && isDay(found));
}

/** The code that stands for a character in the trie. */
function sameCode(character: number): number {
  return character === LETTER_O ? ZERO : character;
}

/** The last word of "n as in november", which says one letter; the word itself elsewhere. */
function explainedEnd(words: readonly Word[], at: number): number {
  return words[at]?.text.length === 1 ? (readLetter(words, at)?.next ?? at + 1) - 1 : at;
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
    case 'ending':
      return isEnding(words, meanings, first, last, chars);
  }
}
