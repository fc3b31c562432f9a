import { describe, expect, test } from 'vitest';
import { chainKey, verifyChain } from '../../../src/audit/chain.ts';
import type { ChainVerdict, ProvenEntry } from '../../../src/audit/chain.ts';
import type { EntryFact, RedactionAction } from '../../../src/audit/entry.ts';
import type { SignedSeal } from '../../../src/audit/seal.ts';
import { emptyChain, extendChain } from '../../../src/audit/session-chain.ts';
import type { TurnFact } from '../../../src/audit/session-chain.ts';
import { SAFE_HARBOR_CATEGORIES } from '../../../src/detection/kinds.ts';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { buildSessionReport, countLeaks, countRedactions, countTokens } from '../../../src/reports/session-report.ts';
import type { SessionFacts } from '../../../src/reports/session-report.ts';

const SESSION = 'sess_01HYZ000000000000000000000';
const AGENT = 'agt_01HYZ000000000000000000000';
const REPORT = 'rep_01HYZ000000000000000000000';
const NOW = Date.UTC(2026, 4, 3, 21, 15);

type Proven = Extract<ChainVerdict, { ok: true }>;

/** A chain as it is read back from the journal. */
function proven(...facts: TurnFact[]): Proven {
  const key = chainKey(Buffer.alloc(32, 7), SESSION);
  const context = { session_id: SESSION, agent_id: AGENT, policy_name: 'p', policy_version: 1 } as const;
  const { rows } = extendChain(key, emptyChain(), context, facts, NOW);
  const verdict = verifyChain(
    key,
    SESSION,
    rows.map(({ seq, body, leaf }) => ({ seq, body, leafHash: leaf })),
  );
  if (!verdict.ok) throw new Error(verdict.fault);
  return verdict;
}

function redaction(
  turn: number,
  kind: EntityKind,
  pass: 'regex' | 'ner' | 'known',
  action: RedactionAction = 'tokenize',
): TurnFact {
  const fact: EntryFact = {
    kind: 'redaction',
    pass,
    entity_kind: kind,
    span: [0, 1],
    path: '/messages/0/content',
    confidence: 1,
    action,
    token_kind: null,
    kid: null,
    speaker: null,
  };
  return { turn, fact };
}

const started: TurnFact = { turn: 0, fact: { kind: 'session_started' } };
const forwarded = (turn: number): TurnFact => ({
  turn,
  fact: { kind: 'turn_forwarded', upstream: 'stub', model: 'stub', request_sha256: '00'.repeat(32), tokens_issued: 0 },
});

const CALL = [
  started,
  redaction(1, 'NAME', 'ner'),
  redaction(1, 'PHONE', 'regex'),
  forwarded(1),
  redaction(2, 'NAME', 'known'),
  redaction(2, 'IP_ADDRESS', 'regex', 'redact'),
  redaction(2, 'URL', 'regex', 'passthrough'),
  forwarded(2),
];

const FACTS: SessionFacts = {
  id: SESSION,
  agentId: AGENT,
  agentName: 'desk',
  agentIsOpen: false,
  startedAt: new Date(NOW - 60_000),
  endedAt: new Date(NOW - 30_000),
  sealedAt: new Date(NOW - 20_000),
  status: 'partial',
  policySnapshot: 'name: p\nversion: 1\n',
};

const build = (chain: Proven, facts: SessionFacts = FACTS, seal: SignedSeal | null = null) =>
  buildSessionReport(REPORT, facts, chain, seal, [], 'detector/1', NOW);

describe('what is counted', () => {
  test('is what was replaced, by kind and by pass, and not what the policy let through', () => {
    expect(countRedactions(proven(...CALL))).toEqual({
      byKind: { NAME: 2, PHONE: 1, IP_ADDRESS: 1 },
      byPass: { ner: 1, regex: 2, known: 1 },
      total: 4,
    });
  });

  test('is nothing where nothing was found', () => {
    expect(countRedactions(proven(started, forwarded(1)))).toEqual({ byKind: {}, byPass: {}, total: 0 });
  });
});

const completed = (turn: number, exact: number, repaired: number): TurnFact => ({
  turn,
  fact: {
    kind: 'turn_completed',
    status: 'ok',
    http_status: 200,
    response_sha256: null,
    stage_durations_ms: { detection: 0, tokenize: 0, upstream: 0, rehydrate: 0 },
    tokens_returned: { exact, repaired },
  },
});
const issuing = (turn: number, tokens: number): TurnFact => ({
  turn,
  fact: {
    kind: 'turn_forwarded',
    upstream: 'stub',
    model: 'stub',
    request_sha256: '00'.repeat(32),
    tokens_issued: tokens,
  },
});
const failed = (
  reason: 'unknown' | 'malformed' | 'ambiguous' | 'outside_turn' | 'withheld',
  count: number,
): TurnFact => ({
  turn: 1,
  fact: { kind: 'rehydration_failed', entity_kind: 'PHONE', reason, count },
});

