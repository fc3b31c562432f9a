/** Results, vital signs, doses and ranges: numbers that measure something. */
import { quantityEnd } from '../quantities.ts';
import type { Reading } from '../reading.ts';
import { codeAt } from '../recognisers/ranges.ts';
import { isUnit } from '../units.ts';
import { LAB_NAMES, SHORT_LAB_NAMES } from '../vocabulary/lab-names.ts';
import type { Word } from '../words.ts';
import { PhraseIndex } from './phrase-index.ts';
import type { PublicWords } from './public-words.ts';

const LABS = new PhraseIndex(LAB_NAMES);
const BETWEEN: ReadonlySet<string> = new Set(
  'is was were of at came back level levels count result results value reading now still about around up down to today only over like roughly : = > < ~ ( # - under above below between from'.split(
    ' ',
  ),
);
const RANGE: ReadonlySet<string> = new Set(['-', '/', 'to', 'over', 'and']);
const MOST_BETWEEN = 4;
/** Short names that nothing else has. */
const SURE_SHORT: ReadonlySet<string> = new Set(['HR', 'RR', 'BP', 'Hgb', 'Hct', 'Phos', 'Bicarb', 'Trop']);
/** Names of results that are written one behind the other: "ABG 7.38/42/88/24". */
const GASES = /^(?:abg|vbg|abgs|vbgs|gas)$/;
const LEAST_OF_GAS = 3;
const MOST_IN_SERIES = 20;
/** Words between a measurement and a range that is one only because of it. */
const NEAR = 12;
/** A result has at most so many digits; longer numbers are somebody's. */
const MOST_DIGITS = 7;

interface Measured {
  readonly first: number;
  readonly last: number;
  /** Whether the words are a measurement by themselves, and not only among others. */
  readonly sure: boolean;
}

/** The measurements of the text, each from the name of what is measured, if there is one, to its unit. */
export function findMeasurements(reading: Reading): PublicWords[] {
  const { words } = reading;
  const found: Measured[] = [];
  for (let at = 0; at < words.length; at++) {
    const measured = readGas(reading, at) ?? readScores(words, at) ?? readResult(reading, at) ?? readRange(reading, at);
    if (measured === null) continue;
    found.push(measured);
    at = measured.last;
  }
  return chains(words, found).map(({ first, last }) => ({ first, last, rule: 'measurement', explainsNumber: true }));
}

/** Keeps measurements that are sure, and those in a row with a sure one: "Na 138 K 4.2 Cl 102". */
function chains(words: readonly Word[], found: readonly Measured[]): Measured[] {
  const kept: Measured[] = [];
  for (let at = 0; at < found.length;) {
    let end = at + 1;
    while (end < found.length && isNext(words, found[end - 1]?.last ?? 0, found[end]?.first ?? 0)) end++;
    const chain = found.slice(at, end);
    const lastKept = kept.at(-1);
    const isNear = lastKept !== undefined && (chain[0]?.first ?? 0) - lastKept.last <= NEAR && isRange(words, chain);
    if (isNear || chain.some(({ sure }) => sure)) kept.push(...chain);
    at = end;
  }
  return kept;
}

function isRange(words: readonly Word[], chain: readonly Measured[]): boolean {
  return chain.every(({ first }) => words[first]?.type === 'digits');
}

function isNext(words: readonly Word[], last: number, first: number): boolean {
  for (let at = last + 1; at < first; at++)
    if (!/^(?:[,;|/.]|and|with|then|or)$/.test(words[at]?.lower ?? '')) return false;
  return first - last <= 3;
}

/** "BUN 14", "platelets were 250,000", "oxygen is ninety six": a name, words between, a number, a unit. */
function readResult(reading: Reading, first: number): Measured | null {
  const { words } = reading;
  const named = LABS.endAt(words, first);
  const isShort = named === null && SHORT_LAB_NAMES.has(words[first]?.text ?? '');
  if (named === null && !isShort) return null;
  let at = (named ?? first) + 1;
  if (isShort && words[at]?.type !== 'digits' && words[at]?.text !== ':') return null;
  for (
    let passed = 0;
    passed < MOST_BETWEEN && BETWEEN.has(words[at]?.lower ?? '') && words[at]?.newLine === false;
    passed++
  )
    at++;
  const end = rangeEnd(reading, at);
  if (end === null) return null;
  return {
    first,
    last: isShort ? unitEnd(words, end) : seriesEnd(reading, unitEnd(words, end)),
    sure: !isShort || SURE_SHORT.has(words[first]?.text ?? ''),
  };
}

