import { foldText } from '../src/detection/folding.ts';
import { murmur } from '../src/detection/tagger/hashing.ts';
import { packTraits, unpackTraits, type Traits } from '../src/detection/tagger/lexicon.ts';
import { scanWords } from '../src/detection/words.ts';
import type { Lists } from './lexicon.ts';

const NOTHING: Traits = { given: 0, surname: 0, place: 0, ordinary: 0, placePart: false };

/** The lists as the model file keeps them: hashes in ascending order, each with its packed traits. */
export interface PackedLexicon {
  readonly hashes: Uint32Array;
  readonly traits: Uint16Array;
}

/** @param counts how often the training text has a word outside names, places and other values */
export function packLexicon(lists: Lists, counts: ReadonlyMap<string, number>): PackedLexicon {
  const words = new Map<string, Traits>();
  const note = (word: string, traits: Partial<Traits>): void => {
    const known = words.get(word) ?? NOTHING;
    words.set(word, {
      given: Math.max(known.given, traits.given ?? 0),
      surname: Math.max(known.surname, traits.surname ?? 0),
      place: Math.max(known.place, traits.place ?? 0),
      ordinary: Math.max(known.ordinary, traits.ordinary ?? 0),
      placePart: known.placePart || (traits.placePart ?? false),
    });
  };
  for (const word of lists.words) note(word, { ordinary: 1 });
  for (const [word, count] of counts)
    if (count > 1) note(word, { ordinary: Math.min(7, 2 + Math.floor(Math.log2(count) / 2)) });
  for (const { name, births } of lists.givenNames)
    note(name, { given: level(births, [2_000, 8_000, 30_000, 100_000, 300_000, 1_000_000]) });
  lists.surnames.forEach((name, rank) => {
    note(name, { surname: 8 - level(rank, [100, 500, 2_000, 6_000, 15_000, 30_000]) });
  });
  for (const { given, family } of lists.byOrigin) {
    for (const name of given) for (const part of name.split('-')) note(part, { given: 3 });
    for (const name of family) for (const part of name.split('-')) note(part, { surname: 3 });
  }
  for (const { name, population, state } of lists.places) {
    const place =
      state === ''
        ? 1 + level(population, [150_000, 300_000, 800_000, 2_000_000, 5_000_000])
        : level(population, [2_500, 6_000, 15_000, 40_000, 100_000, 500_000]);
    const parts = scanWords(foldText(name).text)
      .map(({ lower }) => lower)
      .filter((part) => part !== '.');
    note(parts.join(' '), { place: Math.min(7, place) });
    if (parts.length > 1) for (const part of parts) note(part, { placePart: true });
  }
  const packed = new Map<number, number>();
  for (const [word, traits] of words) {
    const hash = murmur(word) >>> 0;
    packed.set(hash, merge(packed.get(hash) ?? 0, traits));
  }
  const hashes = Uint32Array.from([...packed.keys()]).sort();
  return { hashes, traits: Uint16Array.from(hashes, (hash) => packed.get(hash) ?? 0) };
}

/** Two words of one hash share the stronger of each trait. */
function merge(before: number, traits: Traits): number {
  const known = unpackTraits(before);
  return packTraits({
    given: Math.max(known.given, traits.given),
    surname: Math.max(known.surname, traits.surname),
    place: Math.max(known.place, traits.place),
    ordinary: Math.max(known.ordinary, traits.ordinary),
    placePart: known.placePart || traits.placePart,
  });
}

/** 1 below the first bound, one more from each bound on. */
function level(value: number, bounds: readonly number[]): number {
  return 1 + bounds.filter((bound) => value >= bound).length;
}
