import type { NetworkModel } from '../src/detection/tagger/network.ts';
import type { Pooling } from '../src/detection/tagger/second-tagger.ts';
import { NetworkTrainer } from './network-trainer.ts';
import type { TrainingText } from './perceptron.ts';
import type { Random } from './random.ts';

const SIZE = { rows: 2 ** 16, width: 16, hidden: 48 };
/** Rate of the embeddings at the beginning; it falls to a fiftieth of that. */
const RATE = 0.1;
const LEAST_RATE = 0.02;

/**
 * How the two taggers vote, chosen on texts kept out of the training: 20 to 160 units of weight were tried. From 80 on leaks
 * fall by a quarter and false words by a third; a gate of 400 asks about 29 % of the words and finds what 1000 does.
 */
export const POOLING: Pooling = { weight: 120, cap: 8, gate: 400 };

/**
 * Trains the network of the second tagger.
 *
 * @param textOf a text with some of its words made unknown, anew in each epoch
 */
export function trainNetwork<T>(
  texts: T[],
  textOf: (text: T) => TrainingText,
  epochs: number,
  random: Random,
  say: (line: string) => void,
): NetworkModel {
  const trainer = new NetworkTrainer(SIZE, random);
  const all = epochs * texts.length;
  let done = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    random.shuffle(texts);
    let [wrong, total] = [0, 0];
    for (const text of texts) {
      const prepared = textOf(text);
      wrong += trainer.learn(prepared, RATE * Math.max(LEAST_RATE, 1 - done++ / all));
      total += prepared.gold.length;
    }
    say(
      `second tagger, epoch ${epoch}: ${((100 * wrong) / total).toFixed(3)} % of ${total} words wrong, ${process.uptime().toFixed(0)} s`,
    );
  }
  return trainer.finish();
}