describe('the account of tokens', () => {
  test('sums up what the entries say, refusals apart', () => {
    const announced: TurnFact = {
      turn: 0,
      fact: { kind: 'call_started', platform: 'vapi', caller: 'masked', tokens_issued: 1 },
    };
    const chain = proven(
      started,
      announced,
      issuing(1, 3),
      failed('unknown', 1),
      failed('malformed', 2),
      failed('ambiguous', 4),
      failed('withheld', 8),
      failed('outside_turn', 16),
      completed(1, 1, 2),
      issuing(2, 1),
      completed(2, 1, -1),
    );
    expect(countTokens(chain)).toEqual({
      issued: 5,
      returned_exact: 2,
      returned_repaired: 1,
      not_returned: 2,
      unknown: 1,
      refused: 22,
      outside_turn: 16,
      withheld: 8,
    });
  });

  test('is all zeros for a journal of an early version 1, which states nothing of it', () => {
    const chain = proven(started, issuing(1, 3), completed(1, 1, 2));
    const entries = chain.entries.map((entry) => {
      const {
        tokens_issued: _issued,
        tokens_returned: _returned,
        ...early
      } = entry as ProvenEntry & { tokens_issued?: number; tokens_returned?: object };
      return early as ProvenEntry;
    });
    expect(countTokens({ ...chain, entries })).toEqual({
      issued: 0,
      returned_exact: 0,
      returned_repaired: 0,
      not_returned: 0,
      unknown: 0,
      refused: 0,
      outside_turn: 0,
      withheld: 0,
    });
  });
});

describe('leak detection', () => {
  const leak = (turn: number, kind: EntityKind, count: number): TurnFact => ({
    turn,
    fact: { kind: 'leak_suspected', entity_kind: kind, count },
  });

  test('counts the requests that were refused, and what stood in them by kind', () => {
    expect(
      countLeaks(proven(started, leak(1, 'PHONE', 2), leak(1, 'NAME', 1), forwarded(2), leak(3, 'PHONE', 1))),
    ).toEqual({
      blocked_requests: 2,
      suspected_by_kind: { PHONE: 3, NAME: 1 },
    });
  });

  test('is nothing where nothing was refused', () => {
    expect(countLeaks(proven(...CALL))).toEqual({ blocked_requests: 0, suspected_by_kind: {} });
  });
});

describe('the report of a session', () => {
  test('states the journal: its root, its ends, its turns, its redactions', () => {
    const chain = proven(...CALL);
    expect(build(chain)).toEqual({
      id: REPORT,
      schema: 'masker-audit/v1',
      scope: 'session',
      session_id: SESSION,
      generated_at: '2026-05-03T21:15:00.000Z',
      merkle_root_hex: chain.root.toString('hex'),
      redactions_by_kind: { NAME: 2, PHONE: 1, IP_ADDRESS: 1 },
      redactions_by_pass: { ner: 1, regex: 2, known: 1 },
      tokens: {
        issued: 0,
        returned_exact: 0,
        returned_repaired: 0,
        not_returned: 0,
        unknown: 0,
        refused: 0,
        outside_turn: 0,
        withheld: 0,
      },
      leak_detection: { blocked_requests: 0, suspected_by_kind: {} },
      policy_snapshot: 'name: p\nversion: 1\n',
      safe_harbor_coverage: Object.fromEntries(
        SAFE_HARBOR_CATEGORIES.map((category) => [
          category,
          expect.stringMatching(/^(?:full|partial|in_progress|not_applicable)$/) as string,
        ]),
      ),
      window: { since: '2026-05-03T21:14:00.000Z', until: '2026-05-03T21:14:30.000Z' },
      agents: [{ id: AGENT, name: 'desk', open_to_anyone: false }],
      sessions: [
        {
          id: SESSION,
          agent_id: AGENT,
          started_at: '2026-05-03T21:14:00.000Z',
          ended_at: '2026-05-03T21:14:30.000Z',
          sealed_at: '2026-05-03T21:14:40.000Z',
          status: 'partial',
          turns: 2,
          redaction_count: 4,
        },
      ],
      audit: {
        event_count: 8,
        first_hash: chain.entries[0]?.this_hash,
        last_hash: chain.entries.at(-1)?.this_hash,
        status: 'verified',
      },
      seals: [],
      anchored_heads: [],
      detector: { version: 'detector/1' },
    });
  });

  test('of an open session reaches up to now', () => {
    const report = build(proven(...CALL), { ...FACTS, endedAt: null, sealedAt: null });
    expect(report.window.until).toBe(report.generated_at);
    expect(report.sessions).toMatchObject([{ ended_at: null, sealed_at: null }]);
  });

  test('is the same for the same journal', () => {
    const chain = proven(...CALL);
    expect(build(chain)).toEqual(build(chain));
  });

  test('carries the seal as it was signed', () => {
    const chain = proven(...CALL);
    const seal: SignedSeal = {
      seal: {
        v: 1,
        session_id: SESSION,
        agent_id: AGENT,
        account_id: 'acc_01HYZ000000000000000000000',
        started_at: '2026-05-03T21:14:00.000Z',
        sealed_at: '2026-05-03T21:14:40.000Z',
        event_count: chain.count,
        last_hash: chain.lastHash,
        merkle_root_hex: chain.root.toString('hex'),
        redactions_by_kind: {},
        status: 'ok',
        policy_digest: '00',
      },
      signature: { alg: 'Ed25519', key_id: '00000000', sig: 'x' },
    };
    expect(build(chain, FACTS, seal).seals).toEqual([seal]);
  });
});
