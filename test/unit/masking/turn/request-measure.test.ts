/** What one request may have: characters, and different texts. */
import { describe, expect, it } from 'vitest';
import { CODE, QUANTITY, valueOf, type JsonSense } from '../../../../src/detection/documents/json-sense.ts';
import { RequestMeasure, type MeasuredBefore } from '../../../../src/masking/turn/request-measure.ts';
import type { TextPosition } from '../../../../src/masking/request/text-slot.ts';

const AT: TextPosition = { pointer: '/extra', speaker: null, key: null };
const meaning = (sense: JsonSense): TextPosition => ({ ...AT, sense });

/** Measures so many texts, each by its number, behind those of `before`. */
function measured(
  count: number,
  text: (n: number) => string,
  position = AT,
  before: MeasuredBefore | null = null,
): void {
  const measure = new RequestMeasure(1_000_000, before);
  for (let n = 0; n < count; n += 1) measure.add({ text: text(n), position });
}

describe('a request', () => {
  it('may have 10,000 different texts and is refused with one more', () => {
    measured(10_000, String);
    expect(() => {
      measured(10_001, String);
    }).toThrow('The request has over 10000 different texts (10 amounts or codes of JSON documents count as one).');
  });

  it.each([
    ['amounts', 100_000, QUANTITY],
    ['codes', 100_000, CODE],
    ['names of persons', 10_000, valueOf('NAME')],
  ])('may have so many different %s in JSON documents and is refused with one more: %d', (_, most, sense) => {
    measured(most, String, meaning(sense));
    expect(() => {
      measured(most + 1, String, meaning(sense));
    }).toThrow(expect.objectContaining({ code: 'payload_too_large', status: 413 }));
  });

  it('may have one text any number of times', () => {
    measured(20_000, () => 'hi');
  });

  it('is refused with texts that are too many only with those in front of them', () => {
    const before = { textLength: 0, textWork: 99_990, workOf: () => 0 };
    measured(1, String, AT, before);
    expect(() => {
      measured(2, String, AT, before);
    }).toThrow('different texts');
  });

  it('is refused with too many texts that are amounts first', () => {
    const measure = new RequestMeasure(1_000_000, null);
    for (let n = 0; n < 10_001; n += 1) measure.add({ text: String(n), position: meaning(QUANTITY) });
    expect(() => {
      for (let n = 0; n < 10_001; n += 1) measure.add({ text: String(n), position: AT });
    }).toThrow('different texts');
  });

  it('may repeat any text of those in front of them', () => {
    const before = { textLength: 0, textWork: 100_000, workOf: (text: string) => (text === 'other' ? 0 : 10) };
    measured(10_000, String, AT, before);
    expect(() => {
      measured(1, () => 'other', AT, before);
    }).toThrow('different texts');
  });

  it('may have as many characters as the setting says, repeated texts included, and is refused with one more', () => {
    measured(10, () => 'x'.repeat(100_000));
    expect(() => {
      measured(11, () => 'x'.repeat(100_000));
    }).toThrow('The request has over 1000000 characters of text (MASKER_MAX_TEXT_CHARS).');
  });
});
