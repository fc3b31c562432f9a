/** An instance between a caller and an upstream, with a way to look at what it stored. */
import type { Pool } from 'pg';
import '../../src/platform/node-fetch.ts';
import { getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import type { Dispatcher } from 'undici';
import { createTestDatabase, openPool } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { answerWith, startUpstream } from '../upstream.ts';
import type { Respond, TestUpstream } from '../upstream.ts';

export interface Calls {
  readonly db: TestDatabase;
  readonly pool: Pool;
  readonly upstream: TestUpstream;
  readonly masker: TestInstance;
  /** Another node on the same database, with the same keys. It is closed with the rest. */
  anotherNode(env?: Record<string, string>): Promise<TestInstance>;
  close(): Promise<void>;
}

export async function startCalls(env: Record<string, string> = {}): Promise<Calls> {
  const db = await createTestDatabase();
  const upstream = await startUpstream();
  const settings = { MASKER_OPENAI_BASE_URL: upstream.url, MASKER_OPENAI_API_KEY: 'sk', ...env };
  const masker = await startTestInstance(db.url, settings);
  const pool = openPool(db.url, 4);
  const others: TestInstance[] = [];
  return {
    db,
    pool,
    upstream,
    masker,
    anotherNode: async (more = {}) => {
      const other = await startTestInstance(db.url, { ...settings, ...more });
      others.push(other);
      return other;
    },
    close: async () => {
      closeConnectionsOfFetch();
      for (const instance of [masker, ...others]) await instance.close();
      await pool.end();
      await upstream.close();
      await db.drop();
    },
  };
}

/**
 * fetch may have opened connections that it never used; a server that closes would wait for their first request. Requests
 * that another file left open are not waited for: they may last for minutes.
 */
function closeConnectionsOfFetch(): void {
  const before = getGlobalDispatcher();
  // Node's own kind, which undici does not export.
  const Kind = before.constructor as new () => Dispatcher;
  setGlobalDispatcher(new Kind());
  void before.close().catch(() => undefined);
}

/** The agent as another node serves it. */
export function onNode(node: TestInstance, { id }: CreatedAgent): CreatedAgent {
  const baseUrl = `${node.url}/proxy/${id}/v1`;
  return { id, baseUrl, proxy_url: `${baseUrl}/chat/completions` };
}

/** A request that says one thing, or brings a history along. */
export function saying(...said: readonly (string | { readonly role: string; readonly content: string })[]): object {
  return {
    model: 'gpt-4o-mini',
    messages: said.map((each) => (typeof each === 'string' ? { role: 'user', content: each } : each)),
  };
}

/** The session that a response belongs to. */
export function sessionOf(response: Response): SessionId {
  const id = response.headers.get('masker-session-id');
  if (id === null) throw new Error(`no session: ${response.status}`);
  return id as SessionId;
}

/** The text of an answer that was not streamed. Throws for any status but 200. */
export async function answerOf(response: Response): Promise<string> {
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  return choices[0]?.message.content ?? '';
}

/** The messages' texts of the last request that reached the upstream, as it saw them. */
export function lastSeen({ received }: TestUpstream): string[] {
  const { messages } = JSON.parse(received.at(-1)?.body.toString('utf8') ?? '{"messages":[]}') as {
    messages: { content: string }[];
  };
  return messages.map(({ content }) => content);
}

/** All tokens in a text, in order. */
export function tokensIn(text: string): string[] {
  return text.match(/\bMSKV?1\.[A-Z_]+\.[A-Z0-9_]+\.[A-Z2-7]+/g) ?? [];
}

/** An upstream that holds each answer until it is let go. */
export interface HeldUpstream {
  readonly respond: Respond;
  /** Resolves once so many requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Lets the answer to the nth request go, from 0. */
  release(nth: number): void;
}

export function heldUpstream(): HeldUpstream {
  const releases: (() => void)[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    respond: async (request, response) => {
      const released = new Promise<void>((resolve) => releases.push(resolve));
      for (const { count, resolve } of waiting) if (releases.length >= count) resolve();
      await released;
      answerWith('done', request, response);
    },
    arrived: (count) =>
      new Promise((resolve) => {
        if (releases.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    release: (nth) => {
      releases[nth]?.();
    },
  };
}

/** Resolves once so many connections wait for a lock in this database. */
export async function waitingForLocks(pool: Pool, count: number): Promise<void> {
  const sql = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  for (let n = 0; n < count;) n = (await pool.query<{ n: number }>(sql)).rows[0]?.n ?? 0;
}
