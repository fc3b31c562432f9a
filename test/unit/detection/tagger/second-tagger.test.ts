import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSentence } from '../../../../src/detection/tagger/features.ts';
import { TAG_TYPES } from '../../../../src/detection/tagger/labels.ts';
import { lexemeOf, PADDING, type Lexeme } from '../../../../src/detection/tagger/lexeme.ts';
import { Lexicon } from '../../../../src/detection/tagger/lexicon.ts';
import { decodeModel } from '../../../../src/detection/tagger/model.ts';
import {
  LEAK,
  Network,
  OUTPUTS,
  PLACE_FEATURES,
  placeRows,
  PLACES,
  REACH,
  WORD_FEATURES,
  wordRows,
  type NetworkModel,
} from '../../../../src/detection/tagger/network.ts';
import {
  decodeSecondTagger,
  encodeSecondTagger,
  type SecondTagger,
} from '../../../../src/detection/tagger/second-tagger.ts';
import { Tagger } from '../../../../src/detection/tagger/tagger.ts';
import { scanWords } from '../../../../src/detection/words.ts';

const SIZE = { rows: 64, width: 4, hidden: 3 };
const NO_WORDS = new Lexicon(new Uint32Array(0), new Uint16Array(0));

/** A small network whose numbers follow from a seed; floats of 32 bits, so that a file keeps them whole. */
function networkOf(seed: number): NetworkModel {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return Math.fround((state >>> 8) / 2 ** 24 - 0.5);
  };
  const floats = (count: number): Float64Array => Float64Array.from({ length: count }, next);
  return {
    size: SIZE,
    step: 0.05,
    embeddings: Int8Array.from({ length: SIZE.rows * SIZE.width }, () => Math.round(next() * 200)),
    weights: floats(SIZE.hidden * PLACES * SIZE.width),
    biases: floats(SIZE.hidden),
    outputWeights: floats(OUTPUTS * SIZE.hidden),
    outputBiases: floats(OUTPUTS),
  };
}

const secondOf = (seed: number, weight = 50): Omit<SecondTagger, 'version'> => ({
  first: 'abc',
  network: networkOf(seed),
  pooling: { weight, cap: 8, gate: 400 },
  calibrations: TAG_TYPES.map((_, at) => ({ offset: at, temperature: 96 })),
});

/** The same odds, worked out word by word from the definition. */
function oddsByDefinition(network: NetworkModel, text: string, at: number): number[] {
  const words = scanWords(text);
  const sentence = readSentence(
    words,
    words.map((word) => lexemeOf(word, NO_WORDS)),
    () => false,
  );
  const { rows, width, hidden } = network.size;
  const embedded = (found: Int32Array): number[] =>
    Array.from({ length: width }, (_, k) =>
      found.reduce((sum, row) => sum + (network.embeddings[row * width + k] ?? 0) * network.step, 0),
    );
  const wordAt = (index: number): number[] => {
    const found = new Int32Array(WORD_FEATURES);
    const lexeme: Lexeme = sentence.lexemes[index] ?? PADDING;
    wordRows(lexeme, rows, found);
    return embedded(found);
  };
  const place = new Int32Array(PLACE_FEATURES);
  placeRows(sentence, at, rows, place);
  const x = [
    ...Array.from({ length: 2 * REACH + 1 }, (_, distance) => wordAt(at - REACH + distance)).flat(),
    ...embedded(place),
  ];
  const h = Array.from({ length: hidden }, (_, j) => {
    const sum = x.reduce(
      (total, value, k) => total + value * (network.weights[j * PLACES * width + k] ?? 0),
      network.biases[j] ?? 0,
    );
    return sum < 0 ? sum * LEAK : sum;
  });
  const out = Array.from({ length: OUTPUTS }, (_, k) =>
    h.reduce(
      (total, value, j) => total + value * (network.outputWeights[k * hidden + j] ?? 0),
      network.outputBiases[k] ?? 0,
    ),
  );
  return out.map((value) => value - (out[0] ?? 0));
}

