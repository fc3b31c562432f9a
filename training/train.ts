/**
 * `npm run train`: trains the built-in tagger and writes models/tagger.bin and its card.
 *
 * Options: `--data DIR` labelled text beside the generator's (may be given again), `--generated N` texts from the
 * generator, `--epochs N`, `--rows N`, `--seed N`, `--out FILE`. The same options and data give the same file.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { foldText } from '../src/detection/folding.ts';
import { readSentence } from '../src/detection/tagger/features.ts';
import { beginLabel, insideLabel, TAG_TYPES } from '../src/detection/tagger/labels.ts';
import { type Lexeme, lexemeOf, unseen, withoutIdentity, withoutTraits } from '../src/detection/tagger/lexeme.ts';
import { Lexicon } from '../src/detection/tagger/lexicon.ts';
import { type Calibration, encodeModel, type TaggerModel } from '../src/detection/tagger/model.ts';
import { WeightTable } from '../src/detection/tagger/weight-table.ts';
import { Tagger } from '../src/detection/tagger/tagger.ts';
import { scanWords, type Word } from '../src/detection/words.ts';
import { murmur } from '../src/detection/tagger/hashing.ts';
import { fit, type Decision, THRESHOLD } from './calibration.ts';
import { type Example, EVERY_TYPE, readCorpora } from './corpus.ts';
import { generate, readTemplates, type Template } from './generator.ts';
import { readLists } from './lexicon.ts';
import { packLexicon } from './lexicon-traits.ts';
import { modelCard } from './model-card.ts';
import { People } from './people.ts';
import { Perceptron } from './perceptron.ts';
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

const fromTemplates = (from: readonly Template[], count: number): Example[] =>
  Array.from({ length: count }, () => ({ ...joined(from), unknown: [], types: EVERY_TYPE }));

/** One template, or two or three one after the other: turns are often more than one sentence. */
function joined(from: readonly Template[]): Pick<Example, 'text' | 'spans'> {
  let { text, spans } = generate(random.pick(from), generator, random);
  while (random.chance(0.25) && text.length < 400) {
    const more = generate(random.pick(from), generator, random);
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

const wordsOf = (text: string): readonly Word[] => {
  const folded = foldText(text).text;
  return folded.length === text.length ? scanWords(folded) : [];
};
const meets = (word: Word, { start, end }: { readonly start: number; readonly end: number }): boolean =>
  word.start < end && start < word.end;

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
  // Marks of the text between values are dropped from most lower-case texts: a speech engine writes none.
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
function dropped(lexeme: Lexeme): Lexeme {
  const chance = random.next();
  if (chance > 0.2) return lexeme;
  const made = variants.get(lexeme) ?? [withoutTraits(lexeme), withoutIdentity(lexeme), unseen(lexeme)];
  variants.set(lexeme, made);
  return chance < 0.08 ? made[0] : chance < 0.17 ? made[1] : made[2];
}

const isPlace = (name: string): boolean => lexicon.traits(name) !== 0;
const texts = examples.map(prepare).filter(({ words }) => words.length > 0 && words.length < 160);
const perceptron = new Perceptron(random);
for (let epoch = 1; epoch <= Number(options.epochs); epoch++) {
  random.shuffle(texts);
  let [wrong, total] = [0, 0];
  for (const { words, lexemes: known, gold, types } of texts) {
    const sentence = readSentence(words, known.map(dropped), isPlace);
    wrong += perceptron.learn({ sentence, gold, types });
    total += gold.length;
  }
  say(
    `epoch ${epoch}: ${((100 * wrong) / total).toFixed(3)} % of ${total} words wrong, ${perceptron.rows} rows, ${process.uptime().toFixed(0)} s`,
  );
}

const { hashes, weights, transitions } = perceptron.average(Number(options.rows));
/** Weights are a few units at most; twelfths of a unit are fine enough, and the few that are larger are cut off. */
const SCALE = 12;
const quantised = Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight * SCALE))));
const table = WeightTable.ofRows(hashes, quantised);
const model = (calibrations: readonly Calibration[]): TaggerModel => ({
  version: createHash('sha256').update(quantised).update(packed.traits).digest('hex').slice(0, 12),
  table,
  transitions: transitions.map((weight) => Math.round(weight * SCALE)),
  calibrations,
  lexicon,
});

/** A temperature at which no confidence is rounded to 1. */
const UNIT = 1000;
/** Tweets are not what the tagger is for: they help it learn, and do not decide how sure it may be. */
const TWEETS = new Set(['btc', 'wnut']);
const checks: (readonly [name: string, texts: readonly Example[]])[] = [
  ['held-out templates', fromTemplates(held, 4000)],
  ...corpora.map(([name, rows]) => [name, rows.filter(isHeldText)] as const),
];
const calibrations = calibrate(
  new Tagger(model(TAG_TYPES.map(() => ({ offset: 0, temperature: UNIT })))),
  checks.filter(([name]) => !TWEETS.has(name)).flatMap(([, texts]) => texts),
);
say(
  `calibrations: ${TAG_TYPES.map((type, at) => `${type} ${calibrations[at]?.offset ?? 0}/${calibrations[at]?.temperature ?? 0}`).join(', ')}`,
);
const trained = model(calibrations);
const quality = checks.map(([name, texts]) => ({ name, ...measure(new Tagger(trained), texts) }));
for (const { name, precision, recall } of quality)
  say(`${name}: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)} of words`);
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

/** By type: where the tagger's confidences are nearest to how often it is right. */
function calibrate(tagger: Tagger, from: readonly Example[]): readonly Calibration[] {
  const decisions = TAG_TYPES.map((): Decision[] => []);
  for (const { text, spans, unknown, types } of from) {
    const words = wordsOf(text);
    for (const { first, last, confidence, type } of tagger.tag(words)) {
      const stretch = words.slice(first, last + 1);
      if (!types.has(type) || stretch.some((word) => unknown.some((other) => meets(word, other)))) continue;
      const right = stretch.some((word) => spans.some((span) => meets(word, span)));
      decisions[TAG_TYPES.indexOf(type)]?.push({ margin: -UNIT * Math.log(1 / confidence - 1), right });
    }
  }
  return decisions.map((of, at) => fit(of, TAG_TYPES[at] ?? 'NAME'));
}

function measure(tagger: Tagger, from: readonly Example[]): { readonly precision: number; readonly recall: number } {
  let [right, found, wanted] = [0, 0, 0];
  for (const { text, spans, unknown, types } of from) {
    const words = wordsOf(text);
    const covered = new Uint8Array(words.length);
    for (const { first, last, type, confidence } of tagger.tag(words))
      if (type !== 'ORG' && types.has(type) && confidence >= THRESHOLD) covered.fill(1, first, last + 1);
    words.forEach((word, at) => {
      if (word.type === 'mark') return;
      const gold = spans.find((span) => meets(word, span));
      if (gold?.type === 'ORG' || unknown.some((span) => meets(word, span))) return;
      if (gold) wanted++;
      if (covered[at]) found++;
      if (gold && covered[at]) right++;
    });
  }
  return { precision: right / Math.max(1, found), recall: right / Math.max(1, wanted) };
}
