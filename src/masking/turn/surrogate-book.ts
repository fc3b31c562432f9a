/**
 * The surrogates of one session: what was issued, and which words they must not be, because the session has them as real
 * values or as words of its texts. Grows only.
 */
import type { EntityKind } from '../../detection/kinds.ts';
import { Surrogates } from '../../synthesis/surrogates.ts';
import type { IssuedToken } from '../../tokens/issued-token.ts';
import type { IssuedSighting } from '../../tokens/issuer.ts';
import { beginsLike, foldKey, isAligned, isWordCharacter, surrogateKeys } from '../../tokens/surrogate-keys.ts';
import { isDistinct, isWordToo } from './distinct-surrogate.ts';

/** Words and runs of words that are remembered. Once there are so many, no more surrogates are made. */
const MOST_HEARD = 100_000;
const HEARD_BYTES = 80;
/** Words of the longest run that is remembered as one: a longer one was said if all runs of it were. */
const LONGEST_RUN = 3;
/** Longer values are no values that people say; they have tokens. */
const LONGEST = 200;
/** Digits of the shortest surrogate that is a number: a shorter one may be any number that a model says. */
const SHORTEST_NUMBER = 5;
const SHORTEST_WORD = 3;
const WORD = /[\p{L}\p{N}]+/gu;
/** Kinds whose values are too short, or no text that people say. */
const UNMADE: ReadonlySet<EntityKind> = new Set<EntityKind>(['AGE', 'PHOTO']);

interface Sought {
  /** Folded, from its first letter or digit to its last. */
  readonly folded: string;
  readonly key: string;
  readonly kind: EntityKind;
  /** What it stands for, folded. */
  readonly real: string;
}

export class SurrogateBook {
  readonly #tokens: ReadonlyMap<string, IssuedToken>;
  readonly #byValue = new Map<string, IssuedToken>();
  /** Lengths of keys by their first word: a call has thousands of numbers of one area, and a text of it as many. */
  readonly #lengths = new Map<string, Set<number>>();
  readonly #keys = new Map<string, Sought>();
  readonly #heard = new Set<string>();
  #surrogates: Surrogates | null = null;
  /** How many of the tokens were read. */
  #read = 0;

  /** `tokens` are those of the session. The map may grow afterwards. */
  constructor(tokens: ReadonlyMap<string, IssuedToken>) {
    this.#tokens = tokens;
  }

  /** The token of a value as it is written; null where the session has none. */
  known(kind: EntityKind, value: string): IssuedToken | null {
    this.#catchUp();
    return this.#byValue.get(nameOf(kind, value)) ?? null;
  }

