import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTITY_KINDS } from '../../../src/detection/kinds.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import type { ParseResult } from '../../../src/policy/parse.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { renderPolicy } from '../../../src/policy/render.ts';
import { KIDS, policyOf } from './policies.ts';

const BASE = policyOf(`name: clinic
version: 4
description: of the house
kid: K_OTHER
tokenization: reversible-aead
passes: [regex, ner, diarize]
entities:
  SSN: { ner: false, action: redact }
  ORG: { confidence_threshold: 0.9 }
patterns:
  - { name: chart, kind: MRN, regex: 'AC\\d{6}' }
  - { name: plan, kind: HEALTH_PLAN, regex: 'P-\\d{5}', cues: [plan] }
allow: [Mercy General]
speakers: [patient]
sensitivity: 0.3
on_degraded: block
restore: { urls: [], tools: [book] }
`);

function extend(yaml: string): ParseResult {
  return parsePolicy(yaml, { kids: KIDS, bases: new Map([['clinic', BASE]]) });
}

function extended(yaml: string): Policy {
  const result = extend(`extends: clinic\n${yaml}`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policy;
}

describe('a policy that extends another', () => {
  it('and says nothing is that policy', () => {
    expect(extended('')).toEqual(BASE);
  });

  it('changes of a row what it says of it, and no other row', () => {
    const { entities } = extended('entities: { SSN: { ner: true }, ORG: {}, PHONE: { action: passthrough } }');
    expect(entities.SSN).toEqual({ ...BASE.entities.SSN, ner: true });
    expect(entities.ORG).toEqual(BASE.entities.ORG);
    expect(entities.PHONE).toEqual({ ...BASE.entities.PHONE, action: 'passthrough' });
    expect(entities.MRN).toEqual(BASE.entities.MRN);
  });

  it('changes single keys of restore', () => {
    const policy = extended('restore: { urls: [URL] }');
    expect(policy.restore).toEqual({ ...BASE.restore, urls: ['URL'] });
  });

  it('adds patterns, and replaces those whose names it uses', () => {
    const { patterns } = extended(
      "patterns: [{ name: plan, kind: ACCOUNT, regex: 'Q\\d{4}' }, { name: badge, kind: OTHER_ID, regex: 'B\\d{4}' }]",
    );
    expect(patterns.map(({ name, kind }) => [name, kind])).toEqual([
      ['chart', 'MRN'],
      ['plan', 'ACCOUNT'],
      ['badge', 'OTHER_ID'],
    ]);
  });

  it('replaces any other key as a whole', () => {
    const policy = extended(
      'name: desk\nversion: 9\npasses: [regex]\nallow: []\nspeakers: [user]\nsensitivity: 0\nkid: K_HEALTHCARE',
    );
    expect(policy).toEqual({
      ...BASE,
      name: 'desk',
      version: 9,
      passes: ['regex'],
      allow: [],
      speakers: ['user'],
      sensitivity: 0,
      kid: 'K_HEALTHCARE',
    });
  });

  it('has a text that says all of it, and that stands alone', () => {
    const result = extend('extends: clinic\nname: desk\nentities: { SSN: { ner: true } }');
    if (!result.ok) throw new Error('the policy should hold');
    expect(policyOf(result.text)).toEqual(result.policy);
    expect(result.text).not.toContain('extends');
  });

  it('has its problems where they stand in its own text', () => {
    const result = extend(
      'extends: clinic\nentities:\n  SSN: { actoin: redact }\npatterns:\n  - { name: x, kind: MRN, regex: "a**" }',
    );
    expect(result.ok ? [] : result.problems.map(({ line, column, code }) => [line, column, code])).toEqual([
      [3, 10, 'unknown_key'],
      [5, 34, 'invalid_regex'],
    ]);
  });

  it('may have no more patterns than any other, with those that it takes over', () => {
    const many = Array.from({ length: 49 }, (_, i) => `  - { name: p${i}, kind: MRN, regex: 'x' }`).join('\n');
    expect(extend(`extends: clinic\npatterns:\n${many}`)).toMatchObject({
      ok: false,
      problems: [{ path: 'patterns', code: 'invalid_value' }],
    });
  });

  it('may switch off what a pattern of the other one reports', () => {
    expect(extended('entities: { MRN: { enabled: false } }').entities.MRN.enabled).toBe(false);
  });

  it.each([
    ['extends: nobody', '1:10 must name a policy: clinic'],
    ['extends: [clinic]', '1:10 must name a policy: clinic'],
    ['name: x\nextends: 7', '2:10 must name a policy: clinic'],
  ])('must name one that is there: %s', (yaml, expected) => {
    const result = extend(yaml);
    expect(result.ok ? [] : result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(
      [expected],
    );
  });

  it('is refused where there is nothing to extend', () => {
    expect(parsePolicy('extends: clinic', { kids: KIDS })).toMatchObject({
      ok: false,
      problems: [{ code: 'invalid_value', path: 'extends' }],
    });
  });
});

describe('the example of docs/policy.md', () => {
  it('holds, and changes what it says', () => {
    const [, block = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/policy.md', 'utf8')) ?? [];
    const result = parsePolicy(block, { kids: KIDS, bases: new Map([['healthcare-default', BASE]]) });
    expect(result).toMatchObject({ ok: true, policy: { entities: { URL: { action: 'passthrough' } } } });
    if (result.ok) expect(result.policy.patterns.map(({ name }) => name)).toEqual(['chart', 'plan', 'chart-number']);
  });
});

describe('renderPolicy', () => {
  it('writes what the parser reads as the same policy', () => {
    for (const policy of [
      BASE,
      policyOf('name: p'),
      policyOf('name: "yes"\ndescription: "a: b # c\\n\\t- d"\nallow: ["null", "1.0", "*x", "é😀"]'),
    ]) {
      expect(policyOf(renderPolicy(policy))).toEqual(policy);
    }
  });

  it('does so for any policy', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((value) => value.trim() === value && /^[^\p{Cc}\p{Cs}\p{Cn}]+$/u.test(value));
    const kinds = fc.oneof(
      fc.constant('all' as const),
      fc.uniqueArray(fc.constantFrom(...ENTITY_KINDS), { maxLength: 4 }),
    );
    const anyPolicy: fc.Arbitrary<Policy> = fc
      .record({
        name: text,
        description: text,
        allow: fc.array(text),
        speakers: fc.option(fc.array(text, { minLength: 1 })),
        sensitivity: fc.double({ min: 0, max: 1, noNaN: true }),
        speech: kinds,
        cue: text,
      })
      .map(({ speech, cue, ...rest }) => ({
        ...BASE,
        ...rest,
        sensitivity: Math.abs(rest.sensitivity),
        patterns: [
          { name: 'a', kind: 'MRN', regex: '\\d{5}', cues: [cue], within: 2, checksum: 'npi', confidence: 0.5 },
        ],
        restore: { ...BASE.restore, speech },
      }));
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        expect(policyOf(renderPolicy(policy))).toEqual(policy);
      }),
    );
  });
});

describe('a policy that is stored under a name', () => {
  const storedAs = { name: 'desk', version: 6 };
  const parse = (yaml: string): ParseResult =>
    parsePolicy(yaml, { kids: KIDS, bases: new Map([['clinic', BASE]]), storedAs });

  it('has that name and version whether its text says a version or neither', () => {
    for (const yaml of ['sensitivity: 1', 'name: desk\nversion: 2', 'extends: clinic'])
      expect(parse(yaml)).toMatchObject({ ok: true, policy: { name: 'desk', version: 6 } });
    const result = parse('extends: clinic');
    expect(result.ok && result.text).toMatch(/^name: desk\nversion: 6\n/);
  });

  it('is refused under another name, and for a version that is none', () => {
    expect(parse('sensitivity: 1\nname: other\nversion: 0')).toMatchObject({
      ok: false,
      problems: [
        { code: 'invalid_value', path: 'name', line: 2, column: 7 },
        { code: 'invalid_value', path: 'version', line: 3, column: 10 },
      ],
    });
  });
});
