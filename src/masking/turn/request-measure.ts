/** Bounds the work that one request may take: its characters, and how many different texts it has. See docs/proxy.md. */
import type { JsonSense } from '../../detection/documents/json-sense.ts';
import { Failure } from '../../platform/failure.ts';
import type { TextSlot } from '../request/text-slot.ts';

/** The most different texts of a request that are searched by themselves. Each takes about a millisecond, however short it is. */
const MOST_TEXTS = 10_000;
/** Amounts and codes of JSON documents that count as one such text: their keys say that they are nobody's. */
const AMOUNTS_PER_TEXT = 10;

/** Returns the work that a text takes besides that for its characters, in amounts of JSON documents. */
export function textWork({ sense }: { readonly sense?: JsonSense | null }): number {
  return sense?.as === 'quantity' || sense?.as === 'code' ? 1 : AMOUNTS_PER_TEXT;
}

/** The texts in front of those that are measured, which are not walked again. */
export interface MeasuredBefore {
  readonly textLength: number;
  readonly textWork: number;
  /** The work that is counted for the text; 0 where it is none of them. */
  workOf(text: string): number;
}

/** Adds up the texts of a request in one walk over it. */
export class RequestMeasure {
  readonly #maxTextLength: number;
  readonly #seen = new Map<string, number>();
  readonly #before: MeasuredBefore | null;
  #length: number;
  #work: number;

  constructor(maxTextLength: number, before: MeasuredBefore | null) {
    this.#maxTextLength = maxTextLength;
    this.#before = before;
    this.#length = before?.textLength ?? 0;
    this.#work = before?.textWork ?? 0;
  }

  /**
   * Adds a text. Throws Failure `payload_too_large` for a request that would keep a node busy for many seconds: with more
   * characters than are searched for one, or more different texts.
   */
  add({ text, position }: Pick<TextSlot, 'text' | 'position'>): void {
    this.#length += text.length;
    if (this.#length > this.#maxTextLength)
      throw tooLarge(`The request has over ${this.#maxTextLength} characters of text (MASKER_MAX_TEXT_CHARS).`);
    // What was an amount may be a text like any other further on.
    const counted = this.#seen.get(text) ?? this.#before?.workOf(text) ?? 0;
    const work = textWork(position);
    if (work <= counted) return;
    this.#seen.set(text, work);
    this.#work += work - counted;
    if (this.#work > MOST_TEXTS * AMOUNTS_PER_TEXT)
      throw tooLarge(
        `The request has over ${MOST_TEXTS} different texts (${AMOUNTS_PER_TEXT} amounts or codes of JSON documents count as one).`,
      );
  }
}

const tooLarge = (message: string): Failure => new Failure('payload_too_large', message);
