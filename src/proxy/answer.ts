/** Brings an upstream's answer back to the caller, restored: whole, or as it streams. Spec proxy.md, Rehydration. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { SessionOutcome } from '../audit/entry.ts';
import { rehydrateChatResponse } from '../masking/chat-response.ts';
import { parseJsonBytes } from '../masking/json-text.ts';
import type { TokenIndex } from '../masking/issued-tokens.ts';
import { RehydrationAccount, asPlainText, insideJson, scan } from '../masking/rehydrate.ts';
import { ChatStreamRehydrator } from '../masking/sse.ts';
import { Failure } from '../platform/failure.ts';
import { openAiErrorEvent } from './openai-error.ts';
import type { UpstreamResponse } from './upstream.ts';

/** What an answer is restored with. */
export interface Restoring {
  readonly index: TokenIndex;
  /** Whether the request asked for JSON as content: then values in it are escaped as JSON. */
  readonly jsonContent: boolean;
}

/** What became of an answer. */
export interface Delivery {
  readonly status: SessionOutcome;
  readonly responseSha256: string;
  /** Microseconds spent on restoring. */
  readonly rehydrateUs: number;
  readonly unknownTokens: ReadonlyMap<string, number>;
}

/** An answer that is not streamed is held in memory while it is restored. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

const us = (since: number): number => (performance.now() - since) * 1000;

function isEventStream(contentType: string): boolean {
  return contentType.toLowerCase().startsWith('text/event-stream');
}

/** The failure that a broken upstream connection stands for. */
export function upstreamFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return code.includes('TIMEOUT')
    ? new Failure('upstream_timeout', 'the upstream did not answer in time', [], { cause: error })
    : new Failure('upstream_error', 'the upstream could not be reached or broke off', [], { cause: error });
}

async function readAnswer(response: UpstreamResponse): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new Failure('upstream_error', 'the upstream sent an answer that is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function restore(
  answer: Buffer,
  { status, contentType }: UpstreamResponse,
  { index, jsonContent }: Restoring,
  account: RehydrationAccount,
): string {
  const parsed = parseJsonBytes(answer);
  if (parsed.ok) return JSON.stringify(rehydrateChatResponse(parsed.value, index, account, { jsonContent }));
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType);
  // An answer that closes with its connection may end anywhere, and nothing but its JSON tells.
  if (isJson && status < 400 && parsed.problem.reason === 'syntax') {
    throw new Failure('upstream_error', 'the upstream broke off or did not answer with JSON');
  }
  // An error page of some gateway in between is no JSON, and may repeat what we sent all the same.
  return scan(answer.toString('utf8'), index, true, isJson ? insideJson : asPlainText, account).out;
}

/** Reads a whole answer and sends it restored. Rejects when it breaks off before anything was sent. */
async function deliverWhole(response: UpstreamResponse, restoring: Restoring, out: ServerResponse): Promise<Delivery> {
  const answer = await readAnswer(response);
  const began = performance.now();
  const account = new RehydrationAccount();
  const text = Buffer.from(restore(answer, response, restoring, account), 'utf8');
  const rehydrateUs = Math.round(us(began));
  out.writeHead(response.status, {
    'content-type': response.contentType,
    'content-length': text.length,
    ...(response.retryAfter === null ? {} : { 'retry-after': response.retryAfter }),
  });
  out.end(text);
  return {
    status: response.status < 400 ? 'ok' : 'error',
    responseSha256: createHash('sha256').update(answer).digest('hex'),
    rehydrateUs,
    unknownTokens: account.unknown,
  };
}

/** Writes with back-pressure: a slow reader slows the upstream down instead of filling our memory. */
async function write(out: ServerResponse, bytes: Uint8Array | string, signal: AbortSignal): Promise<void> {
  if (bytes.length > 0 && !out.write(bytes)) await once(out, 'drain', { signal });
}

async function deliverStream(
  response: UpstreamResponse,
  { index, jsonContent }: Restoring,
  out: ServerResponse,
  signal: AbortSignal,
): Promise<Delivery> {
  out.writeHead(response.status, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  const account = new RehydrationAccount();
  const rehydrator = new ChatStreamRehydrator(index, account, { jsonContent });
  const hash = createHash('sha256');
  let rehydrateUs = 0;
  const restoreChunk = (work: () => Uint8Array | string): Uint8Array | string => {
    const began = performance.now();
    const restored = work();
    rehydrateUs += us(began);
    return restored;
  };
  let status: SessionOutcome = 'ok';
  try {
    for await (const chunk of response.body) {
      hash.update(chunk);
      await write(out, restoreChunk(() => rehydrator.push(chunk)), signal);
    }
    await write(out, restoreChunk(() => rehydrator.end()), signal);
    if (rehydrator.sawError) status = 'error';
    // Neither an end of the choice nor of the stream: the upstream died politely, and the caller must know.
    else if (!rehydrator.sawDone && !rehydrator.sawFinish) throw new Failure('upstream_error', 'the upstream broke off');
  } catch (error) {
    status = 'partial';
    // What is held back stays back: half a token is worth nothing to the caller, and `[DONE]` would be a lie.
    if (!signal.aborted) out.write(openAiErrorEvent(upstreamFailure(error)));
  }
  return { status, responseSha256: hash.digest('hex'), rehydrateUs: Math.round(rehydrateUs), unknownTokens: account.unknown };
}

/**
 * Delivers an answer. A whole one has been sent when this resolves; of a streamed one every byte has been written but the
 * response is left open, so that the end of the turn can be recorded before the caller sees the end of the stream.
 */
export function deliverAnswer(
  response: UpstreamResponse,
  restoring: Restoring,
  out: ServerResponse,
  signal: AbortSignal,
): Promise<Delivery> {
  return isEventStream(response.contentType)
    ? deliverStream(response, restoring, out, signal)
    : deliverWhole(response, restoring, out);
}
