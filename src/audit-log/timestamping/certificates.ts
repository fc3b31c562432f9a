/** Certificates of time-stamping authorities: what a signer may do, and the chain to one that the operator trusts. */
import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { ensureStrongSignature, isStrongKey, oidOf } from './algorithms.ts';
import { BITS, BOOLEAN, context, OCTETS, OID, oidBody, parseDer } from '../../platform/der.ts';
import type { DerNode } from '../../platform/der.ts';
import { ensure, TimestampRefusal } from './refusal.ts';

const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const ANY_PURPOSE = '2.5.29.37.0';
/** Extensions that may be critical: those that are read here, subjectKeyIdentifier and certificatePolicies. */
const UNDERSTOOD: readonly string[] = [KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, '2.5.29.14', '2.5.29.32'];
/** Bits of keyUsage: digitalSignature and nonRepudiation. */
export const MAY_SIGN = 0xc0;
const LONGEST_CHAIN = 8;

/** Reads the certificates of a PEM file, or of one in DER. Throws where the file cannot be read, or holds none. */
export function readAuthorities(file: string): readonly X509Certificate[] {
  const bytes = readFileSync(file);
  const blocks = bytes.toString('latin1').split('-----BEGIN CERTIFICATE-----').slice(1);
  if (blocks.length === 0) return [new X509Certificate(bytes)];
  return blocks.map((block) => new X509Certificate(`-----BEGIN CERTIFICATE-----${block}`));
}

/** Throws TimestampRefusal for a certificate that says more than is understood here (RFC 5280, 4.2), as the verifier does. */
export function checkForm(certificate: X509Certificate): void {
  const fields = parseDer(certificate.raw)?.items[0]?.items ?? [];
  const isThird = fields[0]?.tag === context(0) && fields[0].items[0]?.body.equals(Buffer.of(2)) === true;
  const isKnown = [...extensionsOf(certificate)].every(
    ([oid, { isCritical }]) => !isCritical || UNDERSTOOD.includes(oid),
  );
  ensure(isThird && isKnown, 'malformed_certificate');
}

/** Throws TimestampRefusal unless the certificate is for time stamping alone (RFC 3161, 2.3), and was valid at the time. */
export function checkSigner(certificate: X509Certificate, at: Date): void {
  const extensions = extensionsOf(certificate);
  const extended = extensions.get(EXTENDED_KEY_USAGE);
  const isForTime = extended?.isCritical === true && certificate.keyUsage.join() === TIME_STAMPING;
  const maySign = !extensions.has(KEY_USAGE) || ((keyUsageOf(certificate) ?? 0) & MAY_SIGN) !== 0;
  ensure(isForTime && maySign, 'wrong_key_usage');
  ensure(isValidAt(certificate, at), 'outside_validity');
  ensure(isStrongKey(certificate), 'unsupported_algorithm');
}

/** The first eight bits of a certificate's keyUsage; null where there is none that can be read. */
export function keyUsageOf(certificate: X509Certificate): number | null {
  const usage = extensionsOf(certificate).get(KEY_USAGE)?.value;
  return usage?.tag === BITS ? (usage.body[1] ?? 0) : null;
}

/** Throws TimestampRefusal unless a chain of certificates that were valid at the time leads to a trusted one. */
export function checkAuthorities(
  signer: X509Certificate,
  others: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  at: Date,
): void {
  const isTrusted = ({ fingerprint256 }: X509Certificate): boolean =>
    trusted.some((each) => each.fingerprint256 === fingerprint256);
  let last = signer;
  let problem = new TimestampRefusal('untrusted_authority');
  for (let below = 0; below < LONGEST_CHAIN; below += 1) {
    if (isTrusted(last)) return;
    const issuers = [...trusted, ...others].filter((each) => each !== last && last.checkIssued(each));
    const problems = issuers.map((each) => [each, problemOf(each, last, below, at)] as const);
    const next = problems.find(([, found]) => found === null);
    problem = problems.find(([, found]) => found !== null)?.[1] ?? problem;
    if (next === undefined) throw problem;
    [last] = next;
  }
  throw problem;
}

function problemOf(
  issuer: X509Certificate,
  subject: X509Certificate,
  below: number,
  at: Date,
): TimestampRefusal | null {
  checkForm(issuer);
  const extensions = extensionsOf(issuer);
  const [, length] = extensions.get(BASIC_CONSTRAINTS)?.value?.items ?? [];
  const purposes = extensions.get(EXTENDED_KEY_USAGE)?.value?.items ?? null;
  const isForTime =
    purposes === null || purposes.some((each) => isOid(each, TIME_STAMPING) || isOid(each, ANY_PURPOSE));
  if (
    !issuer.ca ||
    !isForTime ||
    (length !== undefined && length.body.readUIntBE(0, Math.min(length.body.length, 6)) < below)
  )
    return new TimestampRefusal('wrong_key_usage');
  if (!isValidAt(issuer, at)) return new TimestampRefusal('outside_validity');
  ensureStrongSignature(parseDer(subject.raw)?.items[1]);
  if (!isStrongKey(issuer)) return new TimestampRefusal('unsupported_algorithm');
  return subject.verify(issuer.publicKey) ? null : new TimestampRefusal('bad_signature');
}

function isValidAt({ validFrom, validTo }: X509Certificate, at: Date): boolean {
  return Date.parse(validFrom) <= at.getTime() && at.getTime() <= Date.parse(validTo);
}

function isOid(node: DerNode, dotted: string): boolean {
  return node.tag === OID && node.body.equals(oidBody(dotted));
}

interface Extension {
  readonly isCritical: boolean;
  readonly value: DerNode | null;
}

function extensionsOf({ raw }: X509Certificate): ReadonlyMap<string, Extension> {
  const fields = parseDer(raw)?.items[0]?.items ?? [];
  const list = fields.find(({ tag }) => tag === context(3))?.items[0]?.items ?? [];
  return new Map(
    list.map((node) => {
      const octets = node.items.at(-1);
      const critical = node.items[1];
      const isCritical = critical?.tag === BOOLEAN && critical.body[0] !== 0;
      return [oidOf(node), { isCritical, value: octets?.tag === OCTETS ? parseDer(octets.body) : null }];
    }),
  );
}
