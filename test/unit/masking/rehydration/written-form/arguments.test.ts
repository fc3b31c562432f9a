/** Values in the arguments of tools, whole and as they stream. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RESTORE_ALL } from '../../../../../src/masking/rehydration/destination.ts';
import { Rehydrator } from '../../../../../src/masking/rehydration/rehydrate.ts';
import { RehydrationCounts } from '../../../../../src/masking/rehydration/rehydration-counts.ts';
import { TextLane } from '../../../../../src/masking/rehydration/text-lane.ts';
import { argumentSlots } from '../../../../../src/masking/rehydration/written-form/tool-schemas.ts';
import { indexOf, vault } from '../answers.ts';

const BORN = vault('DOB', 0x11);
const PHONE = vault('PHONE', 0x22);
const MRN = vault('MRN', 0x33);
const ZEROS = vault('MRN', 0x44);
const index = indexOf(
  new Map([
    [BORN, 'march fourteenth nineteen eighty two'],
    [MRN, 'four four seven one zero nine'],
    [ZEROS, '0044218'],
    [PHONE, 'nine one nine five five five oh one four seven'],
  ]),
);
const parameters = {
  type: 'object',
  properties: {
    born: { type: 'string', format: 'date' },
    mrn: { type: 'integer' },
    us: { type: 'string', description: 'MM/DD/YYYY' },
    who: { type: 'object', properties: { phones: { type: 'array', items: { pattern: String.raw`^\+1\d{10}$` } } } },
  },
};
const slots = argumentSlots({ tools: [{ type: 'function', function: { name: 'find', parameters } }] });
const find = { to: 'tool', name: 'find' } as const;

const restoring = (some = true): Rehydrator =>
  new Rehydrator({ index, restore: RESTORE_ALL, counts: new RehydrationCounts(), slots: some ? slots : undefined });
const ARGUMENTS = JSON.stringify({
  mrn: MRN,
  born: BORN,
  us: BORN,
  who: { phones: ['x', PHONE], note: `call ${PHONE}, born ${BORN}` },
  nested: JSON.stringify({ born: BORN }),
  [BORN]: BORN,
});
const RESTORED = {
  mrn: 447109,
  born: '1982-03-14',
  us: '03/14/1982',
  who: { phones: ['x', '+19195550147'], note: 'call 9195550147, born 1982-03-14' },
  nested: '{"born":"1982-03-14"}',
  '1982-03-14': '1982-03-14',
};

it('writes each value in the form that its argument asks for', () => {
  expect(JSON.parse(restoring().text(ARGUMENTS, find, 'arguments'))).toEqual(RESTORED);
});

it('writes the same however the arguments are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(ARGUMENTS.length), { maxLength: 12 }), (cuts) => {
      const lane = new TextLane(restoring(), 'arguments');
      const places = [0, ...cuts.sort((a, b) => a - b), ARGUMENTS.length];
      const pieces = places.slice(1).map((end, at) => ARGUMENTS.slice(places[at], end));
      const out = pieces.map((piece, at) => lane.push(piece, find, at === pieces.length - 1)).join('');
      expect(JSON.parse(out)).toEqual(RESTORED);
    }),
    { seed: 7, numRuns: 300 },
  );
});

it('returns a JSON number only where the schema takes numbers only and the number says all of the value', () => {
  const restored = (text: string): string => restoring().text(text, find, 'arguments');
  expect(restored(`{"mrn": "${MRN}"}`)).toBe('{"mrn": 447109}');
  expect(restored(`{"mrn": "${ZEROS}"}`)).toBe('{"mrn": "0044218"}');
  expect(restored(`{"mrn": "no ${MRN}", "us": "${MRN}"}`)).toBe('{"mrn": "no 447109", "us": "447109"}');
  expect(restored('{"mrn": "12"}')).toBe('{"mrn": "12"}');
});

it('returns what was said into speech, and everywhere under tool_form as_said', () => {
  expect(restoring().text(`born ${BORN}`, { to: 'speech' })).toBe('born march fourteenth nineteen eighty two');
  expect(restoring(false).text(JSON.stringify({ born: BORN }), find, 'arguments')).toBe(
    '{"born":"march fourteenth nineteen eighty two"}',
  );
});

it('writes the usual form into arguments that are no JSON, and for a tool without a schema', () => {
  expect(restoring().text(`born ${BORN}`, find, 'arguments')).toBe('born 1982-03-14');
  expect(restoring().text(`{"a":"${BORN}"}`, { to: 'tool', name: 'other' }, 'arguments')).toBe('{"a":"1982-03-14"}');
});
