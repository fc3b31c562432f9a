import { describe, expect, test } from 'vitest';
import { gather, readRing, readVariables, reportUnknown } from '../../../src/platform/given-variables.ts';

/** Base64 of 32 different bytes. */
const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 11)).toString('base64');

function reporting(): { problems: [string, string][]; report: (variable: string, message: string) => void } {
  const problems: [string, string][] = [];
  return { problems, report: (variable, message) => problems.push([variable, message]) };
}

describe('reading given variables', () => {
  test('gather leaves out empty variables and those of other programs', () => {
    const { problems, report } = reporting();
    expect(gather({ MASKER_DATA_DIR: 'd', MASKER_PUBLIC_URL: '', PATH: '/bin' }, report)).toEqual({
      MASKER_DATA_DIR: 'd',
    });
    expect(problems).toEqual([]);
  });

  test('readVariables reports a variable that breaks its rule, and returns its default', () => {
    const { problems, report } = reporting();
    const read = readVariables({ MASKER_MAX_BODY_BYTES: 'many', MASKER_DATA_DIR: 'd' }, report);
    expect(read.MASKER_DATA_DIR).toBe('d');
    expect(read.MASKER_MAX_BODY_BYTES).toBe(readVariables({}, report).MASKER_MAX_BODY_BYTES);
    expect(problems.map(([variable]) => variable)).toEqual(['MASKER_MAX_BODY_BYTES']);
  });

  test('readRing returns valid keys, and reports invalid ones without their value', () => {
    const { problems, report } = reporting();
    const ring = readRing({ MASKER_KEY_K_A: KEY, MASKER_KEY_K_B: 'sesame' }, report);
    expect(ring.map(({ kid, role }) => [kid, role])).toEqual([['K_A', 'active']]);
    expect(problems.map(([variable]) => variable)).toEqual(['MASKER_KEY_K_B']);
    expect(JSON.stringify(problems)).not.toContain('sesame');
  });

  test('reportUnknown names the nearest variable, and accepts variables that Kubernetes sets', () => {
    const { problems, report } = reporting();
    reportUnknown({ MASKER_DATA_DIRR: 'x', MASKER_DB_SERVICE_HOST: 'h', MASKER_DB_PORT: 'tcp://h:1' }, report);
    expect(problems).toEqual([['MASKER_DATA_DIRR', 'is not a variable of Masker; was MASKER_DATA_DIR meant?']]);
  });
});
