import { murmur } from './hashing.ts';

/**
 * What public lists say of a word, packed into 13 bits: how common it is as a given name, a surname, a place, an ordinary
 * word. Words are kept as 32-bit hashes in order: small, and read without building a table.
 */
export class Lexicon {
  readonly #hashes: Uint32Array;
  readonly #traits: Uint16Array;

  /** @param hashes in ascending order; @param traits of the word at the same place */
  constructor(hashes: Uint32Array, traits: Uint16Array) {
    if (hashes.length !== traits.length) throw new Error('a lexicon has as many traits as hashes');
    this.#hashes = hashes;
    this.#traits = traits;
  }

  get size(): number {
    return this.#hashes.length;
  }

  /** The traits of a word (in lower case; several words joined by single spaces); 0 for an unknown one. */
  traits(word: string): number {
    return this.traitsOfHash(murmur(word) >>> 0);
  }

  traitsOfHash(hash: number): number {
    const hashes = this.#hashes;
    let low = 0;
    let high = hashes.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = hashes[middle] ?? 0;
      if (found === hash) return this.#traits[middle] ?? 0;
      if (found < hash) low = middle + 1;
      else high = middle - 1;
    }
    return 0;
  }
}

/** Levels of one word: 0 is "not in the list", 7 is "among the most common of it". */
export interface Traits {
  readonly given: number;
  readonly surname: number;
  readonly place: number;
  /** Ordinary use: 1 for a word of the dictionary only, more by how often the training text has it. */
  readonly ordinary: number;
  /** Part of a place's name of several words: "springs". */
  readonly placePart: boolean;
}

/** Packs levels (0 to 7 each) into 13 bits. */
export function packTraits({ given, surname, place, ordinary, placePart }: Traits): number {
  return given | (surname << 3) | (place << 6) | (ordinary << 9) | (placePart ? 1 << 12 : 0);
}

/** The levels in 13 bits. */
export function unpackTraits(packed: number): Traits {
  return {
    given: packed & 7,
    surname: (packed >> 3) & 7,
    place: (packed >> 6) & 7,
    ordinary: (packed >> 9) & 7,
    placePart: (packed & (1 << 12)) !== 0,
  };
}
