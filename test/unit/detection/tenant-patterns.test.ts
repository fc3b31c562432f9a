import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from '../../../src/detection/detection.ts';
import { readText } from '../../../src/detection/reading.ts';
import { DEFAULT_RULES } from '../../../src/detection/rules.ts';
import type { DetectionRules, TenantPattern } from '../../../src/detection/span.ts';
import { tenantRecognisers } from '../../../src/detection/tenant-patterns.ts';
import { mark } from './marked.ts';

const CHART: TenantPattern = {
  name: 'chart',
  kind: 'MRN',
  regex: 'AC-?\\d{6}',
  cues: [],
  within: 5,
  checksum: null,
  confidence: 0.9,
};

function rulesWith(...patterns: readonly Partial<TenantPattern>[]): DetectionRules {
  // The pass of tenant patterns alone: what other passes find of the same values is not of interest here.
  return { ...DEFAULT_RULES, passes: ['regex'], patterns: patterns.map((pattern) => ({ ...CHART, ...pattern })) };
}

/** What these patterns find in the text by themselves. */
function found(text: string, ...patterns: readonly Partial<TenantPattern>[]): string[] {
  return tenantRecognisers(rulesWith(...patterns).patterns).flatMap((recogniser) =>
    recogniser.find(readText(text)).map(({ start, end }) => text.slice(start, end)),
  );
}

describe('a tenant pattern', () => {
  it('reports its kind under its own name', () => {
    const [span] = detect(
      'file zq-4711 please',
      rulesWith({ name: 'file', regex: 'zq-\\d{4}', kind: 'OTHER_ID', confidence: 0.7 }),
    );
    expect(span).toEqual({
      start: 5,
      end: 12,
      kind: 'OTHER_ID',
      pass: 'regex',
      confidence: 0.7,
      validated: false,
      recogniser: 'tenant.file',
    });
  });

  it.each([
    ['as it is written', 'it is AC442167 then', 'it is [MRN:AC442167] then'],
    ['with other characters of the same form', 'it is ＡＣ‑４４２１６７ then', 'it is [MRN:ＡＣ‑４４２１６７] then'],
    ['with invisible characters in it', 'it is AC44\u200b2167 then', 'it is [MRN:AC44\u200b2167] then'],
    ['read aloud', 'it is a c four four two one six seven then', 'it is [MRN:a c four four two one six seven] then'],
    ['read aloud with doubles', 'a c double four two one six seven', '[MRN:a c double four two one six seven]'],
  ])('is found %s', (_how, text, marked) => {
    expect(mark(text, detect(text, rulesWith({})))).toBe(marked);
  });

  it('reports the group named value where it has one', () => {
    expect(found('chart no. Q77-81 of today', { regex: 'chart no\\. (?P<value>Q\\d{2}-\\d{2})' })).toEqual(['Q77-81']);
    expect(found('chart no. Q77-81 of today', { regex: 'chart no\\. (?<value>Q\\d{2}-\\d{2})' })).toEqual(['Q77-81']);
    expect(found('chart Q77', { regex: 'chart Q\\d\\d(?P<value>-\\d)?' })).toEqual(['chart Q77']);
  });

  it('is not reported of a kind that the policy does not look for, nor masked under another', () => {
    const { kinds } = DEFAULT_RULES;
    const rules = {
      ...rulesWith({}),
      kinds: { ...kinds, MRN: { ...kinds.MRN, regex: false }, OTHER_ID: { ...kinds.OTHER_ID, enabled: false } },
    };
    expect(detect('it is AC442167 then', rules)).toEqual([]);
  });

  it('joins with what overlaps it: the longer span wins, and covers both', () => {
    const text = 'write to ac442167@example.org now';
    expect(mark(text, detect(text, rulesWith({ regex: '(?i)AC\\d{6}' })))).toBe(
      'write to [EMAIL:ac442167@example.org] now',
    );
  });

  it('may have only ASCII word boundaries, and lines where it asks for them', () => {
    expect(found('xAC442167', { regex: '\\bAC\\d{6}\\b' })).toEqual([]);
    expect(found('one\nAC442167', { regex: '(?m)^AC\\d{6}$' })).toEqual(['AC442167']);
  });
});

