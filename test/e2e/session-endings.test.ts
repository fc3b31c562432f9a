/** The end of a turn when the database cannot say whether it took it. Spec proxy.md, Sessions; audit.md. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Journal } from '../../src/audit/journal.ts';
import { Signer } from '../../src/audit/seal.ts';
import { NOTHING_REHYDRATED } from '../../src/masking/rehydration-account.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { CallReference } from '../../src/sessions/correlation.ts';
import { Sessions } from '../../src/sessions/sessions.ts';
import type { ForwardedTurn, TurnAgent, TurnEnding } from '../../src/sessions/turn.ts';
import { TokenKeys } from '../../src/tokens/issuer.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { callRecord } from '../call-records.ts';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { KEYS } from '../instance.ts';

const ENDING: TurnEnding = {
  status: 'ok',
  httpStatus: 200,
  responseSha256: '00'.repeat(32),
  upstreamUs: 1000,
  rehydrateUs: 10,
  addedUs: 20,
  rehydration: NOTHING_REHYDRATED,
};

let db: TestDatabase;
let pool: pg.Pool;
let agent: TurnAgent;
let sessions: Sessions;
/** What the connection that carries the journal does to its next statement. */
let next: 'works' | 'commits, then breaks' | 'breaks' = 'works';
const lostEndings: SessionId[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  pool = new pg.Pool({ connectionString: db.url });
  const policyText = await readFile('configs/mask_policy.yaml', 'utf8');
  const parsed = parsePolicy(policyText, { kids: new Set(['K_HEALTHCARE']) });
  if (!parsed.ok) throw new Error('the default policy does not hold');
  agent = { id: newId('agent'), accountId: newId('account'), tokenization: 'vault-deterministic', policy: parsed.policy, policyText, policyVersion: 1 };
  await pool.query(`INSERT INTO accounts (id, name) VALUES ($1, 'clinic')`, [agent.accountId]);
  await pool.query(
    `INSERT INTO agents (id, account_id, name, upstream, tokenization, policy_name, policy_version)
     VALUES ($1, $2, 'desk', 'stub', 'vault-deterministic', 'healthcare-default', 1)`,
    [agent.id, agent.accountId],
  );
  const breaking = async (statement: pg.QueryConfig): Promise<pg.QueryResult> => {
    const fate = next;
    next = 'works';
    const result = fate === 'breaks' ? null : await pool.query(statement);
    if (result === null || fate !== 'works') throw Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' });
    return result;
  };
  sessions = new Sessions({
    pool,
    journal: new Journal({ query: breaking } as unknown as Pick<pg.Pool, 'query'>),
    keys: new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 5) }])),
    auditKey: Buffer.from(KEYS['MASKER_AUDIT_HMAC_KEY'] ?? '', 'base64'),
    signer: new Signer(Buffer.alloc(32, 9)),
    clock: systemClock,
    gemma: null,
    onLostEnding: (id) => lostEndings.push(id),
  });
});
afterAll(async () => {
  await pool.end();
  await db.drop();
});

async function forward(reference: CallReference): Promise<ForwardedTurn> {
  const forwarded = await sessions.forward(agent, reference, {
    provider: 'stub',
    model: 'stub',
    streamed: false,
    receivedAt: Date.now(),
    prepare: (mask) => ({ ok: true, body: Buffer.from(mask('call 415-555-0142', { pointer: '/messages/0/content', speaker: 'user', key: null })), binaryParts: 0 }),
  });
  if (!forwarded.ok) throw new Error('refused');
  return forwarded.turn;
}

const unkeyed: CallReference = { by: 'nothing' };
const keyed = (key: string): CallReference => ({ by: 'key', key });

test.each(['commits, then breaks', 'breaks'] as const)('a connection that %s under the end of a turn: it is on record once', async (fate) => {
  for (const reference of [unkeyed, keyed(fate)]) {
    const turn = await forward(reference);
    next = fate;
    await turn.complete(ENDING);
    const { session, entries, turns } = await callRecord(pool, turn.sessionId);
    expect(turns.map(({ status }) => status)).toEqual(['ok']);
    expect(entries.filter(({ kind }) => kind === 'turn_completed')).toHaveLength(1);
    expect(session.status).toBe('ok');
    expect(session.sealed_at === null).toBe(reference.by === 'key');
  }
  expect(lostEndings).toEqual([]);
});

test.each(['commits, then breaks', 'breaks'] as const)('a connection that %s under a new turn: it is refused, and the call goes on', async (fate) => {
  const reference = keyed(`new turn ${fate}`);
  const first = await forward(reference);
  await first.complete(ENDING);
  next = fate;
  await expect(forward(reference)).rejects.toMatchObject({ code: 'audit_unavailable' });
  const last = await forward(reference);
  await last.complete(ENDING);
  expect(last.sessionId).toBe(first.sessionId);
  await sessions.end(agent.id, last.sessionId, 'ended');
  const { session, turns } = await callRecord(pool, last.sessionId);
  // A turn that was recorded and never sent has no end, and its session says so.
  expect(turns.map(({ status }) => status)).toEqual(fate === 'breaks' ? ['ok', 'ok'] : ['ok', 'forwarded', 'ok']);
  expect(session.status).toBe(fate === 'breaks' ? 'ok' : 'partial');
  expect(session.redaction_count).toBe(1);
});
