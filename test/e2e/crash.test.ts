/** Killed without warning, under load, again and again: nothing acknowledged is lost, every chain and every log holds. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainKey, verifyChain } from '../../src/audit/chain.ts';
import { Signer } from '../../src/audit/seal.ts';
import { Sequencer } from '../../src/audit-log/sequencer.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { AccountId, SessionId } from '../../src/platform/ids.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { readJournal } from '../../src/reports/evidence.ts';
import { openPool, putDatabase, temporaryFolder } from '../database.ts';
import { BOOTSTRAP_TOKEN, KEYS } from '../instance.ts';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';
import { soundLog } from './log-fixture.ts';

const KILLS = 20;
const CALLERS = 8;

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  await putDatabase(folder);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function createAgent(server: ServerProcess, name = 'under load'): Promise<string> {
  const response = await fetch(`${server.url}/api/v1/agents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, upstream: 'stub', caller_auth: null }),
  });
  const { agent } = (await response.json()) as { agent: { id: string } };
  return agent.id;
}

/** Talks until the server is gone; adds each turn whose answer arrived whole. Every other caller stays in one call. */
async function talk(
  server: ServerProcess,
  agent: string,
  caller: number,
  round: number,
  acknowledged: (session: SessionId) => void,
): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    ...(caller % 2 === 0 ? { 'x-call-id': `call ${caller} of ${round % 4}` } : {}),
  };
  for (let n = 0; ; n += 1) {
    try {
      const content = `this is Maria Gonzalez number ${n}, my phone is 415-555-${String(1000 + (n % 9000))}`;
      const response = await fetch(`${server.url}/proxy/${agent}/v1/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ stream: n % 2 === 0, messages: [{ role: 'user', content }] }),
      });
      const session = response.headers.get('masker-session-id');
      const text = await response.text();
      if (response.status === 200 && session !== null && text.includes('Maria')) acknowledged(session as SessionId);
    } catch {
      return;
    }
  }
}

/** Creates agents until the server is gone: each is an act that becomes a leaf of the account's log. */
async function administer(server: ServerProcess, round: number, created: (agent: string) => void): Promise<void> {
  for (let made = 0; ; made += 1) {
    try {
      created(await createAgent(server, `round ${round}, agent ${made}`));
    } catch {
      return;
    }
  }
}

/** Sequences what waits, and throws where the log of an account does not hold, or lacks one of its acts or seals. */
async function expectSoundLogs(pool: Pool): Promise<void> {
  const signer = new Signer(Buffer.from(KEYS['MASKER_SIGNING_KEY'] ?? '', 'base64'));
  const refused: unknown[] = [];
  const sequencer = new Sequencer({ pool, signer, clock: systemClock, onRefused: (...about) => refused.push(about) });
  while ((await sequencer.run()).more);
  expect(refused).toEqual([]);
  const { rows } = await pool.query<{ account_id: AccountId; refs: string[] }>(
    `SELECT account_id, array_agg(ref) AS refs
     FROM (SELECT account_id, id AS ref FROM account_events
           UNION ALL SELECT account_id, id FROM sessions WHERE seal IS NOT NULL) AS logged
     GROUP BY account_id`,
  );
  expect(rows).not.toEqual([]);
  for (const { account_id: accountId, refs } of rows) {
    const log = await soundLog(pool, accountId);
    expect([...log.refs].sort()).toEqual(refs.sort());
    expect(log.sizes.at(-1)).toBe(refs.length);
  }
}

/** Kills the postmaster as well; its children notice and end by themselves, without a checkpoint. */
async function killDatabase(): Promise<void> {
  const pidFile = await readFile(path.join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8');
  process.kill(Number(pidFile.split('\n')[0]), 'SIGKILL');
}

test(
  `${KILLS} kills under load lose no acknowledged turn or act, and every chain and log verifies`,
  { timeout: 900_000 },
  async () => {
    const turns = new Map<SessionId, number>();
    const agents: string[] = [];
    let agent = '';
    for (let round = 0; round < KILLS; round += 1) {
      const server = await startServer(folder);
      if (round === 0) agent = await createAgent(server);
      let answered = 0;
      let enough = (): void => undefined;
      const underLoad = new Promise<void>((resolve) => {
        enough = resolve;
      });
      const callers = Array.from({ length: CALLERS }, (_, caller) =>
        talk(server, agent, caller, round, (session) => {
          turns.set(session, (turns.get(session) ?? 0) + 1);
          answered += 1;
          // At another point of the work in each round.
          if (answered === 20 + ((round * 7) % 20)) enough();
        }),
      );
      const administration = administer(server, round, (id) => agents.push(id));
      await underLoad;
      if (round % 3 === 2) await killDatabase();
      await server.end('SIGKILL');
      await Promise.all([...callers, administration]);
    }

    // The server starts once more, and stops as it should.
    const last = await startServer(folder);
    expect((await fetch(`${last.url}/readyz`)).status).toBe(200);
    await last.end('SIGTERM');

    const postgres = await startEmbeddedPostgres(folder);
    const pool = openPool(postgres.url());
    try {
      const auditKey = Buffer.from(KEYS['MASKER_AUDIT_HMAC_KEY'] ?? '', 'base64');
      const { rows } = await pool.query<{ id: SessionId }>('SELECT id FROM sessions');
      const stored = new Map<SessionId, number>();
      for (const { id } of rows) {
        const verdict = verifyChain(chainKey(auditKey, id), id, await readJournal(pool, id));
        expect(verdict).toMatchObject({ ok: true });
        if (verdict.ok) stored.set(id, verdict.entries.filter(({ kind }) => kind === 'turn_forwarded').length);
      }
      expect(turns.size).toBeGreaterThan(KILLS);
      for (const [id, count] of turns) expect(stored.get(id) ?? 0, id).toBeGreaterThanOrEqual(count);
      const { rows: kept } = await pool.query<{ id: string }>('SELECT id FROM agents');
      expect(agents.length).toBeGreaterThan(KILLS);
      expect(kept.map(({ id }) => id)).toEqual(expect.arrayContaining(agents));
      await expectSoundLogs(pool);
    } finally {
      await pool.end();
      await postgres.stop();
    }
  },
);
