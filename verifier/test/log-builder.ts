/** Adds an account log to bundles, as docs/audit-format.md says. Imports nothing of the verifier. */
import {
  auditPath,
  bytesOf,
  jcs,
  SIGNING_SEED,
  treeHash,
  validBundle,
  type Json,
  type JsonRecord,
} from './bundle-builder.ts';
import { checkpointText, noteKey, type TestNoteKey } from './note-builder.ts';

export const LOG_ORIGIN = 'masker.dev/log/acc_01JD0000000000000000000001';
/** The key of the log: the signing key of the bundle. */
export const LOG = noteKey(LOG_ORIGIN, SIGNING_SEED[0] ?? 0);
export const WITNESSES = [1, 2, 3].map((number) => noteKey(`witness.example/w${number}`, 40 + number, 4));

export interface LogTerms {
  /** Leaves of the tree, and where among them the seal stands. */
  readonly size?: number;
  readonly index?: number;
  readonly signers?: readonly TestNoteKey[];
  readonly leaf?: (leaf: JsonRecord) => JsonRecord;
  readonly origin?: string;
  /** Part of each other leaf: another word makes another log. */
  readonly word?: string;
}

/** The leaves of the log: the seal of the bundle at its place, made-up events around it. */
export function leavesOf(terms: LogTerms = {}): readonly JsonRecord[] {
  const { size = 6, index = 3, word = 'event' } = terms;
  const signed = validBundle().seals[0] ?? {};
  const sealLeaf: JsonRecord = {
    v: 1,
    kind: 'session_sealed',
    ts: '2026-05-03T21:14:14.000Z',
    account_id: 'acc_01JD0000000000000000000001',
    ...signed,
  };
  const leaf = terms.leaf?.(sealLeaf) ?? sealLeaf;
  return Array.from({ length: size }, (_, at) => (at === index ? leaf : { v: 1, kind: 'agent_changed', word, at }));
}

const bytesOfLeaves = (leaves: readonly JsonRecord[]): readonly Buffer[] =>
  leaves.map((leaf) => Buffer.from(jcs(leaf)));

/** The signed checkpoint of the log over its first `size` leaves. */
export function checkpointNote(terms: LogTerms = {}): string {
  const { signers = [LOG], origin = LOG_ORIGIN } = terms;
  const leaves = bytesOfLeaves(leavesOf(terms));
  const text = checkpointText(origin, leaves.length, treeHash(leaves));
  return `${text}\n${signers.map((signer) => signer.line(text)).join('')}`;
}

/** What a bundle holds of the log. */
export function accountLog(terms: LogTerms = {}): JsonRecord {
  const { index = 3 } = terms;
  const leaves = leavesOf(terms);
  const checkpoint = checkpointNote(terms);
  const path = auditPath(bytesOfLeaves(leaves), index).map((hash) => hash.toString('base64'));
  const inclusion_proof = ['c2sp.org/tlog-proof@v1', `index ${index}`, ...path, '', checkpoint].join('\n');
  return { checkpoint, inclusion_proof, leaf: leaves[index] ?? null };
}

/** A bundle of one sealed session whose seal is in the log. */
export function loggedBundle(terms: LogTerms = {}): JsonRecord {
  return { ...(validBundle() as unknown as JsonRecord), account_log: accountLog(terms) };
}

/** The proof that the log of `size` leaves continues the log of `old` leaves, as a witness is sent it. */
export function consistencyProof(old: number, terms: LogTerms = {}): string {
  const hashes = subproof(old, bytesOfLeaves(leavesOf(terms)), true).map((hash) => hash.toString('base64'));
  return [`old ${old}`, ...hashes, '', checkpointNote(terms)].join('\n');
}

/** RFC 6962 section 2.1.2: SUBPROOF. */
function subproof(first: number, leaves: readonly Uint8Array[], complete: boolean): readonly Buffer[] {
  if (first === leaves.length) return complete ? [] : [treeHash(leaves)];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return first <= split
    ? [...subproof(first, left, complete), treeHash(right)]
    : [...subproof(first - split, right, false), treeHash(left)];
}

export function loggedBytes(terms: LogTerms = {}, changes: Readonly<Record<string, Json>> = {}): Uint8Array {
  return bytesOf({ ...loggedBundle(terms), ...changes });
}
