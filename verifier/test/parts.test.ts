/** Files are read part by part: where a part ends changes nothing. */
import { describe, expect, it } from 'vitest';
import { readJson } from '../src/json.ts';
import { PART, type Source } from '../src/text-source.ts';
import { Unreadable } from '../src/unreadable.ts';
import { verifyBundle } from '../src/verify.ts';
import { validBundle } from './bundle-builder.ts';

const encoder = new TextEncoder();

/** What comes of reading the bytes. */
function outcome(bytes: Uint8Array) {
  try {
    return { value: readJson(bytes).value };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { code, path, offset } = error;
    return { code, path, offset };
  }
}

/** What comes of reading a text that begins so many bytes before the end of a part. */
function placed(bytes: Uint8Array, before: number) {
  const space = new Uint8Array(PART - before).fill(0x20);
  const read = outcome(Uint8Array.from([...space, ...bytes]));
  return 'value' in read ? read : { ...read, offset: (read.offset ?? 0) - space.length };
}

// A number takes up more text by itself, so texts come first in some.
const WELL = [
  '{"a":[1,-2.5e-7,"x\\"\\u00e9\\\\","é€😀"],"b":{"true":true,"n":null},"c":[[],{}]}',
  '["x\\"\\u00e9\\\\","\\\\\\"","é€😀"]',
  '{"b":true,"\\"":null,"c":[[],{}]}',
];
const BROKEN = [
  '[1,2',
  '["abc',
  '{"a":tru}',
  '["\\',
  '[12,]',
  '["é',
  '{"a":1,"a":2}',
  '["\u0007"]',
  '[1e999]',
  '[1] x',
];

describe('a document that goes on in the next part', () => {
  it('is read alike, wherever the part ends', () => {
    for (const text of WELL) {
      const bytes = encoder.encode(text);
      const whole = outcome(bytes);
      expect(whole).toHaveProperty('value');
      for (let before = 0; before <= bytes.length; before += 1)
        expect({ before, ...placed(bytes, before) }).toEqual({ before, ...whole });
    }
  });

  it('is refused alike, at the same place, wherever the part ends', () => {
    for (const text of BROKEN) {
      const bytes = encoder.encode(text);
      const whole = outcome(bytes);
      expect(whole).toHaveProperty('code');
      for (let before = 0; before <= bytes.length; before += 1)
        expect({ text, before, ...placed(bytes, before) }).toEqual({ text, before, ...whole });
    }
  });

  it('is refused where its UTF-8 is malformed, at the same place', () => {
    for (const bad of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98], [0x80, 0x80, 0x80, 0x80, 0x80]]) {
      const bytes = Uint8Array.from([...encoder.encode('["ab'), ...bad, ...encoder.encode('"]')]);
      const whole = outcome(bytes);
      expect(whole).toEqual({ code: 'not_utf8', path: '/0', offset: 4 });
      for (let before = 0; before <= bytes.length; before += 1) expect(placed(bytes, before)).toEqual(whole);
    }
  });

  it('is verified alike from a source that hands out the same buffer each time', () => {
    const bundle = validBundle();
    const bytes = encoder.encode(JSON.stringify({ more: ' '.repeat(PART - 1000), ...bundle }));
    const shared = new Uint8Array(bytes.length);
    let parts = 0;
    const source: Source = {
      size: bytes.length,
      read: (start, end) => {
        parts += 1;
        shared.fill(0x20);
        shared.set(bytes.subarray(start, end));
        return shared.subarray(0, end - start);
      },
    };
    expect(verifyBundle(source)).toEqual(verifyBundle(bytes));
    expect(parts).toBeGreaterThan(1);
  });
});

describe('a text without an end', () => {
  it('is taken up in parts that grow with it', () => {
    const sizes: number[] = [];
    const size = 64 * PART;
    const source: Source = {
      size,
      read: (start, end) => {
        sizes.push(end - start);
        const bytes = new Uint8Array(end - start).fill(0x61);
        if (start === 0) bytes.set([0x5b, 0x22]);
        return bytes;
      },
    };
    expect(() => readJson(source)).toThrow(expect.objectContaining({ code: 'not_json', offset: size }));
    expect(sizes.length).toBeLessThan(10);
  });
});
