/** Builds the report of one session from its proven journal. Pure: the same journal gives the same numbers. */
import type { ChainVerdict } from '../audit/chain.ts';
import type { AnchoredHead } from '../audit/journal-head.ts';
import type { SignedSeal } from '../audit/seal.ts';
import type { EntityKind } from '../detection/kinds.ts';
import type { AgentId, ReportId, SessionId } from '../platform/ids.ts';
import type { LeakDetection, ReportedTokens, UnsignedReport } from './report.ts';
import { safeHarborCoverage } from './safe-harbor.ts';

/** The session's row, as far as a report states it. */
export interface SessionFacts {
  readonly id: SessionId;
  readonly agentId: AgentId;
  readonly agentName: string;
  /** Whether anybody who knows the agent's id may call it. */
  readonly agentIsOpen: boolean;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly sealedAt: Date | null;
  readonly status: 'ok' | 'partial' | 'error';
  readonly policySnapshot: string;
}

type ProvenChain = Extract<ChainVerdict, { ok: true }>;

/** What the journal says was replaced: counts by kind and by pass. What a policy let through is logged, not counted. */
export function countRedactions(chain: ProvenChain): {
  byKind: Partial<Record<EntityKind, number>>;
  byPass: Record<string, number>;
  total: number;
} {
  const byKind: Partial<Record<EntityKind, number>> = {};
  const byPass: Record<string, number> = {};
  let total = 0;
  for (const entry of chain.entries) {
    if (entry.kind !== 'redaction' || entry.action === 'passthrough') continue;
    byKind[entry.entity_kind] = (byKind[entry.entity_kind] ?? 0) + 1;
    byPass[entry.pass] = (byPass[entry.pass] ?? 0) + 1;
    total += 1;
  }
  return { byKind, byPass, total };
}

/** What the journal says of the session's tokens. Entries of an early version 1 say nothing of what was issued and returned. */
export function countTokens(chain: ProvenChain): ReportedTokens {
  let [issued, exact, repaired, unknown, refused, outsideTurn, withheld] = [0, 0, 0, 0, 0, 0, 0];
  for (const entry of chain.entries) {
    if ('tokens_issued' in entry) issued += entry.tokens_issued;
    if ('tokens_returned' in entry) {
      exact += entry.tokens_returned.exact;
      repaired += entry.tokens_returned.repaired;
    }
    if (entry.kind !== 'rehydration_failed') continue;
    if (entry.reason === 'unknown') unknown += entry.count;
    else if (entry.reason === 'withheld') withheld += entry.count;
    else refused += entry.count;
    if (entry.reason === 'outside_turn') outsideTurn += entry.count;
  }
  return {
    issued,
    returned_exact: exact,
    returned_repaired: repaired,
    not_returned: issued - exact - repaired,
    unknown,
    refused,
    outside_turn: outsideTurn,
    withheld,
  };
}

/** What the journal says of requests that were refused because a known value stood in them still. */
export function countLeaks(chain: ProvenChain): LeakDetection {
  const turns = new Set<number>();
  const byKind: Partial<Record<EntityKind, number>> = {};
  for (const entry of chain.entries) {
    if (entry.kind !== 'leak_suspected') continue;
    turns.add(entry.turn);
    byKind[entry.entity_kind] = (byKind[entry.entity_kind] ?? 0) + entry.count;
  }
  return { blocked_requests: turns.size, suspected_by_kind: byKind };
}

/** The latest of some times. A node whose clock is behind must not report before what it reports on. */
function latest(first: string, ...times: readonly (string | undefined)[]): string {
  return times.reduce<string>((found, time) => (time !== undefined && time > found ? time : found), first);
}

/** The unsigned report. `heads` are the anchored ones, the oldest first; `now` in milliseconds since the epoch; `detector` is the detector's version. */
export function buildSessionReport(
  id: ReportId,
  session: SessionFacts,
  chain: ProvenChain,
  seal: SignedSeal | null,
  heads: readonly AnchoredHead[],
  detector: string,
  now: number,
): UnsignedReport {
  const redactions = countRedactions(chain);
  const generatedAt = latest(
    new Date(now).toISOString(),
    chain.entries.at(-1)?.ts,
    ...heads.map(({ anchor }) => anchor.ts),
  );
  const since = session.startedAt.toISOString();
  return {
    id,
    schema: 'masker-audit/v1',
    scope: 'session',
    session_id: session.id,
    generated_at: generatedAt,
    merkle_root_hex: chain.root.toString('hex'),
    redactions_by_kind: redactions.byKind,
    redactions_by_pass: redactions.byPass,
    tokens: countTokens(chain),
    leak_detection: countLeaks(chain),
    policy_snapshot: session.policySnapshot,
    safe_harbor_coverage: safeHarborCoverage(detector),
    window: { since, until: session.endedAt?.toISOString() ?? generatedAt },
    agents: [{ id: session.agentId, name: session.agentName, open_to_anyone: session.agentIsOpen }],
    sessions: [
      {
        id: session.id,
        agent_id: session.agentId,
        started_at: since,
        ended_at: session.endedAt?.toISOString() ?? null,
        sealed_at: session.sealedAt?.toISOString() ?? null,
        status: session.status,
        turns: chain.entries.filter(({ kind }) => kind === 'turn_forwarded').length,
        redaction_count: redactions.total,
      },
    ],
    audit: { event_count: chain.count, first_hash: chain.firstHash, last_hash: chain.lastHash, status: 'verified' },
    seals: seal === null ? [] : [seal],
    anchored_heads: heads.slice(-1),
    detector: { version: detector },
  };
}
