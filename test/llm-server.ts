/** A model server for tests: a real HTTP server that speaks both dialects, keeps what it was sent and answers by script. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The texts that were sent as data, in order. */
  readonly texts: readonly string[];
  /** Resolves when the client is gone, whether it was answered or not. */
  readonly gone: Promise<void>;
}

export type Answering = (asked: Asked, response: ServerResponse) => void;

export interface TestLlmServer {
  /** `http://127.0.0.1:<port>`, for MASKER_NER_URL. */
  readonly url: string;
  /** Everything that arrived, in order. */
  readonly asked: Asked[];
  /** Replaces the script; the default one finds nothing. */
  answer(script: Answering): void;
  /** Resolves once so many requests have arrived. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface NamedEntity {
  readonly kind: string;
  readonly value: string;
}

/** The model writes `content`, in the dialect that it was asked in. */
export function writes(content: string): Answering {
  return ({ path }, response) => {
    const message = { role: 'assistant', content };
    const body = path.endsWith('/api/chat')
      ? { model: 'gemma3', message, done: true, done_reason: 'stop' }
      : { object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}

/** The model names these, wherever it looks. */
export function names(...entities: readonly NamedEntity[]): Answering {
  return writes(JSON.stringify({ entities }));
}

/** The model does its work: it names those of the entities that stand in the texts. */
export function finds(...entities: readonly NamedEntity[]): Answering {
  return (asked, response) => {
    names(...entities.filter(({ value }) => asked.texts.some((text) => text.includes(value))))(asked, response);
  };
}

/** Another status, with a body that says nothing. */
export function refuses(status: number): Answering {
  return (_, response) => response.writeHead(status, { 'content-type': 'text/plain' }).end('no');
}

/** No answer at all: the connection stays open. */
export const staysSilent: Answering = () => undefined;

/** The connection breaks in the middle of the answer. */
export const breaksOff: Answering = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"choices":[');
  response.flushHeaders();
  setImmediate(() => response.destroy());
};

/** The texts are one line of JSON, the last of the prompt. */
function textsOf(body: Readonly<Record<string, unknown>>): readonly string[] {
  const [message] = body['messages'] as readonly { readonly content: string }[];
  return JSON.parse(message?.content.split('\n').at(-1) ?? '[]') as readonly string[];
}

export async function startLlmServer(): Promise<TestLlmServer> {
  const asked: Asked[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let script: Answering = names();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Readonly<Record<string, unknown>>;
      const gone = new Promise<void>((resolve) => response.on('close', resolve));
      const one: Asked = { path: request.url ?? '', body, texts: textsOf(body), gone };
      asked.push(one);
      for (const { count, resolve } of waiting) if (asked.length >= count) resolve();
      script(one, response);
    });
  });
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answer: (next) => {
      script = next;
    },
    arrived: (count) =>
      new Promise((resolve) => {
        if (asked.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
