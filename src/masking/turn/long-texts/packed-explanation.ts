/**
 * Explanations between threads: texts of JSON with some hundred items each. To take over thousands of objects at once holds
 * the loop for tens of milliseconds; a text costs nearly nothing, and is read in a tick of its own.
 */
import type { Candidate, Explanation } from '../../../detection/explain.ts';
import type { Span } from '../../../detection/span.ts';
import { inStretches } from '../../../platform/stretch.ts';

/** Items in one text: a millisecond of reading. */
const ITEMS = 250;

export interface PackedExplanation {
  readonly spans: readonly string[];
  readonly candidates: readonly string[];
}

export function packExplanation({ spans, candidates }: Explanation): PackedExplanation {
  return { spans: packed(spans), candidates: packed(candidates) };
}

/** Reads what {@link packExplanation} wrote, in stretches. */
export async function unpackExplanation({ spans, candidates }: PackedExplanation): Promise<Explanation> {
  return {
    spans: (await inStretches(spans, (text) => JSON.parse(text) as Span[])).flat(),
    candidates: (await inStretches(candidates, (text) => JSON.parse(text) as Candidate[])).flat(),
  };
}

function packed(items: readonly unknown[]): string[] {
  return Array.from({ length: Math.ceil(items.length / ITEMS) }, (_, n) =>
    JSON.stringify(items.slice(n * ITEMS, (n + 1) * ITEMS)),
  );
}
