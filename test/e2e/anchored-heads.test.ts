/** The end of an open session's journal cannot be cut unseen. See docs/audit-format.md, Heads of open journals. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Signer } from '../../src/audit/seal.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { withJobLock } from '../../src/platform/job-lock.ts';
import { exportEvidence } from '../../src/reports/evidence.ts';
import { anchorOpenJournals } from '../../src/sessions/head-anchoring.ts';
import { parseReceipt, verifyBundle } from '../../verifier/src/verify.ts';
import type { Verified, VerifyOptions } from '../../verifier/src/verify.ts';
import { KEYS } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { answerOf, onNode, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const SIGNER = new Signer(Buffer.from(KEYS['MASKER_SIGNING_KEY'] ?? '', 'base64'));
const SAID = ['this is Maria Gonzalez', 'my number is 415-555-0142', 'see 10.0.0.7'];

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

interface Turn {
  readonly id: SessionId;
  readonly receipt: string;
}

/** Resolves when the ends of all turns of a session are on record: reading its report waits for them. */
async function settled(id: SessionId): Promise<void> {
  await calls.masker.api('GET', `/sessions/${id}/report`);
}

/** Turn `n` of a call that stays open. Its end is written behind its answer, and is on record when this resolves. */
async function turn(key: string, n: number): Promise<Turn> {
  const response = await calls.masker.chat(agent, saying(...SAID.slice(0, n)), { 'x-call-id': key });
  await answerOf(response);
  const id = sessionOf(response);
  await settled(id);
  return { id, receipt: response.headers.get('masker-receipt') ?? '' };
}

interface Evidence {
  readonly entries: readonly { readonly kind: string; readonly this_hash: string }[];
  readonly anchored_heads: readonly { readonly head: { readonly event_count: number } }[];
}

/** What an auditor is handed, and what masker-verify says of it. */
async function evidence(
  id: SessionId,
  options: VerifyOptions = {},
): Promise<{ bundle: Evidence; verification: Verified }> {
  await settled(id);
  const text = JSON.stringify((await exportEvidence(calls.pool, SIGNER, id, 'all'))?.bundle);
  const verification = verifyBundle(Buffer.from(text), options);
  if (verification.outcome === 'unreadable') throw new Error(verification.problem.message);
  return { bundle: JSON.parse(text) as Evidence, verification };
}

/** Anchors what moved. The instance's own job, which runs twice a minute, may be at it: then its run is waited for. */
async function anchor(onFault: (...about: unknown[]) => void = () => undefined): Promise<void> {
  const options = { pool: calls.pool, signer: SIGNER, clock: { now: () => Date.now() }, onFault };
  while ((await anchorOpenJournals(options)) === null);
}

const codes = ({ checks }: Verified): string[] => checks.flatMap(({ findings }) => findings.map(({ code }) => code));

/**
 * As the owner of the database: removes the entries from `seq` on, and what `also` says. It waits for a run of the
 * instance's own job, which may have read the journal before the cut and would anchor it after.
 */
async function cut(id: SessionId, seq: number, also = ''): Promise<void> {
  while ((await withJobLock(calls.pool, 'headAnchoring', () => remove(id, seq, also))) === null);
}

