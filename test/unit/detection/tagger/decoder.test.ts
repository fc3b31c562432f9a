import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decoder } from '../../../../src/detection/tagger/decoder.ts';
import { isInside, LABEL_COUNT, OUTSIDE } from '../../../../src/detection/tagger/labels.ts';

// A handful of labels is enough to try every sequence: the others are made hopeless.
const TRIED = [0, 1, 2, 3, 4];

const score = fc.integer({ min: -40, max: 40 });
const texts = fc.integer({ min: 1, max: 5 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    scores: fc.array(score, { minLength: count * TRIED.length, maxLength: count * TRIED.length }),
    transitions: fc.array(score, { minLength: TRIED.length ** 2, maxLength: TRIED.length ** 2 }),
  }),
);

interface Case {
  readonly scores: Int32Array;
  readonly transitions: Int32Array;
  readonly total: (labels: readonly number[]) => number;
}

function makeCase(count: number, scores: readonly number[], transitions: readonly number[]): Case {
  const all = new Int32Array(count * LABEL_COUNT).fill(-100_000);
  const between = new Int32Array(LABEL_COUNT ** 2);
  const of = (word: number, label: number): number => scores[word * TRIED.length + label] ?? 0;
  const after = (a: number, b: number): number => transitions[a * TRIED.length + b] ?? 0;
  for (let word = 0; word < count; word++) for (const label of TRIED) all[word * LABEL_COUNT + label] = of(word, label);
  for (const a of TRIED) for (const b of TRIED) between[a * LABEL_COUNT + b] = after(a, b);
  const total = (labels: readonly number[]): number =>
    labels.reduce((sum, label, at) => sum + of(at, label) + (at > 0 ? after(labels[at - 1] ?? 0, label) : 0), 0);
  return { scores: all, transitions: between, total };
}

function allowed(labels: readonly number[]): boolean {
  return labels.every((label, at) => {
    if (!isInside(label)) return true;
    const before = labels[at - 1];
    return before === label || before === label - 1;
  });
}

function everySequence(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  return everySequence(count - 1)
    .flatMap((start) => TRIED.map((label) => [...start, label]))
    .filter(allowed);
}

describe('the decoder', () => {
  it('finds the best of all allowed sequences', () => {
    fc.assert(
      fc.property(texts, ({ count, scores, transitions }) => {
        const made = makeCase(count, scores, transitions);
        const labels = new Uint8Array(count);
        new Decoder(made.transitions).decode(made.scores, count, labels);
        const best = Math.max(...everySequence(count).map(made.total));
        expect(allowed([...labels])).toBe(true);
        expect(made.total([...labels])).toBe(best);
      }),
    );
  });

  it('tells by how much it beats the best sequence in which a word belongs to nothing', () => {
    fc.assert(
      fc.property(texts, ({ count, scores, transitions }) => {
        const made = makeCase(count, scores, transitions);
        const decoder = new Decoder(made.transitions);
        decoder.decode(made.scores, count, new Uint8Array(count));
        decoder.prepareMargins(made.scores, count);
        const sequences = everySequence(count);
        const best = Math.max(...sequences.map(made.total));
        for (let at = 0; at < count; at++) {
          const without = Math.max(...sequences.filter((labels) => labels[at] === OUTSIDE).map(made.total));
          expect(decoder.margin(at, count)).toBe(best - without);
        }
        // Worked out only as far back as they are asked for.
        const late = new Decoder(made.transitions);
        late.decode(made.scores, count, new Uint8Array(count));
        late.prepareMargins(made.scores, count, count - 1);
        expect(late.margin(count - 1, count)).toBe(decoder.margin(count - 1, count));
      }),
    );
  });

  it('begins no text inside a value', () => {
    const scores = new Int32Array(LABEL_COUNT);
    scores[2] = 1000;
    const labels = new Uint8Array(1);
    new Decoder(new Int32Array(LABEL_COUNT ** 2)).decode(scores, 1, labels);
    expect(labels[0]).not.toBe(2);
  });
});
