import { Decoder } from '../src/detection/tagger/decoder.ts';
import { addJoint, addNear, addOwn, FeatureRows, NEAR_OFFSETS, type Sentence } from '../src/detection/tagger/features.ts';
import { LABEL_COUNT, OUTSIDE, typeOf, type TagType } from '../src/detection/tagger/labels.ts';

/** A text to learn from. `gold` of a word is its label, or -1 where nothing is known of it. */
export interface TrainingText {
  readonly sentence: Sentence;
  readonly gold: Int8Array;
  readonly types: ReadonlySet<TagType>;
}

/** How much "belongs to nothing" is favoured while learning: the learner has to find values against a headwind. */
const OUTSIDE_BONUS = 0.5;

/**
 * The averaged structured perceptron (Collins 2002): decode, compare with the labels, add the features of the right
 * sequence and take away those of the decoded one; the weights are the average over all steps.
 */
export class Perceptron {
  readonly #weights: Float32Array;
  readonly #averaged: Float64Array;
  readonly #transitions = new Float32Array(LABEL_COUNT * LABEL_COUNT);
  readonly #averagedTransitions = new Float64Array(LABEL_COUNT * LABEL_COUNT);
  readonly #decoder = new Decoder(this.#transitions);
  readonly #rows: FeatureRows;
  #features = new Int32Array(1 << 16);
  #ends = new Int32Array(1 << 10);
  #scores = new Float32Array(0);
  #labels = new Uint8Array(0);
  #step = 1;

  constructor(bits: number) {
    this.#weights = new Float32Array(2 ** bits * LABEL_COUNT);
    this.#averaged = new Float64Array(2 ** bits * LABEL_COUNT);
    this.#rows = new FeatureRows(bits);
  }

  /** Learns from one text; answers how many of its words were labelled wrongly. */
  learn({ sentence, gold, types }: TrainingText): number {
    const count = gold.length;
    this.#score(sentence, OUTSIDE_BONUS);
    this.#decoder.decode(this.#scores, count, this.#labels);
    let wrong = 0;
    for (let at = 0; at < count; at++) {
      const found = this.#labels[at] ?? OUTSIDE;
      const right = this.#right(gold[at] ?? OUTSIDE, found, types);
      if (right === found) continue;
      wrong++;
      for (let index = at === 0 ? 0 : (this.#ends[at - 1] ?? 0); index < (this.#ends[at] ?? 0); index++) {
        const row = (this.#features[index] ?? 0) * LABEL_COUNT;
        this.#add(row + right, 1);
        this.#add(row + found, -1);
      }
    }
    if (wrong > 0) this.#learnTransitions(gold, types);
    this.#step++;
    return wrong;
  }

  /** What the label should have been: where nothing is known of the word, what was found is right. */
  #right(gold: number, found: number, types: ReadonlySet<TagType>): number {
    if (gold < 0) return found;
    const type = typeOf(found);
    return gold === OUTSIDE && type !== null && !types.has(type) ? found : gold;
  }

  #learnTransitions(gold: Int8Array, types: ReadonlySet<TagType>): void {
    for (let at = 1; at < gold.length; at++) {
      const [a, b] = [this.#labels[at - 1] ?? OUTSIDE, this.#labels[at] ?? OUTSIDE];
      const found = a * LABEL_COUNT + b;
      const right = this.#right(gold[at - 1] ?? OUTSIDE, a, types) * LABEL_COUNT + this.#right(gold[at] ?? OUTSIDE, b, types);
      if (right === found) continue;
      for (const [index, by] of [[right, 1], [found, -1]] as const) {
        this.#transitions[index] = (this.#transitions[index] ?? 0) + by;
        this.#averagedTransitions[index] = (this.#averagedTransitions[index] ?? 0) + by * this.#step;
      }
    }
  }

  #add(index: number, by: number): void {
    this.#weights[index] = (this.#weights[index] ?? 0) + by;
    this.#averaged[index] = (this.#averaged[index] ?? 0) + by * this.#step;
  }

  #score(sentence: Sentence, outsideBonus: number): void {
    const count = sentence.lexemes.length;
    if (this.#labels.length < count) {
      this.#labels = new Uint8Array(count * 2);
      this.#scores = new Float32Array(count * 2 * LABEL_COUNT);
      this.#ends = new Int32Array(count * 2);
    }
    if (this.#features.length < count * 128) this.#features = new Int32Array(count * 256);
    let end = 0;
    for (let at = 0; at < count; at++) {
      const rows = this.#rows;
      const lexeme = sentence.lexemes[at];
      rows.clear();
      if (lexeme) addOwn(rows, lexeme, sentence.capitals);
      for (const offset of NEAR_OFFSETS) {
        const neighbour = sentence.lexemes[at + offset];
        if (neighbour) addNear(rows, neighbour, offset);
      }
      addJoint(rows, sentence, at);
      const here = at * LABEL_COUNT;
      this.#scores.fill(0, here, here + LABEL_COUNT);
      for (let index = 0; index < rows.count; index++) {
        const feature = rows.rows[index] ?? 0;
        this.#features[end++] = feature;
        const row = feature * LABEL_COUNT;
        for (let label = 0; label < LABEL_COUNT; label++) this.#scores[here + label] = (this.#scores[here + label] ?? 0) + (this.#weights[row + label] ?? 0);
      }
      this.#scores[here] = (this.#scores[here] ?? 0) + outsideBonus;
      this.#ends[at] = end;
    }
  }

  /** The averaged weights and transitions. Ends the learning. */
  average(): { readonly weights: Float32Array; readonly transitions: Float32Array } {
    return {
      weights: this.#weights.map((weight, at) => weight - (this.#averaged[at] ?? 0) / this.#step),
      transitions: this.#transitions.map((weight, at) => weight - (this.#averagedTransitions[at] ?? 0) / this.#step),
    };
  }
}
