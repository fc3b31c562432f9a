/** Journals for reports, with everything in them that a report counts. */
import { chainKey, verifyChain } from '../../../src/audit/chain.ts';
import type { ProvenEntry } from '../../../src/audit/chain.ts';
import type { EntryFact } from '../../../src/audit/entry.ts';
import type { Seal, Signer } from '../../../src/audit/seal.ts';
import { emptyChain, extendChain } from '../../../src/audit/session-chain.ts';
import type { TurnFact } from '../../../src/audit/session-chain.ts';
import { ENTITY_KINDS } from '../../../src/detection/kinds.ts';
import { ReportFigures } from '../../../src/reports/figures.ts';
import type { WalkedSession } from '../../../src/reports/journal-walk.ts';

const AGENT = 'agt_01HYZ000000000000000000000';
const PASSES = ['regex', 'ner', 'known'] as const;

/** A journal of so many turns: each kind occurs, and nearly each with a number of its own. */
export function journalOf(turns: number): TurnFact[] {
  const facts: TurnFact[] = [
    { turn: 0, fact: { kind: 'session_started' } },
    { turn: 0, fact: { kind: 'call_started', platform: 'vapi', caller: 'masked', tokens_issued: 1 } },
  ];
  for (let turn = 1; turn <= turns; turn += 1) {
    const kinds = ENTITY_KINDS.filter((_, at) => at < turn);
    facts.push(
      ...kinds.map((kind, at) => ({ turn, fact: redaction(kind, PASSES[(turn + at) % 3] ?? 'ner', turn + at) })),
    );
    facts.push({
      turn,
      fact: {
        kind: 'turn_forwarded',
        upstream: 'openai',
        model: 'gpt-4o-mini',
        request_sha256: '00'.repeat(32),
        tokens_issued: 3,
      },
    });
    facts.push({ turn, fact: { kind: 'rehydration_failed', entity_kind: 'PHONE', reason: 'unknown', count: 2 } });
    facts.push({ turn, fact: { kind: 'rehydration_failed', entity_kind: 'PHONE', reason: 'outside_turn', count: 5 } });
    facts.push({
      turn,
      fact: {
        kind: 'turn_completed',
        status: 'ok',
        http_status: 200,
        response_sha256: null,
        stage_durations_ms: { detection: 1, tokenize: 1, upstream: 1, rehydrate: 1 },
        tokens_returned: { exact: 1, repaired: turn % 2 },
      },
    });
  }
  facts.push({ turn: turns + 1, fact: { kind: 'leak_suspected', entity_kind: 'CREDIT_CARD', count: 7 } });
  facts.push({ turn: 0, fact: { kind: 'session_sealed', status: 'ok', reason: 'idle' } });
  return facts;
}

function redaction(kind: (typeof ENTITY_KINDS)[number], pass: (typeof PASSES)[number], nth: number): EntryFact {
  const passes = nth % 11 === 0;
  return {
    kind: 'redaction',
    pass,
    entity_kind: kind,
    span: [0, 1],
    path: '/messages/0/content',
    confidence: 1,
    action: passes ? 'passthrough' : 'tokenize',
    token_kind: passes ? null : nth % 5 === 0 ? 'MSK1' : 'MSKV1',
    kid: 'K',
    speaker: null,
  };
}

/** A sealed session with the given journal, as the walk gives it. `nth` tells its id. */
export function sealedSession(
  nth: number,
  facts: readonly TurnFact[],
  signer: Signer,
  now: number,
): { readonly walked: WalkedSession; readonly entries: readonly ProvenEntry[] } {
  const id = `sess_01HYZ${String(nth).padStart(21, '0')}` as const;
  const key = chainKey(Buffer.alloc(32, 7), id);
  const context = { session_id: id, agent_id: AGENT, policy_name: 'p', policy_version: 1 } as const;
  const { rows } = extendChain(key, emptyChain(), context, facts, now);
  const chain = verifyChain(
    key,
    id,
    rows.map(({ seq, body, leaf }) => ({ seq, body, leafHash: leaf })),
  );
  if (!chain.ok) throw new Error(chain.fault);
  const figures = new ReportFigures();
  for (const entry of chain.entries) figures.add(entry);
  const started = new Date(now - 60_000);
  const seal: Seal = {
    v: 1,
    session_id: id,
    agent_id: AGENT,
    account_id: 'acc_01HYZ000000000000000000000',
    started_at: started.toISOString(),
    sealed_at: new Date(now).toISOString(),
    event_count: chain.count,
    last_hash: chain.lastHash,
    merkle_root_hex: chain.root.toString('hex'),
    redactions_by_kind: figures.redactions.byKind,
    status: 'ok',
    policy_digest: 'ab'.repeat(32),
  };
  const { searched_requests: searched, blocked_requests: blocked } = figures.leaks.reported;
  return {
    entries: chain.entries,
    walked: {
      stored: {
        id,
        agent: { id: AGENT, name: 'appointment-bot', open_to_anyone: false },
        startedAt: started,
        endedAt: new Date(now),
        sealedAt: new Date(now),
        status: 'ok',
        policyDigest: 'ab'.repeat(32),
        seal: { seal, signature: signer.sign(seal) },
        hasKey: true,
        vaultValues: 9,
      },
      heads: [],
      chain,
      lastAt: chain.entries.at(-1)?.ts ?? '',
      turns: searched - blocked,
      redactions: figures.redactions.total,
    },
  };
}
