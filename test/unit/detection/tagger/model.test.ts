import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LABEL_COUNT } from '../../../../src/detection/tagger/labels.ts';
import { Lexicon } from '../../../../src/detection/tagger/lexicon.ts';
import { decodeModel, encodeModel, type TaggerModel } from '../../../../src/detection/tagger/model.ts';
import { WeightTable } from '../../../../src/detection/tagger/weight-table.ts';

const ROWS = 40;
const FEATURES = Int32Array.from({ length: ROWS }, (_, row) => Math.imul(row + 1, 0x9e3779b1));

const models = fc
  .record({
    weights: fc.array(fc.tuple(fc.integer({ min: 0, max: ROWS * LABEL_COUNT - 1 }), fc.integer({ min: -127, max: 127 })), { maxLength: 80 }),
    words: fc.uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 50 }),
    temperature: fc.integer({ min: 1, max: 100 }),
  })
  .map(({ weights, words, temperature }) => {
    const hashes = Uint32Array.from(words).sort();
    const traits = Uint16Array.from(hashes, (hash) => hash % 8192);
    const model: TaggerModel = {
      version: 'test',
      table: new WeightTable(FEATURES, new Int8Array(ROWS * LABEL_COUNT)),
      transitions: Float32Array.from({ length: LABEL_COUNT ** 2 }, (_, at) => at - 200),
      temperature,
      lexicon: new Lexicon(hashes, traits),
    };
    for (const [at, weight] of weights) model.table.weights[at] = weight;
    return { model, hashes, traits };
  });

const rowOf = ({ table }: TaggerModel, feature: number): Int8Array => table.weights.subarray(table.find(feature), table.find(feature) + LABEL_COUNT);

describe('the model file', () => {
  it('gives back what was written, and the same bytes each time', () => {
    fc.assert(
      fc.property(models, ({ model, hashes, traits }) => {
        const bytes = encodeModel(model, hashes, traits);
        expect(encodeModel(model, hashes, traits).equals(bytes)).toBe(true);
        const read = decodeModel(bytes);
        expect(read).toMatchObject({ version: 'test', temperature: model.temperature });
        for (const feature of FEATURES) expect(rowOf(read, feature)).toEqual(rowOf(model, feature));
        expect(read.transitions).toEqual(model.transitions);
        expect(read.lexicon.size).toBe(hashes.length);
        hashes.forEach((hash, at) => { expect(read.lexicon.traitsOfHash(hash)).toBe(traits[at]); });
      }),
      { numRuns: 30 },
    );
  });

  it('refuses what is no model, one for other labels, and one that is cut short', () => {
    const model: TaggerModel = { version: 'test', table: new WeightTable(FEATURES, new Int8Array(ROWS * LABEL_COUNT)), transitions: new Float32Array(LABEL_COUNT ** 2), temperature: 1, lexicon: new Lexicon(new Uint32Array(), new Uint16Array()) };
    const bytes = encodeModel(model, new Uint32Array(), new Uint16Array());
    expect(() => decodeModel(Buffer.from('not a model at all'))).toThrow('not a tagger model');
    expect(() => decodeModel(bytes.subarray(0, bytes.length - 1))).toThrow();
    const otherLabels = Buffer.from(bytes.toString('latin1').replace('B-NAME', 'B-NOME'), 'latin1');
    expect(() => decodeModel(otherLabels)).toThrow('other labels');
  });
});
