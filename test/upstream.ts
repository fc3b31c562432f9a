/** A model provider for tests: a real HTTP server that keeps every byte it was sent and answers by script. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived, raw. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Respond = (request: Received, response: ServerResponse) => void | Promise<void>;

export interface TestUpstream {
  /** `http://127.0.0.1:<port>`, for MASKER_OPENAI_BASE_URL. */
  readonly url: string;
  /** Everything that arrived, in order. */
  readonly received: Received[];
  /** Replaces the script; the default one is `echo`. */
  respond(script: Respond): void;
  /** All that was received as one text: URLs, headers and bodies, for searching. */
  everything(): string;
  close(): Promise<void>;
}

interface ChatBody {
  readonly stream?: boolean;
  readonly model?: string;
  readonly messages: readonly { readonly role: string; readonly content?: unknown }[];
}

/** The text of the last user message of a request. */
export function lastUserText({ body }: Received): string {
  const { messages } = JSON.parse(body.toString('utf8')) as ChatBody;
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  return typeof content === 'string' ? content : JSON.stringify(content ?? '');
}

export function isStreamed({ body }: Received): boolean {
  return (JSON.parse(body.toString('utf8')) as ChatBody).stream === true;
}

/** Answers with a text, streamed in pieces of `size` characters where the request asks for a stream. */
export function answerWith(text: string, request: Received, response: ServerResponse, size = 5): void {
  if (!isStreamed(request)) {
    const message = { role: 'assistant', content: text, refusal: null };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: 'gpt-4o-mini',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    );
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta: object, finish: string | null): void => {
    response.write(
      `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    );
  };
  send({ role: 'assistant', content: '' }, null);
  for (let at = 0; at < text.length; at += size) send({ content: text.slice(at, at + size) }, null);
  send({}, 'stop');
  response.end('data: [DONE]\n\n');
}

/** Repeats the last user message. */
export const echo: Respond = (request, response) => {
  answerWith(lastUserText(request), request, response);
};

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

export async function startUpstream(): Promise<TestUpstream> {
  const received: Received[] = [];
  let script: Respond = echo;
  const server = createServer((request, response) => {
    void read(request).then(
      async (whole) => {
        received.push(whole);
        await script(whole, response);
      },
      // Cut off in the middle of a request: there is nobody to answer.
      () => response.destroy(),
    );
  });
  // A machine that stands still for seconds must not find its connections gone.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    respond: (next) => {
      script = next;
    },
    everything: () =>
      received
        .map(
          ({ method, url, headers, body }) => `${method} ${url}\n${JSON.stringify(headers)}\n${body.toString('utf8')}`,
        )
        .join('\n'),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
