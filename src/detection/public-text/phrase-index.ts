import { scanWords, type Word } from '../words.ts';

/** Phrases by their first word, the longest first. */
export class PhraseIndex {
  readonly #byFirst = new Map<string, (readonly string[])[]>();

  /** @param phrases in lower case, words apart by single spaces, marks as they are written */
  constructor(phrases: readonly string[]) {
    for (const phrase of phrases) {
      const parts = scanWords(phrase).map(({ lower }) => lower);
      const first = parts[0] ?? '';
      const same = this.#byFirst.get(first);
      if (same === undefined) this.#byFirst.set(first, [parts]);
      else same.push(parts);
    }
    for (const list of this.#byFirst.values()) list.sort((a, b) => b.length - a.length);
  }

  /** The words with which phrases begin. */
  firstWords(): Iterable<string> {
    return this.#byFirst.keys();
  }

  /**
   * Returns the last word of the longest phrase that begins with the word `first`, null if none does. A phrase before a
   * hyphen is a part of something longer, unless `inCompounds`.
   */
  endAt(words: readonly Word[], first: number, inCompounds = false): number | null {
    const phrases = this.#byFirst.get(words[first]?.lower ?? '');
    if (phrases === undefined) return null;
    for (const parts of phrases) {
      const last = first + parts.length - 1;
      if (
        parts.every((part, at) => words[first + at]?.lower === part) &&
        (inCompounds || words[last + 1]?.lower !== '-')
      )
        return last;
    }
    return null;
  }
}
