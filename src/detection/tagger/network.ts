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
/** Sums that are made side by side: one sum alone has to wait for each addition before the next. */
const LANES = 4;

/**
 * Reads one text at a time. What a word adds to the hidden units at each distance is worked out once and kept, so that a
 * word costs some hundred additions. Four sums are made at a time in the order of the definition, so that not one bit
 * differs: it takes half the time of one sum after another. Keeps working memory between calls: not
 * re-entrant.
 */
export class Network {
  readonly #model: NetworkModel;
  /** Hidden units, with idle ones behind them to a multiple of `LANES`. */
  readonly #units: number;
  readonly #rows = new Int32Array(Math.max(WORD_FEATURES, PLACE_FEATURES));
  readonly #embedding: Float64Array;
  readonly #hidden: Float64Array;
  readonly #output = new Float64Array(OUTPUTS);
  readonly #words = new Map<Lexeme, number>();
  /** By kept word and distance: `((word * WINDOW) + distance) * units + j`. */
  readonly #parts: Float32Array;
  /** The weights of words by number of the embedding: `(k * WINDOW + distance) * units + j`. */
  readonly #wordWeights: Float64Array;
  /** The parts of one word while they are summed up. */
  readonly #sums: Float64Array;
  /** By row of a place: where its part is kept, counted from 1. */
  readonly #placeSlots: Uint16Array;
  /** Kept parts of places: `place * units + j`. */
  readonly #placeParts: Float64Array;
  #keptPlaces = 0;
  /** The weights of outputs, `LANES` of them side by side: `((k / LANES) * units + j) * LANES + k % LANES`. */
  readonly #outputWeights: Float64Array;
  /** Where the parts of the word under way are, by distance, and those of its place. */
  readonly #wordsHere = new Int32Array(WINDOW);
  readonly #placesHere = new Int32Array(PLACE_FEATURES);
  #sentence: Sentence | null = null;
  #slots = new Int32Array(0);

