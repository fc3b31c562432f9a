/** Who signs PDFs: a private key of the operator, and the chain of its certificate. See docs/audit-format.md, PDF. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { keyUsageOf, MAY_SIGN } from '../../audit-log/timestamping/certificates.ts';
import { largestSignedData } from './signed-data.ts';
import type { SigningIdentity } from './signed-data.ts';

/** An identity, or what is wrong with the key or the certificates. */
export type IdentityReading =
  | { readonly ok: true; readonly identity: SigningIdentity }
  | { readonly ok: false; readonly part: 'key' | 'certificates'; readonly message: string };

const LEAST_RSA_BITS = 2048;
const MOST_RSA_BITS = 4096;

/**
 * Reads a private key and certificates, both as PEM, and checks that they can sign at a moment. The certificates can have any
 * order. Never throws, and no message repeats anything of the key.
 */
export function readSigningIdentity(keyText: string, certificatesText: string, at: Date): IdentityReading {
  const key = readKey(keyText);
  if (typeof key === 'string') return { ok: false, part: 'key', message: key };
  const chain = readChain(certificatesText, key);
  if (typeof chain === 'string') return { ok: false, part: 'certificates', message: chain };
  const [certificate, ...issuers] = chain;
  const identity = { key, certificate, issuers };
  const problem = problemOf(identity, at);
  return problem === null ? { ok: true, identity } : { ok: false, part: 'certificates', message: problem };
}

/** The subject of the certificate on one line, the name first as it is written in the certificate. */
export function subjectOf({ certificate }: SigningIdentity): string {
  return certificate.subject.split('\n').join(', ');
}

/** Whether all certificates of the chain are valid at a moment. */
export function isValidAt({ certificate, issuers }: SigningIdentity, at: Date): boolean {
  return [certificate, ...issuers].every(
    ({ validFrom, validTo }) => Date.parse(validFrom) <= at.getTime() && at.getTime() <= Date.parse(validTo),
  );
}

/** When the first certificate of the chain expires. */
export function expiryOf({ certificate, issuers }: SigningIdentity): Date {
  return new Date(Math.min(...[certificate, ...issuers].map(({ validTo }) => Date.parse(validTo))));
}

function readKey(text: string): KeyObject | string {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: text, format: 'pem' });
  } catch {
    return text.includes('ENCRYPTED') ? 'is encrypted: it must be without a passphrase' : 'is no private key as PEM';
  }
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const isStrong =
    (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') ||
    (key.asymmetricKeyType === 'rsa' && modulusLength >= LEAST_RSA_BITS && modulusLength <= MOST_RSA_BITS);
  return isStrong ? key : `must be of ECDSA on P-256, or of RSA with ${LEAST_RSA_BITS} to ${MOST_RSA_BITS} bits`;
}

type Chain = readonly [X509Certificate, ...X509Certificate[]];

/** The certificate of the key, then its issuer, and so on. All that are given must be of this chain. */
function readChain(text: string, key: KeyObject): Chain | string {
  let left: X509Certificate[];
  try {
    left = text
      .split('-----BEGIN CERTIFICATE-----')
      .slice(1)
      .map((block) => new X509Certificate(`-----BEGIN CERTIFICATE-----${block}`));
  } catch {
    return 'has a certificate that cannot be read';
  }
  if (left.length === 0) return 'holds no certificate as PEM';
  const own = left.find((each) => each.checkPrivateKey(key));
  if (own === undefined) return 'has no certificate of the key';
  const chain: [X509Certificate, ...X509Certificate[]] = [own];
  let last = own;
  for (;;) {
    left = left.filter((each) => each !== last);
    const next = left.find((each) => each.ca && last.checkIssued(each) && last.verify(each.publicKey));
    if (next === undefined) break;
    chain.push(next);
    last = next;
  }
  return left.length === 0 ? chain : 'has certificates that do not lead from that of the key to its issuers';
}

function problemOf(identity: SigningIdentity, at: Date): string | null {
  if (((keyUsageOf(identity.certificate) ?? 0) & MAY_SIGN) === 0)
    return 'has a certificate without the key usage digitalSignature or nonRepudiation';
  if (!isValidAt(identity, at)) return 'has a certificate that is expired, or not valid yet';
  try {
    largestSignedData(identity);
    return null;
  } catch {
    return 'has certificates of more than 60 kB';
  }
}
