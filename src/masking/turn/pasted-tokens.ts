/** Pasted tokens: text that already looks like a token. Each becomes a value of its own, so that it is neither restored nor collides. See docs/tokens.md. */
import type { Span } from '../../detection/span.ts';
import { scanTokens } from '../../tokens/grammar.ts';
import { SIGHTING } from './surrogate-sightings.ts';

const PASTED_TOKEN = 'token.lookalike';

/** Yields the pasted tokens of the text, in order and apart, and null where the search may be interrupted. */
export function* findPastedTokens(text: string): Generator<Span | null, void> {
  for (const range of scanTokens(text)) {
    yield range === null
      ? null
      : { ...range, kind: 'OTHER_ID', pass: 'regex', confidence: 1, validated: true, recogniser: PASTED_TOKEN };
  }
}

/** All of {@link findPastedTokens}. Yields wherever it may be interrupted. */
export function* pastedTokensIn(text: string): Generator<undefined, readonly Span[]> {
  const pasted: Span[] = [];
  for (const found of findPastedTokens(text)) {
    if (found === null) yield;
    else pasted.push(found);
  }
  return pasted;
}

/** Returns true if the span looks like a token or surrogate that the session has issued. */
export function isPastedToken({ recogniser }: Span): boolean {
  return recogniser === PASTED_TOKEN || recogniser === SIGHTING;
}

/** The text with marks in place of the spans, which are in order and apart. */
export function struckOut(text: string, spans: readonly Span[]): string {
  let out = '';
  let at = 0;
  for (const { start, end } of spans) {
    out += text.slice(at, start) + '|'.repeat(end - start);
    at = end;
  }
  return out + text.slice(at);
}
