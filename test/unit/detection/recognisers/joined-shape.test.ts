import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('identifiers with marks inside', () => {
  it.each([
    'template [BIOMETRIC:FT_88102] was stored',
    'voiceprint [BIOMETRIC:SPK-77102]',
    'palm scan [BIOMETRIC:PV-3340]',
    'face id [BIOMETRIC:FMD:4c1e09a7]',
    'fingerprint [BIOMETRIC:FR.20481.c]',
    'record [MRN:T-3319/L], seen',
    'reference [OTHER_ID:NB-A-90412]',
    'authorization [OTHER_ID:PD3-0447]',
    'license [LICENSE:APRN.CNP.0031882]',
    'screening number [OTHER_ID:4471#] on the form',
    'plate ended in [VEHICLE:4KD]',
    'MRN:[MRN:12345], DOB',
    'the MRN is [MRN:12345].Thanks',
    '{"case_number":"[OTHER_ID:4471]"}',
  ])('one span: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'temporary number [OTHER_ID:NB-A-90412] and [OTHER_ID:NB-A-90413]',
    'voiceprints [BIOMETRIC:SPK-77102], [BIOMETRIC:SPK-77103] and [BIOMETRIC:SPK-77104]',
    'claim numbers [OTHER_ID:88210] and [OTHER_ID:88211]',
    'templates [BIOMETRIC:FT_8810] and [BIOMETRIC:FT_8811]',
    'member id [HEALTH_PLAN:12345678] and 2 children',
    'reference [OTHER_ID:A4471], 30 days',
  ])('and the next of the same kind: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'template 2 was used',
    'use template 2024 for this',
    'plate of 12 cookies',
    'plate ended in 7',
    'cpt code 97110 and 97112',
    'c p t code nine seven one one zero',
    'c p t nine seven one one zero',
    'code d two seven four oh',
    'hcpcs code J1885',
    'i p v six one',
    'in bay fourteen',
    'temperature one oh two eight',
    'ninety four thousand',
    'wbc 1,940 and 11,204',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
