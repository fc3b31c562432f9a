/** Which strings under the key of a person are that person's name, and not a word about it. */
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { GIVEN_WORDS, SHORT_GIVEN } from '../vocabulary/word-names.ts';
import { NAME_PARTICLES } from '../vocabulary/name-particles.ts';

/** Longer strings are sentences. */
const LONGEST = 80;
const MOST_WORDS = 7;
const MOST_NAMES = 4;
const NAME_LIKE = /^[\p{L}\p{M}][\p{L}\p{M}\s.,'\u2019`^()\u00b7-]*$/u;

/** Returns true if the text may be a whole name or a part of one: some words of letters, in any case. */
export function mayBeName(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.length <= LONGEST && NAME_LIKE.test(trimmed) && trimmed.split(/[\s,^]+/).length <= MOST_WORDS;
}

/**
 * Returns true if the text is written as names are: each word begins with a capital, and not all are words that mean
 * something else; or a known given name comes first. "Self" and "not found" are none.
 */
export function looksLikeName(text: string): boolean {
  if (!mayBeName(text)) return false;
  const words = text
    .trim()
    .split(/[\s,^]+/)
    .filter((word) => word !== '');
  const plain = words.map((word) => word.toLowerCase().replace(/[^\p{L}'-]/gu, ''));
  if (GIVEN_NAMES.has(plain[0] ?? '') || GIVEN_NAMES.has(plain.at(-1) ?? ''))
    return words.length > 1 || isCapital(words[0]);
  if (!words.every((word) => isCapital(word) || PARTICLES.has(word))) return false;
  return plain.some((word) => word.length > 1 && !COMMON_WORDS.has(word));
}

/** Returns true if the text is written as a name and begins with a given name, be it a word as well: "Will", "An Le". */
export function beginsWithGivenName(text: string): boolean {
  const words = text.trim().split(/[\s,^]+/);
  const first = words[0]?.toLowerCase() ?? '';
  const isGiven = GIVEN_NAMES.has(first) || GIVEN_WORDS.has(first) || SHORT_GIVEN.has(first);
  return isGiven && mayBeName(text) && words.length <= MOST_NAMES && words.every((word) => isCapital(word));
}

/** Words that are said of people where a name is asked for. */
const NO_NAMES: ReadonlySet<string> = new Set(
  'new existing returning not found unknown patient customer member client caller self none other same current primary secondary parent adult child minor guest anonymous test demo private no yes active inactive pending verified'.split(
    ' ',
  ),
);

/** Returns true if the text, under a key like "patient", is a name: written as one, and no word about the patient. */
export function isNameOfRole(text: string): boolean {
  if (looksLikeName(text)) return true;
  const words = text
    .trim()
    .split(/[\s,^]+/)
    .filter((word) => word !== '');
  if (words.length < 2 || !mayBeName(text)) return false;
  return words.every((word) => isCapital(word) && !NO_NAMES.has(word.toLowerCase()));
}

/** Returns true if the text is written as the name of one who treats patients: with a title, a degree or a given name. */
export function isNameOfProvider(text: string): boolean {
  if (!mayBeName(text)) return false;
  const words = text.trim().split(/[\s,^]+/);
  return (
    /^(?:dr|doctor|nurse|mr|mrs|ms)\b/i.test(text.trim()) ||
    /[\s,](?:m\.?d|d\.?o|n\.?p|r\.?n|p\.?a(?:-c)?|ph\.?d|dds|dpm|aprn|lcsw|od)\.?$/i.test(text.trim()) ||
    (words.length > 1 && GIVEN_NAMES.has(words[0]?.toLowerCase() ?? ''))
  );
}

const PLACE_WORDS =
  /\b(?:clinic|hospital|pharmacy|center|centre|health|medical|medicine|care|associates|group|practice|dental|dentistry|pediatrics|imaging|lab(?:oratory|s)?|office|partners|urgent|family|surgery|orthopedics|cardiology|dermatology|wellness|institute|university|school|department)\b/i;

/** Returns true if the text is written as the name of a place that is open to the public. */
export function isPlaceName(text: string): boolean {
  return PLACE_WORDS.test(text) && !/\d/.test(text);
}

/** Spanish surnames are joined by "y", which in speech is a letter. */
const PARTICLES: ReadonlySet<string> = new Set([...NAME_PARTICLES, 'y']);

function isCapital(word: string | undefined): boolean {
  return word !== undefined && /^\p{Lu}/u.test(word);
}

/** Returns true if the text is a name that a program gave: `NM1`, `get_patient`, `fullName`, one word in lower case and digits. */
export function isCodedName(text: string): boolean {
  const trimmed = text.trim();
  return (
    /^[A-Za-z]+[_\d][\w-]*$/.test(trimmed) ||
    /^[a-z]+(?:[A-Z][a-z]+)+$/.test(trimmed) ||
    /^[a-z]+(?:[.:/][a-z]+)+$/.test(trimmed)
  );
}
