import { matchesOf } from '../matches.ts';
import type { Finding } from '../recogniser.ts';

// A toll-free area code, or any area code and exchange, before letters in capitals.
const START =
  /(?<![\w-])(?:\+?1[-. ]?)?(?:\(?8(?:00|33|44|55|66|77|88)\)?[-. ]?|\(?[2-9]\d\d\)?[-. ]\d{3}[-. ]|\([2-9]\d\d\) ?(?=[A-Z]{2,7}-))(?=[A-Z0-9]{1,8}[A-Z -])/g;
const MIN_LETTERS = 3;
const MAX_LETTERS = 12;

/** Numbers that spell words: 1-800-FLOWERS, 1 800 GO FEDEX, 415-555-CARE. Capitals only: "1 800 people" is none. */
export function findVanityNumbers(text: string): Finding[] {
  if (!/[2-9]\d\d\)?[-. ]?[A-Z0-9]{1,8}[-. A-Z]/.test(text)) return [];
  const findings: Finding[] = [];
  for (const match of matchesOf(START, text)) {
    const end = lettersEnd(
      text,
      match.index + match[0].length,
      /\d{3}[-. ]$/.test(match[0]) && /\d{3}\)?[-. ]\d{3}/.test(match[0]) ? 4 : 7,
    );
    if (end !== null)
      findings.push({
        start: match.index,
        end,
        kind: 'PHONE',
        confidence: 0.8,
        validated: false,
        recogniser: 'phone.vanity',
      });
  }
  return findings;
}

/** The end of at least so many capitals and digits, over single spaces and hyphens; null if they are fewer, or hardly any letters. */
function lettersEnd(text: string, from: number, least: number): number | null {
  let count = 0;
  let letters = 0;
  let end = from;
  for (let at = from; at < text.length && count < MAX_LETTERS; at++) {
    const character = text.charAt(at);
    if (/[A-Z]/.test(character)) letters++;
    else if (!/\d/.test(character)) {
      if (!/[ -]/.test(character) || count >= least || !/[A-Z0-9]/.test(text.charAt(at + 1))) break;
      continue;
    }
    count++;
    end = at + 1;
  }
  if (count < least || letters < MIN_LETTERS || /\w/.test(text.charAt(end))) return null;
  return end;
}
