import { describe, expect, test } from 'vitest';
import { chainKey, verifyChain } from '../../../src/audit/chain.ts';
import type { ChainVerdict, ProvenEntry } from '../../../src/audit/chain.ts';
import type { EntryFact, RedactionAction } from '../../../src/audit/entry.ts';
import type { SignedSeal } from '../../../src/audit/seal.ts';
import { emptyChain, extendChain } from '../../../src/audit/session-chain.ts';
import type { TurnFact } from '../../../src/audit/session-chain.ts';
import { SAFE_HARBOR_CATEGORIES } from '../../../src/detection/kinds.ts';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import type { TokenScheme } from '../../../src/tokens/grammar.ts';
import { leafHash, merkleRoot } from '../../../src/audit/merkle.ts';
import { buildReport, generationTime } from '../../../src/reports/build-report.ts';
import { ReportFigures } from '../../../src/reports/figures.ts';
import type { WalkedSession } from '../../../src/reports/journal-walk.ts';
import type { UnsignedReport } from '../../../src/reports/report.ts';
import type { ReportScope } from '../../../src/reports/scope.ts';
import type { StoredSession } from '../../../src/reports/stored-sessions.ts';

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
  scheme: TokenScheme = 'MSKV1',
): TurnFact {
  const fact: EntryFact = {
    kind: 'redaction',
    pass,
    entity_kind: kind,
    span: [0, 1],
    path: '/messages/0/content',
    confidence: 1,
    action,
    token_kind: action === 'tokenize' ? scheme : null,
    kid: null,
    speaker: null,
  };
  return { turn, fact };
}

const started: TurnFact = { turn: 0, fact: { kind: 'session_started' } };
const FORWARDED = {
  kind: 'turn_forwarded',
  upstream: 'stub',
  model: 'stub',
  request_sha256: '00'.repeat(32),
  tokens_issued: 0,
} as const;
const forwarded = (turn: number): TurnFact => ({ turn, fact: FORWARDED });

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

const link = (role: string, name: string | null): object => ({
  role,
  name,
  receives: 'phi',
  requests: null,
  models: [],
  agreement: 'not_on_record',
});

const STORED: StoredSession = {
  id: SESSION,
  agent: { id: AGENT, name: 'desk', open_to_anyone: false },
  startedAt: new Date(NOW - 60_000),
  endedAt: new Date(NOW - 30_000),
  sealedAt: new Date(NOW - 20_000),
  status: 'partial',
  policyDigest: '00',
  seal: null,
  hasKey: true,
  vaultValues: 3,
};

const ACCOUNT = 'acc_01HYZ000000000000000000000';
const OF_SESSION: ReportScope = { kind: 'session', accountId: ACCOUNT, sessionId: SESSION };
const WINDOW = { since: NOW - 3_600_000, until: NOW };

function figuresOf(...chains: readonly Proven[]): ReportFigures {
  const figures = new ReportFigures();
  for (const { entries } of chains) for (const entry of entries) figures.add(entry);
  return figures;
}

function walked(chain: Proven, stored: StoredSession = STORED): WalkedSession {
  const { redactions, leaks } = figuresOf(chain);
  const turns = leaks.reported.searched_requests - leaks.reported.blocked_requests;
  return { stored, heads: [], chain, lastAt: chain.entries.at(-1)?.ts ?? '', turns, redactions: redactions.total };
}

function build(
  chain: Proven,
  changes: Partial<StoredSession> = {},
  detectionServer: string | null = null,
): UnsignedReport {
  return buildReport({
    id: REPORT,
    scope: OF_SESSION,
    sessions: [walked(chain, { ...STORED, ...changes })],
    figures: figuresOf(chain),
    policySnapshot: 'name: p\nversion: 1\n',
    detector: 'detector/1',
    detectionServer,
    generatedAt: generationTime(NOW, []),
    payloads: { retention_days: 7, turns_stored: 2 },
    samples: [],
    comparisons: [],
  });
}

