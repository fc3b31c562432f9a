/** The judge of given cases: it must see a leak, a lost passage and a wrong restoration, or the cases prove nothing. */
import { describe, expect, test } from 'vitest';
import { align } from '../../cases/alignment.ts';
import type { Case } from '../../cases/case.ts';
import { judge } from '../../cases/judge.ts';

const TOKEN = 'MSKV1.PHONE.K_HEALTHCARE.AAAAAAAAAAAAAAAAAAAAAAAAAA';
const OTHER = 'MSKV1.PHONE.K_HEALTHCARE.BBBBBBBBBBBBBBBBBBBBBBBBBB';

const given = (part: Partial<Case>): Case => ({ id: 'x', kind: 'K', mode: 'detect', leak: [], keep: [], ...part });
const said = (content: string): Record<string, unknown> => ({ messages: [{ role: 'user', content }] });
const faults = (part: Partial<Case>, sent: string, received: string | null, answer = ''): string[] =>
  judge(given(part), [{ sent: said(sent), received: received === null ? null : said(received), status: 422, answer }]);

describe('align', () => {
  test('finds the stretch that a token replaced', () => {
    expect(align('call 415 now', `call ${TOKEN} now`)).toEqual([{ start: 5, end: 8, token: TOKEN }]);
  });
  test('returns null where the masked text cannot come from the original', () => {
    expect(align('call 415 now', `ring ${TOKEN} now`)).toBeNull();
    expect(align('call 415 now', 'call 415')).toBeNull();
  });
});

describe('judge', () => {
  test('finds no fault where every letter and digit is covered', () => {
    expect(faults({ leak: ['415, 555'] }, 'call 415, 555', `call ${TOKEN}`)).toEqual([]);
  });
  test('reports a value of which one digit stays', () => {
    expect(faults({ leak: ['415, 555'] }, 'call 415, 555', `call ${TOKEN}, 555`)).toHaveLength(1);
  });
  test('reports a passage that was masked but must stay', () => {
    expect(faults({ keep: ['911'] }, 'call 911', `call ${TOKEN}`)).toEqual(['not kept: 911']);
  });
  test('reports a refused request', () => {
    expect(faults({ keep: [] }, 'call 911', null)).toEqual(['request 0: refused with 422']);
  });
  test('reports two tokens where one must stand for both', () => {
    expect(faults({ same: [['41', '55']] }, '41 or 55', `${TOKEN} or ${OTHER}`)).toHaveLength(1);
    expect(faults({ same: [['41', '55']] }, '41 or 55', `${TOKEN} or ${TOKEN}`)).toEqual([]);
  });
  test('reports an answer that does not match', () => {
    expect(faults({ restored: '^ann$' }, 'hi', 'hi', 'Ann')).toEqual([]);
    expect(faults({ restored: '^ann$' }, 'hi', 'hi', 'Anna')).toHaveLength(1);
  });
});
