/** Subscriptions over kills of the database and of nodes: a client that resumes by event ID loses no event and gets none twice. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runningEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { openPool, putDatabase, temporaryFolder } from '../database.ts';
import { openEvents } from '../event-source.ts';
import type { OpenedEvents } from '../event-source.ts';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import { PATIENCE } from '../patience.ts';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';

const EVENTS = 10_000;
/** Telephone numbers of one call: each is an event. */
const NUMBERS = 100;
/** What is killed, and behind how many events. */
const KILLS = [
  ['database', 1500],
  ['node', 3500],
  ['database', 5500],
  ['node', 7500],
] as const;

const AUTHORIZATION = { authorization: `Bearer ${BOOTSTRAP_TOKEN}` };
const OF_AGENT = 'subscription ($id: ID!) { sessionEvents(agentId: $id) { id } }';

let folders: string[];
let nodes: ServerProcess[];
/** The database is that of the first node, which starts it again when it is killed. */
let databaseUrl: string;

beforeAll(async () => {
  folders = [await temporaryFolder(), await temporaryFolder()];
  await putDatabase(folders[0] ?? '');
  nodes = [await startServer(folders[0] ?? '')];
  databaseUrl = (await runningEmbeddedPostgres(folders[0] ?? '')) ?? '';
  nodes.push(await start(1));
});
afterAll(async () => {
  for (const node of nodes) await node.end('SIGKILL');
  process.kill(await postmaster(), 'SIGQUIT');
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

/** The process ID of the database. */
async function postmaster(): Promise<number> {
  const lock = await readFile(path.join(folders[0] ?? '', 'postgres/data/postmaster.pid'), 'utf8');
  return Number(lock.split('\n')[0]);
}

/** A node that does not own the database does not start without it, and it may have been killed just now. */
async function start(index: number): Promise<ServerProcess> {
  if (index === 0) return startServer(folders[index] ?? '');
  await vi.waitUntil(databaseAnswers, PATIENCE);
  return startServer(folders[index] ?? '', { MASKER_DATABASE_URL: databaseUrl });
}

async function databaseAnswers(): Promise<boolean> {
  const pool = openPool(databaseUrl, 1);
  return pool
    .query('SELECT')
    .then(
      () => true,
      () => false,
    )
    .finally(() => pool.end());
}

function nodeAt(index: number): ServerProcess {
  const node = nodes[index % 2];
  if (node === undefined) throw new Error('unreachable');
  return node;
}

async function kill(what: 'database' | 'node', index: number): Promise<void> {
  if (what === 'node') {
    await nodeAt(index).end('SIGKILL');
    nodes[index % 2] = await start(index % 2);
    return;
  }
  process.kill(await postmaster(), 'SIGKILL');
}

/** Makes calls, at one node after the other, until so many are answered. What fails is not tried again. */
async function call(agent: string, calls: number): Promise<void> {
  for (let made = 0, answered = 0; answered < calls; made += 1) {
    const said = Array.from({ length: NUMBERS }, (_, n) => `call 415-555-${String(1000 + n)}`).join(', ');
    const ok = await fetch(`${nodeAt(made).url}/proxy/${agent}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'stub', messages: [{ role: 'user', content: said }] }),
    }).then(
      async (response) => (await response.text()) !== '' && response.ok,
      () => false,
    );
    if (ok) answered += 1;
  }
}

/** A client that subscribes at the next node whenever its stream ends, behind the last event that it has. */
class Follower {
  readonly ids: string[] = [];
  resumed = 0;
  #index = 0;
  #events: OpenedEvents | null = null;
  #isDone = false;
  #heard: () => void = () => undefined;

  constructor(readonly agent: string) {}

  /** The node that it reads from. */
  get index(): number {
    return this.#index;
  }

  async begin(): Promise<void> {
    this.#events = await this.#subscribe();
    void this.#follow();
  }

  /** Resolves when it has so many events. */
  async has(count: number): Promise<void> {
    while (this.ids.length < count)
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
  }

  end(): void {
    this.#isDone = true;
    this.#events?.close();
  }

  async #follow(): Promise<void> {
    for (;;) {
      for (let id = await this.#nextId(); id !== null; id = await this.#nextId()) {
        this.ids.push(id);
        this.#heard();
      }
      this.#events?.close();
      if (this.#isDone) return;
      this.#index += 1;
      this.resumed += 1;
      this.#events = await this.#subscribe().catch(() => null);
    }
  }

  /** The ID of the next event; null where the stream ended, or tells of an error. */
  async #nextId(): Promise<string | null> {
    return (await this.#events?.next())?.id ?? null;
  }

  #subscribe(): Promise<OpenedEvents> {
    const last = this.ids.at(-1);
    const headers = { ...AUTHORIZATION, ...(last === undefined ? {} : { 'last-event-id': last }) };
    return openEvents(`${nodeAt(this.#index).url}/graphql`, {
      query: OF_AGENT,
      variables: { id: this.agent },
      headers,
    });
  }
}

test(
  `${EVENTS} events arrive once each, over kills of the database and of the node in mid-stream`,
  { timeout: 300_000 },
  async () => {
    const created = await fetch(`${nodeAt(0).url}/api/v1/agents`, {
      method: 'POST',
      headers: { ...AUTHORIZATION, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'watched', upstream: 'stub', caller_auth: null }),
    });
    const { agent } = (await created.json()) as { agent: { id: string } };
    const follower = new Follower(agent.id);
    await follower.begin();
    const calls = call(agent.id, EVENTS / NUMBERS);
    for (const [what, count] of KILLS) {
      await follower.has(count);
      await kill(what, follower.index);
    }
    await calls;
    const pool = openPool(databaseUrl, 1);
    try {
      // A call that was not answered may be on record all the same.
      const { rows } = await pool.query<{ id: string }>(
        `SELECT e.session_id || '.' || e.seq AS id FROM entries e JOIN sessions s ON s.id = e.session_id
       WHERE s.agent_id = $1 AND e.kind = 'redaction'`,
        [agent.id],
      );
      expect(rows.length).toBeGreaterThanOrEqual(EVENTS);
      await follower.has(rows.length);
      expect(follower.ids.toSorted()).toEqual(rows.map(({ id }) => id).sort());
      expect(follower.resumed).toBeGreaterThanOrEqual(2);
    } finally {
      follower.end();
      await pool.end();
    }
  },
);
