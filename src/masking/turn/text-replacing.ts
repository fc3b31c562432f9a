/** Replaces the identifiers of a text with their tokens or markers. */
import { valueOf, type Span } from '../../detection/span.ts';
import type { Policy } from '../../policy/policy.ts';
import { isCutPart } from './cut-values.ts';
import { elapsedUs } from '../../platform/elapsed-us.ts';
import type { MaskedText } from './masking-memory.ts';
import { actionOn } from './span-action.ts';
import { isSighting } from './surrogate-sightings.ts';
import type { MadeTokens, Tokens } from './text-masking.ts';
import type { TokenSet } from './tokens-in-turn.ts';
import type { TurnIssuing } from './turn-issuing.ts';
import type { TurnValues } from './turn-values.ts';

/** The number of values that are replaced before the work may be interrupted. */
const AT_ONCE = 2;
/** Pieces of a text that are joined at once: to join a hundred thousand would hold up the loop. */
const JOINED_AT_ONCE = 1000;

export class TextReplacing {
  readonly #policy: Pick<Policy, 'entities'>;
  readonly #values: TurnValues;
  readonly #issuing: TurnIssuing;
  #us = 0;

  constructor(policy: Pick<Policy, 'entities'>, values: TurnValues, issuing: TurnIssuing) {
    this.#policy = policy;
    this.#values = values;
    this.#issuing = issuing;
  }

  /** The time that replacing has taken so far, in microseconds. */
  get us(): number {
    return this.#us;
  }

  /**
   * Replaces the spans of a text, and learns their values. `inTurn` holds the tokens of the earlier texts of this turn. Yields
   * where it may be interrupted. Throws for spans that are not in order.
   */
  *replaced(
    text: string,
    spans: readonly Span[],
    inTurn: Pick<TokenSet, 'has'>,
  ): Generator<undefined, Pick<MaskedText, 'masked' | 'spans'> & Tokens> {
    const joined: string[] = [];
    let parts: string[] = [];
    const made: MadeTokens = { tokens: new Set(), cut: [] };
    let at = 0;
    let began = performance.now();
    for (const [n, span] of spans.entries()) {
      if (n % AT_ONCE === AT_ONCE - 1) {
        this.#us += elapsedUs(began);
        yield;
        began = performance.now();
      }
      // A span out of order would write text out again with its masked values.
      if (span.start < at) throw new Error('spans to mask are not in order');
      if (actionOn(span, this.#policy) === 'passthrough') parts.push(text.slice(at, span.end));
      else parts.push(text.slice(at, span.start), this.#replacement(span, valueOf(text, span), made, inTurn));
      at = span.end;
      if (parts.length < JOINED_AT_ONCE) continue;
      joined.push(parts.join(''));
      parts = [];
    }
    parts.push(text.slice(at));
    const masked = joined.join('') + parts.join('');
    this.#us += elapsedUs(began);
    return { masked, spans, ...made };
  }

  /** Returns the token or marker of a value, and adds a token to `made`. */
  #replacement(span: Span, value: string, made: MadeTokens, inTurn: Pick<TokenSet, 'has'>): string {
    const isRedacted = actionOn(span, this.#policy) === 'redact';
    const part = isRedacted ? null : this.#partToken(span, value, made, inTurn);
    // A name beside the words of a surrogate is one value with them.
    if (part === null && !(isSighting(span) && this.#issuing.isSurrogate(value))) this.#values.learn(value, span.kind);
    if (isRedacted) return `[REDACTED:${span.kind}]`;
    const token = part ?? this.#issuing.token(span.kind, value);
    made.tokens.add(token);
    return this.#issuing.written(token);
  }

  /**
   * The token of a part of a value that has a token: that of the whole where it is its beginning, as an interruption leaves
   * it, and the whole stands before it in this turn; else one that begins like it. A caller who says a beginning does not
   * get back what he did not say. Null for what is no part, and for what has a token of its own.
   */
  #partToken(
    { kind, recogniser }: Span,
    value: string,
    { tokens, cut }: MadeTokens,
    inTurn: Pick<TokenSet, 'has'>,
  ): string | null {
    const part = this.#values.partOf(value, kind);
    const whole = part === null ? null : this.#issuing.before(part.kind, part.value);
    if (part === null || whole === null || this.#issuing.before(kind, value) !== null) return null;
    const isHere = tokens.has(whole.token);
    if ((isHere || inTurn.has(whole.token)) && part.begins && isCutPart(part, recogniser)) {
      if (!isHere) cut.push(whole.token);
      return whole.token;
    }
    return this.#issuing.partToken(whole, value);
  }
}
