import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { KIND_SPELLINGS } from '../../../src/policy/spelling.ts';
import { KIDS } from './policies.ts';

const schema: unknown = JSON.parse(readFileSync('schema/mask_policy.schema.json', 'utf8'));
const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(schema as object);

/** Whether the parser takes the document; JSON is YAML. */
function parses(document: unknown): boolean {
  return parsePolicy(JSON.stringify(document), { kids: KIDS }).ok;
}

const row = { enabled: true, regex: true, ner: false, confidence_threshold: 0.5, action: 'redact' };
const good = {
  name: 'p',
  version: 1,
  description: 'two\nlines\tand a tab',
  kid: 'K_HEALTHCARE',
  epsilon: 0.5,
  tokenization: 'synthetic',
  passes: ['regex', 'gemma', 'diarize'],
  entities: { PHONE: row, person_name: {}, org: { action: 'passthrough' } },
  audit: { log_events: true, log_payloads: false, retention_days: 36525 },
  on_degraded: 'block',
  binary_content: 'allow',
};

describe('schema/mask_policy.schema.json', () => {
  it('takes what the parser takes', () => {
    for (const document of [good, { name: 'p' }, { name: 'p', entities: {} }, { name: 'p', audit: {} }]) {
      expect([validate(document), parses(document)]).toEqual([true, true]);
    }
  });

  it('takes the shipped policy', () => {
    expect(validate(parse(readFileSync('configs/mask_policy.yaml', 'utf8')))).toBe(true);
  });

  it('refuses what the parser refuses', () => {
    const bad: unknown[] = [
      null,
      [],
      'p',
      {},
      ...['', ' p', 'p ', 'a\nb', 'x'.repeat(65), 7, null].map((name) => ({ ...good, name })),
      ...[0, 1.5, 2 ** 31, '1', null].map((version) => ({ ...good, version })),
      ...['\u0000', 'x'.repeat(2001), 7, null].map((description) => ({ ...good, description })),
      ...['', 'k', '1K', 'K-1', `K${'K'.repeat(64)}`, 7].map((kid) => ({ ...good, kid })),
      ...[0, -1, 101, '1'].map((epsilon) => ({ ...good, epsilon })),
      ...['', 'aead', null].map((tokenization) => ({ ...good, tokenization })),
      ...[[], ['diarize'], ['regex', 'regex'], ['known'], ['regex', 1], 'regex'].map((passes) => ({ ...good, passes })),
      ...[null, [], { FONE: {} }, { Phone: {} }, { PHONE: null }, { PHONE: true }].map((entities) => ({ ...good, entities })),
      ...Object.keys(row).map((key) => ({ ...good, entities: { PHONE: { ...row, [key]: 'no' } } })),
      ...[-0.1, 1.1].map((threshold) => ({ ...good, entities: { PHONE: { confidence_threshold: threshold } } })),
      { ...good, entities: { PHONE: { threshold: 0.5 } } },
      ...Object.keys(good.audit).map((key) => ({ ...good, audit: { ...good.audit, [key]: 'no' } })),
      ...[0, 36526, 1.5].map((days) => ({ ...good, audit: { retention_days: days } })),
      { ...good, audit: { log: true } },
      { ...good, on_degraded: 'stop' },
      { ...good, binary_content: true },
      { ...good, patternz: [] },
    ];
    const taken = bad.filter((document) => validate(document) || parses(document));
    expect(taken).toEqual([]);
  });

  it('knows every spelling of a kind', () => {
    for (const spelling of KIND_SPELLINGS.keys()) expect([spelling, validate({ name: 'p', entities: { [spelling]: {} } })]).toEqual([spelling, true]);
  });

  it('agrees with the parser on any mixture of good and bad values', () => {
    const junk = fc.constantFrom<unknown>(null, true, 'x', '', 0, 1, -1, 1.5, [], {}, ['regex']);
    const mostly = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> => fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: junk });
    const anyRow = fc.record(
      {
        enabled: mostly(fc.boolean()),
        regex: mostly(fc.boolean()),
        ner: mostly(fc.boolean()),
        confidence_threshold: mostly(fc.double({ min: 0, max: 1, noNaN: true })),
        action: mostly(fc.constantFrom('tokenize', 'redact', 'passthrough')),
      },
      { requiredKeys: [] },
    );
    // One spelling per kind: the schema cannot refuse two.
    const rows = fc.record({ NAME: anyRow, phone_number: anyRow, ssn: anyRow, ORG: mostly(anyRow) }, { requiredKeys: [] });
    const anyPolicy = fc.record(
      {
        name: mostly(fc.constantFrom('p', 'a b', '😀')),
        version: mostly(fc.integer({ min: 0, max: 3 })),
        description: mostly(fc.constantFrom('', 'text', 'a\u0001b')),
        kid: fc.constantFrom('K_HEALTHCARE', 'K_OTHER', 'bad kid'),
        epsilon: mostly(fc.double({ min: 0, max: 100, noNaN: true })),
        tokenization: mostly(fc.constantFrom('vault-deterministic', 'reversible-aead', 'synthetic')),
        passes: mostly(fc.array(fc.constantFrom('regex', 'ner', 'gemma', 'diarize'), { maxLength: 3 })),
        entities: mostly(rows),
        audit: mostly(fc.record({ log_events: fc.boolean(), retention_days: mostly(fc.integer({ min: 0, max: 9999 })) }, { requiredKeys: [] })),
        on_degraded: mostly(fc.constantFrom('degrade', 'block')),
        binary_content: mostly(fc.constantFrom('block', 'allow')),
      },
      { requiredKeys: ['name'] },
    );
    fc.assert(
      fc.property(anyPolicy, (document) => {
        expect(validate(document)).toBe(parses(document));
      }),
      { numRuns: 1000 },
    );
  }, 60_000);
});
