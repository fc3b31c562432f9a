import { TAG_TYPES } from './labels.ts';
import type { Sentence } from './features.ts';
import { finish, mix } from './hashing.ts';
import { type Lexeme, PADDING } from './lexeme.ts';

/** Words before and after a word that the network reads. */
export const REACH = 4;
/** Places that the network reads: the window of words, and what is known of the middle place. */
export const PLACES = 2 * REACH + 2;
/** Features of one word, and of one place. */
export const WORD_FEATURES = 10;
export const PLACE_FEATURES = 4;
/** What the network tells apart: nothing, then the types in the order of TAG_TYPES. */
export const OUTPUTS = TAG_TYPES.length + 1;
/** Slope of the hidden units below zero. */
export const LEAK = 0.0625;

/** Sizes of a network. */
export interface NetworkSize {
  /** Rows of the table of embeddings: a power of two. */
  readonly rows: number;
  /** Numbers of an embedding. */
  readonly width: number;
  /** Hidden units. */
  readonly hidden: number;
}

/** Writes the rows of a word's features. */
export function wordRows(lexeme: Lexeme, rows: number, into: Int32Array): void {
  const mask = rows - 1;
  const row = (template: number, value: number): number => finish(mix(template, value)) & mask;
  into[0] = row(1, lexeme.id);
  into[1] = row(2, lexeme.suffix3);
  into[2] = row(3, lexeme.prefix3);
  into[3] = row(4, lexeme.suffix2);
  into[4] = row(5, lexeme.traits);
  into[5] = row(6, lexeme.wordClass * 8 + lexeme.shape);
  into[6] = row(7, lexeme.pattern);
  into[7] = row(8, lexeme.summary * 8 + lexeme.shape);
  into[8] = row(9, lexeme.cue * 16 + Math.min(lexeme.length, 12));
  into[9] = row(10, lexeme.suffix4);
}

/** Writes the rows of what is known of a place beside its word: the run that it is in, what was announced before it. */
export function placeRows(sentence: Sentence, at: number, rows: number, into: Int32Array): void {
  const mask = rows - 1;
  const row = (template: number, value: number): number => finish(mix(template, value)) & mask;
  const { lexemes, runs, cues, places, capitals } = sentence;
  const ends = (at === 0 ? 1 : 0) | (at === lexemes.length - 1 ? 2 : 0);
  into[0] = row(32, runs[at] ?? 0);
  into[1] = row(33, cues[at] ?? 0);
  into[2] = row(34, (places[at] ?? 0) * 4 + capitals);
  into[3] = row(35, ends * 16 + Math.min(lexemes.length, 8));
}

/** A network: embeddings of hashed features, one hidden layer, one output a type. */
export interface NetworkModel {
  readonly size: NetworkSize;
  /** `row * width + k`, in steps of `step`. */
  readonly embeddings: Int8Array;
  readonly step: number;
  /** Of hidden unit `j`: `(j * PLACES + place) * width + k`. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  /** Of output `k`: `k * hidden + j`. */
  readonly outputWeights: Float64Array;
  readonly outputBiases: Float64Array;
}

const WINDOW = 2 * REACH + 1;
/** Words whose part in the hidden units is kept. A text of made-up words makes the network start over, not grow. */
const KEPT_WORDS = 4096;
/** Rows of places whose part in the hidden units is kept: runs, cues, place names and ends are few. */
const KEPT_PLACES = 1024;

/**
 * Reads one text at a time. What a word adds to the hidden units at each distance is worked out once and kept, so that a
 * word costs some hundred additions. Keeps working memory between calls: not re-entrant.
 */
export class Network {
  readonly #model: NetworkModel;
  readonly #rows = new Int32Array(Math.max(WORD_FEATURES, PLACE_FEATURES));
  readonly #embedding: Float64Array;
  readonly #hidden: Float64Array;
  readonly #output = new Float64Array(OUTPUTS);
  readonly #words = new Map<Lexeme, number>();
  /** By kept word and distance: `((word * WINDOW) + distance) * hidden + j`. */
  readonly #parts: Float32Array;
  /** The weights of words by number of the embedding: `(k * WINDOW + distance) * hidden + j`. */
  readonly #wordWeights: Float64Array;
  /** The parts of one word while they are summed up. */
  readonly #sums: Float64Array;
  readonly #places = new Map<number, Float64Array>();
  #sentence: Sentence | null = null;
  #slots = new Int32Array(0);

  constructor(model: NetworkModel) {
    this.#model = model;
    const { width, hidden } = model.size;
    this.#embedding = new Float64Array(width);
    this.#hidden = new Float64Array(hidden);
    this.#parts = new Float32Array(KEPT_WORDS * WINDOW * hidden);
    this.#wordWeights = byNumber(model);
    this.#sums = new Float64Array(WINDOW * hidden);
  }

