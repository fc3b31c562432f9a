/** One text that comes piece by piece. A whole text is a lane with one piece, so that both come out the same. */
import type { Destination } from './destination.ts';
import { beginsAsJson } from './json-rewrite.ts';
import type { Rehydrator } from './rehydrate.ts';
import { asPlainText, insideJson, scan } from './scan.ts';

/** How a text is written: `plain`; `json`; `arguments` of a tool, which are JSON when they begin so. */
export type TextForm = 'plain' | 'json' | 'arguments';

/** Restores one text, in pieces. */
export class TextLane {
  readonly #rehydrator: Rehydrator;
  /** Null until the first character that tells. */
  #json: boolean | null;
  #held = '';

  constructor(rehydrator: Rehydrator, form: TextForm) {
    this.#rehydrator = rehydrator;
    this.#json = form === 'arguments' ? null : form === 'json';
  }

  /** The end of the text so far that may be the beginning of a token. */
  get held(): string {
    return this.#held;
  }

  /** What is settled now. `final`: nothing follows, and an unfinished token is plain text. */
  push(text: string, destination: Destination, final: boolean): string {
    this.#json ??= beginsAsJson(text);
    const { index, account } = this.#rehydrator;
    const { out, rest } = scan(this.#held + text, index, final, this.#json === true ? insideJson : asPlainText, account);
    this.#held = rest;
    void destination;
    return out;
  }

  /** Whether `text` goes out just as it is, as the next piece. If so it has been pushed. */
  passes(text: string): boolean {
    return this.#held === '' && !/M/.test(text);
  }

  /** What was held back by mistake. */
  letGo(): string {
    return '';
  }
}
