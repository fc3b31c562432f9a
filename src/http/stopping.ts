/** How the servers of a process come to their end: no new connections, what is under way ends, and the rest is cut. */
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Where a server is on its way to its end. */
export interface ServerState {
  /** Not ready any more; requests that still come are answered. */
  isDraining: boolean;
  /** Takes no new connections. */
  isClosing: boolean;
}

/** Counts a connection that was upgraded until it is closed: the server itself cannot cut it. */
export function keepUntilClosed(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
}

/** A kept-alive connection would hold the stop up although nothing is under way on it any more. */
export function closeIdleSoon(server: Server): void {
  setImmediate(() => {
    server.closeIdleConnections();
  });
}

/** Closes a server on which nothing is under way, with the connections that are kept. */
export function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

/** Takes no new connections; connections that are still open after `timeoutMs` are cut, unless `settle` was called. */
export function closing(
  server: Server,
  handed: Server | null,
  upgraded: ReadonlySet<Duplex>,
  timeoutMs: number,
): { readonly done: Promise<void>; settle(): void } {
  const done = new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
  server.closeIdleConnections();
  const overdue = setTimeout(() => {
    server.closeAllConnections();
    handed?.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
  }, timeoutMs);
  return {
    done,
    settle: () => {
      clearTimeout(overdue);
    },
  };
}
