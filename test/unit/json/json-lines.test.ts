/** JSON documents one behind the other are read as JSON, and nothing but values changes. */
import { describe, expect, it, vi } from 'vitest';
import { people } from '../detection/documents/people.ts';
import { resultLeaving } from '../masking/request/json-call.ts';

vi.setConfig({ testTimeout: 60_000 });

const PEOPLE = people(311, 12);
const line = (record: unknown): string => JSON.stringify(record);
const masked = line({ first_name: '<NAME>', last_name: '<NAME>', mrn: '<MRN>', state: 'AZ', total: 4250 });
const records = PEOPLE.map(({ given, family, record }) =>
  line({ first_name: given, last_name: family, mrn: record, state: 'AZ', total: 4250 }),
);

describe('documents one behind the other', () => {
  it.each([
    ['in lines', '\n', '', ''],
    ['in lines with CRLF and one at the end', '\r\n', '', '\r\n'],
    ['in lines with empty ones between', '\n\n', '', '\n'],
    ['with commas', ',\n', '', ''],
    ['with record separators', '\n\u001e', '\u001e', '\n'],
    ['without anything between', '', '', ''],
    ['as events', '\n\ndata: ', 'data: ', '\n\ndata: [DONE]\n\n'],
    ['as named events', '\n\nevent: row\ndata: ', 'event: row\ndata: ', '\n\n'],
  ])('are masked by their keys %s', (_, between, before, behind) => {
    for (let from = 0; from < records.length; from += 3) {
      const some = records.slice(from, from + 3);
      expect(resultLeaving(before + some.join(between) + behind)).toBe(
        before + some.map(() => masked).join(between) + behind,
      );
    }
  });

  it('are masked where they are indented, and where the last is cut', () => {
    expect(resultLeaving('{\n "first_name": "Chase"\n}\n{\n "first_name": "Faith"\n}')).toBe(
      '{\n "first_name": "<NAME>"\n}\n{\n "first_name": "<NAME>"\n}',
    );
    expect(resultLeaving('{"first_name":"Chase"}\n{"first_name":"Fai')).toBe(
      '{"first_name":"<NAME>"}\n{"first_name":"<NAME>',
    );
  });

  it('are one list: keys pressed and words said go on from line to line', () => {
    const pressed = Array.from('4155550132', (digit) => line({ event: 'dtmf', digit })).join('\n');
    expect(resultLeaving(pressed)).toBe(
      Array.from('4155550132', () => line({ event: 'dtmf', digit: '<OTHER_ID>' }))
        .join('\n')
        .replaceAll('<OTHER_ID>', kindIn(resultLeaving(pressed))),
    );
    const said = 'my phone number is nine one nine five five five oh one four seven'.split(' ');
    const leaving = resultLeaving(said.map((word) => line({ word })).join('\n'));
    for (const word of ['nine', 'five', 'seven']) expect(leaving).not.toContain(`"${word}"`);
    expect(leaving).toContain('{"word":"my"}\n');
  });

  it('leave what stands between them masked like any text', () => {
    expect(resultLeaving('id: 7\n: ssn 519-44-2280\ndata: {"n":1}\n\n: call 415-555-0132\ndata: {"n":2}\n')).toBe(
      'id: 7\n: ssn <SSN>\ndata: {"n":1}\n\n: call <PHONE>\ndata: {"n":2}\n',
    );
  });

  it('leave positions and numbers as they are', () => {
    for (const text of [
      '{"1":"yes","2":"no"}\n{"1":"IL","2":"1"}',
      '{"n":180}\n{"n":0.30000000000000004}',
      '[1,2]\n[3,4]',
    ])
      expect(resultLeaving(text)).toBe(text);
  });
});

/** The kind of the first value in the text. */
function kindIn(text: string): string {
  return /<[A-Z_]+>/.exec(text)?.[0] ?? 'none';
}
