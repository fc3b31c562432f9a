/** Whether the checkpoints of the file and those that the caller kept are of one log that only grew. */
import { sha256 } from './sha.ts';
import type { Checkpoint } from './checkpoint.ts';
import { toHex } from './bytes.ts';
import type { ConsistencyProof } from './consistency-proof.ts';
import { checkManifest, type KeyManifest } from './key-manifest.ts';
import { addFault, type JudgedCheckpoint } from './log-signatures.ts';
import { counted, shown } from './shown.ts';
import { verifyConsistency } from './tree-proofs.ts';
import { Findings, type Check, type StatedCheckpoint } from './verdict.ts';

/** A checkpoint as it is shown: `size 42, root 5f3a...`. */
export function checkpointName({ size, root_hex }: Pick<StatedCheckpoint, 'size' | 'root_hex'>): string {
  return `size ${size}, root ${root_hex}`;
}

/**
 * Checks the checkpoints of the file with each other, and with the earlier ones. Those of one size must have one root. Each but
 * the largest needs a proof to a larger one: then all are of the largest tree. Without the proof they are not checked.
 */
export function checkLogConsistency(
  own: readonly JudgedCheckpoint[],
  previous: readonly JudgedCheckpoint[],
  proofs: readonly ConsistencyProof[],
  manifest: KeyManifest | null,
): Check {
  const findings = new Findings();
  for (const each of previous) addFault(each, findings);
  if (manifest !== null) checkManifest(manifest, previous, findings);
  const all = [...own, ...previous];
  checkOneTree(
    all.map(({ stated }) => stated),
    findings,
  );
  const open = unprovenSizes(
    all.map(({ of }) => of.checkpoint),
    proofs,
    findings,
  );
  if (own.length === 0) return findings.concludePartly('log_consistency', 'the file holds nothing of the account log');
  if (previous.length === 0) return findings.concludePartly('log_consistency', 'no earlier checkpoint was given');
  if (previous.some(({ stated }) => stated.signed_by_hex.length === 0))
    return findings.concludePartly('log_consistency', 'needs the public key of the earlier checkpoint');
  if (open > 0)
    return findings.concludePartly(
      'log_consistency',
      `no consistency proof is at hand for ${counted(open, 'pair')} of checkpoints`,
    );
  return findings.conclude('log_consistency', `with ${counted(previous.length, 'earlier checkpoint')}`);
}

/** All must be of one log, and those of one size of one tree. */
function checkOneTree(checkpoints: readonly StatedCheckpoint[], findings: Findings): void {
  const [first, ...others] = new Set(checkpoints.map(({ origin }) => origin));
  for (const other of others)
    findings.add('wrong_log', 'two checkpoints are of different logs', {
      expected: shown(other),
      found: shown(first ?? ''),
    });
  for (const [a, b] of differing(checkpoints, ({ signed_by_hex: keys }) => [...keys, ''])) {
    const both = { expected: checkpointName(b), found: checkpointName(a) };
    if (a.signed_by_hex.some((key) => b.signed_by_hex.includes(key)))
      findings.add('forked_log', 'the log signed two different trees of one size: it was forked', both);
    else findings.add('conflicting_checkpoints', 'two checkpoints of one size differ, and no key signed both', both);
  }
}

/** Checks the proofs between the checkpoints, and returns how many of these have none that leads to a larger one. */
function unprovenSizes(
  checkpoints: readonly Checkpoint[],
  proofs: readonly ConsistencyProof[],
  findings: Findings,
): number {
  const bySize = new Map([...checkpoints].reverse().map((checkpoint) => [checkpoint.size, checkpoint]));
  const proven = new Map<string, { older: Checkpoint; newer: Checkpoint; holds: boolean }>();
  for (const { oldSize, newer: stated, proof } of proofs) {
    const [older, newer] = [bySize.get(oldSize), bySize.get(stated.checkpoint.size)];
    if (older === undefined || newer === undefined || older.size >= newer.size) continue;
    const pair = `${older.size} ${newer.size}`;
    const holds = verifyConsistency({
      size1: older.size,
      root1: older.root,
      size2: newer.size,
      root2: newer.root,
      proof,
    });
    proven.set(pair, { older, newer, holds: holds || proven.get(pair)?.holds === true });
  }
  for (const { older, newer, holds } of proven.values()) {
    if (!holds)
      findings.add('wrong_proof', 'the consistency proof does not lead from the older checkpoint to the newer one', {
        expected: nameOf(older),
        found: nameOf(newer),
      });
  }
  const compared = new Set([...proven.values()].map(({ older }) => older.size));
  const unproven = [...bySize.values()].filter(({ size, root }) => !compared.has(size) && !isEmptyTree(size, root));
  const [largest] = [...bySize.keys()].sort((a, b) => (a < b ? 1 : -1));
  return unproven.filter(({ size }) => size !== largest).length;
}

function nameOf({ size, root }: Checkpoint): string {
  return checkpointName({ size: String(size), root_hex: toHex(root) });
}

/** Every log continues the tree without leaves. */
function isEmptyTree(size: bigint, root: Uint8Array): boolean {
  return size === 0n && toHex(root) === toHex(sha256(new Uint8Array()));
}

/** Pairs of checkpoints of one log and one size that one key signed, with different roots: over all files. */
export function forksAmong(
  checkpoints: readonly StatedCheckpoint[],
): readonly (readonly [StatedCheckpoint, StatedCheckpoint])[] {
  return differing(checkpoints, ({ signed_by_hex: keys }) => keys);
}

/** Each checkpoint with the first one of its log, its size and one of its names that has another root. */
function differing(
  checkpoints: readonly StatedCheckpoint[],
  namesOf: (checkpoint: StatedCheckpoint) => readonly string[],
): readonly (readonly [StatedCheckpoint, StatedCheckpoint])[] {
  const firstOf = new Map<string, StatedCheckpoint>();
  return checkpoints.flatMap((checkpoint) => {
    const firsts = namesOf(checkpoint).map((name) => {
      const place = `${name} ${checkpoint.size} ${checkpoint.origin}`;
      const first = firstOf.get(place) ?? checkpoint;
      firstOf.set(place, first);
      return first;
    });
    const other = firsts.find((first) => first.root_hex !== checkpoint.root_hex);
    return other === undefined ? [] : [[other, checkpoint] as const];
  });
}
