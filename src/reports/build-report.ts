/** Builds the report of proven journals. Pure: the same journals give the same numbers. */
import { leafHash, merkleRoot } from '../audit/merkle.ts';
import type { ReportId } from '../platform/ids.ts';
import type { RecordedComparison } from '../completeness/comparisons.ts';
import { reportedCompleteness } from './completeness.ts';
import { reportedCoverage } from './coverage.ts';
import type { ReportFigures } from './figures.ts';
import type { WalkedSession } from './journal-walk.ts';
import { limitsOf } from './limits.ts';
import { pciDss } from './pci-dss.ts';
import type { ReportedAgent, ReportedSession, UnsignedReport } from './report.ts';
import { retentionAttestation } from './retention.ts';
import type { RetentionAttestation } from './retention.ts';
import type { SampleTranscript } from './sample-transcripts.ts';
import { safeHarborCoverage } from './safe-harbor.ts';
import type { ReportScope } from './scope.ts';
import { reportedTokens } from './token-figures.ts';

export interface ReportInput {
  readonly id: ReportId;
  readonly scope: ReportScope;
  readonly sessions: readonly WalkedSession[];
  readonly figures: ReportFigures;
  /** Text of the policy that the newest session began under. */
  readonly policySnapshot: string;
  /** The detector's version. */
  readonly detector: string;
  /** The server that reads texts too; null where there is none. */
  readonly detectionServer: string | null;
  /** When the report is made: `generationTime`. */
  readonly generatedAt: string;
  readonly payloads: RetentionAttestation['payloads'];
  readonly samples: readonly SampleTranscript[];
  /** What platforms' own records of the calls compared to. */
  readonly comparisons: readonly RecordedComparison[];
}

/** The latest of some times. A node whose clock is behind must not report before what it reports on. */
function latest(first: string, times: readonly string[]): string {
  return times.reduce((found, time) => (time > found ? time : found), first);
}

/** When a report on these sessions is made, at `now` in milliseconds since the epoch. */
export function generationTime(
  now: number,
  sessions: readonly Pick<WalkedSession, 'lastAt' | 'heads'>[],
  comparisons: readonly Pick<RecordedComparison, 'at'>[] = [],
): string {
  return latest(new Date(now).toISOString(), [
    ...sessions.flatMap(({ lastAt, heads }) => [lastAt, ...heads.map(({ anchor }) => anchor.ts)]),
    ...comparisons.map(({ at }) => at),
  ]);
}

function reportedSession({ stored, chain, turns, redactions }: WalkedSession): ReportedSession {
  return {
    id: stored.id,
    agent_id: stored.agent.id,
    started_at: stored.startedAt.toISOString(),
    ended_at: stored.endedAt?.toISOString() ?? null,
    sealed_at: stored.sealedAt?.toISOString() ?? null,
    status: stored.status,
    turns,
    redaction_count: redactions,
    event_count: chain.count,
    merkle_root_hex: chain.root.toString('hex'),
  };
}

/** The root of a session's entries; of many sessions, the root of a tree whose leaves are their roots. */
function rootOf(scope: ReportScope, sessions: readonly WalkedSession[]): string {
  const [first] = sessions;
  const root =
    scope.kind === 'session' && first !== undefined
      ? first.chain.root
      : merkleRoot(sessions.map(({ chain }) => leafHash(chain.root)));
  return root.toString('hex');
}

function windowOf(
  scope: ReportScope,
  sessions: readonly WalkedSession[],
  generatedAt: string,
): UnsignedReport['window'] {
  if (scope.kind !== 'session')
    return { since: new Date(scope.window.since).toISOString(), until: new Date(scope.window.until).toISOString() };
  const stored = sessions[0]?.stored;
  return {
    since: stored?.startedAt.toISOString() ?? generatedAt,
    until: stored?.endedAt?.toISOString() ?? generatedAt,
  };
}

function agentsOf(sessions: readonly WalkedSession[]): ReportedAgent[] {
  const agents = new Map(sessions.map(({ stored: { agent } }) => [agent.id, agent]));
  return [...agents.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function scopeMembers(scope: ReportScope): Pick<UnsignedReport, 'scope' | 'session_id' | 'agent_id'> {
  switch (scope.kind) {
    case 'session':
      return { scope: 'session', session_id: scope.sessionId };
    case 'agent':
      return { scope: 'agent', agent_id: scope.agentId };
    case 'account':
      return { scope: 'account' };
  }
}

/** The newest head of each session that is not sealed; of a session by itself, of a sealed one too. */
function newestHeads(scope: ReportScope, sessions: readonly WalkedSession[]): UnsignedReport['anchored_heads'] {
  return sessions.flatMap(({ stored, heads }) =>
    scope.kind === 'session' || stored.seal === null ? heads.slice(-1) : [],
  );
}

/** The report without its signature. */
export function buildReport(input: ReportInput): UnsignedReport {
  const { scope, sessions, figures, detector } = input;
  const { redactions } = figures;
  const { generatedAt } = input;
  const reported = sessions.map(reportedSession);
  const coverage = reportedCoverage(detector, redactions.byKind);
  const leaks = figures.leaks.reported;
  return {
    id: input.id,
    schema: 'masker-audit/v1',
    ...scopeMembers(scope),
    generated_at: generatedAt,
    window: windowOf(scope, sessions, generatedAt),
    agents: agentsOf(sessions),
    sessions: reported,
    merkle_root_hex: rootOf(scope, sessions),
    redactions_by_kind: redactions.byKind,
    redactions_by_pass: redactions.byPass,
    tokens: reportedTokens(figures.tokens, redactions.byScheme),
    safe_harbor_coverage: safeHarborCoverage(detector),
    coverage,
    completeness: reportedCompleteness(sessions.length, input.comparisons),
    pci_dss: pciDss(redactions, leaks),
    leak_detection: leaks,
    retention_attestation: retentionAttestation(
      sessions.map(({ stored }) => stored),
      input.payloads,
    ),
    baa_chain: figures.baa.links(input.detectionServer),
    sample_transcripts: input.samples,
    policy_snapshot: input.policySnapshot,
    audit: {
      event_count: reported.reduce((sum, { event_count: count }) => sum + count, 0),
      first_hash: sessions[0]?.chain.firstHash ?? null,
      last_hash: sessions.at(-1)?.chain.lastHash ?? null,
      status: 'verified',
    },
    seals: sessions.flatMap(({ stored: { seal } }) => (seal === null ? [] : [seal])),
    anchored_heads: newestHeads(scope, sessions),
    limits: limitsOf(reported, coverage),
    detector: { version: detector },
  };
}
