/** A seeded source of choices, so that the same seed makes the same set on every machine. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  /** True with this probability (0 to 1). */
  readonly chance: (probability: number) => boolean;
  /** One of the list, each as likely. @throws RangeError when the list is empty */
  readonly pick: <T>(list: readonly T[]) => T;
  /** So many decimal digits. */
  readonly digits: (count: number) => string;
  /** So many capital letters out of `alphabet`. */
  readonly letters: (count: number, alphabet?: string) => string;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough to vary sentences. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

export function seededRandom(seed: number): Random {
  const next = mulberry32(seed);
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => {
    const chosen = list[between(0, list.length - 1)];
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  };
  const repeat = (count: number, make: () => string): string => Array.from({ length: count }, make).join('');
  return {
    between,
    chance: (probability) => next() < probability,
    pick,
    digits: (count) => repeat(count, () => String(between(0, 9))),
    letters: (count, alphabet = 'ABCDEFGHJKLMNPRSTUVWXYZ') => repeat(count, () => pick(Array.from(alphabet))),
  };
}