/** "ABG 7.38/42/88/24", "blood gas 7.41, 38, 90". */
function readGas(reading: Reading, first: number): Measured | null {
  const { words } = reading;
  if (!GASES.test(words[first]?.lower ?? '')) return null;
  let last = first;
  let count = 0;
  for (let at = words[first + 1]?.text === ':' ? first + 2 : first + 1; words[at]?.type === 'digits'; at++) {
    last = quantityEnd(words, at) ?? at;
    count++;
    if (!/^[/,]$/.test(words[last + 1]?.text ?? '')) break;
    at = last + 1;
  }
  return count >= LEAST_OF_GAS ? { first, last, sure: true } : null;
}

/** Questionnaires and what is given for each of their questions. */
const SCORED = /^(?:phq|gad|epds|audit|dast|pcl|promis|moca|mmse|asrs|edinburgh|scores?|answers|responses|ratings)$/;
const LEAST_OF_SCORES = 3;
const HIGHEST_SCORE = 10;

/** "my PHQ answers were 2, 1, 3, 0": one small number after the other, with commas between them. */
function readScores(words: readonly Word[], first: number): Measured | null {
  if (!SCORED.test(words[first]?.lower ?? '')) return null;
  let at = first + 1;
  for (let passed = 0; passed < MOST_BETWEEN; passed++, at++) {
    const lower = words[at]?.lower ?? '';
    if (!BETWEEN.has(lower) && !SCORED.test(lower) && !/^(?:9|7|10|my|the|are)$/.test(lower)) break;
  }
  let last = first;
  let count = 0;
  for (; words[at]?.type === 'digits' && Number(words[at]?.text) <= HIGHEST_SCORE; at += 2) {
    last = at;
    count++;
    if (words[at + 1]?.text !== ',' && words[at + 1]?.lower !== 'and') break;
    if (words[at + 1]?.text === ',' && words[at + 2]?.lower === 'and') at++;
  }
  return count >= LEAST_OF_SCORES ? { first, last, sure: true } : null;
}

/** The word after "two days later", "a week ago", which says when the next result was. */
function laterEnd(words: readonly Word[], at: number): number {
  const [count, unit, when] = words.slice(at, at + 3);
  const isSpan = count !== undefined && /^(?:hours?|days?|weeks?|months?|years?)$/.test(unit?.lower ?? '');
  return isSpan && /^(?:later|ago|after|before)$/.test(when?.lower ?? '') ? at + 3 : at;
}

/** The last word of the results that go on from the word `last`: "250 then 180 then 142". */
function seriesEnd(reading: Reading, last: number): number {
  const { words } = reading;
  let end = last;
  for (let count = 0; count < MOST_IN_SERIES; count++) {
    let next = end + 1;
    while (next <= end + 2 && /^(?:,|then|and|or)$/.test(words[next]?.lower ?? '')) next++;
    const later = laterEnd(words, next);
    const number = words[later];
    const most = later > next ? MOST_DIGITS : 3;
    if (later === end + 1 || number?.type !== 'digits' || number.newLine || number.text.length > most) return end;
    next = later;
    const numbersEnd = rangeEnd(reading, next);
    if (numbersEnd === null || digitsIn(words, next, numbersEnd) > 6) return end;
    end = unitEnd(words, numbersEnd);
  }
  return end;
}

