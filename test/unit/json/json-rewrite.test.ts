import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { beginsAsJson, rewriteJson, UniqueKeys, type JsonRewriter } from '../../../src/json/json-rewrite.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const same = (text: string): string => text;
const untouched: JsonRewriter = { text: same, number: same, key: same };
const upper: JsonRewriter = { text: (t) => t.toUpperCase(), number: same, key: same };

describe('rewriting a JSON text', () => {
  it('is no JSON to us with an object of over 10,000 keys, wherever it stands', () => {
    const text = (keys: number) =>
      JSON.stringify([{ a: Object.fromEntries(Array.from({ length: keys }, (_, n) => [`key ${n}`, n])) }]);
    expect(rewriteJson(text(10_000), untouched)).toBe(text(10_000));
    expect(rewriteJson(text(10_001), untouched)).toBeNull();
  });

  it('changes nothing when nothing is rewritten: not white space, number forms, escapes or equal keys', () => {
    const text =
      ' {\t"a" : 1.50e+3, "a":-0,"big":12345678901234567890 ,"\\u0061\\/":[ true,null , "x\\u00e9"],"":{}}\n';
    expect(rewriteJson(text, untouched)).toBe(text);
  });

  it('changes strings and leaves all around them', () => {
    expect(rewriteJson('{ "a": "b\\n" , "c": [12345678901234567890, "d"] }', upper)).toBe(
      '{ "a": "B\\n" , "c": [12345678901234567890, "D"] }',
    );
  });

  it('writes a rewritten number as a string', () => {
    const number = (source: string) => (source.length > 5 ? 'LONG' : source);
    expect(rewriteJson('{"a":-5551234567,"b":12,"c":[1.5e10]}', { ...untouched, number })).toBe(
      '{"a":"LONG","b":12,"c":["LONG"]}',
    );
  });

  it('decodes what it hands out and encodes what it gets back', () => {
    const seen: string[] = [];
    const text = (t: string) => {
      seen.push(t);
      return `${t}"\n\\`;
    };
    expect(rewriteJson('["\\u0041\\"\\\\"]', { ...untouched, text })).toBe(JSON.stringify(['A"\\"\n\\']));
    expect(seen).toEqual(['A"\\']);
  });

  it('says under which key a value stands, as the key was rewritten', () => {
    const seen: unknown[] = [];
    const note = (value: string, key: string | null) => {
      seen.push([value, key]);
      return value;
    };
    rewriteJson('{"mrn":{"x":["a",1]},"phone":"b","list":[[2],{"z":"c"}],"end":"d"}', {
      text: note,
      number: note,
      key: (key) => key.toUpperCase(),
    });
    expect(seen).toEqual([
      ['a', 'X'],
      ['1', 'X'],
      ['b', 'PHONE'],
      ['2', 'LIST'],
      ['c', 'Z'],
      ['d', 'END'],
    ]);
  });

  it('keeps both values when two keys become equal', () => {
    const out = rewriteJson('{"a":1,"b":2,"c":{"a":3}}', { ...untouched, key: () => 'K' });
    expect(JSON.parse(out ?? '')).toEqual({ K: 1, K_2: 2, K_3: { K: 3 } });
  });

  it('leaves what is no JSON object, array or string', () => {
    for (const text of ['', ' ', 'plain', '5551234567', 'true', '{"a":1', '{} x', "{'a':1}", '[1,]']) {
      expect(rewriteJson(text, upper)).toBeNull();
    }
  });

  it('gives up on very deep nesting instead of overflowing', () => {
    expect(rewriteJson('['.repeat(5000) + ']'.repeat(5000), upper)).toBeNull();
  });

  it('does what rewriting the parsed value does', () => {
    const rewriteValue = (value: unknown): unknown => {
      if (typeof value === 'string') return `<${value}>`;
      if (typeof value === 'number') return `#${value}`;
      if (Array.isArray(value)) return value.map(rewriteValue);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [`${k}!`, rewriteValue(v)]));
    };
    const rewriter: JsonRewriter = { text: (t) => `<${t}>`, number: (n) => `#${Number(n)}`, key: (k) => `${k}!` };
    const document = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), fc.string());
    fc.assert(
      fc.property(document, fc.nat(2), (value, indent) => {
        const out = rewriteJson(JSON.stringify(value, null, indent), rewriter);
        // Through JSON once more: -0 and index-like keys are written in JSON's own way.
        expect(JSON.parse(out ?? '')).toEqual(rewriteValue(JSON.parse(JSON.stringify(value))));
      }),
      { numRuns: 1500 },
    );
  });
});

describe('the beginning of a text', () => {
  it.each([
    ['{', true],
    [' \r\n\t["', true],
    ['"', true],
    ['x{', false],
    ['5', false],
    ['', null],
    [' \n', null],
  ])('%j says of JSON: %j', (text, answer) => {
    expect(beginsAsJson(text)).toBe(answer);
  });
});

describe('unique keys', () => {
  it('count on from key to key without colliding', () => {
    const keys = new UniqueKeys();
    expect(['a', 'a_2', 'a', 'a', 'b', 'a_2'].map((key) => keys.claim(key))).toEqual([
      'a',
      'a_2',
      'a_3',
      'a_4',
      'b',
      'a_2_2',
    ]);
  });

  it('are quick however many collide', () => {
    const keys = new UniqueKeys();
    const all = new Set(Array.from({ length: 50_000 }, () => keys.claim('k')));
    expect(all.size).toBe(50_000);
  });
});
