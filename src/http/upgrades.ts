/** Requests that ask for another protocol on their connection: only WebSockets are given one. */
import { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RequestId } from '../platform/ids.ts';

/** Takes a connection that asked for a WebSocket. Must answer or destroy the socket, and must not reject. */
export type UpgradeDoor = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  requestId: RequestId,
) => Promise<void>;

/** Whether the request asks for a WebSocket (RFC 6455, section 4.1) where there is a door for them. */
function asksForWebSocket({ url, headers: { upgrade } }: IncomingMessage): boolean {
  return upgrade?.toLowerCase() === 'websocket' && url?.startsWith('/retell/') === true;
}

/** Requests that offered an upgrade. Not a private field: the constructor of the base class writes before there is one. */
const OFFERED = new WeakSet<IncomingMessage>();

/**
 * A request as the server makes it. Once a server listens for upgrades, node hands over every request that offers one, its
 * body unread: also those of clients that would merely like HTTP/2, as Java's does on every plain connection. They are
 * answered as though they had not offered it (RFC 9110, section 7.8).
 */
export class UpgradableRequest extends IncomingMessage {
  // Node reads it once the head is there, and goes by it.
  get upgrade(): boolean {
    return OFFERED.has(this) && asksForWebSocket(this);
  }

  set upgrade(offered: boolean) {
    if (offered) OFFERED.add(this);
    else OFFERED.delete(this);
  }
}
