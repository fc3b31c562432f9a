const [MEAN_DECAY, SQUARE_DECAY] = [0.9, 0.999];
/** One less the decays, without their rounding errors. */
const [MEAN_SHARE, SQUARE_SHARE] = [0.1, 0.001];
const LEAST_SIZE = 1e-8;

/** One layer of weights with its gradients, learnt by Adam (Kingma and Ba 2015). */
export class Adam {
  readonly layer: Float64Array;
  /** Sums over the words since the last step. */
  readonly gradients: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  #steps = 0;

  constructor(layer: Float64Array) {
    this.layer = layer;
    this.gradients = new Float64Array(layer.length);
    this.#means = new Float64Array(layer.length);
    this.#squares = new Float64Array(layer.length);
  }

  /** Moves the weights against the mean of the gradients of so many words, and clears the gradients. */
  step(rate: number, words: number): void {
    this.#steps++;
    const meanBias = 1 - MEAN_DECAY ** this.#steps;
    const squareBias = 1 - SQUARE_DECAY ** this.#steps;
    const { layer, gradients } = this;
    for (let at = 0; at < layer.length; at++) {
      const gradient = (gradients[at] ?? 0) / words;
      gradients[at] = 0;
      const mean = (this.#means[at] = MEAN_DECAY * (this.#means[at] ?? 0) + MEAN_SHARE * gradient);
      const square = (this.#squares[at] = SQUARE_DECAY * (this.#squares[at] ?? 0) + SQUARE_SHARE * gradient * gradient);
      layer[at] = (layer[at] ?? 0) - (rate * (mean / meanBias)) / (Math.sqrt(square / squareBias) + LEAST_SIZE);
    }
  }
}
