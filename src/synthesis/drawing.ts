/** Draws surrogates that are no real value of the text, and not the surrogate of another one. */
import { Draws } from './draws.ts';
import { inventedName } from './people.ts';

/** Lists of names have hundreds of members; after this many attempts a value is made another way. */
const MOST_ATTEMPTS = 24;

/** The form in which values are compared: letters and digits alone, in lower case. */
export const compared = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

export class Drawing {
  readonly #seed: Uint8Array;
  readonly #real: Pick<ReadonlySet<string>, 'has'>;
  readonly #drawn = new Map<string, string>();
  /** What was drawn, as {@link compared}. */
  readonly #taken = new Set<string>();

  /** `real`: the values of the text and their words, as {@link compared}. It may grow. */
  constructor(seed: Uint8Array, real: Pick<ReadonlySet<string>, 'has'>) {
    this.#seed = seed;
    this.#real = real;
  }

  /** Returns what is drawn for the label: no real value, and never drawn for another label. `fallback` makes new values without end. */
  distinct(
    label: string,
    draw: (draws: Draws) => string,
    fallback: (draws: Draws, attempt: number) => string,
    isReal: (candidate: string) => boolean = (candidate) => this.isReal(candidate),
  ): string {
    const known = this.#drawn.get(label);
    if (known !== undefined) return known;
    const draws = this.stream(label);
    for (let attempt = 0; ; attempt++) {
      const candidate = attempt < MOST_ATTEMPTS ? draw(draws) : fallback(draws, attempt);
      const form = compared(candidate);
      if (isReal(candidate) || this.#taken.has(form)) continue;
      this.#taken.add(form);
      this.#drawn.set(label, candidate);
      return candidate;
    }
  }

  /** The same for the name of a person or place: none of its words is real. */
  name(label: string, draw: (draws: Draws) => string): string {
    const isReal = (candidate: string): boolean =>
      this.isReal(candidate) || candidate.split(/[ -]/).some((word) => this.isReal(word));
    return this.distinct(label, draw, inventedName, isReal);
  }

  /** Whether it is a value of the text. */
  isReal(text: string): boolean {
    return this.#real.has(compared(text));
  }

  /** Returns something other than `own`, and no real value where it can: for parts that say little, such as the number of a house. */
  other(label: string, own: string, draw: (draws: Draws) => string): string {
    const known = this.#drawn.get(label);
    if (known !== undefined) return known;
    let candidate = own;
    const draws = this.stream(label);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const drawn = draw(draws);
      if (drawn === own) continue;
      candidate = drawn;
      if (!this.#real.has(compared(drawn))) break;
    }
    this.#drawn.set(label, candidate);
    return candidate;
  }

  /** Returns the numbers of a label, whatever is real. */
  stream(label: string): Draws {
    return new Draws(this.#seed, label);
  }
}
