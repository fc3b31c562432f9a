import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTITY_KEYS } from '../../../src/policy/kind-reader.ts';
import { parsePolicy, POLICY_KEYS, RESTORE_KEYS, STREAM_KEYS, SYNTHETIC_KEYS } from '../../../src/policy/parse.ts';
import { MAX_CUES, MAX_PATTERNS, PATTERN_KEYS } from '../../../src/policy/pattern-reader.ts';
import { MAX_LEXEMES, MAX_POLICY_BYTES } from '../../../src/policy/yaml-source.ts';
import { KIDS, placesOf, policyOf, problemsOf } from './policies.ts';

describe('one plain YAML document', () => {
  it.each([
    ['broken syntax', 'name: p\npasses: [regex', '2:15 invalid_yaml'],
    ['a tab as indentation', 'name: p\naudit:\n\tlog_events: true', '3:1 invalid_yaml'],
    ['two documents', 'name: p\n---\nname: q', '2:1 invalid_yaml'],
    ['nothing', '', '1:1 invalid_yaml'],
    ['a comment only', '# later', '1:1 invalid_yaml'],
    ['a list', '- name: p', '1:1 invalid_value'],
    ['a word', 'healthcare-default', '1:1 invalid_value'],
    ['a duplicate key', 'name: p\nname: q', '2:1 invalid_yaml name'],
    ['a duplicate key inside', 'name: p\nentities:\n  SSN: {}\n  SSN: {}', '4:3 invalid_yaml entities.SSN'],
    ['a custom tag', 'name: !secret p', '1:7 invalid_yaml'],
    ['a custom tag on a mapping', 'name: p\naudit: !js/function {}', '2:8 invalid_yaml'],
    ['a tag of YAML 1.1', 'name: !!binary aGk=', '1:7 invalid_yaml'],
    ['an alias without an anchor', 'name: *nobody', '1:7 invalid_value name'],
    ['YAML 1.1', '%YAML 1.1\n---\nname: p', '1:1 invalid_yaml'],
    ['a control character', 'name: p\u0000', '1:8 invalid_yaml'],
    ['half a character', 'name: p\ndescription: \ud800', '2:14 invalid_yaml'],
  ])('refuses %s', (_what, text, place) => {
    expect(placesOf(text)[0]).toBe(place);
  });

  it('takes a byte order mark, the YAML 1.2 directive and standard tags', () => {
    expect(policyOf('\uFEFF%YAML 1.2\n---\nname: !!str 7\n...\n').name).toBe('7');
  });

  it('reads booleans as YAML 1.2 does', () => {
    expect(placesOf('name: p\naudit: { log_events: no }')).toEqual(['2:22 invalid_value audit.log_events']);
  });

  it('does not merge', () => {
    expect(placesOf('name: p\n<<: { version: 2 }')).toEqual(['2:1 unknown_key ?']);
  });
});

describe('aliases', () => {
  it('stand for what they name, and their problems stand where they are used', () => {
    const text = 'name: p\nentities:\n  SSN: &row { action: redact }\n  MRN: *row\n  DOB: { action: *row }';
    expect(placesOf(text)).toEqual(['5:18 invalid_value entities.DOB.action']);
    expect(policyOf(text.replace('action: *row', 'action: redact')).entities.MRN.action).toBe('redact');
  });

  it('cannot explode, refer to themselves, or be many', () => {
    const bomb = Array.from({ length: 30 }, (_, i) => `k${i}: &a${i} [${`*a${Math.max(i - 1, 0)},`.repeat(9)}]`);
    expect(placesOf(`name: p\n${bomb.join('\n')}`).every((place) => place.includes('invalid_yaml'))).toBe(true);
    expect(placesOf('name: p\nentities: &e { SSN: *e }')).toHaveLength(1);
    const many = Array.from({ length: 101 }, () => '*p').join(', ');
    expect(problemsOf(`name: &p p\npasses: [${many}]`)).toMatchObject([
      { code: 'invalid_yaml', message: 'at most 100 aliases' },
    ]);
  });
});

