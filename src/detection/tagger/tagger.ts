import type { Word } from '../words.ts';
import { Decoder } from './decoder.ts';
import { addJoint, addNear, addOwn, FeatureList, NEAR_OFFSETS, readSentence } from './features.ts';
import { isInside, LABEL_COUNT, OUTSIDE, TAG_TYPES, typeOf, type TagType } from './labels.ts';
import { type Lexeme, lexemeOf } from './lexeme.ts';
import type { TaggerModel } from './model.ts';

/** A stretch of words that the tagger takes for one value. */
export interface TaggedSpan {
  /** Indexes of its first and last word. */
  readonly first: number;
  readonly last: number;
  readonly type: TagType;
  /** 0 to 1: how sure the tagger is that these words belong to a value at all. */
  readonly confidence: number;
}

/** What is kept of a word that was met before: its lexeme, and the sums of its features' weights at each place. */
interface KnownWord {
  readonly lexeme: Lexeme;
  /** As the word itself, by how the text uses capitals. */
  readonly own: (Int32Array | null)[];
  /** As a neighbour, in the order of NEAR_OFFSETS. */
  readonly near: (Int32Array | null)[];
}

/** Words that are kept. A text of made-up words makes the tagger start over, not grow. */
const KNOWN_WORDS = 20_000;

/** By how much full sensitivity lowers the score of "belongs to nothing": some weights of a telling feature. */
const SENSITIVITY_REACH = 400;

/** A model is never certain: a policy that asks for certainty gets none of its findings. */
const MOST_CONFIDENT = 0.999;

/** What a place without a word adds. */
const NO_WORD = new Int32Array(LABEL_COUNT);

/** What a model without a calibration for a type would mean. */
const UNCALIBRATED = { offset: 0, temperature: 1 };

/**
 * The built-in tagger: an averaged structured perceptron over hashed features. Linear in the text. Keeps working memory between calls: not re-entrant, which synchronous code cannot be.
 */
export class Tagger {
  readonly #model: TaggerModel;
  readonly #decoder: Decoder;
  readonly #features = new FeatureList();
  readonly #known = new Map<string, KnownWord>();
  #scores = new Int32Array(0);
  #labels = new Uint8Array(0);

  constructor(model: TaggerModel) {
    this.#model = model;
    this.#decoder = new Decoder(model.transitions);
  }

  get version(): string {
    return this.#model.version;
  }

  /**
   * The values among the words, in order.
   *
   * @param sensitivity 0 to 1: how far to lean towards finding too much
   */
  tag(words: readonly Word[], sensitivity = 0): readonly TaggedSpan[] {
    return languageIn(words).flatMap(({ first, last }) => {
      const whole = first === 0 && last === words.length - 1;
      const spans = this.#tagAll(whole ? words : words.slice(first, last + 1), sensitivity);
      return first === 0 ? spans : spans.map((span) => ({ ...span, first: span.first + first, last: span.last + first }));
    });
  }

