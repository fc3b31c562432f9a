/**
 * The procedure of verification: what is checked, in order. Runs in Node, Deno, Bun and the browser; touches no disk,
 * no network and no clock.
 *
 * Whoever made the file may be the attacker. Nothing in it is trusted because it is there: every stated hash is
 * computed again, every signature is made to verify, and only a key that the caller brings can make it authentic.
 */
import { readBundle, readFile, type Bundle } from './bundle.ts';
import { checkChainHmacs, checkChainLinks, type ChainKeys } from './chain.ts';
import { checkCompleteness } from './completeness.ts';
import { checkCounts } from './counts.ts';
import type { SignedHead } from './heads.ts';
import { isDisclosure, verifyDisclosure } from './disclosure.ts';
import { checkJournalEnd, openSessions } from './journal-end.ts';
import { checkKeyIds, distinctKeys } from './keys.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { parseCheckpointNote } from './account-log.ts';
import type { ConsistencyProof } from './consistency-proof.ts';
import type { KeyManifest } from './key-manifest.ts';
import { checkLogConsistency } from './log-consistency.ts';
import { checkLogInclusion } from './log-inclusion.ts';
import { checkCheckpointSignatures, judgeCheckpoints } from './log-signatures.ts';
import { checkWitnesses } from './log-witnesses.ts';
import { logKeysOf } from './note-key.ts';
import type { WitnessPolicy } from './witness-policy.ts';
import { isPdf, readPdf, type PdfReport } from './pdf.ts';
import { checkPdfText } from './pdf-text.ts';
import { checkPolicyDigest } from './policy.ts';
import { counted } from './shown.ts';
import { checkSignatures } from './signatures.ts';
import { sourceOf, type Source } from './text-source.ts';
import { checkTimes } from './times.ts';
import { checkCanonicalForm, checkLeaves, checkRoots } from './tree.ts';
import { uncomparedMembers } from './uncovered.ts';
import { conclude, Findings, notChecked, notRead, type Check, type Verification } from './verdict.ts';

