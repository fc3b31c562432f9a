/** Retell's side of its custom LLM WebSocket: dials, sends what Retell sends, and keeps what it is told. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';

/** A frame of Masker's, as it came. */
export interface HeardFrame {
  readonly response_type: string;
  readonly response_id?: number;
  readonly content?: string;
  readonly content_complete?: boolean;
  readonly end_call?: boolean;
  readonly timestamp?: number;
  readonly config?: unknown;
}

export interface Said {
  readonly role: 'agent' | 'user';
  readonly content: string;
}

export interface RetellLine {
  readonly socket: WebSocket;
  /** Every frame that came, in order. */
  readonly heard: readonly HeardFrame[];
  send(frame: unknown): void;
  /** Resolves with the first frame that fits, one that came before included. Rejects when the socket closes without. */
  frame(fits: (frame: HeardFrame) => boolean): Promise<HeardFrame>;
  /** Asks for a response. */
  ask(responseId: number, transcript: readonly Said[], type?: 'response_required' | 'reminder_required'): void;
  /** What is spoken for a response, once it is complete. */
  spoken(responseId: number): Promise<string>;
  /** Resolves with the code that the socket was closed with. */
  readonly closed: Promise<number>;
  /** Hangs up as Retell does when the call is over. */
  hangUp(): Promise<number>;
}

export const user = (content: string): Said => ({ role: 'user', content });
export const agent = (content: string): Said => ({ role: 'agent', content });

/** A socket that is being opened. `url` is the HTTP URL of the server. */
function open(url: string, path: string): WebSocket {
  return new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, { perMessageDeflate: false });
}

/** Dials, and resolves when the line is open. Rejects where it is refused. */
export async function dial(url: string, path: string): Promise<RetellLine> {
  const socket = open(url, path);
  const heard: HeardFrame[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const each of waiting) each();
  };
  socket.on('message', (data: Buffer) => {
    heard.push(JSON.parse(data.toString('utf8')) as HeardFrame);
    look();
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      resolve(code);
      look();
    });
  });
  await once(socket, 'open');

  const frame: RetellLine['frame'] = (fits) =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = heard.find(fits);
        if (found === undefined && socket.readyState !== WebSocket.CLOSED) return;
        waiting.delete(check);
        if (found === undefined) reject(new Error('the line was closed'));
        else resolve(found);
      };
      waiting.add(check);
      check();
    });
  const send = (value: unknown): void => {
    socket.send(JSON.stringify(value));
  };
  return {
    socket,
    heard,
    send,
    frame,
    ask: (responseId, transcript, type = 'response_required') => {
      send({
        interaction_type: type,
        response_id: responseId,
        transcript: transcript.map((said) => ({ ...said, words: [] })),
      });
    },
    spoken: async (responseId) => {
      await frame(({ response_id: id, content_complete: complete }) => id === responseId && complete === true);
      return heard
        .filter(({ response_id: id }) => id === responseId)
        .map(({ content }) => content ?? '')
        .join('');
    },
    closed,
    hangUp: () => {
      socket.close(1000);
      return closed;
    },
  };
}

/** Dials in vain: the status that the server refused with, and its error. */
export async function refusal(url: string, path: string): Promise<{ status: number; code: string | null }> {
  const socket = open(url, path);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const error = text.startsWith('{') ? (JSON.parse(text) as { error: { code: string } }).error : null;
  return { status: response.statusCode ?? 0, code: error?.code ?? null };
}
