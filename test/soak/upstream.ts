/** The model of the soak: repeats the last user message, or does what its text asks for. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Words in the caller's last message that make the model misbehave. Masking leaves them alone. */
export const ASKS = {
  long: 'please answer at length',
  overload: 'please be overloaded',
  limit: 'please be limited',
  breakOff: 'please break off',
  garble: 'please answer with garbage',
} as const;

/** How often a long answer repeats what was said: megabytes, more than the sockets in between hold. */
export const LONG = 40_000;

export interface SoakUpstream {
  readonly url: string;
  /** Requests that arrived. */
  received(): number;
  /** Requests whose connection was closed before they were answered. */
  abandoned(): number;
  /** Whether a text of the callers ever arrived in clear. */
  sawInClear(): boolean;
  close(): Promise<void>;
}

const HEAD = { id: 'chatcmpl-soak', created: 1_760_000_000, model: 'gpt-4o-mini' };

function event(delta: object, finish: string | null): string {
  return `data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

/** Resolves when the response takes more, or is gone. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}

async function stream(text: string, response: ServerResponse, breaks: boolean): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(event({ role: 'assistant', content: '' }, null));
  // A short answer comes in pieces of a few letters with gaps, a long one as fast as it is taken.
  const size = text.length > 10_000 ? 2000 : 11;
  for (let at = 0; at < text.length; at += size) {
    if (response.destroyed) return;
    if (breaks && at > text.length / 2) {
      response.destroy();
      return;
    }
    if (!response.write(event({ content: text.slice(at, at + size) }, null))) await writable(response);
    if (size === 11 && at % 33 === 0) await pause(3);
  }
  response.end(`${event({}, 'stop')}data: [DONE]\n\n`);
}

async function answer(body: string, response: ServerResponse): Promise<void> {
  const { messages, stream: streamed } = JSON.parse(body) as {
    messages: { role: string; content: string }[];
    stream?: boolean;
  };
  const said = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const fail = (status: number): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' });
    response.end(
      JSON.stringify({ error: { message: `no answer to: ${said}`, type: 'server_error', param: null, code: null } }),
    );
  };
  if (said.includes(ASKS.overload)) fail(503);
  else if (said.includes(ASKS.limit)) fail(429);
  else if (said.includes(ASKS.garble))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": [{"mess');
  else if (streamed === true)
    await stream(said.includes(ASKS.long) ? said.repeat(LONG) : said, response, said.includes(ASKS.breakOff));
  else if (said.includes(ASKS.breakOff)) response.destroy();
  else {
    const message = { role: 'assistant', content: said, refusal: null };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        ...HEAD,
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    );
  }
}

/** `inClear` finds what must never arrive. */
export async function startSoakUpstream(inClear: RegExp): Promise<SoakUpstream> {
  let received = 0;
  let abandoned = 0;
  let clear = false;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => undefined);
    request.on('end', () => {
      received += 1;
      const body = Buffer.concat(parts).toString('utf8');
      if (inClear.test(body)) clear = true;
      response.on('close', () => {
        if (!response.writableFinished) abandoned += 1;
      });
      answer(body, response).catch(() => response.destroy());
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received: () => received,
    abandoned: () => abandoned,
    sawInClear: () => clear,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
