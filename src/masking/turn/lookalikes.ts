/** Texts that already look like tokens: each becomes a value of its own, so that it is neither restored nor collides. See docs/tokens.md. */
import type { Span } from '../../detection/span.ts';
import { scanTokens } from '../../tokens/grammar.ts';

const LOOKALIKE = 'token.lookalike';

/** What looks like a token in the text, in order and apart. A null says that the search may be interrupted. */
export function* findLookalikes(text: string): Generator<Span | null, void> {
  for (const range of scanTokens(text)) {
    yield range === null
      ? null
      : { ...range, kind: 'OTHER_ID', pass: 'regex', confidence: 1, validated: true, recogniser: LOOKALIKE };
  }
}

/** Whether the span is of a text that looks like a token. */
export function isLookalike({ recogniser }: Span): boolean {
  return recogniser === LOOKALIKE;
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
