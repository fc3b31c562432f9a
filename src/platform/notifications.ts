/** PostgreSQL's LISTEN and NOTIFY between nodes, over one connection that is kept up. See docs/operations.md, Embedded and clustered. */
import pg from 'pg';
import { endClient } from './end-client.ts';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** What is to be told. */
export interface NotificationReader {
  /** From now on every notification is told. Those before this moment may have been missed. */
  onConnected(): void;
  /** From now on notifications may be missed. */
  onDisconnected(): void;
  onNotification(channel: string, payload: string): void;
}

export interface NotificationOptions {
  /** postgresql:// URL. Must reach the server itself: LISTEN does not pass a pooler in transaction mode. */
  readonly url: string;
  /** How often the connection is asked whether it lives, and how long it has to answer; default 5000 ms. */
  readonly heartbeatMs?: number;
  /** Told of lost and refused connections; default: nobody. */
  readonly onConnectionError?: (error: Error) => void;
}

export interface Notifications {
  /** Sends a notification to all nodes, this one included. Nothing is sent while there is no connection. */
  notify(channel: string, payload: string): void;
  /** Tells `onDisconnected`, where it was connected, and ends the connection. Nothing is told afterwards. */
  close(): Promise<void>;
}

/**
 * Keeps one connection of its own that listens on the channels, and connects again with growing pauses when it breaks.
 * Returns at once; `onConnected` says when it listens. Names of channels must be plain identifiers.
 */
export function listenForNotifications(
  channels: readonly string[],
  reader: NotificationReader,
  options: NotificationOptions,
): Notifications {
  const listener = new Listener(channels, reader, options);
  listener.connect();
  return listener;
}

class Listener implements Notifications {
  readonly #channels: readonly string[];
  readonly #reader: NotificationReader;
  readonly #url: string;
  readonly #heartbeatMs: number;
  readonly #onConnectionError: (error: Error) => void;
  #client: pg.Client | null = null;
  #listening = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(
    channels: readonly string[],
    reader: NotificationReader,
    { url, heartbeatMs = 5_000, onConnectionError }: NotificationOptions,
  ) {
    this.#channels = channels;
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
      if (this.#client === client) this.#reader.onNotification(channel, payload ?? '');
    });
    void this.#listen(client);
  }

  notify(channel: string, payload: string): void {
    const client = this.#client;
    if (client === null || !this.#listening) return;
    client.query('SELECT pg_notify($1, $2)', [channel, payload]).catch((error: unknown) => {
      this.#lost(client, error instanceof Error ? error : null);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = null;
    if (this.#listening) this.#reader.onDisconnected();
    this.#listening = false;
    if (client !== null) await endClient(client);
  }

  async #listen(client: pg.Client): Promise<void> {
    try {
      await client.connect();
      // A notification is news, no record: its commit need not wait for the disk.
      const listens = this.#channels.map((channel) => `LISTEN ${channel}`).join('; ');
      await client.query(`SET synchronous_commit = off; ${listens}`);
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
    void endClient(client);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.connect();
    }, this.#retryMs);
    this.#timer.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }
}
