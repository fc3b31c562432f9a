import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replacedPlaces } from '../../../src/sessions/replaced-places.ts';

const NAME = `MSKV1.NAME.K_HEALTHCARE.${'A'.repeat(26)}`;
const PHONE = `MSKV1.PHONE.K_HEALTHCARE.${'B'.repeat(26)}`;

/** The kind and the words of each place. */
const found = (text: string, sent: string) =>
  replacedPlaces(text, sent)?.map(({ start, end, kind }) => [kind, text.slice(start, end)]) ?? null;

describe('replacedPlaces', () => {
  test('finds tokens and markers in a text', () => {
    expect(found('I am Maria, call 415-555-0142.', `I am ${NAME}, call [REDACTED:PHONE].`)).toEqual([
      ['NAME', 'Maria'],
      ['PHONE', '415-555-0142'],
    ]);
    expect(found('good morning', 'good morning')).toEqual([]);
  });

  test('finds nothing where two ways of replacing give the sent text, or none does', () => {
    expect(found('a b b c', `${NAME} b ${PHONE}`)).toBeNull();
    expect(found('Maria', 'Paula')).toBeNull();
    expect(found('I am Maria', `You are ${NAME}`)).toBeNull();
  });

  test('finds values of JSON in the written text, and which string or number of it they are of', () => {
    const text = '{"name": "Mar\\u0069a \\"May\\" Lee", "tel": 4155550142, "note":"call Maria", "n": 2}';
    const sent = `{"name": "${NAME}", "tel": "${PHONE}", "note":"call ${NAME}", "n": 2}`;
    expect(replacedPlaces(text, sent)).toEqual([
      { start: 10, end: 32, kind: 'NAME', text: 'Maria "May" Lee', from: 0, to: 15 },
      { start: 42, end: 52, kind: 'PHONE', text: '4155550142', from: 0, to: 10 },
      { start: 67, end: 72, kind: 'NAME', text: 'call Maria', from: 5, to: 10 },
    ]);
  });

  test('finds keys, lines of JSON, and JSON in strings of JSON', () => {
    expect(found('{"Maria": 1}\n{"a": "Maria"}', `{"${NAME}": 1}\n{"a": "${NAME}"}`)).toEqual([
      ['NAME', 'Maria'],
      ['NAME', 'Maria'],
    ]);
    const inner = JSON.stringify({ who: 'Maria "May"' });
    const text = JSON.stringify({ result: inner });
    const sent = JSON.stringify({ result: JSON.stringify({ who: NAME }) });
    expect(found(text, sent)).toEqual([['NAME', String.raw`Maria \\\"May\\\"`]]);
  });

  test('finds nothing in JSON whose lists were written anew', () => {
    expect(found('["4","1","5"]', `["${PHONE}"]`)).toBeNull();
  });

  test('gives a place for each value, in whatever JSON it is', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 3 }), (values, indent) => {
        const text = JSON.stringify({ rows: values.map((name) => ({ name })) }, null, indent);
        const sent = JSON.stringify({ rows: values.map(() => ({ name: NAME })) }, null, indent);
        const places = replacedPlaces(text, sent) ?? [];
        expect(places.map((each) => JSON.parse(`"${text.slice(each.start, each.end)}"`) as unknown)).toEqual(values);
      }),
    );
  });
});