describe('what is counted', () => {
  test('is what was replaced, by kind and by pass, and not what the policy let through', () => {
    expect(figuresOf(proven(...CALL)).redactions).toMatchObject({
      byKind: { NAME: 2, PHONE: 1, IP_ADDRESS: 1 },
      byPass: { ner: 1, regex: 2, known: 1 },
      passedByKind: { URL: 1 },
      byScheme: { MSKV1: 3 },
      total: 4,
    });
  });

  test('is nothing where nothing was found', () => {
    expect(build(proven(started, forwarded(1)))).toMatchObject({
      redactions_by_kind: {},
      redactions_by_pass: {},
      tokens: { scheme: 'none', redactions_by_scheme: {} },
    });
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
    expect(figuresOf(chain).tokens.outcome).toEqual({
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
    expect(figuresOf({ ...chain, entries }).tokens.outcome).toEqual({
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
      figuresOf(proven(started, leak(1, 'PHONE', 2), leak(1, 'NAME', 1), forwarded(2), leak(3, 'PHONE', 1))).leaks
        .reported,
    ).toEqual({
      searched_requests: 3,
      blocked_requests: 2,
      suspected_by_kind: { PHONE: 3, NAME: 1 },
    });
  });

  test('is nothing where nothing was refused', () => {
    expect(build(proven(...CALL)).leak_detection).toEqual({
      searched_requests: 2,
      blocked_requests: 0,
      suspected_by_kind: {},
    });
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
        scheme: 'vault-deterministic',
        redactions_by_scheme: { MSKV1: 3 },
        reidentification: expect.stringContaining('164.514(c)') as string,
        issued: 0,
        returned_exact: 0,
        returned_repaired: 0,
        not_returned: 0,
        unknown: 0,
        refused: 0,
        outside_turn: 0,
        withheld: 0,
      },
      leak_detection: { searched_requests: 2, blocked_requests: 0, suspected_by_kind: {} },
      completeness: {
        matched: 0,
        unseen: 0,
        unseen_at_end: 0,
        only_ours: 0,
        excluded: 0,
        unknown: 0,
        sessions_compared: 0,
        sessions_not_compared: 1,
        sessions: [],
        statement: expect.stringContaining('past Masker') as string,
      },
      coverage: {
        detector: expect.stringContaining('masker-detector/') as string,
        measured: false,
        redactions_outside: 0,
        categories: expect.objectContaining({
          A_names: expect.objectContaining({ status: 'in_progress', redactions: 2, written: null }) as object,
          D_phone: expect.objectContaining({ redactions: 1 }) as object,
        }) as object,
      },
      pci_dss: {
        cardholder_data: 'none_found',
        replaced: 0,
        forwarded: 0,
        blocked: 0,
        statement: expect.stringContaining('No card number') as string,
      },
      retention_attestation: {
        journal: { retention: 'by_policy' },
        vault: { sessions_with_key: 1, sessions_without_key: 0, values_stored: 3 },
        payloads: { retention_days: 7, turns_stored: 2 },
        statement: expect.any(String) as string,
      },
      baa_chain: [
        link('voice_platform', null),
        link('masker', 'Masker'),
        { ...link('model_provider', 'stub'), receives: 'masked_text', requests: 2, models: ['stub'] },
      ],
      sample_transcripts: [],
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
          event_count: 8,
          merkle_root_hex: chain.root.toString('hex'),
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
      limits: expect.arrayContaining([
        expect.stringContaining('every identifier'),
        expect.stringContaining('has not been measured'),
      ]) as string[],
      detector: { version: 'detector/1' },
    });
  });

  test('of an open session reaches up to now', () => {
    const report = build(proven(...CALL), { endedAt: null, sealedAt: null });
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
    expect(build(chain, { seal }).seals).toEqual([seal]);
  });

  test('states what the scheme of its tokens means under 45 CFR 164.514(c)', () => {
    const aead = build(proven(started, redaction(1, 'NAME', 'ner', 'tokenize', 'MSK1'))).tokens;
    expect(aead).toMatchObject({ scheme: 'reversible-aead', redactions_by_scheme: { MSK1: 1 } });
    expect(aead.reidentification).toContain('encrypted');
    const mixed = build(
      proven(started, redaction(1, 'NAME', 'ner', 'tokenize', 'MSK1'), redaction(1, 'NAME', 'ner')),
    ).tokens;
    expect(mixed).toMatchObject({ scheme: 'mixed', redactions_by_scheme: { MSK1: 1, MSKV1: 1 } });
    const random = (turn: number): TurnFact => ({ turn, fact: { ...FORWARDED, tokenization: 'vault-random' } });
    const ofCall = build(
      proven(started, redaction(1, 'NAME', 'ner'), random(1), redaction(2, 'NAME', 'ner'), random(2)),
    );
    expect(ofCall.tokens).toMatchObject({ scheme: 'vault-random', redactions_by_scheme: { MSKV1: 2 } });
    expect(ofCall.tokens.reidentification).toContain('16 random bytes');
    const surrogates: TurnFact = { turn: 1, fact: { ...FORWARDED, tokenization: 'synthetic' } };
    const { tokens: synthetic } = build(proven(started, redaction(1, 'NAME', 'ner'), surrogates));
    expect(synthetic).toMatchObject({ scheme: 'synthetic', redactions_by_scheme: { MSKV1: 1 } });
    expect(synthetic.reidentification).toContain('does not claim that text with surrogates is de-identified');
    const changed = build(
      proven(started, redaction(1, 'NAME', 'ner'), forwarded(1), redaction(2, 'NAME', 'ner'), random(2)),
    );
    expect(changed.tokens.scheme).toBe('mixed');
  });

  test('names the platform and a detection server in the chain of agreements, each of which gets PHI', () => {
    const announced: TurnFact = {
      turn: 0,
      fact: { kind: 'call_started', platform: 'vapi', caller: null, tokens_issued: 0 },
    };
    expect(build(proven(started, announced, forwarded(1)), {}, 'Gemma').baa_chain).toEqual([
      link('voice_platform', 'vapi'),
      link('masker', 'Masker'),
      link('detection_server', 'Gemma'),
      { ...link('model_provider', 'stub'), receives: 'masked_text', requests: 1, models: ['stub'] },
    ]);
  });

  test('says that an open session may go on, and whose data key is gone', () => {
    const report = build(proven(...CALL), { sealedAt: null, hasKey: false });
    expect(report.limits.at(-1)).toContain('open when the report was made: 1.');
    expect(report.retention_attestation.vault).toMatchObject({ sessions_with_key: 0, sessions_without_key: 1 });
  });
});

