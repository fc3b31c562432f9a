/** Upstreams that stop in the middle without saying so. Spec proxy.md: an answer that is no answer is told as one. */
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
      response.socket?.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"choices":[{"message":{"content":"Hel');
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

  test('of an error that is no JSON goes through', async () => {
    calls.upstream.respond((request, response) => {
      response.writeHead(503, { 'content-type': 'text/html' });
      response.end(`<p>${lastUserText(request)}`);
    });
    const response = await calls.masker.chat(agent, saying('call 415-555-0142'));
    expect(response.status).toBe(503);
    expect(await response.text()).toBe('<p>call 415-555-0142');
  });
});
