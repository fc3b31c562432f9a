/**
 * A value that must not be shown: configuration secrets and key bytes.
 * Every implicit way to text (template, JSON.stringify, util.inspect, a structured log) shows `[secret]`.
 */
import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** Holds a value in a private field; `reveal()` is the only way to it, so that each use can be found by name. */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Call it where the value is used, and do not keep what it returns. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