describe('the network of the second tagger', () => {
  const texts = fc
    .array(fc.constantFrom('this', 'is', 'maria', '415', 'call', 'five', 'Elm', ',', 'my', 'number'), {
      minLength: 1,
      maxLength: 14,
    })
    .map((words) => words.join(' '));

  it('gives the odds of its definition for every word, whatever it read before', () => {
    const network = networkOf(7);
    const reader = new Network(network);
    fc.assert(
      fc.property(texts, (text) => {
        const words = scanWords(text);
        reader.read(
          readSentence(
            words,
            words.map((word) => lexemeOf(word, NO_WORDS)),
            () => false,
          ),
        );
        words.forEach((_, at) => {
          oddsByDefinition(network, text, at).forEach((odds, output) => {
            expect(reader.oddsAt(at)[output]).toBeCloseTo(odds, 4);
          });
        });
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it('gives the same odds after it has met more words than it keeps', () => {
    const network = networkOf(3);
    const words = scanWords(Array.from({ length: 5000 }, (_, at) => `word${at.toString(36)}x`).join(' '));
    const sentence = readSentence(
      words,
      words.map((word) => lexemeOf(word, NO_WORDS)),
      () => false,
    );
    const reader = new Network(network);
    reader.read(sentence);
    for (let at = 0; at < words.length; at++) reader.oddsAt(at);
    const after = Array.from(reader.oddsAt(0));
    const fresh = new Network(network);
    fresh.read(sentence);
    Array.from(fresh.oddsAt(0)).forEach((odds, output) => {
      expect(after[output]).toBeCloseTo(odds, 6);
    });
  });
});

describe('the file of the second tagger', () => {
  it('gives back what was written, and the same bytes for the same tagger', () => {
    const bytes = encodeSecondTagger(secondOf(5));
    const read = decodeSecondTagger(bytes);
    expect(read).toEqual({ ...secondOf(5), version: read.version });
    expect(read.version).toMatch(/^[0-9a-f]{12}$/);
    expect(encodeSecondTagger(read).equals(bytes)).toBe(true);
    expect(decodeSecondTagger(encodeSecondTagger(secondOf(6))).version).not.toBe(read.version);
  });

  it('is refused where it is another file or is cut short', () => {
    expect(() => decodeSecondTagger(Buffer.from('MSKTAG02....'))).toThrow('The file is no second tagger.');
    expect(() => decodeSecondTagger(encodeSecondTagger(secondOf(5)).subarray(0, -40))).toThrow();
  });
});

describe('the two taggers of the package', () => {
  const first = decodeModel(readFileSync('models/tagger.bin'));
  const bytes = readFileSync('models/second-tagger.bin');
  const second = decodeSecondTagger(bytes);

  it('were calibrated with one another, and the second is no larger than 4 MB', () => {
    expect(second.first).toBe(first.version);
    expect(bytes.length).toBeLessThan(4 * 2 ** 20);
    expect(new Tagger(first, second).version).toBe(`${first.version}+${second.version}`);
  });

  it('find by the votes of the second what the first does not, where it speaks loudly enough', () => {
    const words = scanWords('we met zorblax at the clinic');
    const loud = (type: number): SecondTagger => {
      const network = networkOf(1);
      const quiet: NetworkModel = {
        ...network,
        embeddings: network.embeddings.map(() => 0),
        outputWeights: network.outputWeights.map(() => 0),
        outputBiases: network.outputBiases.map((_, output) => (output === type ? 8 : 0)),
      };
      return { ...secondOf(1), version: 'v', network: quiet, pooling: { weight: 2000, cap: 8, gate: 100_000 } };
    };
    const types = (second: SecondTagger | null): string[] =>
      new Tagger(first, second).tag(words).map(({ type }) => type);
    expect(types(loud(1))).toContain('NAME');
    expect(types(loud(0))).toEqual([]);
  });
});
