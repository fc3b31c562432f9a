/** Segments of HL7 v2 and X12 as JSON: their keys stay, and what stands at a person's position is masked whatever it says. */
import { describe, expect, it, vi } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { people } from '../../detection/documents/people.ts';
import { documentLeaving } from './json-call.ts';

vi.setConfig({ testTimeout: 60_000 });

const PEOPLE = people(722, 16);

/** A value at a position, and a kind where it must be masked as such; null where it must stay. */
type Placed = readonly [position: string, value: string, isValue: boolean];

/** The document with these fields leaves with the same keys, each value a token or unchanged as marked. */
function expectPlaced(
  build: (fields: readonly (readonly [string, string])[]) => JsonValue,
  placed: readonly Placed[],
): void {
  const leaving = flat(documentLeaving(build(placed.map(([position, value]) => [position, value]))));
  const original = flat(build(placed.map(([position, value]) => [position, value])));
  expect(leaving.map(([path]) => path)).toEqual(original.map(([path]) => path));
  const isValue = new Map(placed.map(([position, value, masked]) => [`${position} ${value}`, masked]));
  for (const [position, value] of placed) {
    const at = original.findIndex(([path, text]) => path.endsWith(position) && text === value);
    const text = leaving[at]?.[1] ?? '';
    expect({ position, value, text }).toEqual({
      position,
      value,
      text: isValue.get(`${position} ${value}`) === true ? (expect.stringMatching(/^<[A-Z_]+>$/) as string) : value,
    });
  }
}

function flat(value: JsonValue, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, member]) => flat(member, path === '' ? key : `${path}/${key}`));
}

describe('segments of HL7 v2', () => {
  const fields = ({
    family,
    given,
    street,
    city,
    state,
    zip,
    born,
    area,
    local,
    record,
    ssn,
  }: (typeof PEOPLE)[number]): Placed[] => [
    ['PID.3.1', record, true],
    ['PID.3.4', 'EX', false],
    ['PID.3.5', 'MR', false],
    ['PID.5.1', family, true],
    ['PID.5.2', given, true],
    ['PID.7.1', born, true],
    ['PID.8', 'F', false],
    ['PID.11.1', street, true],
    ['PID.11.3', city, true],
    ['PID.11.4', state, false],
    ['PID.11.5', zip, true],
    ['PID.13.1', `(${area})${local}`, true],
    ['PID.19', ssn, true],
    ['NK1.2.1', given, true],
    ['NK1.3', 'SPO', false],
    ['IN1.4', 'Aetna', false],
    ['OBX.3.1', '4548-4', false],
    ['OBX.6', '%', false],
    ['MSH.9.2', 'A01', false],
    ['DG1.3.1', 'E11.9', false],
  ];

  it.each([
    ['dots', (position: string) => position],
    ['underscores', (position: string) => position.replaceAll('.', '_')],
    ['hyphens', (position: string) => position.replaceAll('.', '-')],
  ])('as one object, with %s in the keys', (_, written) => {
    for (const one of PEOPLE)
      expectPlaced(
        (placed) => Object.fromEntries(placed),
        fields(one).map(([position, value, isValue]) => [written(position), value, isValue]),
      );
  });

  it('as objects in objects, by number and by whole keys', () => {
    for (const { family, given, record, born } of PEOPLE) {
      expect(
        documentLeaving({ PID: { '3': { '1': record }, '5': { '1': family, '2': given }, '7': born, '8': 'F' } }),
      ).toMatchObject({ PID: { '5': { '1': '<NAME>', '2': '<NAME>' }, '8': 'F' } });
      expect(
        documentLeaving({
          PID: { 'PID.3': [{ 'CX.1': record, 'CX.5': 'MR' }], 'PID.5': [{ 'XPN.1': family, 'XPN.2': given }] },
        }),
      ).toMatchObject({ PID: { 'PID.3': [{ 'CX.5': 'MR' }], 'PID.5': [{ 'XPN.1': '<NAME>', 'XPN.2': '<NAME>' }] } });
    }
  });

  it('with all components in one field', () => {
    expect(documentLeaving({ 'PID-5': 'PRICE^WILL^J', 'PID-7': '19800229' })).toEqual({
      'PID-5': '<NAME>',
      'PID-7': '<DOB>',
    });
  });

  it('take no long number and no sentence for a code', () => {
    expect(
      documentLeaving({ 'PID.8': '519-44-2280', 'PID.15': 'call Ingrid Osterberg at 415-555-0132 about it' }),
    ).toEqual({
      'PID.8': expect.stringMatching(/^<[A-Z_]+>$/) as string,
      'PID.15': 'call <NAME> at <PHONE> about it',
    });
  });

  it('take no name for a code where places in a list were counted', () => {
    expect(documentLeaving({ name: 'PID', fields: [['1'], ['12345'], ['OKAFOR', 'JANE']] })).not.toMatchObject({
      fields: [['1'], ['12345'], ['OKAFOR', 'JANE']],
    });
  });
});

describe('segments of X12', () => {
  const fields = ({
    family,
    given,
    street,
    city,
    state,
    zip,
    born,
    member,
    ssn,
  }: (typeof PEOPLE)[number]): Placed[] => [
    ['NM101', 'IL', false],
    ['NM102', '1', false],
    ['NM103', family, true],
    ['NM104', given, true],
    ['NM108', 'MI', false],
    ['NM109', member, true],
    ['N301', street, true],
    ['N401', city, true],
    ['N402', state, false],
    ['N403', zip, true],
    ['DMG01', 'D8', false],
    ['DMG02', born, true],
    ['DMG03', 'F', false],
    ['REF01', 'SY', false],
    ['REF02', ssn, true],
    ['CLM02', '100', false],
    ['HI01', 'ABK:E119', false],
    ['SV101', 'HC:99213', false],
    ['GS08', '005010X279A1', false],
  ];

  it.each([
    ['names and numbers', (position: string) => position],
    ['underscores', (position: string) => position.replace(/(..)$/, '_$1')],
    ['hyphens', (position: string) => position.replace(/(..)$/, '-$1')],
  ])('as one object, with %s as keys', (_, written) => {
    for (const one of PEOPLE)
      expectPlaced(
        (placed) => Object.fromEntries(placed),
        fields(one).map(([position, value, isValue]) => [written(position), value, isValue]),
      );
  });

  it('as objects in objects', () => {
    for (const { family, given, member, city, state } of PEOPLE)
      expect(
        documentLeaving({
          '2010BA': {
            NM1: { '01': 'IL', '02': '1', '03': family, '04': given, '08': 'MI', '09': member },
            N4: { N401: city, N402: state },
          },
        }),
      ).toEqual({
        '2010BA': {
          NM1: { '01': 'IL', '02': '1', '03': '<NAME>', '04': '<NAME>', '08': 'MI', '09': '<HEALTH_PLAN>' },
          N4: { N401: expect.stringMatching(/^<(?:ADDRESS|NAME)>$/) as string, N402: state },
        },
      });
  });

  it('as a name beside its elements', () => {
    for (const { family, given } of PEOPLE)
      expect(
        documentLeaving({ segments: [{ name: 'NM1', elements: { '1': 'QC', '2': '1', '3': family, '4': given } }] }),
      ).toEqual({
        segments: [{ name: 'NM1', elements: { '1': 'QC', '2': '1', '3': '<NAME>', '4': '<NAME>' } }],
      });
  });

  it('are no segments where only the keys are numbers', () => {
    expect(documentLeaving({ '1': 'IL', '2': '1', '3': 'approved' })).toEqual({ '1': 'IL', '2': '1', '3': 'approved' });
  });
});
