import { isInside, LABEL_COUNT, OUTSIDE } from './labels.ts';

/** Worse than any sum of scores, and far from overflow. */
const NEVER = -1e12;

/** The labels that may follow any other: `O` and those that begin a value. */
const FREE = Int32Array.from(
  Array.from({ length: LABEL_COUNT }, (_, label) => label).filter((label) => !isInside(label)),
);

/**
 * The best sequence of labels for the scores of each word (Viterbi), where an inside label may only follow its own type.
 * Arrays are kept between calls and grow with the longest text, so that a turn allocates nothing. Not re-entrant.
 */
export class Decoder {
  readonly #transitions: Int32Array | Float32Array;
  /** Of each label: the most by which going on from it to a free label is better than going on from `O`. */
  readonly #gainAfter = new Float64Array(LABEL_COUNT);
  /** Of each label: the most by which coming to it is better than coming to `O`, from any label. */
  readonly #gainBefore = new Float64Array(LABEL_COUNT);
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
   * Works out the bounds by which labels are passed over without a loss: at most words every label but `O` is so far behind
   * that no transition could make up for it. To be called again where the transitions have changed.
   */
  prepareBounds(): void {
    const score = (from: number, to: number): number => this.#transitions[from * LABEL_COUNT + to] ?? 0;
    for (let label = 0; label < LABEL_COUNT; label++) {
      let [after, before] = [-Infinity, -Infinity];
      for (const free of FREE) after = Math.max(after, score(label, free) - score(OUTSIDE, free));
      for (let other = 0; other < LABEL_COUNT; other++)
        before = Math.max(before, score(other, label) - score(other, OUTSIDE));
      this.#gainAfter[label] = after;
      this.#gainBefore[label] = before;
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
    for (let here = LABEL_COUNT; here < count * LABEL_COUNT; here += LABEL_COUNT) {
      const before = here - LABEL_COUNT;
      const alive = this.#liveAt(before);
      this.#goOn(scores, here, OUTSIDE, alive);
      for (let begin = 1; begin < LABEL_COUNT; begin += 2) {
        this.#goOn(scores, here, begin, alive);
        // An inside label: only after the first word of its type (the label before it) or another inside one.
        const inside = begin + 1;
        const begun = (forward[before + begin] ?? 0) + (transitions[begin * LABEL_COUNT + inside] ?? 0);
        const gone = (forward[before + inside] ?? 0) + (transitions[inside * LABEL_COUNT + inside] ?? 0);
        forward[here + inside] = (begun >= gone ? begun : gone) + (scores[here + inside] ?? 0);
        from[here + inside] = begun >= gone ? begin : inside;
      }
    }
    let label = argmax(forward, (count - 1) * LABEL_COUNT);
    for (let at = count - 1; at >= 0; at--) {
      labels[at] = label;
      label = from[at * LABEL_COUNT + label] ?? 0;
    }
  }

  /** The best way to a free label, from the first `alive` of the live labels. */
  #goOn(scores: Float32Array | Int32Array, here: number, label: number, alive: number): void {
    const before = here - LABEL_COUNT;
    const forward = this.#forward;
    const transitions = this.#transitions;
    const live = this.#live;
    let best = (forward[before] ?? 0) + (transitions[label] ?? 0);
    let origin = OUTSIDE;
    for (let index = 0; index < alive; index++) {
      const previous = live[index] ?? 0;
      const score = (forward[before + previous] ?? 0) + (transitions[previous * LABEL_COUNT + label] ?? 0);
      if (score > best) {
        best = score;
        origin = previous;
      }
    }
    forward[here + label] = best + (scores[here + label] ?? 0);
    this.#from[here + label] = origin;
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

  /** Works out, for each word from `first` on and each label, the best score of all that follows. */
  prepareMargins(scores: Float32Array | Int32Array, count: number, first = 0): void {
    const backward = this.#backward;
    const transitions = this.#transitions;
    const live = this.#live;
    backward.fill(0, (count - 1) * LABEL_COUNT, count * LABEL_COUNT);
    for (let here = (count - 2) * LABEL_COUNT; here >= first * LABEL_COUNT; here -= LABEL_COUNT) {
      const after = here + LABEL_COUNT;
      const alive = this.#liveAfter(scores, after);
      const outside = (backward[after] ?? 0) + (scores[after] ?? 0);
      for (let label = 0; label < LABEL_COUNT; label++) {
        const step = label * LABEL_COUNT;
        let best = outside + (transitions[step] ?? 0);
        for (let index = 0; index < alive; index++) {
          const next = live[index] ?? 0;
          const score = (backward[after + next] ?? 0) + (scores[after + next] ?? 0) + (transitions[step + next] ?? 0);
          if (score > best) best = score;
        }
        if (label !== OUTSIDE) {
          const inside = isInside(label) ? label : label + 1;
          const score =
            (backward[after + inside] ?? 0) + (scores[after + inside] ?? 0) + (transitions[step + inside] ?? 0);
          if (score > best) best = score;
        }
        backward[here + label] = best;
      }
    }
  }

  /** Lists the labels but `O` at `before` from which a best sequence may go on to a free label; answers how many. */
  #liveAt(before: number): number {
    const forward = this.#forward;
    const gain = this.#gainAfter;
    const outside = forward[before] ?? 0;
    let alive = 0;
    for (let label = 1; label < LABEL_COUNT; label++)
      if ((forward[before + label] ?? 0) + (gain[label] ?? 0) > outside) this.#live[alive++] = label;
    return alive;
  }

  /** Lists the free labels but `O` at `after` with which a best sequence may go on; answers how many. */
  #liveAfter(scores: Float32Array | Int32Array, after: number): number {
    const backward = this.#backward;
    const gain = this.#gainBefore;
    const outside = (backward[after] ?? 0) + (scores[after] ?? 0);
    let alive = 0;
    for (let label = 1; label < LABEL_COUNT; label += 2)
      if ((backward[after + label] ?? 0) + (scores[after + label] ?? 0) + (gain[label] ?? 0) > outside)
        this.#live[alive++] = label;
    return alive;
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
  for (let label = 1; label < LABEL_COUNT; label++)
    if ((values[from + label] ?? 0) > (values[from + best] ?? 0)) best = label;
  return best;
}
