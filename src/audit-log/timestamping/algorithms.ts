/** Hashes and signatures of time-stamp tokens and certificates that are strong enough. */
import { context, OID, oidBody, SEQUENCE } from './der.ts';
import type { DerNode } from './der.ts';
import { ensure, TimestampRefusal } from './refusal.ts';

export const HASHES = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;

const RSA = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
/** Signature algorithms that name their hash. */
const WITH_HASH: Readonly<Record<string, { readonly key: 'rsa' | 'ec'; readonly hash: string }>> = {
  '1.2.840.113549.1.1.11': { key: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', hash: 'sha512' },
  '1.2.840.10045.4.3.2': { key: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', hash: 'sha512' },
};
const DEFAULT_SALT = 20;

/** Returns the dotted form of the object identifier that an AlgorithmIdentifier or attribute begins with; '' for none. */
export function oidOf(node: DerNode | undefined): string {
  const id = node?.items[0];
  if (node?.tag !== SEQUENCE || id?.tag !== OID || id.body.length === 0 || id.body.length > 32) return '';
  const numbers: number[] = [];
  let value = 0;
  for (const byte of id.body) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const [head = 0, ...tail] = numbers;
  const top = Math.min(2, Math.floor(head / 40));
  const dotted = [top, head - top * 40, ...tail].join('.');
  // An identifier that is not in its shortest form is another one.
  return oidBody(dotted).equals(id.body) ? dotted : '';
}

/** Returns the hash of an AlgorithmIdentifier, as node:crypto names it. Throws TimestampRefusal unless it is of SHA-2. */
export function digestOf(node: DerNode | undefined): string {
  const oid = oidOf(node);
  const found = Object.entries(HASHES).find(([, id]) => id === oid);
  if (found === undefined) throw new TimestampRefusal('unsupported_algorithm');
  return found[0];
}

/** How a token is signed. */
export interface Scheme {
  readonly key: 'rsa' | 'ec';
  /** Of RSA-PSS, in bytes; null for other signatures. */
  readonly saltLength: number | null;
}

/** Returns the scheme of a signature over the hash. Throws TimestampRefusal for weak and unknown ones, and for another hash. */
export function schemeOf(algorithm: DerNode, hash: string): Scheme {
  const oid = oidOf(algorithm);
  if (oid === RSA) return { key: 'rsa', saltLength: null };
  if (oid === RSA_PSS) return pssOf(algorithm.items[1], hash);
  const known = WITH_HASH[oid];
  ensure(known?.hash === hash, 'unsupported_algorithm');
  return { key: known.key, saltLength: null };
}

/** Returns true if certificates may be signed so. */
export function isStrongSignature(algorithm: DerNode | undefined): boolean {
  const oid = oidOf(algorithm);
  return oid in WITH_HASH || oid === RSA_PSS;
}

/** RSASSA-PSS-params (RFC 4055, 3.1): the hash and that of the mask must be the one that is stated beside. */
function pssOf(parameters: DerNode | undefined, hash: string): Scheme {
  const part = (number: number): DerNode | undefined =>
    parameters?.items.find(({ tag }) => tag === context(number))?.items[0];
  const isSame = digestOf(part(0)) === hash && digestOf(part(1)?.items[1]) === hash;
  ensure(isSame, 'unsupported_algorithm');
  const salt = part(2);
  ensure(salt === undefined || salt.body.length === 1, 'unsupported_algorithm');
  return { key: 'rsa', saltLength: salt?.body[0] ?? DEFAULT_SALT };
}
