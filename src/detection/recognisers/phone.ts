import { nanp } from '../checksums.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { claimConfidence } from './claimed-codes.ts';
import { wordsFinding } from './ranges.ts';
import { findVanityNumbers } from './vanity-number.ts';

/**
 * Telephone and fax numbers: North American by its numbering plan, international with "+" or a prefix (E.164: up to 15
 * digits), other countries' by their grouping, any other and seven digits after a cue; written, spoken or in letters
 * (1-800-FLOWERS), with extension.
 */
export const phone: Recogniser = {
  name: 'phone',
  passes: ['regex'],
  find(reading) {
    const findings: Finding[] = [];
    reading.codes.forEach((code, index) => {
      const finding = recognise(reading, code);
      if (finding) findings.push(withExtension(reading, index, code, withCountry(reading, code, finding)));
    });
    return reading.hasDigits ? [...findings, ...findVanityNumbers(reading.text)] : findings;
  },
};

function recognise(reading: Reading, code: Code): Finding | null {
  const length = code.digits.length;
  if (code.letters > 0 || length < 3 || length > 17) return null;
  if (length < 7)
    return length === 3 && code.groups.length <= 3 && isAreaCode(reading, code)
      ? wordsFinding(reading, code.first, code.last, 'PHONE', 'phone.area_code', 0.65)
      : null;
  const claim = reading.claims.get(code);
  const valid = nanp(code.digits);
  if (claim && (claim.cue.kind === 'PHONE' || claim.cue.kind === 'FAX')) {
    return wordsFinding(reading, code.first, code.last, claim.cue.kind, 'phone.cue', claimConfidence(claim), valid);
  }
  if (code.quantity || code.counts || claim?.cue.strong || claim?.linked) return null;
  const found = (rule: string, confidence: number) =>
    wordsFinding(reading, code.first, code.last, 'PHONE', `phone.${rule}`, confidence, valid);
  if (hasPlus(reading, code)) return length >= 8 && length <= 15 ? found('e164', 0.9) : null;
  const national = code.digits.replace(/^1(?=\d{10}$)/, '');
  const groups = code.groups.join(',');
  const grouped = /^(?:1,)?(?:3,3,4|3,7|3,3,1,1,1,1)$/.test(groups);
  if (national.length === 10 && (valid || ((grouped || code.groups.length >= 5) && /^[2-9]/.test(national))))
    return found('nanp', valid ? 0.85 : 0.75);
  if (length === 7 && /^[2-9]/.test(code.digits)) {
    if (groups === '3,4' && isDashed(reading, code)) return found('local', 0.7);
    if (code.spoken >= 5) return found('local', 0.6);
  }
  if (code.spoken > 0) return null;
  if (/^(?:011|0011|00)[1-9]/.test(code.digits) && length >= 11 && code.groups.length >= 3)
    return found('prefixed', 0.75);
  return NATIONAL.some(({ digits, shape }) => digits.test(code.digits) && shape.test(groups))
    ? found('national', 0.6)
    : null;
}

// How numbers are grouped where trunk calls begin with 0 (most of Europe, Africa, Asia), and where they do not.
const NATIONAL: readonly { readonly digits: RegExp; readonly shape: RegExp }[] = [
  {
    digits: /^0[1-9]\d{7,9}$/,
    shape: /^(?:2,2,2,2,2|3,4,4|5,6|5,3,3|4,3,4|4,3,3|3,3,4|3,3,3|3,7|3,3,2,2|4,6|2,4,4|5,5|4,7|3,8|4,5|4,4)$/,
  },
  // India and Pakistan's mobiles, Brazil, Denmark and Norway in pairs, Israel.
  { digits: /^[6-9]\d{9}$/, shape: /^5,5$/ },
  { digits: /^[1-9][1-9]9?\d{8}$/, shape: /^2,[45],4$/ },
  { digits: /^[2-9]\d{7}$/, shape: /^2,2,2,2$/ },
];

/** "area code four one five", and the rest is not said or said later. */
function isAreaCode({ words }: Reading, code: Code): boolean {
  if (!/^[2-9]/.test(code.digits)) return false;
  return (
    (words[code.first - 1]?.lower === 'code' && words[code.first - 2]?.lower === 'area') || isCalledArea(words, code)
  );
}

const CALLED: ReadonlySet<string> = new Set(['.', ',', 'that', 'is', "'s", 'as', 'my', 'the', 'your', 'our']);
const MOST_CALLED = 5;

/** "two one four is my area code", "Two. One. Four. That's the area code." */
function isCalledArea(words: Reading['words'], { last }: Code): boolean {
  let at = last + 1;
  while (at <= last + MOST_CALLED && CALLED.has(words[at]?.lower ?? '')) at++;
  return at > last + 1 && words[at]?.lower === 'area' && words[at + 1]?.lower === 'code';
}

/** Whether a plus, written or said, makes the code an international telephone number. */
export function hasPlus(reading: Reading, code: Code): boolean {
  const { words } = reading;
  const [before, first, second] = [words[code.first - 1], words[code.first], words[code.first + 1]];
  return (
    first?.text === '+' ||
    first?.lower === 'plus' ||
    before?.text === '+' ||
    (first?.text === '(' && second?.text === '+')
  );
}

/** "+1, 7 2 0, 5 5 5, 0 1 5 5": the country code before a pause belongs to the number. */
function withCountry({ words }: Reading, code: Code, finding: Finding): Finding {
  const pause = words[code.first - 1];
  const [plus, country] = [words[code.first - 3], words[code.first - 2]];
  const isCountry = country?.text === '1' || country?.lower === 'one';
  if (plus === undefined || (plus.text !== '+' && plus.lower !== 'plus')) return finding;
  const belongs = isCountry && /^[,;.\-|/]$/.test(pause?.text ?? '') && code.digits.length === 10;
  return belongs ? { ...finding, start: plus.start } : finding;
}

/** Written 555-1234 or 555.1234, not as two numbers. */
function isDashed(reading: Reading, code: Code): boolean {
  return code.last - code.first === 2 && reading.words[code.first + 1]?.type === 'mark';
}

const EXTENSION_WORDS: ReadonlySet<string> = new Set(['x', 'ext', 'extn', 'extension']);
const EXTENSION_LINKS: ReadonlySet<string> = new Set(['.', ':', '#', '=', '-', 'number', 'is', 'uh', 'um']);

/** "..., extension four two", "x42", "ext. 42": up to six digits belong to the number. */
function withExtension(reading: Reading, index: number, code: Code, finding: Finding): Finding {
  const { words } = reading;
  let at = code.last + 1;
  while (
    at < code.last + 4 &&
    (words[at]?.text === ',' ||
      words[at]?.text === '.' ||
      words[at]?.text === ';' ||
      words[at]?.text === '-' ||
      words[at]?.lower === 'and' ||
      words[at]?.lower === 'at' ||
      words[at]?.lower === '(')
  )
    at++;
  const next = reading.codes[index + 1];
  if (!next || !EXTENSION_WORDS.has(words[at]?.lower ?? '')) return finding;
  const isGluedToX = next.first === at && /^X\d{1,6}$/.test(next.chars);
  for (at++; at < next.first && EXTENSION_LINKS.has(words[at]?.lower ?? '');) at++;
  const isExtension = isGluedToX || (at === next.first && next.letters === 0 && next.digits.length <= 6);
  return isExtension ? { ...finding, end: words[next.last]?.end ?? finding.end } : finding;
}
