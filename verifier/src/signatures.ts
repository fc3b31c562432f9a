/** Who signed what. docs/audit-format.md, Signatures and keys. */
import type { Bundle } from './bundle.ts';
import { canonicalBytes, without } from './jcs.ts';
import type { JsonObject } from './json.ts';
import { KeyRing } from './keys.ts';
import type { Signature } from './seal.ts';
import { counted } from './shown.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** Checks of signatures, and what they say about the origin of the file. */
export interface SignatureChecks {
  readonly seals: Check;
  readonly report: Check;
  readonly origin: Check;
}

type Judgement =
  | 'pinned' // verifies under a key that the caller pinned
  | 'stated' // verifies under a key that came with the file
  | 'bad'
  | 'no key';

/** Something signed, with the session whose root it vouches for. */
interface Signed {
  readonly what: string;
  readonly session: string;
  readonly judgement: Judgement;
  readonly key_id: string;
}

/** Checks every signature once, against pinned keys first. `pinned` are raw public keys of 32 bytes. */
export function checkSignatures(bundle: Bundle, pinned: readonly Uint8Array[]): SignatureChecks {
  const ring = new KeyRing(pinned, bundle.keys ?? []);
  const seals = judgeSeals(bundle, ring);
  const report = judgeReport(bundle, ring);
  return {
    seals:
      seals.length === 0
        ? notChecked('seal_signature', 'the file holds no seal')
        : conclude('seal_signature', seals, bundle),
    report:
      report === null
        ? notChecked('report_signature', 'the file holds no report that could be read')
        : conclude('report_signature', [report], bundle),
    origin: checkOrigin(bundle, report === null ? seals : [...seals, report], pinned),
  };
}

function judgeSeals({ seals }: Bundle, ring: KeyRing): readonly Signed[] {
  return seals.map(({ seal, object, signature }) => ({
    what: `the seal of ${seal.session_id}`,
    session: seal.session_id,
    key_id: signature.key_id,
    judgement: judge(object, signature, ring),
  }));
}

function judgeReport({ report }: Bundle, ring: KeyRing): Signed | null {
  const stated = report?.report ?? null;
  if (report === null || stated === null) return null;
  const { session_id, signature } = stated;
  return {
    what: 'the report',
    session: session_id,
    key_id: signature.key_id,
    judgement: judge(without(report.object, 'signature'), signature, ring),
  };
}

function judge(document: JsonObject, { key_id, bytes }: Signature, ring: KeyRing): Judgement {
  const message = canonicalBytes(document);
  const pinned = ring.pinnedUnder(key_id);
  if (pinned.some((key) => key.verifies(bytes, message))) return 'pinned';
  const stated = ring.statedUnder(key_id);
  if (stated === null) return pinned.length > 0 ? 'bad' : 'no key';
  return stated.verifies(bytes, message) ? 'stated' : 'bad';
}

function conclude(id: 'seal_signature' | 'report_signature', signed: readonly Signed[], { keys }: Bundle): Check {
  const findings = new Findings();
  for (const { what, judgement, key_id } of signed) {
    if (judgement === 'bad')
      findings.add({ code: 'bad_signature', message: `the signature of ${what} does not verify under key ${key_id}` });
    // A bundle brings its keys along: one that is missing was taken out.
    if (judgement === 'no key' && keys !== null)
      findings.add({
        code: 'unknown_key',
        message: `${what} is signed with key ${key_id}, which the file does not hold`,
      });
  }
  const missing = signed.filter(({ judgement }) => judgement === 'no key').length;
  if (missing > 0)
    return findings.concludePartly(id, `needs the public key of ${counted(missing, 'signature', 'signatures')}`);
  return findings.conclude(id, `${counted(signed.length, 'signature', 'signatures')}, Ed25519`);
}

/**
 * Whether pinned keys vouch for the whole file. Anyone can make a consistent file and sign it with a key of their own,
 * so each signature must be by a pinned key, and each session with entries must have a root that one of them covers.
 */
function checkOrigin({ sessions }: Bundle, signed: readonly Signed[], pinned: readonly Uint8Array[]): Check {
  if (pinned.length === 0) return notChecked('origin', 'no trusted key was given');
  const findings = new Findings();
  if (signed.length === 0) findings.add({ code: 'unsigned', message: 'nothing in the file is signed' });
  for (const { what, judgement, key_id } of signed) {
    if (judgement !== 'pinned')
      findings.add({ code: 'untrusted_key', message: `${what} is not signed with a trusted key`, found: key_id });
  }
  const covered = new Set(signed.filter(({ judgement }) => judgement === 'pinned').map(({ session }) => session));
  for (const session of sessions.keys()) {
    if (!covered.has(session))
      findings.add({ code: 'unsigned', message: `no signature of a trusted key covers the entries of ${session}` });
  }
  return findings.conclude(
    'origin',
    `${counted(signed.length, 'signature', 'signatures')} by ${counted(pinned.length, 'trusted key', 'trusted keys')}`,
  );
}
