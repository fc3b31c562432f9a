import { isInside, LABEL_COUNT, OUTSIDE } from './labels.ts';

/** Worse than any sum of scores, and far from overflow. */
const NEVER = -1e12;

/** The labels that may follow any other: `O` and those that begin a value. */
const FREE = Int32Array.from(Array.from({ length: LABEL_COUNT }, (_, label) => label).filter((label) => !isInside(label)));

/**
 * The best sequence of labels for the scores of each word (Viterbi), where an inside label may only follow its own type.
 * Arrays are kept between calls and grow with the longest text, so that a turn allocates nothing. Not re-entrant.
 */
export class Decoder {
  readonly #transitions: Int32Array | Float32Array;
  /** Of each label: the most and the least that going on from it to a free label, or coming to it from any, may add. */
  readonly #mostAfter = new Float64Array(LABEL_COUNT);
  readonly #leastAfter = new Float64Array(LABEL_COUNT);
  readonly #mostBefore = new Float64Array(LABEL_COUNT);
  readonly #leastBefore = new Float64Array(LABEL_COUNT);
  readonly #live = new Uint8Array(LABEL_COUNT);
  #forward = new Float64Array(0);
  #backward = new Float64Array(0);
  #from = new Uint8Array(0);

  /** @param transitions score of label `to` after label `from`, at `from * LABEL_COUNT + to` */
  constructor(transitions: Int32Array | Float32Array) {
    this.#transitions = transitions;
    this.prepareBounds();
  }

  /**
   * Works out the bounds by which labels are passed over without a loss: one that is behind the best by more than any
   * transition could make up for. To be called again where the transitions have changed.
   */
  prepareBounds(): void {
    for (let label = 0; label < LABEL_COUNT; label++) {
      let [mostAfter, leastAfter, mostBefore, leastBefore] = [-Infinity, Infinity, -Infinity, Infinity];
      for (const free of FREE) {
        const after = this.#transitions[label * LABEL_COUNT + free] ?? 0;
        mostAfter = Math.max(mostAfter, after);
        leastAfter = Math.min(leastAfter, after);
      }
      for (let before = 0; before < LABEL_COUNT; before++) {
        const score = this.#transitions[before * LABEL_COUNT + label] ?? 0;
        mostBefore = Math.max(mostBefore, score);
        leastBefore = Math.min(leastBefore, score);
      }
      this.#mostAfter[label] = mostAfter;
      this.#leastAfter[label] = leastAfter;
      this.#mostBefore[label] = mostBefore;
      this.#leastBefore[label] = leastBefore;
    }
  }

  /**
   * @param scores of each label for each word: `word * LABEL_COUNT + label`
   * @param labels receives the best label of each word
   */
  decode(scores: Float32Array | Int32Array, count: number, labels: Uint8Array): void {
    if (count === 0) return;
    this.#reserve(count);
    const forward = this.#forward;
    const from = this.#from;
    const transitions = this.#transitions;
    for (let label = 0; label < LABEL_COUNT; label++) forward[label] = isInside(label) ? NEVER : (scores[label] ?? 0);
    for (let at = 1; at < count; at++) {
      const before = (at - 1) * LABEL_COUNT;
      const here = at * LABEL_COUNT;
      const live = this.#liveAt(forward, before);
      for (const label of FREE) {
        let best = NEVER * 2;
        let origin = 0;
        for (let index = 0; index < live; index++) {
          const previous = this.#live[index] ?? 0;
          const score = (forward[before + previous] ?? 0) + (transitions[previous * LABEL_COUNT + label] ?? 0);
          if (score > best) {
            best = score;
            origin = previous;
          }
        }
        forward[here + label] = best + (scores[here + label] ?? 0);
        from[here + label] = origin;
      }
      // An inside label: only after the first word of its type (the label before it) or another inside one.
      for (let label = 2; label < LABEL_COUNT; label += 2) {
        const begun = (forward[before + label - 1] ?? 0) + (transitions[(label - 1) * LABEL_COUNT + label] ?? 0);
        const gone = (forward[before + label] ?? 0) + (transitions[label * LABEL_COUNT + label] ?? 0);
        forward[here + label] = (begun >= gone ? begun : gone) + (scores[here + label] ?? 0);
        from[here + label] = begun >= gone ? label - 1 : label;
      }
    }
    let label = argmax(forward, (count - 1) * LABEL_COUNT);
    for (let at = count - 1; at >= 0; at--) {
      labels[at] = label;
      label = from[at * LABEL_COUNT + label] ?? 0;
    }
  }

