import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { isNumberWord, readOrdinal } from '../spoken/numbers.ts';
import { isUnit } from '../units.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { COMMON_STREET_KINDS, STREET_KINDS } from '../vocabulary/places.ts';
import { isCapitalised, type Word } from '../words.ts';
import { codeAt, wordAt, wordsFinding } from './ranges.ts';
import { stateStartingAt } from './state.ts';

const MAX_NAME_WORDS = 4;
const DIRECTIONS: ReadonlySet<string> = new Set(['north', 'south', 'east', 'west', 'n', 's', 'e', 'w', 'ne', 'nw', 'se', 'sw', 'northeast', 'northwest', 'southeast', 'southwest']);
// Common words that are in the names of streets all the same.
const NAME_WORDS: ReadonlySet<string> = new Set(
  'park lake spring main high church school mill oak hill center centre market water state county college hospital house long old new saint st grand white black second third first court city mountain green union king queen day may march june april blue private'.split(
    ' ',
  ),
);

/** "123 Main Street", "four twenty two west oak avenue, apartment 5 b, springfield". */
export function findStreets(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const code of reading.codes) {
    if (code.quantity || code.slug || code.digits.length === 0) continue;
    const split = streetNumber(reading, code);
    const announced = split !== null && isAnnounced(reading.words, split.first);
    const kindAt = split && (streetEnd(reading.words, split.next, split.digits) ?? (announced ? nameRunEnd(reading.words, split.next) : null));
    if (!split || kindAt === null) continue;
    const unit = unitEnd(reading, kindAt + 1);
    const last = cityEnd(reading.words, unit ?? kindAt) ?? unit ?? kindAt;
    findings.push(wordsFinding(reading, split.first, last, 'ADDRESS', 'address.street', 0.88));
  }
  return findings;
}

/**
 * The house number: one to six digits and perhaps a letter. Letters behind it are directions ("120 w main street").
 */
function streetNumber(reading: Reading, code: Code): { first: number; next: number; digits: number } | null {
  if (code.digits.length > 6 || code.letters > 2) return null;
  let next = code.last + 1;
  while (next - 1 > code.first && DIRECTIONS.has(reading.words[next - 1]?.lower ?? '')) next--;
  return { first: code.first, next, digits: code.digits.length };
}

/** The last word of the street's name (its kind, and a direction after it), or null. */
function streetEnd(words: readonly Word[], from: number, digits: number): number | null {
  let at = from;
  if (DIRECTIONS.has(words[at]?.lower ?? '')) at = words[at + 1]?.text === '.' ? at + 2 : at + 1;
  const nameStart = at;
  while (at < nameStart + MAX_NAME_WORDS) {
    const word = words[at];
    if (!word || word.newLine) return null;
    if (at > nameStart && isKind(words, nameStart, at, digits)) return withDirection(words, at);
    const ordinal = readOrdinal(words, at);
    if (ordinal) {
      at = ordinal.next;
      continue;
    }
    if (!isNamePart(words, at)) return null;
    at++;
  }
  return isKind(words, nameStart, at, digits) ? withDirection(words, at) : null;
}

function isNamePart(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (!word) return false;
  if (word.text === '.' || word.text === "'") return word.glued && words[at - 1]?.type === 'letters' && (words[at - 1]?.text.length ?? 9) <= 2;
  if (word.type !== 'letters' || isUnit(word.lower, word.glued)) return false;
  if (isNumberWord(word.lower)) return false;
  return !COMMON_WORDS.has(word.lower) || NAME_WORDS.has(word.lower) || (isCapitalised(word) && word.text.length > 3);
}

function isKind(words: readonly Word[], nameStart: number, at: number, digits: number): boolean {
  const word = words[at];
  if (!word || !STREET_KINDS.has(word.lower) || word.newLine) return false;
  if (!COMMON_STREET_KINDS.has(word.lower)) return true;
  const name = words[nameStart];
  if (name && isCapitalised(name) && isCapitalised(word)) return true;
  // "30 minute drive", "2 feet square": in lower case these need a real house number, and a name that is no plain word.
  return digits >= 2 && name !== undefined && (name.type === 'ordinal' || !COMMON_WORDS.has(name.lower));
}

function withDirection(words: readonly Word[], at: number): number {
  const dot = words[at + 1]?.text === '.' && words[at + 1]?.glued && (words[at]?.text.length ?? 9) <= 4 && words[at + 2]?.newLine === false && words[at + 2]?.type !== 'letters';
  const next = dot ? at + 2 : at + 1;
  const direction = words[next];
  return direction && !direction.newLine && DIRECTIONS.has(direction.lower) && (direction.text.length > 1 || isCapitalised(direction)) ? next : at;
}

