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
  readonly quality: readonly { readonly name: string; readonly precision: number; readonly recall: number }[];
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
