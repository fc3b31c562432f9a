import { matchesOf } from '../matches.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import { BOUNDARY_WORDS } from '../vocabulary/boundary-words.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { DOUBTFUL_DOMAINS, SPOKEN_JOINTS, TOP_LEVEL_DOMAINS, WRITTEN_DOMAINS } from '../vocabulary/domains.ts';
import type { Word } from '../words.ts';
import { spokenHostEnd } from './host-name.ts';
import { codeAt, wordsFinding } from './ranges.ts';
import { spelledStart, spokenNameStart } from './spoken-name.ts';

/** Web addresses: with a scheme or www, bare hosts with a well-known suffix, and spoken ("my chart dot com slash login"). */
export const url: Recogniser = {
  name: 'url',
  passes: ['regex'],
  find: (reading) => [...findWithScheme(reading.text), ...findBareHosts(reading.text), ...findSpoken(reading)],
};

const WITH_SCHEME = /(?<![a-z0-9])(?:(?:https?|ftps?|sftp|wss?|file|tel|sip):\/\/|www\.)[^\s<>"'`{}|\\^]{2,2048}/gi;

function findWithScheme(text: string): Finding[] {
  if (!text.includes('://') && !/www\./i.test(text)) return [];
  return matchesOf(WITH_SCHEME, text).map((match) =>
    urlFinding(match.index, match.index + trimEnd(match[0]).length, 'url.scheme', 0.97),
  );
}

/** Full stops after an address, and closing brackets without their opening ones, belong to the sentence. */
function trimEnd(address: string): string {
  let open = 0;
  for (const character of address) open += character === '(' ? 1 : character === ')' ? -1 : 0;
  let end = address.length;
  while (end > 0) {
    const last = address.charAt(end - 1);
    if (!/[.,;:!?)\]]/.test(last) || (last === ')' && open >= 0)) break;
    if (last === ')') open++;
    end--;
  }
  return address.slice(0, end);
}

const HOST_UNIT = /[A-Za-z0-9.-]/;

/** Walks from full stop to full stop, each stretch of host characters once. */
function findBareHosts(text: string): Finding[] {
  const findings: Finding[] = [];
  let done = 0;
  for (let dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', Math.max(done, dot + 1))) {
    // The full stop of a sentence.
    if (!HOST_UNIT.test(text.charAt(dot + 1))) continue;
    let start = dot;
    while (start > done && HOST_UNIT.test(text.charAt(start - 1))) start--;
    let end = dot;
    while (end < text.length && HOST_UNIT.test(text.charAt(end))) end++;
    done = end;
    const host = text.slice(start, end).replace(/^[.-]{1,8}|[.-]{1,8}$/g, '');
    if (text.charAt(start - 1) === '@' || text.charAt(end) === '@' || !isHost(host, text.charAt(end) === '/')) continue;
    const first = text.indexOf(host, start);
    findings.push(urlFinding(first, pathEnd(text, first + host.length), 'url.host', 0.85));
  }
  return findings;
}

function isHost(host: string, hasPath: boolean): boolean {
  if (host.length > 253 || host.length < 4) return false;
  const suffix = host.slice(host.lastIndexOf('.') + 1);
  const lower = suffix.toLowerCase();
  const known = WRITTEN_DOMAINS.has(lower);
  if (!known && !DOUBTFUL_DOMAINS.has(lower)) return false;
  const labels = host.split('.');
  // "done.Co" is two sentences: a suffix is written in lower case, or all in capitals.
  if (labels.length < 2 || (suffix !== lower && suffix !== suffix.toUpperCase())) return false;
  if (!known && !hasPath && labels.length < 3) return false;
  // com.example.app names a package.
  if (labels.length > 2 && /^(?:com|org|net|io)$/.test(labels[0] ?? '')) return false;
  if (!labels.every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label))) return false;
  return (labels.at(-2)?.length ?? 0) > 1 && /[A-Za-z]/.test(labels.at(-2) ?? '');
}