describe('hostile text', () => {
  const size = MAX_POLICY_BYTES;
  it('is refused over 256 kB, counted in bytes', () => {
    const padding = (bytes: number): string => `name: p\n#${'é'.repeat((bytes - 9) / 2)}`;
    expect(problemsOf(padding(size + 1))).toMatchObject([
      { code: 'invalid_yaml', message: 'a policy has at most 256 kB' },
    ]);
    expect(problemsOf(padding(size - 1))).toEqual([]);
  });

  it.each([
    ['brackets', '['.repeat(size)],
    ['nested mappings', '{a: '.repeat(size / 4)],
    ['nested lists', '- '.repeat(size / 2)],
    ['as deep as the lexeme limit allows', '['.repeat(MAX_LEXEMES - 5)],
    ['as deep as indentation allows', Array.from({ length: 700 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['commas', `[${','.repeat(size - 1)}`],
    ['quotes', '"'.repeat(size)],
    ['anchors', '&a '.repeat(size / 3)],
    ['tags', '!a '.repeat(size / 3)],
    ['documents', '---\n'.repeat(size / 4)],
    ['line breaks', '\n'.repeat(size)],
    ['many keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['one long key', `${'k'.repeat(1000)}: 1`],
  ])(
    'is answered with problems, not an exception: %s',
    (_what, text) => {
      expect(parsePolicy(text, { kids: KIDS }).ok).toBe(false);
    },
    60_000,
  );

  it('is refused with more lexemes than the parser reads in a tick, and read with as many terms, patterns and cues as there may be', () => {
    const items = (count: number, item: (n: number) => string): string =>
      Array.from({ length: count }, (_, n) => item(n)).join('');
    const largest = `name: p
allow:
${items(1000, (n) => `  - "term ${n}"\n`)}patterns:
${items(MAX_PATTERNS, (n) => `  - name: n${n}\n    kind: MRN\n    regex: 'A${n}'\n    within: 5\n    cues:\n${items(MAX_CUES, (cue) => `      - "cue ${cue}"\n`)}`)}`;
    expect(problemsOf(largest)).toEqual([]);
    expect(problemsOf(`name: p\nallow: [${items(MAX_LEXEMES / 2, (n) => `t${n},`)}]`)).toMatchObject([
      { message: 'too complex for a policy' },
    ]);
  });

  it('never throws, and every problem has a place in the text', () => {
    const lexeme = fc.constantFrom(
      'name: p',
      'entities',
      ':',
      ' ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '&a',
      '*a',
      '!t ',
      '|',
      '>',
      '#',
      '%',
      '---',
      '?',
      'PHONE',
      'kid',
      '\t',
      'é',
      '😀',
      'patterns: ',
      'regex: ',
      '(',
      'allow: ',
      'speakers: ',
      'restore: ',
      'speech: ',
      'synthetic: ',
      'seed: ',
      'extends: ',
      '1e999',
      '0x',
    );
    fc.assert(
      fc.property(fc.array(lexeme, { maxLength: 40 }), (lexemes) => {
        const text = lexemes.join('');
        const lines = text.split('\n');
        for (const { line, column, message } of problemsOf(text)) {
          expect(message).not.toBe('');
          expect(lines[line - 1]).toBeDefined();
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws for a document of any shape under the keys that there are', () => {
    const value = fc.oneof(
      fc.constantFrom('all', 'NAME', 'regex', 'luhn', '(', '*', 'a b', '', ' ', '\u0000', '😀', 'user'),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
    );
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        value,
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(
          fc.constantFrom(
            ...POLICY_KEYS,
            ...ENTITY_KEYS,
            ...PATTERN_KEYS,
            ...RESTORE_KEYS,
            ...STREAM_KEYS,
            ...SYNTHETIC_KEYS,
            'NAME',
            'toString',
            '__proto__',
          ),
          tie('node'),
          { maxKeys: 6 },
        ),
      ),
    })).node;
    const document = fc.dictionary(fc.constantFrom(...POLICY_KEYS), tree, { maxKeys: 8 });
    fc.assert(
      fc.property(document, (policy) => {
        const text = JSON.stringify(policy);
        for (const { line, column } of problemsOf(text)) {
          expect(line).toBe(1);
          expect(column).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
