/**
 * Where the egress check lets a known value stand: in encoded bytes, in the name of the model, in a number that is a
 * setting, in what the policy allows.
 */
import { settingNumbers } from './egress-settings.ts';
import { isEncodedBytes, payloadStart } from '../request/encoded-bytes.ts';
import { stringEnd } from '../../json/json-text.ts';

/** A form that stands in a body. */
export interface Found {
  /** The number of the value. */
  readonly value: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Whether it is no value but a text that may stand. */
  readonly isAllowed: boolean;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What was found, but for what may stand where it does. Linear in the text, and quick where nothing was found. */
export function withoutExempt(text: string, found: readonly Found[]): Found[] {
  const hits = found.filter(({ isAllowed }) => !isAllowed);
  if (hits.length === 0) return hits;
  const allowed = outermost(found.filter(({ isAllowed }) => isAllowed));
  const model = modelName(text);
  const encoded = encodedBytes(text);
  const settings = settingNumbers(text);
  return hits.filter(
    (hit) => !isWithin(hit, model) && !encoded(hit) && !isWithinOneOf(hit, allowed) && !isWithinOneOf(hit, settings),
  );
}

/** The ranges that stand in no other, in order. */
function outermost(ranges: readonly Range[]): Range[] {
  const kept: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (range.end > (kept.at(-1)?.end ?? -1)) kept.push(range);
  }
  return kept;
}

/** `ranges` are in order of their starts and of their ends: the last that begins in time reaches furthest. */
function isWithinOneOf(hit: Range, ranges: readonly Range[]): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.start ?? 0) <= hit.start) low = middle + 1;
    else high = middle;
  }
  return isWithin(hit, ranges[low - 1] ?? null);
}

function isWithin({ start, end }: Range, range: Range | null): boolean {
  return range !== null && range.start <= start && end <= range.end;
}

/**
 * Returns a function that is true for a hit inside a string of encoded bytes. Such bytes may spell any word by chance. A hit
 * that is the whole string, but for the head of a data: URL, padding and marks at its ends, is no chance. Each string is read
 * once.
 */
function encodedBytes(text: string): (hit: Range) => boolean {
  let last: Range & { readonly letters: Range | null } = { start: 0, end: 0, letters: null };
  return (hit) => {
    if (!isWithin(hit, last)) {
      const start = text.lastIndexOf('"', hit.start) + 1;
      const quote = text.indexOf('"', hit.end);
      const end = quote === -1 ? text.length : quote;
      const string = text.slice(start, end);
      const isEncoded = text.charAt(start - 1) === '"' && isEncodedBytes(string);
      last = { start, end, letters: isEncoded ? lettersOf(text, start + payloadStart(string), end) : null };
    }
    const { letters } = last;
    return isWithin(hit, letters) && (hit.start > (letters?.start ?? 0) || hit.end < (letters?.end ?? 0));
  };
}

/** The string from its first letter or digit to its last. */
function lettersOf(text: string, start: number, end: number): Range {
  const isMark = (at: number): boolean => !/[A-Za-z0-9]/.test(text.charAt(at));
  let [first, last] = [start, end];
  while (first < last && isMark(first)) first += 1;
  while (last > first && isMark(last - 1)) last -= 1;
  return { start: first, end: last };
}

/** The string of the body's own `model`, which the proxy has checked; null where there is none. */
function modelName(text: string): Range | null {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') {
      const end = stringEnd(text, at);
      const value =
        depth === 1 && text.slice(at, end + 1) === '"model"' ? /^\s*:\s*"/.exec(text.slice(end + 1, end + 100)) : null;
      if (value !== null) {
        const start = end + 1 + value[0].length;
        return { start, end: stringEnd(text, start - 1) };
      }
      at = end;
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
  }
  return null;
}
