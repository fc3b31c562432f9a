/** The signature in a PDF: CMS SignedData over bytes that are not in it (RFC 5652, RFC 5035; PAdES baseline B-B, EN 319 142-1). */
import { sign } from 'node:crypto';
import type { KeyObject, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { context, encode, INTEGER, NULL, OCTETS, OID, oidBody, parseDer, SEQUENCE, SET } from '../../platform/der.ts';
import { sha256 } from '../../platform/sha256.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const DATA = '1.2.840.113549.1.7.1';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const RSA_SHA256 = '1.2.840.113549.1.1.11';
const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
/** Bytes of an ECDSA signature on P-256 at most: two integers of 33 bytes. */
const LONGEST_ECDSA = 72;

/** What a PDF is signed with. */
export interface SigningIdentity {
  /** ECDSA on P-256, or RSA. */
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
  /** The certificates above it, each the issuer of the one before. */
  readonly issuers: readonly X509Certificate[];
}

const inThread = promisify(sign);
const oid = (dotted: string): Buffer => encode(OID, oidBody(dotted));
/** The members of a SET OF in DER: sorted by their bytes. */
const sorted = (members: readonly Buffer[]): Buffer[] => members.toSorted((a, b) => Buffer.compare(a, b));
const attribute = (id: string, value: Buffer): Buffer => encode(SEQUENCE, oid(id), encode(SET, value));

/** Signs the SHA-256 of bytes. The private key works in a thread of the pool of Node. */
export async function signedData(identity: SigningIdentity, digest: Uint8Array): Promise<Buffer> {
  const attributes = signedAttributes(identity, digest);
  const signature = await inThread('sha256', encode(SET, ...attributes), identity.key);
  return contentInfo(identity, attributes, signature);
}

/** Returns the most bytes that a signature of an identity takes. Throws RangeError where that is over 64 KiB. */
export function largestSignedData(identity: SigningIdentity): number {
  const { modulusLength } = identity.key.asymmetricKeyDetails ?? {};
  const longest = Buffer.alloc(modulusLength === undefined ? LONGEST_ECDSA : Math.ceil(modulusLength / 8));
  return contentInfo(identity, signedAttributes(identity, Buffer.alloc(32)), longest).length;
}

/** There is no signing time: in a PDF it is in the dictionary of the signature. */
function signedAttributes({ certificate }: SigningIdentity, digest: Uint8Array): readonly Buffer[] {
  const certificateId = encode(SEQUENCE, encode(OCTETS, sha256(certificate.raw)));
  return sorted([
    attribute(CONTENT_TYPE, oid(DATA)),
    attribute(MESSAGE_DIGEST, encode(OCTETS, digest)),
    attribute(SIGNING_CERTIFICATE_V2, encode(SEQUENCE, encode(SEQUENCE, certificateId))),
  ]);
}

function contentInfo(identity: SigningIdentity, attributes: readonly Buffer[], signature: Uint8Array): Buffer {
  const { certificate, issuers, key } = identity;
  const one = encode(INTEGER, Buffer.of(1));
  const hash = encode(SEQUENCE, oid(SHA256));
  const algorithm =
    key.asymmetricKeyType === 'rsa'
      ? encode(SEQUENCE, oid(RSA_SHA256), encode(NULL))
      : encode(SEQUENCE, oid(ECDSA_SHA256));
  const signer = encode(
    SEQUENCE,
    one,
    issuerAndSerial(certificate.raw),
    hash,
    encode(context(0), ...attributes),
    algorithm,
    encode(OCTETS, signature),
  );
  const signed = encode(
    SEQUENCE,
    one,
    encode(SET, hash),
    encode(SEQUENCE, oid(DATA)),
    encode(context(0), ...sorted([certificate, ...issuers].map(({ raw }) => raw))),
    encode(SET, signer),
  );
  return encode(SEQUENCE, oid(SIGNED_DATA), encode(context(0), signed));
}

/** The names by which a signer is found among the certificates (RFC 5652, 10.2.4). */
function issuerAndSerial(certificate: Buffer): Buffer {
  // A certificate with a key usage is of version 3, whose first member is the version.
  const [, serial, , issuer] = parseDer(certificate)?.items[0]?.items ?? [];
  if (serial === undefined || issuer === undefined) throw new RangeError('a certificate that cannot be read');
  return encode(SEQUENCE, issuer.whole, serial.whole);
}
