/** Finds identifiers and known values in the texts of a turn, and adds what the LLM detector found. */
import { isSilent, SILENCE } from '../../detection/context/conversation.ts';
import { detectUtterance } from '../../detection/context/utterance.ts';
import { readDocuments } from '../../detection/documents/documents.ts';
import { uniteOverlaps } from '../../detection/overlap.ts';
import type { Span } from '../../detection/span.ts';
import { within } from './cut-texts.ts';
import { knownWithin, sensedSpans } from './json-texts.ts';
import { TurnSearches } from './long-texts/turn-searches.ts';
import type { MaskingTerms } from './masking-terms.ts';
import type { Divided, NonPersonalText } from './non-personal-text.ts';
import { BesideSearch } from './part-groups.ts';
import type { PlacedText } from './placed-text.ts';
import { inOrder, sectionsOf } from './span-sections.ts';
import type { Detected, Masking } from './text-masking.ts';
import type { TurnValues } from './turn-values.ts';

const NO_SPANS: readonly Span[] = [];

export class TextDetection {
  readonly #terms: MaskingTerms;
  readonly #values: TurnValues;
  readonly #nonPersonal: NonPersonalText;
  readonly #searches: TurnSearches;
  readonly #beside = new BesideSearch();
  #further: ReadonlyMap<string, readonly Span[]> = new Map();
  /** The number of values that were known when this pass began. Long texts are searched for these. */
  #passKnown = 0;

  constructor(terms: MaskingTerms, values: TurnValues, nonPersonal: NonPersonalText) {
    this.#terms = terms;
    this.#values = values;
    this.#nonPersonal = nonPersonal;
    this.#searches = new TurnSearches(terms.rules);
  }

  /** Begins a pass over the texts. In this pass long texts are searched for the values that are known now. */
  beginPass(): void {
    this.#passKnown = this.#values.count;
    this.#beside.beginPass();
    this.#searches.beginPass();
  }

  /** Takes the spans of the LLM detector, by text. */
  addFindings(byText: ReadonlyMap<string, readonly Span[]>): void {
    this.#further = byText;
  }

  /** Returns the spans that the LLM detector found in the text. */
  furtherIn({ text, searched, sense }: PlacedText): readonly Span[] {
    return searched && sense === null ? (this.#further.get(text) ?? NO_SPANS) : NO_SPANS;
  }

  /** Returns how many values the text is searched for. For long texts and groups, values of this pass wait for the next one. */
  knownFor(placed: PlacedText): number {
    return placed.isLong ? this.#passKnown : this.#beside.knownFor(placed, this.#values.count);
  }

  /** Returns the spans of known values in `text`, without the first `since` values. */
  *known(placed: PlacedText, text: string, since: number): Masking<readonly Span[]> {
    const upTo = placed.isLong ? this.#passKnown : this.#values.count;
    if (upTo <= since) return NO_SPANS;
    if (placed.isLong) return yield* this.#searches.known(text, since, upTo, this.#values.lists);
    return knownWithin(placed, this.#values.find(text, since));
  }

  /** Returns the same spans of values that begin or end in the neighbours of the text, cut to the text. */
  knownBeside(placed: PlacedText, text: string, since: number): Masking<readonly Span[]> {
    const range = { since, upTo: this.knownFor(placed) };
    return this.#beside.known(placed, text, range, (joined, from) => this.known(placed, joined, from));
  }

  /**
   * Returns what detection finds in the text, and its calendar dates apart. `rest` is the text with pasted tokens struck out.
   */
  *divided(placed: PlacedText, rest: string): Masking<Divided & Pick<Detected, 'after'>> {
    const { spans, after } = yield* this.#detect(placed, rest);
    return { ...(yield* this.#nonPersonal.divide({ ...placed.said, text: rest }, spans)), after };
  }

  #identifiersBeside(placed: PlacedText, rest: string): Masking<readonly Span[]> {
    return this.#beside.identifiers(placed, rest, (text) => this.#searches.identifiers(text));
  }

  /** What detection and the conversation find in the text, and what it makes of the conversation. */
  *#detect(placed: PlacedText, rest: string): Masking<Detected> {
    const { rules, clean } = this.#terms;
    if (placed.sense !== null) return { spans: sensedSpans(placed.sense, rest, rules), after: SILENCE };
    const { key, voice, conversation, isLong } = placed;
    if (isLong) return { spans: yield* this.#detectLong(placed, rest), after: SILENCE };
    const nothing = isSilent(conversation) ? clean.get(key) : undefined;
    if (nothing !== undefined) return { spans: NO_SPANS, after: nothing };
    const alone = yield* this.#detectAlone(placed, rest);
    if (voice === null) {
      if (alone.length === 0) clean.set(key, SILENCE);
      return { spans: alone, after: SILENCE };
    }
    const { spans, after, joined } = detectUtterance(conversation, { speaker: voice, text: rest }, rules, alone);
    // What one caller said must not be kept for all.
    if (spans.length === 0 && isSilent(conversation) && after.open === null) clean.set(key, after);
    if (joined !== null && this.#terms.policy.entities[joined.kind].action !== 'passthrough')
      this.#values.learn(joined.value, joined.kind);
    return { spans, after };
  }

  /** What detection finds without the conversation: behind the cue, and with what stands beside the text. */
  *#detectAlone(placed: PlacedText, rest: string): Masking<readonly Span[]> {
    // A document says by itself what its values are, and begins where its text begins.
    const cue = placed.cue !== '' && readDocuments(rest) !== null ? '' : placed.cue;
    const whole = yield* this.#searches.identifiers(cue + rest);
    const around = yield* this.#identifiersBeside(placed, rest);
    const found = cue === '' && around.length === 0 ? whole : [...within(whole, cue.length, rest), ...around];
    return found.length > whole.length || cue !== '' ? uniteOverlaps(rest, found, this.#terms.rules.passes) : whole;
  }

  /** The same in a text that is searched in threads. */
  *#detectLong(placed: PlacedText, rest: string): Masking<readonly Span[]> {
    const { key, cue } = placed;
    const { rules, clean } = this.#terms;
    if (clean.get(key) !== undefined) return NO_SPANS;
    const whole = yield* this.#searches.identifiersOfLong(rest, cue);
    const further = yield* this.#identifiersBeside(placed, rest);
    const isChanged = cue !== '' || further.length > 0;
    const found = isChanged ? inOrder([...within(whole, cue.length, rest), ...further]) : whole;
    if (found.length === 0) clean.set(key, SILENCE);
    if (!isChanged) return found;
    const spans: Span[] = [];
    for (const [section = NO_SPANS] of sectionsOf(rest, [found])) {
      spans.push(...uniteOverlaps(rest, section, rules.passes));
      yield;
    }
    return spans;
  }
}
