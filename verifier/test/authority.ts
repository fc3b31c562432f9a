/**
 * A time-stamping authority of tests: certificates, tokens and replies (RFC 5280, 5652, 3161), right or wrong in one point.
 * Imports nothing of the verifier.
 */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

const bytesOfLength = (length: number): Buffer => {
  if (length < 0x80) return Buffer.of(length);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.padStart(2 * Math.ceil(digits.length / 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
};
/** A value in DER. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), bytesOfLength(body.length), body]);
}
export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => der(0x31, ...parts);
export const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes);
export const truth = (value: boolean): Buffer => der(0x01, Buffer.of(value ? 0xff : 0));
const explicit = (number: number, ...parts: readonly Uint8Array[]): Buffer => der(0xa0 | number, ...parts);
const nothing = der(0x05);

export function integer(value: bigint | number): Buffer {
  const hex = BigInt(value).toString(16);
  const bytes = Buffer.from(hex.padStart(2 * Math.ceil(hex.length / 2), '0'), 'hex');
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((number) => {
    const groups = [number & 0x7f];
    for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(0x06, Buffer.from(bytes));
}

/** GeneralizedTime, to the second. */
export function moment(time: Date): Buffer {
  return der(0x18, Buffer.from(`${time.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`));
}

const HASHES = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1', sha512: '2.16.840.1.101.3.4.2.3' } as const;
export type TestHash = keyof typeof HASHES;
const hashed = (hash: TestHash, bytes: Uint8Array): Buffer => createHash(hash).update(bytes).digest();

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

export interface TestKeys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
export const ellipticKeys = (namedCurve = 'P-256'): TestKeys => generateKeyPairSync('ec', { namedCurve });
export const rsaKeys = (modulusLength = 2048): TestKeys => generateKeyPairSync('rsa', { modulusLength });

function algorithmOf({ privateKey }: TestKeys): Buffer {
  return privateKey.asymmetricKeyType === 'rsa'
    ? sequence(oid('1.2.840.113549.1.1.11'), nothing)
    : sequence(oid('1.2.840.10045.4.3.2'));
}

export interface TestCertificate {
  readonly bytes: Buffer;
  readonly name: Buffer;
  readonly issuer: Buffer;
  readonly serial: Buffer;
  readonly keys: TestKeys;
}

export interface CertificateTerms {
  readonly name: string;
  readonly keys?: TestKeys;
  /** The one that signs; itself where it is left out. */
  readonly issuer?: TestCertificate;
  readonly from?: string;
  readonly until?: string;
  readonly isAuthority?: boolean;
  readonly pathLength?: number;
  readonly usage?: number;
  /** Purposes of extendedKeyUsage; none where it is null. */
  readonly purposes?: readonly string[] | null;
  readonly isCritical?: boolean;
  readonly more?: readonly Buffer[];
  /** The hash of an RSA-PSS signature of the issuer. */
  readonly pssHash?: TestHash;
  /** As it is written: 2 for version 3. */
  readonly version?: number;
}

export const extension = (id: string, isCritical: boolean, content: Uint8Array): Buffer =>
  sequence(oid(id), ...(isCritical ? [truth(true)] : []), octets(content));

let serials = 100;

export function certificate(terms: CertificateTerms): TestCertificate {
  const { keys = ellipticKeys(), isAuthority = false, isCritical = true, more = [] } = terms;
  const name = sequence(set(sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(terms.name)))));
  const signing = terms.issuer?.keys ?? keys;
  const algorithm = terms.pssHash === undefined ? algorithmOf(signing) : pss(terms.pssHash);
  const issuer = terms.issuer?.name ?? name;
  const serial = integer((serials += 1));
  const purposes = terms.purposes === undefined ? (isAuthority ? null : [TIME_STAMPING]) : terms.purposes;
  const length = terms.pathLength === undefined ? [] : [integer(terms.pathLength)];
  const extensions = [
    ...(isAuthority ? [extension('2.5.29.19', true, sequence(truth(true), ...length))] : []),
    extension('2.5.29.15', true, der(0x03, Buffer.of(0, terms.usage ?? (isAuthority ? 0x06 : 0x80)))),
    ...(purposes === null ? [] : [extension('2.5.29.37', isCritical, sequence(...purposes.map(oid)))]),
    ...more,
  ];
  const tbs = sequence(
    explicit(0, integer(terms.version ?? 2)),
    serial,
    algorithm,
    issuer,
    sequence(moment(new Date(terms.from ?? '2026-01-01')), moment(new Date(terms.until ?? '2027-01-01'))),
    name,
    keys.publicKey.export({ format: 'der', type: 'spki' }),
    explicit(3, sequence(...extensions)),
  );
  const signed =
    terms.pssHash === undefined
      ? sign('sha256', tbs, signing.privateKey)
      : sign(terms.pssHash, tbs, { key: signing.privateKey, padding: 6, saltLength: 32 });
  return { bytes: sequence(tbs, algorithm, der(0x03, Buffer.of(0), signed)), name, issuer, serial, keys };
}

