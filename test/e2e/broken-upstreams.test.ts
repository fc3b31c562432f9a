/** Upstreams that stop in the middle without saying so. See docs/proxy.md: an answer that is no answer is told as one. */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callRecord } from '../call-records.ts';
import type { CreatedAgent } from '../instance.ts';
import { lastUserText } from '../upstream.ts';
import { saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

describe('a whole answer', () => {
  test('that ends before its JSON does is an upstream error, in the answer and in the journal', async () => {
    calls.upstream.respond((_, response) => {
      // Neither a length nor chunks: the end of the connection is the end of the body.
      response.socket?.end(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"choices":[{"message":{"content":"Hel',
      );
    });
    const response = await calls.masker.chat(agent, saying('hello'));
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_error' } });
    const { session, turns } = await callRecord(calls.pool, sessionOf(response));
    expect(session.status).toBe('error');
    expect(turns.map(({ status }) => status)).toEqual(['error']);
  });

  test('with a key twice is restored without breaking its JSON', async () => {
    const address = 'I live at 12 Main Street,\nSpringfield, IL 62704';
    calls.upstream.respond((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      response.end(`{"id":1,"id":2,"choices":[{"message":{"content":${JSON.stringify(lastUserText(request))}}}]}`);
    });
    const response = await calls.masker.chat(agent, saying(address));
    expect(calls.upstream.everything()).not.toContain('Springfield');
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: address } }] });
  });

  test.each([
    ['a key twice', Buffer.from('"a":1,"a":2')],
    ['a number that is none', Buffer.from('"a":1e999')],
    ['more levels than a request may have', Buffer.from(`"a":${'['.repeat(70)}${']'.repeat(70)}`)],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22])],
  ])('with %s keeps a value from a tool that may have none', async (_, oddity) => {
    const policy = (await readFile('configs/mask_policy.yaml', 'utf8')).replace('\n  tools: all', '\n  tools: [book]');
    const guarded = await calls.masker.createAgent({ policy_yaml: policy });
    calls.upstream.respond((request, response) => {
      const message = {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'c',
            type: 'function',
            function: { name: 'send', arguments: JSON.stringify({ text: lastUserText(request) }) },
          },
        ],
      };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        Buffer.concat([
          Buffer.from(`{"choices":[{"index":0,"message":${JSON.stringify(message)}}],`),
          oddity,
          Buffer.from('}'),
        ]),
      );
    });
    const response = await calls.masker.chat(guarded, saying('my SSN is 219-09-7645'));
    expect(response.status).toBe(200);
    const answer = await response.text();
    expect(answer).toContain('my SSN is [REDACTED:SSN]');
    expect(answer).not.toContain('219-09-7645');
  });

  test('that is compressed, though nobody asked for that, is an upstream error', async () => {
    calls.upstream.respond((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"choices":[]}'));
    });
    const response = await calls.masker.chat(agent, saying('hello'));
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_error' } });
  });

  test('that is compressed all the same is refused, and the refusal names the cause', async () => {
    calls.upstream.respond((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{}'));
    });
    const response = await calls.masker.chat(agent, saying('hello'));
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('Content-Encoding');
  });

  test('of an error that is no JSON is an error in OpenAI form, without the page', async () => {
    calls.upstream.respond((request, response) => {
      response.writeHead(503, { 'content-type': 'text/html' });
      response.end(`<p>${lastUserText(request)}`);
    });
    const response = await calls.masker.chat(agent, saying('call 415-555-0142'));
    expect(response.status).toBe(502);
    const message = 'The upstream answered with status 503.';
    expect(await response.json()).toMatchObject({ error: { message, code: 'upstream_error', upstream_status: 503 } });
  });
});
