/** The report document, Masker Audit Schema v1 (`schema/masker-audit.v1.schema.json`, docs/audit-format.md). */
import type { AnchoredHead } from '../audit/journal-head.ts';
import type { LoggedLeaf, LoggedTimestamp } from './logged-leaves.ts';
import type { Signature, SignedSeal } from '../audit/seal.ts';
import type { SafeHarborCategory } from '../detection/kinds.ts';
import type { AgentId, ReportId, SessionId } from '../platform/ids.ts';
import type { BaaLink } from './baa-chain.ts';
import type { ReportedCompleteness } from './completeness.ts';
import type { ReportedCoverage } from './coverage.ts';
import type { LeakDetection } from './leak-figures.ts';
import type { PciDss } from './pci-dss.ts';
import type { CountsByKind } from './redaction-figures.ts';
import type { RetentionAttestation } from './retention.ts';
import type { Coverage } from './safe-harbor.ts';
import type { SampleTranscript } from './sample-transcripts.ts';
import type { ReportedTokens } from './token-figures.ts';

export interface ReportedSession {
  readonly id: SessionId;
  readonly agent_id: AgentId;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly sealed_at: string | null;
  readonly status: 'ok' | 'partial' | 'error';
  readonly turns: number;
  readonly redaction_count: number;
  /** Entries of the session's journal. */
  readonly event_count: number;
  /** RFC 6962 root over them. */
  readonly merkle_root_hex: string;
}

export interface ReportedAgent {
  readonly id: AgentId;
  readonly name: string;
  /** Whether anybody who knew its id could call it when the report was made. */
  readonly open_to_anyone: boolean;
}

/** The report without its signature: what the signature is over, in canonical form. */
export interface UnsignedReport {
  readonly id: ReportId;
  readonly schema: 'masker-audit/v1';
  readonly scope: 'session' | 'agent' | 'account';
  /** The session of scope session, and absent in others. */
  readonly session_id?: SessionId;
  /** The agent of scope agent, and absent in others. */
  readonly agent_id?: AgentId;
  readonly generated_at: string;
  readonly window: { readonly since: string; readonly until: string };
  readonly agents: readonly ReportedAgent[];
  readonly sessions: readonly ReportedSession[];
  readonly merkle_root_hex: string;
  readonly redactions_by_kind: CountsByKind;
  readonly redactions_by_pass: Readonly<Record<string, number>>;
  readonly tokens: ReportedTokens;
  readonly safe_harbor_coverage: Readonly<Record<SafeHarborCategory, Coverage>>;
  readonly coverage: ReportedCoverage;
  readonly completeness: ReportedCompleteness;
  readonly pci_dss: PciDss;
  readonly leak_detection: LeakDetection;
  readonly retention_attestation: RetentionAttestation;
  readonly baa_chain: readonly BaaLink[];
  readonly sample_transcripts: readonly SampleTranscript[];
  readonly policy_snapshot: string;
  readonly audit: {
    readonly event_count: number;
    /** `this_hash` of the first entry of the first session; null where there is no session. */
    readonly first_hash: string | null;
    /** `this_hash` of the last entry of the last session; null where there is no session. */
    readonly last_hash: string | null;
    readonly status: 'verified';
  };
  readonly seals: readonly SignedSeal[];
  /** The newest anchored head of each session that has one. */
  readonly anchored_heads: readonly AnchoredHead[];
  /** Where the seal of the session stands in the log of the account. Absent where it has none, and over many sessions. */
  readonly account_log?: LoggedLeaf;
  readonly limits: readonly string[];
  readonly detector: { readonly version: string };
}

export interface Report extends UnsignedReport {
  readonly signature: Signature;
}

/** The report of one session. */
export interface SessionReport extends Report {
  readonly scope: 'session';
  readonly session_id: SessionId;
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
  /** Where the seals stand in the log of the account, with cosignatures. Absent where none of them does. */
  readonly account_log?: readonly LoggedLeaf[];
  /** Tokens of the checkpoints to which `account_log` has proofs. Absent where there is none. */
  readonly timestamps?: readonly LoggedTimestamp[];
  /** Where the records of comparisons stand there. Absent where the report has none. */
  readonly completeness_log?: readonly LoggedLeaf[];
  readonly keys: readonly { readonly key_id: string; readonly alg: 'Ed25519'; readonly public_key: string }[];
}
