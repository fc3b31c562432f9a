import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runAtOnce } from '../../../../src/platform/stretch.ts';
import { AhoCorasick, ROOT } from '../../../../src/masking/egress/aho-corasick.ts';

/** Every occurrence as `end:meaning`, as the automaton finds them. */
function found(automaton: AhoCorasick, text: readonly number[]): string[] {
  runAtOnce(automaton.linking());
  const all: string[] = [];
  let state = ROOT;
  text.forEach((symbol, at) => {
    state = automaton.step(state, symbol);
    for (let node = automaton.ending(state); node !== ROOT; node = automaton.shorter(node))
      all.push(`${at + 1}:${automaton.meaningOf(node)}`);
  });
  return all.sort();
}

/** The same by looking at each place for each sequence. */
function expected(sequences: readonly (readonly number[])[], text: readonly number[]): string[] {
  return text
    .flatMap((_, at) =>
      sequences.flatMap((sequence, n) =>
        sequence.every((symbol, i) => text[at + 1 - sequence.length + i] === symbol) ? [`${at + 1}:${n}`] : [],
      ),
    )
    .sort();
}

describe('the automaton', () => {
  // Two symbols only: sequences overlap, stand in each other and are each other's ends.
  const symbol = fc.constantFrom(1, 2);
  const sequence = fc.array(symbol, { minLength: 1, maxLength: 6 });
  const sequences = fc.uniqueArray(sequence, { maxLength: 8, selector: (s) => s.join() });

  it('finds every sequence wherever it stands', () => {
    fc.assert(
      fc.property(sequences, fc.array(symbol, { maxLength: 60 }), (all, text) => {
        const automaton = new AhoCorasick();
        all.forEach((each, n) => automaton.add(each, n));
        expect(found(automaton, text)).toEqual(expected(all, text));
      }),
      { numRuns: 2000 },
    );
  });

  it('grows between searches', () => {
    fc.assert(
      fc.property(sequences, sequences, fc.array(symbol, { maxLength: 40 }), (first, second, text) => {
        const automaton = new AhoCorasick();
        first.forEach((each, n) => automaton.add(each, n));
        found(automaton, text);
        const fresh = second.filter((each) => !first.some((known) => known.join() === each.join()));
        fresh.forEach((each, n) => automaton.add(each, first.length + n));
        expect(found(automaton, text)).toEqual(expected([...first, ...fresh], text));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps what a sequence stood for first, and says so', () => {
    const automaton = new AhoCorasick();
    expect(automaton.add([7, 8], 1)).toBe(1);
    expect(automaton.add([7, 8], 2)).toBe(1);
    expect(found(automaton, [7, 8])).toEqual(['2:1']);
  });

  it('finds the beginning of a known sequence that is added later', () => {
    const automaton = new AhoCorasick();
    automaton.add([1, 2, 3], 0);
    expect(found(automaton, [1, 2])).toEqual([]);
    automaton.add([1, 2], 1);
    automaton.add([2], 2);
    expect(found(automaton, [1, 2, 3])).toEqual(['2:1', '2:2', '3:0']);
  });

  it('has nothing of no symbols', () => {
    const automaton = new AhoCorasick();
    automaton.add([], 0);
    expect(found(automaton, [1, 2])).toEqual([]);
  });
});
