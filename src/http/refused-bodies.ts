/**
 * Connections whose request body was refused unread (413). Closing at once while the client still sends would reset the
 * connection, and the client would lose the answer. So the answer ends the sending half, what still comes is discarded
 * within bounds, and no further request of the connection is served. RFC 9112, section 9.6.
 */
import { ServerResponse } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** How long a client may send on after the answer, in milliseconds. */
const LINGER_MS = 5_000;

/** Sockets that are answered for the last time. */
const REFUSED = new WeakSet<Socket>();

/** Returns true if the request came on a connection that serves none any more: it must be dropped. */
export function isOnRefusedConnection({ socket }: IncomingMessage): boolean {
  return REFUSED.has(socket);
}

/** A response that closes its connection as above where its status is 413. */
export class RefusingResponse<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {
  override writeHead(
    status: number,
    reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
    headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
  ): this {
    if (status === 413) closeAfter(this);
    return typeof reason === 'string' ? super.writeHead(status, reason, headers) : super.writeHead(status, reason);
  }
}

function closeAfter(response: ServerResponse): void {
  const { socket, req: request } = response;
  // Node writes `Connection: close` then, and calls `destroySoon` when the answer is out.
  response.shouldKeepAlive = false;
  if (socket === null || REFUSED.has(socket)) return;
  REFUSED.add(socket);
  socket.destroySoon = () => {
    const cut = setTimeout(() => {
      socket.destroy();
    }, LINGER_MS);
    socket.once('close', () => {
      clearTimeout(cut);
    });
    socket.once('end', () => {
      socket.destroy();
    });
    socket.end();
    // A reader that stopped half-way would hold the rest of the body up: nothing reaches it any more.
    request.push = () => true;
    request.removeAllListeners('data').removeAllListeners('readable');
    // A stream notices in the next tick that nobody reads.
    setImmediate(() => {
      request.resume();
      socket.resume();
    });
  };
}
