import { Decoder } from '../src/detection/tagger/decoder.ts';
import {
  addJoint,
  addNear,
  addOwn,
  FeatureList,
  NEAR_OFFSETS,
  type Sentence,
} from '../src/detection/tagger/features.ts';
import { LABEL_COUNT, OUTSIDE, typeOf, type TagType } from '../src/detection/tagger/labels.ts';
import type { Random } from './random.ts';

/** A text to learn from. `gold` of a word is its label, or -1 where nothing is known of it. */
export interface TrainingText {
  readonly sentence: Sentence;
  readonly gold: Int8Array;
  readonly types: ReadonlySet<TagType>;
}

/** How much "belongs to nothing" is favoured while learning: the learner has to find values against a headwind. */
const OUTSIDE_BONUS = 0.5;
/** Share of the features of several words, and of single ones, left out at random: none may carry a decision alone. */
const DROPPED_JOINT = 0.3;
const DROPPED_SINGLE = 0.1;

/**
 * The averaged structured perceptron (Collins 2002): decode, compare with the labels, add the features of the right
 * sequence and take away those of the decoded one; the weights are the average over all steps.
 */
export class Perceptron {
  readonly #random: Random;
  readonly #table = new GrowingTable();
  readonly #transitions = new Float32Array(LABEL_COUNT * LABEL_COUNT);
  readonly #averagedTransitions = new Float64Array(LABEL_COUNT * LABEL_COUNT);
  readonly #decoder = new Decoder(this.#transitions);
  readonly #list = new FeatureList();
  #features = new Int32Array(0);
  #ends = new Int32Array(0);
  #scores = new Float32Array(0);
  #labels = new Uint8Array(0);
  #step = 1;

  constructor(random: Random) {
    this.#random = random;
  }

  get rows(): number {
    return this.#table.rows;
  }

  /** Learns from one text; answers how many of its words were labelled wrongly. */
  learn({ sentence, gold, types }: TrainingText): number {
    const count = gold.length;
    this.#score(sentence);
    this.#decoder.decode(this.#scores, count, this.#labels);
    let wrong = 0;
    for (let at = 0; at < count; at++) {
      const found = this.#labels[at] ?? OUTSIDE;
      const right = rightLabel(gold[at] ?? OUTSIDE, found, types);
      if (right === found) continue;
      wrong++;
      for (let index = at === 0 ? 0 : (this.#ends[at - 1] ?? 0); index < (this.#ends[at] ?? 0); index++) {
        const row = this.#table.findOrAdd(this.#features[index] ?? 0);
        this.#table.add(row + right, 1, this.#step);
        this.#table.add(row + found, -1, this.#step);
      }
    }
    if (wrong > 0) this.#learnTransitions(gold, types);
    this.#step++;
    return wrong;
  }

  #learnTransitions(gold: Int8Array, types: ReadonlySet<TagType>): void {
    for (let at = 1; at < gold.length; at++) {
      const [a, b] = [this.#labels[at - 1] ?? OUTSIDE, this.#labels[at] ?? OUTSIDE];
      const found = a * LABEL_COUNT + b;
      const right =
        rightLabel(gold[at - 1] ?? OUTSIDE, a, types) * LABEL_COUNT + rightLabel(gold[at] ?? OUTSIDE, b, types);
      if (right === found) continue;
      for (const [index, by] of [
        [right, 1],
        [found, -1],
      ] as const) {
        this.#transitions[index] = (this.#transitions[index] ?? 0) + by;
        this.#averagedTransitions[index] = (this.#averagedTransitions[index] ?? 0) + by * this.#step;
      }
    }
    this.#decoder.prepareBounds();
  }

  #score(sentence: Sentence): void {
    const count = sentence.lexemes.length;
    if (this.#labels.length < count) {
      this.#labels = new Uint8Array(count * 2);
      this.#scores = new Float32Array(count * 2 * LABEL_COUNT);
      this.#ends = new Int32Array(count * 2);
      this.#features = new Int32Array(count * 2 * this.#list.hashes.length);
    }
    const list = this.#list;
    let end = 0;
    for (let at = 0; at < count; at++) {
      list.clear();
      const lexeme = sentence.lexemes[at];
      if (lexeme) addOwn(list, lexeme, sentence.capitals);
      for (const offset of NEAR_OFFSETS) {
        const neighbour = sentence.lexemes[at + offset];
        if (neighbour) addNear(list, neighbour, offset);
      }
      const single = list.count;
      addJoint(list, sentence, at);
      const here = at * LABEL_COUNT;
      this.#scores.fill(0, here, here + LABEL_COUNT);
      for (let index = 0; index < list.count; index++) {
        if (this.#random.chance(index < single ? DROPPED_SINGLE : DROPPED_JOINT)) continue;
        const feature = list.hashes[index] ?? 0;
        this.#features[end++] = feature;
        this.#table.sum(feature, this.#scores, here);
      }
      this.#scores[here] = (this.#scores[here] ?? 0) + OUTSIDE_BONUS;
      this.#ends[at] = end;
    }
  }

  /**
   * The averaged weights of the rows that matter most, and the transitions. Ends the learning.
   *
   * @param most how many rows to keep: those with the largest weights
   */
  average(most: number): {
    readonly hashes: Int32Array;
    readonly weights: Float32Array;
    readonly transitions: Float32Array;
  } {
    return {
      ...this.#table.average(this.#step, most),
      transitions: this.#transitions.map((weight, at) => weight - (this.#averagedTransitions[at] ?? 0) / this.#step),
    };
  }
}

/** What the label should have been: where nothing is known of the word, what was found is right. */
function rightLabel(gold: number, found: number, types: ReadonlySet<TagType>): number {
  if (gold < 0) return found;
  const type = typeOf(found);
  return gold === OUTSIDE && type !== null && !types.has(type) ? found : gold;
}

/** Rows of weights by feature, added as the learner makes mistakes. */
class GrowingTable {
  #slots = new Int32Array(1 << 20);
  #hashes = new Int32Array(1 << 19);
  #weights = new Float32Array((1 << 19) * LABEL_COUNT);
  #averaged = new Float64Array((1 << 19) * LABEL_COUNT);
  rows = 0;

