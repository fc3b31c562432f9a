/** Surrogates of addresses in networks, all in ranges and domains that are reserved for documentation. */
import { SURNAMES } from './census-names.ts';
import { codeForm } from './code-form.ts';
import { sameClasses } from './codes.ts';
import type { DrawStream } from './draw-stream.ts';
import { inCaseOf } from './written-case.ts';

/** RFC 2606, 3. */
const DOMAINS = ['example.com', 'example.org', 'example.net'];
/** RFC 5737. */
const NETWORKS = ['192.0.2', '198.51.100', '203.0.113'];

/** Returns a mailbox at a domain for examples; spoken if the value is. */
export function emailSurrogate(value: string, stream: DrawStream): string {
  const domain = stream.pick(DOMAINS);
  const at = value.lastIndexOf('@');
  if (at >= 0) return `${otherWords(value.slice(0, at), stream)}@${domain}`;
  const local = /^(.*?) at /is.exec(value)?.[1] ?? 'someone';
  const kept = /^(?:dot|period|point|underscore|dash|hyphen|plus)$/i;
  const said = local
    .split(' ')
    .map((word) => (kept.test(word) ? word : otherWords(word, stream)))
    .join(' ');
  return `${said} at ${domain.replace('.', ' dot ')}`;
}

/** Replaces each run of letters by a name, and each run of digits by as many. */
function otherWords(text: string, stream: DrawStream): string {
  return text.replace(/[a-z]+|\d+/gi, (run) => {
    if (/\d/.test(run)) return stream.digits(run.length);
    const { chars, render } = codeForm(run);
    if (/^\d+$/.test(chars)) return render(stream.digits(chars.length));
    if (run.length === 1) return inCaseOf(run, stream.character('abcdefghjklmnprstw'));
    return inCaseOf(run, stream.pickCommon(SURNAMES));
  });
}

/** Returns a URL of the same scheme, at a domain for examples, with a path of the same shape. */
export function urlSurrogate(value: string, stream: DrawStream): string {
  if (/^data:/i.test(value)) return `data:image/png;base64,${Buffer.from(stream.digits(24)).toString('base64')}`;
  const [, scheme = '', www = '', , rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(www\.)?([^/?#]*)(.*)$/is.exec(value) ?? [];
  const path = rest.replace(/[a-z0-9]+/gi, (run) => shaped(run, stream));
  return `${scheme}${www}${stream.character('abcdefghjkmnpqrstuvw')}${stream.digits(3)}.${stream.pick(DOMAINS)}${path}`;
}

function shaped(run: string, stream: DrawStream): string {
  const drawn = sameClasses(run.toUpperCase(), stream);
  return Array.from(run)
    .map((c, at) => (/[a-z]/.test(c) ? drawn.charAt(at).toLowerCase() : drawn.charAt(at)))
    .join('');
}

/** Returns an address of a network for documentation (RFC 5737, RFC 3849); port, prefix and zone stay. */
export function ipSurrogate(value: string, stream: DrawStream): string {
  if (/\d+\.\d+\.\d+\.\d+/.test(value))
    return value.replace(/\d+\.\d+\.\d+\.\d+/, () => `${stream.pick(NETWORKS)}.${1 + stream.below(254)}`);
  if (!value.includes(':')) return sameWords(value, stream);
  const group = (): string => (1 + stream.below(0xfffe)).toString(16);
  return value.replace(/[0-9a-f]*(?::[0-9a-f]*){2,}/i, () => `2001:db8::${group()}:${group()}`);
}

function sameWords(value: string, stream: DrawStream): string {
  const { chars, render } = codeForm(value);
  return render(sameClasses(chars, stream));
}

/** RFC 7042, 2.1.2: 00-00-5E-00-53-00 to -FF; beyond them locally administered ones. */
export function macSurrogate(chars: string, stream: DrawStream, isCrowded: boolean): string {
  const hex = (count: number): string =>
    Array.from({ length: count }, () => stream.character('0123456789ABCDEF')).join('');
  return isCrowded ? `02${hex(chars.length - 2)}` : `00005E0053${hex(chars.length - 10)}`;
}