  #tagAll(words: readonly Word[], sensitivity: number): readonly TaggedSpan[] {
    const count = words.length;
    if (this.#labels.length < count) {
      this.#labels = new Uint8Array(count * 2);
      this.#scores = new Int32Array(count * 2 * LABEL_COUNT);
    }
    this.#score(words, Math.round(sensitivity * SENSITIVITY_REACH));
    this.#decoder.decode(this.#scores, count, this.#labels);
    return this.#readSpans(count);
  }

  #readSpans(count: number): readonly TaggedSpan[] {
    const labels = this.#labels;
    const spans: TaggedSpan[] = [];
    let first = 0;
    while (first < count && labels[first] === OUTSIDE) first++;
    if (first === count) return spans;
    this.#decoder.prepareMargins(this.#scores, count);
    while (first < count) {
      const type = typeOf(labels[first] ?? OUTSIDE);
      let next = first + 1;
      if (type !== null) {
        while (next < count && isInside(labels[next] ?? OUTSIDE)) next++;
        let margin = 0;
        for (let at = first; at < next; at++) margin += this.#decoder.margin(at, count);
        const { offset, temperature } = this.#model.calibrations[TAG_TYPES.indexOf(type)] ?? UNCALIBRATED;
        const confidence = Math.min(MOST_CONFIDENT, 1 / (1 + Math.exp((offset - margin / (next - first)) / temperature)));
        spans.push({ first, last: next - 1, type, confidence });
      }
      first = next;
    }
    return spans;
  }

  #score(words: readonly Word[], bias: number): void {
    const known = words.map((word) => this.#wordOf(word));
    const { lexicon } = this.#model;
    const sentence = readSentence(words, known.map(({ lexeme }) => lexeme), (name) => lexicon.traits(name) !== 0);
    const scores = this.#scores;
    const features = this.#features;
    for (let at = 0; at < words.length; at++) {
      const here = at * LABEL_COUNT;
      const word = known[at];
      if (!word) continue;
      const own = this.#ownSum(word, sentence.capitals);
      const c3 = this.#nearSum(at > 2 ? known[at - 3] : undefined, 0);
      const c2 = this.#nearSum(at > 1 ? known[at - 2] : undefined, 1);
      const c1 = this.#nearSum(at > 0 ? known[at - 1] : undefined, 2);
      const n1 = this.#nearSum(at + 1 < words.length ? known[at + 1] : undefined, 3);
      const n2 = this.#nearSum(at + 2 < words.length ? known[at + 2] : undefined, 4);
      const n3 = this.#nearSum(at + 3 < words.length ? known[at + 3] : undefined, 5);
      for (let label = 0; label < LABEL_COUNT; label++) {
        scores[here + label] = (own[label] ?? 0) + (c3[label] ?? 0) + (c2[label] ?? 0) + (c1[label] ?? 0) + (n1[label] ?? 0) + (n2[label] ?? 0) + (n3[label] ?? 0);
      }
      features.clear();
      addJoint(features, sentence, at);
      this.#addWeights(scores, here);
      scores[here] = (scores[here] ?? 0) - bias;
    }
  }

  #wordOf(word: Word): KnownWord {
    const known = this.#known.get(word.text);
    if (known) return known;
    if (this.#known.size >= KNOWN_WORDS) this.#known.clear();
    const fresh: KnownWord = { lexeme: lexemeOf(word, this.#model.lexicon), own: [null, null, null], near: NEAR_OFFSETS.map(() => null) };
    this.#known.set(word.text, fresh);
    return fresh;
  }

  #ownSum(word: KnownWord, capitals: number): Int32Array {
    const kept = word.own[capitals];
    if (kept) return kept;
    this.#features.clear();
    addOwn(this.#features, word.lexeme, capitals);
    return (word.own[capitals] = this.#sum());
  }

  #nearSum(word: KnownWord | undefined, index: number): Int32Array {
    if (!word) return NO_WORD;
    const kept = word.near[index];
    if (kept) return kept;
    this.#features.clear();
    addNear(this.#features, word.lexeme, NEAR_OFFSETS[index] ?? 0);
    return (word.near[index] = this.#sum());
  }

  #sum(): Int32Array {
    const sum = new Int32Array(LABEL_COUNT);
    this.#addWeights(sum, 0);
    return sum;
  }

  /** Adds the weights of the features in the list. */
  #addWeights(to: Int32Array, here: number): void {
    const { table } = this.#model;
    const { hashes, count } = this.#features;
    table.addTo(to, here, hashes, count);
  }
}

/** Words of one or two characters one after another that are no language any more: "1 1 1 1 ...", "-----", "a.a.a.". */
const NO_LANGUAGE = 80;

/** The stretches of the words that the tagger can tell anything of: what lies between long runs of the shortest words. */
function languageIn(words: readonly Word[]): readonly { readonly first: number; readonly last: number }[] {
  const stretches: { first: number; last: number }[] = [];
  let first = 0;
  let short = 0;
  for (let at = 0; at <= words.length; at++) {
    const word = words[at];
    if (word !== undefined && word.text.length <= 2) {
      short++;
      continue;
    }
    if (short >= NO_LANGUAGE) {
      if (at - short > first) stretches.push({ first, last: at - short - 1 });
      first = at;
    }
    short = 0;
  }
  if (first < words.length) stretches.push({ first, last: words.length - 1 });
  return stretches;
}
