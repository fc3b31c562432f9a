/** Certificates (RFC 5280), as far as chains to a time-stamping authority need them. */
import { fromBase64, toHex } from './bytes.ts';
import { readAlgorithm, type Algorithm } from './algorithms.ts';
import {
  boolean,
  constructed,
  DerReader,
  integer,
  oidText,
  primitive,
  readDer,
  TAG,
  time,
  wholeBits,
  type Der,
} from './der.ts';
import { demand, TimestampError } from './timestamp-error.ts';

export interface Certificate {
  readonly whole: Uint8Array;
  /** What the issuer signed. */
  readonly tbs: Uint8Array;
  readonly algorithm: Algorithm;
  readonly signature: Uint8Array;
  readonly serial: bigint;
  /** Names as they are encoded, in hex: equal names have equal bytes. */
  readonly issuer: string;
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo. */
  readonly key: Der;
  readonly keyId: string | null;
  readonly isAuthority: boolean;
  /** How many authorities may stand below this one; null for any number. */
  readonly pathLength: number | null;
  /** The bits of keyUsage, the first one highest; null where there is none. */
  readonly usage: number | null;
  readonly purposes: { readonly isCritical: boolean; readonly oids: readonly string[] } | null;
}

export const USAGE = { digitalSignature: 0x80, nonRepudiation: 0x40, certificateSign: 0x04 } as const;

const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
} as const;
/** Extensions that may be critical: those above, and certificatePolicies, which nothing here asks for. */
const UNDERSTOOD: readonly string[] = [...Object.values(EXTENSION), '2.5.29.32'];
const MOST_CERTIFICATES = 50;

/** Reads a certificate. Throws TimestampError. */
export function readCertificate(bytes: Uint8Array): Certificate {
  const whole = readDer(bytes);
  const outer = new DerReader(whole.body);
  const tbs = outer.next(TAG.sequence);
  const algorithm = readAlgorithm(outer.next(TAG.sequence));
  const signature = wholeBits(outer.next(TAG.bitString));
  outer.end();
  const reader = new DerReader(tbs.body);
  const version = integer(readDer(reader.next(constructed(0)).body, TAG.integer));
  demand(version === 2n, 'malformed_certificate', 'a certificate that is not of version 3');
  const serial = integer(reader.next(TAG.integer));
  const inner = readAlgorithm(reader.next(TAG.sequence));
  demand(toHex(inner.whole) === toHex(algorithm.whole), 'malformed_certificate', 'a certificate of two algorithms');
  const issuer = toHex(reader.next(TAG.sequence).whole);
  const validity = reader.into();
  const [notBefore, notAfter] = [time(validity.any()), time(validity.any())];
  validity.end();
  const subject = toHex(reader.next(TAG.sequence).whole);
  const key = reader.next(TAG.sequence);
  reader.optional(primitive(1));
  reader.optional(primitive(2));
  const extensions = reader.optional(constructed(3));
  reader.end();
  const names = { issuer, subject, serial, notBefore, notAfter, key };
  return { whole: whole.whole, tbs: tbs.whole, algorithm, signature, ...names, ...readExtensions(extensions) };
}

type Extensions = Pick<Certificate, 'keyId' | 'isAuthority' | 'pathLength' | 'usage' | 'purposes'>;

function readExtensions(value: Der | null): Extensions {
  const found = new Map<string, { readonly isCritical: boolean; readonly content: Uint8Array }>();
  for (const each of value === null ? [] : new DerReader(readDer(value.body).body).rest()) {
    const reader = new DerReader(each.body);
    const oid = oidText(reader.next(TAG.oid));
    const critical = reader.optional(TAG.boolean);
    const isCritical = critical !== null && boolean(critical);
    const content = reader.next(TAG.octetString).body;
    reader.end();
    demand(!found.has(oid), 'malformed_certificate', 'a certificate with one extension twice');
    const isKnown = !isCritical || UNDERSTOOD.includes(oid);
    demand(isKnown, 'malformed_certificate', 'a certificate with a critical extension that is not known');
    found.set(oid, { isCritical, content });
  }
  const basic = found.get(EXTENSION.basicConstraints);
  const usage = found.get(EXTENSION.keyUsage);
  const extended = found.get(EXTENSION.extendedKeyUsage);
  const keyId = found.get(EXTENSION.subjectKeyIdentifier);
  return {
    ...readBasic(basic?.content ?? null),
    keyId: keyId === undefined ? null : toHex(readDer(keyId.content, TAG.octetString).body),
    usage: usage === undefined ? null : (readDer(usage.content, TAG.bitString).body[1] ?? 0),
    purposes:
      extended === undefined
        ? null
        : {
            isCritical: extended.isCritical,
            oids: new DerReader(readDer(extended.content).body).rest().map(purposeOf),
          },
  };
}

function purposeOf(value: Der): string {
  demand(value.tag === TAG.oid, 'malformed_certificate', 'a certificate with a malformed extension');
  return oidText(value);
}

function readBasic(content: Uint8Array | null): Pick<Extensions, 'isAuthority' | 'pathLength'> {
  if (content === null) return { isAuthority: false, pathLength: null };
  const reader = new DerReader(readDer(content).body);
  const authority = reader.optional(TAG.boolean);
  const length = reader.optional(TAG.integer);
  reader.end();
  return {
    isAuthority: authority !== null && boolean(authority),
    pathLength: length === null ? null : Number(integer(length)),
  };
}

const [BEGIN, END] = ['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----'];

/** Reads the certificates of a file: PEM, with one or more, or one as DER. Throws TimestampError `malformed_certificate`. */
export function parseAuthorities(file: Uint8Array): readonly Certificate[] {
  try {
    if (file[0] === TAG.sequence) return [readCertificate(file)];
    const blocks = new TextDecoder()
      .decode(file)
      .split(BEGIN)
      .slice(1)
      .map((block) => fromBase64((block.split(END)[0] ?? '').replace(/\s/g, '')));
    const certificates = blocks.slice(0, MOST_CERTIFICATES).map((bytes) => {
      demand(bytes !== null, 'malformed_certificate', 'not a certificate');
      return readCertificate(bytes);
    });
    demand(certificates.length > 0, 'malformed_certificate', 'holds no certificate, as PEM or DER');
    return certificates;
  } catch (error) {
    if (!(error instanceof TimestampError)) throw error;
    throw new TimestampError('malformed_certificate', error.message);
  }
}