describe('card numbers in a report', () => {
  const leak: TurnFact = { turn: 2, fact: { kind: 'leak_suspected', entity_kind: 'CREDIT_CARD', count: 2 } };

  test.each([
    ['replaced', [redaction(1, 'CREDIT_CARD', 'regex')], { replaced: 1, forwarded: 0, blocked: 0 }],
    ['replaced', [leak], { replaced: 0, forwarded: 0, blocked: 2 }],
    [
      'forwarded',
      [redaction(1, 'CREDIT_CARD', 'regex'), redaction(1, 'CREDIT_CARD', 'regex', 'passthrough')],
      { replaced: 1, forwarded: 1, blocked: 0 },
    ],
    ['none_found', [redaction(1, 'ACCOUNT', 'regex')], { replaced: 0, forwarded: 0, blocked: 0 }],
  ] as const)('are %s where the journal says so', (cardholder_data, facts, counts) => {
    expect(build(proven(started, ...facts)).pci_dss).toMatchObject({ cardholder_data, ...counts });
  });
});

describe('the report of many sessions', () => {
  const other = { ...STORED, id: 'sess_01HYZ000000000000000000001', sealedAt: null } as const;
  const one = proven(...CALL);
  const two = proven(started, redaction(1, 'NAME', 'ner'), forwarded(1));
  const report = buildReport({
    id: REPORT,
    scope: { kind: 'agent', accountId: ACCOUNT, agentId: AGENT, window: WINDOW },
    sessions: [walked(one), walked(two, other)],
    figures: figuresOf(one, two),
    policySnapshot: 'p',
    detector: 'detector/1',
    detectionServer: null,
    generatedAt: generationTime(NOW, []),
    payloads: { retention_days: 7, turns_stored: 2 },
    samples: [],
    comparisons: [],
  });

  test('has their sums, their ends and the root over their roots', () => {
    expect(report).toMatchObject({
      scope: 'agent',
      agent_id: AGENT,
      window: { since: '2026-05-03T20:15:00.000Z', until: '2026-05-03T21:15:00.000Z' },
      redactions_by_kind: { NAME: 3, PHONE: 1, IP_ADDRESS: 1 },
      audit: { event_count: 11, first_hash: one.firstHash, last_hash: two.lastHash },
      merkle_root_hex: merkleRoot([leafHash(one.root), leafHash(two.root)]).toString('hex'),
      agents: [{ id: AGENT }],
    });
    expect(report).not.toHaveProperty('session_id');
    expect(report.sessions.map(({ id, event_count }) => [id, event_count])).toEqual([
      [SESSION, 8],
      [other.id, 3],
    ]);
  });

  test('of none is empty', () => {
    const none = buildReport({
      id: REPORT,
      scope: { kind: 'account', accountId: ACCOUNT, window: WINDOW },
      sessions: [],
      figures: new ReportFigures(),
      policySnapshot: '',
      detector: 'detector/1',
      detectionServer: null,
      generatedAt: generationTime(NOW, []),
      payloads: { retention_days: 7, turns_stored: 2 },
      samples: [],
      comparisons: [],
    });
    expect(none).toMatchObject({
      scope: 'account',
      sessions: [],
      audit: { event_count: 0, first_hash: null, last_hash: null },
      merkle_root_hex: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    });
  });
});
