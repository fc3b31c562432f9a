/** Two hashes of a word, letter by letter: 64 bits together, so that no other word is taken for it. */

export const FIRST_SEED = 0x811c9dc5 | 0;
export const SECOND_SEED = 0x2f0b4f3d;
const FIRST_PRIME = 0x01000193;
const SECOND_PRIME = 0x5bd1e995;

/** The first hash of a word that goes on with the symbol. */
export const nextFirst = (hash: number, symbol: number): number => Math.imul(hash ^ symbol, FIRST_PRIME);

/** The second hash of a word that goes on with the symbol. */
export const nextSecond = (hash: number, symbol: number): number => Math.imul(hash ^ symbol, SECOND_PRIME);
