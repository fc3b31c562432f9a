/**
 * The second tagger: a small network whose odds are added to the scores of the first one before decoding, so that each can
 * outvote the other. Its file: 8 bytes "MSKNET01", the length of the header (32 bits, little-endian), the header (JSON),
 * and the body, deflated: the embeddings (8 bits each), then all weights (floats of 32 bits).
 */

import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LABELS } from './labels.ts';
import type { Calibration } from './model.ts';
import { OUTPUTS, PLACES, type NetworkModel, type NetworkSize } from './network.ts';

/** How the odds of the network count beside the scores of the first tagger. */
export interface Pooling {
  /** Units of score for an e-fold of the odds. */
  readonly weight: number;
  /** The largest logarithm of odds that counts. */
  readonly cap: number;
  /** The network is not asked about a word where the first tagger prefers nothing by more than this. */
  readonly gate: number;
}

/** A trained network with what was chosen for the two taggers together. */
export interface SecondTagger {
  /** Twelve hexadecimal digits of the digest of its weights. */
  readonly version: string;
  /** Version of the first tagger that it was calibrated with. */
  readonly first: string;
  readonly network: NetworkModel;
  readonly pooling: Pooling;
  /** By type, in the order of TAG_TYPES: how sure a decision of both is of a margin. */
  readonly calibrations: readonly Calibration[];
}

interface Header {
  readonly first: string;
  readonly labels: readonly string[];
  readonly size: NetworkSize;
  readonly step: number;
  readonly pooling: Pooling;
  readonly calibrations: readonly Calibration[];
}

const MAGIC = 'MSKNET01';

/** Writes a second tagger; its version is not written, but follows from the bytes. The same tagger gives the same bytes. */
export function encodeSecondTagger({ first, network, pooling, calibrations }: Omit<SecondTagger, 'version'>): Buffer {
  const { size, step, embeddings, weights, biases, outputWeights, outputBiases } = network;
  const header: Header = { first, labels: LABELS, size, step, pooling, calibrations };
  const head = Buffer.from(JSON.stringify(header), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const body = Buffer.concat([
    Buffer.from(embeddings.buffer, embeddings.byteOffset, embeddings.byteLength),
    ...[weights, biases, outputWeights, outputBiases].map(floatsOf),
  ]);
  return Buffer.concat([Buffer.from(MAGIC, 'latin1'), length, head, deflateRawSync(body, { level: 9 })]);
}

/**
 * Reads a second tagger.
 *
 * @throws Error if the bytes are no second tagger, or one for other labels than this code has
 */
export function decodeSecondTagger(bytes: Buffer): SecondTagger {
  if (bytes.toString('latin1', 0, 8) !== MAGIC) throw new Error('The file is no second tagger.');
  const headEnd = 12 + bytes.readUInt32LE(8);
  // Written by encodeSecondTagger above; the labels are compared, and the lengths with what there is.
  const header = JSON.parse(bytes.toString('utf8', 12, headEnd)) as Header;
  if (header.labels.join() !== LABELS.join()) throw new Error('The second tagger has other labels than this version.');
  const body = inflateRawSync(bytes.subarray(headEnd));
  const { rows, width, hidden } = header.size;
  let at = rows * width;
  const take = (count: number): Float64Array => {
    const floats = new Float64Array(count);
    for (let index = 0; index < count; index += 1) floats[index] = body.readFloatLE(at + index * 4);
    at += count * 4;
    return floats;
  };
  const network: NetworkModel = {
    size: header.size,
    step: header.step,
    embeddings: new Int8Array(body.buffer, body.byteOffset, at).slice(),
    weights: take(hidden * PLACES * width),
    biases: take(hidden),
    outputWeights: take(OUTPUTS * hidden),
    outputBiases: take(OUTPUTS),
  };
  if (at !== body.length) throw new Error('The second tagger is cut short.');
  const version = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return { version, first: header.first, network, pooling: header.pooling, calibrations: header.calibrations };
}

function floatsOf(numbers: Float64Array): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, at) => bytes.writeFloatLE(number, at * 4));
  return bytes;
}
