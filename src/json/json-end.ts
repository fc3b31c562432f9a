/** Finds the end of a JSON text that comes in pieces, without keeping or reading again what came before. */

/**
 * Follows strings and nesting only. An object, a list or a string is complete with the character that closes it; of a number
 * or a word the end cannot be known, so it is never complete.
 */
export class JsonEnd {
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #isComplete = false;

  /** Whether the text so far is complete. An empty text is not. Any further text but white space begins another one. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Takes the next piece. */
  push(piece: string): void {
    for (const character of piece) {
      if (this.#inString) this.#stringStep(character);
      else if (!/[ \t\r\n]/.test(character)) this.#step(character);
    }
  }

  #step(character: string): void {
    this.#isComplete = false;
    switch (character) {
      case '"':
        this.#inString = true;
        break;
      case '{':
      case '[':
        this.#depth++;
        break;
      case '}':
      case ']':
        this.#isComplete = this.#depth === 1;
        this.#depth = Math.max(0, this.#depth - 1);
        break;
      default:
    }
  }

  #stringStep(character: string): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (character === '\\') this.#isEscaped = true;
    else if (character === '"') {
      this.#inString = false;
      this.#isComplete = this.#depth === 0;
    }
  }
}
