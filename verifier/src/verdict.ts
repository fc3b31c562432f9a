/** What a verification says: a verdict for each check, and the findings that each verdict rests on. */
import { Unreadable, type UnreadableCode } from './unreadable.ts';

/** The checks, in the order in which they are made and printed. */
export const CHECKS = [
  'schema',
  'canonical_form',
  'chain_links',
  'chain_hmac',
  'merkle_leaves',
  'merkle_root',
  'counts',
  'journal_end',
  'times',
  'policy_digest',
  'key_ids',
  'seal_signature',
  'report_signature',
  'head_signature',
  'log_inclusion',
  'checkpoint_signature',
  'log_consistency',
  'witnesses',
  'timestamps',
  'completeness',
  'openings',
  'pdf_text',
  'origin',
] as const;

export type CheckId = (typeof CHECKS)[number];

export type Verdict = 'holds' | 'does not hold' | 'not checked';

/** What is wrong. Every code is described in README.md. */
export type FindingCode =
  | 'wrong_shape' // a field is missing, or is not what the format says
  | 'not_canonical' // an entry that is not in RFC 8785 form
  | 'unreadable_entry' // an entry without the fields that chain it
  | 'wrong_sequence' // seq is not contiguous from 0
  | 'wrong_previous_hash' // prev_hash is not the this_hash of the entry before
  | 'wrong_hash' // this_hash is not the HMAC of the entry
  | 'wrong_leaf_hash' // an entry is not what it was when its leaf hash was recorded
  | 'wrong_leaf_count' // not one leaf hash for each entry
  | 'wrong_root' // a stated Merkle root is not the root of the entries
  | 'wrong_number' // a stated number or field is not what the entries say
  | 'missing_seal' // a session is closed, or said to be sealed, but its seal is not there
  | 'missing_entries' // a session is named, but its entries are not there
  | 'conflicting_seals' // two different seals of one session
  | 'cut_journal' // a signed head counts more entries than there are
  | 'wrong_head' // a signed head names another entry as the last
  | 'wrong_proof' // a proof does not lead to the root of its anchor or checkpoint
  | 'not_timestamped' // a seal without a token of a time-stamping authority
  | 'bad_timestamp' // a token that does not hold
  | 'wrong_opening' // an opened member of a report that is not what its commitment is over
  | 'wrong_text' // a page of a PDF says something else than the file that is attached to it
  | 'wrong_leaf' // a leaf of the account log that is no seal of the file, or another one, or of another account
  | 'forked_log' // one key signed two checkpoints of one log and size with different roots
  | 'conflicting_checkpoints' // two checkpoints of one log and size have different roots, and no key that counts signed both
  | 'wrong_log' // a checkpoint of another log than the one that is asked for, or of another account
  | 'wrong_key' // a checkpoint is not signed by the key that signs the log at its size
  | 'quorum_not_met' // too few of the policy's witnesses cosigned, or there is no checkpoint that they could
  | 'not_sealed' // a session is open, and the caller requires seals
  | 'time_runs_backwards' // something is of before what it must follow
  | 'wrong_policy_digest' // the policy text is not the one that was sealed
  | 'wrong_key_id' // a key id is not derived from its key, occurs twice, or is that of two known keys
  | 'unknown_key' // a signature by a key that the bundle does not hold
  | 'bad_signature' // a signature that does not verify
  | 'untrusted_key' // a signature by another key than the pinned ones
  | 'unsigned'; // something that no pinned key vouches for

/** Which entry a finding is about. All but `index` are what the entry says of itself, null where it does not say it. */
export interface EntryName {
  /** Position in `entries`, from 0. */
  readonly index: number;
  readonly session_id: string | null;
  readonly seq: number | null;
  readonly event_id: string | null;
}

/** One thing that is wrong. Texts are safe to print; `expected` and `found` are hashes, numbers or fixed words. */
export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  readonly entry?: EntryName;
  readonly expected?: string;
  readonly found?: string;
}

/** One check with its verdict. */
export interface Check {
  readonly id: CheckId;
  readonly verdict: Verdict;
  /** What was checked, or why nothing was. */
  readonly reason: string;
  readonly findings: readonly Finding[];
  /** Findings beyond the first `MAX_FINDINGS`, which are counted but not kept. */
  readonly omitted: number;
}