const DWELL_AT: ReadonlySet<string> = new Set(['live', 'lives', 'living', 'lived', 'reside', 'resides', 'residing', 'staying']);

/** "I live at", "address is", "Address:" stands before the number: then the street needs no kind. */
function isAnnounced(words: readonly Word[], first: number): boolean {
  const [last, before] = [words[first - 1]?.lower ?? '', words[first - 2]?.lower ?? ''];
  if (last === 'at') return DWELL_AT.has(before);
  return (last === 'is' || last === "'s" || last === ':') && before === 'address' && !/^(?:email|mail|ip|mac|web)$/.test(words[first - 3]?.lower ?? '');
}

/** The last of up to four words that may be a street's name, and a house number behind them; null if there is none. */
function nameRunEnd(words: readonly Word[], from: number): number | null {
  let at = from;
  while (at < from + MAX_NAME_WORDS && isNamePart(words, at) && !words[at]?.newLine) at++;
  if (at === from) return null;
  return words[at]?.type === 'digits' && !words[at]?.newLine ? at : at - 1;
}

/** A unit without its street: "Suite 245", "apartment 5 b". */
export function findUnits(reading: Reading): Finding[] {
  return reading.words.flatMap((word, at) => {
    if (!LONE_UNIT_WORDS.has(word.lower)) return [];
    const last = unitEnd(reading, at);
    return last === null ? [] : [wordsFinding(reading, at, last, 'ADDRESS', 'address.unit', 0.7)];
  });
}

const LONE_UNIT_WORDS: ReadonlySet<string> = new Set(['apartment', 'apt', 'suite', 'ste']);
const UNIT_WORDS: ReadonlySet<string> = new Set(['apartment', 'apt', 'unit', 'suite', 'ste', '#', 'floor', 'fl', 'lot', 'bldg', 'building', 'trailer']);

/** The last word of ", apartment 5 b" or "# 12", or null. */
function unitEnd({ words, codes }: Reading, from: number): number | null {
  let at = from;
  while (at < from + 2 && (words[at]?.text === ',' || words[at]?.text === '.')) at++;
  if (!UNIT_WORDS.has(words[at]?.lower ?? '')) return null;
  at++;
  if (words[at]?.text === '.' || words[at]?.text === '#') at++;
  if (words[at]?.lower === 'number') at++;
  const code = codeAt(codes, at);
  if (code) return code.chars.length <= 8 ? code.last : null;
  const word = words[at];
  return word && (word.text.length === 1 || word.type === 'digits') && word.type !== 'mark' ? at : null;
}

const MAX_CITY_WORDS = 3;

/** After the street: the last word of "in springfield illinois", ", Springfield, IL"; null if no state follows within three words. */
function cityEnd(words: readonly Word[], last: number): number | null {
  let at = last + 1;
  while (at <= last + 2 && (words[at]?.text === ',' || words[at]?.text === '.' || words[at]?.lower === 'in')) at++;
  for (let count = 0; count <= MAX_CITY_WORDS; count++, at++) {
    const state = count > 0 || words[at]?.type === 'letters' ? stateStartingAt(words, words[at]?.text === ',' ? at + 1 : at) : null;
    if (state) return secondStateEnd(words, state.last) ?? state.last;
    const word = words[at];
    if (word?.type !== 'letters' || (COMMON_WORDS.has(word.lower) && !NAME_WORDS.has(word.lower))) return null;
  }
  return null;
}

/** "Washington, DC", "new york new york": the first was the city. */
function secondStateEnd(words: readonly Word[], last: number): number | null {
  return stateStartingAt(words, words[last + 1]?.text === ',' ? last + 2 : last + 1)?.last ?? null;
}

const BOX = /(?<![A-Za-z])p\.? ?o\.? box (?:number |# ?)?/gi;

/** "P.O. Box 123", "p o box one two three". */
export function findBoxes(reading: Reading): Finding[] {
  if (!/box/i.test(reading.text)) return [];
  return Array.from(reading.text.matchAll(BOX), (match): Finding | null => {
    const code = codeAt(reading.codes, wordAt(reading, match.index + match[0].length));
    if (!code) return null;
    return { ...wordsFinding(reading, code.first, code.last, 'ADDRESS', 'address.box', 0.9), start: match.index };
  }).filter((finding) => finding !== null);
}