  /** Begins a text. */
  read(sentence: Sentence): void {
    this.#sentence = sentence;
    const padded = sentence.lexemes.length + 2 * REACH;
    if (this.#slots.length < padded) this.#slots = new Int32Array(padded * 2);
    this.#slots.fill(-1, 0, padded);
  }

  /** By output: how much likelier the type is than none at the word, as a logarithm of odds. */
  oddsAt(at: number): Float64Array {
    const sentence = this.#sentence;
    if (sentence === null) throw new Error('No text was read before its odds were asked for.');
    const { size, biases, outputWeights, outputBiases } = this.#model;
    const { hidden, rows } = size;
    const h = this.#hidden;
    // A copy by hand takes less than the call of a native function for so few numbers.
    for (let j = 0; j < hidden; j++) h[j] = biases[j] ?? 0;
    if (this.#words.size + WINDOW > KEPT_WORDS) this.#forget();
    for (let distance = 0; distance < WINDOW; distance++) this.#addWord(sentence, at + distance, distance);
    placeRows(sentence, at, rows, this.#rows);
    for (let index = 0; index < PLACE_FEATURES; index++) this.#addPlace(this.#rows[index] ?? 0);
    for (let j = 0; j < hidden; j++) {
      const sum = h[j] ?? 0;
      if (sum < 0) h[j] = sum * LEAK;
    }
    const output = this.#output;
    for (let k = 0; k < OUTPUTS; k++) {
      let sum = outputBiases[k] ?? 0;
      for (let j = 0; j < hidden; j++) sum += (h[j] ?? 0) * (outputWeights[k * hidden + j] ?? 0);
      output[k] = sum;
    }
    const nothing = output[0] ?? 0;
    for (let k = 0; k < OUTPUTS; k++) output[k] = (output[k] ?? 0) - nothing;
    return output;
  }

  #forget(): void {
    this.#words.clear();
    this.#slots.fill(-1);
  }

  /** Adds what the word at `near` (padding counts) says at a distance to the hidden units. */
  #addWord(sentence: Sentence, near: number, distance: number): void {
    const { hidden } = this.#model.size;
    const slot = this.#slots[near] ?? -1;
    const from = ((slot < 0 ? this.#keep(sentence, near) : slot) * WINDOW + distance) * hidden;
    const h = this.#hidden;
    const parts = this.#parts;
    for (let j = 0; j < hidden; j++) h[j] = (h[j] ?? 0) + (parts[from + j] ?? 0);
  }

  /** Returns where the parts of a word are kept, and works them out for a word that is new. */
  #keep(sentence: Sentence, near: number): number {
    const lexeme = (near >= REACH ? sentence.lexemes[near - REACH] : null) ?? PADDING;
    const slot = this.#words.get(lexeme) ?? this.#words.size;
    this.#slots[near] = slot;
    if (slot === this.#words.size) {
      this.#words.set(lexeme, slot);
      this.#workOut(lexeme, slot);
    }
    return slot;
  }

  /** Works out a word's parts at all distances, for a word comes by at each of them. */
  #workOut(lexeme: Lexeme, slot: number): void {
    const { width, rows } = this.#model.size;
    wordRows(lexeme, rows, this.#rows);
    this.#embed(WORD_FEATURES);
    const sums = this.#sums;
    const count = sums.length;
    const weights = this.#wordWeights;
    sums.fill(0);
    for (let k = 0; k < width; k++) {
      const x = this.#embedding[k] ?? 0;
      const from = k * count;
      for (let i = 0; i < count; i++) sums[i] = (sums[i] ?? 0) + x * (weights[from + i] ?? 0);
    }
    this.#parts.set(sums, slot * count);
  }

  #addPlace(row: number): void {
    const { width, hidden } = this.#model.size;
    const { embeddings, step, weights } = this.#model;
    let part = this.#places.get(row);
    if (part === undefined) {
      part = new Float64Array(hidden);
      for (let j = 0; j < hidden; j++) {
        const w = (j * PLACES + WINDOW) * width;
        let sum = 0;
        for (let k = 0; k < width; k++) sum += (embeddings[row * width + k] ?? 0) * step * (weights[w + k] ?? 0);
        part[j] = sum;
      }
      if (this.#places.size >= KEPT_PLACES) this.#places.clear();
      this.#places.set(row, part);
    }
    const h = this.#hidden;
    for (let j = 0; j < hidden; j++) h[j] = (h[j] ?? 0) + (part[j] ?? 0);
  }

  /** Writes the sum of the embeddings of the first `count` rows. */
  #embed(count: number): void {
    const { embeddings, step, size } = this.#model;
    const { width } = size;
    const x = this.#embedding;
    x.fill(0);
    for (let index = 0; index < count; index++) {
      const row = (this.#rows[index] ?? 0) * width;
      for (let k = 0; k < width; k++) x[k] = (x[k] ?? 0) + (embeddings[row + k] ?? 0) * step;
    }
  }
}

/** Returns the weights of words in the order in which they are used: a run of them for each number of an embedding. */
function byNumber({ size: { width, hidden }, weights }: NetworkModel): Float64Array {
  const ordered = new Float64Array(width * WINDOW * hidden);
  for (let k = 0; k < width; k++)
    for (let distance = 0; distance < WINDOW; distance++)
      for (let j = 0; j < hidden; j++)
        ordered[(k * WINDOW + distance) * hidden + j] = weights[(j * PLACES + distance) * width + k] ?? 0;
  return ordered;
}
