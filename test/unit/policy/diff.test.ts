import { describe, expect, it } from 'vitest';
import { policyDifferences } from '../../../src/policy/diff.ts';
import { policyOf } from './policies.ts';

const NAMED = 'name: a\n';

describe('the differences of two policies', () => {
  it('are none where one writes out what the other leaves to the defaults', () => {
    const written = policyOf(`${NAMED}sensitivity: 0.25\nentities: { NAME: { action: tokenize, ner: true } }`);
    expect(policyDifferences(policyOf(NAMED), written)).toEqual([]);
  });

  it('leave out name and version', () => {
    expect(policyDifferences(policyOf(NAMED), policyOf('name: b\nversion: 9'))).toEqual([]);
  });

  it('name each setting by its path, with both values as JSON', () => {
    const after = policyOf(
      `${NAMED}allow: [Mercy]\nentities: { SSN: { confidence_threshold: 0.9 } }\naudit: { log_payloads: true }`,
    );
    expect(policyDifferences(policyOf(NAMED), after)).toEqual([
      { path: 'entities.SSN.confidence_threshold', before: '0.6', after: '0.9' },
      { path: 'allow', before: '[]', after: '["Mercy"]' },
      { path: 'audit.log_payloads', before: 'false', after: 'true' },
    ]);
  });

  it('name patterns by their names, whatever their order', () => {
    const a = "{ name: a, kind: MRN, regex: 'a{4}' }";
    const b = "{ name: b, kind: MRN, regex: 'b{4}' }";
    const both = policyOf(`${NAMED}patterns: [${a}, ${b}]`);
    expect(policyDifferences(both, policyOf(`${NAMED}patterns: [${b}, ${a}]`))).toEqual([]);
    expect(
      policyDifferences(both, policyOf(`${NAMED}patterns: [${b}]`)).map(({ path, after }) => [path, after]),
    ).toEqual([['patterns.a', null]]);
  });
});
