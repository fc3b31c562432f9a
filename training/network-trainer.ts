import type { Sentence } from '../src/detection/tagger/features.ts';
import { OUTSIDE, TAG_TYPES, typeOf, type TagType } from '../src/detection/tagger/labels.ts';
import { PADDING, type Lexeme } from '../src/detection/tagger/lexeme.ts';
import {
  LEAK,
  type NetworkModel,
  type NetworkSize,
  OUTPUTS,
  PLACE_FEATURES,
  placeRows,
  PLACES,
  REACH,
  WORD_FEATURES,
  wordRows,
} from '../src/detection/tagger/network.ts';
import { Adam } from './adam.ts';
import type { TrainingText } from './perceptron.ts';
import type { Random } from './random.ts';

/** Texts between two steps of the weights. */
const BATCH = 16;
/** A word about which the network is this sure teaches it nothing. */
const SURE = 0.995;
const WINDOW = 2 * REACH + 1;
/** Rate of the weights, as a share of the rate of the embeddings. */
const WEIGHT_RATE = 0.05;
/** Gradients that are too small to matter. */
const [LEAST_OUTPUT, LEAST_HIDDEN] = [1e-5, 1e-6];

/** Learns the network of the second tagger: Adam for the weights, Adagrad for the rows of the embeddings. */
export class NetworkTrainer {
  readonly #size: NetworkSize;
  readonly #embeddings: Float32Array;
  /** By row: the sum of the squares of its gradients. */
  readonly #rowSquares: Float32Array;
  readonly #weights: Adam;
  readonly #biases: Adam;
  readonly #outputWeights: Adam;
  readonly #outputBiases: Adam;
  readonly #rows = new Map<Lexeme, Int32Array>();
  readonly #hidden: Float64Array;
  readonly #hiddenGradients: Float64Array;
  readonly #outputs = new Float64Array(OUTPUTS);
  /** Embeddings of the words with padding at both ends, then of the places; and their gradients. */
  #x = new Float64Array(0);
  #dx = new Float64Array(0);
  #texts = 0;
  #words = 0;

  constructor(size: NetworkSize, random: Random) {
    const { rows, width, hidden } = size;
    this.#size = size;
    const drawn = (count: number, scale: number): Float64Array =>
      Float64Array.from({ length: count }, () => (random.next() * 2 - 1) * scale);
    this.#embeddings = Float32Array.from({ length: rows * width }, () => (random.next() * 2 - 1) * 0.1);
    this.#rowSquares = new Float32Array(rows);
    this.#weights = new Adam(drawn(hidden * PLACES * width, 0.15));
    this.#biases = new Adam(new Float64Array(hidden));
    this.#outputWeights = new Adam(drawn(OUTPUTS * hidden, 0.2));
    this.#outputBiases = new Adam(new Float64Array(OUTPUTS));
    this.#hidden = new Float64Array(hidden);
    this.#hiddenGradients = new Float64Array(hidden);
  }

