/** Who signed what. docs/audit-format.md, Signatures and keys. */
import type { Bundle } from './bundle.ts';
import { toHex } from './bytes.ts';
import { openSessions } from './journal-end.ts';
import { canonicalBytes, canonicalText, without } from './jcs.ts';
import type { JsonObject } from './json.ts';
import type { SignedHead } from './heads.ts';
import type { Judgement, SignedThing } from './judgement.ts';
import { KeyRing } from './keys.ts';
import type { Signature } from './seal.ts';
import { counted } from './shown.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** Checks of signatures, and what they say about the origin of the file. */
export interface SignatureChecks {
  readonly seals: Check;
  readonly report: Check;
  readonly heads: Check;
  readonly origin: Check;
}

/** Something signed, with the sessions whose roots it vouches for. */
interface Signed extends SignedThing {
  readonly sessions: readonly string[];
}

/**
 * Checks every signature once, against pinned keys first. `pinned` are raw public keys of 32 bytes; `receipts` are the caller's;
 * `checkpoints` are those of the file, already judged.
 */
export function checkSignatures(
  bundle: Bundle,
  receipts: readonly SignedHead[],
  pinned: readonly Uint8Array[],
  checkpoints: readonly SignedThing[],
): SignatureChecks {
  const ring = new KeyRing(pinned, bundle.keys ?? []);
  const seals = judgeSeals(bundle, ring);
  const report = judgeReport(bundle, ring);
  const heads = judgeHeads([...bundle.heads, ...receipts], ring);
  return {
    seals:
      seals.length === 0
        ? notChecked('seal_signature', 'the file holds no seal')
        : conclude('seal_signature', seals, bundle),
    report:
      report === null
        ? notChecked('report_signature', 'the file holds no report that could be read')
        : conclude('report_signature', [report], bundle),
    heads: heads.length === 0 ? nothingToSign(bundle) : conclude('head_signature', heads, bundle),
    origin: checkOrigin(bundle, report === null ? seals : [...seals, report], [...heads, ...checkpoints], pinned),
  };
}

function judgeSeals({ seals }: Bundle, ring: KeyRing): readonly Signed[] {
  return seals.map(({ seal, object, signature }) => ({
    what: `the seal of ${seal.session_id}`,
    sessions: [seal.session_id],
    key_id: signature.key_id,
    judgement: judge(object, signature, ring),
  }));
}

/** Heads of one anchor share its signature, which is checked once. */
function judgeHeads(heads: readonly SignedHead[], ring: KeyRing): readonly Signed[] {
  const judged = new Map<string, Judgement>();
  return heads.map(({ head, signedBy, object, signature }) => {
    const name = `${toHex(signature.bytes)} ${signature.key_id} ${canonicalText(object)}`;
    const judgement = judged.get(name) ?? judge(object, signature, ring);
    judged.set(name, judgement);
    const what = `${signedBy} with a head of ${head.session_id}`;
    return { what, sessions: [head.session_id], key_id: signature.key_id, judgement };
  });
}

// A sealed session needs no head: its seal says where it ends.
function nothingToSign(bundle: Bundle): Check {
  return bundle.entries !== null && openSessions(bundle).length === 0
    ? new Findings().conclude('head_signature', 'no signed head, and none is needed: every session is sealed')
    : notChecked('head_signature', 'the file holds no signed head, and no receipt was given');
}

function judgeReport({ report }: Bundle, ring: KeyRing): Signed | null {
  const stated = report?.report ?? null;
  if (report === null || stated === null) return null;
  const { session_id: id, sessions, signature } = stated;
  const withRoot = sessions.filter(({ merkle_root_hex: root }) => root !== null).map((session) => session.id);
  return {
    what: 'the report',
    sessions: id === null ? withRoot : [id],
    key_id: signature.key_id,
    judgement: judge(without(report.object, 'signature'), signature, ring),
  };
}

/** Which key a document is signed with. */
export function judge(document: JsonObject, { key_id, bytes }: Signature, ring: KeyRing): Judgement {
  const message = canonicalBytes(document);
  const pinned = ring.pinnedUnder(key_id);
  if (pinned.some((key) => key.verifies(bytes, message))) return 'pinned';
  const stated = ring.statedUnder(key_id);
  if (stated === null) return pinned.length > 0 ? 'bad' : 'no key';
  return stated.verifies(bytes, message) ? 'stated' : 'bad';
}

function conclude(
  id: 'seal_signature' | 'report_signature' | 'head_signature',
  signed: readonly Signed[],
  { keys }: Bundle,
): Check {
  const findings = new Findings();
  for (const { what, judgement, key_id } of signed) {
    if (judgement === 'bad')
      findings.add('bad_signature', `the signature of ${what} does not verify under key ${key_id}`);
    // A bundle brings its keys along: one that is missing was taken out.
    if (judgement === 'no key' && keys !== null)
      findings.add('unknown_key', `${what} is signed with key ${key_id}, which the file does not hold`);
  }
  const missing = signed.filter(({ judgement }) => judgement === 'no key').length;
  if (missing > 0) return findings.concludePartly(id, `needs the public key of ${counted(missing, 'signature')}`);
  return findings.conclude(id, `${counted(signed.length, 'signature')}, Ed25519`);
}

/**
 * Whether pinned keys vouch for the whole file. Anyone can make a consistent file and sign it with a key of their own,
 * so each signature must be by a pinned key, and each session with entries must have a root that one of them covers.
 */
function checkOrigin(
  { sessions }: Bundle,
  signed: readonly Signed[],
  heads: readonly SignedThing[],
  pinned: readonly Uint8Array[],
): Check {
  if (pinned.length === 0) return notChecked('origin', 'no trusted key was given');
  const findings = new Findings();
  if (signed.length === 0) findings.add('unsigned', 'nothing in the file is signed');
  for (const { what, judgement, key_id } of [...signed, ...heads]) {
    if (judgement !== 'pinned')
      findings.add('untrusted_key', `${what} is not signed with a trusted key`, { found: key_id });
  }
  const covered = new Set(
    signed.filter(({ judgement }) => judgement === 'pinned').flatMap(({ sessions: vouched }) => vouched),
  );
  for (const session of sessions.keys()) {
    if (!covered.has(session))
      findings.add('unsigned', `no signature of a trusted key covers the entries of ${session}`);
  }
  return findings.conclude(
    'origin',
    `${counted(signed.length + heads.length, 'signature')} by ${counted(pinned.length, 'trusted key')}`,
  );
}
