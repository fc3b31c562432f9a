import { nanp } from '../checksums.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { claimConfidence } from './claimed-codes.ts';
import { wordsFinding } from './ranges.ts';

/**
 * Telephone and fax numbers: North American by its numbering plan, international with "+" (E.164: up to 15 digits), any
 * other and seven digits after a cue; written or spoken, with extension.
 */
export const phone: Recogniser = {
  name: 'phone',
  passes: ['regex'],
  find(reading) {
    const findings: Finding[] = [];
    reading.codes.forEach((code, index) => {
      const finding = recognise(reading, code);
      if (finding) findings.push(withExtension(reading, index, code, finding));
    });
    return findings;
  },
};

function recognise(reading: Reading, code: Code): Finding | null {
  if (code.letters > 0 || code.digits.length < 7 || code.digits.length > 15) return null;
  const claim = reading.claims.get(code);
  const valid = nanp(code.digits);
  if (claim && (claim.cue.kind === 'PHONE' || claim.cue.kind === 'FAX')) {
    return wordsFinding(reading, code.first, code.last, claim.cue.kind, 'phone.cue', claimConfidence(claim), valid);
  }
  if (code.quantity || claim?.cue.strong || claim?.linked) return null;
  const found = (rule: string, confidence: number) => wordsFinding(reading, code.first, code.last, 'PHONE', `phone.${rule}`, confidence, valid);
  if (hasPlus(reading, code)) return code.digits.length >= 8 ? found('e164', 0.9) : null;
  const national = code.digits.replace(/^1(?=\d{10}$)/, '');
  const grouped = /^(?:1,)?(?:3,3,4|3,7|3,3,1,1,1,1)$/.test(code.groups.join(','));
  if (national.length === 10 && (valid || ((grouped || code.groups.length >= 5) && /^[2-9]/.test(national)))) return found('nanp', valid ? 0.85 : 0.75);
  if (code.digits.length === 7 && /^[2-9]/.test(code.digits)) {
    if (code.groups.join(',') === '3,4' && isDashed(reading, code)) return found('local', 0.7);
    if (code.spoken >= 5) return found('local', 0.6);
  }
  return null;
}

/** Whether a plus, written or said, makes the code an international telephone number. */
export function hasPlus(reading: Reading, code: Code): boolean {
  const { words } = reading;
  const [before, first, second] = [words[code.first - 1], words[code.first], words[code.first + 1]];
  return first?.text === '+' || first?.lower === 'plus' || before?.text === '+' || (first?.text === '(' && second?.text === '+');
}

/** Written 555-1234 or 555.1234, not as two numbers. */
function isDashed(reading: Reading, code: Code): boolean {
  return code.last - code.first === 2 && reading.words[code.first + 1]?.type === 'mark';
}

const EXTENSION_WORDS: ReadonlySet<string> = new Set(['x', 'ext', 'extn', 'extension']);
const EXTENSION_LINKS: ReadonlySet<string> = new Set(['.', ':', '#', 'number', 'is']);

/** "..., extension four two", "x42", "ext. 42": up to six digits belong to the number. */
function withExtension(reading: Reading, index: number, code: Code, finding: Finding): Finding {
  const { words } = reading;
  let at = code.last + 1;
  if (words[at]?.text === ',') at++;
  const next = reading.codes[index + 1];
  if (!next || !EXTENSION_WORDS.has(words[at]?.lower ?? '')) return finding;
  const isGluedToX = next.first === at && /^X\d{1,6}$/.test(next.chars);
  for (at++; at < next.first && EXTENSION_LINKS.has(words[at]?.lower ?? '');) at++;
  const isExtension = isGluedToX || (at === next.first && next.letters === 0 && next.digits.length <= 6);
  return isExtension ? { ...finding, end: words[next.last]?.end ?? finding.end } : finding;
}
