/**
 * `npm run train`: trains the built-in tagger and writes models/tagger.bin and its card, then the second tagger and
 * writes models/second-tagger.bin and its card.
 *
 * Options: `--data DIR` labelled text beside the generator's (may be given again), `--generated N` texts from the
 * generator, `--epochs N`, `--rows N`, `--seed N`, `--out FILE`, `--second FILE`; `--part second` trains the
 * second tagger alone, beside the first one as it is. The same options and data give the same file.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readSentence } from '../src/detection/tagger/features.ts';
import { beginLabel, insideLabel, TAG_TYPES } from '../src/detection/tagger/labels.ts';
import { type Lexeme, lexemeOf, unseen, withoutIdentity, withoutTraits } from '../src/detection/tagger/lexeme.ts';
import { Lexicon } from '../src/detection/tagger/lexicon.ts';
import { type Calibration, decodeModel, encodeModel, type TaggerModel } from '../src/detection/tagger/model.ts';
import { decodeSecondTagger, encodeSecondTagger, type SecondTagger } from '../src/detection/tagger/second-tagger.ts';
import { WeightTable } from '../src/detection/tagger/weight-table.ts';
import { Tagger } from '../src/detection/tagger/tagger.ts';
import type { Word } from '../src/detection/words.ts';
import { murmur } from '../src/detection/tagger/hashing.ts';
import { calibrate, measure, meets, UNCALIBRATED, wordsOf } from './checks.ts';
import { type Example, EVERY_TYPE, readCorpora } from './corpus.ts';
import { generate, readTemplates, type Template } from './generator.ts';
import { readLists } from './lexicon.ts';
import { packLexicon } from './lexicon-traits.ts';
import { modelCard, secondCard, type Quality } from './model-card.ts';
import { People } from './people.ts';
import { trainNetwork, POOLING } from './network-training.ts';
import { Perceptron, type TrainingText } from './perceptron.ts';
import { Random } from './random.ts';
import { Values } from './values.ts';

const here = new URL('./', import.meta.url);
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', multiple: true, default: [] },
    generated: { type: 'string', default: '110000' },
    epochs: { type: 'string', default: '4' },
    rows: { type: 'string', default: '110000' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: new URL('../models/tagger.bin', here).pathname },
    second: { type: 'string', default: '' },
    part: { type: 'string', default: 'both' },
    hold: { type: 'string', default: '' },
  },
});
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const random = new Random(Number(options.seed));
const lists = readLists(new URL('lexicon/', here));
const generator = new Values(new People(lists, random), random);

// Every tenth template is kept for the check at the end.
const templateFolder = new URL('templates/', here);
const templates = readdirSync(templateFolder)
  .filter((name) => name.endsWith('.txt'))
  .sort()
  .flatMap((file) => readTemplates(file, readFileSync(new URL(file, templateFolder), 'utf8')));
const isHeld = (template: Template): boolean =>
  options.hold === '' ? murmur(template.source) % 10 === 0 : template.file === options.hold;
const held = templates.filter(isHeld);
// Dictated values have the most forms to learn: their templates come twice as often.
const used = templates
  .filter((template) => !isHeld(template))
  .flatMap((template) => (template.file === 'dictated-values.txt' ? [template, template] : [template]));

const fromTemplates = (from: readonly Template[], count: number, values = generator, source = random): Example[] =>
  Array.from({ length: count }, () => ({ ...joined(from, values, source), unknown: [], types: EVERY_TYPE }));

/** One template, or two or three one after the other: turns are often more than one sentence. */
function joined(from: readonly Template[], values: Values, source: Random): Pick<Example, 'text' | 'spans'> {
  let { text, spans } = generate(source.pick(from), values, source);
  while (source.chance(0.25) && text.length < 400) {
    const more = generate(source.pick(from), values, source);
    const gap = text.length + 1;
    text = `${text} ${more.text}`;
    spans = [...spans, ...more.spans.map((span) => ({ ...span, start: span.start + gap, end: span.end + gap }))];
  }
  return { text, spans };
}

const corpora = options.data.flatMap((folder) => [...readCorpora(folder)]);
const REPEATED: Readonly<Record<string, number>> = { aci: 3, mts_unlabelled: 3, presidio_synth: 3, slurp: 2 };
// Every tenth text of each set is kept for the check, too.
const isHeldText = ({ text }: Example): boolean => murmur(text) % 10 === 0;
const outside = corpora.flatMap(([name, examples]) =>
  Array.from({ length: REPEATED[name] ?? 1 }, () => examples.filter((example) => !isHeldText(example))).flat(),
);
const examples = [...fromTemplates(used, Number(options.generated)), ...outside.map(vary)];
say(`${templates.length} templates, ${held.length} held out; ${examples.length} texts`);

