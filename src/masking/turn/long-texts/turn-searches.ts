/**
 * What of a turn's texts is searched on the loop at once, and what has to be searched elsewhere first. The usual turn, some
 * words behind a history that is known, never leaves the loop.
 */
import { detect } from '../../../detection/detection.ts';
import type { DetectionRules, Span } from '../../../detection/span.ts';
import { inOneStep } from '../../../platform/stretch.ts';
import { packing } from './packed-values.ts';
import type { NamedValue, TextSearch } from './text-search.ts';

/** A text that is longer, in UTF-16 units, is no utterance of a conversation, and is searched for known values elsewhere. */
export const LONG_TEXT = 8192;
/** The longest text that is searched for identifiers on the loop: some 10 ms. */
const ALONE = 4096;
/** The longest text that is searched on the loop while it is read ahead: to send it to a thread takes as long. */
const SMALL = 64;
/** How much may be searched for identifiers before the loop has its turn. */
const AT_ONCE = 8192;
/** To search for known values takes so much less. */
const KNOWN_SHARE = 1 / 4;

/** Makes a search, to be run in stretches: yields wherever it may be interrupted. */
export type SearchMaking = () => Generator<void, TextSearch>;

/** Thrown where masking cannot go on before the loop had its turn. */
export class NotAtOnce extends Error {
  override readonly name = 'NotAtOnce';
  readonly #search: SearchMaking | null;

  constructor(search: SearchMaking | null) {
    super('the text of this turn is too long to be searched at once');
    this.#search = search;
  }

  /** What must be searched elsewhere first; null for nothing. A getter, so that nothing that prints the error shows the text. */
  get search(): SearchMaking | null {
    return this.#search;
  }
}

interface KnownFound {
  /** The values that were searched for, by their numbers; `upTo` is exclusive. */
  readonly since: number;
  readonly upTo: number;
  readonly spans: readonly Span[];
}

export class TurnSearches {
  readonly #rules: DetectionRules;
  readonly #identifiers = new Map<string, readonly Span[]>();
  readonly #known = new Map<string, KnownFound>();
  #spent = 0;
  #ahead = false;

  constructor(rules: DetectionRules) {
    this.#rules = rules;
  }

  /** The loop had its turn. `ahead`: from now on it has its turn after each text, and all that is new and not small is searched elsewhere. */
  renew(ahead: boolean): void {
    this.#spent = 0;
    this.#ahead = ahead;
  }

  /** What detection finds in the text. Throws NotAtOnce. */
  identifiers(text: string): readonly Span[] {
    const found = this.#identifiers.get(text);
    if (found !== undefined) return found;
    this.#spent += text.length;
    const isTooMuch = this.#ahead ? text.length > SMALL : text.length > ALONE || this.#spent > AT_ONCE;
    if (isTooMuch) throw new NotAtOnce(forIdentifiers({ text }));
    return detect(text, this.#rules);
  }

  /** The same in a long text, by places in `cue + text`. The cue says what the text is, unless it is a document. Throws NotAtOnce. */
  identifiersOfLong(text: string, cue: string): readonly Span[] {
    const found = this.#identifiers.get(cuedName(cue, text));
    if (found === undefined) throw new NotAtOnce(forIdentifiers({ text, cue }));
    return found;
  }

  /** To be called before a text is searched for known values on the loop. Throws NotAtOnce. */
  spendOnKnown(text: string): void {
    this.#spent += text.length * KNOWN_SHARE;
    // Whoever reads ahead lets the loop have its turn after each text.
    if (this.#spent > AT_ONCE && !this.#ahead) throw new NotAtOnce(null);
  }

  /** Where the values known as number `since` to `upTo` (exclusive) stand in a long text. Throws NotAtOnce. */
  known(text: string, since: number, upTo: number, lists: readonly Iterable<NamedValue>[]): readonly Span[] {
    if (upTo <= since) return [];
    const found = this.#known.get(text);
    if (found !== undefined && found.since <= since && found.upTo >= upTo) return found.spans;
    throw new NotAtOnce(function* () {
      return { for: 'known', text, since, values: yield* packing(lists, since, upTo) };
    });
  }

  /** Takes what was found elsewhere. */
  supply(search: TextSearch, spans: readonly Span[]): void {
    if (search.for === 'identifiers') this.#identifiers.set(cuedName(search.cue ?? '', search.text), spans);
    else if (search.for === 'prose') this.#identifiers.set(search.text, spans);
    else
      this.#known.set(search.text, { since: search.since, upTo: search.since + search.values.lengths.length, spans });
  }
}

/** A search for identifiers is made at once. */
const forIdentifiers =
  (search: { readonly text: string; readonly cue?: string }): SearchMaking =>
  () =>
    inOneStep(() => ({ for: 'identifiers', ...search }));

/** Under which what was found is kept. */
const cuedName = (cue: string, text: string): string => (cue === '' ? text : `${cue}\0${text}`);
