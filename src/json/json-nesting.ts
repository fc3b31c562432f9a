/**
 * Where in a JSON text a place is: between its strings, in one of them, or in a string of the JSON that a string holds.
 * A tool's arguments may hold JSON in JSON, and a value that is put there has to be escaped as often.
 */
import type { CharReader } from './char-reader.ts';

/** JSON in JSON in JSON: nothing of use is nested deeper. */
const DEEPEST = 3;

/** Follows one JSON text, character by character. A text that is not JSON after all does no harm. */
export class JsonNesting {
  /** Whether the text in so many strings is JSON itself; null until its first character. */
  readonly #isJson: (boolean | null)[] = [true];

  /** How many strings the place is in: 0 between the strings of the outermost text. */
  get depth(): number {
    return this.#isJson.length - 1;
  }

  /** Whether the place is in JSON, be it in a string of other JSON, and in no string of that. */
  get isBetweenStrings(): boolean {
    return this.#isJson.at(-1) === true;
  }

  /** Takes what `reader` has read at this depth. Returns whether a string began or ended with it. */
  step(found: 'char' | 'closed', reader: CharReader): boolean {
    if (found === 'closed') {
      this.#isJson.length = reader.level;
      return true;
    }
    const { depth } = this;
    const isJson = this.#isJson[depth] ?? null;
    if (isJson === true && reader.code === 0x22 && depth < DEEPEST) {
      this.#isJson.push(null);
      return true;
    }
    // Only an object or a list: a string that begins with a quote is mostly a quotation.
    if (isJson === null && reader.code > 0x20) this.#isJson[depth] = reader.code === 0x7b || reader.code === 0x5b;
    return false;
  }
}
