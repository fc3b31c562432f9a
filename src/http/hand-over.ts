/**
 * Requests that one worker process of a machine hands on to another, which keeps their call in memory. They travel over a
 * Unix socket in a folder that the server's user alone may enter; the socket is the proof of where they come from, so no
 * header says it.
 */
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { UpgradableRequest } from './upgrades.ts';

/** A request as the Unix socket's server makes it. */
export class HandedRequest extends UpgradableRequest {}

/** Returns true if another worker has handed the request on: it must be served here. */
export function wasHandedOver(request: IncomingMessage): boolean {
  return request instanceof HandedRequest;
}

/** Responses that another worker's response was copied to: that worker logs the request. */
const COPIED = new WeakSet<ServerResponse>();

/** Returns true if the response is that of another worker. */
export function isCopied(response: ServerResponse): boolean {
  return COPIED.has(response);
}

/** Headers of one connection (RFC 9110, section 7.6.1), and those that are written anew. */
const OF_A_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

function endToEnd(rawHeaders: readonly string[]): [string, string][] {
  const kept: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at], rawHeaders[at + 1]];
    if (!OF_A_CONNECTION.has(name.toLowerCase())) kept.push([name, value]);
  }
  return kept;
}

/** What became of a request that was handed on. */
export type HandOverResult =
  /** The other worker's response was sent, or the caller hung up. */
  | 'answered'
  /** The other worker was not reached, and has seen nothing of the request. */
  | 'unreachable'
  /** The other worker ended before its response began. It may have sent the turn. */
  | 'lost';

/** Connections to other workers, which are kept for later requests. */
export class HandOver {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 256 });

  /**
   * Sends a request with its whole body to the worker at `socketPath`, and copies the response as it arrives. The caller's
   * hanging up aborts it there. Never rejects.
   */
  send(
    request: IncomingMessage,
    body: Uint8Array,
    response: ServerResponse,
    socketPath: string,
  ): Promise<HandOverResult> {
    const headers = endToEnd(request.rawHeaders).filter(([name]) => name.toLowerCase() !== 'content-length');
    headers.push(['Content-Length', String(body.byteLength)]);
    // A caller of HTTP/1.0 may leave it out; node sends HTTP/1.1, which may not.
    if (request.headers.host === undefined) headers.push(['Host', 'localhost']);
    return new Promise((resolve) => {
      const outgoing = httpRequest({
        agent: this.#agent,
        socketPath,
        method: request.method,
        path: request.url,
        headers: headers.flat(),
      });
      response.once('close', () => {
        if (!response.writableFinished) outgoing.destroy();
        resolve('answered');
      });
      outgoing.once('response', (answer) => {
        COPIED.add(response);
        copy(answer, response);
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (response.headersSent || response.destroyed) response.destroy();
        else resolve(error.syscall === 'connect' ? 'unreachable' : 'lost');
      });
      outgoing.end(body);
    });
  }

  /** Closes the connections. To be called when nothing is under way on them. */
  close(): void {
    this.#agent.destroy();
  }
}

function copy(answer: IncomingMessage, response: ServerResponse): void {
  const values = new Map<string, string[]>();
  for (const [name, value] of endToEnd(answer.rawHeaders)) {
    const key = name.toLowerCase();
    if (key !== 'date') values.set(key, [...(values.get(key) ?? []), value]);
  }
  for (const [name, [first = '', ...further]] of values)
    response.setHeader(name, further.length === 0 ? first : [first, ...further]);
  response.writeHead(answer.statusCode ?? 502);
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

/**
 * Carries a connection that asked for a WebSocket to the worker at `socketPath`, both ways. Resolves with true when it is
 * closed; with false where that worker was not reached, and the connection is as it was. Never rejects.
 */
export function carryUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  socketPath: string,
): Promise<boolean> {
  return new Promise((resolve) => {
    let isOpen = false;
    const onward = connect(socketPath);
    const cut = (): void => {
      socket.destroy();
      onward.destroy();
    };
    // Node has taken its own handlers off: an error of the caller's socket without one would end the process.
    socket.on('error', cut).once('close', cut);
    onward.once('connect', () => {
      isOpen = true;
      onward.write(headOf(request), 'latin1');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => {
      if (isOpen) cut();
    });
    onward.once('close', () => {
      if (isOpen) socket.end();
      else socket.off('error', cut).off('close', cut);
      resolve(isOpen || socket.destroyed);
    });
  });
}

/** The head of the request, as it came. */
function headOf({ method = '', url = '', rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    lines.push(`${rawHeaders[at] ?? ''}: ${rawHeaders[at + 1] ?? ''}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
