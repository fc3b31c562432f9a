/** Proofs as texts that other people's tools read: C2SP tlog-proof, and the body of C2SP tlog-witness's add-checkpoint. */

/** Returns an inclusion proof with its checkpoint, as a tlog-proof. `path` goes from the leaf upwards. */
export function inclusionProofText(index: number, path: readonly Buffer[], checkpointNote: string): string {
  return ['c2sp.org/tlog-proof@v1', `index ${index}`, ...path.map(base64), '', checkpointNote].join('\n');
}

/** Returns a consistency proof with the newer checkpoint: what a witness is sent. */
export function consistencyProofText(from: number, path: readonly Buffer[], checkpointNote: string): string {
  return [`old ${from}`, ...path.map(base64), '', checkpointNote].join('\n');
}

function base64(hash: Buffer): string {
  return hash.toString('base64');
}
