/** Whether the checkpoints of the file and those that the caller kept are of one log that only grew. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Checkpoint } from './checkpoint.ts';
import { toHex } from './bytes.ts';
import type { ConsistencyProof } from './consistency-proof.ts';
import type { JudgedCheckpoint } from './log-signatures.ts';
import { counted, shown } from './shown.ts';
import { verifyConsistency } from './tree-proofs.ts';
import { Findings, type Check, type StatedCheckpoint } from './verdict.ts';

/** A checkpoint as it is shown: `size 42, root 5f3a...`. */
export function checkpointName(size: bigint | string, rootHex: string): string {
  return `size ${size}, root ${rootHex}`;
}

/**
 * Checks each pair of checkpoints: those of the file with each other, and with the earlier ones. Two of one size must have one
 * root; of two sizes, a proof is needed, without which the pair is not checked.
 */
export function checkLogConsistency(
  own: readonly JudgedCheckpoint[],
  previous: readonly JudgedCheckpoint[],
  proofs: readonly ConsistencyProof[],
): Check {
  const findings = new Findings();
  for (const { what, judgement } of previous)
    if (judgement === 'bad')
      findings.add({ code: 'bad_signature', message: `the signature of ${what} does not verify` });
  const all = [...own, ...previous];
  const pairs = all.flatMap((first, at) => all.slice(at + 1).map((second) => [first, second] as const));
  const open = pairs.filter(([first, second]) => !comparePair(first, second, proofs, findings)).length;
  if (own.length === 0) return findings.concludePartly('log_consistency', 'the file holds nothing of the account log');
  if (previous.length === 0) return findings.concludePartly('log_consistency', 'no earlier checkpoint was given');
  if (previous.some(({ judgement }) => judgement === 'no key'))
    return findings.concludePartly('log_consistency', 'needs the public key of the earlier checkpoint');
  if (open > 0)
    return findings.concludePartly(
      'log_consistency',
      `no consistency proof is at hand for ${counted(open, 'pair', 'pairs')} of checkpoints`,
    );
  return findings.conclude(
    'log_consistency',
    `with ${counted(previous.length, 'earlier checkpoint', 'earlier checkpoints')}`,
  );
}

/** Whether the pair could be compared. */
function comparePair(
  first: JudgedCheckpoint,
  second: JudgedCheckpoint,
  proofs: readonly ConsistencyProof[],
  findings: Findings,
): boolean {
  const [a, b] = [first.of.checkpoint, second.of.checkpoint];
  if (a.origin !== b.origin) {
    findings.add({
      code: 'wrong_log',
      message: 'two checkpoints are of different logs',
      expected: shown(b.origin),
      found: shown(a.origin),
    });
    return true;
  }
  const [older, newer] = a.size <= b.size ? [a, b] : [b, a];
  if (older.size === newer.size) {
    addFork(first, second, findings);
    return true;
  }
  if (older.size === 0n && toHex(older.root) === toHex(sha256(new Uint8Array()))) return true;
  return proveGrowth(older, newer, proofs, findings);
}

function addFork(first: JudgedCheckpoint, second: JudgedCheckpoint, findings: Findings): void {
  const [found, expected] = [first, second].map(({ of: { checkpoint } }) =>
    checkpointName(checkpoint.size, toHex(checkpoint.root)),
  );
  if (found === undefined || expected === undefined || found === expected) return;
  const areSigned = [first, second].every(({ judgement }) => judgement === 'pinned' || judgement === 'stated');
  const proven = areSigned
    ? 'the log signed two different trees of one size: it was forked'
    : 'two checkpoints of one size differ';
  findings.add({ code: 'forked_log', message: proven, expected, found });
}

function proveGrowth(
  older: Checkpoint,
  newer: Checkpoint,
  proofs: readonly ConsistencyProof[],
  findings: Findings,
): boolean {
  const meant = proofs.filter(
    ({ oldSize, newer: { checkpoint } }) => oldSize === older.size && checkpoint.size === newer.size,
  );
  if (meant.length === 0) return false;
  const holds = meant.some(({ proof }) =>
    verifyConsistency({ size1: older.size, root1: older.root, size2: newer.size, root2: newer.root, proof }),
  );
  if (!holds)
    findings.add({
      code: 'wrong_proof',
      message: 'the consistency proof does not lead from the older checkpoint to the newer one',
      expected: checkpointName(older.size, toHex(older.root)),
      found: checkpointName(newer.size, toHex(newer.root)),
    });
  return true;
}

/** Pairs of signed checkpoints of one log and one size with different roots, over all files. */
export function forksAmong(
  checkpoints: readonly StatedCheckpoint[],
): readonly (readonly [StatedCheckpoint, StatedCheckpoint])[] {
  const firstOf = new Map<string, StatedCheckpoint>();
  const forks: [StatedCheckpoint, StatedCheckpoint][] = [];
  for (const checkpoint of checkpoints) {
    const place = `${checkpoint.size} ${checkpoint.origin}`;
    const first = firstOf.get(place);
    if (first === undefined) firstOf.set(place, checkpoint);
    else if (first.root_hex !== checkpoint.root_hex) forks.push([first, checkpoint]);
  }
  return forks;
}