  /** Learns the words of a text that begin from `from` to `to`. No surrogate may be one of them. */
  hear(text: string, from: number, to: number): void {
    let last: readonly string[] = [];
    for (const { word } of wordsIn(text, from, to)) {
      if (this.#heard.size >= MOST_HEARD) return;
      last = [...last.slice(1 - LONGEST_RUN), foldKey(word)];
      for (let at = 0; at < last.length; at++) this.#heard.add(last.slice(at).join(' '));
    }
  }

  /** Returns a surrogate for the value; null where none could be told from other words of the call. */
  make(kind: EntityKind, value: string, seed: Uint8Array): string | null {
    this.#catchUp();
    if (UNMADE.has(kind) || value.length > LONGEST || this.#heard.size >= MOST_HEARD) return null;
    const surrogates = this.#drawing(seed);
    surrogates.learn([{ kind, text: value }]);
    const surrogate = surrogates.of({ kind, text: value });
    return surrogate.isWellFormed() &&
      isAligned(kind, surrogate, value) &&
      isDistinct(kind, surrogate, value) &&
      this.#isApart(kind, surrogate, value)
      ? surrogate
      : null;
  }

  /** Takes the token of a part, which takes the place of one that its value has by itself. */
  addPart(issued: IssuedToken): void {
    this.#byValue.delete(nameOf(issued.kind, issued.value));
    this.add(issued);
  }

  /** Takes an issued token. */
  add(issued: IssuedToken): void {
    const name = nameOf(issued.kind, issued.value);
    if (!this.#byValue.has(name)) this.#byValue.set(name, issued);
    const { kind, value, surrogate } = issued;
    if (surrogate === undefined) return;
    for (const { key, value: real } of surrogateKeys(kind, surrogate, value)) {
      const sought = { key: trimmed(key), folded: foldKey(trimmed(key)), kind, real: foldKey(trimmed(real)) };
      const [first] = sought.folded.match(WORD) ?? [];
      if (first === undefined || this.#keys.has(sought.folded)) continue;
      this.#keys.set(sought.folded, sought);
      const lengths = this.#lengths.get(first) ?? new Set();
      this.#lengths.set(first, lengths.add(sought.folded.length));
    }
  }

  /** Where the text has a key of a surrogate that begins from `from` to `to`, in order and apart. */
  sightings(text: string, from: number, to: number): readonly IssuedSighting[] {
    this.#catchUp();
    if (this.#keys.size === 0) return [];
    const found: IssuedSighting[] = [];
    let next = from;
    for (const { word, start } of wordsIn(text, from, to)) {
      if (start < next) continue;
      const longest = this.#longestAt(text, start, foldKey(word));
      if (longest === null) continue;
      next = start + longest.folded.length;
      found.push({ start, end: next, kind: longest.kind });
    }
    return found;
  }

  /** What it takes of the node's memory, roughly, in bytes. */
  get bytes(): number {
    return HEARD_BYTES * this.#heard.size;
  }

  #longestAt(text: string, start: number, first: string): Sought | null {
    let longest: Sought | null = null;
    for (const length of this.#lengths.get(first) ?? []) {
      if (length <= (longest?.folded.length ?? 0)) continue;
      const sought = this.#keys.get(foldKey(text.slice(start, start + length)));
      if (sought !== undefined && stands(sought, text, start)) longest = sought;
    }
    return longest;
  }

  #drawing(seed: Uint8Array): Surrogates {
    if (this.#surrogates === null) {
      const values = [...this.#tokens.values()].map(({ kind, value }) => ({ kind, text: value }));
      this.#surrogates = new Surrogates(seed, values, (form) => this.#heard.has(form) || isWordToo(form));
    }
    return this.#surrogates;
  }

  #catchUp(): void {
    if (this.#read === this.#tokens.size) return;
    let at = 0;
    for (const issued of this.#tokens.values()) {
      at += 1;
      if (at <= this.#read) continue;
      // A token that carries its value was made under another scheme, and stays with it.
      if (issued.stored) this.add(issued);
      this.#surrogates?.learn([{ kind: issued.kind, text: issued.value }]);
    }
    this.#read = at;
  }

  #wasHeard(words: readonly string[]): boolean {
    const runs = Array.from({ length: Math.max(1, words.length - LONGEST_RUN + 1) }, (_, at) =>
      words.slice(at, at + LONGEST_RUN).join(' '),
    );
    return runs.every((run) => this.#heard.has(run));
  }

  /** Whether no key of the surrogate is a word of the call, or stands for something else. */
  #isApart(kind: EntityKind, surrogate: string, value: string): boolean {
    return surrogateKeys(kind, surrogate, value).every(({ key, value: real }) => {
      const words = foldKey(key).match(WORD) ?? [];
      const chars = words.join('');
      const isLong = /\p{L}/u.test(chars) ? chars.length >= SHORTEST_WORD : chars.length >= SHORTEST_NUMBER;
      const other = this.#keys.get(foldKey(trimmed(key)));
      const isFree = other === undefined || other.real === foldKey(trimmed(real));
      return isLong && isFree && foldKey(key) !== foldKey(real) && !this.#wasHeard(words);
    });
  }
}

const nameOf = (kind: EntityKind, value: string): string => `${kind}\0${value}`;

/** The words of a text that begin from `from` to `to`. */
function* wordsIn(
  text: string,
  from: number,
  to: number,
): Generator<{ readonly word: string; readonly start: number }> {
  const words = new RegExp(WORD);
  words.lastIndex = from;
  for (let found = words.exec(text); found !== null && found.index < to; found = words.exec(text)) {
    // The end of a word that began before.
    if (found.index === from && from > 0 && isWordCharacter(text.charAt(from - 1))) continue;
    yield { word: found[0], start: found.index };
  }
}

/** The key from its first letter or digit to its last. */
function trimmed(key: string): string {
  let [start, end] = [0, key.length];
  while (start < end && !isWordCharacter(key.charAt(start))) start += 1;
  while (end > start && !isWordCharacter(key.charAt(end - 1))) end -= 1;
  return key.slice(start, end);
}

function stands({ folded, key }: Sought, text: string, start: number): boolean {
  return beginsLike(key, text.charAt(start)) && !isWordCharacter(text.charAt(start + folded.length));
}
