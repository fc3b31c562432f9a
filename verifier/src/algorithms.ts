/** Algorithms of certificates and tokens, and signatures under them. WebCrypto computes: it is in Node, Deno, Bun and browsers. */
import { constructed, DerReader, integer, oidText, readDer, TAG, wholeBits, type Der } from './der.ts';
import { demand, TimestampError } from './timestamp-error.ts';

export type HashName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

const HASHES: ReadonlyMap<string, HashName> = new Map([
  ['1.3.14.3.2.26', 'SHA-1'],
  ['2.16.840.1.101.3.4.2.1', 'SHA-256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA-384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA-512'],
]);
const RSA = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const MASK_GENERATION = '1.2.840.113549.1.1.8';
const ELLIPTIC = '1.2.840.10045.2.1';
/** Signatures that name their hash. */
const RSA_WITH: ReadonlyMap<string, HashName> = new Map([
  ['1.2.840.113549.1.1.11', 'SHA-256'],
  ['1.2.840.113549.1.1.12', 'SHA-384'],
  ['1.2.840.113549.1.1.13', 'SHA-512'],
]);
const ECDSA_WITH: ReadonlyMap<string, HashName> = new Map([
  ['1.2.840.10045.4.3.2', 'SHA-256'],
  ['1.2.840.10045.4.3.3', 'SHA-384'],
  ['1.2.840.10045.4.3.4', 'SHA-512'],
]);
/** Curves by their identifiers, with the bytes of a coordinate. */
const CURVES: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['1.2.840.10045.3.1.7', ['P-256', 32]],
  ['1.3.132.0.34', ['P-384', 48]],
  ['1.3.132.0.35', ['P-521', 66]],
]);
const LEAST_RSA_BITS = 2048;
const MOST_RSA_BITS = 8192;

/** An algorithm with its parameters. */
export interface Algorithm {
  readonly oid: string;
  readonly parameters: Der | null;
  readonly whole: Uint8Array;
}

/** How something was signed. */
type Scheme =
  | { readonly name: 'RSASSA-PKCS1-v1_5' | 'ECDSA'; readonly hash: HashName }
  | { readonly name: 'RSA-PSS'; readonly hash: HashName; readonly saltLength: number };

/** A signature and what it is over. */
export interface Signed {
  readonly message: Uint8Array;
  readonly algorithm: Algorithm;
  /** The hash beside the algorithm, as CMS states it; null where the algorithm names it alone. */
  readonly hash: HashName | null;
  readonly signature: Uint8Array;
}

const unsupported = (what: string): TimestampError => new TimestampError('unsupported_algorithm', what);

/** Reads an AlgorithmIdentifier. Throws TimestampError. */
export function readAlgorithm(value: Der): Algorithm {
  const reader = new DerReader(value.body);
  const oid = oidText(reader.next(TAG.oid));
  const parameters = reader.isAtEnd ? null : reader.any();
  reader.end();
  return { oid, parameters, whole: value.whole };
}

/** The hash that an algorithm is. Throws TimestampError for another one. */
export function hashOf({ oid, parameters }: Algorithm): HashName {
  const name = HASHES.get(oid);
  if (name === undefined || !isPlain(parameters)) throw unsupported('a hash that is not of the family SHA-2');
  return name;
}

/** The same for what must not be SHA-1. */
export function strongHashOf(algorithm: Algorithm): HashName {
  const name = hashOf(algorithm);
  demand(name !== 'SHA-1', 'unsupported_algorithm', 'a hash that is not of the family SHA-2');
  return name;
}

/** The digest of a message. */
export async function digest(hash: HashName, message: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(hash, Uint8Array.from(message)));
}

/** Whether a key signed. `key` is a SubjectPublicKeyInfo. Throws TimestampError for weak or unknown algorithms and keys. */
export async function isSignedBy(key: Der, { message, algorithm, hash, signature }: Signed): Promise<boolean> {
  const scheme = schemeOf(algorithm, hash);
  const reader = new DerReader(key.body);
  const kind = readAlgorithm(reader.next(TAG.sequence));
  const bits = wholeBits(reader.next(TAG.bitString));
  reader.end();
  if (scheme.name === 'ECDSA') {
    const [namedCurve, size] = curveOf(kind);
    const raw = rawSignature(signature, size);
    const imported = await importKey(key, { name: 'ECDSA', namedCurve });
    return crypto.subtle.verify(scheme, imported, Uint8Array.from(raw), Uint8Array.from(message));
  }
  demand(kind.oid === RSA && isPlain(kind.parameters), 'unsupported_algorithm', 'a key of another kind');
  checkModulus(bits);
  const imported = await importKey(key, { name: scheme.name, hash: scheme.hash });
  return crypto.subtle.verify(scheme, imported, Uint8Array.from(signature), Uint8Array.from(message));
}

