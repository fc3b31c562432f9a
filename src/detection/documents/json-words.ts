/** What a key says by its words alone. Documents repeat few keys many times, so each key is read once. */
import { fieldMeaning, wordsOfName, type FieldMeaning } from './field-names.ts';
import { isAgeName } from './json-ages.ts';
import { namesCodes } from './json-codes.ts';
import { namesQuantity, namesTime } from './json-quantities.ts';
import { namesPersons, namesPlaces, namesThings, ownMeaning, singular, tellsOfWhom } from './json-people.ts';

/** What a key says of the values under it. */
export interface KeyFacts {
  readonly words: readonly string[];
  /** The kind of its values, read in the singular or the plural. */
  readonly meaning: FieldMeaning | null;
  readonly isAge: boolean;
  /** A published code system, or what is coded. */
  readonly isCode: boolean;
  readonly isQuantity: boolean;
  readonly isTime: boolean;
  /** A word for a person, a thing, a place that is open to the public. */
  readonly isPerson: boolean;
  readonly isThing: boolean;
  readonly isPlace: boolean;
  /** What it says of the object that has it. */
  readonly tells: 'person' | 'thing' | 'place' | null;
}

const MOST_KEYS = 8192;
/** Longer keys are texts. */
const LONGEST = 80;
const known = new Map<string, KeyFacts>();

/** Reads a key. Pure but for what it remembers. */
export function keyFacts(key: string): KeyFacts {
  let facts = known.get(key);
  if (facts === undefined) {
    facts = readKey(key);
    if (known.size >= MOST_KEYS) known.clear();
    known.set(key, facts);
  }
  return facts;
}

function readKey(key: string): KeyFacts {
  const words = key.length > LONGEST ? [] : wordsOfName(key);
  const one = singular(key);
  const meaning =
    words.length === 0 ? null : (ownMeaning(words) ?? fieldMeaning(key) ?? (one === key ? null : fieldMeaning(one)));
  const last = singular(words.at(-1) ?? '');
  return {
    words,
    meaning,
    isAge: isAgeName(words),
    isCode: namesCodes(words),
    isQuantity: namesQuantity(words),
    isTime: namesTime(words),
    isPerson: namesPersons(last),
    isThing: namesThings(last) || namesPlaces(last),
    isPlace: namesPlaces(last) || (words.length === 1 && words[0] === 'locations'),
    tells: tellsOfWhom(key, meaning),
  };
}
