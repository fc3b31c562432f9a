/**
 * The stub that stands for OpenAI, in a process of its own. It answers at once: JSON, or 21 SSE chunks with a gap that
 * `PUT /gap?ms=N` sets (0: as fast as the socket takes them). Each content chunk is stamped with the time of its sending.
 * `GET /last` answers the body of the last request, for checking what went past a gateway. `PUT /answer?as=A&size=N` has the
 * answers after it be about N bytes, in one of the forms of `hostile-answers.ts`; `DELETE /answer` ends that.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONTENT_CHUNKS } from './answer-shape.ts';
import { announce } from './announce.ts';
import { ANSWERINGS, chatAnswer, responsesAnswer, type Answering } from './hostile/hostile-answers.ts';
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
let answering: { readonly as: Answering; readonly size: number } | null = null;
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

function respond(response: ServerResponse, text: string): void {
  const type = text.startsWith('{') ? 'application/json' : 'text/event-stream; charset=utf-8';
  response.writeHead(200, { 'content-type': type }).end(text);
}

function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const url = new URL(request.url ?? '/', 'http://stub');
  switch (`${request.method ?? ''} ${url.pathname}`) {
    case 'POST /v1/chat/completions':
      last = body;
      if (answering !== null) respond(response, chatAnswer(body.toString(), answering.as, answering.size));
      else if (body.includes('"stream":true')) stream(response);
      else
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': COMPLETION.length })
          .end(COMPLETION);
      return;
    case 'POST /v1/responses':
      respond(response, responsesAnswer(body.toString(), answering?.as ?? 'whole', answering?.size ?? 100));
      return;
    case 'PUT /answer': {
      const as = ANSWERINGS.find((form) => form === url.searchParams.get('as'));
      answering = as === undefined ? null : { as, size: Number(url.searchParams.get('size')) };
      response.writeHead(204).end();
      return;
    }
    case 'DELETE /answer':
      answering = null;
      response.writeHead(204).end();
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
