import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import { SPOKEN_JOINTS, TOP_LEVEL_DOMAINS, WRITTEN_DOMAINS } from '../vocabulary/domains.ts';
import type { Word } from '../words.ts';
import { spokenHostEnd } from './host-name.ts';
import { wordsFinding } from './ranges.ts';

/** Web addresses: with a scheme or www, bare hosts with a well-known suffix, and spoken ("my chart dot com slash login"). */
export const url: Recogniser = {
  name: 'url',
  passes: ['regex'],
  find: (reading) => [...findWithScheme(reading.text), ...findBareHosts(reading.text), ...findSpoken(reading)],
};

/** Pictures inside a text: data: URLs of an image type. */
export const photo: Recogniser = {
  name: 'photo',
  passes: ['regex'],
  find: ({ text }) =>
    Array.from(text.matchAll(/data:image\/[a-z0-9.+-]{1,40}(?:;[a-z0-9=-]{1,40}){0,3},[A-Za-z0-9+/=%_-]*/gi), (match) => ({
      start: match.index,
      end: match.index + match[0].length,
      kind: 'PHOTO',
      confidence: 0.99,
      validated: true,
      recogniser: 'photo.data_url',
    })),
};

const WITH_SCHEME = /(?<![a-z0-9])(?:(?:https?|ftps?|sftp|wss?|file|tel|sip):\/\/|www\.)[^\s<>"'`{}|\\^]{2,2048}/gi;

function findWithScheme(text: string): Finding[] {
  if (!text.includes('://') && !/www\./i.test(text)) return [];
  return Array.from(text.matchAll(WITH_SCHEME), (match) => urlFinding(match.index, match.index + trimEnd(match[0]).length, 'url.scheme', 0.97));
}

/** Full stops and closing brackets after an address belong to the sentence. */
function trimEnd(address: string): string {
  let end = address.length;
  while (end > 0 && /[.,;:!?)\]]/.test(address.charAt(end - 1))) end--;
  return address.slice(0, end);
}

const HOST_UNIT = /[A-Za-z0-9.-]/;

/** Walks from full stop to full stop, each stretch of host characters once. */
function findBareHosts(text: string): Finding[] {
  const findings: Finding[] = [];
  let done = 0;
  for (let dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', Math.max(done, dot + 1))) {
    let start = dot;
    while (start > done && HOST_UNIT.test(text.charAt(start - 1))) start--;
    let end = dot;
    while (end < text.length && HOST_UNIT.test(text.charAt(end))) end++;
    done = end;
    const host = text.slice(start, end).replace(/^[.-]{1,8}|[.-]{1,8}$/g, '');
    if (text.charAt(start - 1) === '@' || text.charAt(end) === '@' || !isHost(host)) continue;
    const first = text.indexOf(host, start);
    findings.push(urlFinding(first, pathEnd(text, first + host.length), 'url.host', 0.85));
  }
  return findings;
}

function isHost(host: string): boolean {
  if (host.length > 253) return false;
  const labels = host.split('.');
  const suffix = labels.at(-1) ?? '';
  // "done.Co" is two sentences: a suffix is written in lower case, or all in capitals.
  if (labels.length < 2 || !WRITTEN_DOMAINS.has(suffix.toLowerCase()) || (suffix !== suffix.toLowerCase() && suffix !== suffix.toUpperCase())) return false;
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
const BEFORE_SITE: ReadonlySet<string> = new Set(['to', 'at', 'is', "'s", 'visit', 'website', 'site', 'on', 'into', 'portal', 'page', 'via', 'use', 'from', 'check', ':', ',', 'and', 'or']);
const MAX_SITE_WORDS = 4;
const MAX_JOINED_WORDS = 8;

function findSpoken(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let dot = 1; dot < words.length; dot++) {
    if (words[dot]?.lower !== 'dot' || !isLabel(words[dot - 1])) continue;
    const last = spokenHostEnd(words, dot - 1);
    if (last === null || !TOP_LEVEL_DOMAINS.has(words[last]?.lower ?? '')) continue;
    findings.push(wordsFinding(reading, siteStart(words, dot - 1), spokenPathEnd(words, last), 'URL', 'url.spoken', 0.8));
    dot = last;
  }
  return findings;
}

function siteStart(words: readonly Word[], label: number): number {
  let start = label;
  while (start >= 2 && label - start < MAX_JOINED_WORDS && SPOKEN_JOINTS.has(words[start - 1]?.lower ?? '') && isLabel(words[start - 2])) start -= 2;
  for (let at = start; at > 0 && start - at < MAX_SITE_WORDS; at--) {
    if (BEFORE_SITE.has(words[at - 1]?.lower ?? '')) return at;
    if (!isLabel(words[at - 1]) || words[at]?.newLine) break;
  }
  while (start > 0 && words[start]?.text.length === 1 && words[start - 1]?.text.length === 1 && isLabel(words[start - 1])) start--;
  return start;
}

function isLabel(word: Word | undefined): boolean {
  return word !== undefined && word.type !== 'mark';
}

/** "slash login", up to four times. */
function spokenPathEnd(words: readonly Word[], last: number): number {
  let end = last;
  for (let parts = 0; parts < 4 && words[end + 1]?.lower === 'slash' && isLabel(words[end + 2]); parts++) end += 2;
  return end;
}
