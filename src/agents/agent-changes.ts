/** News between nodes of agents and policies that changed: PostgreSQL's LISTEN and NOTIFY. See docs/operations.md, Embedded and clustered. */
import pg from 'pg';
import { parseId } from '../platform/ids.ts';
import type { AgentId } from '../platform/ids.ts';

/** The channel; a payload is the id of an agent that was made, changed or removed. */
export const AGENT_CHANNEL = 'masker_agents';

/** The channel on which nodes are told to read their policy file again; the payload says nothing. */
export const POLICY_CHANNEL = 'masker_policies';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** What is to be told. */
export interface AgentChangeReader {
  /** From now on every change is told. Changes before this moment may have been missed. */
  onConnected(): void;
  /** From now on changes may be missed. */
  onDisconnected(): void;
  onChanged(id: AgentId): void;
  /** Somebody asked for the policy file to be read again. */
  onPolicyReload(): void;
}

export interface AgentChangeOptions {
  /** postgresql:// URL. Must reach the server itself: LISTEN does not pass a pooler in transaction mode. */
  readonly url: string;
  /** How often the connection is asked whether it lives, and how long it has to answer; default 5000 ms. */
  readonly heartbeatMs?: number;
  /** Told of lost and refused connections; default: nobody. */
  readonly onConnectionError?: (error: Error) => void;
}

export interface AgentChangeListener {
  /** Tells `onDisconnected`, where it was connected, and ends the connection. Nothing is told afterwards. */
  close(): Promise<void>;
}

/**
 * Keeps one connection of its own that listens, and connects again with growing pauses when it breaks. Returns at once;
 * `onConnected` says when it listens.
 */
export function listenForAgentChanges(reader: AgentChangeReader, options: AgentChangeOptions): AgentChangeListener {
  const listener = new Listener(reader, options);
  listener.connect();
  return listener;
}

class Listener implements AgentChangeListener {
  readonly #reader: AgentChangeReader;
  readonly #url: string;
  readonly #heartbeatMs: number;
  readonly #onConnectionError: (error: Error) => void;
  #client: pg.Client | null = null;
  #listening = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(reader: AgentChangeReader, { url, heartbeatMs = 5_000, onConnectionError }: AgentChangeOptions) {
    this.#reader = reader;
    this.#url = url;
    this.#heartbeatMs = heartbeatMs;
    this.#onConnectionError = onConnectionError ?? (() => undefined);
  }

  connect(): void {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'masker-changes',
      connectionTimeoutMillis: this.#heartbeatMs,
      query_timeout: this.#heartbeatMs,
      keepAlive: true,
    });
    this.#client = client;
    client.on('error', (error) => {
      this.#lost(client, error);
    });
    client.on('end', () => {
      this.#lost(client, null);
    });
    client.on('notification', ({ channel, payload }) => {
      if (this.#client !== client) return;
      const id = parseId('agent', payload ?? '');
      if (channel === POLICY_CHANNEL) this.#reader.onPolicyReload();
      else if (id !== null) this.#reader.onChanged(id);
    });
    void this.#listen(client);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = null;
    if (this.#listening) this.#reader.onDisconnected();
    this.#listening = false;
    await client?.end().catch(() => undefined);
  }

  async #listen(client: pg.Client): Promise<void> {
    try {
      await client.connect();
      await client.query(`LISTEN ${AGENT_CHANNEL}; LISTEN ${POLICY_CHANNEL}`);
    } catch (error) {
      this.#lost(client, error instanceof Error ? error : null);
      return;
    }
    if (this.#client !== client) return;
    this.#listening = true;
    this.#retryMs = FIRST_RETRY_MS;
    this.#reader.onConnected();
    this.#beat(client);
  }

  /** A network that swallows packets breaks no connection; only an answer that does not come shows it. */
  #beat(client: pg.Client): void {
    this.#timer = setTimeout(() => {
      client.query('SELECT 1').then(
        () => {
          if (this.#client === client) this.#beat(client);
        },
        (error: unknown) => {
          this.#lost(client, error instanceof Error ? error : null);
        },
      );
    }, this.#heartbeatMs);
    this.#timer.unref();
  }

  /** Comes up to three times for one broken connection (error, end, a query that fails); the first counts. */
  #lost(client: pg.Client, error: Error | null): void {
    if (this.#client !== client) return;
    this.#client = null;
    clearTimeout(this.#timer);
    if (this.#listening) this.#reader.onDisconnected();
    this.#listening = false;
    if (error !== null) this.#onConnectionError(error);
    void client.end().catch(() => undefined);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.connect();
    }, this.#retryMs);
    this.#timer.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }
}