describe('cues', () => {
  const cued = { regex: '\\b\\d{4}\\b', cues: ['chart', 'patient number'], within: 3 };

  it.each([
    ['chart 4711'],
    ['Chart: 4711'],
    ['the chart of today is 4711'],
    ['4711 is the chart'],
    ['patient number 4711'],
    ['4711, patient number'],
    ['patient number is, well, uh 4711'],
  ])('near by let it report: %s', (text) => {
    expect(found(text, cued)).toEqual(['4711']);
  });

  it.each([
    ['4711'],
    ['chart one two three four 4711'],
    ['charts 4711'],
    ['patient 4711 number'],
    ['number patient 4711'],
  ])('absent or far away keep it silent: %s', (text) => {
    expect(found(text, cued)).toEqual([]);
  });

  it('may have to stand right beside it', () => {
    expect(found('chart 4711 and chart no 4712', { ...cued, within: 0 })).toEqual(['4711']);
  });

  it('are not looked for behind any number of marks', () => {
    expect(found(`chart ${'- '.repeat(100)} 4711`, cued)).toEqual([]);
  });
});

describe('check digits', () => {
  const card = { regex: '\\b\\d{8}\\b', checksum: 'luhn' as const };
  // 7992739871 with its check digit 3 is the example of ISO/IEC 7812-1; these have eight digits by the same rule.
  it('let a value report as validated', () => {
    const [span] = detect('27653146', rulesWith({ ...card, name: 'member', kind: 'HEALTH_PLAN' })).filter(
      ({ recogniser }) => recogniser === 'tenant.member',
    );
    expect(span).toMatchObject({ validated: true, confidence: 0.9 });
  });

  it('that fail keep a value without a cue silent', () => {
    expect(found('27653147', card)).toEqual([]);
  });

  it('that fail beside a cue cost confidence, not the finding', () => {
    const [recogniser] = tenantRecognisers(rulesWith({ ...card, cues: ['member'] }).patterns);
    expect(recogniser?.find(readText('member 27653147'))).toMatchObject([{ confidence: 0.45, validated: false }]);
  });

  it('are taken of the digits that were meant', () => {
    expect(found('2765-3146', { regex: '\\d{4}-\\d{4}', checksum: 'luhn' })).toEqual(['2765-3146']);
  });
});

describe('a list of patterns', () => {
  it('is compiled once', () => {
    const { patterns } = rulesWith({});
    expect(tenantRecognisers(patterns)).toBe(tenantRecognisers(patterns));
    expect(tenantRecognisers([...patterns])).not.toBe(tenantRecognisers(patterns));
  });

  it('with an expression that was never checked throws, without its text', () => {
    expect(() => tenantRecognisers(rulesWith({ regex: '(secret' }).patterns)).toThrow(
      /^the pattern chart is not in RE2's syntax: missing closing \)$/,
    );
  });
});

describe('spans with tenant patterns', () => {
  it('are sorted, disjoint, inside the text and split no surrogate pair', () => {
    const rules = rulesWith(
      { regex: '.{2,5}x' },
      { name: 'any', regex: '[a-z\\p{So}]+', kind: 'NAME' },
      { name: 'digits', regex: '\\d{2}' },
    );
    const piece = fc.constantFrom(
      'AC442167',
      ' ',
      '😀',
      'x',
      'ab',
      '12',
      '\n',
      'é',
      'ﬁ',
      '\u200b',
      '-',
      'a c one two three four five six',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        let before = 0;
        for (const { start, end } of detect(text, rules)) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(start, end).isWellFormed()).toBe(true);
          before = end;
        }
        expect(before).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
