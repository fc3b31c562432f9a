/** Arguments of a tool that end in the middle: what a caller's interruption leaves of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewritingCutJson } from '../../../src/json/json-completion.ts';
import { stepped, type JsonRewriter } from '../../../src/json/json-rewrite.ts';
import { inOneStep } from '../../../src/platform/steps.ts';
import { runAtOnce } from '../../../src/platform/stretch.ts';

const rewriteCutJson = (text: string, rewriter: JsonRewriter): string | null =>
  runAtOnce(rewritingCutJson(text, stepped(rewriter)));

const MASKED = '[T]';

/** What each text of the cut JSON is, and the JSON with every text replaced. */
function read(cut: string): { readonly seen: string[]; readonly written: string | null } {
  const seen: string[] = [];
  const written = rewriteCutJson(cut, {
    text: (text) => (seen.push(text), MASKED),
    number: (source) => (seen.push(source), source),
    key: (key) => key,
  });
  return { seen, written };
}

describe('cut JSON', () => {
  it.each([
    ['{"last_name":"Garc\\u00', ['Garc'], '{"last_name":"[T]'],
    ['{"last_name":"Garc\\', ['Garc'], '{"last_name":"[T]'],
    ['{"name":"Jos\\u00e9 Garc\\u00ed', ['José Garcí'], '{"name":"[T]'],
    ['{"ssn":"519\\u002d44\\u002d22', ['519-44-22'], '{"ssn":"[T]'],
    ['{"a":"x","b":{"c":["y","z\\u00e', ['x', 'y', 'z'], '{"a":"[T]","b":{"c":["[T]","[T]'],
    ['{"path":"C:\\\\', ['C:\\'], '{"path":"[T]'],
    ['{"path":"C:\\\\u00', ['C:\\u00'], '{"path":"[T]'],
    ['{"a":"x","b', ['x'], '{"a":"[T]","b'],
    ['{"a":"x","b"', ['x'], '{"a":"[T]","b"'],
    ['{"a":"x","b":', ['x'], '{"a":"[T]","b":'],
    ['{"a":"x",', ['x'], '{"a":"[T]",'],
    ['{"a":"x","b":tr', ['x'], '{"a":"[T]","b":tr'],
    ['{"a":"x","b":-', ['x', '-0'], '{"a":"[T]","b":-'],
    ['{"a":"x","b":12.', ['x', '12.0'], '{"a":"[T]","b":12.'],
    ['["x",', ['x'], '["[T]",'],
    ['{"a":"x"', ['x'], '{"a":"[T]"'],
  ])('%s is read as if the rest had come', (cut, seen, written) => {
    expect(read(cut)).toEqual({ seen, written });
  });

  it.each(['', '"abc', '{"a":1}', 'text', '{a', '{"a" "b', '[1,2]]', '{]', '"a" and "b'])('%j is none', (text) => {
    expect(read(text).written).toBeNull();
  });

  it('leaves a text as it is where nothing is masked, escapes too', () => {
    const cut = '{"name":"Jos\\u00e9 Garc\\u00';
    expect(rewriteCutJson(cut, { text: (text) => text, number: (source) => source, key: (key) => key })).toBe(cut);
  });

  it('reads every value that stands before the cut, wherever the cut is', () => {
    const values = fc.array(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (texts, share) => {
        const whole = JSON.stringify({ list: texts, last: 'end' });
        const cut = whole.slice(0, 10 + Math.floor((whole.length - 11) * share));
        const { seen, written } = read(cut);
        expect(written).not.toBeNull();
        seen.forEach((text, at) => {
          const expected = [...texts, 'end'][at] ?? '';
          expect(at === seen.length - 1 ? expected.startsWith(text) : expected === text).toBe(true);
        });
      }),
      { seed: 31 },
    );
  });

  it('may be interrupted before its first part is read', () => {
    const seen: string[] = [];
    const text = `[${'1,'.repeat(100_000)}`;
    const steps = rewritingCutJson(text, {
      ...stepped({ text: (text) => text, number: (source) => source, key: (key) => key }),
      number: (source) => inOneStep(() => (seen.push(source), source)),
    });
    for (let step = 0; step < 3; step++) expect(steps.next(undefined)).toEqual({ done: false, value: undefined });
    expect(seen).toEqual([]);
  });
});
