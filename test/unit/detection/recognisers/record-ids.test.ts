import { describe, expect, it } from 'vitest';
import { mark, only, readMarked } from '../marked.ts';

describe('medical record numbers', () => {
  it.each([
    'MRN [MRN:00123456]',
    'MRN: [MRN:445566].',
    'medical record number: [MRN:MRN-2023456]',
    '{"patient_id": "[MRN:P-204881]"}',
    'patientId=[MRN:8812204]',
    'mrn is [MRN:a b 1 2 3 4 5]',
    'chart number is [MRN:seven seven eight two one]',
    'my medical record number is [MRN:four four five six seven]',
    'm r n [MRN:nine nine one two three four]',
    'the patient number? uh it is [MRN:one oh two two double four]',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each(['the chart shows 3 visits', 'your medical record is complete', 'patient since 2019', 'record 120 over 80'])(
    'stays: %s',
    (text) => {
      expect(mark(text)).toBe(text);
    },
  );
});

describe('licences', () => {
  it.each([
    'my npi is [LICENSE:1234567893]',
    'npi [LICENSE:one two three four five six seven eight nine three]',
    'DEA [LICENSE:AB1234563]',
    'prescriber [LICENSE:AB1234563] signed',
    "driver's license [LICENSE:D1234567]",
    "My driver's license number is [LICENSE:2270-66-1551]",
    'license number [LICENSE:D 1 2 3 4 5 6 7]',
    'passport number is [LICENSE:123456789]',
    'medical license [LICENSE:MD-448821]',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('confirms by check digit', () => {
    expect(only('npi 1234567893', 'LICENSE').validated).toBe(true);
    expect(only('npi 1234567890', 'LICENSE')).toMatchObject({ validated: false, recogniser: 'license.cue' });
    expect(only('AB1234563', 'LICENSE').validated).toBe(true);
  });

  it('leaves nine characters that fail the check to other rules', () => {
    expect(mark('AB1234564')).toBe('[OTHER_ID:AB1234564]');
  });

  it.each(['license to practise', 'my passport expired', 'a provider in 3 states'])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});

describe('vehicles', () => {
  it.each([
    'VIN [VEHICLE:1HGCM82633A004352]',
    'my car is [VEHICLE:1M8GDM9AXKP042788]',
    'license plate is [VEHICLE:7 a b c 1 2 3]',
    'plate [VEHICLE:ABC 1234]',
    'plate number is [VEHICLE:abc one two three four]',
    'plates: [VEHICLE:7XYZ123]',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('confirms by check digit and keeps a cued one that fails', () => {
    expect(only('VIN 1HGCM82633A004352', 'VEHICLE').validated).toBe(true);
    expect(only('VIN 1HGCM82633A004353', 'VEHICLE').validated).toBe(false);
  });

  it.each(['a plate of 12 cookies', 'my vehicle broke down', 'tag me in'])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});

describe('biometrics', () => {
  it.each([
    'voiceprint id [BIOMETRIC:VP-88213]',
    'fingerprint template id: [BIOMETRIC:FT99120]',
    'biometric id is [BIOMETRIC:four four two one nine]',
    '{"face_template_id":"[BIOMETRIC:F-20991]"}',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each(['we use your voice print', 'a fingerprint scan takes 5 seconds'])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
