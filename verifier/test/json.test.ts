import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isArray, isObject, readJson, type JsonValue } from '../src/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../src/limits.ts';
import { Unreadable } from '../src/unreadable.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string, limits?: Partial<Limits>): JsonValue =>
  readJson(utf8(text), { ...DEFAULT_LIMITS, ...limits }).value;

function refusal(bytes: Uint8Array, limits?: Partial<Limits>): Unreadable {
  try {
    readJson(bytes, { ...DEFAULT_LIMITS, ...limits });
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
  throw new Error('the reader accepted the bytes');
}

/** The value as JSON.parse would give it. */
function plain(value: JsonValue): unknown {
  if (isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  // Defines members, where assignment would not: __proto__ stays a member.
  return Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]));
}

describe('what the reader accepts', () => {
  it.each(['null', 'true', 'false', '0', '-1', '1.5e3', '""', '[]', '{}', ' [ 1 , { "a" : [ ] } ]\r\n\t'])(
    '%j',
    (text) => {
      expect(plain(read(text))).toEqual(JSON.parse(text));
    },
  );

  it('reads any JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'grapheme' }), fc.nat(3), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        expect(JSON.stringify(plain(read(spaced)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes __proto__ for a key like any other', () => {
    const value = read('{"__proto__":{"polluted":true},"constructor":1}');
    expect(isObject(value) && [...value.keys()]).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('what the reader refuses', () => {
  it.each([
    '',
    ' ',
    '{',
    '[',
    '"',
    '[1,]',
    '[,1]',
    '[1 2]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{1:2}',
    '[1}',
    '{"a":1]',
    'nul',
    'nulll',
    'TRUE',
    'undefined',
    'NaN',
    'Infinity',
    '-Infinity',
    '//',
    '/* */1',
    '1 1',
    '[] []',
    ']',
    '}',
    ',',
    ':',
    '01',
    '-',
    '+1',
    '1.',
    '.5',
    '1e',
    '1e+',
    '0x10',
    '1_000',
    '-01',
    '--1',
    '1.2.3',
    '00',
    '-00.0',
    '2.e3',
    '\u0661',
    '"\t"',
    '"\n"',
    '"\u0000"',
    '"\\x41"',
    '"\\u12"',
    '"\\u 123"',
    '"\\',
    '"\\"',
    '"\\377"',
    '\u00a01',
    '\ufeff1',
    '1\u2028',
    '\f1',
  ])('not JSON: %j', (text) => {
    expect(refusal(utf8(text)).code).toBe('not_json');
  });

  it.each(['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '[{"":1,"":2}]', '{"__proto__":1,"__proto__":1}'])(
    'a key twice: %j',
    (text) => {
      expect(refusal(utf8(text)).code).toBe('duplicate_key');
    },
  );

  it.each(['"\\ud800"', '"\\udc00"', '"\\udc00\\ud800"', '"\\ud800x"', '{"\\udfff":1}', '"\\ud83d\\ude02\\ud83d"'])(
    'half a pair: %j',
    (text) => {
      expect(refusal(utf8(text)).code).toBe('lone_surrogate');
    },
  );

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '100000000000000000001',
    '1e309',
    '-1e309',
    '1e-400',
    '0.0001e-99999',
    '1'.repeat(65),
  ])('a number that a double cannot hold: %s', (text) => {
    expect(refusal(utf8(text)).code).toBe('number_out_of_range');
  });

  it.each([
    '9007199254740991',
    '-9007199254740991',
    '9007199254740992',
    '295147905179352830000',
    '1e308',
    '5e-324',
    '0e-999',
    '-0',
    '1E30',
    '333333333.33333329',
  ])('but takes %s', (text) => {
    expect(read(text)).toBe(Number(text));
  });

  it.each([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]])(
    'malformed UTF-8 %j, and says where',
    (...bad) => {
      const bytes = Uint8Array.from([...utf8('{"a":["x","'), ...bad, ...utf8('"]}')]);
      expect(refusal(bytes)).toMatchObject({ code: 'not_utf8', path: '/a/1', offset: 11 });
    },
  );

  it('a byte order mark', () => {
    expect(refusal(Uint8Array.from([0xef, 0xbb, 0xbf, 0x31])).code).toBe('not_json');
  });

  it('names the place by a JSON Pointer', () => {
    expect(refusal(utf8('{"a":[1,{"b/c~":[tru]}]}'))).toMatchObject({ path: '/a/1/b~1c~0/0', offset: 17 });
    expect(refusal(utf8('[{"a":1} {"b":2}]'))).toMatchObject({ path: '/0' });
  });
});

describe('the bounds', () => {
  it('depth: 64 is read, 65 is refused, and a million does not overflow the stack', () => {
    expect(isArray(read('['.repeat(64) + ']'.repeat(64)))).toBe(true);
    expect(refusal(utf8('['.repeat(65) + ']'.repeat(65))).code).toBe('too_deep');
    expect(refusal(utf8('{"":'.repeat(1_000_000))).code).toBe('too_deep');
  });

  it('size', () => {
    expect(read('[]', { bytes: 2 })).toEqual([]);
    expect(refusal(utf8('[ ]'), { bytes: 2 }).code).toBe('too_large');
  });

  it('values and containers', () => {
    expect(read('[1,2,3]', { values: 4, containers: 1 })).toEqual([1, 2, 3]);
    expect(refusal(utf8('[1,2,3,4]'), { values: 4 }).code).toBe('too_large');
    expect(refusal(utf8('[[],{}]'), { containers: 2 }).code).toBe('too_large');
  });
});

describe('spelling', () => {
  /** Pointers of the containers that are marked. */
  const marked = (text: string): string[] => {
    const { value, respelled } = readJson(utf8(text));
    const found: string[] = [];
    const walk = (item: JsonValue, path: string): void => {
      if (!isArray(item) && !isObject(item)) return;
      if (respelled.has(item)) found.push(path);
      for (const [key, member] of item.entries()) walk(member, `${path}/${key}`);
    };
    walk(value, '');
    return found;
  };

  it.each(['{"a":1e-7,"b":"\\u001f\\n\\"\\\\"}', '[ 1.5 , "\u20ac" ]', '{"b":1,"a":2}'])('canonical: %j', (text) => {
    expect(marked(text)).toEqual([]);
  });

  it.each(['1E-7', '1.0', '-0', '10e1', '"\\u001F"', '"\\u0041"', '"\\/"', '"\\u000a"'])(
    '%s marks what it is in, and nothing beside it',
    (token) => {
      expect(marked(`[[1],{"a":[${token}]},["x"]]`)).toEqual(['', '/1', '/1/a']);
      expect(marked(`[${token},[1]]`)).toEqual(['']);
    },
  );

  it('counts in a key, too', () => {
    expect(marked('[{"\\u0061":1}]')).toEqual(['', '/0']);
  });
});

describe('fuzz', () => {
  it('throws nothing but Unreadable on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readJson(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Unreadable);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('accepts no text that JSON.parse refuses, nor reads it otherwise', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\',
      '\\u',
      '00',
      '1',
      '-',
      '.',
      'e',
      'E',
      '+',
      'true',
      'null',
      ' ',
      '\n',
      '\u0001',
      '\u20ac',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        let value: JsonValue;
        try {
          value = read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Unreadable);
          return;
        }
        expect(JSON.stringify(plain(value))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 20_000 },
    );
  });
});
