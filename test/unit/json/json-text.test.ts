import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { MAX_JSON_DEPTH, parseJsonBytes, type JsonProblem } from '../../../src/json/json-bytes.ts';
import { MAX_JSON_KEYS } from '../../../src/json/json-parsing.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const parse = (text: string) => parseJsonBytes(Buffer.from(text));
const reason = (bytes: Uint8Array): JsonProblem['reason'] | 'accepted' => {
  const result = parseJsonBytes(bytes);
  return result.ok ? 'accepted' : result.problem.reason;
};

describe('a JSON body', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(3), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a scalar', '5'],
    ['an empty key, twice in different objects', '{"":{"":1}}'],
    ['equal keys in neighbours', '[{"a":1},{"a":2}]'],
    ['colons and brackets in strings', '{"a:b":"{[:\\":\\\\","c":":"}'],
    ['keys that prototypes have', '{"__proto__":{"x":1},"constructor":2,"toString":3}'],
    ['keys that differ in their normal form only', '{"\\u00e9":1,"e\\u0301":2}'],
    ['a lone surrogate as an escape', '{"a":"\\ud800"}'],
    ['the largest number', '1.7976931348623157e308'],
    ['a number that rounds to zero', '1e-999'],
  ])('may hold %s', (_, text) => {
    expect(reason(Buffer.from(text))).toBe('accepted');
  });

  it('keeps lone surrogates that are escaped', () => {
    const result = parse('"\\ud83d\\u0041"');
    expect(result).toEqual({ ok: true, value: '\ud83dA' });
  });

  it('keeps a key __proto__ as a key', () => {
    const result = parse('{"__proto__":{"admin":true}}');
    if (!result.ok) throw new Error('refused');
    expect(Object.keys(result.value as object)).toEqual(['__proto__']);
    expect((result.value as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each([
    ['twice the same key', '{"a":1,"a":1}'],
    ['the same key in another escaping', '{"a":1,"\\u0061":2}'],
    ['a key twice, deep down', '[{"x":[{"k":{"b":0,"c":1,"b":2}}]}]'],
    ['twice an empty key', '{"":1,"":2}'],
    ['twice __proto__', '{"__proto__":1,"__proto__":2}'],
    ['twice an index', '{"1":1,"1":2}'],
    ['a key twice, first with an object of as many keys', '{"a":{"b":1},"a":{"b":1}}'],
  ])('is refused with %s', (_, text) => {
    expect(reason(Buffer.from(text))).toBe('duplicate_key');
  });

  it('is refused with a duplicate key wherever it stands, however it is escaped', () => {
    const escape = (key: string) => key.replace(/./g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const key = fc.stringMatching(/^[a-z]{1,5}$/);
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 3 }),
        key,
        fc.json({ maxDepth: 2 }),
        fc.boolean(),
        (json, name, value, escaped) => {
          const second = escaped ? escape(name) : name;
          expect(reason(Buffer.from(`[${json},{"${name}":${value},"other_1":1,"${second}":${json}}]`))).toBe(
            'duplicate_key',
          );
        },
      ),
    );
  });

  it.each([
    ['nothing', ''],
    ['white space', '  '],
    ['a trailing comma', '{"a":1,}'],
    ['a second value', '{} {}'],
    ['single quotes', "{'a':1}"],
    ['an unterminated string', '{"a":"b'],
    ['an unterminated string after a backslash', '"\\'],
    ['a comment', '{}//'],
    ['NaN', '[NaN]'],
    ['a byte order mark', '\ufeff{}'],
    ['a raw line break in a string', '"a\nb"'],
  ])('is refused when it is %s', (_, text) => {
    expect(reason(Buffer.from(text))).toBe('syntax');
  });

  it.each([
    ['a stray continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a code point over U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ['a sequence cut short', [0x22, 0xe2, 0x82]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00]],
  ])('is refused with %s', (_, bytes) => {
    expect(reason(Uint8Array.from(bytes))).toBe('invalid_utf8');
  });

  it('may be nested 64 levels, not 65', () => {
    const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
    expect(reason(nested(MAX_JSON_DEPTH))).toBe('accepted');
    expect(reason(nested(MAX_JSON_DEPTH + 1))).toBe('too_deep');
    expect(reason(nested(1_000_000))).toBe('too_deep');
    expect(reason(Buffer.from('{"a":'.repeat(65) + '1' + '}'.repeat(65)))).toBe('too_deep');
    expect(reason(Buffer.from(JSON.stringify('['.repeat(100))))).toBe('accepted');
  });

  it('may have an object with 10,000 keys, not 10,001, wherever it stands', () => {
    const withKeys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`key ${n}`, n]));
    const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
    for (const around of [(object: object) => object, (object: object) => ({ a: [1, object] })]) {
      expect(reason(bytes(around(withKeys(MAX_JSON_KEYS))))).toBe('accepted');
      expect(reason(bytes(around(withKeys(MAX_JSON_KEYS + 1))))).toBe('too_many_keys');
    }
    expect(reason(bytes(Array.from({ length: 3 }, () => withKeys(MAX_JSON_KEYS))))).toBe('accepted');
  });

  it('is refused with a number that no double holds', () => {
    expect(reason(Buffer.from('{"a":[1e309]}'))).toBe('number_out_of_range');
    expect(reason(Buffer.from('-1e999'))).toBe('number_out_of_range');
  });

  it.each([
    ['a number out of range under a key that comes again', (pad: string) => `{"a":1e309,"p":"${pad}","a":1}`],
    ['a number out of range under a key that came before', (pad: string) => `{"a":1,"p":"${pad}","a":1e309}`],
  ])('is refused for the key, below and above the size of a piece, with %s', (_, text) => {
    for (const padding of [0, 70_000]) expect(reason(Buffer.from(text(' '.repeat(padding))))).toBe('duplicate_key');
  });

  it('is never repeated in a refusal', () => {
    for (const text of ['{"5551234567":1,"5551234567":2}', '{"5551234567"', '["5551234567", 1e999]']) {
      const result = parse(text);
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toContain('555');
    }
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        parseJsonBytes(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});
