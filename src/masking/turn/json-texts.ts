/** Texts of which a JSON document says what they are: values of a person, codes and quantities. */
import type { JsonSense } from '../../detection/documents/json-sense.ts';
import { reportOf } from '../../detection/reporting.ts';
import type { DetectionRules, Pass, Span } from '../../detection/span.ts';
import type { PlacedText } from './placed-text.ts';

/** Keys and standards are rules; the model passes may report what they say, too. */
const FIELD: readonly Pass[] = ['regex', 'ner'];
/** Digits of the shortest number that is a value of the call wherever it stands, also where the key says "count". */
const LONG_NUMBER = 7;
/** Digits of the shortest number that is looked for among codes. */
const SHORTEST_KNOWN = 4;

/** The spans of the text that its place says to be values. Stretches that look like a token (struck out as `|`) are not in them. */
export function sensedSpans(sense: JsonSense, text: string, rules: DetectionRules): Span[] {
  const report = sense.as === 'value' ? reportOf(rules, FIELD, sense.kind, 1) : null;
  if (sense.as !== 'value' || report === null) return [];
  return Array.from(text.slice(sense.from).matchAll(/[^|\s](?:[^|]*[^|\s])?/g), ({ 0: { length }, index }) => ({
    start: sense.from + index,
    end: sense.from + index + length,
    ...report,
    confidence: 1,
    validated: false,
    recogniser: 'json.field',
  }));
}

/** Of the known values that were found in the text those that count there: a number stays unless all of it is one. */
export function knownWithin(
  { text, sense }: Pick<PlacedText, 'text' | 'sense'>,
  found: readonly Span[],
): readonly Span[] {
  if (found.length === 0 || sense === null || sense.as === 'value' || sense.as === 'text') return found;
  if (/\p{L}/u.test(text) && sense.as === 'code' && !isWrittenCode(text)) return found;
  const digits = text.replace(/\D/g, '').length;
  if (digits < (sense.as === 'quantity' ? LONG_NUMBER : SHORTEST_KNOWN)) return [];
  const { length } = text.trim();
  return found.filter(({ start, end }) => end - start >= length);
}

/** Returns true for one word of letters, digits and marks, with a digit in it. */
function isWrittenCode(text: string): boolean {
  return /^[\w.:^-]+$/.test(text) && /\d/.test(text);
}
