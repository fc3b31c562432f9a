import type { SecondTagger } from '../src/detection/tagger/second-tagger.ts';

/** What a tagger reaches on texts kept out of the training, of words. */
export interface Quality {
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
}

/** What the card of a model tells: what it was made from, under which licences, and what it reached. */
export interface ModelFacts {
  readonly version: string;
  readonly bytes: number;
  readonly options: {
    readonly generated: string;
    readonly epochs: string;
    readonly rows: string;
    readonly seed: string;
  };
  readonly templates: number;
  readonly held: number;
  readonly texts: number;
  readonly corpora: readonly (readonly [name: string, rows: number])[];
  readonly words: number;
  readonly quality: readonly Quality[];
}

const LICENCES: Readonly<Record<string, string>> = {
  aci: 'ACI-BENCH (wyim/aci-bench), CC BY 4.0',
  btc: 'Broad Twitter Corpus (GateNLP), CC BY 4.0',
  mts_unlabelled: 'MTS-Dialog (abachaa/MTS-Dialog), CC BY 4.0',
  presidio_synth: 'presidio-research templates (Microsoft), MIT',
  slurp: 'SLURP (pswietojanski/slurp), text CC BY 4.0',
  wnut: 'WNUT 2017 emerging entities (leondz/emerging_entities_17), CC BY 4.0',
};

/** The card, in Markdown. */
export function modelCard(facts: ModelFacts): string {
  const { options, quality } = facts;
  return `# Model card: the built-in tagger, ${facts.version}

Written by \`npm run train\`; not to be edited.

- What it is: an averaged structured perceptron over hashed features, weights of 8 bits, BIO labels, Viterbi decoding. ${facts.bytes.toLocaleString('en-US')} bytes with its lexicon of ${facts.words.toLocaleString('en-US')} words and names.
- What for: names, places, dates and dictated values in English calls and notes, in written form and as speech engines write. It runs beside deterministic recognisers, never alone.
- Trained on ${facts.texts.toLocaleString('en-US')} texts: ${Number(options.generated).toLocaleString('en-US')} from the project's generator (${facts.templates.toLocaleString('en-US')} hand-written templates, ${facts.held.toLocaleString('en-US')} of them held out) and the sets below. ${options.epochs} epochs, ${Number(options.rows).toLocaleString('en-US')} rows, seed ${options.seed}.
- On texts kept out of the training (every tenth template, and every tenth text of each set), precision and recall of words: ${quality
    .filter(({ recall }) => recall > 0)
    .map(({ name, precision, recall }) => `${name} ${precision.toFixed(3)} / ${recall.toFixed(3)}`)
    .join('; ')}. What the whole detector reaches on data that was not trained on: docs/detection-quality.md.
- Not for: other languages than English (names of any origin are meant to be found), and no judgement on who is a patient: it finds everybody's name.

| data | rows | licence |
| --- | --- | --- |
${facts.corpora.map(([name, rows]) => `| ${name} | ${rows.toLocaleString('en-US')} | ${LICENCES[name] ?? 'as its owner says'} |`).join('\n')}
| templates of the project (training/templates) | ${facts.templates.toLocaleString('en-US')} | as the project |
| given names: US Social Security Administration, US census of 1990 | | public domain |
| surnames: US census of 1990 | | public domain |
| names by origin, names that are words: compiled for the project | | as the project |
| places: GeoNames | | CC BY 4.0 |
| English words: SCOWL by way of cspell | | MIT |

The sets of \`--data\` are not part of this repository; the weights hold no text of theirs.
`;
}

/** What the card of a second tagger tells. */
export interface SecondFacts {
  readonly trained: SecondTagger;
  readonly bytes: number;
  readonly epochs: string;
  readonly seed: string;
  readonly quality: readonly Quality[];
  /** Of the first tagger alone, on the same texts. */
  readonly before: readonly Quality[];
}

/** The card of a second tagger, in Markdown. */
export function secondCard({ trained, bytes, epochs, seed, quality, before }: SecondFacts): string {
  const { version, first, network, pooling } = trained;
  const { rows, width, hidden } = network.size;
  const rowsOf = quality
    .filter(({ recall }) => recall > 0)
    .map(({ name, precision, recall }) => {
      const alone = before.find((other) => other.name === name);
      return `| ${name} | ${(alone?.precision ?? 0).toFixed(3)} / ${(alone?.recall ?? 0).toFixed(3)} | ${precision.toFixed(3)} / ${recall.toFixed(3)} |`;
    });
  return `# Model card: the second tagger, ${version}

Written by \`npm run train\`; not to be edited.

- What it is: embeddings of hashed features of words (${rows.toLocaleString('en-US')} rows of ${width} numbers of 8 bits), a window of nine words, one hidden layer of ${hidden} units, one output a type. ${bytes.toLocaleString('en-US')} bytes.
- What for: it votes with [the first tagger](tagger.md), ${first}. Its odds are added to the first one's scores before decoding: ${pooling.weight} units for an e-fold, at most ${pooling.cap} e-folds. It is not asked where the first one prefers nothing by more than ${pooling.gate} units.
- Trained on the texts of the first tagger, ${epochs} epochs, seed ${seed}. Data and licences: see there.

Precision and recall of words, on texts kept out of the training:

| texts | first tagger alone | both |
| --- | --- | --- |
${rowsOf.join('\n')}
`;
}
