/**
 * Writes the names and places that surrogates are drawn from (src/synthesis/tables) out of the public lists of the
 * training (training/lexicon): births by given name, surnames of the census by rank, towns by population. Deterministic.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const lexicon = new URL('../training/lexicon/', import.meta.url);
const tables = new URL('../src/synthesis/tables/', import.meta.url);
const rows = (name) =>
  readFileSync(new URL(name, lexicon), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));

const GIVEN = 800;
const SURNAMES = 800;
const TOWNS_OF_A_STATE = 14;
/** Names that the lists of origins leave out because they are common. */
const LATIN_GIVEN =
  'maria jose juan luis carlos jorge miguel pedro francisco manuel ricardo fernando alejandro diego javier rafael sergio rosa ana elena lucia gabriela marta guadalupe raul hector pablo andres';
const LATIN_FAMILY =
  'rodriguez hernandez lopez gonzalez perez sanchez ramirez rivera gomez diaz morales gutierrez ortiz ramos ruiz alvarez mendoza vasquez jimenez moreno romero herrera medina aguilar vargas castro fernandez guzman munoz salazar garza soto alvarado contreras padilla acosta figueroa cervantes espinoza fuentes';

const words = new Set(rows('word-names.tsv').flatMap(([, names]) => names.split(' ')));
const births = new Map(rows('given-names.tsv').map(([name, f, m]) => [name, { f: Number(f), m: Number(m) }]));
const plain = (name) => /^[a-z]{3,}$/.test(name) && !words.has(name);

const byGender = { f: [], m: [] };
for (const [name, { f, m }] of births) {
  const gender = f > m ? 'f' : 'm';
  const [own, all] = [Math.max(f, m), f + m];
  if (plain(name) && own / all > 0.97 && byGender[gender].length < GIVEN)
    byGender[gender].push(`${name}:${Math.max(1, Math.round(own / 1000))}`);
}
const genderOf = (name) => {
  const { f, m } = births.get(name) ?? { f: 0, m: 0 };
  return f > 4 * m ? 'f' : m > 4 * f ? 'm' : 'u';
};
const origins = rows('names-by-origin.tsv').map(([origin, given, family]) => {
  const more = origin === 'latin' ? [LATIN_GIVEN.split(' '), LATIN_FAMILY.split(' ')] : [[], []];
  const givenNames = [...new Set([...more[0], ...given.split(' ')])];
  const families = [...new Set([...more[1], ...family.split(' ')])];
  return `  ${origin}: {\n    given: '${givenNames.map((name) => `${name}:${genderOf(name)}`).join(' ')}',\n    family: '${families.join(' ')}',\n  },`;
});
const surnames = rows('surnames.txt')
  .map(([name]) => name)
  .filter(plain)
  .slice(0, SURNAMES);

const towns = new Map();
for (const [name, , state, country] of rows('places.tsv')) {
  const of = towns.get(state) ?? [];
  if (country === 'US' && state !== '' && /^[A-Z][a-z]+(?: [A-Z][a-z]+)?$/.test(name) && of.length < TOWNS_OF_A_STATE)
    towns.set(state, [...of, name]);
}

const made = '// Made by tools/synthesis-tables.mjs.\n';
mkdirSync(tables, { recursive: true });
const write = (name, text) => writeFileSync(new URL(name, tables), made + text);
write(
  'given-names.ts',
  `/** Given names of women and men with their births in the United States since 1940, in thousands; none is also a word. */
export const GIVEN: Readonly<Record<'f' | 'm', string>> = {
  f: '${byGender.f.join(' ')}',
  m: '${byGender.m.join(' ')}',
};
`,
);
write(
  'surnames.ts',
  `/** Surnames of the census of the United States, most common first; none is also a word. */
export const SURNAMES = '${surnames.join(' ')}';
`,
);
write(
  'names-by-origin.ts',
  `/** Given names with their gender (f, m, or u for both) and surnames, by origin. A hyphen joins the words of one name. */
export const BY_ORIGIN: Readonly<Record<string, { readonly given: string; readonly family: string }>> = {
${origins.join('\n')}
};
`,
);
write(
  'towns.ts',
  `/** The largest towns of each state, largest first. */
export const TOWNS: Readonly<Record<string, string>> = {
${[...towns]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([state, names]) => `  ${state}: '${names.join(',')}',`)
  .join('\n')}
};
`,
);
