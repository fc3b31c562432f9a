/** The one writer of bundles: what `masker-verify` reads. See docs/audit-format.md, Bundles. */
import type { StoredEntry } from '../audit/chain.ts';
import type { AnchoredHead } from '../audit/journal-head.ts';
import type { Signer, SignedSeal } from '../audit/seal.ts';
import type { LeafInLog } from '../audit-log/leaf-in-log.ts';
import { Failure } from '../platform/failure.ts';
import { stampedLeaf, timestampsOf, witnessedLeaf } from './logged-leaves.ts';
import type { Bundle, Report } from './report.ts';
import { bundledEntry } from './stored-text.ts';

/** The most that one bundle of many sessions holds. */
export interface BundleLimit {
  readonly sessions: number;
  readonly entries: number;
}

/** What a verifier reads in some seconds. */
export const BUNDLE_LIMIT: BundleLimit = { sessions: 1000, entries: 50_000 };

/** Keeps the entries of a bundle, and drops them all when they become too many. */
export class BundledRows {
  #rows: StoredEntry[] | null;
  readonly #limit: BundleLimit | null;

  /** `limit` null for the bundle of one session, which has none. */
  constructor(isAsked: boolean, limit: BundleLimit | null) {
    this.#rows = isAsked ? [] : null;
    this.#limit = limit;
  }

  add(row: StoredEntry): void {
    this.#rows?.push(row);
    if (this.#limit !== null && (this.#rows?.length ?? 0) > this.#limit.entries) this.#rows = null;
  }

  /** Returns the entries; null where they were not asked for, or are more than one file holds. */
  get(sessions: number): readonly StoredEntry[] | null {
    return this.#limit !== null && sessions > this.#limit.sessions ? null : this.#rows;
  }
}

/** Says that a bundle would be too large. */
export function tooLargeForBundle({ sessions, entries }: BundleLimit): Failure {
  const message = `A bundle takes ${sessions} sessions and ${entries} entries. Ask for a shorter window.`;
  return new Failure('validation_failed', message, [{ path: 'since', code: 'too_many', message }]);
}

/** What goes into a bundle. */
export interface BundleParts {
  readonly report: Report | null;
  readonly rows: readonly StoredEntry[];
  readonly seals: readonly SignedSeal[];
  readonly heads: readonly AnchoredHead[];
  /** The leaves of the seals in the account's log. */
  readonly logged: readonly LeafInLog[];
  /** Those of the comparisons in the report. */
  readonly compared: readonly LeafInLog[];
}

/** Puts a bundle together. Yields wherever it may be interrupted: tens of thousands of entries are read. */
export function* writingBundle(
  { report, rows, seals, heads, logged, compared }: BundleParts,
  signer: Signer,
): Generator<undefined, Bundle> {
  const entries: unknown[] = [];
  const leafHashes: string[] = [];
  for (const { body, leafHash } of rows) {
    entries.push(bundledEntry(body));
    leafHashes.push(Buffer.from(leafHash).toString('hex'));
    yield;
  }
  const timestamps = timestampsOf(logged);
  return {
    format: 'masker-bundle/v1',
    report,
    entries,
    leaf_hashes: leafHashes,
    seals,
    anchored_heads: heads,
    ...(logged.length === 0 ? {} : { account_log: logged.map(stampedLeaf) }),
    ...(timestamps.length === 0 ? {} : { timestamps }),
    ...(compared.length === 0 ? {} : { completeness_log: compared.map(witnessedLeaf) }),
    keys: publicKeys(signer),
  };
}

/** The public half of the signing key, as bundles and `/.well-known/masker-keys.json` give it. */
export function publicKeys(signer: Signer): Bundle['keys'] {
  return [{ key_id: signer.keyId, alg: 'Ed25519', public_key: signer.publicKey.toString('base64') }];
}
