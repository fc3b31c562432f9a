/** Bounds on what a hostile file may cost. Each is an upper bound that is still allowed. */
export interface Limits {
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** Nesting of arrays and objects; the outermost is depth 1. */
  readonly depth: number;
  /** All JSON values of the file, containers included: bounds memory. */
  readonly values: number;
  /** Arrays and objects alone: an empty object is 2 bytes in the file and some 200 in memory. */
  readonly containers: number;
  /** Journal entries: each is kept with its hashes. */
  readonly entries: number;
  /** Signed seals, and anchored heads: each costs a millisecond or two of curve arithmetic. */
  readonly seals: number;
  /** Logs that checkpoints are of: each key of the file is tried under the name of each. */
  readonly logs: number;
  /** Signature lines of the distinct checkpoints, witnesses' ones included: each costs as much as a seal. */
  readonly signatures: number;
  /** Public keys in the file. */
  readonly keys: number;
}

/** What a file may cost unless the caller says otherwise: room for some 90,000 entries. */
export const DEFAULT_LIMITS: Limits = {
  bytes: 64 * 1024 * 1024,
  depth: 64,
  values: 4_000_000,
  containers: 500_000,
  entries: 200_000,
  seals: 10_000, // a report of all calls of an account holds each seal
  logs: 16, // a file is of one account, and that has one log
  signatures: 2_000,
  keys: 1_000,
};
