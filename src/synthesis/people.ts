/** Names to draw: of the gender and origin that a name is known for, else as often as the census has them. */
import { foldText } from '../detection/folding.ts';
import type { Draws } from './draws.ts';
import { Weighted } from './draws.ts';
import { GIVEN } from './tables/given-names.ts';
import { BY_ORIGIN } from './tables/names-by-origin.ts';
import { SURNAMES } from './tables/surnames.ts';
import { TOWNS } from './tables/towns.ts';

export type NameRole = 'given' | 'family';
type Gender = 'f' | 'm' | 'u';

/** What is known of a given name. */
interface GivenName {
  readonly gender: Gender;
  readonly origin: string | null;
}

const births = { f: entries(GIVEN.f), m: entries(GIVEN.m) };
const census = { f: new Weighted(births.f), m: new Weighted(births.m), u: new Weighted([...births.f, ...births.m]) };
/** The list has ranks and no counts: counts of the census fall about as one by the rank. */
const RANK_WEIGHT = 100_000;
const RANK_OFFSET = 20;
const surnames = new Weighted(
  SURNAMES.split(' ').map((name, rank) => [name, Math.round(RANK_WEIGHT / (rank + RANK_OFFSET))]),
);

const byOrigin = new Map(
  Object.entries(BY_ORIGIN).map(([origin, { given, family }]) => [
    origin,
    { given: given.split(' ').map((entry) => pair(entry)), family: family.split(' ') },
  ]),
);
const givenNames = knownGiven();
const familyOrigins = new Map([...byOrigin].flatMap(([origin, { family }]) => family.map((name) => [name, origin])));
const censusFamilies = new Set(SURNAMES.split(' '));

function pair(entry: string): readonly [string, Gender] {
  const [name = '', gender] = entry.split(':');
  return [name, gender === 'f' || gender === 'm' ? gender : 'u'];
}

function entries(list: string): readonly (readonly [string, number])[] {
  return list.split(' ').map((entry) => {
    const [name = '', count] = entry.split(':');
    return [name, Number(count)];
  });
}

function knownGiven(): ReadonlyMap<string, GivenName> {
  const known = new Map<string, GivenName>();
  for (const [origin, { given }] of byOrigin) for (const [name, gender] of given) known.set(name, { gender, origin });
  for (const gender of ['f', 'm'] as const)
    for (const [name] of births[gender]) known.set(name, { gender, origin: known.get(name)?.origin ?? null });
  return known;
}

/** The form by which a name is looked up: lower case, without accents. */
export const nameKey = (word: string): string =>
  foldText(word).text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');

/** Whether a lone word is a given name rather than a surname. */
export function isGivenName(word: string): boolean {
  const key = nameKey(word);
  const known = givenNames.get(key);
  return known !== undefined && (known.origin === null || !(familyOrigins.has(key) || censusFamilies.has(key)));
}

/** Returns the role of a name that is known in one role alone; null for any other word. */
export function onlyRole(word: string): NameRole | null {
  const key = nameKey(word);
  const isFamily = familyOrigins.has(key) || censusFamilies.has(key);
  return isFamily === givenNames.has(key) ? null : isFamily ? 'family' : 'given';
}

/** Letters of the shortest word of a surrogate: a shorter one may be any word, and is not restored where a model says it alone. */
const SHORTEST_WORD = 3;

/** Draws a name for the word in its role, in lower case; `gender` is what a title says. */
export function drawName(word: string, role: NameRole, gender: 'f' | 'm' | null, draws: Draws): string {
  for (let tries = 0; tries < 20; tries += 1) {
    const name = drawAny(word, role, gender, draws);
    if (name.split(' ').every(({ length }) => length >= SHORTEST_WORD)) return name;
  }
  return inventedName(draws);
}

function drawAny(word: string, role: NameRole, gender: 'f' | 'm' | null, draws: Draws): string {
  const key = nameKey(word);
  if (role === 'family') {
    const origin = byOrigin.get(familyOrigins.get(key) ?? '');
    return (origin === undefined ? surnames.draw(draws) : draws.pick(origin.family)).replaceAll('-', ' ');
  }
  const known = givenNames.get(key);
  const wanted = known === undefined || known.gender === 'u' ? (gender ?? 'u') : known.gender;
  const origin = byOrigin.get(known?.origin ?? '');
  const fitting = origin?.given.filter(([, own]) => wanted === 'u' || own === wanted || own === 'u') ?? [];
  return (fitting.length > 0 ? draws.pick(fitting)[0] : census[wanted].draw(draws)).replaceAll('-', ' ');
}

const CONSONANTS = 'bcdfghjklmnprstvwz';
const VOWELS = 'aeiou';

/** Returns a word that can be said and is in no list, for where the lists are used up. */
export function inventedName(draws: Draws): string {
  const syllable = (): string => draws.character(CONSONANTS) + draws.character(VOWELS);
  return `${syllable()}${syllable()}${draws.character(CONSONANTS)}${syllable()}${draws.character(CONSONANTS)}`;
}

const towns = new Map(Object.entries(TOWNS).map(([state, names]) => [state, names.split(',')]));
const allTowns = [...towns.values()].flat();
const stateOfTown = new Map([...towns].flatMap(([state, names]) => names.map((name) => [name.toLowerCase(), state])));

/** Draws a town of the state, in its usual spelling; without a state, one of the state that the town is known to be in. */
export function drawTown(name: string, state: string | null, draws: Draws): string {
  const own = towns.get(state ?? stateOfTown.get(name.toLowerCase()) ?? '');
  return draws.pick(own ?? allTowns);
}

/** Scripts whose letters are told apart by block, with letters that any name may have. */
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/^\p{Script=Cyrillic}$/u, 'абвгдезиклмнопрст'],
  [/^\p{Script=Greek}$/u, 'αβγδεικλμνοπρσ'],
  [/^\p{Script=Arabic}$/u, 'ابتدرسعفكلمنهوي'],
  [/^\p{Script=Hebrew}$/u, 'אבגדהולמנרשת'],
  [/^\p{Script=Devanagari}$/u, 'अकगचजतदनपबमरलवसह'],
  [/^\p{Script=Han}$/u, '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂'],
  [/^\p{Script=Hangul}$/u, '가나다라마바사아자하민서준지현우'],
  [/^[\p{Script=Hiragana}\p{Script=Katakana}]$/u, 'あいうえおかきくけこさしすせそ'],
];

/** Returns letters of the scripts of the word, one for each; null for a word in Latin letters. */
export function otherScript(word: string, draws: Draws): string | null {
  if (/\p{Script=Latin}/u.test(word)) return null;
  return Array.from(word, (letter) => {
    if (!/\p{L}/u.test(letter)) return '';
    return draws.character(SCRIPTS.find(([script]) => script.test(letter))?.[1] ?? 'абвгд');
  }).join('');
}
