/**
 * The model file: 8 bytes "MSKTAG01", the length of the header (32 bits, little-endian), the header (JSON), and a brotli
 * stream with the sections of the body one after another: the differences between the hashes of the features
 * that have weights, those weights by label, the transitions, the differences between the lexicon's hashes, and its traits.
 */

import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { LABEL_COUNT, LABELS } from './labels.ts';
import { Lexicon } from './lexicon.ts';
import { WeightTable } from './weight-table.ts';

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
  readonly words: number;
  /** Bytes of the two sections of differences; the others' lengths follow from `rows` and `words`. */
  readonly rowBytes: number;
  readonly hashBytes: number;
}

const MAGIC = 'MSKTAG01';

/** Writes a model. The same model gives the same bytes. `hashes` and `traits` are those of its lexicon. */
export function encodeModel(model: TaggerModel, hashes: Uint32Array, traits: Uint16Array): Buffer {
  const { table } = model;
  const order = Array.from(table.hashes.keys()).sort((a, b) => ((table.hashes[a] ?? 0) >>> 0) - ((table.hashes[b] ?? 0) >>> 0));
  const rowSection = encodeDifferences(order.map((row) => (table.hashes[row] ?? 0) >>> 0));
  const hashSection = encodeDifferences(hashes);
  const header: Header = {
    version: model.version,
    labels: LABELS,
    calibrations: model.calibrations,
    rows: order.length,
    words: hashes.length,
    rowBytes: rowSection.length,
    hashBytes: hashSection.length,
  };
  // By label first: the weights of one label are alike, and compress better side by side.
  const weights = Buffer.alloc(order.length * LABEL_COUNT);
  order.forEach((row, at) => {
    table.rowOf(table.hashes[row] ?? 0).forEach((weight, label) => weights.writeInt8(weight, label * order.length + at));
  });
  const transitions = Buffer.alloc(model.transitions.length * 4);
  model.transitions.forEach((score, at) => transitions.writeFloatLE(score, at * 4));
  const traitBytes = Buffer.alloc(traits.length * 2);
  traits.forEach((bits, at) => {
    traitBytes.writeUInt8(bits & 0xff, at);
    traitBytes.writeUInt8(bits >> 8, traits.length + at);
  });
  const body = Buffer.concat([rowSection, weights, transitions, hashSection, traitBytes]);
  const packed = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length, [constants.BROTLI_PARAM_LGWIN]: 22 } });
  const head = Buffer.from(JSON.stringify(header), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([Buffer.from(MAGIC, 'latin1'), length, head, packed]);
}

/**
 * Reads a model file.
 *
 * @throws Error where the bytes are no model, or one for other labels than this code has
 */
export function decodeModel(bytes: Buffer): TaggerModel {
  if (bytes.toString('latin1', 0, 8) !== MAGIC) throw new Error('not a tagger model');
  const headEnd = 12 + bytes.readUInt32LE(8);
  // Written by encodeModel above; the labels are compared, the lengths are checked by the reads below.
  const header = JSON.parse(bytes.toString('utf8', 12, headEnd)) as Header;
  if (header.labels.join() !== LABELS.join()) throw new Error('the tagger model has other labels than this version');
  const body = brotliDecompressSync(bytes.subarray(headEnd));
  const { rows, words } = header;
  const weights = new Int8Array(rows * LABEL_COUNT);
  const features = decodeDifferences(body.subarray(0, header.rowBytes), rows);
  let at = header.rowBytes;
  for (let label = 0; label < LABEL_COUNT; label++) {
    for (let row = 0; row < rows; row++) weights[row * LABEL_COUNT + label] = ((body[at + row] ?? 0) << 24) >> 24;
    at += rows;
  }
  const transitions = new Float32Array(LABEL_COUNT * LABEL_COUNT);
  for (let index = 0; index < transitions.length; index++, at += 4) transitions[index] = body.readFloatLE(at);
  const hashes = decodeDifferences(body.subarray(at, at + header.hashBytes), words);
  at += header.hashBytes;
  const traits = new Uint16Array(words);
  for (let word = 0; word < words; word++) traits[word] = (body[at + word] ?? 0) | ((body[at + words + word] ?? 0) << 8);
  if (at + 2 * words !== body.length) throw new Error('the tagger model is cut short');
  const table = new WeightTable(Int32Array.from(features), weights);
  return { version: header.version, table, transitions, calibrations: header.calibrations, lexicon: new Lexicon(hashes, traits) };
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
    let difference = 0;
    let place = 1;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      difference += (byte & 0x7f) * place;
      if (byte < 0x80) break;
      place *= 0x80;
    }
    number += difference;
    numbers[index] = number;
  }
  return numbers;
}