async function remove(id: SessionId, seq: number, also: string): Promise<void> {
  const client = await calls.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL session_replication_role = replica`);
    await client.query('DELETE FROM entries WHERE session_id = $1 AND seq >= $2', [id, seq]);
    if (also !== '') await client.query(also, [id]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

describe('anchors', () => {
  test('are made of every open session that moved, once, and reports and bundles carry them', async () => {
    const { id } = await turn('anchored', 1);
    const { bundle: before } = await evidence(id);
    await anchor();
    await anchor();
    await turn('anchored', 2);
    const after = await evidence(id);
    await anchor();
    const { bundle, verification } = await evidence(id);
    const counts = bundle.anchored_heads.map(({ head }) => head.event_count);
    expect(counts).toContain(before.entries.length);
    expect(counts.at(-1)).toBe(after.bundle.entries.length);
    expect(new Set(counts).size).toBe(counts.length);
    expect(verification).toMatchObject({ outcome: 'consistent', open: [id] });
    const reported = await calls.masker.api('GET', `/sessions/${id}/report?format=bundle`);
    const whole = (await reported.json()) as Evidence & { report: Evidence };
    expect(whole.anchored_heads).toEqual(bundle.anchored_heads);
    expect(whole.report.anchored_heads).toEqual(bundle.anchored_heads.slice(-1));
    const asked = await calls.masker.graphql<{ report: { document: Evidence } }>(
      'query ($id: ID!) { report(sessionId: $id) { document } }',
      { id },
    );
    expect(asked.report.document.anchored_heads).toEqual(bundle.anchored_heads.slice(-1));
  });

  test('show any cut behind them: to the verifier, to reports and to the next anchoring', async () => {
    const { id } = await turn('cut', 1);
    await turn('cut', 2);
    await anchor();
    const { bundle } = await evidence(id);
    await cut(id, bundle.entries.length - 1);
    const { verification } = await evidence(id);
    expect(verification.outcome).toBe('does not hold');
    expect(codes(verification)).toContain('cut_journal');
    const refused = await calls.masker.api('GET', `/sessions/${id}/report`);
    expect(refused.status).toBe(500);
    expect(await refused.text()).toContain('its end was cut');
    const seen: unknown[] = [];
    await anchor((...about) => seen.push(about));
    expect(seen).toContainEqual(['cut', id, bundle.entries.length - 1, bundle.entries.length]);
    await cut(id, 0);
    await anchor((...about) => seen.push(about));
    expect(seen).toContainEqual(['cut', id, 0, bundle.entries.length]);
  });

  test('show a cut behind which another node wrote on, and no head is signed over it', async () => {
    const { id } = await turn('cut and grown', 1);
    await turn('cut and grown', 2);
    await anchor();
    const { bundle } = await evidence(id);
    const anchored = bundle.entries.length;
    await cut(id, anchored - 2);
    const node = await calls.anotherNode();
    for (const said of [SAID, [...SAID, 'and more', 'and more']]) {
      const response = await node.chat(onNode(node, agent), saying(...said), { 'x-call-id': 'cut and grown' });
      await answerOf(response);
      expect(sessionOf(response)).toBe(id);
      await node.api('GET', `/sessions/${id}/report`);
    }
    const seen: unknown[][] = [];
    await anchor((...about) => seen.push(about));
    const { bundle: grown, verification } = await evidence(id);
    expect(grown.entries.length).toBeGreaterThan(anchored);
    expect(seen).toContainEqual(['cut', id, grown.entries.length, anchored]);
    expect(grown.anchored_heads.at(-1)?.head.event_count).toBe(anchored);
    expect(verification.outcome).toBe('does not hold');
    expect(codes(verification)).toContain('wrong_head');
  });

  test('cannot be changed or removed by a statement', async () => {
    await turn('append-only', 1);
    await anchor();
    for (const table of ['head_anchors', 'journal_heads']) {
      await expect(calls.pool.query(`DELETE FROM ${table}`)).rejects.toThrow('append-only');
      await expect(calls.pool.query(`UPDATE ${table} SET body = ''`)).rejects.toThrow('append-only');
      await expect(calls.pool.query(`TRUNCATE ${table} CASCADE`)).rejects.toThrow('append-only');
    }
  });

  test('hold values of no call', async () => {
    const { rows } = await calls.pool.query<{ body: string }>(
      'SELECT body FROM head_anchors UNION ALL SELECT body FROM journal_heads',
    );
    expect(rows.length).toBeGreaterThan(2);
    for (const { body } of rows) expect(body).not.toMatch(/Maria|Gonzalez|555-0142|10\.0\.0\.7|MSKV?1\./);
  });
});

describe('the receipt of an answer', () => {
  test.each([false, true])('counts the entries up to its turn (streamed: %s)', async (stream) => {
    const response = await calls.masker.chat(
      agent,
      { ...saying(...SAID.slice(0, 1)), stream },
      { 'x-call-id': `receipt ${String(stream)}` },
    );
    await response.text();
    const receipt = parseReceipt(response.headers.get('masker-receipt') ?? '');
    if (receipt === null) throw new Error('no receipt');
    const id = sessionOf(response);
    const { bundle, verification } = await evidence(id, { receipts: [receipt] });
    expect(verification.outcome).toBe('consistent');
    expect(bundle.entries[receipt.head.event_count - 1]).toMatchObject({
      kind: 'turn_forwarded',
      this_hash: receipt.head.last_hash,
    });
  });

  test('shows a cut where the anchors were removed too', async () => {
    await turn('receipt kept', 1);
    const { id, receipt } = await turn('receipt kept', 2);
    await anchor();
    const kept = parseReceipt(receipt);
    if (kept === null) throw new Error('no receipt');
    await evidence(id);
    await cut(id, kept.head.event_count - 1, 'DELETE FROM journal_heads WHERE session_id = $1');
    expect((await evidence(id)).verification.outcome).toBe('consistent');
    const { verification } = await evidence(id, { receipts: [kept] });
    expect(verification.outcome).toBe('does not hold');
    expect(codes(verification)).toEqual(['cut_journal']);
  });
});
