/** Texts that already look like tokens: each becomes a value of its own, so that it is neither restored nor collides. See docs/tokens.md. */
import type { Span } from '../../detection/span.ts';
import { scanTokens } from '../../tokens/grammar.ts';
import { SIGHTING } from './surrogate-sightings.ts';

const LOOKALIKE = 'token.lookalike';

/** What looks like a token in the text, in order and apart. A null says that the search may be interrupted. */
export function* findLookalikes(text: string): Generator<Span | null, void> {
  for (const range of scanTokens(text)) {
    yield range === null
      ? null
      : { ...range, kind: 'OTHER_ID', pass: 'regex', confidence: 1, validated: true, recogniser: LOOKALIKE };
  }
}

/** All of {@link findLookalikes}. Yields wherever it may be interrupted. */
export function* lookalikesIn(text: string): Generator<undefined, readonly Span[]> {
  const lookalikes: Span[] = [];
  for (const found of findLookalikes(text)) {
    if (found === null) yield;
    else lookalikes.push(found);
  }
  return lookalikes;
}

/** Whether the span is of a text that looks like what the session has issued. */
export function isLookalike({ recogniser }: Span): boolean {
  return recogniser === LOOKALIKE || recogniser === SIGHTING;
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
