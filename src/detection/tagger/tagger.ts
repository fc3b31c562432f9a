import type { Word } from '../words.ts';
import { Decoder } from './decoder.ts';
import {
  addAround,
  addNear,
  addOwn,
  addPlaced,
  FeatureList,
  isPlain,
  NEAR_OFFSETS,
  PLAIN_PLACE,
  placeOf,
  readSentence,
  type Sentence,
} from './features.ts';
import { isInside, LABEL_COUNT, OUTSIDE, TAG_TYPES, typeOf, type TagType } from './labels.ts';
import { type Lexeme, lexemeOf } from './lexeme.ts';
import { unpackTraits } from './lexicon.ts';
import type { Calibration, TaggerModel } from './model.ts';
import { Network, OUTPUTS } from './network.ts';
import type { Pooling, SecondTagger } from './second-tagger.ts';
import { ROW_WIDTH, unpackSums } from './weight-table.ts';

/** A stretch of words that the tagger takes for one value. */
export interface TaggedSpan {
  /** Indexes of its first and last word. */
  readonly first: number;
  readonly last: number;
  readonly type: TagType;
  /** 0 to 1: how sure the tagger is that these words belong to a value at all. */
  readonly confidence: number;
}

/** What is kept of a word that was met before: its lexeme, and where its sums are (see `Tagger`). */
interface KnownWord {
  readonly lexeme: Lexeme;
  readonly place: number;
  /** One bit for each of its sums that has been worked out. */
  summed: number;
}

/** Ways in which a text uses capitals. */
const CASINGS = 3;
/**
 * Sums of a word: as the word itself in a plain place, then in any other, each by how the text uses capitals; then as a
 * neighbour, in the order of NEAR_OFFSETS. The sum for plain places spares a word a third of its looks into the table:
 * tagging takes a tenth less.
 */
const OWN_SUMS = 2 * CASINGS;
const SUMS = OWN_SUMS + NEAR_OFFSETS.length;

/** Words that are kept. A text of made-up words makes the tagger start over, not grow. */
const KNOWN_WORDS = 20_000;

/** By how much full sensitivity lowers the score of "belongs to nothing": some weights of a telling feature. */
const SENSITIVITY_REACH = 400;

/** A model is never certain: a policy that asks for certainty gets none of its findings. */
const MOST_CONFIDENT = 0.999;

/** What a model without a calibration for a type would mean. */
const UNCALIBRATED = { offset: 0, temperature: 1 };

/**
 * The built-in tagger: an averaged structured perceptron over hashed features, and a second tagger that votes with it.
 * Linear in the text. Keeps working memory between calls: not re-entrant, which synchronous code cannot be.
 */
export class Tagger {
  readonly #model: TaggerModel;
  readonly #second: (SecondTagger & { readonly reader: Network }) | null;
  readonly #calibrations: readonly Calibration[];
  readonly #decoder: Decoder;
  readonly #features = new FeatureList();
  readonly #known = new Map<string, KnownWord>();
  /** The packed sums of weights of the words that are kept: `(word * SUMS + sum) * ROW_WIDTH`. Grows with their number. */
  #sums = new Int32Array(256 * SUMS * ROW_WIDTH);
  readonly #total = new Int32Array(ROW_WIDTH);
  /** Where the sums are that a word's total is made of: its own, and one of each word near it. */
  readonly #places = new Int32Array(1 + NEAR_OFFSETS.length);
  #scores = new Int32Array(0);
  #labels = new Uint8Array(0);

  /** @param second a second tagger, whose odds are added to the scores; null for the perceptron alone */
  constructor(model: TaggerModel, second: SecondTagger | null = null) {
    this.#model = model;
    this.#second = second === null ? null : { ...second, reader: new Network(second.network) };
    this.#calibrations = second?.calibrations ?? model.calibrations;
    this.#decoder = new Decoder(model.transitions);
  }

  get version(): string {
    return this.#second === null ? this.#model.version : `${this.#model.version}+${this.#second.version}`;
  }

