/** What a session remembers of its texts and values, within bounds. */
import type { KeptDate } from '../../detection/calendar/chosen-dates.ts';
import { DayIndex } from '../../detection/calendar/day-index.ts';
import type { Conversation } from '../../detection/context/conversation.ts';
import { KnownValues } from '../../detection/known.ts';
import type { Span } from '../../detection/span.ts';
import { runAtOnce } from '../../platform/stretch.ts';
import { SizedMap } from '../../platform/sized-map.ts';
import type { IssuedToken } from '../../tokens/issued-token.ts';
import { RandomTokens } from '../../tokens/random-tokens.ts';
import { personsDay } from './non-personal-text.ts';
import { SurrogateBook } from './surrogate-book.ts';
import { spanCover } from './span-cover.ts';

/** A text as it leaves, with what masking it took. */
export interface MaskedText {
  readonly masked: string;
  readonly spans: readonly Span[];
  /** How many values were known when the text was last searched for them. */
  readonly knownCount: number;
  /** What the text makes of the conversation that it is said in. */
  readonly after: Conversation;
  /** Digest of the text alone, wherever it stands. */
  readonly name: string;
  /** The tokens in `masked`, in the order in which each comes first. */
  readonly tokens: ReadonlySet<string>;
  /** The tokens of whole values by which a part of them is masked, because the whole stands in an earlier text of the turn. */
  readonly cut: readonly string[];
  /** Calendar dates in it that belonged to no person when it was read. */
  readonly kept: readonly KeptDate[];
}

/** Texts remembered for a session; the oldest are forgotten first and would merely be detected again. */
const TEXTS = { entries: 4096, bytes: 4 * 1024 * 1024 };
/** Of their spans by themselves. */
const FOUND = { entries: 4096, bytes: 1024 * 1024 };
/** What an entry takes beside its text, in bytes, and one span. Measured, roughly. */
const ENTRY_BYTES = 400;
const SPAN_BYTES = 120;
/** A session with nothing in it. */
const EMPTY_BYTES = 16 * 1024;
/** One value in all its forms: in the search for known values, in that of the outgoing bytes and in that for its token. */
const VALUE_BYTES = 5 * 1024;

/** Shared by the turns of a session; grows in `TurnMasking.commit` only. */
export class MaskingMemory {
  /** Tokens that the session issued, with what they stand for. */
  readonly tokens = new Map<string, IssuedToken>();
  /** Tokens that carry their value, by kind and value: they are random, and one value keeps the token it got. */
  readonly carriers = new Map<string, string>();
  /** The stored tokens by their values, for a scheme whose tokens are random. */
  readonly randomTokens = new RandomTokens(this.tokens);
  /** What the model reads instead of tokens, for the scheme `synthetic`. */
  readonly surrogates = new SurrogateBook(this.tokens);
  #known = new KnownValues();
  readonly #days = new DayIndex<true>();
  /** How many of the values are in it. */
  #daysRead = 0;
  /** Masked texts by their place and digest: history is resent on every turn and need not be detected again. */
  readonly #texts = new SizedMap<MaskedText>(TEXTS);
  /** What was found in a text wherever it stood, by its own digest: said again elsewhere, it is on record already. */
  readonly #found = new SizedMap<readonly Span[]>(FOUND);

  /** Every value given away so far, in order, for re-finding. */
  get known(): KnownValues {
    return this.#known;
  }

  /**
   * Adds values that are not known yet. They may be kept as they are, so they are the caller's no more: to add one by one
   * takes long. Yields wherever it may be interrupted.
   */
  *learning(values: KnownValues): Generator<undefined, void> {
    if (this.#known.size === 0) this.#known = values;
    else
      for (const [value, kind] of values) {
        this.#known.set(value, kind);
        yield;
      }
    yield* this.readingDays();
  }

  /** The days that values of the call make a person's. */
  personsDays(): DayIndex<true> {
    runAtOnce(this.readingDays());
    return this.#days;
  }

  /** Reads the days of values that are new, which {@link personsDays} does otherwise. Yields wherever it may be interrupted. */
  *readingDays(): Generator<undefined, void> {
    if (this.#daysRead === this.#known.size) return;
    let at = 0;
    for (const [value, kind] of this.#known) {
      at += 1;
      if (at <= this.#daysRead) continue;
      const day = personsDay(value, kind);
      if (day !== null) this.#days.add(day, true);
      this.#daysRead = at;
      yield;
    }
  }

  /** The text that was masked under this key before. */
  text(key: string): MaskedText | undefined {
    return this.#texts.get(key);
  }

  /** What was found in the text of this digest, wherever it stood. */
  found(name: string): readonly Span[] {
    return this.#found.get(name) ?? [];
  }

  remember(key: string, text: MaskedText): void {
    const { name, spans, masked } = text;
    // Two bytes a character where one is not Latin: counted so for all.
    this.#texts.set(key, text, ENTRY_BYTES + 2 * masked.length + SPAN_BYTES * spans.length);
    if (spans.length === 0) return;
    const before = this.found(name);
    const isCovered = spanCover(before);
    const found = [...before, ...spans.filter((span) => !isCovered(span))];
    this.#found.set(name, found, ENTRY_BYTES + SPAN_BYTES * found.length);
  }

  /** Has all texts detected and masked anew, as a changed policy asks for. What is known of the call stays known. */
  forgetTexts(): void {
    this.#texts.clear();
    this.#found.clear();
  }

  /** How many texts are remembered. */
  get textCount(): number {
    return this.#texts.size;
  }

  /** What the session takes of the node's memory, roughly. */
  get bytes(): number {
    const values = Math.max(this.tokens.size, this.known.size);
    return EMPTY_BYTES + this.#texts.bytes + this.#found.bytes + this.surrogates.bytes + VALUE_BYTES * values;
  }
}
