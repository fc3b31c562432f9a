import { describe, expect, test } from 'vitest';
import { isKeyVariable, keyVariable, readKeyVariable } from '../../../src/platform/key-variables.ts';

const BYTES = Buffer.from('0123456789abcdef0123456789ABCDEF');
const VALUE = BYTES.toString('base64');

describe('which variables are keys', () => {
  test.each<[string, boolean]>([
    ['MASKER_KEY_K_HEALTHCARE', true],
    ['MASKER_KEY_K_HEALTHCARE_OLD', true],
    ['MASKER_KEY_', true], // meant as one, and refused as one
    ['MASKER_KEY_ROTATION_GRACE_DAYS', false], // has a meaning of its own
    ['MASKER_KEYS_K_A', false],
    ['MASKER_SIGNING_KEY', false],
  ])('%s: %s', (name, is) => {
    expect(isKeyVariable(name)).toBe(is);
  });
});

describe('reading', () => {
  test.each<[string, string, 'active' | 'old']>([
    ['MASKER_KEY_K_HEALTHCARE', 'K_HEALTHCARE', 'active'],
    ['MASKER_KEY_K_HEALTHCARE_OLD', 'K_HEALTHCARE', 'old'],
    ['MASKER_KEY_A1', 'A1', 'active'],
    ['MASKER_KEY_OLD', 'OLD', 'active'], // no kid is left of it otherwise
    ['MASKER_KEY_OLDER_OLD', 'OLDER', 'old'],
  ])('%s is the %s key, %s', (name, kid, role) => {
    const reading = readKeyVariable(name, VALUE);
    if (!reading.ok) throw new Error(reading.message);
    expect([reading.key.kid, reading.key.role]).toEqual([kid, role]);
    expect(Buffer.from(reading.key.secret.reveal())).toEqual(BYTES);
    expect(keyVariable(kid, role)).toBe(name);
  });

  test.each([
    'MASKER_KEY_',
    'MASKER_KEY__OLD',
    'MASKER_KEY_k_a',
    'MASKER_KEY_1A',
    'MASKER_KEY_K-A',
    `MASKER_KEY_${'K'.repeat(65)}`,
  ])('%s is no name for a key', (name) => {
    expect(readKeyVariable(name, VALUE)).toMatchObject({
      ok: false,
      message: expect.stringContaining('MASKER_KEY_<KID>') as unknown,
    });
  });

  test('a slip in another variable’s name is told as such', () => {
    expect(readKeyVariable('MASKER_KEY_ROTATION_GRACE_DAY', '30')).toMatchObject({
      message: expect.stringContaining('was MASKER_KEY_ROTATION_GRACE_DAYS meant?') as unknown,
    });
  });

  test('base64 has one spelling for the same bytes', () => {
    const last = VALUE.at(-2) ?? '';
    const next = String.fromCharCode(last.charCodeAt(0) + 1); // differs in the two bits that base64 throws away
    expect(Buffer.from(`${VALUE.slice(0, -2)}${next}=`, 'base64')).toEqual(BYTES);
    expect(readKeyVariable('MASKER_KEY_K_A', `${VALUE.slice(0, -2)}${next}=`).ok).toBe(false);
  });
});
