/**
 * The stub that stands for OpenAI, in a process of its own. It answers at once: JSON, or 21 SSE chunks with a gap that
 * `PUT /gap?ms=N` sets (0: as fast as the socket takes them). Each content chunk is stamped with the time of its sending.
 * `GET /last` answers the body of the last request, for checking what went past a gateway.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONTENT_CHUNKS } from './answer-shape.ts';
import { announce } from './announce.ts';
import { monotonicMicros } from './monotonic.ts';
import { stampedText } from './sse-reader.ts';

const COMPLETION = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_750_000_000,
    model: 'gpt-4o-mini',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Thank you, I have found you. You are down for half past three on Thursday; shall I keep it there?',
          refusal: null,
        },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 412, completion_tokens: 24, total_tokens: 436 },
    system_fingerprint: 'fp_bench',
  }),
);

let gapMs = 0;
let last: Buffer = Buffer.alloc(0);

function event(delta: object, finishReason: string | null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_750_000_000, model: 'gpt-4o-mini', choices })}\n\n`;
}

const FIRST = event({ role: 'assistant', content: '' }, null);
const LAST = `${event({}, 'stop')}data: [DONE]\n\n`;
const [BEFORE = '', AFTER = ''] = event({ content: '\u0000' }, null).split('\\u0000');

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.write(FIRST);
  const gap = gapMs;
  let sent = 0;
  const send = (): void => {
    do {
      response.write(BEFORE + stampedText('okay', monotonicMicros()) + AFTER);
      sent += 1;
    } while (gap === 0 && sent < CONTENT_CHUNKS);
    if (sent < CONTENT_CHUNKS && !response.destroyed) setTimeout(send, gap);
    else response.end(LAST);
  };
  send();
}

function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const url = new URL(request.url ?? '/', 'http://stub');
  switch (`${request.method ?? ''} ${url.pathname}`) {
    case 'POST /v1/chat/completions':
      last = body;
      if (body.includes('"stream":true')) stream(response);
      else
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': COMPLETION.length })
          .end(COMPLETION);
      return;
    case 'PUT /gap':
      gapMs = Number(url.searchParams.get('ms'));
      response.writeHead(204).end();
      return;
    case 'GET /last':
      response.writeHead(200, { 'content-type': 'application/json' }).end(last);
      return;
    default:
      response.writeHead(404).end();
  }
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => {
    parts.push(part);
  });
  request.on('end', () => {
    answer(request, response, Buffer.concat(parts));
  });
});
announce(server);
