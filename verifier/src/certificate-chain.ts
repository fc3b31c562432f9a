/** The chain from the signer of a token to a certificate that the caller trusts, at the time of the token. */
import { isSignedBy } from './algorithms.ts';
import { toHex } from './bytes.ts';
import { USAGE, type Certificate } from './certificate.ts';
import { demand, TimestampError } from './timestamp-error.ts';

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const ANY_PURPOSE = '2.5.29.37.0';
/** Authorities in a chain, and signatures that are verified for one, at most. */
const MOST_STEPS = 8;
const MOST_SIGNATURES = 32;

export interface ChainTerms {
  readonly signer: Certificate;
  /** Certificates that came along: nothing is trusted because it is among them. */
  readonly others: readonly Certificate[];
  /** Those that the caller trusts. */
  readonly authorities: readonly Certificate[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Whether a certificate may sign time stamps (RFC 3161, 2.3), and was valid at the time. Throws TimestampError. */
export function checkSigner({ purposes, usage, ...signer }: Certificate, at: number): void {
  const isOnly = purposes?.oids.length === 1 && purposes.oids[0] === TIME_STAMPING && purposes.isCritical;
  demand(isOnly, 'wrong_key_usage', 'the certificate of the signer is not, critically and alone, for time stamping');
  const mayUse = usage === null || (usage & (USAGE.digitalSignature | USAGE.nonRepudiation)) !== 0;
  demand(mayUse, 'wrong_key_usage', 'the key of the signer may not sign');
  demand(isValidAt(signer, at), 'outside_validity', 'the certificate of the signer was not valid at that time');
}

/** Finds a chain. Throws TimestampError where there is none. */
export async function checkChain({ signer, others, authorities, at }: ChainTerms): Promise<void> {
  const trusted = new Set(authorities.map(({ whole }) => toHex(whole)));
  if (trusted.has(toHex(signer.whole))) return;
  let refusal = new TimestampError('untrusted_authority', 'no chain leads to a given certificate');
  let signatures = 0;
  const paths: { readonly last: Certificate; readonly below: number }[] = [{ last: signer, below: 0 }];
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    const { last, below } = path;
    // Trusted ones first. Any of the others is only a step.
    const candidates = [...authorities, ...others].filter(({ subject }) => subject === last.issuer);
    for (const issuer of candidates) {
      signatures += 1;
      if (signatures > MOST_SIGNATURES) throw refusal;
      const problem = await problemOf(issuer, last, below, at);
      if (problem !== null) {
        refusal = problem;
        continue;
      }
      if (trusted.has(toHex(issuer.whole))) return;
      if (below < MOST_STEPS) paths.push({ last: issuer, below: below + 1 });
    }
  }
  throw refusal;
}

/** Why a certificate does not vouch for the one below it; null where it does. `below` counts the authorities between. */
async function problemOf(
  issuer: Certificate,
  subject: Certificate,
  below: number,
  at: number,
): Promise<TimestampError | null> {
  const { isAuthority, usage, pathLength, purposes } = issuer;
  const mayCertify = isAuthority && (usage === null || (usage & USAGE.certificateSign) !== 0);
  const isForTime = purposes === null || purposes.oids.some((oid) => oid === TIME_STAMPING || oid === ANY_PURPOSE);
  if (!mayCertify || !isForTime || (pathLength !== null && pathLength < below))
    return new TimestampError('wrong_key_usage', 'a certificate of the chain may not vouch for the next one');
  if (!isValidAt(issuer, at))
    return new TimestampError('outside_validity', 'a certificate of the chain was not valid at that time');
  const { tbs, algorithm, signature } = subject;
  try {
    const isSigned = await isSignedBy(issuer.key, { message: tbs, algorithm, hash: null, signature });
    return isSigned ? null : new TimestampError('bad_signature', 'the signature of a certificate does not verify');
  } catch (error) {
    // Another certificate of the same name may have a key of the right kind.
    if (error instanceof TimestampError) return error;
    throw error;
  }
}

function isValidAt({ notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>, at: number): boolean {
  return notBefore <= at && at <= notAfter;
}
