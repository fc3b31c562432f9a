/** Replaces the identifiers of a text by surrogates. Keeps nothing but what the given session of surrogates keeps. */
import { detect } from '../detection/detection.ts';
import type { DetectionRules, Span } from '../detection/span.ts';
import type { Surrogates } from './surrogates.ts';

/** One value that was replaced; neither the value nor its surrogate. */
export interface SurrogateEvent {
  readonly pass: Span['pass'];
  readonly entity_kind: Span['kind'];
  /** [start, end) of the value in the text, in UTF-16 code units. */
  readonly span: readonly [number, number];
  /** [start, end) of its surrogate in the new text. */
  readonly surrogate_span: readonly [number, number];
  readonly confidence: number;
}

/** A text with surrogates, and what was replaced, in order of the text. */
export interface Synthesized {
  readonly text: string;
  readonly events: readonly SurrogateEvent[];
}

export function synthesize(text: string, rules: DetectionRules, surrogates: Surrogates): Synthesized {
  const events: SurrogateEvent[] = [];
  let [out, from] = ['', 0];
  for (const { start, end, pass, kind, confidence } of detect(text, rules)) {
    out += text.slice(from, start);
    const surrogate = surrogates.for(kind, text.slice(start, end));
    events.push({
      pass,
      entity_kind: kind,
      span: [start, end],
      surrogate_span: [out.length, out.length + surrogate.length],
      confidence,
    });
    out += surrogate;
    from = end;
  }
  return { text: out + text.slice(from), events };
}
