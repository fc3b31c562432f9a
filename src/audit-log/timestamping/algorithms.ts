/** Hashes and signatures of time-stamp tokens and certificates that are strong enough. */
import type { X509Certificate } from 'node:crypto';
import { context, INTEGER, NULL, OID, oidBody, SEQUENCE } from '../../platform/der.ts';
import type { DerNode } from '../../platform/der.ts';
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
const MASK_GENERATION = '1.2.840.113549.1.1.8';
const DEFAULT_SALT = 20;
const LONGEST_SALT = 64;
const CURVES: readonly (string | undefined)[] = ['prime256v1', 'secp384r1', 'secp521r1'];
const LEAST_RSA_BITS = 2048;
const MOST_RSA_BITS = 8192;

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
  if (found === undefined || !isPlain(node)) throw new TimestampRefusal('unsupported_algorithm');
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
  if (oid === RSA_PSS) return pssOf(algorithm.items[1], hash);
  const known = oid === RSA ? ({ key: 'rsa', hash } as const) : WITH_HASH[oid];
  const isSound = known?.hash === hash && (known.key === 'rsa' ? isPlain(algorithm) : algorithm.items.length === 1);
  ensure(isSound, 'unsupported_algorithm');
  return { key: known.key, saltLength: null };
}

/** Throws TimestampRefusal unless certificates may be signed so. */
export function ensureStrongSignature(algorithm: DerNode | undefined): void {
  const oid = oidOf(algorithm);
  const hash = oid === RSA_PSS ? digestOf(pssPart(algorithm?.items[1], 0)) : WITH_HASH[oid]?.hash;
  ensure(algorithm !== undefined && hash !== undefined, 'unsupported_algorithm');
  schemeOf(algorithm, hash);
}

/** Returns true for an RSA key that is long enough, and for a key on a curve that the verifier knows. */
export function isStrongKey({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: X509Certificate): boolean {
  const { namedCurve, modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'ec') return CURVES.includes(namedCurve);
  const isLong = modulusLength >= LEAST_RSA_BITS && modulusLength <= MOST_RSA_BITS;
  const isSound = publicExponent >= 3n && publicExponent < 2n ** 32n && publicExponent % 2n === 1n;
  return asymmetricKeyType === 'rsa' && isLong && isSound;
}

/** No parameters, or NULL. */
function isPlain(algorithm: DerNode | undefined): boolean {
  const [, parameters, ...more] = algorithm?.items ?? [];
  return parameters === undefined || (parameters.tag === NULL && parameters.body.length === 0 && more.length === 0);
}

/** RSASSA-PSS-params (RFC 4055, 3.1): the hash and that of the mask must be the one that is stated beside. */
function pssOf(parameters: DerNode | undefined, hash: string): Scheme {
  const mask = pssPart(parameters, 1);
  const isSame = digestOf(pssPart(parameters, 0)) === hash && digestOf(mask?.items[1]) === hash;
  // The trailer has its default: DER leaves it out.
  ensure(pssPart(parameters, 3) === undefined, 'malformed_token');
  const isSound = isSame && oidOf(mask) === MASK_GENERATION;
  const salt = pssPart(parameters, 2);
  const saltLength = salt === undefined ? DEFAULT_SALT : (salt.body[0] ?? 0);
  const isSalt = salt === undefined || (salt.tag === INTEGER && salt.body.length === 1 && saltLength <= LONGEST_SALT);
  ensure(isSound && isSalt, 'unsupported_algorithm');
  return { key: 'rsa', saltLength };
}

function pssPart(parameters: DerNode | undefined, number: number): DerNode | undefined {
  return parameters?.items.find(({ tag }) => tag === context(number))?.items[0];
}
