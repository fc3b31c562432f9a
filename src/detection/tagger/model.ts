/**
 * The model file: 8 bytes "MSKTAG02", the length of the header (32 bits, little-endian), the header (JSON), and the body,
 * deflated: the differences between the hashes of the features that have weights, how many weights each has, the labels
 * of all weights, the weights, the transitions, the differences between the lexicon's hashes, and its traits.
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LABEL_COUNT, LABELS } from './labels.ts';
import { Lexicon } from './lexicon.ts';
import { packEntry, WeightTable } from './weight-table.ts';

/** A model: weights by feature and label, and what it knows of words. */
export interface TaggerModel {
  /** Of the training run: `2026-11-21.1`. */
  readonly version: string;
  readonly table: WeightTable;
  /** Score of label `to` after `from`, at `from * LABEL_COUNT + to`, on the scale of the weights. */
  readonly transitions: Float32Array;
  /** By type, in the order of TAG_TYPES: how sure a decision is of a margin. */
  readonly calibrations: readonly Calibration[];
  readonly lexicon: Lexicon;
}

/** The margin at which a decision is as likely wrong as right, and how much more makes the odds e times as great. */
export interface Calibration {
  readonly offset: number;
  readonly temperature: number;
}

interface Header {
  readonly version: string;
  readonly labels: readonly string[];
  readonly calibrations: readonly Calibration[];
  readonly rows: number;
  readonly entries: number;
  readonly words: number;
  /** Bytes of the two sections of differences; the others' lengths follow from the numbers above. */
  readonly rowBytes: number;
  readonly hashBytes: number;
}

const MAGIC = 'MSKTAG02';

/** Writes a model. The same model gives the same bytes. `hashes` and `traits` are those of its lexicon. */
export function encodeModel(model: TaggerModel, hashes: Uint32Array, traits: Uint16Array): Buffer {
  const { table } = model;
  const features = Uint32Array.from(table.hashes).sort();
  const counts: number[] = [];
  const labels: number[] = [];
  const weights: number[] = [];
  for (const feature of features) {
    const before = labels.length;
    table.rowOf(feature | 0).forEach((weight, label) => {
      if (weight === 0) return;
      labels.push(label);
      weights.push(weight & 0xff);
    });
    counts.push(labels.length - before);
  }
  const rowSection = encodeDifferences(features);
  const hashSection = encodeDifferences(hashes);
  const transitions = Buffer.alloc(model.transitions.length * 4);
  model.transitions.forEach((score, at) => transitions.writeFloatLE(score, at * 4));
  const header: Header = {
    version: model.version,
    labels: LABELS,
    calibrations: model.calibrations,
    rows: features.length,
    entries: labels.length,
    words: hashes.length,
    rowBytes: rowSection.length,
    hashBytes: hashSection.length,
  };
  const low = Uint8Array.from(traits, (bits) => bits & 0xff);
  const high = Uint8Array.from(traits, (bits) => bits >> 8);
  const body = Buffer.concat([
    rowSection,
    Buffer.from(counts),
    Buffer.from(labels),
    Buffer.from(weights),
    transitions,
    hashSection,
    low,
    high,
  ]);
  const head = Buffer.from(JSON.stringify(header), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([Buffer.from(MAGIC, 'latin1'), length, head, deflateRawSync(body, { level: 9 })]);
}

/**
 * Reads a model file.
 *
 * @throws Error where the bytes are no model, or one for other labels than this code has
 */
export function decodeModel(bytes: Buffer): TaggerModel {
  if (bytes.toString('latin1', 0, 8) !== MAGIC) throw new Error('not a tagger model');
  const headEnd = 12 + bytes.readUInt32LE(8);
  // Written by encodeModel above; the labels are compared, and the lengths with what there is.
  const header = JSON.parse(bytes.toString('utf8', 12, headEnd)) as Header;
  if (header.labels.join() !== LABELS.join()) throw new Error('the tagger model has other labels than this version');
  const body = inflateRawSync(bytes.subarray(headEnd));
  let at = 0;
  const take = (length: number): Buffer => body.subarray(at, (at += length));
  const { rows, entries, words } = header;
  const features = decodeDifferences(take(header.rowBytes), rows);
  const table = new WeightTable(
    new Int32Array(features.buffer),
    startsOf(take(rows)),
    entriesOf(take(entries), take(entries)),
  );
  const transitionBytes = take(LABEL_COUNT * LABEL_COUNT * 4);
  const transitions = Float32Array.from({ length: LABEL_COUNT * LABEL_COUNT }, (_, index) =>
    transitionBytes.readFloatLE(index * 4),
  );
  const hashes = decodeDifferences(take(header.hashBytes), words);
  const traits = traitsOf(take(words), take(words));
  if (at !== body.length) throw new Error('the tagger model is cut short');
  return {
    version: header.version,
    table,
    transitions,
    calibrations: header.calibrations,
    lexicon: new Lexicon(hashes, traits),
  };
}

/** Sums of the counts before each row, and of all. */
function startsOf(counts: Uint8Array): Int32Array {
  const starts = new Int32Array(counts.length + 1);
  for (let row = 0; row < counts.length; row++) starts[row + 1] = (starts[row] ?? 0) + (counts[row] ?? 0);
  return starts;
}

function entriesOf(labels: Uint8Array, weights: Uint8Array): Int16Array {
  const entries = new Int16Array(labels.length);
  // The sign of a weight is the highest of its eight bits.
  for (let index = 0; index < labels.length; index++)
    entries[index] = packEntry(labels[index] ?? 0, ((weights[index] ?? 0) << 24) >> 24);
  return entries;
}

function traitsOf(low: Uint8Array, high: Uint8Array): Uint16Array {
  const traits = new Uint16Array(low.length);
  for (let word = 0; word < low.length; word++) traits[word] = (low[word] ?? 0) | ((high[word] ?? 0) << 8);
  return traits;
}

/** Ascending numbers below 2^32 as the differences between them, seven bits a byte, the lowest first. */
function encodeDifferences(numbers: Iterable<number>): Buffer {
  const bytes: number[] = [];
  let before = 0;
  for (const number of numbers) {
    let difference = number - before;
    before = number;
    while (difference >= 0x80) {
      bytes.push((difference % 0x80) | 0x80);
      difference = Math.floor(difference / 0x80);
    }
    bytes.push(difference);
  }
  return Buffer.from(bytes);
}

function decodeDifferences(bytes: Uint8Array, count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  let at = 0;
  let number = 0;
  for (let index = 0; index < count; index++) {
    let byte = bytes[at++] ?? 0;
    let difference = byte & 0x7f;
    // Whole numbers of 32 bits, the sign of which does not matter: the array takes them as unsigned.
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[at++] ?? 0;
      difference |= (byte & 0x7f) << shift;
    }
    number = (number + difference) | 0;
    numbers[index] = number;
  }
  return numbers;
}
