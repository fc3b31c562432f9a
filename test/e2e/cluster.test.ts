/**
 * Three nodes on one PostgreSQL under load, while nodes and the database are killed in an order that a seed decides: no
 * acknowledged turn is lost, no call is in two sessions, and each session is sealed once. `npm run soak` kills for longer.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainKey, verifyChain } from '../../src/audit/chain.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { readJournal } from '../../src/reports/evidence.ts';
import { openPool, putDatabase, temporaryFolder } from '../database.ts';
import { BOOTSTRAP_TOKEN, KEYS } from '../instance.ts';
import { seeded } from '../seeded.ts';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';

const SEED = 16;
const NODES = 3;
const CALLERS = 6;
/** Answered turns between two kills. */
const TURNS = 10;
/** A caller that was refused tries again after so long, as voice platforms do. */
const AGAIN_MS = 50;
const VICTIMS = ['node', 'database', 'node'] as const;

let folder: string;
let database: EmbeddedPostgres;
const nodes: ServerProcess[] = [];

const startNode = (number: number): Promise<ServerProcess> =>
  startServer(path.join(folder, `node-${number}`), { MASKER_DATABASE_URL: database.url() });

beforeAll(async () => {
  folder = await temporaryFolder();
  await putDatabase(folder);
  database = await startEmbeddedPostgres(folder);
  const numbers = Array.from({ length: NODES }, (_, number) => number);
  await Promise.all(numbers.map((number) => mkdir(path.join(folder, `node-${number}`))));
  nodes.push(...(await Promise.all(numbers.map(startNode))));
}, 300_000);
afterAll(async () => {
  for (const { child } of nodes) child.kill('SIGKILL');
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

const asAdmin = { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' };

async function createAgent(url: string): Promise<string> {
  const body = JSON.stringify({ name: 'desk', upstream: 'stub', caller_auth: null });
  const response = await fetch(`${url}/api/v1/agents`, { method: 'POST', headers: asAdmin, body });
  const { agent } = (await response.json()) as { agent: { id: string } };
  return agent.id;
}

/** The session of a turn that was answered with its own value; null for a refusal or a lost connection. */
async function turn(url: string, agent: string, call: string, number: string): Promise<SessionId | null> {
  try {
    const response = await fetch(`${url}/proxy/${agent}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-call-id': call },
      body: JSON.stringify({ messages: [{ role: 'user', content: `this is Maria Gonzalez, call ${number}` }] }),
    });
    const text = await response.text();
    const session = response.headers.get('masker-session-id');
    return response.status === 200 && text.includes(number) ? (session as SessionId | null) : null;
  } catch {
    return null;
  }
}

/** What callers were promised. */
class Ledger {
  /** Turns that were answered, by session. */
  readonly turns = new Map<SessionId, number>();
  /** The sessions of each call. */
  readonly sessions = new Map<string, Set<SessionId>>();
  #answered = 0;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  count(call: string, session: SessionId): void {
    this.turns.set(session, (this.turns.get(session) ?? 0) + 1);
    this.sessions.set(call, (this.sessions.get(call) ?? new Set()).add(session));
    this.#answered += 1;
    for (const { count, resolve } of this.#waiting) if (this.#answered >= count) resolve();
  }

  async more(count: number): Promise<void> {
    const until = this.#answered + count;
    await new Promise<void>((resolve) => this.#waiting.push({ count: until, resolve }));
  }
}

/** Kills a node, or the database with all its connections, and starts it again. */
async function kill(victim: (typeof VICTIMS)[number], number: number): Promise<void> {
  if (victim === 'database') {
    process.kill(database.pid, 'SIGKILL');
    await database.gone;
    database = await startEmbeddedPostgres(folder);
  } else {
    await nodes[number]?.end('SIGKILL');
    nodes[number] = await startNode(number);
  }
}

async function expectSound(pool: Pool, { turns }: Ledger): Promise<void> {
  const auditKey = Buffer.from(KEYS['MASKER_AUDIT_HMAC_KEY'] ?? '', 'base64');
  for (const [id, count] of turns) {
    const verdict = verifyChain(chainKey(auditKey, id), id, await readJournal(pool, id));
    expect(verdict).toMatchObject({ ok: true });
    const kinds = verdict.ok ? verdict.entries.map(({ kind }) => kind) : [];
    expect(kinds.filter((kind) => kind === 'turn_forwarded').length, id).toBeGreaterThanOrEqual(count);
    expect(
      kinds.filter((kind) => kind === 'session_sealed'),
      id,
    ).toHaveLength(1);
    expect(kinds.at(-1)).toBe('session_sealed');
  }
}

test(
  `${VICTIMS.length} kills among ${NODES} nodes and their database lose no turn and fork no call`,
  { timeout: 600_000 },
  async () => {
    const agent = await createAgent(nodes[0]?.url ?? '');
    const ledger = new Ledger();
    let isOver = false;
    const callers = Array.from({ length: CALLERS }, async (_, caller) => {
      const random = seeded(SEED + caller);
      for (let said = 0; !isOver;) {
        const call = `call-${caller}`;
        const { url } = nodes[Math.floor(random() * NODES)] ?? { url: '' };
        const session = await turn(url, agent, call, `415-555-${1000 + said}`);
        if (session === null) {
          await pause(AGAIN_MS);
          continue;
        }
        ledger.count(call, session);
        said += 1;
      }
    });
    const random = seeded(SEED);
    for (const victim of VICTIMS) {
      await ledger.more(TURNS);
      await kill(victim, Math.floor(random() * NODES));
    }
    await ledger.more(TURNS);
    isOver = true;
    await Promise.all(callers);

    expect([...ledger.sessions.values()].map((sessions) => sessions.size)).toEqual(Array<number>(CALLERS).fill(1));
    // All nodes are asked to seal each session at once.
    const query = 'mutation ($id: ID!) { endSession(id: $id) { __typename } }';
    for (const id of ledger.turns.keys()) {
      const body = JSON.stringify({ query, variables: { id } });
      await Promise.all(nodes.map(({ url }) => fetch(`${url}/graphql`, { method: 'POST', headers: asAdmin, body })));
    }
    const pool = openPool(database.url(), 2);
    const open = 'SELECT FROM sessions WHERE sealed_at IS NULL AND id = ANY($1)';
    await expect.poll(async () => (await pool.query(open, [[...ledger.turns.keys()]])).rowCount).toBe(0);
    await expectSound(pool, ledger);
    await pool.end();
  },
);
