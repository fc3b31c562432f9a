import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_FEATURES } from '../../../../src/detection/tagger/features.ts';
import { LABEL_COUNT } from '../../../../src/detection/tagger/labels.ts';
import { Lexicon } from '../../../../src/detection/tagger/lexicon.ts';
import { decodeModel, encodeModel, type TaggerModel } from '../../../../src/detection/tagger/model.ts';
import { ROW_WIDTH, unpackSums, WeightTable } from '../../../../src/detection/tagger/weight-table.ts';

const ROWS = 40;
const FEATURES = Int32Array.from({ length: ROWS }, (_, row) => Math.imul(row + 1, 0x9e3779b1));

const models = fc
  .record({
    entries: fc.array(
      fc.tuple(fc.integer({ min: 0, max: ROWS * LABEL_COUNT - 1 }), fc.integer({ min: -127, max: 127 })),
      { maxLength: 80 },
    ),
    words: fc.uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 50 }),
    offset: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ entries, words, offset }) => {
    const hashes = Uint32Array.from(words).sort();
    const traits = Uint16Array.from(hashes, (hash) => hash % 8192);
    const weights = new Int8Array(ROWS * LABEL_COUNT);
    for (const [at, weight] of entries) weights[at] = weight;
    const model: TaggerModel = {
      version: 'test',
      table: WeightTable.ofRows(FEATURES, weights),
      transitions: Float32Array.from({ length: LABEL_COUNT ** 2 }, (_, at) => at - 200),
      calibrations: [{ offset, temperature: 7 }],
      lexicon: new Lexicon(hashes, traits),
    };
    return { model, weights, hashes, traits };
  });

function unpacked(sums: Int32Array, here: number): Int32Array {
  const scores = new Int32Array(LABEL_COUNT + 4);
  unpackSums(sums, here, scores, 0);
  return scores.slice(0, LABEL_COUNT);
}

describe('the table of weights', () => {
  it('has the weights of each feature that it was given, and none of any other', () => {
    fc.assert(
      fc.property(models, fc.integer(), ({ model, weights }, other) => {
        FEATURES.forEach((feature, row) => {
          expect([...model.table.rowOf(feature)]).toEqual([
            ...weights.subarray(row * LABEL_COUNT, (row + 1) * LABEL_COUNT),
          ]);
        });
        if (!FEATURES.includes(other | 0))
          expect(model.table.rowOf(other | 0).every((weight) => weight === 0)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('has the weights of features that share a place, also the last one', () => {
    // A table of 16 places, in which all of these belong into the last.
    const hashes = Int32Array.of(15, 31, 47, -1);
    const weights = new Int8Array(hashes.length * LABEL_COUNT);
    hashes.forEach((_, row) => (weights[row * LABEL_COUNT + row] = row + 1));
    const table = WeightTable.ofRows(hashes, weights);
    hashes.forEach((hash, row) => {
      expect(table.rowOf(hash)[row]).toBe(row + 1);
    });
    expect(table.rowOf(63).every((weight) => weight === 0)).toBe(true);
  });

  it('adds to what is there, from the place it is told', () => {
    const weights = new Int8Array(ROWS * LABEL_COUNT);
    weights[3] = -5;
    const table = WeightTable.ofRows(FEATURES, weights);
    const sums = new Int32Array(2 * ROW_WIDTH);
    for (let times = 0; times < 3; times++) table.addTo(sums, ROW_WIDTH, FEATURES, 1);
    expect([...unpacked(sums, 0)]).toEqual(new Array(LABEL_COUNT).fill(0));
    expect([...unpacked(sums, ROW_WIDTH)]).toEqual(
      Array.from({ length: LABEL_COUNT }, (_, label) => (label === 3 ? -15 : 0)),
    );
  });

  it('adds up packed as it does label by label, for as many features as a word has, of the greatest weights', () => {
    const weight = fc.oneof(fc.constantFrom(-128, 127, 0), fc.integer({ min: -128, max: 127 }));
    fc.assert(
      fc.property(
        fc.array(weight, { minLength: 4 * LABEL_COUNT, maxLength: 4 * LABEL_COUNT }),
        fc.oneof(
          fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: MOST_FEATURES, size: 'max' }),
          fc.integer({ min: 0, max: 3 }).map((row) => new Array<number>(MOST_FEATURES).fill(row)),
        ),
        (flat, rows) => {
          const table = WeightTable.ofRows(FEATURES.slice(0, 4), Int8Array.from(flat));
          const sums = new Int32Array(ROW_WIDTH);
          // The fifth feature is in no row.
          table.addTo(
            sums,
            0,
            Int32Array.from(rows, (row) => FEATURES[row] ?? 0),
            rows.length,
          );
          const plain = Array.from({ length: LABEL_COUNT }, (_, label) =>
            rows.reduce((sum, row) => sum + (row < 4 ? (flat[row * LABEL_COUNT + label] ?? 0) : 0), 0),
          );
          expect([...unpacked(sums, 0)]).toEqual(plain);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses features without weights', () => {
    expect(() => WeightTable.ofRows(FEATURES, new Int8Array(1))).toThrow('a row of weights for each hash');
  });
});

describe('the model file', () => {
  it('gives back what was written, and the same bytes each time', () => {
    fc.assert(
      fc.property(models, ({ model, hashes, traits }) => {
        const bytes = encodeModel(model, hashes, traits);
        expect(encodeModel(model, hashes, traits).equals(bytes)).toBe(true);
        const read = decodeModel(bytes);
        expect(read).toMatchObject({ version: 'test', calibrations: model.calibrations });
        for (const feature of FEATURES) expect(read.table.rowOf(feature)).toEqual(model.table.rowOf(feature));
        expect(read.transitions).toEqual(model.transitions);
        expect(read.lexicon.size).toBe(hashes.length);
        hashes.forEach((hash, at) => {
          expect(read.lexicon.traitsOfHash(hash)).toBe(traits[at]);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('refuses what is no model, one for other labels, and one that is cut short', () => {
    const table = WeightTable.ofRows(FEATURES, new Int8Array(ROWS * LABEL_COUNT));
    const model: TaggerModel = {
      version: 'test',
      table,
      transitions: new Float32Array(LABEL_COUNT ** 2),
      calibrations: [],
      lexicon: new Lexicon(new Uint32Array(), new Uint16Array()),
    };
    const bytes = encodeModel(model, new Uint32Array(), new Uint16Array());
    expect(() => decodeModel(Buffer.from('not a model at all'))).toThrow('not a tagger model');
    expect(() => decodeModel(bytes.subarray(0, bytes.length - 1))).toThrow();
    const otherLabels = Buffer.from(bytes.toString('latin1').replace('B-NAME', 'B-NOME'), 'latin1');
    expect(() => decodeModel(otherLabels)).toThrow('other labels');
  });
});
