import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainKey, verifyChain } from '../../../src/audit/chain.ts';
import type { StoredEntry } from '../../../src/audit/chain.ts';
import { leafHash } from '../../../src/audit/merkle.ts';
import { emptyChain, extendChain } from '../../../src/audit/session-chain.ts';
import type { TurnFact } from '../../../src/audit/session-chain.ts';
import type { AgentId, SessionId } from '../../../src/platform/ids.ts';

const AUDIT_KEY = Buffer.alloc(32, 7);
const SESSION: SessionId = 'sess_01HYZ000000000000000000000';
const AGENT: AgentId = 'agt_01HYZ000000000000000000000';
const NOW = Date.UTC(2026, 4, 3, 21, 14, 32, 481);

const FACTS: readonly TurnFact[] = [
  { turn: 0, fact: { kind: 'session_started' } },
  {
    turn: 1,
    fact: {
      kind: 'redaction',
      pass: 'regex',
      entity_kind: 'PHONE',
      span: [14, 26],
      path: '/messages/1/content',
      confidence: 0.95,
      action: 'tokenize',
      token_kind: 'MSKV1',
      kid: 'K_HEALTHCARE',
      speaker: 'user',
    },
  },
  {
    turn: 1,
    fact: {
      kind: 'turn_forwarded',
      upstream: 'stub',
      model: 'stub',
      request_sha256: '00'.repeat(32),
      tokens_issued: 0,
    },
  },
  { turn: 0, fact: { kind: 'session_sealed', status: 'ok', reason: 'ended' } },
];

function journal(facts: readonly TurnFact[] = FACTS, session: SessionId = SESSION): StoredEntry[] {
  const context = { session_id: session, agent_id: AGENT, policy_name: 'healthcare-default', policy_version: 1 };
  const { rows } = extendChain(chainKey(AUDIT_KEY, session), emptyChain(), context, facts, NOW);
  return rows.map(({ seq, body, leaf }) => ({ seq, body, leafHash: leaf }));
}

const verify = (rows: readonly StoredEntry[], session: SessionId = SESSION): ReturnType<typeof verifyChain> =>
  verifyChain(chainKey(AUDIT_KEY, session), session, rows);

/** The row with another body, and a leaf hash that fits it: an attacker who can write, and knows the scheme, but no key. */
function forged(row: StoredEntry, change: (body: string) => string): StoredEntry {
  const body = change(row.body);
  return { ...row, body, leafHash: leafHash(Buffer.from(body, 'utf8')) };
}

function replaced(rows: readonly StoredEntry[], at: number, change: (row: StoredEntry) => StoredEntry): StoredEntry[] {
  return rows.map((row, i) => (i === at ? change(row) : row));
}

