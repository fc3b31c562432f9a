/** What holds of every reader, whatever the text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proseOf } from '../../../../src/detection/documents/document-text.ts';
import { readDocuments } from '../../../../src/detection/documents/documents.ts';
import { detect } from '../../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../../src/detection/rules.ts';

const PIECES = [
  'MSH|^~\\&|',
  'PID|1||',
  'Okafor^Jane',
  '|',
  '^',
  '~',
  '&',
  '\\T\\',
  '\\X41\\',
  '\r',
  '\n',
  'ISA*00*',
  'NM1*IL*1*',
  'N3*',
  '*',
  'ST*',
  ' ',
  '  ',
  '\t',
  'name,dob,mrn\n',
  'Will Price',
  '5/2/64',
  '88213',
  ',',
  '"',
  '""',
  '| Name | MRN |\n',
  '|---|---|\n',
  '<given>',
  '</given>',
  '<id extension="',
  '"/>',
  '<',
  '>',
  '00:00:01,000 --> 00:00:02,000',
  '-->',
  '1',
  'DAQ',
  'DCSOKAFOR',
  'DACJANE',
  'ANSI 636000',
  '(0010,0010) PN [',
  ']',
  'DOB: ',
  'Patient Name: ',
  '=',
  ':',
  ';',
  'sip:',
  'tel:+1415',
  ';ext=',
  '😀',
  'é',
  '\u0301',
  '{"a":"',
];
const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(''));

describe('reading documents', () => {
  it('yields sections and fields in order, apart and inside the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let at = 0;
        for (const { start, end, fields, escapes = [] } of readDocuments(text)?.sections ?? []) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeLessThanOrEqual(text.length);
          for (const list of [fields, escapes]) {
            let inside = start;
            for (const each of list) {
              expect(each.start).toBeGreaterThanOrEqual(inside);
              expect(each.end).toBeGreaterThan(each.start);
              inside = each.end;
            }
            expect(inside).toBeLessThanOrEqual(end);
          }
          at = end;
        }
      }),
      { seed: 17, numRuns: 1500 },
    );
  });

  it('gives prose of the same length, with the same words outside of fields', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const documents = readDocuments(text);
        if (documents === null) return;
        const prose = proseOf(text, documents);
        expect(prose).toHaveLength(text.length);
        for (const { fields } of documents.sections)
          for (const { start, end, holds } of fields)
            expect(holds === 'text' ? prose.slice(start, end) : prose.slice(start, end).replace(/[| ]/g, '')).toBe(
              holds === 'text' ? text.slice(start, end) : '',
            );
      }),
      { seed: 18, numRuns: 1000 },
    );
  });

  it('leaves detection with spans in order and apart', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let at = 0;
        for (const { start, end } of detect(text, DEFAULT_RULES)) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
      { seed: 19, numRuns: 200 },
    );
  });

  // Work that grows with the square of the length would take hours for these.
  it.each([
    ...PIECES,
    'PID|1|\n',
    'N3*a~',
    'a^b ',
    'name: Will\n',
    'a  b\n',
    '"a",',
    '<a>',
    '&amp;',
    'van der ',
    '-\n',
  ])(
    'ends on a megabyte of %j',
    (piece) => {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const sections = readDocuments(text)?.sections ?? [];
      expect(sections.length).toBeLessThanOrEqual(text.length);
    },
    60_000,
  );

  it.each(['yes it is nine one nine five five five oh one four seven', 'I have had it since Monday, it hurts.', ''])(
    'finds none in words that are spoken: %s',
    (text) => {
      expect(readDocuments(text)).toBeNull();
    },
  );
});
