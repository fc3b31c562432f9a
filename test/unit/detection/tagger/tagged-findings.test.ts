import { describe, expect, it } from 'vitest';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import { readText } from '../../../../src/detection/reading.ts';
import type { Finding } from '../../../../src/detection/recogniser.ts';
import { builtInTagger } from '../../../../src/detection/tagger/built-in.ts';
import { taggedFindings } from '../../../../src/detection/tagger/tagged-findings.ts';

/** What a recogniser would have found in `text`: the value, of this kind. */
function foundBy(text: string, value: string, kind: EntityKind, more: Partial<Finding> = {}): Finding {
  const start = text.indexOf(value);
  return { start, end: start + value.length, kind, confidence: 0.9, validated: false, recogniser: 'test', ...more };
}

function findings(text: string, found: readonly Finding[] = [], sensitivity = 0): string[] {
  return taggedFindings(builtInTagger(), readText(text), found, sensitivity).map(
    ({ start, end, kind }) => `${kind}:${text.slice(start, end)}`,
  );
}

describe('findings of the tagger', () => {
  it("are of the tagger's type where no recogniser says more", () => {
    expect(findings('okay martha let me pull that up for you')).toEqual(['NAME:martha']);
  });

  it('are of the kind that a recogniser of the same family found there', () => {
    const text = 'my number is four one five five five five oh one four two';
    const [own = ''] = findings(text);
    expect(own).toContain('four one five');
    expect(findings(text, [foundBy(text, 'five five five', 'FAX')])).toEqual([own.replace(/^[A-Z_]+/, 'FAX')]);
    expect(
      findings('I was born on March 14, 1982.', [foundBy('I was born on March 14, 1982.', 'March 14', 'DOB')])[0],
    ).toMatch(/^DOB:/);
  });

  it('keep their own kind beside one of another family, or one that nothing explains', () => {
    const text = 'my number is four one five five five five oh one four two';
    expect(findings(text, [foundBy(text, 'five five', 'NAME')])).toEqual(findings(text));
    expect(findings(text, [foundBy(text, 'five five', 'BIOMETRIC', { fallback: true })])).toEqual(findings(text));
  });

  it('of the longest, where several met', () => {
    const text = 'my number is four one five five five five oh one four two';
    expect(findings(text, [foundBy(text, 'four one', 'MRN'), foundBy(text, 'five five five', 'ACCOUNT')])[0]).toMatch(
      /^ACCOUNT:/,
    );
  });

  it('make nothing longer that says itself where it begins and ends', () => {
    const text = 'you can mail it to john.smith@example.com today';
    const mail = foundBy(text, 'john.smith@example.com', 'EMAIL');
    expect(findings(text, [mail])).toEqual(['EMAIL:john.smith@example.com']);
  });

  it.each([
    ['so 628-555-0177 then', '628-555-0177'],
    ['so 415-555-0142 then', '415-555-0142'],
  ])('end with the digits, not with the word behind them: %s', (text, number) => {
    const phone = foundBy(text, number, 'PHONE');
    expect(findings(text, [phone], 0.25)).toEqual([`PHONE:${number}`]);
  });

  it('leave a bare number to the cues that recognisers know', () => {
    for (const text of [
      'her oxygen is still at ninety five',
      'was it ninety six or ninety seven',
      'ninety four thousand on it',
    ]) {
      expect(findings(text).filter((finding) => finding.startsWith('DATE'))).toEqual([]);
    }
    const text = 'my father is ninety five';
    expect(findings(text, [foundBy(text, 'ninety five', 'AGE')]).every((finding) => !finding.startsWith('DATE'))).toBe(
      true,
    );
  });

  it('are none for an acronym that no list of names has, and are kept for a name in capitals', () => {
    expect(findings('DADDY called about DACA and the DAILY dose')).not.toContain('NAME:DACA');
    expect(findings('talk to NGUYEN about it')).toEqual(['NAME:NGUYEN']);
  });

  it('are none for a word that says there is no name, and for one letter', () => {
    for (const text of ['last name unknown', 'last name is unknown', 'y']) expect(findings(text)).toEqual([]);
    expect(findings('last name is okafor')).toEqual(['NAME:okafor']);
  });

  it('are none where the text has none', () => {
    expect(findings('take two tablets twice a day with food')).toEqual([]);
    expect(findings('')).toEqual([]);
  });
});
