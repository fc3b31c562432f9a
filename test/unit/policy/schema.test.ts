import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { TOKENIZATIONS } from '../../../src/policy/policy.ts';
import { KIND_SPELLINGS } from '../../../src/policy/spelling.ts';
import { KIDS, policyOf } from './policies.ts';

const schema: unknown = JSON.parse(readFileSync('schema/mask_policy.schema.json', 'utf8'));
const validate = new Ajv2020({ strict: true }).compile(schema as object);

const bases = new Map([['base', policyOf('name: base')]]);

/** Whether the parser takes the document; JSON is YAML. */
function parses(document: unknown): boolean {
  return parsePolicy(JSON.stringify(document), { kids: KIDS, bases }).ok;
}

const row = { enabled: true, regex: true, ner: false, confidence_threshold: 0.5, action: 'redact' };
const pattern = {
  name: 'chart',
  kind: 'MRN',
  regex: 'AC\\d{6}',
  cues: ['chart no'],
  within: 3,
  checksum: 'luhn',
  confidence: 0.8,
};
const good = {
  name: 'p',
  version: 1,
  description: 'two\nlines\tand a tab',
  kid: 'K_HEALTHCARE',
  epsilon: 0.5,
  tokenization: 'reversible-aead',
  passes: ['regex', 'gemma', 'diarize'],
  entities: { PHONE: row, person_name: {}, org: { action: 'passthrough' } },
  audit: { log_events: true, log_payloads: false, retention_days: 2555 },
  patterns: [pattern, { name: 'x', kind: 'other_id', regex: 'x' }],
  allow: ['Mercy General', 'é'],
  speakers: ['user', 'patient'],
  sensitivity: 0.5,
  on_degraded: 'block',
  binary_content: 'allow',
  calendar_dates: 'mask',
  platform: { bypass: 'warn' },
  restore: {
    speech: ['NAME', 'person_name'],
    tool_arguments: 'all',
    urls: [],
    tools: ['book_visit'],
    tool_form: 'as_said',
  },
  stream: { order_tool_calls: false },
  synthetic: { seed: 'spring', preserve_locale: true },
};

