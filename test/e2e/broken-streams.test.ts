/** Streams whose upstream or reader fails them: an error in the stream, never a clean end, and a record of it. See docs/proxy.md. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionId } from '../../src/platform/ids.ts';
import { callRecord } from '../call-records.ts';
import type { CreatedAgent } from '../instance.ts';
import { answerWith, lastUserText } from '../upstream.ts';
import { saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

/** Short, so that what takes too long does so soon. */
const UPSTREAM_MS = 400;
const CLIENT_MS = 400;

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls({
    MASKER_UPSTREAM_TIMEOUT_MS: String(UPSTREAM_MS),
    MASKER_CLIENT_TIMEOUT_MS: String(CLIENT_MS),
    MASKER_STREAM_BUFFER_MS: '50',
  });
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

const streamed = (text: string): object => ({ ...saying(text), stream: true });

function chunk(content: string): string {
  return `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
}

/** How the turns of a call ended, once its session is sealed. */
async function outcome(session: SessionId): Promise<string[]> {
  await expect.poll(async () => (await callRecord(calls.pool, session)).session.sealed_at).not.toBeNull();
  return (await callRecord(calls.pool, session)).turns.map(({ status }) => status);
}

/** The stream's data lines. */
const dataOf = (text: string): string[] =>
  text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice(6));

/** What a stream said so far. */
function spoken(text: string): string {
  const chunks = dataOf(text.slice(0, text.lastIndexOf('\n\n') + 2)).filter((data) => data.startsWith('{'));
  return chunks
    .map(
      (data) => (JSON.parse(data) as { choices?: { delta: { content?: string } }[] }).choices?.[0]?.delta.content ?? '',
    )
    .join('');
}

describe('an upstream', () => {
  test('that falls silent in mid-stream: an error event, no clean end', async () => {
    calls.upstream.respond((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk('half a '));
    });
    const response = await calls.masker.chat(agent, streamed('hello'));
    const text = await response.text();
    expect(text).toContain('half a ');
    expect(JSON.parse(dataOf(text).at(-1) ?? '')).toMatchObject({
      error: { code: 'upstream_timeout', type: 'api_error' },
    });
    expect(text).not.toContain('[DONE]');
    expect(await outcome(sessionOf(response))).toEqual(['partial']);
  });

  test('that never sends a head: 504', async () => {
    calls.upstream.respond(() => undefined);
    const response = await calls.masker.chat(agent, saying('hello'));
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_timeout' } });
    expect(await outcome(sessionOf(response))).toEqual(['error']);
  });

  test('that dies in the middle of a token: not a piece of the token is spoken', async () => {
    calls.upstream.respond((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const said = lastUserText(request);
      const token = /MSKV?1\.[A-Z0-9_.]+/.exec(said)?.[0] ?? '';
      response.write(chunk(`You are ${token.slice(0, -7)}`));
      setImmediate(() => response.destroy());
    });
    const response = await calls.masker.chat(agent, streamed('my phone is 415-555-0142'));
    const text = await response.text();
    expect(text).toContain('You are ');
    expect(text).not.toContain('MSK');
    expect(JSON.parse(dataOf(text).at(-1) ?? '')).toMatchObject({ error: { code: 'upstream_error' } });
    expect(await outcome(sessionOf(response))).toEqual(['partial']);
  });

  test.each([false, true])(
    'that answers 200 with a page (asked to stream: %s): 502, and the page goes nowhere',
    async (stream) => {
      calls.upstream.respond((request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>Sign in, ${lastUserText(request)}</html>`);
      });
      const response = await calls.masker.chat(agent, { ...saying('hello'), stream });
      expect(response.status).toBe(502);
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'upstream_error' } });
      expect(text).not.toContain('Sign in');
      expect(await outcome(sessionOf(response))).toEqual(['error']);
    },
  );

  test('that redirects: 502, and nothing is sent to where it points', async () => {
    const before = calls.upstream.received.length;
    calls.upstream.respond((_, response) => {
      response.writeHead(307, { location: `${calls.upstream.url}/elsewhere` }).end();
    });
    const response = await calls.masker.chat(agent, saying('hello'));
    expect(response.status).toBe(502);
    expect(calls.upstream.received.slice(before).map(({ url }) => url)).toEqual(['/v1/chat/completions']);
    expect(await outcome(sessionOf(response))).toEqual(['error']);
    calls.upstream.respond((request, answer) => {
      answerWith('fine', request, answer);
    });
    expect((await calls.masker.chat(agent, saying('hello'))).status).toBe(200);
  });

  test('that pauses after what looks like a token: it is spoken before the stream goes on', async () => {
    let goOn = (): void => undefined;
    calls.upstream.respond((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk('Dear Ms. S'));
      goOn = () => {
        response.end(`${chunk('mith')}data: [DONE]\n\n`);
      };
    });
    const response = await calls.masker.chat(agent, streamed('my phone is 415-555-0142'));
    if (response.body === null) throw new Error('no body');
    let text = '';
    for await (const part of response.body as AsyncIterable<Uint8Array>) {
      text += Buffer.from(part).toString('utf8');
      // For ever the upstream waits, and what may be a mangled token is held, were that not let go.
      if (spoken(text) === 'Dear Ms. S') goOn();
    }
    expect(spoken(text)).toBe('Dear Ms. Smith');
    expect(text).toContain('[DONE]');
  });
});