function pathEnd(text: string, hostEnd: number): number {
  const path = /^(?::\d{1,5})?(?:[/?#][^\s<>"'`{}|\\^]{0,2048})?/.exec(text.slice(hostEnd, hostEnd + 2100))?.[0] ?? '';
  return hostEnd + trimEnd(path).length;
}

function urlFinding(start: number, end: number, recogniser: string, confidence: number): Finding {
  return { start, end, kind: 'URL', confidence, validated: false, recogniser };
}

// Where the name of a site begins: after these words, at most so many words before the dot.
const BEFORE_SITE: ReadonlySet<string> = new Set([
  'to',
  'at',
  'is',
  "'s",
  'visit',
  'website',
  'site',
  'on',
  'into',
  'portal',
  'page',
  'via',
  'use',
  'from',
  'check',
  ':',
  ',',
  'and',
  'or',
]);
// "look at this dot com": no name of a site.
const NOT_SITES: ReadonlySet<string> = new Set([
  'this',
  'that',
  'the',
  'a',
  'an',
  'some',
  'any',
  'every',
  'whole',
  'old',
]);
const MAX_SITE_WORDS = 6;
const MAX_JOINED_WORDS = 8;

function findSpoken(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let dot = 1; dot < words.length; dot++) {
    if (words[dot]?.lower !== 'dot' || !isLabel(words[dot - 1]) || NOT_SITES.has(words[dot - 1]?.lower ?? '')) continue;
    const last = spokenHostEnd(words, dot - 1);
    if (last === null || !(TOP_LEVEL_DOMAINS.has(words[last]?.lower ?? '') || words[last]?.text.length === 1)) continue;
    const start = siteStart(words, dot - 1);
    findings.push(
      wordsFinding(reading, schemeStart(words, start), spokenPathEnd(reading, last), 'URL', 'url.spoken', 0.8),
    );
    dot = last;
  }
  return findings;
}

function siteStart(words: readonly Word[], label: number): number {
  let start = label;
  while (
    start >= 2 &&
    label - start < MAX_JOINED_WORDS &&
    SPOKEN_JOINTS.has(words[start - 1]?.lower ?? '') &&
    isLabel(words[start - 2])
  )
    start -= 2;
  for (let at = start; at > 0 && start - at < MAX_SITE_WORDS; at--) {
    if (BEFORE_SITE.has(words[at - 1]?.lower ?? '') && !isAsked(words, at - 1)) return at;
    if (!isLabel(words[at - 1]) || words[at]?.newLine) break;
  }
  return spokenNameStart(words, label) ?? spelledStart(words, label);
}

/** "what is my i p": the verb belongs to the name. */
function isAsked(words: readonly Word[], at: number): boolean {
  return words[at]?.lower === 'is' && words[at - 1]?.lower === 'what' && words[at + 1]?.lower === 'my';
}

/** "https colon slash slash", "h t t p s ...". */
function schemeStart(words: readonly Word[], start: number): number {
  let at = start - 1;
  if (words[at]?.lower !== 'slash') return start;
  while (at > start - 4 && (words[at]?.lower === 'slash' || words[at]?.lower === 'colon' || words[at]?.text === ':'))
    at--;
  if (/^(?:https?|ftp)$/.test(words[at]?.lower ?? '')) return at;
  return start;
}

function isLabel(word: Word | undefined): boolean {
  return word !== undefined && word.type !== 'mark';
}

const MAX_PATH_PARTS = 6;
const MAX_PART_WORDS = 3;

/** "slash login slash four two", "slash p d group": each part a word, its spoken joints, or a code, and words that go on with it. */
function spokenPathEnd({ words, codes }: Reading, last: number): number {
  let end = last;
  for (let parts = 0; parts < MAX_PATH_PARTS && words[end + 1]?.lower === 'slash' && isLabel(words[end + 2]); parts++) {
    const first = end + 2;
    end = codeAt(codes, first)?.last ?? first;
    while (SPOKEN_JOINTS.has(words[end + 1]?.lower ?? '') && isLabel(words[end + 2]))
      end = codeAt(codes, end + 2)?.last ?? end + 2;
    end = partEnd(words, first, end);
  }
  return end;
}

/** After letters, or the "at" of a handle, the words up to a boundary; after a word only those that are no common ones. */
function partEnd(words: readonly Word[], first: number, last: number): number {
  const begun = words[last]?.text.length === 1 || words[first]?.lower === 'at';
  for (let at = last + 1; at <= last + MAX_PART_WORDS + 1; at++) {
    const word = words[at];
    const ends =
      word === undefined ||
      word.type === 'mark' ||
      word.newLine ||
      word.lower === 'slash' ||
      BOUNDARY_WORDS.has(word.lower);
    if (ends || (!begun && COMMON_WORDS.has(word.lower))) return at - 1;
  }
  return last;
}