export type { Source } from './text-source.ts';
export type { ChainKeys } from './chain.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { parseReceipt, type SignedHead } from './heads.ts';
export { parseKeyList, parsePublicKey } from './keys.ts';
export { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './tree-proofs.ts';
export { FormatError, type FormatErrorCode } from './format-error.ts';
export { parseVerifierKey, parseWitnessKey, type NoteKey, type VerifierKey, type WitnessKey } from './note-key.ts';
export { openNote, verifyCosignature, type Cosignature, type OpenedNote, type VerifiedSignature } from './note.ts';
export type { NoteSignature } from './signed-note.ts';
export { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
export { formatTlogProof, parseTlogProof, type TlogProof, type TlogProofParts } from './tlog-proof.ts';
export {
  parsePolicy,
  type PolicyGroup,
  type PolicyLog,
  type PolicyWitness,
  type WitnessPolicy,
} from './witness-policy.ts';
export { parseConsistencyProof, type ConsistencyProof } from './consistency-proof.ts';
export { parseKeyManifest, type KeyManifest, type ManifestKey } from './key-manifest.ts';
export { parseCheckpointNote, type CheckpointNote } from './account-log.ts';
export { forksAmong } from './log-consistency.ts';
export { judgeCheckpoint, type WitnessedCheckpoint } from './witnessed-checkpoint.ts';
export type {
  Check,
  CheckId,
  EntryName,
  Finding,
  FindingCode,
  NotRead,
  StatedCheckpoint,
  Verdict,
  Verification,
  Verified,
} from './verdict.ts';

/** What the caller knows that the file cannot be trusted to say. */
export interface VerifyOptions {
  /** Raw Ed25519 public keys, 32 bytes each, that the caller got from elsewhere. Without one nothing is authentic. */
  readonly trustedKeys?: readonly Uint8Array[];
  readonly chainKeys?: ChainKeys;
  /** Receipts that callers kept, of `parseReceipt`. Each must be of a session of the file. */
  readonly receipts?: readonly SignedHead[];
  /** Whether a session that is not sealed is a finding. */
  readonly requireSealed?: boolean;
  /** Checkpoints of the account's log that the caller kept: whole signed notes. */
  readonly previousCheckpoints?: readonly string[];
  /** Proofs from `parseConsistencyProof`, for checkpoints of different sizes. */
  readonly consistencyProofs?: readonly ConsistencyProof[];
  /** Which witnesses must have cosigned the checkpoints of the file, from `parsePolicy`. A seal without one is a finding. */
  readonly policy?: WitnessPolicy;
  /** The keys of the log, from `parseKeyManifest`: each counts as trusted, and signs checkpoints of its own sizes alone. */
  readonly keyManifest?: KeyManifest;
  readonly limits?: Partial<Limits>;
}

/**
 * Verifies the bytes of a bundle, a report, or a PDF to which one of these is attached. Never throws, whatever the bytes are; throws RangeError for a key of another length,
 * and FormatError for an earlier checkpoint that is none.
 */
export function verifyBundle(input: Uint8Array | Source, options: VerifyOptions = {}): Verification {
  const source = input instanceof Uint8Array ? sourceOf(input) : input;
  const { trustedKeys, chainKeys } = givenKeys(options);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const shape = new Findings();
  let bundle: Bundle;
  let pdf: PdfReport | null;
  try {
    pdf = isPdf(source) ? readPdf(source, limits) : null;
    const file = readFile(pdf?.attached ?? source, limits, (id) => chainKeys.bySession.get(id) ?? chainKeys.only);
    const { value } = file.document;
    if (pdf === null && isDisclosure(value)) return verifyDisclosure(value, trustedKeys, limits);
    bundle = readBundle(file, limits, shape);
  } catch (error) {
    return notRead(error);
  }
  const receipts = options.receipts ?? [];
  const log = checkLog(bundle, options, trustedKeys);
  const signatures = checkSignatures(bundle, receipts, trustedKeys, log.judged);
  const checks = [
    concludeSchema(bundle, shape),
    checkCanonicalForm(bundle),
    checkChainLinks(bundle),
    checkChainHmacs(bundle, chainKeys),
    checkLeaves(bundle),
    checkRoots(bundle),
    checkCounts(bundle),
    checkJournalEnd(bundle, receipts, options.requireSealed ?? false),
    checkTimes(bundle, receipts),
    checkPolicyDigest(bundle),
    checkKeyIds(bundle.keys),
    signatures.seals,
    signatures.report,
    signatures.heads,
    ...log.checks,
    notChecked('timestamps', 'no certificate of an authority was given'),
    checkCompleteness(bundle),
    ...(pdf === null ? [] : [checkPdfText(pdf.pages, bundle)]),
    signatures.origin,
  ];
  return conclude(checks, {
    open: openSessions(bundle),
    not_covered: bundle.uncovered,
    not_compared: uncomparedMembers(bundle.report?.object),
    checkpoints: log.judged.flatMap(({ stated }) => (stated.signed_by_hex.length > 0 ? stated : [])),
    hasEntries: bundle.entries !== null,
  });
}

/** The keys that the caller gave. Throws RangeError for one of another length. */
function givenKeys(options: VerifyOptions): {
  readonly trustedKeys: readonly Uint8Array[];
  readonly chainKeys: ChainKeys;
} {
  const trustedKeys = distinctKeys([
    ...(options.trustedKeys ?? []),
    ...(options.keyManifest?.keys ?? []).map(({ publicKey }) => publicKey),
  ]);
  const chainKeys: ChainKeys = options.chainKeys ?? { bySession: new Map<string, Uint8Array>(), only: null };
  for (const key of [
    ...trustedKeys,
    ...chainKeys.bySession.values(),
    ...(chainKeys.only === null ? [] : [chainKeys.only]),
  ]) {
    if (key.length !== 32) throw new RangeError('keys have 32 bytes');
  }
  return { trustedKeys, chainKeys };
}

/** The checks of the account's log. */
function checkLog(bundle: Bundle, options: VerifyOptions, pinned: readonly Uint8Array[]) {
  const own = logKeysOf(distinctKeys((bundle.keys ?? []).map(({ bytes }) => bytes)));
  const trusted = logKeysOf(pinned);
  const judged = judgeCheckpoints([...bundle.logged, ...bundle.compared], own, trusted);
  const notes = (options.previousCheckpoints ?? []).map((note) => parseCheckpointNote(note));
  const previous = judgeCheckpoints(notes, own, trusted, 'the earlier checkpoint');
  const checks = [
    checkLogInclusion(bundle),
    checkCheckpointSignatures(judged, bundle, options.keyManifest ?? null),
    checkLogConsistency(judged, previous, options.consistencyProofs ?? [], options.keyManifest ?? null),
    checkWitnesses(bundle, judged, options.policy ?? null, pinned.length > 0 ? trusted : own),
  ];
  return { judged, checks };
}

function concludeSchema({ report, entries, seals }: Bundle, shape: Findings): Check {
  const parts = [
    ...(report === null ? [] : ['a report']),
    ...(entries === null ? [] : [counted(entries.length, 'entry', 'entries')]),
    ...(seals.length === 0 ? [] : [counted(seals.length, 'seal')]),
  ];
  return shape.conclude('schema', parts.join(', '));
}
