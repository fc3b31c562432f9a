/** Ends a connection to PostgreSQL within a bounded time. */
import type pg from 'pg';

/** How long a server may take to close a connection that says goodbye: it has nothing to do for that. */
const GOODBYE_MS = 5000;

/**
 * Ends the connection, and resolves when it is closed. A server that does not close it (frozen, or behind a network that
 * swallows packets) is waited for `limitMs` milliseconds; then the socket is destroyed. Never rejects.
 */
export async function endClient(client: pg.Client, limitMs = GOODBYE_MS): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), limitMs);
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}
