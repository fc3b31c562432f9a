/**
 * Masks the texts of one turn against what the session already knows. See docs/proxy.md, Sessions; docs/detection.md, Passes.
 *
 * Nothing here touches the session: what the turn learns (values, tokens, masked texts) is kept apart and joins the
 * session in `commit`, which is called only once the journal has the turn.
 */
import { SILENCE } from '../../detection/context/conversation.ts';
import { preferKnown } from '../../detection/context/prefer-known.ts';
import { withoutAllowed } from '../../detection/allowed-terms.ts';
import type { EntityKind } from '../../detection/kinds.ts';
import { resolveOverlaps, uniteOverlaps } from '../../detection/overlap.ts';
import type { Span } from '../../detection/span.ts';
import type { TextPosition } from '../request/chat-request.ts';
import type { TextSlot } from '../request/text-slot.ts';
import { runAtOnce } from '../../platform/stretch.ts';
import type { IssuedToken } from '../../tokens/issued-token.ts';
import type { TokenIssuer } from '../../tokens/issuer.ts';
import { hasWholes } from './cut-values.ts';
import { elapsedUs } from '../../platform/elapsed-us.ts';
import { HistoryEnd } from './history-end.ts';
import { pastedTokensIn, struckOut } from './pasted-tokens.ts';
import type { MaskingTerms } from './masking-terms.ts';
import type { DigestDraft } from './recorded-digests.ts';
import type { MaskedText, MaskingMemory } from './masking-memory.ts';
import { NonPersonalText, uncovered } from './non-personal-text.ts';
import { notingPassed } from './noted-text.ts';
import { ALONE, explainedBefore, TextPlacing, type AskedText, type PlacedText } from './placed-text.ts';
import type { RedactionFact } from './redaction-fact.ts';
import { readingHistory, type HeadState, type MaskedHistory, type RequestHead } from './request-head.ts';
import { inOrder, sectionsOf } from './span-sections.ts';
import { hearing, sighting } from './surrogate-sightings.ts';
import { TextDetection } from './text-detection.ts';
import { NO_TOKENS, type Masking } from './text-masking.ts';
import { TextReplacing } from './text-replacing.ts';
import { spanCover } from './span-cover.ts';
import { TokensInTurn, type TokenSet } from './tokens-in-turn.ts';
import { TurnIssuing } from './turn-issuing.ts';
import { eachRedaction } from './turn-redactions.ts';
import { TurnValues } from './turn-values.ts';

export type { RedactionFact } from './redaction-fact.ts';

/** The most passes over the texts of a turn. A pass that learns a value is followed by another, because earlier texts may hold it. */
export const MASKING_PASSES = 4;

const NO_SPANS: readonly Span[] = [];

