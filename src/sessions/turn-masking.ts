/**
 * Masks the texts of one turn against what the session already knows. Spec proxy.md, Sessions; detection.md, Passes.
 *
 * Nothing here touches the session: what the turn learns (values, tokens, masked texts) is kept apart and joins the
 * session in `commit`, which is called only once the journal has the turn.
 */
import { createHash } from 'node:crypto';
import { detect } from '../detection/detection.ts';
import type { EntityKind } from '../detection/kinds.ts';
import { knownFinder } from '../detection/known.ts';
import type { KnownFinder } from '../detection/known.ts';
import { uniteOverlaps } from '../detection/overlap.ts';
import type { DetectionRules, Span } from '../detection/span.ts';
import type { EntryFact, RedactionAction } from '../audit/entry.ts';
import type { MaskText, TextPosition } from '../masking/chat-request.ts';
import { LruMap } from '../platform/lru-map.ts';
import { detectionRules } from '../policy/policy.ts';
import type { Policy } from '../policy/policy.ts';
import { findTokens } from '../tokens/grammar.ts';
import type { IssuedToken, TokenIssuer } from '../tokens/issuer.ts';
import { tellingSpans } from './told.ts';

export type RedactionFact = Extract<EntryFact, { kind: 'redaction' }>;

interface MaskedText {
  readonly masked: string;
  readonly spans: readonly Span[];
  /** How many values were known when the text was last searched for them. */
  readonly knownCount: number;
}

/** What a session remembers of its texts and values. Shared by its turns; grows in `TurnMasking.commit` only. */
export class MaskingMemory {
  /** Tokens that the session issued, with what they stand for. */
  readonly tokens = new Map<string, IssuedToken>();
  /** Tokens that carry their value, by kind and value: they are random, and one value keeps the token it got. */
  readonly carriers = new Map<string, string>();
  /** Every value given away so far, in order, for re-finding. */
  readonly known = new Map<string, EntityKind>();
  /** Masked texts by digest: history is resent on every turn and need not be detected again. */
  readonly texts = new Map<string, MaskedText>();
}

/**
 * What masking goes by: a policy, reduced to rules once, and the digests of texts in which these rules find nothing.
 * Prompts and greetings are the same in every call of an agent; their digests tell nothing of any caller.
 */
export interface MaskingTerms {
  readonly policy: Policy;
  readonly rules: DetectionRules;
  readonly clean: Pick<LruMap<string, true>, 'get' | 'set'>;
}

/** Terms of a policy with nothing known to be clean yet. */
export function maskingTerms(policy: Policy): MaskingTerms {
  return { policy, rules: detectionRules(policy), clean: new LruMap(CLEAN_TEXTS) };
}

/** Digests of clean texts that are kept for one policy. */
const CLEAN_TEXTS = 10_000;
/** Texts remembered for a session; the oldest are forgotten first and would merely be detected again. */
const TEXTS = 4096;
/** A value learned late in a turn may stand in its earlier texts: passes until nothing new is found, at most so many. */
export const MASKING_PASSES = 4;

/** Under which a text is remembered: the text, and the key it stands under where that says what it is. */
const digest = (cue: string, text: string): string =>
  createHash('sha256').update(`${cue}\0`, 'utf8').update(text, 'utf16le').digest('base64');

/**
 * What the key of a value inside JSON text says of it: `{"patient_name":"maria gonzalez"}` reads "patient name: maria
 * gonzalez". The pointer stops at the string that the JSON stands in, so a key that is not its end is of the inside;
 * the fields of the request itself (content, name, ...) are no cues. Empty where there is none.
 */
function cueOf({ pointer, key }: TextPosition): string {
  if (key === null || pointer.endsWith(`/${key}`) || !/^[A-Za-z][\w -]{0,39}$/.test(key)) return '';
  return `${key.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').replace(/[_-]/g, ' ').toLowerCase()}: `;
}

/** Microseconds since `since` (of `process.hrtime.bigint()`). */
function elapsedUs(since: bigint): number {
  return Number(process.hrtime.bigint() - since) / 1000;
}