/** A caller who reads the head of a streamed answer and then nothing. */
async function stalledReader(): Promise<{ outgoing: ClientRequest; response: IncomingMessage; session: SessionId }> {
  const outgoing = httpRequest(agent.proxy_url, { method: 'POST', headers: { 'content-type': 'application/json' } });
  outgoing.on('error', () => undefined);
  outgoing.end(JSON.stringify(streamed('tell me everything')));
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return { outgoing, response, session: String(response.headers['masker-session-id']) as SessionId };
}

describe('a caller', () => {
  test('who stops reading costs a bounded buffer, is cut off, and its upstream with it', async () => {
    const megabyte = chunk('x'.repeat(1_000_000));
    let written = 0;
    const closed = new Promise<void>((resolve) => {
      calls.upstream.respond((_, response) => {
        // Without an end, were it not for back-pressure.
        const more = (): void => {
          do written += 1;
          while (response.write(megabyte));
        };
        response.on('close', resolve).on('drain', more);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        more();
      });
    });
    const { session } = await stalledReader();
    await closed;
    // What fits into the sockets of two connections, and a little for each process between them.
    expect(written).toBeLessThan(64);
    expect(await outcome(session)).toEqual(['partial']);
  });

  test('who leaves a whole answer unread is cut off too', async () => {
    calls.upstream.respond((request, response) => {
      answerWith('y'.repeat(60_000_000), request, response);
    });
    const outgoing = httpRequest(agent.proxy_url, { method: 'POST', headers: { 'content-type': 'application/json' } });
    outgoing.end(JSON.stringify(saying('tell me everything')));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    const broken = once(response, 'error');
    // More than fits into the sockets. Nothing is read until the server has given up, and logged that the request is over.
    await expect
      .poll(
        () =>
          calls.masker.logged.some(
            (line) => line.includes('"duration_ms"') && line.includes(String(response.headers['x-request-id'])),
          ),
        { timeout: 10_000 },
      )
      .toBe(true);
    response.resume();
    await broken;
  });

  test('who hangs up aborts the upstream, and the turn is on record as partial', async () => {
    const closed = new Promise<void>((resolve) => {
      calls.upstream.respond((_, response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(chunk('half'));
      });
    });
    const { outgoing, session } = await stalledReader();
    outgoing.destroy();
    await closed;
    expect(await outcome(session)).toEqual(['partial']);
  });
});

describe('a request body', () => {
  test('as large as the limit goes through, masked', async () => {
    calls.upstream.respond((request, response) => {
      answerWith('read it all', request, response);
    });
    const body = JSON.stringify(saying('my phone is 415-555-0142'));
    const padded = body.slice(0, -1) + ' '.repeat(10_485_760 - body.length) + body.slice(-1);
    const response = await fetch(agent.proxy_url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: padded,
    });
    expect(response.status).toBe(200);
    expect(calls.upstream.received.at(-1)?.body.toString('utf8')).toContain('my phone is MSKV1.PHONE.');
  });

  test.each([true, false])(
    'over the limit is refused (its length said beforehand: %s), and nothing is sent',
    async (said) => {
      const before = calls.upstream.received.length;
      const part = Buffer.alloc(1_048_576, 0x20);
      const headers = {
        'content-type': 'application/json',
        ...(said ? { 'content-length': String(11 * part.length) } : {}),
      };
      const outgoing = httpRequest(agent.proxy_url, { method: 'POST', headers });
      outgoing.on('error', () => undefined);
      const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
      for (let sent = 0; sent < 11; sent += 1) outgoing.write(part);
      outgoing.end();
      const [response] = await answered;
      let text = '';
      for await (const each of response) text += String(each);
      expect(response.statusCode).toBe(413);
      expect(JSON.parse(text)).toMatchObject({
        error: { code: 'payload_too_large', message: 'The request body is over 10485760 bytes.' },
      });
      expect(calls.upstream.received).toHaveLength(before);
    },
  );
});
