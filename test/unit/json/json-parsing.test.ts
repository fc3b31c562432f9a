import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parsingJson } from '../../../src/json/json-parsing.ts';
import { runAtOnce } from '../../../src/platform/steps.ts';
import { countSteps } from '../../counted-work.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

type Read = { readonly value: unknown } | 'refused';
/** With pieces of so many units. */
function inPieces(text: string, atOnce: number): Read {
  try {
    return { value: runAtOnce(parsingJson(text, null, atOnce)) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return 'refused';
  }
}
function atOnce(text: string): Read {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return 'refused';
  }
}

const PIECES = fc.constantFrom(1, 2, 5, 20, 100);
const JSON_TEXT = fc.tuple(fc.json({ maxDepth: 5 }), fc.nat(2)).map(([json, indent]) => {
  return JSON.stringify(JSON.parse(json), null, indent);
});

describe('parsingJson', () => {
  test('reads JSON in pieces of any size as JSON.parse reads it', () => {
    fc.assert(
      fc.property(JSON_TEXT, PIECES, (text, size) => {
        const read = inPieces(text, size);
        expect(read).toEqual(atOnce(text));
        // The order of keys is that of the text, too.
        expect(JSON.stringify(read)).toBe(JSON.stringify(atOnce(text)));
      }),
      { numRuns: 2000 },
    );
  });

  test('refuses what JSON.parse refuses, wherever the text is broken', () => {
    const mark = fc.constantFrom(',', '[', ']', '{', '}', ':', '"', '1', ' ', '\u00a0', '\\', '');
    fc.assert(
      fc.property(JSON_TEXT, PIECES, fc.nat(), fc.nat(2), mark, (text, size, place, removed, added) => {
        const at = place % (text.length + 1);
        const broken = text.slice(0, at) + added + text.slice(at + removed);
        expect(inPieces(broken, size)).toEqual(atOnce(broken));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['a comma in front of the first item', '[,1]'],
    ['a comma behind the last item', '[1,2,]'],
    ['a comma behind the last member', '{"a":1,}'],
    ['two commas', '[1,,2]'],
    ['a bracket of the other form', '[1,2}'],
    ['a key without a value', '{"a"}'],
    ['a number as a key', '{1:2}'],
    ['no closing bracket', '[[1,2]'],
    ['a second document', '[1] [2]'],
    ['nothing', '   '],
  ])('refuses %s', (_, text) => {
    for (const size of [1, 2, 4]) expect(inPieces(text, size)).toBe('refused');
  });

  test('keeps a key __proto__ as a key', () => {
    const text = '{"a":1,"__proto__":{"b":[1,2,3]}}';
    const read = runAtOnce(parsingJson(text, null, 2));
    expect(Object.entries(read as object)).toEqual(Object.entries(JSON.parse(text) as object));
  });

  test('refuses values in over 512 others, each of more than a piece, without running out of stack', () => {
    const deep = (depth: number): string => `${'[['.repeat(depth / 2)}1,"${'a'.repeat(20)}"${']]'.repeat(depth / 2)}`;
    expect(inPieces(deep(500), 10)).toEqual(atOnce(deep(500)));
    expect(inPieces(deep(100_000), 10)).toBe('refused');
  });

  test('looks at a long string once, however many lists are around it', () => {
    const steps = (depth: number): number => {
      const text = `${'["x",'.repeat(depth)}"${'\\"'.repeat(2000)}"${']'.repeat(depth)}`;
      runAtOnce(parsingJson(text, null, 20));
      return countSteps(() => runAtOnce(parsingJson(text, null, 20)));
    };
    expect(steps(60)).toBeLessThan(2 * steps(1));
  });

  test('reads lists that close in front of more white space than a piece has', () => {
    const text = ['[[1,[2,{"a":[3]', '}]', '],', '{"b":[]', ',"c":{}', '}', ']'].join(' '.repeat(9));
    for (const size of [1, 2, 3, 5, 8]) expect(inPieces(text, size)).toEqual(atOnce(text));
  });

  test.each([1, 3, 1000])('counts keys and looks at numbers in pieces of %d', (size) => {
    const content = { keys: 0, finite: true };
    runAtOnce(parsingJson('{"a":{"b":1,"c":[{"d":2}]},"e":"f:g","a":1}', content, size));
    // The key that is there twice counts once.
    expect(content.keys).toBeLessThan(6);
    const other = { keys: 0, finite: true };
    runAtOnce(parsingJson('{"a":{"b":1,"c":[{"d":1e999}]},"e":"f:g"}', other, size));
    expect(other).toEqual({ keys: 5, finite: false });
  });
});