function isPlain(parameters: Der | null): boolean {
  return parameters === null || (parameters.tag === TAG.null && parameters.body.length === 0);
}

function schemeOf(algorithm: Algorithm, stated: HashName | null): Scheme {
  const { oid, parameters } = algorithm;
  const scheme = oid === RSA_PSS ? pssOf(parameters) : plainScheme(algorithm, stated);
  demand(stated === null || stated === scheme.hash, 'unsupported_algorithm', 'a signature of two hashes');
  return scheme;
}

function plainScheme({ oid, parameters }: Algorithm, stated: HashName | null): Scheme {
  const rsa = oid === RSA ? stated : (RSA_WITH.get(oid) ?? null);
  if (rsa !== null && isPlain(parameters)) return { name: 'RSASSA-PKCS1-v1_5', hash: rsa };
  const ecdsa = ECDSA_WITH.get(oid);
  if (ecdsa !== undefined && parameters === null) return { name: 'ECDSA', hash: ecdsa };
  throw unsupported('a signature of an algorithm that is weak or not known');
}

/** RSASSA-PSS-params (RFC 4055, 3.1). The mask must be of the same hash. */
function pssOf(parameters: Der | null): Scheme {
  if (parameters?.tag !== TAG.sequence) throw unsupported('a signature without its parameters');
  const reader = new DerReader(parameters.body);
  const [hashPart, maskPart, saltPart] = [0, 1, 2].map((number) => reader.optional(constructed(number)));
  reader.end(); // the trailer has its default
  if (!hashPart || !maskPart) throw unsupported('a hash that is not of the family SHA-2');
  const hash = strongHashOf(readAlgorithm(readDer(hashPart.body)));
  const mask = readAlgorithm(readDer(maskPart.body));
  const maskHash = mask.parameters === null ? null : hashOf(readAlgorithm(mask.parameters));
  demand(mask.oid === MASK_GENERATION && maskHash === hash, 'unsupported_algorithm', 'a mask of another hash');
  const saltLength = saltPart ? Number(integer(readDer(saltPart.body, TAG.integer))) : 20;
  demand(saltLength >= 0 && saltLength <= 64, 'unsupported_algorithm', 'a salt of another length');
  return { name: 'RSA-PSS', hash, saltLength };
}

function curveOf({ oid, parameters }: Algorithm): readonly [string, number] {
  const curve = oid === ELLIPTIC && parameters?.tag === TAG.oid ? CURVES.get(oidText(parameters)) : undefined;
  if (curve === undefined) throw unsupported('a key of another kind');
  return curve;
}

/** `r` and `s`, each of the size of a coordinate, of an ECDSA-Sig-Value. */
function rawSignature(signature: Uint8Array, size: number): Uint8Array {
  const reader = new DerReader(readDer(signature).body);
  const numbers = [reader.next(TAG.integer), reader.next(TAG.integer)];
  reader.end();
  const raw = new Uint8Array(2 * size);
  for (const [place, number] of numbers.entries()) {
    demand(integer(number) > 0n, 'bad_signature', 'a signature that does not verify');
    const bytes = number.body[0] === 0 ? number.body.subarray(1) : number.body;
    demand(bytes.length <= size, 'bad_signature', 'a signature that does not verify');
    raw.set(bytes, (place + 1) * size - bytes.length);
  }
  return raw;
}

function checkModulus(bits: Uint8Array): void {
  const reader = new DerReader(readDer(bits).body);
  const modulus = integer(reader.next(TAG.integer)).toString(2).length;
  const exponent = integer(reader.next(TAG.integer));
  reader.end();
  const isSound =
    modulus >= LEAST_RSA_BITS &&
    modulus <= MOST_RSA_BITS &&
    exponent >= 3n &&
    exponent < 2n ** 32n &&
    exponent % 2n === 1n;
  demand(isSound, 'unsupported_algorithm', 'an RSA key that is too short, too long or of an odd form');
}

async function importKey(key: Der, algorithm: Parameters<typeof crypto.subtle.importKey>[2]) {
  try {
    return await crypto.subtle.importKey('spki', Uint8Array.from(key.whole), algorithm, false, ['verify']);
  } catch {
    throw unsupported('a key that cannot be used');
  }
}