/** Text from outside comes as it was typed: half of it is read as a speech engine would have written it. */
function vary(example: Example): Example {
  if (random.chance(0.5)) return example;
  const text = example.text.toLowerCase();
  return text.length === example.text.length ? { ...example, text } : example;
}

const counts = new Map<string, number>();
for (const { text, spans, unknown } of examples) {
  for (const word of wordsOf(text))
    if (![...spans, ...unknown].some((span) => meets(word, span)))
      counts.set(word.lower, (counts.get(word.lower) ?? 0) + 1);
}
// The generator repeats its templates: counts are brought to those of natural text.
for (const [word, count] of counts) counts.set(word, Math.ceil(count / 8));
const packed = packLexicon(lists, counts);
const lexicon = new Lexicon(packed.hashes, packed.traits);

interface Prepared {
  readonly words: readonly Word[];
  readonly lexemes: readonly Lexeme[];
  readonly gold: Int8Array;
  readonly types: Example['types'];
}

const lexemes = new Map<string, Lexeme>();
const lexemeFor = (word: Word): Lexeme => {
  const known = lexemes.get(word.text) ?? lexemeOf(word, lexicon);
  lexemes.set(word.text, known);
  return known;
};

/** Parts of one value that stand side by side ("{FIRST} {LAST}") are one value. */
function united(text: string, spans: Example['spans']): Example['spans'] {
  const merged: Example['spans'][number][] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const before = merged.at(-1);
    const between = before?.type === span.type ? text.slice(before.end, span.start) : null;
    if (
      before &&
      between !== null &&
      ((span.type === 'ADDRESS' && /^,?\s$/.test(between)) ||
        ((span.type === 'NAME' || span.type === 'DATE') && between === ' '))
    ) {
      merged[merged.length - 1] = { ...before, end: span.end };
    } else merged.push(span);
  }
  return merged;
}

