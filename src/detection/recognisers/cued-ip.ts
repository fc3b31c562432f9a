import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { readBelowHundred, readCardinal } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';

const MAX_BEFORE = 5;
const MAX_WORDS = 28;
const OCTETS = 4;
const LINKS: ReadonlySet<string> = new Set("address is 's was it it's number : = my the that".split(' '));
const MACHINES: ReadonlySet<string> = new Set(
  'host hostname server gateway router workstation machine client'.split(' '),
);
const BETWEEN: ReadonlySet<string> = new Set(', ; / | . - dot point comma period slash and then'.split(' '));

/** Four numbers up to 255 behind a cue, whatever stands between them: "the ip is 10, 44, 7, 201", "ip one ninety two, zero, two, nine". */
export function findCuedIps(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at < words.length; at++) {
    const cue = cueAt(words, at);
    if (cue === null) continue;
    const read = octetsFrom(words, skipLinks(words, cue.end));
    if (read === null || (cue.isMachine && !isPlainly(read.octets))) continue;
    findings.push(wordsFinding(reading, read.first, read.last, 'IP_ADDRESS', 'ip_address.cued', 0.85));
    at = read.last;
  }
  return findings;
}

interface Cue {
  /** The word after the cue. */
  readonly end: number;
  /** It names a machine, which has other numbers too. */
  readonly isMachine: boolean;
}

/** The cue "ip", "i p" or a machine's name at a word. */
function cueAt(words: readonly Word[], at: number): Cue | null {
  const lower = words[at]?.lower ?? '';
  if (lower === 'ip' || MACHINES.has(lower)) return { end: at + 1, isMachine: lower !== 'ip' };
  return lower === 'i' && words[at + 1]?.lower === 'p' ? { end: at + 2, isMachine: false } : null;
}

/** "host 10, 22, 7, 91" is an address, "servers 1, 2, 3, 4" are servers. */
function isPlainly(octets: readonly string[]): boolean {
  return Number(octets[0]) >= 10 && octets.some((octet, n) => n > 0 && Number(octet) >= 32);
}

function skipLinks(words: readonly Word[], from: number): number {
  let at = from;
  while (at < from + MAX_BEFORE && LINKS.has(words[at]?.lower ?? '')) at++;
  return at;
}

/** The first and last word of exactly four numbers with marks, or words for marks, between them; null where they are not four. */
export function octetsFrom(
  words: readonly Word[],
  first: number,
): { readonly first: number; readonly last: number; readonly octets: readonly string[] } | null {
  const octets: string[] = [''];
  let last = first - 1;
  for (let at = first; at < first + MAX_WORDS; at++) {
    const word = words[at];
    if (word === undefined || (word.newLine && at > first)) break;
    const number = numberAt(words, at);
    if (number !== null) {
      octets.push(`${octets.pop() ?? ''}${number.chars}`);
      at = number.next - 1;
      last = at;
    } else if (!BETWEEN.has(word.lower)) break;
    else if (octets.at(-1) !== '') octets.push('');
  }
  const numbers = octets.filter((octet) => octet !== '');
  return numbers.length === OCTETS && numbers.every((octet) => octet.length <= 3 && Number(octet) <= 255)
    ? { first, last, octets: numbers }
    : null;
}

function numberAt(words: readonly Word[], at: number): { readonly chars: string; readonly next: number } | null {
  const word = words[at];
  if (word?.type === 'digits') return { chars: word.text, next: at + 1 };
  // "one ninety two" is read in parts, "one hundred five" as one number.
  const read = words[at + 1]?.lower === 'hundred' ? readCardinal(words, at) : readBelowHundred(words, at);
  return read && { chars: String(read.value), next: read.next };
}
