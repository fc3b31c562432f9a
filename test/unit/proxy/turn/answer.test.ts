/** Delivering an answer that streams: what the loop gets while megabytes of it are there at once. */
import { expect, test, vi } from 'vitest';
import { RESTORE_ALL } from '../../../../src/masking/rehydration/destination.ts';
import { IssuedTokens } from '../../../../src/masking/rehydration/issued-tokens.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { Rehydrator } from '../../../../src/masking/rehydration/rehydrate.ts';
import { deliverAnswer } from '../../../../src/proxy/turn/answer.ts';
import type { AnswerSink } from '../../../../src/proxy/turn/answer-sink.ts';
import { CHAT_COMPLETIONS } from '../../../../src/proxy/openai/chat-completions.ts';

const TOKEN = `MSKV1.PHONE.K_HEALTHCARE.${'A'.repeat(26)}`;
const PIECE = `call ${TOKEN} or not. `;

const event = (content: string): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] })}\n\n`;

/** The pieces of a stream, all of them there as soon as they are asked for. */
function ready(pieces: readonly string[]): AsyncIterableIterator<Uint8Array, undefined> {
  const rest = pieces.values();
  return {
    next: () => {
      const { done, value } = rest.next();
      return Promise.resolve(done === true ? { done, value: undefined } : { done: false, value: Buffer.from(value) });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

test('others have their turns while a long answer is restored, and it comes whole', async () => {
  const said = PIECE.repeat(50);
  const pieces = [...Array.from({ length: 2000 }, () => event(said)), 'data: [DONE]\n\n'];
  const counts = new RehydrationCounts();
  const rehydrator = new Rehydrator({
    index: new IssuedTokens(new Map([[TOKEN, { kind: 'PHONE', value: '415-555-0132' }]])),
    restore: RESTORE_ALL,
    counts,
  });
  const written: (Uint8Array | string)[] = [];
  const sink: AnswerSink = {
    annotate: () => undefined,
    begin: () => undefined,
    write: (bytes) => {
      written.push(bytes);
      return Promise.resolve();
    },
    end: () => undefined,
    ended: false,
  };
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    if (isOver) return;
    turns += 1;
    setImmediate(count);
  };
  setImmediate(count);
  // Each look at the clock takes a millisecond: how long the work takes does not depend on the machine.
  let clock = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => (clock += 1));
  const answer = { status: 200, contentType: 'text/event-stream', told: {}, body: ready(pieces) };
  const delivery = await deliverAnswer(
    answer,
    {
      endpoint: CHAT_COMPLETIONS,
      request: { messages: [] },
      rehydrator,
      streamBufferMs: 1000,
      streamRules: { orderToolCalls: true },
    },
    sink,
    new AbortController().signal,
  );
  isOver = true;
  now.mockRestore();

  expect(delivery.status).toBe('ok');
  expect(delivery.rehydrateUs).toBeGreaterThan(20_000);
  // A turn for every five milliseconds of work.
  expect(turns).toBeGreaterThanOrEqual(Math.floor(delivery.rehydrateUs / 10_000));
  const text = Buffer.concat(written.map((bytes) => Buffer.from(bytes))).toString('utf8');
  expect(text.split('415-555-0132')).toHaveLength(50 * 2000 + 1);
  expect(text).not.toContain('MSKV1');
});

test('counts what was restored where the caller hangs up before it reads that the upstream broke off', async () => {
  const counts = new RehydrationCounts();
  const rehydrator = new Rehydrator({
    index: new IssuedTokens(new Map([[TOKEN, { kind: 'PHONE', value: '415-555-0132' }]])),
    restore: RESTORE_ALL,
    counts,
  });
  const caller = new AbortController();
  const sink: AnswerSink = {
    annotate: () => undefined,
    begin: () => undefined,
    write: (bytes) => {
      if (!bytes.toString().includes('upstream_error')) return Promise.resolve();
      caller.abort();
      return Promise.reject(new Error('aborted'));
    },
    end: () => undefined,
    ended: false,
  };
  const delivery = await deliverAnswer(
    { status: 200, contentType: 'text/event-stream', told: {}, body: ready([event(PIECE)]) },
    {
      endpoint: CHAT_COMPLETIONS,
      request: { messages: [] },
      rehydrator,
      streamBufferMs: 1000,
      streamRules: { orderToolCalls: true },
    },
    sink,
    caller.signal,
  );
  expect(delivery).toMatchObject({
    status: 'partial',
    responseSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
  expect([...counts.exact]).toEqual([TOKEN]);
});
