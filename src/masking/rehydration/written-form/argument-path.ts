/** Follows the arguments of a tool, character by character, and knows which argument a place belongs to. */

/** An object or a list that is open. */
interface Frame {
  readonly isObject: boolean;
  /** The key of the member that is being read; `*` in a list. */
  key: string;
  expectsKey: boolean;
}

/** Arguments nested deeper have no schema that anybody wrote. */
const DEEPEST = 16;
const LONGEST_KEY = 256;

/** The way from the root of a JSON text to the place that has been reached. */
export class ArgumentPath {
  readonly #frames: Frame[] = [];
  #depth = 0;
  #inString = false;
  #string = '';

  /** A character between the strings of the text. */
  between(code: number): void {
    const top = this.#frames.at(-1);
    switch (code) {
      case 0x7b: // {
      case 0x5b: // [
        this.#depth++;
        if (this.#depth <= DEEPEST) this.#frames.push(frame(code === 0x7b));
        break;
      case 0x7d: // }
      case 0x5d: // ]
        if (this.#depth <= DEEPEST) this.#frames.pop();
        this.#depth = Math.max(0, this.#depth - 1);
        break;
      case 0x3a: // :
        if (top !== undefined) top.expectsKey = false;
        break;
      case 0x2c: // ,
        if (top !== undefined) top.expectsKey = top.isObject;
        break;
      default:
    }
  }

  opened(): void {
    this.#inString = true;
    this.#string = '';
  }

  /** A character within the outermost string. */
  within(text: string): void {
    if (this.#string.length < LONGEST_KEY) this.#string += text;
  }

  closed(): void {
    const top = this.#frames.at(-1);
    if (top?.expectsKey === true) top.key = this.#string;
    this.#inString = false;
  }

  /** The keys from the root to the value that is being read; null in a key, outside strings and where it is too deep. */
  get path(): readonly string[] | null {
    const isKey = this.#frames.at(-1)?.expectsKey === true;
    if (!this.#inString || isKey || this.#depth > DEEPEST) return null;
    return this.#frames.map(({ key }) => key);
  }

  /** The keys from the root to a value that begins here, between strings; null where a key or a separator comes next. */
  get valuePath(): readonly string[] | null {
    const isKey = this.#frames.at(-1)?.expectsKey === true;
    if (this.#inString || isKey || this.#depth > DEEPEST || this.#frames.length === 0) return null;
    return this.#frames.map(({ key }) => key);
  }

  /** Whether nothing has been read yet of the value: what comes may be all of it. */
  get isAtStart(): boolean {
    return this.#string === '';
  }
}

const frame = (isObject: boolean): Frame => ({ isObject, key: isObject ? '' : '*', expectsKey: isObject });