  /** Learns from one text at a rate; returns how many of its words got another type than theirs. */
  learn({ sentence, gold, types }: TrainingText, rate: number): number {
    const { width } = this.#size;
    const count = sentence.lexemes.length;
    const places = (count + 2 * REACH) * width;
    this.#clear(places + count * width);
    const words = Array.from({ length: count + 2 * REACH }, (_, at) =>
      this.#rowsOf(sentence.lexemes[at - REACH] ?? PADDING),
    );
    const around = Array.from({ length: count }, (_, at) => rowsAt(sentence, at, this.#size.rows));
    words.forEach((rows, at) => {
      this.#embed(rows, at * width);
    });
    around.forEach((rows, at) => {
      this.#embed(rows, places + at * width);
    });
    let wrong = 0;
    for (let at = 0; at < count; at++) {
      const label = gold[at] ?? OUTSIDE;
      if (label < 0) continue;
      const right = outputOf(label);
      this.#read(at * width, places + at * width);
      const { best, sum } = this.#decide(right, types);
      if (best !== right) wrong++;
      this.#words++;
      if ((this.#outputs[right] ?? 0) / sum > SURE) continue;
      this.#blameOutputs(right, sum);
      this.#blameHidden(at * width, places + at * width);
    }
    words.forEach((rows, at) => {
      this.#learnRows(rows, at * width, rate);
    });
    around.forEach((rows, at) => {
      this.#learnRows(rows, places + at * width, rate);
    });
    if (++this.#texts % BATCH === 0) this.#step(rate * WEIGHT_RATE);
    return wrong;
  }

  /** The network as the detector reads it: embeddings in 8 bits. Ends the learning. */
  finish(): NetworkModel {
    const sizes = Float32Array.from(this.#embeddings, Math.abs).sort();
    // The few embeddings that are larger are cut off.
    const step = (sizes[Math.floor(sizes.length * 0.9999)] ?? 1) / 127;
    return {
      size: this.#size,
      step,
      embeddings: Int8Array.from(this.#embeddings, (value) => Math.max(-127, Math.min(127, Math.round(value / step)))),
      weights: this.#weights.layer,
      biases: this.#biases.layer,
      outputWeights: this.#outputWeights.layer,
      outputBiases: this.#outputBiases.layer,
    };
  }

  #clear(length: number): void {
    if (this.#x.length < length) {
      this.#x = new Float64Array(length * 2);
      this.#dx = new Float64Array(length * 2);
    }
    this.#x.fill(0, 0, length);
    this.#dx.fill(0, 0, length);
  }

  /** Works out the hidden units of the word whose window begins at `from` and whose place is at `place`. */
  #read(from: number, place: number): void {
    const { width, hidden } = this.#size;
    const span = WINDOW * width;
    const x = this.#x;
    const w = this.#weights.layer;
    for (let j = 0, row = 0; j < hidden; j++, row += PLACES * width) {
      let s0 = this.#biases.layer[j] ?? 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0; k < span; k += 4) {
        s0 += (x[from + k] ?? 0) * (w[row + k] ?? 0);
        s1 += (x[from + k + 1] ?? 0) * (w[row + k + 1] ?? 0);
        s2 += (x[from + k + 2] ?? 0) * (w[row + k + 2] ?? 0);
        s3 += (x[from + k + 3] ?? 0) * (w[row + k + 3] ?? 0);
      }
      for (let k = 0; k < width; k++) s0 += (x[place + k] ?? 0) * (w[row + span + k] ?? 0);
      const sum = s0 + s1 + s2 + s3;
      this.#hidden[j] = sum < 0 ? sum * LEAK : sum;
    }
  }

  /** Writes the weight of each output that the data labels, and their sum; `best` is the likeliest. */
  #decide(right: number, types: ReadonlySet<TagType>): { readonly best: number; readonly sum: number } {
    const { hidden } = this.#size;
    const h = this.#hidden;
    const p = this.#outputs;
    const v = this.#outputWeights.layer;
    let max = -Infinity;
    let best = 0;
    for (let k = 0; k < OUTPUTS; k++) {
      let sum = this.#outputBiases.layer[k] ?? 0;
      for (let j = 0; j < hidden; j++) sum += (h[j] ?? 0) * (v[k * hidden + j] ?? 0);
      const type = TAG_TYPES[k - 1];
      // A word outside the labelled types may be of a type that the data does not label.
      const isUnlabelled = right === 0 && type !== undefined && !types.has(type);
      p[k] = isUnlabelled ? -Infinity : sum;
      if (!isUnlabelled && sum > max) {
        max = sum;
        best = k;
      }
    }
    let sum = 0;
    for (let k = 0; k < OUTPUTS; k++) sum += p[k] = Math.exp((p[k] ?? 0) - max);
    return { best, sum };
  }

  #blameOutputs(right: number, sum: number): void {
    const { hidden } = this.#size;
    const h = this.#hidden;
    const dh = this.#hiddenGradients.fill(0);
    const v = this.#outputWeights.layer;
    const { gradients: gv } = this.#outputWeights;
    const { gradients: gc } = this.#outputBiases;
    for (let k = 0; k < OUTPUTS; k++) {
      const d = (this.#outputs[k] ?? 0) / sum - (k === right ? 1 : 0);
      if (d < LEAST_OUTPUT && d > -LEAST_OUTPUT) continue;
      gc[k] = (gc[k] ?? 0) + d;
      for (let j = 0, at = k * hidden; j < hidden; j++, at++) {
        dh[j] = (dh[j] ?? 0) + d * (v[at] ?? 0);
        gv[at] = (gv[at] ?? 0) + d * (h[j] ?? 0);
      }
    }
  }

  #blameHidden(from: number, place: number): void {
    const { width, hidden } = this.#size;
    const span = WINDOW * width;
    const { gradients: gb } = this.#biases;
    for (let j = 0, row = 0; j < hidden; j++, row += PLACES * width) {
      const gradient = this.#hiddenGradients[j] ?? 0;
      const d = (this.#hidden[j] ?? 0) < 0 ? gradient * LEAK : gradient;
      if (d < LEAST_HIDDEN && d > -LEAST_HIDDEN) continue;
      gb[j] = (gb[j] ?? 0) + d;
      this.#blame(row, from, span, d);
      this.#blame(row + span, place, width, d);
    }
  }

  /** Gradients of the weights from `row` on, and of what they read from `from` on. */
  #blame(row: number, from: number, count: number, d: number): void {
    const x = this.#x;
    const dx = this.#dx;
    const w = this.#weights.layer;
    const { gradients } = this.#weights;
    for (let k = 0; k < count; k++) {
      gradients[row + k] = (gradients[row + k] ?? 0) + d * (x[from + k] ?? 0);
      dx[from + k] = (dx[from + k] ?? 0) + d * (w[row + k] ?? 0);
    }
  }

  #step(rate: number): void {
    const words = Math.max(1, this.#words);
    for (const layer of [this.#weights, this.#biases, this.#outputWeights, this.#outputBiases]) layer.step(rate, words);
    this.#words = 0;
  }

  #rowsOf(lexeme: Lexeme): Int32Array {
    const known = this.#rows.get(lexeme);
    if (known) return known;
    const rows = new Int32Array(WORD_FEATURES);
    wordRows(lexeme, this.#size.rows, rows);
    this.#rows.set(lexeme, rows);
    return rows;
  }

  #embed(rows: Int32Array, to: number): void {
    const { width } = this.#size;
    const x = this.#x;
    for (const row of rows)
      for (let k = 0; k < width; k++) x[to + k] = (x[to + k] ?? 0) + (this.#embeddings[row * width + k] ?? 0);
  }

  #learnRows(rows: Int32Array, from: number, rate: number): void {
    const { width } = this.#size;
    const dx = this.#dx;
    let squares = 0;
    for (let k = 0; k < width; k++) squares += (dx[from + k] ?? 0) ** 2;
    if (squares === 0) return;
    squares /= width;
    for (const row of rows) {
      const sum = (this.#rowSquares[row] ?? 0) + squares;
      this.#rowSquares[row] = sum;
      const step = rate / Math.sqrt(sum + 0.1);
      for (let k = 0, at = row * width; k < width; k++, at++)
        this.#embeddings[at] = (this.#embeddings[at] ?? 0) - step * (dx[from + k] ?? 0);
    }
  }
}

function rowsAt(sentence: Sentence, at: number, rows: number): Int32Array {
  const found = new Int32Array(PLACE_FEATURES);
  placeRows(sentence, at, rows, found);
  return found;
}

/** The output of a label. */
function outputOf(label: number): number {
  const type = typeOf(label);
  return type === null ? 0 : TAG_TYPES.indexOf(type) + 1;
}
