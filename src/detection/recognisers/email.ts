import type { Finding, Recogniser } from '../recogniser.ts';
import { findSpokenEmails } from './spoken-email.ts';

/** E-mail addresses: written (RFC 5321 sizes and characters), spoken ("j dot smith at gmail dot com"), spelled letter by letter, and mixtures. */
export const email: Recogniser = {
  name: 'email',
  passes: ['regex'],
  find: (reading) => [...findWritten(reading.text), ...findSpokenEmails(reading)],
};

const MAX_LOCAL = 64;
const MAX_DOMAIN = 255;
// Host names have no underscore; names in private zones do.
const DOMAIN = /^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?\.){1,8}(?:[\p{L}]{2,24}|xn--[a-z0-9-]{2,59})$/u;
// Instead of a name: 192.0.2.1 or [192.0.2.1] or [IPv6:2001:db8::1] (RFC 5321 4.1.3).
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9a-f:.]{2,45})\])/i;
const LOCAL_UNIT = /[\p{L}\p{N}._%+'&~!#$*?^`{|}-]/u;
const DOMAIN_UNIT = /[\p{L}\p{N}._-]/u;
// Allowed in a mailbox, but before one these are markdown, a list, a template.
const NOT_FIRST = /[.'`!#$%&*?^{|}~-]/;

function findWritten(text: string): Finding[] {
  const findings: Finding[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at);
    const end = start === null ? null : domainEnd(text, at + 1);
    if (start !== null && end !== null)
      findings.push({ start, end, kind: 'EMAIL', confidence: 0.97, validated: false, recogniser: 'email.written' });
  }
  return findings;
}

function localStart(text: string, at: number): number | null {
  if (text.charAt(at - 1) === '"') return quotedStart(text, at - 1);
  let start = at;
  while (start > 0 && at - start < MAX_LOCAL && LOCAL_UNIT.test(text.charAt(start - 1))) start--;
  while (start < at && NOT_FIRST.test(text.charAt(start))) start++;
  return start < at ? start : null;
}

/** "john doe"@example.com */
function quotedStart(text: string, close: number): number | null {
  for (let start = close - 1; start >= 0 && close - start < MAX_LOCAL; start--) {
    const character = text.charAt(start);
    if (character === '\n' || character === '@') return null;
    if (character === '"') return start < close - 1 ? start : null;
  }
  return null;
}

function domainEnd(text: string, from: number): number | null {
  const address = /[\d[]/.test(text.charAt(from)) ? ADDRESS.exec(text.slice(from, from + 60)) : null;
  if (address) return from + address[0].length;
  let end = from;
  while (end < text.length && end - from <= MAX_DOMAIN && DOMAIN_UNIT.test(text.charAt(end))) end++;
  while (end > from && /[.-]/.test(text.charAt(end - 1))) end--;
  return DOMAIN.test(text.slice(from, end)) ? end : null;
}