  constructor(model: NetworkModel) {
    this.#model = model;
    const { width, rows } = model.size;
    const units = unitsOf(model);
    this.#units = units;
    this.#embedding = new Float64Array(width);
    this.#hidden = new Float64Array(units);
    this.#parts = new Float32Array(KEPT_WORDS * WINDOW * units);
    this.#wordWeights = byNumber(model);
    this.#sums = new Float64Array(WINDOW * units);
    this.#placeSlots = new Uint16Array(rows);
    this.#placeParts = new Float64Array(KEPT_PLACES * units);
    this.#outputWeights = byLane(model);
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
    const { rows } = this.#model.size;
    const units = this.#units;
    if (this.#words.size + WINDOW > KEPT_WORDS) this.#forget();
    for (let distance = 0; distance < WINDOW; distance++) {
      const slot = this.#slots[at + distance] ?? -1;
      this.#wordsHere[distance] = ((slot < 0 ? this.#keep(sentence, at + distance) : slot) * WINDOW + distance) * units;
    }
    if (this.#keptPlaces + PLACE_FEATURES > KEPT_PLACES) this.#forgetPlaces();
    placeRows(sentence, at, rows, this.#rows);
    for (let index = 0; index < PLACE_FEATURES; index++)
      this.#placesHere[index] = this.#placeAt(this.#rows[index] ?? 0) * units;
    this.#activate();
    this.#answer();
    return this.#output;
  }

  /** Sums up the hidden units from the parts of the words and of the place. */
  #activate(): void {
    const { biases } = this.#model;
    const h = this.#hidden;
    const [parts, wordsHere] = [this.#parts, this.#wordsHere];
    const [placeParts, placesHere] = [this.#placeParts, this.#placesHere];
    for (let j = 0; j < h.length; j += LANES) {
      let a = biases[j] ?? 0;
      let b = biases[j + 1] ?? 0;
      let c = biases[j + 2] ?? 0;
      let d = biases[j + 3] ?? 0;
      for (let distance = 0; distance < WINDOW; distance++) {
        const from = (wordsHere[distance] ?? 0) + j;
        a += parts[from] ?? 0;
        b += parts[from + 1] ?? 0;
        c += parts[from + 2] ?? 0;
        d += parts[from + 3] ?? 0;
      }
      for (let index = 0; index < PLACE_FEATURES; index++) {
        const from = (placesHere[index] ?? 0) + j;
        a += placeParts[from] ?? 0;
        b += placeParts[from + 1] ?? 0;
        c += placeParts[from + 2] ?? 0;
        d += placeParts[from + 3] ?? 0;
      }
      h[j] = a < 0 ? a * LEAK : a;
      h[j + 1] = b < 0 ? b * LEAK : b;
      h[j + 2] = c < 0 ? c * LEAK : c;
      h[j + 3] = d < 0 ? d * LEAK : d;
    }
  }

  /** Works out the outputs from the hidden units, each as what it is above "nothing". */
  #answer(): void {
    const { outputBiases } = this.#model;
    const h = this.#hidden;
    const weights = this.#outputWeights;
    const output = this.#output;
    for (let k = 0; k < OUTPUTS; k += LANES) {
      let a = outputBiases[k] ?? 0;
      let b = outputBiases[k + 1] ?? 0;
      let c = outputBiases[k + 2] ?? 0;
      let d = outputBiases[k + 3] ?? 0;
      for (let j = 0, from = k * h.length; j < h.length; j++, from += LANES) {
        const unit = h[j] ?? 0;
        a += unit * (weights[from] ?? 0);
        b += unit * (weights[from + 1] ?? 0);
        c += unit * (weights[from + 2] ?? 0);
        d += unit * (weights[from + 3] ?? 0);
      }
      // What is written behind the last output of an array is left out.
      output[k] = a;
      output[k + 1] = b;
      output[k + 2] = c;
      output[k + 3] = d;
    }
    const nothing = output[0] ?? 0;
    for (let k = 0; k < OUTPUTS; k++) output[k] = (output[k] ?? 0) - nothing;
  }

  #forget(): void {
    this.#words.clear();
    this.#slots.fill(-1);
  }

  #forgetPlaces(): void {
    this.#placeSlots.fill(0);
    this.#keptPlaces = 0;
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

  /** Returns the number under which the part of a place's row is kept; worked out where it is new. */
  #placeAt(row: number): number {
    const slot = this.#placeSlots[row] ?? 0;
    if (slot > 0) return slot - 1;
    const { width, hidden } = this.#model.size;
    const { embeddings, step, weights } = this.#model;
    const place = this.#keptPlaces++;
    for (let j = 0; j < hidden; j++) {
      const w = (j * PLACES + WINDOW) * width;
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (embeddings[row * width + k] ?? 0) * step * (weights[w + k] ?? 0);
      this.#placeParts[place * this.#units + j] = sum;
    }
    this.#placeSlots[row] = place + 1;
    return place;
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

function unitsOf({ size }: NetworkModel): number {
  return Math.ceil(size.hidden / LANES) * LANES;
}

/** Returns the weights of words in the order in which they are used: a run of them for each number of an embedding. */
function byNumber(model: NetworkModel): Float64Array {
  const { width, hidden } = model.size;
  const units = unitsOf(model);
  const ordered = new Float64Array(width * WINDOW * units);
  for (let k = 0; k < width; k++)
    for (let distance = 0; distance < WINDOW; distance++)
      for (let j = 0; j < hidden; j++)
        ordered[(k * WINDOW + distance) * units + j] = model.weights[(j * PLACES + distance) * width + k] ?? 0;
  return ordered;
}

/** Returns the weights of outputs in the order in which they are used; an output beyond the last has none. */
function byLane(model: NetworkModel): Float64Array {
  const { hidden } = model.size;
  const units = unitsOf(model);
  const ordered = new Float64Array(Math.ceil(OUTPUTS / LANES) * LANES * units);
  for (let k = 0; k < OUTPUTS; k++)
    for (let j = 0; j < hidden; j++)
      ordered[(Math.floor(k / LANES) * units + j) * LANES + (k % LANES)] = model.outputWeights[k * hidden + j] ?? 0;
  return ordered;
}