function prepare({ text, spans: labelled, unknown, types }: Example): Prepared {
  const spans = united(text, labelled);
  let words = wordsOf(text);
  const lower = text === text.toLowerCase();
  // RecordedDigests of the text between values are dropped from most lower-case texts: a speech engine writes none.
  if (lower && random.chance(0.6))
    words = words.filter((word) => !/^[.,!?;:"]$/.test(word.text) || spans.some((span) => meets(word, span)));
  const gold = new Int8Array(words.length);
  words.forEach((word, at) => {
    const span = spans.find((candidate) => meets(word, candidate));
    const before = words[at - 1];
    if (span) gold[at] = before && meets(before, span) ? insideLabel(span.type) : beginLabel(span.type);
    else if (unknown.some((candidate) => meets(word, candidate))) gold[at] = -1;
  });
  return { words, lexemes: words.map(lexemeFor), gold, types };
}

const variants = new Map<Lexeme, readonly [Lexeme, Lexeme, Lexeme]>();
/** A word as it is, or with something about it unknown: the tagger must not lean on any one thing. */
function dropped(lexeme: Lexeme, source: Random): Lexeme {
  const chance = source.next();
  if (chance > 0.2) return lexeme;
  const made = variants.get(lexeme) ?? [withoutTraits(lexeme), withoutIdentity(lexeme), unseen(lexeme)];
  variants.set(lexeme, made);
  return chance < 0.08 ? made[0] : chance < 0.17 ? made[1] : made[2];
}

const isPlace = (name: string): boolean => lexicon.traits(name) !== 0;
const textOf = ({ words, lexemes: known, gold, types }: Prepared, source: Random): TrainingText => ({
  sentence: readSentence(
    words,
    known.map((lexeme) => dropped(lexeme, source)),
    isPlace,
  ),
  gold,
  types,
});
const texts = examples.map(prepare).filter(({ words }) => words.length > 0 && words.length < 160);
/** Tweets are not what the tagger is for: they help it learn, and do not decide how sure it may be. */
const TWEETS = new Set(['btc', 'wnut']);
type Check = readonly [name: string, texts: readonly Example[]];
const checksWith = (generated: readonly Example[]): readonly Check[] => [
  ['held-out templates', generated],
  ...corpora.map(([name, rows]) => [name, rows.filter(isHeldText)] as const),
];
const calibrating = (checks: readonly Check[]): readonly Example[] =>
  checks.filter(([name]) => !TWEETS.has(name)).flatMap(([, rows]) => rows);

// The second tagger has numbers of its own, so that it does not depend on whether the first one is trained before it.
const secondTexts = [...texts];
const secondDrops = random.copy();
const second = options.second === '' ? options.out.replace(/[^/]*$/, 'second-tagger.bin') : options.second;
writeSecond(options.part === 'second' ? decodeModel(readFileSync(options.out)) : writeFirst());

function writeFirst(): TaggerModel {
  const perceptron = new Perceptron(random);
  for (let epoch = 1; epoch <= Number(options.epochs); epoch++) {
    random.shuffle(texts);
    let [wrong, total] = [0, 0];
    for (const text of texts) {
      wrong += perceptron.learn(textOf(text, random));
      total += text.gold.length;
    }
    say(
      `epoch ${epoch}: ${((100 * wrong) / total).toFixed(3)} % of ${total} words wrong, ${perceptron.rows} rows, ${process.uptime().toFixed(0)} s`,
    );
  }
  const model = modelOf(perceptron);
  const checks = checksWith(fromTemplates(held, 4000));
  const calibrations = calibrate(new Tagger(model(UNCALIBRATED)), calibrating(checks));
  sayCalibrations(calibrations);
  const trained = model(calibrations);
  const quality = qualityOf(new Tagger(trained), checks);
  const file = encodeModel(trained, packed.hashes, packed.traits);
  writeFileSync(options.out, file);
  const card = modelCard({
    version: trained.version,
    bytes: file.length,
    options,
    templates: templates.length,
    held: held.length,
    texts: texts.length,
    corpora: corpora.map(([name, rows]) => [name, rows.length] as const),
    words: packed.hashes.length,
    quality,
  });
  writeFileSync(options.out.replace(/\.bin$/, '.md'), card);
  say(`${options.out}: ${file.length} bytes`);
  return trained;
}

/** The model of what was learned, for any calibrations. */
function modelOf(perceptron: Perceptron): (calibrations: readonly Calibration[]) => TaggerModel {
  const { hashes, weights, transitions } = perceptron.average(Number(options.rows));
  /** Weights are a few units at most; twelfths of a unit are fine enough, and the few that are larger are cut off. */
  const SCALE = 12;
  const quantised = Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight * SCALE))));
  const table = WeightTable.ofRows(hashes, quantised);
  return (calibrations) => ({
    version: createHash('sha256').update(quantised).update(packed.traits).digest('hex').slice(0, 12),
    table,
    transitions: transitions.map((weight) => Math.round(weight * SCALE)),
    calibrations,
    lexicon,
  });
}

/** Trains the second tagger, calibrates both together, and writes it with its card. */
function writeSecond(first: TaggerModel): void {
  const source = new Random(Number(options.seed) + 100);
  const network = trainNetwork(secondTexts, (text) => textOf(text, secondDrops), Number(options.epochs), source, say);
  const values = new Values(new People(lists, source), source);
  const checks = checksWith(fromTemplates(held, 4000, values, source));
  const withBoth = (calibrations: readonly Calibration[]): SecondTagger =>
    decodeSecondTagger(encodeSecondTagger({ first: first.version, network, pooling: POOLING, calibrations }));
  const calibrations = calibrate(new Tagger(first, withBoth(UNCALIBRATED)), calibrating(checks));
  sayCalibrations(calibrations);
  const trained = withBoth(calibrations);
  const bytes = encodeSecondTagger(trained);
  writeFileSync(second, bytes);
  const quality = qualityOf(new Tagger(first, trained), checks);
  const before = qualityOf(new Tagger(first), checks);
  writeFileSync(
    second.replace(/\.bin$/, '.md'),
    secondCard({ trained, bytes: bytes.length, epochs: options.epochs, seed: options.seed, quality, before }),
  );
  say(`${second}: ${bytes.length} bytes`);
}

function sayCalibrations(calibrations: readonly Calibration[]): void {
  say(
    `calibrations: ${TAG_TYPES.map((type, at) => `${type} ${calibrations[at]?.offset ?? 0}/${calibrations[at]?.temperature ?? 0}`).join(', ')}`,
  );
}

function qualityOf(tagger: Tagger, checks: readonly Check[]): readonly Quality[] {
  const quality = checks.map(([name, rows]) => ({ name, ...measure(tagger, rows) }));
  for (const { name, precision, recall } of quality)
    say(`${name}: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)} of words`);
  return quality;
}