/** A checkpoint whose signature counts, in a form that JSON can hold. */
export interface StatedCheckpoint {
  /** As the file spells it: display it through `shown`. */
  readonly origin: string;
  /** Decimal number of leaves, up to 2^64 - 1. */
  readonly size: string;
  readonly root_hex: string;
  /** Raw public keys of the log that signed it: trusted ones where any were given, else those of the file. */
  readonly signed_by_hex: readonly string[];
}

/** A file that could be read. */
export interface Verified {
  readonly outcome:
    | 'authentic' // all that was checked holds, and pinned keys vouch for it
    | 'consistent' // all that was checked holds; who made it was not checked
    | 'not verifiable' // a report without entries: what was checked holds, but its numbers are anybody's word
    | 'does not hold';
  readonly checks: readonly Check[];
  /** Sessions that were not sealed when the file was made: later entries are not here. */
  readonly open: readonly string[];
  /** JSON Pointers to members that no signature covers and that the format does not know. */
  readonly not_covered: readonly string[];
  /** Members of the report, or paths in it, that its signature covers and that nothing in the file can confirm wholly. */
  readonly not_compared: readonly string[];
  /** Checkpoints of the account log that a key signed which counts: a trusted one where any were given. */
  readonly checkpoints: readonly StatedCheckpoint[];
}

/** A file that could not be read: nothing was checked. */
export interface NotRead {
  readonly outcome: 'unreadable';
  readonly problem: {
    readonly code: UnreadableCode;
    readonly message: string;
    readonly path: string;
    readonly offset: number | null;
  };
}

export type Verification = Verified | NotRead;

/** The verification of a file that could not be read. Throws every error but `Unreadable`. */
export function notRead(error: unknown): NotRead {
  if (!(error instanceof Unreadable)) throw error;
  const { code, message, path, offset } = error;
  return { outcome: 'unreadable', problem: { code, message, path, offset } };
}

/** A hostile file can be wrong in a million places; this many of each check are kept. */
export const MAX_FINDINGS = 50;

/** Collects what one check finds. */
export class Findings {
  private readonly kept: Finding[] = [];
  private total = 0;

  add(code: FindingCode, message: string, more: Omit<Finding, 'code' | 'message'> = {}): void {
    this.total += 1;
    if (this.kept.length < MAX_FINDINGS) this.kept.push({ code, message, ...more });
  }

  /** Adds a finding where two texts differ. */
  compare(
    code: FindingCode,
    message: string,
    expected: string,
    found: string,
    about?: { readonly name: EntryName },
  ): void {
    if (expected === found) return;
    const entry = about === undefined ? {} : { entry: about.name };
    this.add(code, message, { expected: cut(expected), found: cut(found), ...entry });
  }

  /** Adds what another one has found. */
  take(others: Findings): void {
    this.total += others.total;
    for (const each of others.kept) if (this.kept.length < MAX_FINDINGS) this.kept.push(each);
  }

  get none(): boolean {
    return this.total === 0;
  }

  /** The check is made: it holds if nothing was found. */
  conclude(id: CheckId, reason: string): Check {
    const verdict = this.none ? 'holds' : 'does not hold';
    return { id, verdict, reason, findings: this.kept, omitted: this.total - this.kept.length };
  }

  /** Something was left unchecked: that cannot hold, but what was found still counts. */
  concludePartly(id: CheckId, reason: string): Check {
    return this.none ? notChecked(id, reason) : this.conclude(id, reason);
  }
}

// A list that an attacker wrote can be as long as the file.
function cut(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}...` : text;
}

/** The check was not made. */
export function notChecked(id: CheckId, reason: string): Check {
  return { id, verdict: 'not checked', reason, findings: [], omitted: 0 };
}

/** What the conclusion depends on beside the checks. */
export type About = Pick<Verified, 'open' | 'not_covered' | 'not_compared' | 'checkpoints'> & {
  /** Whether the file holds entries, which its numbers can be held against. */
  readonly hasEntries: boolean;
};

/** The conclusion over all checks. Only `origin` can say that a file is authentic. */
export function conclude(checks: readonly Check[], { hasEntries, ...about }: About): Verified {
  return { outcome: outcomeOf(checks, hasEntries), checks, ...about };
}

function outcomeOf(checks: readonly Check[], hasEntries: boolean): Verified['outcome'] {
  if (checks.some((check) => check.verdict === 'does not hold')) return 'does not hold';
  if (!hasEntries) return 'not verifiable';
  const origin = checks.find((check) => check.id === 'origin');
  return origin?.verdict === 'holds' ? 'authentic' : 'consistent';
}