  /** Returns true if a list of given names or surnames has the word, in lower case. */
  isListedName(word: string): boolean {
    const { given, surname } = unpackTraits(this.#model.lexicon.traits(word));
    return given > 0 || surname > 0;
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
      return first === 0
        ? spans
        : spans.map((span) => ({ ...span, first: span.first + first, last: span.last + first }));
    });
  }

  #tagAll(words: readonly Word[], sensitivity: number): readonly TaggedSpan[] {
    const count = words.length;
    if (this.#labels.length < count) {
      this.#labels = new Uint8Array(count * 2);
      this.#scores = new Int32Array((count * 2 + 1) * LABEL_COUNT);
    }
    this.#makeRoom(count);
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
    this.#decoder.prepareMargins(this.#scores, count, first);
    while (first < count) {
      const type = typeOf(labels[first] ?? OUTSIDE);
      let next = first + 1;
      if (type !== null) {
        while (next < count && isInside(labels[next] ?? OUTSIDE)) next++;
        let margin = 0;
        for (let at = first; at < next; at++) margin += this.#decoder.margin(at, count);
        const { offset, temperature } = this.#calibrations[TAG_TYPES.indexOf(type)] ?? UNCALIBRATED;
        const confidence = Math.min(
          MOST_CONFIDENT,
          1 / (1 + Math.exp((offset - margin / (next - first)) / temperature)),
        );
        spans.push({ first, last: next - 1, type, confidence });
      }
      first = next;
    }
    return spans;
  }

  #score(words: readonly Word[], bias: number): void {
    const count = words.length;
    const known = words.map((word) => this.#wordOf(word));
    const { lexicon, table } = this.#model;
    const sentence = readSentence(
      words,
      known.map(({ lexeme }) => lexeme),
      (name) => lexicon.traits(name) !== 0,
    );
    const scores = this.#scores;
    const features = this.#features;
    const total = this.#total;
    for (let at = 0; at < count; at++) {
      let places = 0;
      const inPlain = isPlain(sentence, at);
      const own = sentence.capitals + (inPlain ? 0 : CASINGS);
      for (let near = -1; near < NEAR_OFFSETS.length; near++) {
        const other = near < 0 ? at : at + (NEAR_OFFSETS[near] ?? 0);
        const word = other >= 0 && other < count ? known[other] : undefined;
        if (word !== undefined) this.#places[places++] = this.#sumOf(word, near < 0 ? own : OWN_SUMS + near);
      }
      this.#totalOf(places);
      features.clear();
      addAround(features, sentence, at);
      const lexeme = sentence.lexemes[at];
      if (!inPlain && lexeme !== undefined) addPlaced(features, lexeme, sentence.capitals, placeOf(sentence, at));
      table.addTo(total, 0, features.hashes, features.count);
      // What is written behind the labels of this word is overwritten by those of the next.
      unpackSums(total, 0, scores, at * LABEL_COUNT);
    }
    if (this.#second !== null) this.#addSecond(this.#second.reader, this.#second.pooling, sentence, count);
    if (bias !== 0)
      for (let at = 0; at < count; at++) scores[at * LABEL_COUNT] = (scores[at * LABEL_COUNT] ?? 0) - bias;
  }

  /** Adds the odds of the second tagger to the scores of each word that is not flatly nothing to the first. */
  #addSecond(reader: Network, { weight, cap, gate }: Pooling, sentence: Sentence, count: number): void {
    const scores = this.#scores;
    reader.read(sentence);
    for (let at = 0; at < count; at++) {
      const here = at * LABEL_COUNT;
      const least = (scores[here] ?? 0) - gate;
      let isOpen = false;
      for (let label = here + 1; label < here + LABEL_COUNT && !isOpen; label++) isOpen = (scores[label] ?? 0) >= least;
      if (!isOpen) continue;
      const odds = reader.oddsAt(at);
      for (let type = 1; type < OUTPUTS; type++) {
        const said = Math.round(weight * Math.max(-cap, Math.min(cap, odds[type] ?? 0)));
        const begin = here + 2 * type - 1;
        scores[begin] = (scores[begin] ?? 0) + said;
        scores[begin + 1] = (scores[begin + 1] ?? 0) + said;
      }
    }
  }

  #wordOf(word: Word): KnownWord {
    const known = this.#known.get(word.text);
    if (known) return known;
    const fresh: KnownWord = {
      lexeme: lexemeOf(word, this.#model.lexicon),
      place: this.#known.size * SUMS * ROW_WIDTH,
      summed: 0,
    };
    this.#known.set(word.text, fresh);
    return fresh;
  }

  /** Makes room for words that may all be new. Not while a text is read: a word keeps its place until its text is done. */
  #makeRoom(words: number): void {
    if (this.#known.size + words > KNOWN_WORDS) this.#known.clear();
    const least = (this.#known.size + words) * SUMS * ROW_WIDTH;
    if (this.#sums.length >= least) return;
    const grown = new Int32Array(least * 2);
    grown.set(this.#sums);
    this.#sums = grown;
  }

  /** Where one of a word's sums is; worked out where it was not asked for before. */
  #sumOf(word: KnownWord, index: number): number {
    const at = word.place + index * ROW_WIDTH;
    if ((word.summed & (1 << index)) !== 0) return at;
    word.summed |= 1 << index;
    const features = this.#features;
    features.clear();
    if (index < CASINGS) addPlaced(features, word.lexeme, index, PLAIN_PLACE);
    if (index < OWN_SUMS) addOwn(features, word.lexeme, index % CASINGS);
    else addNear(features, word.lexeme, NEAR_OFFSETS[index - OWN_SUMS] ?? 0);
    this.#sums.fill(0, at, at + ROW_WIDTH);
    this.#model.table.addTo(this.#sums, at, features.hashes, features.count);
    return at;
  }

  /** Makes the total of the sums at the first `count` of the places. */
  #totalOf(count: number): void {
    this.#totalHalf(count, 0);
    this.#totalHalf(count, ROW_WIDTH / 2);
  }

  /** Half of a total, from `first` on: a processor has room for as many sums. */
  #totalHalf(count: number, first: number): void {
    const sums = this.#sums;
    const total = this.#total;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    for (let index = 0; index < count; index++) {
      const at = (this.#places[index] ?? 0) + first;
      s0 = (s0 + (sums[at] ?? 0)) | 0;
      s1 = (s1 + (sums[at + 1] ?? 0)) | 0;
      s2 = (s2 + (sums[at + 2] ?? 0)) | 0;
      s3 = (s3 + (sums[at + 3] ?? 0)) | 0;
      s4 = (s4 + (sums[at + 4] ?? 0)) | 0;
      s5 = (s5 + (sums[at + 5] ?? 0)) | 0;
    }
    total[first] = s0;
    total[first + 1] = s1;
    total[first + 2] = s2;
    total[first + 3] = s3;
    total[first + 4] = s4;
    total[first + 5] = s5;
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
