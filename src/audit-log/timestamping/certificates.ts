/** Certificates of time-stamping authorities: what a signer may do, and the chain to one that the operator trusts. */
import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { isStrongSignature, oidOf } from './algorithms.ts';
import { BITS, BOOLEAN, context, OCTETS, parseDer } from './der.ts';
import type { DerNode } from './der.ts';
import { ensure, TimestampRefusal } from './refusal.ts';

const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
/** Bits of keyUsage: digitalSignature and nonRepudiation. */
const MAY_SIGN = 0xc0;
const LEAST_RSA_BITS = 2048;
const LONGEST_CHAIN = 8;

/** Reads the certificates of a PEM file, or of one in DER. Throws where the file cannot be read, or holds none. */
export function readAuthorities(file: string): readonly X509Certificate[] {
  const bytes = readFileSync(file);
  const blocks = bytes.toString('latin1').split('-----BEGIN CERTIFICATE-----').slice(1);
  if (blocks.length === 0) return [new X509Certificate(bytes)];
  return blocks.map((block) => new X509Certificate(`-----BEGIN CERTIFICATE-----${block}`));
}

/** Throws TimestampRefusal unless the certificate is for time stamping alone (RFC 3161, 2.3), and was valid at the time. */
export function checkSigner(certificate: X509Certificate, at: Date): void {
  const extensions = extensionsOf(certificate);
  const extended = extensions.get(EXTENDED_KEY_USAGE);
  const isForTime = extended?.isCritical === true && certificate.keyUsage.join() === TIME_STAMPING;
  const usage = extensions.get(KEY_USAGE)?.value;
  const maySign = usage === undefined || (usage?.tag === BITS && ((usage.body[1] ?? 0) & MAY_SIGN) !== 0);
  ensure(isForTime && maySign, 'wrong_key_usage');
  ensure(isValidAt(certificate, at), 'outside_validity');
  ensure(isStrongKey(certificate), 'unsupported_algorithm');
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
  const [, length] = extensionsOf(issuer).get(BASIC_CONSTRAINTS)?.value?.items ?? [];
  if (!issuer.ca || (length !== undefined && length.body.readUIntBE(0, Math.min(length.body.length, 6)) < below))
    return new TimestampRefusal('wrong_key_usage');
  if (!isValidAt(issuer, at)) return new TimestampRefusal('outside_validity');
  if (!isStrongKey(issuer) || !isStrongSignature(parseDer(subject.raw)?.items[1]))
    return new TimestampRefusal('unsupported_algorithm');
  return subject.verify(issuer.publicKey) ? null : new TimestampRefusal('bad_signature');
}

function isValidAt({ validFrom, validTo }: X509Certificate, at: Date): boolean {
  return Date.parse(validFrom) <= at.getTime() && at.getTime() <= Date.parse(validTo) + 999;
}

function isStrongKey({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: X509Certificate): boolean {
  return asymmetricKeyType === 'ec' || (asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS;
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
      const isCritical = node.items[1]?.tag === BOOLEAN;
      return [oidOf(node), { isCritical, value: octets?.tag === OCTETS ? parseDer(octets.body) : null }];
    }),
  );
}