export function pem({ bytes }: TestCertificate): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** A root, and a certificate below it that signs time stamps. */
export interface TestAuthority {
  readonly root: TestCertificate;
  readonly signer: TestCertificate;
}

export function authority(signer: Partial<CertificateTerms> = {}, root: Partial<CertificateTerms> = {}): TestAuthority {
  const own = certificate({ name: 'Test Root', isAuthority: true, ...root });
  return { root: own, signer: certificate({ name: 'Test TSA', issuer: own, ...signer }) };
}

export interface NamedCertificate {
  readonly certificate?: TestCertificate;
  readonly version: 1 | 2;
  /** The one whose issuer and serial number are beside the hash. */
  readonly numbered?: TestCertificate;
}

export interface TokenTerms {
  readonly message: Uint8Array;
  readonly signer: TestCertificate;
  /** Those that the token holds; that of the signer where they are left out. */
  readonly certificates?: readonly TestCertificate[];
  readonly at?: string;
  /** The time as it is written, instead of `at`. */
  readonly clock?: string;
  /** How the token says that it is signed. */
  readonly algorithm?: Buffer;
  readonly nonce?: bigint;
  readonly imprintHash?: TestHash;
  /** The imprint itself, instead of that of the message. */
  readonly imprint?: Uint8Array;
  /** The keys that really sign. */
  readonly keys?: TestKeys;
  /** Which certificate the signed attributes name, by which version of the attribute; null for none. */
  readonly named?: NamedCertificate | null;
  readonly isPss?: boolean;
  /** Members behind the serial number and the time. */
  readonly more?: readonly Buffer[];
  readonly contentType?: string;
  /** What the attribute messageDigest is over. */
  readonly digested?: Uint8Array;
}

/** RSASSA-PSS of a hash; the mask by MGF1 where it is left out. */
export const pss = (hash: TestHash, mask = '1.2.840.113549.1.1.8', salt = 32, ...more: Buffer[]): Buffer =>
  sequence(
    oid('1.2.840.113549.1.1.10'),
    sequence(
      explicit(0, sequence(oid(HASHES[hash]))),
      explicit(1, sequence(oid(mask), sequence(oid(HASHES[hash])))),
      explicit(2, integer(salt)),
      ...more,
    ),
  );

/** A token: a ContentInfo. */
export function token(terms: TokenTerms): Buffer {
  const { message, signer, nonce, imprintHash = 'sha256', named = { version: 2 }, more = [] } = terms;
  const type = oid(terms.contentType ?? '1.2.840.113549.1.9.16.1.4');
  const info = sequence(
    integer(1),
    oid('1.2.3.4.1'),
    sequence(sequence(oid(HASHES[imprintHash]), nothing), octets(terms.imprint ?? hashed(imprintHash, message))),
    integer(7),
    terms.clock === undefined
      ? moment(new Date(terms.at ?? '2026-05-03T21:15:00Z'))
      : der(0x18, Buffer.from(terms.clock)),
    ...(nonce === undefined ? [] : [integer(nonce)]),
    ...more,
  );
  const attribute = (id: string, value: Buffer): Buffer => sequence(oid(id), set(value));
  const attributes = [
    attribute('1.2.840.113549.1.9.3', type),
    attribute('1.2.840.113549.1.9.4', octets(hashed('sha256', terms.digested ?? info))),
    ...(named === null ? [] : [signingCertificate(signer, named, attribute)]),
  ];
  const keys = terms.keys ?? signer.keys;
  const toSign = set(...attributes);
  const signature =
    terms.isPss === true
      ? sign('sha256', toSign, { key: keys.privateKey, padding: 6, saltLength: 32 })
      : sign('sha256', toSign, keys.privateKey);
  const signerInfo = sequence(
    integer(1),
    sequence(signer.issuer, signer.serial),
    sequence(oid(HASHES.sha256)),
    explicit(0, ...attributes),
    terms.algorithm ?? (terms.isPss === true ? pss('sha256') : algorithmOf(keys)),
    octets(signature),
  );
  const signed = sequence(
    integer(3),
    set(sequence(oid(HASHES.sha256))),
    sequence(type, explicit(0, octets(info))),
    explicit(0, ...(terms.certificates ?? [signer]).map(({ bytes }) => bytes)),
    set(signerInfo),
  );
  return sequence(oid('1.2.840.113549.1.7.2'), explicit(0, signed));
}

function signingCertificate(
  signer: TestCertificate,
  { certificate: own = signer, version, numbered = own }: NamedCertificate,
  attribute: (id: string, value: Buffer) => Buffer,
): Buffer {
  const name = sequence(sequence(explicit(4, numbered.issuer)), numbered.serial);
  const hash = octets(hashed(version === 1 ? 'sha1' : 'sha256', own.bytes));
  const id = version === 1 ? '1.2.840.113549.1.9.16.2.12' : '1.2.840.113549.1.9.16.2.47';
  return attribute(id, sequence(sequence(sequence(hash, name))));
}

/** A reply: a TimeStampResp. */
export function reply(status: number, ...tokens: readonly Buffer[]): Buffer {
  return sequence(sequence(integer(status)), ...tokens);
}
