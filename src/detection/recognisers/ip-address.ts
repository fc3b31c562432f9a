import { matchesOf } from '../matches.ts';
import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import { findCuedIps } from './cued-ip.ts';
import { wordsFinding } from './ranges.ts';

/** IP addresses: v4, v6 in any notation of RFC 4291, with port and zone (RFC 4007), and v4 spoken with "dot" or "point". */
export const ipAddress: Recogniser = {
  name: 'ip_address',
  passes: ['regex'],
  find: (reading) => [
    ...(reading.hasDigits ? findV4(reading.text) : []),
    ...findV6(reading.text),
    ...findSpoken(reading),
    ...findCuedIps(reading),
  ],
};

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const V4 = new RegExp(`(?<![\\w.])${OCTET}(?:\\.${OCTET}){3}(?::\\d{1,5}|/\\d{1,2})?(?!\\w|\\.\\d)`, 'g');
const V4_WHOLE = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** Written so that nothing makes a link of it: `203[.]0[.]113[.]77`, `203(dot)0(dot)113(dot)77`. */
const DEFANGED = new RegExp(`(?<![\\w.])${OCTET}(?: ?[\\[({] ?(?:\\.|dot) ?[\\])}] ?${OCTET}){3}(?!\\w)`, 'gi');

function findV4(text: string): Finding[] {
  return [...matchesOf(V4, text), ...matchesOf(DEFANGED, text)].map((match) =>
    ipFinding(match.index, match.index + match[0].length, 'v4'),
  );
}

const V6_UNIT = /[0-9A-Fa-f:.]/;
const MAX_V6 = 45;

/** Looks at each stretch of hexadecimal digits, colons and points that has a colon, once. */
function findV6(text: string): Finding[] {
  const findings: Finding[] = [];
  let done = 0;
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', Math.max(done, colon + 1))) {
    let start = colon;
    while (start > done && V6_UNIT.test(text.charAt(start - 1))) start--;
    let end = colon;
    while (end < text.length && V6_UNIT.test(text.charAt(end))) end++;
    done = end;
    if (end - start > MAX_V6 + 1 || /\w/.test(text.charAt(start - 1)) || /[\w-]/.test(text.charAt(end))) continue;
    const address = text.slice(start, end).replace(/(?<!:)[:.]$|\.$/, '');
    if (!isV6(address)) continue;
    end = start + address.length;
    end += /^(?:%[A-Za-z0-9]{1,15})?(?:\/\d{1,3}(?!\d))?/.exec(text.slice(end, end + 20))?.[0].length ?? 0;
    findings.push(withPort(text, start, end));
  }
  return findings;
}

/** [2001:db8::1]:443 */
function withPort(text: string, start: number, end: number): Finding {
  const port = text.charAt(start - 1) === '[' ? /^\]:\d{1,5}(?!\d)/.exec(text.slice(end, end + 8))?.[0] : undefined;
  return port === undefined ? ipFinding(start, end, 'v6') : ipFinding(start - 1, end + port.length, 'v6');
}

/** RFC 4291 2.2: eight groups, "::" for a run of zero groups, the last two groups perhaps as IPv4. */
function isV6(address: string): boolean {
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1)?.at(-1) ?? '';
  const hasV4 = V4_WHOLE.test(last);
  const flat = groups.flat();
  const plain = hasV4 ? flat.slice(0, -1) : flat;
  if (!plain.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  const count = plain.length + (hasV4 ? 2 : 0);
  if (halves.length === 1) return count === 8;
  // "::" alone, a::b and other scraps are code or punctuation; an address has a digit and some groups.
  return (
    count <= 7 && /\d/.test(address) && (count >= 3 || /^(?:::1|fe80::|fd|fc|2[0-9a-f]{3}:|::ffff:)/i.test(address))
  );
}

function ipFinding(start: number, end: number, rule: string): Finding {
  return { start, end, kind: 'IP_ADDRESS', confidence: 0.95, validated: true, recogniser: `ip_address.${rule}` };
}

function findSpoken(reading: Reading): Finding[] {
  const { codes, words } = reading;
  const findings: Finding[] = [];
  for (let index = 0; index + 3 < codes.length; index++) {
    const [a, b, c, d] = [codes[index], codes[index + 1], codes[index + 2], codes[index + 3]];
    if (!a || !b || !c || !d) break;
    const joint = words[a.last + 1]?.lower;
    if (joint !== 'dot' && joint !== 'point') continue;
    const octets = [a, b, c, d].every(
      (code) => code.letters === 0 && code.digits.length <= 3 && Number(code.digits) <= 255,
    );
    const joined = [a, b, c].every((code, n) => {
      const next = codes[index + n + 1];
      const between = words[code.last + 1]?.lower;
      return next?.first === code.last + 2 && (between === 'dot' || between === 'point');
    });
    if (!octets || !joined) continue;
    findings.push(wordsFinding(reading, a.first, d.last, 'IP_ADDRESS', 'ip_address.spoken', 0.9, true));
    index += 3;
  }
  return findings;
}
