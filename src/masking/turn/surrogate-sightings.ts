/** Words of texts that are those of a surrogate of the session: each becomes a value of its own, so that it comes back as it was. */
import type { Span } from '../../detection/span.ts';
import type { TokenIssuer } from '../../tokens/issuer.ts';

export const SIGHTING = 'surrogate.lookalike';

/** Of a text, in UTF-16 code units, whose words are read before the work may be interrupted. */
const AT_ONCE = 4096;

/** Tells the issuer the words of a text, which no surrogate may be. Yields wherever it may be interrupted. */
export function* hearing({ words }: TokenIssuer, text: string): Generator<undefined, void> {
  for (let at = 0; words !== undefined && at < text.length; at += AT_ONCE) {
    words.hear(text, at, at + AT_ONCE);
    yield;
  }
}

/** Where a text has words of a surrogate that was issued before, in order and apart. Yields wherever it may be interrupted. */
export function* sighting({ words }: TokenIssuer, text: string): Generator<undefined, readonly Span[]> {
  const spans: Span[] = [];
  for (let at = 0; words !== undefined && at < text.length; at += AT_ONCE) {
    const from = Math.max(at, spans.at(-1)?.end ?? 0);
    for (const range of words.sightings(text, from, at + AT_ONCE))
      spans.push({ ...range, pass: 'regex', confidence: 1, validated: true, recogniser: SIGHTING });
    yield;
  }
  return spans;
}

/** Whether the span is of words that are those of a surrogate: they are no value, and stand elsewhere by right. */
export function isSighting({ recogniser }: Span): boolean {
  return recogniser === SIGHTING;
}