export class TurnMasking {
  readonly #memory: MaskingMemory;
  readonly #terms: MaskingTerms;
  readonly #issuer: TokenIssuer;
  readonly #issuing: TurnIssuing;
  readonly #values: TurnValues;
  readonly #texts = new Map<string, MaskedText>();
  /** Texts of earlier turns that were only searched for further values. */
  readonly #searched = new Map<string, MaskedText>();
  readonly #positions = new Map<string, TextPosition>();
  readonly #placing: TextPlacing;
  readonly #detection: TextDetection;
  readonly #replacing: TextReplacing;
  readonly #nonPersonal: NonPersonalText;
  readonly #passed = new Set<string>();
  /** The spans of texts of which `#passed` has what the policy lets pass. */
  readonly #noted = new Set<readonly Span[]>();
  /** The texts that the current walk has asked for, in its order. */
  #asked: AskedText[] = [];
  /** The number of texts that `repeating` masked and the walk has not asked for yet. */
  #repeated = 0;
  /** The tokens in the texts of this walk. */
  #inTurn = new TokensInTurn();
  #conversation = SILENCE;
  #totalUs = 0;
  /** The masked beginning of the request, which is not masked again; null for none. */
  readonly #head: RequestHead | null;
  readonly #historyEnd = new HistoryEnd<HeadState>(() => ({
    conversation: this.#conversation,
    nonPersonal: this.#nonPersonal.state,
  }));

  constructor(memory: MaskingMemory, terms: MaskingTerms, issuer: TokenIssuer, head: RequestHead | null = null) {
    this.#head = head;
    this.#memory = memory;
    this.#terms = terms;
    this.#issuer = issuer;
    this.#issuing = new TurnIssuing(memory, issuer);
    this.#placing = new TextPlacing(terms.policy);
    this.#nonPersonal = new NonPersonalText(terms.policy.calendarDates === 'keep', memory.personsDays());
    this.#values = new TurnValues(memory, this.#nonPersonal, terms.policy);
    this.#detection = new TextDetection(terms, this.#values, this.#nonPersonal);
    this.#replacing = new TextReplacing(terms.policy, this.#values, this.#issuing);
  }

  /** Returns the number of calendar dates that stay in the request. Yields where it may be interrupted. */
  *countingKeptDates(): Generator<undefined, number> {
    let count = this.#head?.keptDates ?? 0;
    for (const key of this.#positions.keys()) {
      if (this.#head?.has(key) === true) continue;
      const text = this.#text(key);
      if (text !== undefined) count += uncovered(text.kept, text.spans).length;
      yield;
    }
    return count;
  }

  /** The number of known values. It grows while a pass finds new ones. */
  get knownCount(): number {
    return this.#values.count;
  }

  get detectionUs(): number {
    return Math.round(this.#totalUs - this.#replacing.us);
  }

  get tokenizeUs(): number {
    return Math.round(this.#replacing.us);
  }

  /** Tokens of this turn that the session did not have. */
  get newTokens(): readonly IssuedToken[] {
    return this.#issuing.newTokens;
  }

  /** The tokens in the texts of the last walk: those in the request that is sent. */
  get tokensInTurn(): TokenSet {
    return this.#inTurn;
  }

  /**
   * Begins a pass over the texts. In this pass long texts are searched for the values that are known now. Positions come from
   * the last pass, because pointers of an earlier one may have keys that are masked since. The conversation is read anew.
   */
  beginPass(): void {
    this.#detection.beginPass();
    const before = this.#head?.state ?? null;
    this.#positions.clear();
    this.#nonPersonal.begin(before?.nonPersonal);
    this.#conversation = before?.conversation ?? SILENCE;
    this.#asked = [];
    this.#inTurn = new TokensInTurn(this.#head?.tokens);
    this.#repeated = 0;
    this.#historyEnd.begin();
  }

  /** Takes note that the walk is at the end of the request's history. */
  endHistory(): void {
    this.#historyEnd.found(this.#asked.length - this.#repeated, this.#repeated === 0);
  }

  /**
   * Returns true if the beginning that is not masked again would be masked as before, with the values of this turn. Yields
   * where it may be interrupted.
   */
  *standingHead(): Generator<undefined, boolean> {
    return this.#head === null || (yield* this.#head.standingWith(this.#values.learned));
  }

  /**
   * Returns the texts that the last walk masked up to the end of the history; null if it did not come so far. To be run after
   * `commit`. Yields where it may be interrupted.
   */
  *readingHistory(): Generator<undefined, MaskedHistory | null> {
    const { state, count } = this.#historyEnd;
    if (state === null) return null;
    const of = { state, before: this.#head, knownCount: this.knownCount };
    return yield* readingHistory({ asked: this.#asked, count }, (key) => this.#text(key), of);
  }

  /**
   * Begins the next pass and masks the texts of the last walk again, in its order. Returns true if each has the same result:
   * then the request of the last walk is right. Else a new walk is needed, which gets the texts up to the first different one
   * from here.
   */
  *repeating(): Masking<boolean> {
    const asked = this.#asked;
    this.beginPass();
    // The conversation in front of each text is the same as in the last walk, so each has the same place.
    for (const { placed, position, masked } of asked) {
      const again = yield* this.#answer(placed, position);
      // Most of these texts are known: then nothing in them is a place to interrupt.
      yield;
      if (again === masked) continue;
      this.#repeated = this.#asked.length;
      return false;
    }
    this.#repeated = this.#asked.length;
    return true;
  }

  *#answer(placed: PlacedText, position: TextPosition): Masking<string> {
    const masked = yield* this.#timed(this.#mask(placed, position));
    this.#asked.push({ placed, position, masked });
    this.#historyEnd.answered(this.#asked.length);
    return masked;
  }

  /** Counts the time that the work takes, and that of its searches elsewhere, but not the pauses. */
  *#timed<T>(work: Masking<T>): Masking<T> {
    let began = performance.now();
    let found = NO_SPANS;
    for (;;) {
      const step = work.next(found);
      const isSearch = step.done !== true && typeof step.value === 'object';
      if (!isSearch) this.#totalUs += elapsedUs(began);
      if (step.done === true) return step.value;
      found = yield step.value;
      if (!isSearch) began = performance.now();
    }
  }

  /** Adds spans of the LLM detector. The next pass masks these texts again. */
  addFindings(byText: ReadonlyMap<string, readonly Span[]>): void {
    this.#detection.addFindings(byText);
  }

  /**
   * Returns the text of the slot with its identifiers replaced. Texts of a conversation are to be asked for in its order.
   */
  *mask({ text, position, beside = ALONE }: TextSlot): Masking<string> {
    const repeated = this.#repeated > 0 ? this.#asked[this.#asked.length - this.#repeated--] : undefined;
    if (repeated !== undefined) return repeated.masked;
    return yield* this.#answer(this.#placing.place(text, position, beside, this.#conversation), position);
  }

  /** The values that the policy passes through. One may contain a known value: a name in an e-mail address. */
  get passedThrough(): Iterable<string> {
    return this.#passed;
  }

  /**
   * Returns the surrogates in the request: a word of one may by now be a value of the call. Yields where it may be
   * interrupted.
   */
  readingSurrogates(): Generator<undefined, readonly string[]> {
    return this.#issuing.readingSurrogates(this.#inTurn);
  }

  /** The values that this turn has learned so far, with their kinds. */
  get newValues(): Iterable<readonly [string, EntityKind]> {
    return this.#values.learned;
  }

  /**
   * Returns the redactions that the journal does not have yet: spans of texts of this turn, or new spans in older texts.
   * `recorded` holds those that other nodes recorded, and takes the new ones; null for a call of one request.
   */
  redactions(recorded: DigestDraft | null): RedactionFact[] {
    return [...this.eachRedaction(recorded)].flatMap((fact) => fact ?? []);
  }

  /** The same one by one, with null for each that the journal has, so that a caller can pause between them. */
  *eachRedaction(recorded: DigestDraft | null): Generator<RedactionFact | null, void> {
    const masked = { texts: this.#texts, positions: this.#positions };
    yield* eachRedaction(masked, { memory: this.#memory, policy: this.#terms.policy, issuer: this.#issuer, recorded });
  }

  /** Joins what the turn learned to the session's memory. */
  commit(): void {
    runAtOnce(this.committing());
  }

  /** The same, to be run in stretches. To be run to its end before the session has another turn. */
  *committing(): Generator<undefined, void> {
    yield* this.#issuing.committing();
    yield* this.#memory.learning(this.#values.takeLearned());
    for (const [key, text] of [...this.#searched, ...this.#texts]) {
      this.#memory.remember(key, text);
      yield;
    }
  }

  #text(key: string): MaskedText | undefined {
    return this.#texts.get(key) ?? this.#searched.get(key) ?? this.#memory.text(key);
  }

  *#mask(placed: PlacedText, position: TextPosition): Masking<string> {
    if (position.speaker === 'system' || position.speaker === 'developer') this.#nonPersonal.readPrompt(placed.text);
    if (position.speaker === 'assistant') this.#nonPersonal.readGreeting(placed.text);
    const fresh = yield* this.#masked(placed);
    if (!this.#positions.has(placed.key)) this.#positions.set(placed.key, position);
    if (placed.voice !== null) this.#conversation = fresh.after;
    return fresh.masked;
  }

  *#masked(placed: PlacedText): Masking<MaskedText> {
    const { text, key, said } = placed;
    const remembered = this.#text(key);
    const known = hasWholes(remembered, this.#inTurn) ? remembered : undefined;
    const renewed = known === undefined ? undefined : yield* this.#renewed(placed, known);
    const fresh = renewed ?? (yield* this.#maskAnew(placed, known));
    // In what is masked as it was, nothing is new for the journal.
    const isNew = fresh.spans !== known?.spans || this.#texts.has(key);
    if (fresh !== known) (isNew ? this.#texts : this.#searched).set(key, fresh);
    for (const value of this.#nonPersonal.place(said, fresh)) this.#values.learnDate(value);
    if (fresh.spans.length > 0 && !this.#noted.has(fresh.spans)) {
      yield* notingPassed(text, fresh, this.#terms.policy, this.#passed);
      this.#noted.add(fresh.spans);
    }
    this.#inTurn.add(fresh.tokens);
    return fresh;
  }

  /** Returns the earlier result if no value that was learned since is in the text; else undefined. */
  *#renewed(placed: PlacedText, known: MaskedText): Masking<MaskedText | undefined> {
    const knownCount = this.#detection.knownFor(placed);
    const further = this.#detection.furtherIn(placed);
    if (known.knownCount === knownCount && further.length === 0) return known;
    const here = yield* this.#detection.known(placed, placed.text, known.knownCount);
    const beside = yield* this.#detection.knownBeside(placed, placed.text, known.knownCount);
    const again = inOrder([...further, ...here, ...beside]);
    for (const [found = NO_SPANS, before = NO_SPANS] of sectionsOf(placed.text, [again, known.spans])) {
      if (found.length > 0 && !found.every(spanCover(before))) return undefined;
      yield;
    }
    return { ...known, knownCount };
  }

  *#maskAnew(placed: PlacedText, before: MaskedText | undefined): Masking<MaskedText> {
    const { text, name } = placed;
    const pasted = yield* pastedTokensIn(text);
    yield* hearing(this.#issuer, text);
    // Detection must not join a pasted token with a number beside it: the result would match neither.
    const rest = struckOut(text, pasted);
    const { spans: found, after, kept } = before ?? (yield* this.#detection.divided(placed, rest));
    const since = before?.knownCount ?? 0;
    const here = yield* this.#detection.known(placed, rest, since);
    const known = [...here, ...(yield* this.#detection.knownBeside(placed, rest, since))];
    const further = this.#detection
      .furtherIn(placed)
      .filter(
        (span) => (span.kind !== 'DATE' && span.kind !== 'DOB') || uncovered(kept, [span]).length === kept.length,
      );
    const sighted = before === undefined ? yield* sighting(this.#issuer, rest) : NO_SPANS;
    const later = inOrder([...further, ...explainedBefore(placed, this.#memory), ...known, ...sighted]);
    const knownCount = this.#detection.knownFor(placed);
    const spans: Span[] = [];
    const lists = before === undefined ? [pasted, found, here, later] : [NO_SPANS, found, NO_SPANS, later];
    for (const [tokens = NO_SPANS, own = NO_SPANS, again = NO_SPANS, added = NO_SPANS] of sectionsOf(text, lists)) {
      const detected = before === undefined ? this.#preferred(placed, rest, { tokens, own, again }) : own;
      const isCovered = spanCover(added.length === 0 ? NO_SPANS : detected);
      const all = [...detected, ...added.filter((span) => !isCovered(span))];
      spans.push(...uniteOverlaps(text, all, this.#terms.rules.passes));
      yield;
    }
    if (spans.length === 0) return { masked: text, spans: NO_SPANS, knownCount, after, name, ...NO_TOKENS, kept };
    return { ...(yield* this.#replacing.replaced(text, spans, this.#inTurn)), knownCount, after, name, kept };
  }

  /** Returns the spans of a text that is read for the first time: pasted tokens, identifiers and known values. */
  #preferred(
    { searched }: PlacedText,
    rest: string,
    { tokens, own, again }: Readonly<Record<'tokens' | 'own' | 'again', readonly Span[]>>,
  ): readonly Span[] {
    // Texts of a speaker who is not searched are still read: a clerk's question says what the answer is.
    const found = searched ? withoutAllowed(rest, own, this.#terms.rules.allow) : [];
    if (found.length + again.length === 0) return tokens;
    return [...tokens, ...preferKnown(found, resolveOverlaps(rest, again, ['known']))];
  }
}
