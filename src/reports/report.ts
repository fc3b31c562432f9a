/** The report document, Masker Audit Schema v1 (`schema/masker-audit.v1.schema.json`, docs/audit-format.md). */
import type { EntityKind, SafeHarborCategory } from '../detection/kinds.ts';
import type { AnchoredHead } from '../audit/journal-head.ts';
import type { Signature, SignedSeal } from '../audit/seal.ts';
import type { AgentId, ReportId, SessionId } from '../platform/ids.ts';

export type Coverage = 'full' | 'partial' | 'in_progress' | 'not_applicable';

export interface ReportedSession {
  readonly id: SessionId;
  readonly agent_id: AgentId;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly sealed_at: string | null;
  readonly status: 'ok' | 'partial' | 'error';
  readonly turns: number;
  readonly redaction_count: number;
}

/** What came of the tokens of a session: issued = returned_exact + returned_repaired + not_returned. */
export interface ReportedTokens {
  readonly issued: number;
  readonly returned_exact: number;
  /** Restored from altered spellings only. */
  readonly returned_repaired: number;
  readonly not_returned: number;
  /** Occurrences of tokens that were not issued in the session. */
  readonly unknown: number;
  /** Occurrences that were malformed, ambiguous, or not in the request of their turn. */
  readonly refused: number;
  /** Of the refused, tokens of this session that did not stand in the request of their turn. */
  readonly outside_turn: number;
  /** Occurrences that the policy kept back. */
  readonly withheld: number;
}

/** What the last search before anything leaves has found. */
export interface LeakDetection {
  readonly blocked_requests: number;
  /** Known values that stood in the requests that were refused. */
  readonly suspected_by_kind: Readonly<Partial<Record<EntityKind, number>>>;
}

/** The report without its signature: what the signature is over, in canonical form. */
export interface UnsignedReport {
  readonly id: ReportId;
  readonly schema: 'masker-audit/v1';
  readonly scope: 'session';
  readonly session_id: SessionId;
  readonly generated_at: string;
  readonly merkle_root_hex: string;
  readonly redactions_by_kind: Readonly<Partial<Record<EntityKind, number>>>;
  readonly redactions_by_pass: Readonly<Record<string, number>>;
  readonly tokens: ReportedTokens;
  readonly leak_detection: LeakDetection;
  readonly policy_snapshot: string;
  readonly safe_harbor_coverage: Readonly<Record<SafeHarborCategory, Coverage>>;
  readonly window: { readonly since: string; readonly until: string };
  readonly agents: readonly {
    readonly id: AgentId;
    readonly name: string;
    /** Whether anybody who knew its id could call it when the report was made. */
    readonly open_to_anyone: boolean;
  }[];
  readonly sessions: readonly ReportedSession[];
  readonly audit: {
    readonly event_count: number;
    readonly first_hash: string;
    readonly last_hash: string;
    readonly status: 'verified';
  };
  readonly seals: readonly SignedSeal[];
  /** The newest anchored head of each session that has one. */
  readonly anchored_heads: readonly AnchoredHead[];
  readonly detector: { readonly version: string };
}

export interface Report extends UnsignedReport {
  readonly signature: Signature;
}

/** Everything an auditor needs to check a session offline; what `masker-verify` reads. */
export interface Bundle {
  readonly format: 'masker-bundle/v1';
  readonly report: Report | null;
  /** The entries as objects; the stored text itself where that is not canonical JSON. */
  readonly entries: readonly unknown[];
  readonly leaf_hashes: readonly string[];
  readonly seals: readonly SignedSeal[];
  readonly anchored_heads: readonly AnchoredHead[];
  readonly keys: readonly { readonly key_id: string; readonly alg: 'Ed25519'; readonly public_key: string }[];
}