export class TurnMasking {
  readonly #memory: MaskingMemory;
  readonly #terms: MaskingTerms;
  readonly #issuer: TokenIssuer;
  readonly #tokens = new Map<string, IssuedToken>();
  readonly #known = new Map<string, EntityKind>();
  readonly #texts = new Map<string, MaskedText>();
  readonly #carriers = new Map<string, string>();
  readonly #positions = new Map<string, TextPosition>();
  readonly #finders = new Map<string, KnownFinder>();
  readonly #keys = new Map<string, string>();
  #tokenizeUs = 0;
  #totalUs = 0;

  constructor(memory: MaskingMemory, terms: MaskingTerms, issuer: TokenIssuer) {
    this.#memory = memory;
    this.#terms = terms;
    this.#issuer = issuer;
  }

  /** How many values are known now: grows while a pass over the texts finds new ones. */
  get knownCount(): number {
    return this.#memory.known.size + this.#known.size;
  }

  get detectionUs(): number {
    return Math.round(this.#totalUs - this.#tokenizeUs);
  }

  get tokenizeUs(): number {
    return Math.round(this.#tokenizeUs);
  }

  /** Tokens of this turn that the session did not have. */
  get newTokens(): readonly IssuedToken[] {
    return [...this.#tokens.values()];
  }

  /**
   * To be called before each pass over the texts. Where a text stands is told by the last pass: the pointers of an earlier
   * one may have keys in them that are masked by now.
   */
  beginPass(): void {
    this.#positions.clear();
  }

  /** The text with its identifiers replaced. */
  readonly mask: MaskText = (text, position) => {
    const began = process.hrtime.bigint();
    const cue = cueOf(position);
    const key = this.#keyOf(cue, text);
    const known = this.#texts.get(key) ?? this.#memory.texts.get(key);
    const fresh = known !== undefined && this.#stillHolds(text, known) ? known : this.#maskAnew(text, cue, key, known);
    if (fresh !== known) this.#texts.set(key, fresh);
    if (!this.#positions.has(key)) this.#positions.set(key, position);
    this.#totalUs += elapsedUs(began);
    return fresh.masked;
  };

  /** The redactions that the journal does not have yet: spans of texts seen first in this turn, or newly found in old ones. */
  redactions(): RedactionFact[] {
    const facts: RedactionFact[] = [];
    for (const [key, { spans }] of this.#texts) {
      const position = this.#positions.get(key);
      if (position === undefined) continue;
      const before = new Set(this.#memory.texts.get(key)?.spans.map(spanName));
      for (const span of spans) if (!before.has(spanName(span))) facts.push(this.#fact(span, position));
    }
    return facts;
  }

  /** Joins what the turn learned to the session's memory. */
  commit(): void {
    for (const [token, issued] of this.#tokens) this.#memory.tokens.set(token, issued);
    for (const [name, token] of this.#carriers) this.#memory.carriers.set(name, token);
    for (const [value, kind] of this.#known) this.#memory.known.set(value, kind);
    for (const [key, text] of this.#texts) {
      this.#memory.texts.delete(key);
      this.#memory.texts.set(key, text);
    }
    for (const key of this.#memory.texts.keys()) {
      if (this.#memory.texts.size <= TEXTS) break;
      this.#memory.texts.delete(key);
    }
  }

  #stillHolds(text: string, known: MaskedText): boolean {
    if (known.knownCount === this.knownCount) return true;
    const again = this.#finderSince(known.knownCount)(text);
    return again.length === 0 || again.every(tellingSpans(known.spans));
  }

  /** The digest of a text: taken once, however many passes visit the text. */
  #keyOf(cue: string, text: string): string {
    const name = `${cue}\0${text}`;
    const key = this.#keys.get(name) ?? digest(cue, text);
    this.#keys.set(name, key);
    return key;
  }

  /** Finds the values learned after the first `count`. Most texts of a turn ask for the same: what was built is kept. */
  #finderSince(count: number): KnownFinder {
    const name = `${count}-${this.knownCount}`;
    const built = this.#finders.get(name);
    if (built !== undefined) return built;
    const finder = knownFinder(new Map([...this.#memory.known, ...this.#known].slice(count)));
    this.#finders.set(name, finder);
    return finder;
  }

  #detect(text: string, cue: string, key: string): Span[] {
    const { rules, clean } = this.#terms;
    if (clean.get(key) === true) return [];
    const spans = detect(cue + text, rules);
    if (spans.length === 0) clean.set(key, true);
    if (cue === '') return spans;
    const inside = spans.filter(({ start }) => start >= cue.length);
    return inside.map((span) => ({ ...span, start: span.start - cue.length, end: span.end - cue.length }));
  }

  #maskAnew(text: string, cue: string, key: string, before: MaskedText | undefined): MaskedText {
    const lookalikes = findTokens(text).map(({ start, end }) => lookalike(start, end));
    // Detection must not read a pasted token together with a number beside it: it would be neither the one nor the other.
    const rest = struckOut(text, lookalikes);
    const detected = before?.spans ?? [...lookalikes, ...this.#detect(rest, cue, key)];
    const isTold = tellingSpans(detected);
    const again = this.#finderSince(before?.knownCount ?? 0)(rest).filter((span) => !isTold(span));
    const spans = uniteOverlaps(text, [...detected, ...again], this.#terms.rules.passes);
    const knownCount = this.knownCount;
    const began = process.hrtime.bigint();
    let masked = '';
    let at = 0;
    for (const span of spans) {
      const value = text.slice(span.start, span.end);
      masked += text.slice(at, span.start) + this.#replacement(span, value);
      at = span.end;
    }
    masked += text.slice(at);
    this.#tokenizeUs += elapsedUs(began);
    return { masked, spans, knownCount };
  }

  #action(span: Span): RedactionAction {
    const { action } = this.#terms.policy.entities[span.kind];
    // A pasted token must be neither restored nor collide, whatever the policy says of its kind.
    return span.recogniser === LOOKALIKE && action === 'passthrough' ? 'tokenize' : action;
  }

  #replacement(span: Span, value: string): string {
    const action = this.#action(span);
    if (action === 'passthrough') return value;
    if (!this.#memory.known.has(value)) this.#known.set(value, span.kind);
    if (action === 'redact') return `[REDACTED:${span.kind}]`;
    return this.#token(span.kind, value);
  }

  #token(kind: EntityKind, value: string): string {
    const name = `${kind}\0${value}`;
    const carrier = this.#memory.carriers.get(name) ?? this.#carriers.get(name);
    if (carrier !== undefined) return carrier;
    const issued = this.#issuer.issue(kind, value);
    if (!issued.stored) this.#carriers.set(name, issued.token);
    // The first surface form of a value is the one that is restored: a later one has the same token.
    if (!this.#memory.tokens.has(issued.token) && !this.#tokens.has(issued.token)) this.#tokens.set(issued.token, issued);
    return issued.token;
  }

  #fact(span: Span, { pointer, speaker }: TextPosition): RedactionFact {
    const action = this.#action(span);
    return {
      kind: 'redaction',
      pass: span.pass,
      entity_kind: span.kind,
      span: [span.start, span.end],
      path: withoutValues(pointer),
      confidence: Math.round(span.confidence * 1000) / 1000,
      action,
      token_kind: action === 'tokenize' ? this.#issuer.schemeFor(span.end - span.start) : null,
      kid: action === 'tokenize' ? this.#issuer.kid : null,
      speaker,
    };
  }
}

/**
 * A pointer whose keys were masked has tokens in it. The journal keeps their scheme, kind and kid; the value part may carry
 * the value itself, and would outlive the vault.
 */
function withoutValues(pointer: string): string {
  const withoutValue = (path: string, end: number): string => path.slice(0, path.lastIndexOf('.', end - 1)) + path.slice(end);
  return findTokens(pointer).reduceRight((path, { end }) => withoutValue(path, end), pointer);
}

/** The text with marks in place of the spans, which are in order and apart. */
function struckOut(text: string, spans: readonly Span[]): string {
  let out = '';
  let at = 0;
  for (const { start, end } of spans) {
    out += text.slice(at, start) + '|'.repeat(end - start);
    at = end;
  }
  return out + text.slice(at);
}

const LOOKALIKE = 'token.lookalike';

/** Text that already looks like a token becomes a value of its own, so that it is neither restored nor collides. */
function lookalike(start: number, end: number): Span {
  return { start, end, kind: 'OTHER_ID', pass: 'regex', confidence: 1, validated: true, recogniser: LOOKALIKE };
}

const spanName = ({ start, end, kind }: Span): string => `${start}-${end}-${kind}`;
