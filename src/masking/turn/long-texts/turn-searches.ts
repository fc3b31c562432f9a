/**
 * Searches the texts of a turn: short ones on the event loop, long or many ones in threads. The usual turn adds some words to
 * a known history, and needs no thread.
 */
import { detect } from '../../../detection/detection.ts';
import type { DetectionRules, Span } from '../../../detection/span.ts';
import { afterLongStep } from '../../../platform/steps.ts';
import { MUCH_TEXT, type Masking } from '../text-masking.ts';
import { packing } from './packed-values.ts';
import type { NamedValue } from './text-search.ts';

/** A text that is longer, in UTF-16 units, is no utterance of a conversation, and is searched for known values elsewhere. */
export const LONG_TEXT = 8192;
/** The longest text that is searched for identifiers on the loop: some 10 ms. */
const ALONE = 4096;
/** How much a turn may search for identifiers on the loop. What comes after it is searched elsewhere. */
const ON_LOOP = 8192;
/** The longest text that is searched on the loop even then: to send it to a thread takes as long. */
const SMALL = 64;
/** The longest text of which is kept in a turn what was found on the loop: a key with its value is not longer. */
const SHORT = 512;

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
  #onLoop = 0;

  constructor(rules: DetectionRules) {
    this.#rules = rules;
  }

  /** Begins a pass over the texts: the loop may search for identifiers again. */
  beginPass(): void {
    this.#onLoop = 0;
  }

  /** What detection finds in the text. */
  *identifiers(text: string): Masking<readonly Span[]> {
    const found = this.#identifiers.get(text);
    if (found !== undefined) return found;
    const before = this.#onLoop;
    this.#onLoop += text.length;
    const isMuch = this.#onLoop > ON_LOOP;
    if (isMuch && before <= ON_LOOP) yield MUCH_TEXT;
    if (text.length > (isMuch ? SMALL : ALONE)) return yield* this.#elsewhere(text, '');
    const spans = detect(text, this.#rules);
    // A key is read with the value behind it, and the value with its key: that is one and the same text.
    if (text.length <= SHORT) this.#identifiers.set(text, spans);
    yield* afterLongStep();
    return spans;
  }

  /** The same in a long text, by places in `cue + text`. The cue says what the text is, unless it is a document. */
  *identifiersOfLong(text: string, cue: string): Masking<readonly Span[]> {
    return this.#identifiers.get(cuedName(cue, text)) ?? (yield* this.#elsewhere(text, cue));
  }

  *#elsewhere(text: string, cue: string): Masking<readonly Span[]> {
    // What takes one text off the loop takes all others of the pass off it: they are many, or long.
    this.#onLoop = Infinity;
    const spans = yield { for: 'identifiers', text, cue };
    this.#identifiers.set(cuedName(cue, text), spans);
    return spans;
  }

  /** Where the values known as number `since` to `upTo` (exclusive) stand in a long text. */
  *known(text: string, since: number, upTo: number, lists: readonly Iterable<NamedValue>[]): Masking<readonly Span[]> {
    if (upTo <= since) return [];
    const found = this.#known.get(text);
    if (found !== undefined && found.since <= since && found.upTo >= upTo) return found.spans;
    const spans = yield { for: 'known', text, since, values: yield* packing(lists, since, upTo) };
    this.#known.set(text, { since, upTo, spans });
    return spans;
  }
}

/** The name under which the spans of a text behind a cue are kept. */
const cuedName = (cue: string, text: string): string => (cue === '' ? text : `${cue}\0${text}`);
