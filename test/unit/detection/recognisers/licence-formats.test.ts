import { describe, expect, it } from 'vitest';
import { isLicenceOf } from '../../../../src/detection/vocabulary/licence-formats.ts';
import { STATE_CODES } from '../../../../src/detection/vocabulary/places.ts';
import { only } from '../marked.ts';

describe('isLicenceOf', () => {
  it.each([
    ['CA', 'D1234567'],
    ['FL', 'S123456789010'],
    ['NY', '123456789'],
    ['TX', '12345678'],
    ['NJ', 'A12345678901234'],
    ['WI', 'J5254209465607'],
    ['WA', 'WDLABCD456DG'],
    ['ID', 'AB123456C'],
    ['KS', 'A1B2C'],
    ['NH', '12ABC34567'],
    ['VT', '1234567A'],
  ])('%s %s', (state, chars) => {
    expect(isLicenceOf(state, chars)).toBe(true);
  });

  it.each([
    ['CA', '12345678'],
    ['CA', 'D123456'],
    ['FL', 'S12345678901'],
    ['TX', 'A1234567'],
    ['XX', '12345678'],
    ['NY', ''],
  ])('%s %s is none', (state, chars) => {
    expect(isLicenceOf(state, chars)).toBe(false);
  });

  it('knows every state and the District of Columbia, but no territory', () => {
    const samples = [
      '1234567',
      '12345678',
      '123456789',
      'A1234567',
      'A12345678',
      'A123456789',
      'A12345678901',
      'A123456789012',
      'A1234567890123',
      'A12345678901234',
      'AB1234567',
      '12ABC34567',
      'ABC123456',
    ];
    expect([...STATE_CODES].filter((state) => !samples.some((sample) => isLicenceOf(state, sample)))).toEqual([
      'PR',
      'GU',
    ]);
  });
});

describe('a licence with its state', () => {
  it('is confirmed by the grammar of the state', () => {
    expect(only("california driver's license D1234567", 'LICENSE')).toMatchObject({
      validated: true,
      confidence: 0.97,
    });
    expect(only("california driver's license 12345", 'LICENSE')).toMatchObject({ validated: false });
  });

  it('needs no cue where it has a letter', () => {
    expect(only('CA D1234567', 'LICENSE')).toMatchObject({ recogniser: 'license.state', validated: true });
  });
});