/** "150-200: 2 units", "70-99 mg/dL", "128 over 76": two numbers that a unit or "over" makes a range. */
function readRange(reading: Reading, first: number): Measured | null {
  const { words } = reading;
  if (words[first]?.type !== 'digits' || words[first].text.length > MOST_DIGITS - 1 || isJoined(words, first, -1))
    return null;
  const whole = numberEnd(reading, first);
  if (whole === null) return null;
  const joint = words[whole + 1];
  if (joint === undefined || !RANGE.has(joint.lower) || joint.lower === 'and') return null;
  const last = numberEnd(reading, whole + 2);
  if (last === null || isJoined(words, last, 1)) return null;
  const withUnit = unitEnd(words, last);
  const isPressure = joint.lower === 'over' && digitsIn(words, first, last) <= 6;
  if (withUnit > last || isPressure) return { first, last: withUnit, sure: true };
  if (joint.text !== '-') return null;
  if (words[last + 1]?.text !== ':')
    return isInterval(words, first, last) ? { first, last, sure: isDosed(words, last) } : null;
  const dose = numberEnd(reading, last + 2);
  const doseUnit = dose === null ? null : unitEnd(words, dose);
  return dose === null || doseUnit === null || doseUnit === dose ? null : { first, last: doseUnit, sure: true };
}

/** "100-125": the second number is somewhat larger than the first. */
function isInterval(words: readonly Word[], first: number, last: number): boolean {
  const [from, to] = [words[first]?.text ?? '', words[last]?.text ?? ''];
  return (
    last === first + 2 &&
    from.length >= 2 &&
    to.length <= 3 &&
    Number(from) < Number(to) &&
    Number(to) - Number(from) <= 100
  );
}

/** "151-200 give 2 units": a dose stands right behind. */
function isDosed(words: readonly Word[], last: number): boolean {
  if (/^(?:give|gives|take|takes)$/.test(words[last + 1]?.lower ?? '') && words[last + 2]?.type === 'digits')
    return true;
  for (let at = last + 1; at <= last + 4; at++)
    if (words[at]?.type === 'digits' && isUnit(words[at + 1]?.lower ?? '', words[at + 1]?.glued === true)) return true;
  return false;
}

/** The last word of a number, or of a range of two, that begins with the word; null if none does. */
function rangeEnd(reading: Reading, first: number): number | null {
  const { words } = reading;
  const end = numberEnd(reading, first);
  if (end === null) return null;
  const joint = words[end + 1];
  const second = joint !== undefined && RANGE.has(joint.lower) ? numberEnd(reading, end + 2) : null;
  const last = second ?? end;
  return isJoined(words, last, 1) ? null : last;
}

/** The last word of one number of at most seven digits: written, with thousands, decimal or spoken. */
function numberEnd(reading: Reading, first: number): number | null {
  const { words } = reading;
  const word = words[first];
  if (word === undefined) return null;
  if (word.type !== 'digits') {
    const code = codeAt(reading.codes, first);
    return code !== null && code.letters === 0 && code.spoken > 0 && code.digits.length <= 4 ? code.last : null;
  }
  const last = quantityEnd(words, first) ?? first;
  return digitsIn(words, first, last) <= MOST_DIGITS ? last : null;
}

function digitsIn(words: readonly Word[], first: number, last: number): number {
  let digits = 0;
  for (let at = first; at <= last; at++) if (words[at]?.type === 'digits') digits += words[at]?.text.length ?? 0;
  return digits;
}

/** Whether more digits or letters are written together with the number. */
function isJoined(words: readonly Word[], at: number, step: 1 | -1): boolean {
  const glued = step === 1 ? words[at + 1]?.glued === true : words[at]?.glued === true;
  const near = words[at + step];
  if (!glued || near === undefined) return false;
  if (near.type === 'letters') return !isUnit(near.lower, true);
  if (near.type !== 'mark') return true;
  const beyondGlued = step === 1 ? words[at + 2]?.glued === true : near.glued;
  return beyondGlued && /^[-/.]$/.test(near.text) && words[at + 2 * step]?.type === 'digits';
}

/** The last word of the unit after the word `last`: "mg/dL", "%", "pounds"; `last` itself if there is none. */
function unitEnd(words: readonly Word[], last: number): number {
  const unit = words[last + 1];
  if (unit === undefined || unit.newLine) return last;
  if (unit.text === '%') return last + 1;
  const isPer = words[last + 2]?.text === '/' && words[last + 2]?.glued === true && words[last + 3]?.glued === true;
  if (unit.type === 'letters' && unit.text.length <= 6 && isPer) return last + 3;
  return isUnit(unit.lower, unit.glued) ? last + 1 : last;
}