describe('a chain', () => {
  test('that was not touched holds', () => {
    const verdict = verify(journal());
    expect(verdict).toMatchObject({ ok: true, count: 4 });
    if (!verdict.ok) return;
    expect(verdict.entries.map(({ kind }) => kind)).toEqual([
      'session_started',
      'redaction',
      'turn_forwarded',
      'session_sealed',
    ]);
    expect(verdict.lastHash).toBe(verdict.entries.at(-1)?.this_hash);
  });

  test('is the HMAC that the specification describes', () => {
    const [first] = journal();
    const { prev_hash, this_hash, ...bare } = JSON.parse(first?.body ?? '{}') as Record<string, unknown>;
    expect(prev_hash).toBe('00'.repeat(32));
    // Written out by hand: the keys of this entry in JCS order.
    const canonical = `{"agent_id":"${AGENT}","event_id":"${String(bare['event_id'])}","kind":"session_started","policy_name":"healthcare-default","policy_version":1,"seq":0,"session_id":"${SESSION}","ts":"2026-05-03T21:14:32.481Z","turn":0,"v":1}`;
    const expected = createHmac('sha256', chainKey(AUDIT_KEY, SESSION))
      .update(Buffer.alloc(32))
      .update(canonical)
      .digest('hex');
    expect(this_hash).toBe(expected);
  });

  test('has a key of its own for each session', () => {
    const other: SessionId = 'sess_01HYZ000000000000000000001';
    expect(chainKey(AUDIT_KEY, SESSION)).not.toEqual(chainKey(AUDIT_KEY, other));
    expect(verify(journal(FACTS, other), SESSION)).toEqual({ ok: false, seq: 0, fault: 'wrong_session' });
  });

  test('names the entry when any one byte of any entry changes', () => {
    const rows = journal();
    fc.assert(
      fc.property(fc.nat(rows.length - 1), fc.nat(), fc.integer({ min: 1, max: 0x7f }), (at, where, flip) => {
        const changed = replaced(rows, at, (row) => {
          const bytes = Buffer.from(row.body, 'utf8');
          const i = where % bytes.length;
          bytes[i] = (bytes[i] ?? 0) ^ flip;
          return forged(row, () => bytes.toString('utf8'));
        });
        expect(verify(changed)).toMatchObject({ ok: false, seq: at });
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['not_json', 1, (row: StoredEntry) => forged(row, () => '{')],
    ['not_canonical', 1, (row: StoredEntry) => forged(row, (body) => body.replace('{', '{ '))],
    ['wrong_hash', 1, (row: StoredEntry) => forged(row, (body) => body.replace('"PHONE"', '"EMAIL"'))],
    [
      'wrong_hash',
      3,
      (row: StoredEntry) =>
        forged(row, (body) =>
          body.replace(/"this_hash":"(\w+)"/, (all) => all.replace(/[a-f]/, (digit) => digit.toUpperCase())),
        ),
    ],
    ['wrong_leaf_hash', 2, (row: StoredEntry) => ({ ...row, leafHash: Buffer.alloc(32) })],
    ['wrong_sequence', 2, (row: StoredEntry) => ({ ...row, seq: 9 })],
  ] as const)('says %s', (fault, at, change) => {
    expect(verify(replaced(journal(), at, change))).toEqual({ ok: false, seq: at, fault });
  });

  test('notices an entry that is missing, from the middle or the start', () => {
    const rows = journal();
    expect(verify(rows.filter(({ seq }) => seq !== 2))).toEqual({ ok: false, seq: 2, fault: 'wrong_sequence' });
    expect(verify(rows.slice(1))).toEqual({ ok: false, seq: 0, fault: 'wrong_sequence' });
    expect(verify([])).toEqual({ ok: false, seq: 0, fault: 'wrong_sequence' });
  });

  test('notices entries that changed places', () => {
    const [a, b, c, d] = journal();
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('no journal');
    expect(verify([a, { ...c, seq: 1 }, { ...b, seq: 2 }, d])).toMatchObject({ ok: false, seq: 1 });
  });

  test('does not hold under another key', () => {
    expect(verifyChain(Buffer.alloc(32, 8), SESSION, journal())).toEqual({ ok: false, seq: 0, fault: 'wrong_hash' });
  });
});

describe('extending a chain', () => {
  test('in one step or in many gives the same entries, but for their ids', () => {
    const key = chainKey(AUDIT_KEY, SESSION);
    const context = { session_id: SESSION, agent_id: AGENT, policy_name: 'healthcare-default', policy_version: 1 };
    let head = emptyChain();
    const rows: StoredEntry[] = [];
    for (const fact of FACTS) {
      const step = extendChain(key, head, context, [fact], NOW);
      rows.push(...step.rows.map(({ seq, body, leaf }) => ({ seq, body, leafHash: leaf })));
      head = step.head;
    }
    const verdict = verify(rows);
    expect(verdict).toMatchObject({ ok: true, count: FACTS.length });
    expect(verdict.ok && verdict.root).toEqual(head.frontier.root());
    expect(head.nextSeq).toBe(FACTS.length);
  });

  test('never writes an earlier time than that of the last entry, whatever the clock says', () => {
    const key = chainKey(AUDIT_KEY, SESSION);
    const context = { session_id: SESSION, agent_id: AGENT, policy_name: 'p', policy_version: 1 };
    let head = emptyChain(NOW);
    const times: unknown[] = [];
    for (const now of [NOW - 5, NOW + 10, NOW + 3, NOW - 3_600_000, NOW + 11]) {
      const step = extendChain(key, head, context, FACTS.slice(1, 2), now);
      times.push(...step.rows.map(({ body }) => Date.parse((JSON.parse(body) as { ts: string }).ts) - NOW));
      head = step.head;
    }
    expect(times).toEqual([0, 10, 10, 10, 11]);
    expect(head.lastAt).toBe(NOW + 11);
  });

  test('leaves the head it started from as it was, so that a failed write can be tried again', () => {
    const context = { session_id: SESSION, agent_id: AGENT, policy_name: 'p', policy_version: 1 };
    const head = emptyChain();
    extendChain(chainKey(AUDIT_KEY, SESSION), head, context, FACTS, NOW);
    expect(head.nextSeq).toBe(0);
    expect(head.frontier.size).toBe(0);
  });
});