  sum(hash: number, scores: Float32Array, here: number): void {
    const row = this.#find(hash);
    if (row < 0) return;
    for (let label = 0; label < LABEL_COUNT; label++)
      scores[here + label] = (scores[here + label] ?? 0) + (this.#weights[row + label] ?? 0);
  }

  add(index: number, by: number, step: number): void {
    this.#weights[index] = (this.#weights[index] ?? 0) + by;
    this.#averaged[index] = (this.#averaged[index] ?? 0) + by * step;
  }

  findOrAdd(hash: number): number {
    const row = this.#find(hash);
    if (row >= 0) return row;
    if (this.rows === this.#hashes.length) this.#grow();
    this.#hashes[this.rows] = hash;
    this.#place(this.rows);
    return this.rows++ * LABEL_COUNT;
  }

  average(step: number, most: number): { readonly hashes: Int32Array; readonly weights: Float32Array } {
    const averaged = (row: number, label: number): number =>
      (this.#weights[row * LABEL_COUNT + label] ?? 0) - (this.#averaged[row * LABEL_COUNT + label] ?? 0) / step;
    const force = new Float32Array(this.rows);
    for (let row = 0; row < this.rows; row++)
      for (let label = 0; label < LABEL_COUNT; label++)
        force[row] = Math.max(force[row] ?? 0, Math.abs(averaged(row, label)));
    const kept = Array.from(force.keys())
      .sort((a, b) => (force[b] ?? 0) - (force[a] ?? 0) || (this.#hashes[a] ?? 0) - (this.#hashes[b] ?? 0))
      .slice(0, most);
    const weights = new Float32Array(kept.length * LABEL_COUNT);
    kept.forEach((row, at) => {
      for (let label = 0; label < LABEL_COUNT; label++) weights[at * LABEL_COUNT + label] = averaged(row, label);
    });
    return { hashes: Int32Array.from(kept, (row) => this.#hashes[row] ?? 0), weights };
  }

  #find(hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot] ?? 0;
      if (row === 0) return -1;
      if (this.#hashes[row - 1] === hash) return (row - 1) * LABEL_COUNT;
    }
  }

  #place(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[row] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  #grow(): void {
    const size = this.#hashes.length * 2;
    const [hashes, weights, averaged] = [
      new Int32Array(size),
      new Float32Array(size * LABEL_COUNT),
      new Float64Array(size * LABEL_COUNT),
    ];
    hashes.set(this.#hashes);
    weights.set(this.#weights);
    averaged.set(this.#averaged);
    [this.#hashes, this.#weights, this.#averaged] = [hashes, weights, averaged];
    this.#slots = new Int32Array(size * 2);
    for (let row = 0; row < this.rows; row++) this.#place(row);
  }
}