describe('schema/mask_policy.schema.json', () => {
  it('takes what the parser takes', () => {
    for (const document of [
      good,
      { name: 'p' },
      { name: 'p', entities: {} },
      { name: 'p', audit: {} },
      { extends: 'base' },
      { ...good, extends: 'base' },
      { ...good, synthetic: {} },
      { ...good, synthetic: { seed: -7 } },
      ...TOKENIZATIONS.map((tokenization) => ({ name: 'p', tokenization })),
      { ...good, restore: { tools: 'all', tool_form: 'canonical' } },
    ]) {
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
      ...[0, -1, 101, '1', 0.6].map((epsilon) => ({ ...good, epsilon })),
      ...['', 'aead', null].map((tokenization) => ({ ...good, tokenization })),
      ...[[], ['diarize'], ['regex', 'regex'], ['known'], ['regex', 1], 'regex'].map((passes) => ({ ...good, passes })),
      ...[null, [], { FONE: {} }, { Phone: {} }, { PHONE: null }, { PHONE: true }].map((entities) => ({
        ...good,
        entities,
      })),
      ...Object.keys(row).map((key) => ({ ...good, entities: { PHONE: { ...row, [key]: 'no' } } })),
      ...[-0.1, 1.1].map((threshold) => ({ ...good, entities: { PHONE: { confidence_threshold: threshold } } })),
      { ...good, entities: { PHONE: { threshold: 0.5 } } },
      ...Object.keys(good.audit).map((key) => ({ ...good, audit: { ...good.audit, [key]: 'no' } })),
      ...[0, 36526, 1.5].map((days) => ({ ...good, audit: { retention_days: days } })),
      { ...good, audit: { log: true } },
      { ...good, on_degraded: 'stop' },
      { ...good, binary_content: true },
      { ...good, calendar_dates: 'never' },
      { ...good, platform: { bypass: 'allow' } },
      { ...good, platform: { bypasses: 'strip' } },
      { ...good, stream: { order_tool_calls: 'no' } },
      { ...good, stream: { order: true } },
      { ...good, patternz: [] },
      ...Object.entries({
        name: ['', 'a b', '.a', 'x'.repeat(41), 7, null],
        kind: ['', 'FONE', null, 7],
        regex: ['', 'x'.repeat(513), 7, null],
        cues: ['x', [7], [' '], ['x'.repeat(65)], ['a\nb'], Array.from({ length: 21 }, () => 'x'), null],
        within: [-1, 51, 1.5, '1'],
        checksum: ['crc', null, 7],
        confidence: [-0.1, 1.1, '1'],
        weight: [1],
      }).flatMap(([key, values]) => values.map((value) => ({ ...good, patterns: [{ ...pattern, [key]: value }] }))),
      ...['name', 'kind', 'regex'].map((key) => ({ ...good, patterns: [{ ...pattern, [key]: undefined }] })),
      { ...good, passes: ['ner'] },
      ...[{}, null, ['x'], Array.from({ length: 51 }, (_, i) => ({ ...pattern, name: `p${i}` }))].map((patterns) => ({
        ...good,
        patterns,
      })),
      ...['x', [''], [' x'], [7], ['a\nb'], ['x'.repeat(129)], null, Array.from({ length: 1001 }, () => 'x')].map(
        (allow) => ({ ...good, allow }),
      ),
      ...['user', [], [''], [7], ['x'.repeat(65)], null, Array.from({ length: 51 }, () => 'x')].map((speakers) => ({
        ...good,
        speakers,
      })),
      ...[-0.1, 1.1, '0.5', null, true].map((sensitivity) => ({ ...good, sensitivity })),
      ...['none', 'NAME', ['FONE'], [7], 7, {}, null].flatMap((kinds) =>
        ['speech', 'tool_arguments', 'urls'].map((key) => ({ ...good, restore: { [key]: kinds } })),
      ),
      ...['none', ['a b'], [''], [7], 7, {}, null, ['x'.repeat(65)]].map((tools) => ({ ...good, restore: { tools } })),
      ...[null, [], 'all', { speach: 'all' }].map((restore) => ({ ...good, restore })),
      ...['', ' x', 'x'.repeat(257), 1.5, 2 ** 53, true, null, []].map((seed) => ({ ...good, synthetic: { seed } })),
      ...[{ preserve_locale: 'no' }, { preserve_locale: false }, { locale: true }, null, []].map((synthetic) => ({
        ...good,
        synthetic,
      })),
      { ...good, extends: 7 },
      { ...good, extends: null },
    ];
    const taken = bad.filter((document) => validate(document) || parses(document));
    expect(taken).toEqual([]);
  });

  it('knows every spelling of a kind', () => {
    for (const spelling of KIND_SPELLINGS.keys())
      expect([spelling, validate({ name: 'p', entities: { [spelling]: {} } })]).toEqual([spelling, true]);
  });

  it('agrees with the parser on any mixture of good and bad values', () => {
    const junk = fc.constantFrom<unknown>(null, true, 'x', '', 0, 1, -1, 1.5, [], {}, ['regex']);
    const mostly = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: junk });
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
    const rows = fc.record(
      { NAME: anyRow, phone_number: anyRow, ssn: anyRow, ORG: mostly(anyRow) },
      { requiredKeys: [] },
    );
    const kindChoice = mostly(
      fc.oneof(fc.constant('all'), fc.array(fc.constantFrom('NAME', 'phone_number', 'FONE'), { maxLength: 3 })),
    );
    const anyPattern = mostly(
      fc.record(
        {
          name: mostly(fc.constantFrom('a', 'B.2')),
          kind: fc.constantFrom('MRN', 'other_id', 'MNR'),
          regex: mostly(fc.constant('\\d{7}')),
          cues: mostly(fc.array(fc.constantFrom('chart', 'a b', ''), { maxLength: 2 })),
          within: mostly(fc.integer({ min: -1, max: 51 })),
          checksum: mostly(fc.constantFrom('luhn', 'verhoeff')),
          confidence: mostly(fc.double({ min: 0, max: 1, noNaN: true })),
        },
        { requiredKeys: ['name', 'kind', 'regex'] },
      ),
    );
    const anyPolicy = fc.record(
      {
        name: mostly(fc.constantFrom('p', 'a b', '😀')),
        version: mostly(fc.integer({ min: 0, max: 3 })),
        description: mostly(fc.constantFrom('', 'text', 'a\u0001b')),
        kid: fc.constantFrom('K_HEALTHCARE', 'K_OTHER', 'bad kid'),
        epsilon: mostly(fc.constantFrom(0.5, 0.5, 0.5, 1)),
        tokenization: mostly(fc.constantFrom('vault-deterministic', 'reversible-aead', 'synthetic')),
        passes: mostly(fc.array(fc.constantFrom('regex', 'ner', 'gemma', 'diarize'), { maxLength: 3 })),
        entities: mostly(rows),
        audit: mostly(
          fc.record(
            { log_events: fc.constantFrom(true, true, false), retention_days: mostly(fc.constantFrom(2555, 2555, 30)) },
            { requiredKeys: [] },
          ),
        ),
        on_degraded: mostly(fc.constantFrom('degrade', 'block')),
        binary_content: mostly(fc.constantFrom('block', 'allow')),
        calendar_dates: mostly(fc.constantFrom('keep', 'mask')),
        platform: mostly(fc.record({ bypass: fc.constantFrom('strip', 'warn', 'refuse') }, { requiredKeys: [] })),
        // One pattern: the schema cannot refuse two of one name.
        patterns: mostly(fc.array(anyPattern, { maxLength: 1 })),
        allow: mostly(fc.array(fc.constantFrom('Mercy', ' x', '😀'), { maxLength: 2 })),
        speakers: mostly(fc.array(fc.constantFrom('user', 'patient'), { maxLength: 2 })),
        sensitivity: mostly(fc.double({ min: 0, max: 1, noNaN: true })),
        restore: mostly(
          fc.record(
            {
              speech: kindChoice,
              tool_arguments: kindChoice,
              urls: kindChoice,
              tools: mostly(fc.array(fc.constantFrom('a_b', 'a b'))),
              tool_form: mostly(fc.constantFrom('canonical', 'as_said', 'best')),
            },
            { requiredKeys: [] },
          ),
        ),
        synthetic: mostly(
          fc.record(
            { seed: fc.constantFrom(7, 's', ''), preserve_locale: mostly(fc.constantFrom(true, true, false)) },
            { requiredKeys: [] },
          ),
        ),
      },
      { requiredKeys: ['name'] },
    );
    fc.assert(
      fc.property(anyPolicy, (document) => {
        expect(validate(document)).toBe(parses(document));
      }),
      { numRuns: 1000 },
    );
  });
});