  /**
   * By how much the best sequence beats the best one in which the word at `at` belongs to nothing; to be asked after
   * `decode` of the same scores and `prepareMargins`.
   */
  margin(at: number, count: number): number {
    const last = (count - 1) * LABEL_COUNT;
    const here = at * LABEL_COUNT;
    const best = this.#forward[last + argmax(this.#forward, last)] ?? 0;
    return best - ((this.#forward[here + OUTSIDE] ?? 0) + (this.#backward[here + OUTSIDE] ?? 0));
  }

  /** Works out, for each word and label, the best score of all that follows. */
  prepareMargins(scores: Float32Array | Int32Array, count: number): void {
    const backward = this.#backward;
    const transitions = this.#transitions;
    backward.fill(0, (count - 1) * LABEL_COUNT, count * LABEL_COUNT);
    for (let at = count - 2; at >= 0; at--) {
      const here = at * LABEL_COUNT;
      const after = here + LABEL_COUNT;
      const live = this.#liveAfter(scores, after);
      for (let label = 0; label < LABEL_COUNT; label++) {
        const step = label * LABEL_COUNT;
        let best = NEVER * 2;
        for (let index = 0; index < live; index++) {
          const next = this.#live[index] ?? 0;
          const score = (backward[after + next] ?? 0) + (scores[after + next] ?? 0) + (transitions[step + next] ?? 0);
          if (score > best) best = score;
        }
        if (label !== OUTSIDE) {
          const inside = isInside(label) ? label : label + 1;
          const score = (backward[after + inside] ?? 0) + (scores[after + inside] ?? 0) + (transitions[step + inside] ?? 0);
          if (score > best) best = score;
        }
        backward[here + label] = best;
      }
    }
  }

  /** Lists the labels at `before` from which a best sequence may go on to a free label; answers how many. */
  #liveAt(forward: Float64Array, before: number): number {
    let floor = -Infinity;
    for (let label = 0; label < LABEL_COUNT; label++) {
      const least = (forward[before + label] ?? 0) + (this.#leastAfter[label] ?? 0);
      if (least > floor) floor = least;
    }
    let live = 0;
    for (let label = 0; label < LABEL_COUNT; label++) if ((forward[before + label] ?? 0) + (this.#mostAfter[label] ?? 0) >= floor) this.#live[live++] = label;
    return live;
  }

  /** Lists the free labels at `after` with which a best sequence may go on; answers how many. */
  #liveAfter(scores: Float32Array | Int32Array, after: number): number {
    const backward = this.#backward;
    let floor = -Infinity;
    for (const label of FREE) {
      const least = (backward[after + label] ?? 0) + (scores[after + label] ?? 0) + (this.#leastBefore[label] ?? 0);
      if (least > floor) floor = least;
    }
    let live = 0;
    for (const label of FREE) if ((backward[after + label] ?? 0) + (scores[after + label] ?? 0) + (this.#mostBefore[label] ?? 0) >= floor) this.#live[live++] = label;
    return live;
  }

  #reserve(count: number): void {
    if (this.#forward.length >= count * LABEL_COUNT) return;
    this.#forward = new Float64Array(count * 2 * LABEL_COUNT);
    this.#backward = new Float64Array(count * 2 * LABEL_COUNT);
    this.#from = new Uint8Array(count * 2 * LABEL_COUNT);
  }
}

function argmax(values: Float64Array, from: number): number {
  let best = 0;
  for (let label = 1; label < LABEL_COUNT; label++) if ((values[from + label] ?? 0) > (values[from + best] ?? 0)) best = label;
  return best;
}
