/** Calls of Bolna's, by base URL. See docs/integrations/bolna.md. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { answerWith, echo, lastUserText } from '../upstream.ts';
import { answerOf, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import {
  chatStream,
  expectLateTurnContinues,
  expectUnseen,
  lastSaid,
  platformCall,
  recordOf,
  sendTurn,
} from './platform-fixture.ts';

let calls: Calls;

beforeAll(async () => {
  calls = await startCalls();
});
afterAll(async () => {
  await calls.close();
});
beforeEach(() => {
  calls.upstream.received.length = 0;
  calls.upstream.respond(echo);
});

const CALL = platformCall('bolna/chat-completions');

test('the provider sees none of it, the caller hears all of it, the turns of a run are one session', async () => {
  const agent = await calls.masker.createAgent();
  const sessions: string[] = [];
  for (const turn of [0, 1]) {
    const response = await sendTurn(agent, CALL, turn);
    sessions.push(sessionOf(response));
    expect(await chatStream(response)).toMatchObject({ content: lastSaid(CALL, turn), finish: 'stop' });
  }
  expect(new Set(sessions).size).toBe(1);
  expectUnseen(calls, CALL);
  // What is OpenAI's own goes on: an answer that ends elsewhere would be spoken to its end.
  const sent = JSON.parse(calls.upstream.received[0]?.body.toString('utf8') ?? '') as Record<string, unknown>;
  expect(sent).toMatchObject({
    stop: ['User:'],
    service_tier: 'default',
    parallel_tool_calls: false,
    tool_choice: 'auto',
    response_format: { type: 'text' },
  });
});

test('another run of the same agent is another session', async () => {
  const agent = await calls.masker.createAgent();
  const first = await sendTurn(agent, CALL, 0);
  const other = { ...CALL, turns: [{ ...CALL.turns[0], user: '9b1f0c52-77aa-4f0e-8a51-0d6c1e2f3a4b#1' }] };
  const second = await sendTurn(agent, other, 0);
  await Promise.all([first.text(), second.text()]);
  expect(sessionOf(second)).not.toBe(sessionOf(first));
});

test('what is extracted after the call is a session by itself, its JSON restored', async () => {
  const agent = await calls.masker.createAgent();
  const extraction = platformCall('bolna/extraction');
  calls.upstream.respond((request, response) => {
    answerWith(JSON.stringify({ summary: lastUserText(request) }), request, response);
  });
  const response = await sendTurn(agent, extraction, 0);
  const session = sessionOf(response);
  expect(JSON.parse(await answerOf(response))).toEqual({ summary: lastSaid(extraction, 0) });
  expectUnseen(calls, extraction);
  expect((await recordOf(calls, session)).session.sealed_at).not.toBeNull();
});

test('a turn after the call was sealed continues it', async () => {
  await expectLateTurnContinues(calls, await calls.masker.createAgent(), CALL);
});
