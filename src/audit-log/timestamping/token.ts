/**
 * Requests for time-stamp tokens, and the check of what an authority answers (RFC 3161, RFC 5652, RFC 5816). The verifier
 * checks tokens again with code of its own.
 */
import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import { digestOf, HASHES, oidOf, schemeOf } from './algorithms.ts';
import { checkAuthorities, checkForm, checkSigner } from './certificates.ts';
import {
  BOOLEAN,
  context,
  encode,
  INTEGER,
  OCTETS,
  OID,
  oidBody,
  parseDer,
  SEQUENCE,
  SET,
} from '../../platform/der.ts';
import type { DerNode } from '../../platform/der.ts';
import { sha256 } from '../../platform/sha256.ts';
import { ensure, TimestampRefusal } from './refusal.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TIMESTAMP_INFO = '1.2.840.113549.1.9.16.1.4';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
/** How far the clock of an authority may be from that of this server, in milliseconds. */
const APART_MS = 300_000;
const MOST_CERTIFICATES = 20;

/** What a token is asked for. */
export interface TimestampTerms {
  /** The bytes to stamp. */
  readonly message: Buffer;
  /** 8 random bytes. */
  readonly nonce: Buffer;
}

/** What a token is held against. */
export interface TokenExpectation extends TimestampTerms {
  /** Certificates of authorities that the operator trusts. */
  readonly authorities: readonly X509Certificate[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Returns a TimeStampReq: the SHA-256 of the message, the nonce, and a wish for the certificates of the signer. */
export function timestampRequest({ message, nonce }: TimestampTerms): Buffer {
  const imprint = encode(
    SEQUENCE,
    encode(SEQUENCE, encode(OID, oidBody(HASHES.sha256)), encode(0x05)),
    encode(OCTETS, sha256(message)),
  );
  return encode(
    SEQUENCE,
    encode(INTEGER, Buffer.of(1)),
    imprint,
    encode(INTEGER, positive(nonce)),
    encode(BOOLEAN, Buffer.of(0xff)),
  );
}

/** The shortest bytes of the same number above zero. */
function positive(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const short = start < 0 ? Buffer.of(0) : bytes.subarray(start);
  return (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short;
}

/** Returns the token of a TimeStampResp whose status is granted. Throws TimestampRefusal. */
export function tokenOf(reply: Buffer): Buffer {
  const response = parseDer(reply);
  const [status, token, ...more] = response?.items ?? [];
  const code = status?.items[0];
  const isReply = response?.tag === SEQUENCE && status?.tag === SEQUENCE && code?.tag === INTEGER;
  ensure(isReply && more.length === 0, 'not_a_reply');
  ensure(code.body.equals(Buffer.of(0)) && token !== undefined, 'not_granted');
  return token.whole;
}

/** Returns the time that a token states, to the millisecond. Throws TimestampRefusal where it does not hold. */
export function checkToken(token: Buffer, expected: TokenExpectation): Date {
  const { content, certificates, signer } = readToken(token);
  const at = checkInfo(content, expected);
  const attributes = attributesOf(signer.attributes);
  for (const each of certificates) checkForm(each);
  const certificate = certificates.find((each) => isOfSigner(each, signer.id));
  ensure(certificate !== undefined, 'wrong_signer');
  checkAttributes(attributes, content, signer.hash);
  ensure(namesCertificate(attributes, certificate), 'wrong_signer');
  checkSigner(certificate, at);
  const isSigned = isSignedBy(certificate, signer);
  ensure(isSigned, 'bad_signature');
  checkAuthorities(certificate, certificates, expected.authorities, at);
  return at;
}

interface SignerParts {
  /** IssuerAndSerialNumber. */
  readonly id: DerNode;
  /** Name of the digest, as node:crypto takes it. */
  readonly hash: string;
  readonly attributes: DerNode;
  readonly algorithm: DerNode;
  readonly signature: Buffer;
}

function readToken(token: Buffer): {
  readonly content: Buffer;
  readonly certificates: readonly X509Certificate[];
  readonly signer: SignerParts;
} {
  const outer = parseDer(token);
  const [kind, explicit] = outer?.items ?? [];
  const signed = explicit?.items[0];
  const isSigned = outer?.tag === SEQUENCE && isOid(kind, SIGNED_DATA) && explicit?.tag === context(0);
  ensure(isSigned && signed?.tag === SEQUENCE, 'malformed_token');
  const [version, algorithms, encapsulated, ...rest] = signed.items;
  const [type, wrapped] = encapsulated?.items ?? [];
  const content = wrapped?.items[0];
  const isInfo = encapsulated?.tag === SEQUENCE && isOid(type, TIMESTAMP_INFO) && wrapped?.tag === context(0);
  ensure(isNumber(version, 3) && algorithms?.tag === SET && isInfo && content?.tag === OCTETS, 'malformed_token');
  const listed = rest.find(({ tag }) => tag === context(0))?.items ?? [];
  const signers = rest.at(-1);
  ensure(signers?.tag === SET && signers.items.length === 1 && listed.length <= MOST_CERTIFICATES, 'malformed_token');
  const [only] = signers.items;
  const [format, id, digest, attributes, algorithm, signature] = only?.items ?? [];
  ensure(
    only?.tag === SEQUENCE &&
      isNumber(format, 1) &&
      id?.tag === SEQUENCE &&
      digest !== undefined &&
      attributes?.tag === context(0) &&
      algorithm !== undefined &&
      signature?.tag === OCTETS,
    'malformed_token',
  );
  const signer = { id, hash: digestOf(digest), attributes, algorithm, signature: signature.body };
  return { content: content.body, certificates: listed.map(certificateOf), signer };
}

function certificateOf({ whole }: DerNode): X509Certificate {
  try {
    return new X509Certificate(whole);
  } catch (cause) {
    throw new TimestampRefusal('malformed_token', { cause });
  }
}

function isNumber(node: DerNode | undefined, value: number): boolean {
  return node?.tag === INTEGER && node.body.equals(Buffer.of(value));
}

function isOid(node: DerNode | undefined, dotted: string): boolean {
  return node?.tag === OID && node.body.equals(oidBody(dotted));
}

/** Checks TSTInfo. Returns its time. */
function checkInfo(content: Buffer, { message, nonce, now }: TokenExpectation): Date {
  const info = parseDer(content);
  const [version, policy, imprint, serial, time, ...more] = info?.items ?? [];
  const isInfo = info?.tag === SEQUENCE && version?.body.equals(Buffer.of(1)) === true && policy?.tag === OID;
  ensure(isInfo && serial?.tag === INTEGER, 'malformed_token');
  const [algorithm, hash] = imprint?.items ?? [];
  const isOfMessage = oidOf(algorithm) === HASHES.sha256 && hash?.body.equals(sha256(message)) === true;
  ensure(isOfMessage, 'wrong_imprint');
  const stated = more.find(({ tag }) => tag === INTEGER);
  ensure(stated?.body.equals(positive(nonce)) === true, 'wrong_nonce');
  ensure(!more.some(({ tag, items }) => tag === context(1) && items.some(isCritical)), 'malformed_token');
  const at = time?.tag === 0x18 ? momentOf(time.body.toString('latin1')) : null;
  ensure(at !== null, 'malformed_token');
  ensure(Math.abs(at.getTime() - now) <= APART_MS, 'wrong_time');
  return at;
}

const isCritical = ({ items }: DerNode): boolean => items[1]?.tag === BOOLEAN;

/** A GeneralizedTime in UTC; null for any other text, and for what is no date. */
function momentOf(text: string): Date | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second, fraction = ''] = parts;
  const seconds = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const date = new Date(`${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(seconds) ? date : null;
}

/** Each signed attribute's only value, by the dotted name of its type. */
function attributesOf({ items }: DerNode): ReadonlyMap<string, DerNode> {
  const found = new Map<string, DerNode>();
  for (const attribute of items) {
    const [, values] = attribute.items;
    const name = oidOf(attribute);
    const value = values?.items[0];
    ensure(
      values?.tag === SET && values.items.length === 1 && value !== undefined && !found.has(name),
      'malformed_token',
    );
    found.set(name, value);
  }
  return found;
}

function checkAttributes(attributes: ReadonlyMap<string, DerNode>, content: Buffer, hash: string): void {
  const digest = attributes.get(MESSAGE_DIGEST);
  const isOfContent = isOid(attributes.get(CONTENT_TYPE), TIMESTAMP_INFO) && digest?.tag === OCTETS;
  ensure(isOfContent && digest.body.equals(hashed(hash, content)), 'bad_signature');
}

/** Whether each attribute of signing certificates that is there names this one first, and one is there. */
function namesCertificate(attributes: ReadonlyMap<string, DerNode>, certificate: X509Certificate): boolean {
  const named = [SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2].map((name) => attributes.get(name));
  const [old, current] = named.map((value) => (value === undefined ? null : (value.items[0]?.items[0]?.items ?? [])));
  const isStated = current?.[0]?.tag === SEQUENCE;
  const hash = isStated ? digestOf(current[0]) : 'sha256';
  const isOld = !old || isNamed(old, 'sha1', certificate);
  const isCurrent = !current || isNamed(isStated ? current.slice(1) : current, hash, certificate);
  return (Boolean(old) || Boolean(current)) && isOld && isCurrent;
}

/** Whether a hash, and the issuer and serial number if they are beside it, are those of the certificate. */
function isNamed([digest, id, ...more]: readonly DerNode[], hash: string, certificate: X509Certificate): boolean {
  const isOf = digest?.tag === OCTETS && digest.body.equals(hashed(hash, certificate.raw)) && more.length === 0;
  if (!isOf || id === undefined) return isOf;
  const [names, serial] = id.items;
  const [name, ...others] = names?.items ?? [];
  const issuer = name?.tag === context(4) && others.length === 0 ? name.items[0] : undefined;
  return isIssuerSerial(certificate, issuer, serial);
}

function isOfSigner(certificate: X509Certificate, { items: [name, serial] }: DerNode): boolean {
  return isIssuerSerial(certificate, name, serial);
}

function isIssuerSerial({ raw }: X509Certificate, name: DerNode | undefined, serial: DerNode | undefined): boolean {
  const fields = parseDer(raw)?.items[0]?.items.filter(({ tag }) => tag !== context(0)) ?? [];
  // Behind the version: serial number, algorithm, issuer.
  const [own, , issuer] = fields;
  return own !== undefined && issuer !== undefined && serial !== undefined && name !== undefined
    ? own.whole.equals(serial.whole) && issuer.whole.equals(name.whole)
    : false;
}

function isSignedBy(certificate: X509Certificate, { attributes, algorithm, hash, signature }: SignerParts): boolean {
  const scheme = schemeOf(algorithm, hash);
  // RFC 5652, 5.4: the attributes are signed under the tag SET.
  const message = Buffer.concat([Buffer.of(SET), attributes.whole.subarray(1)]);
  const key = certificate.publicKey;
  ensure(key.asymmetricKeyType === scheme.key, 'unsupported_algorithm');
  if (scheme.saltLength === null) return verify(hash, message, key, signature);
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength };
  return verify(hash, message, { key, ...pss }, signature);
}

const hashed = (hash: string, bytes: Uint8Array): Buffer => createHash(hash).update(bytes).digest();
