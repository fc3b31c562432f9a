/**
 * Time-stamp tokens (RFC 3161): an authority's signed statement that bytes with this hash were there at a time. Verified at the
 * token's own time against certificates that the caller trusts. Revocation is not checked: that needs a network.
 */
import { digest, isSignedBy, readAlgorithm, strongHashOf, type Algorithm, type HashName } from './algorithms.ts';
import { toHex } from './bytes.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { checkChain, checkSigner } from './certificate-chain.ts';
import { boolean, constructed, DerReader, integer, oidText, primitive, readDer, TAG, time, type Der } from './der.ts';
import { demand } from './timestamp-error.ts';

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;
const MOST_BYTES = 65_536;
const MOST_CERTIFICATES = 20;

/** What the caller knows. */
export interface TimestampTerms {
  /** The bytes that the token must be of. */
  readonly message: Uint8Array;
  /** Trusted certificates, from `parseAuthorities`. */
  readonly authorities: readonly Certificate[];
  /** That of the request; any where it is left out. */
  readonly nonce?: bigint;
}

/** What a token that holds says. */
export interface VerifiedTimestamp {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The policy of the authority: an object identifier. */
  readonly policy: string;
  readonly serial: bigint;
}

interface TimestampInfo extends VerifiedTimestamp {
  readonly hash: HashName;
  readonly imprint: Uint8Array;
  readonly nonce: bigint | null;
}

interface SignerInfo {
  readonly hash: HashName;
  readonly algorithm: Algorithm;
  readonly signature: Uint8Array;
  /** Each attribute's only value. */
  readonly attributes: ReadonlyMap<string, Der>;
  /** What is signed: the attributes as a SET. */
  readonly message: Uint8Array;
  readonly isOf: (certificate: Certificate) => boolean;
}

interface SignedToken {
  readonly content: Uint8Array;
  readonly certificates: readonly Certificate[];
  readonly signer: SignerInfo;
}

/** Verifies a token, a ContentInfo in DER. Throws TimestampError for every token that does not hold. */
export async function verifyTimestamp(token: Uint8Array, terms: TimestampTerms): Promise<VerifiedTimestamp> {
  demand(token.length <= MOST_BYTES, 'malformed_token', 'a token of more than 64 KiB');
  const { content, certificates, signer } = readToken(token);
  const info = readInfo(content);
  const { time: at, policy, serial, hash, imprint, nonce } = info;
  demand(isEqual(await digest(hash, terms.message), imprint), 'wrong_imprint', 'the token is of other bytes');
  demand(terms.nonce === undefined || terms.nonce === nonce, 'wrong_nonce', 'the token is for another request');
  await checkContent(signer, content);
  const certificate = await signerAmong(signer, [...certificates, ...terms.authorities]);
  checkSigner(certificate, at);
  const isSigned = await isSignedBy(certificate.key, signer);
  demand(isSigned, 'bad_signature', 'the signature of the token does not verify');
  await checkChain({ signer: certificate, others: certificates, authorities: terms.authorities, at });
  return { time: at, policy, serial };
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return toHex(one) === toHex(other);
}

function readToken(token: Uint8Array): SignedToken {
  const outer = new DerReader(readDer(token).body);
  demand(oidText(outer.next(TAG.oid)) === OID.signedData, 'malformed_token', 'not a signed message');
  const signed = new DerReader(readDer(outer.next(constructed(0)).body).body);
  outer.end();
  const version = integer(signed.next(TAG.integer));
  demand(version === 3n, 'malformed_token', 'a signed message of another version');
  signed.next(TAG.set);
  const encapsulated = signed.into();
  demand(oidText(encapsulated.next(TAG.oid)) === OID.timestampInfo, 'malformed_token', 'not a time stamp');
  const content = readDer(encapsulated.next(constructed(0)).body, TAG.octetString).body;
  encapsulated.end();
  const listed = signed.optional(constructed(0));
  signed.optional(constructed(1));
  const signers = signed.into(TAG.set);
  signed.end();
  const signer = readSigner(signers.next(TAG.sequence));
  signers.end();
  const others = listed === null ? [] : new DerReader(listed.body).rest();
  demand(others.length <= MOST_CERTIFICATES, 'malformed_token', 'a token with too many certificates');
  return { content, certificates: others.map(({ whole }) => readCertificate(whole)), signer };
}

function readSigner(value: Der): SignerInfo {
  const reader = new DerReader(value.body);
  const version = integer(reader.next(TAG.integer));
  const byKey = reader.optional(primitive(0));
  const isOf = byKey === null ? ofSerial(reader.into()) : ofKeyId(byKey.body);
  demand(version === (byKey === null ? 1n : 3n), 'malformed_token', 'a signer of another version');
  const hash = strongHashOf(readAlgorithm(reader.next(TAG.sequence)));
  const attributes = reader.next(constructed(0));
  const algorithm = readAlgorithm(reader.next(TAG.sequence));
  const signature = reader.next(TAG.octetString).body;
  reader.optional(constructed(1));
  reader.end();
  // RFC 5652, 5.4: the attributes are signed under the tag SET.
  const message = Uint8Array.from(attributes.whole);
  message[0] = TAG.set;
  return { hash, algorithm, signature, attributes: readAttributes(attributes), message, isOf };
}

