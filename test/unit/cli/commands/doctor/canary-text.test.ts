/** Which identifiers of the canary count as readable. */
import { describe, expect, test } from 'vitest';
import { CANARIES, missingKinds, readableKinds, SAID } from '../../../../../src/cli/commands/doctor/canary-text.ts';

const TOKEN = `MSKV1.NAME.K_HEALTHCARE.${'A'.repeat(26)}`;

const maskedBut = (kind: string | null, instead = ''): string =>
  CANARIES.reduce((text, each) => text.replace(each.value, each.kind === kind ? instead : TOKEN), SAID);

describe('readableKinds', () => {
  test('returns every kind for the sentence as it was said, and none where all values are tokens or redactions', () => {
    expect(readableKinds(SAID)).toEqual(CANARIES.map(({ kind }) => kind));
    expect(readableKinds(maskedBut(null))).toEqual([]);
    expect(readableKinds(maskedBut(null).replaceAll(TOKEN, '[REDACTED:SSN]'))).toEqual([]);
    expect(readableKinds(maskedBut(null).replaceAll(TOKEN, '<DOB>'))).toEqual([]);
  });

  test.each([
    ['NAME', `${TOKEN} Whitfield`],
    ['NAME', `${TOKEN}field`],
    ['NAME', `ELEANOR ${TOKEN}`],
    ['PHONE', `${TOKEN}-0142`],
    ['PHONE', `415-${TOKEN}`],
    ['EMAIL', `${TOKEN}@example.org`],
    ['SSN', `${TOKEN}-9999`],
    ['SSN', `${TOKEN}-09-${TOKEN}`],
    ['DOB', `${TOKEN}/1987`],
    ['DOB', `04/${TOKEN}`],
  ])('returns %s alone where %s is what masking left of it', (kind, instead) => {
    expect(readableKinds(maskedBut(kind, instead))).toEqual([kind]);
  });

  test('does not take characters inside a token for a piece of a value', () => {
    const value = 'WHIELE2LEA'.padEnd(26, 'A');
    expect(readableKinds(maskedBut(null).replaceAll(TOKEN, `MSKV1.NAME.K_HEALTHCARE.${value}`))).toEqual([]);
  });
});

test('missingKinds returns the kinds whose value is not in the text', () => {
  expect(missingKinds(SAID)).toEqual([]);
  expect(missingKinds(maskedBut('SSN', '219-09-9999'))).toEqual(['NAME', 'PHONE', 'EMAIL', 'DOB']);
});
