import { describe, expect, it } from 'vitest';
import { readText } from '../../../src/detection/reading.ts';

/** The kind that a cue gives to the last code of the text, and whether it is linked to it. */
function claim(text: string): string | null {
  const { codes, claims } = readText(text);
  const code = codes.at(-1);
  const found = code && claims.get(code);
  return found ? `${found.cue.kind}${found.cue.strong ? '' : ' weak'}${found.linked ? ' linked' : ''}` : null;
}

describe('cues', () => {
  it.each([
    ['member id', ['HEALTH_PLAN']],
    ['memberId', ['HEALTH_PLAN']],
    ['member_id', ['HEALTH_PLAN']],
    ['s.s.n.', ['SSN']],
    ["driver's license number", ['LICENSE']],
    ['license plate', ['VEHICLE']],
    ['date-of-birth and zip', ['DOB', 'ADDRESS']],
    ['my number', ['PHONE']],
    ['mrn and ssn', ['MRN', 'SSN']],
    ['what a lovely day', []],
  ])('in %s', (text, kinds) => {
    expect(readText(text).cues.map((cue) => cue.kind)).toEqual(kinds);
  });

  it('take the longest phrase at each place', () => {
    expect(readText('social security number').cues).toMatchObject([{ first: 0, last: 2 }]);
  });
});

describe('claims', () => {
  it.each([
    ['mrn is 12345', 'MRN linked'],
    ['mrn: #12345', 'MRN linked'],
    ['my mrn, let me see, uh, it is 12345', 'MRN linked'],
    ['the mrn you asked about yesterday was 12345', 'MRN'],
    ['mrn 1234567 and ssn 123456789', 'SSN linked'],
    ['ssn ending in 6789', 'SSN linked'],
    ['415-555-0132 is my cell', 'PHONE linked'],
    ['order 12345', 'OTHER_ID weak linked'],
    ['date of birth 031482', 'DOB linked'],
    ['zip 60614', 'ADDRESS linked'],
    ['445566 (mrn)', 'MRN linked'],
    ['mrn 445566 order 123456', 'OTHER_ID weak linked'],
  ])('%s', (text, expected) => {
    expect(claim(text)).toBe(expected);
  });

  it.each([
    ['too far', 'the mrn is what I had in mind when I called you all about this and that 12345'],
    ['a weak cue over the end of a sentence', 'I lost my card. There are 123456 of us'],
    ['a shape the cue does not admit', 'zip 123'],
    ['a year after a weak cue', 'policy 2023'],
    ['a measure', 'prescription 500 milligrams'],
    ['letters after a number cue', 'phone ab12345'],
    ['two digits', 'case 12'],
  ])('not over %s', (_, text) => {
    expect(claim(text)).toBeNull();
  });

  it('prefer the nearer cue, and a strong one to a weak one', () => {
    expect(claim('insurance mrn 12345678')).toBe('MRN linked');
    expect(claim('mrn on my card 12345678')).toMatch(/^MRN/);
  });
});