function ofSerial(reader: DerReader): SignerInfo['isOf'] {
  const name = toHex(reader.next(TAG.sequence).whole);
  const number = integer(reader.next(TAG.integer));
  reader.end();
  return ({ issuer, serial }) => issuer === name && serial === number;
}

function ofKeyId(body: Uint8Array): SignerInfo['isOf'] {
  const id = toHex(body);
  return ({ keyId }) => keyId === id;
}

function readAttributes({ body }: Der): ReadonlyMap<string, Der> {
  const found = new Map<string, Der>();
  for (const each of new DerReader(body).rest()) {
    const reader = new DerReader(each.body);
    const oid = oidText(reader.next(TAG.oid));
    const values = reader.into(TAG.set);
    reader.end();
    const value = values.any();
    values.end();
    demand(!found.has(oid), 'malformed_token', 'a signed attribute that is there twice');
    found.set(oid, value);
  }
  return found;
}

/** The signed attributes are of this content. */
async function checkContent({ attributes, hash }: SignerInfo, content: Uint8Array): Promise<void> {
  const type = attributes.get(OID.contentType);
  const stated = attributes.get(OID.messageDigest);
  const isOf =
    type?.tag === TAG.oid &&
    oidText(type) === OID.timestampInfo &&
    stated?.tag === TAG.octetString &&
    isEqual(stated.body, await digest(hash, content));
  demand(isOf, 'bad_signature', 'the signed attributes are of another content');
}

/** The certificate that the signed attributes name (RFC 5816: ESSCertID or ESSCertIDv2), and the signer's own name for it. */
async function signerAmong(
  { attributes, isOf }: SignerInfo,
  certificates: readonly Certificate[],
): Promise<Certificate> {
  const certificate = certificates.find(isOf);
  demand(certificate !== undefined, 'wrong_signer', 'the certificate of the signer is not there');
  const named = [attributes.get(OID.signingCertificate), attributes.get(OID.signingCertificateV2)];
  for (const [version, value] of named.entries()) {
    if (value === undefined) continue;
    const isNamed = await isCertificate(value, version === 1, certificate);
    demand(isNamed, 'wrong_signer', 'the signed attributes name another certificate');
  }
  const isThere = named.some((value) => value !== undefined);
  demand(isThere, 'wrong_signer', 'the signed attributes do not name the certificate of the signer');
  return certificate;
}

/** Whether the first one that the attribute lists is this certificate. */
async function isCertificate(value: Der, hasHash: boolean, certificate: Certificate): Promise<boolean> {
  demand(value.tag === TAG.sequence, 'malformed_token', 'a signed attribute of another form');
  const first = new DerReader(value.body).into().into();
  const stated = hasHash ? first.optional(TAG.sequence) : null;
  const hash = stated === null ? (hasHash ? 'SHA-256' : 'SHA-1') : strongHashOf(readAlgorithm(stated));
  const isHash = isEqual(first.next(TAG.octetString).body, await digest(hash, certificate.whole));
  const name = first.optional(TAG.sequence);
  first.end();
  return isHash && (name === null || isIssuerSerial(name, certificate));
}

/** IssuerSerial: GeneralNames of one directoryName, and the serial number. */
function isIssuerSerial(value: Der, { issuer, serial }: Certificate): boolean {
  const reader = new DerReader(value.body);
  const names = reader.into().rest();
  const number = integer(reader.next(TAG.integer));
  reader.end();
  const [name] = names;
  return names.length === 1 && name?.tag === constructed(4) && toHex(name.body) === issuer && number === serial;
}

/** TSTInfo (RFC 3161, 2.4.2). */
function readInfo(content: Uint8Array): TimestampInfo {
  const reader = new DerReader(readDer(content).body);
  const version = integer(reader.next(TAG.integer));
  demand(version === 1n, 'malformed_token', 'a time stamp of another version');
  const policy = oidText(reader.next(TAG.oid));
  const imprinted = reader.into();
  const hash = strongHashOf(readAlgorithm(imprinted.next(TAG.sequence)));
  const imprint = imprinted.next(TAG.octetString).body;
  imprinted.end();
  const serial = integer(reader.next(TAG.integer));
  const at = time(reader.next(TAG.generalizedTime));
  reader.optional(TAG.sequence);
  const ordering = reader.optional(TAG.boolean);
  if (ordering !== null) boolean(ordering);
  const nonce = reader.optional(TAG.integer);
  reader.optional(constructed(0));
  const extensions = reader.optional(constructed(1));
  reader.end();
  demand(extensions === null || !hasCritical(extensions), 'malformed_token', 'a critical extension that is not known');
  return { time: at, policy, serial, hash, imprint, nonce: nonce === null ? null : integer(nonce) };
}

function hasCritical({ body }: Der): boolean {
  return new DerReader(body).rest().some((each) => {
    const reader = new DerReader(each.body);
    reader.next(TAG.oid);
    const critical = reader.optional(TAG.boolean);
    return critical !== null && boolean(critical);
  });
}
