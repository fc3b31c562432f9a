/** Codes of published systems in JSON documents, by the system beside them or by their key. */
import { codeSystemOf, hasCodeForm, isCodedField, SYSTEM_FIELDS } from './json-codes.ts';
import type { JsonPlace } from './json-place.ts';
import { CODE, PLAIN_TEXT, QUANTITY, type JsonSense } from './json-sense.ts';
import { keyFacts } from './json-words.ts';
import { isItems, ownField, type JsonDocument } from './json-value.ts';

/** Longest text that is the words of a code. */
const LONGEST_WORDS = 300;

/** What a code beside its published system is, and what stands under the key of one; null for all else. */
export function codedSense(place: JsonPlace, source: string, isNumber: boolean): JsonSense | null {
  const { key } = place;
  const facts = place.holder?.facts ?? null;
  if (key !== null && facts !== null) {
    if (facts.codeSystem !== null) {
      if (SYSTEM_FIELDS.includes(key)) return CODE;
      if (isCodedField(key)) {
        if (isNumber) return QUANTITY;
        return source.length <= LONGEST_WORDS ? CODE : PLAIN_TEXT;
      }
    }
    // What a concept is called, beside its codings.
    if (key === 'text' && hasPublishedCoding(facts.object)) return CODE;
    if (key === 'system' && /^(?:https?:\/\/|urn:)/.test(source)) return CODE;
  }
  return keyFacts(place.name ?? '').isCode && hasCodeForm(source) ? CODE : null;
}

function hasPublishedCoding(object: JsonDocument): boolean {
  const coding = ownField(object, 'coding');
  return isItems(coding) && coding.some((item) => codeSystemOf(item) !== null);
}
