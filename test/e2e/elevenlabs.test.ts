/** Calls of ElevenLabs' custom LLM, over chat completions and over the Responses API. See docs/integrations/elevenlabs.md. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Respond } from '../upstream.ts';
import { echo } from '../upstream.ts';
import { sessionOf, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import {
  chatStream,
  expectLateTurnContinues,
  expectUnseen,
  lastSaid,
  platformCall,
  recordOf,
  sendTurn,
  streamed,
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

const CHAT = platformCall('elevenlabs/chat-completions');
const RESPONSES = platformCall('elevenlabs/responses');

/** The token of a value, as the provider saw it in the text that matches. */
function tokenAfter(body: Buffer, cue: RegExp): string {
  const text = cue.exec(body.toString('utf8'))?.[0] ?? '';
  return tokensIn(text).at(-1) ?? expect.fail(`no token where ${String(cue)} matches`);
}

describe('over chat completions', () => {
  test('the provider sees none of it, the caller hears all of it, two turns are one session', async () => {
    const agent = await calls.masker.createAgent();
    const first = await sendTurn(agent, CHAT, 0);
    expect(await chatStream(first)).toMatchObject({ content: lastSaid(CHAT, 0), calls: [], finish: 'stop' });
    const second = await sendTurn(agent, CHAT, 1);
    expect(await chatStream(second)).toMatchObject({ content: lastSaid(CHAT, 1) });
    expect(sessionOf(second)).toBe(sessionOf(first));
    expectUnseen(calls, CHAT);
    const { turns, session } = await recordOf(calls, sessionOf(first));
    expect(turns.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(session.sealed_at).toBeNull();
  });

  test('a system tool is called in pieces, with the values in its arguments', async () => {
    const agent = await calls.masker.createAgent();
    calls.upstream.respond(({ body }, response) => {
      const name = tokenAfter(body, /The caller is [^,]+,/);
      const send = (delta: object, finish: string | null = null): void => {
        response.write(
          `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
        );
      };
      const given = JSON.stringify({
        // An option of the tool's schema: the developer's, and so as it was written.
        transfer_number: '+14155550199',
        client_message: `One moment, ${name}.`,
        agent_message: `${name} is on the line.`,
      });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      send({ role: 'assistant', content: null });
      send({
        tool_calls: [
          { index: 0, id: 'call_T1', type: 'function', function: { name: 'transfer_to_number', arguments: '' } },
        ],
      });
      for (let from = 0; from < given.length; from += 7)
        send({ tool_calls: [{ index: 0, function: { arguments: given.slice(from, from + 7) } }] });
      send({}, 'tool_calls');
      response.end('data: [DONE]\n\n');
    });
    const { calls: called, finish } = await chatStream(await sendTurn(agent, CHAT, 0));
    expect(finish).toBe('tool_calls');
    expect(called).toMatchObject([{ id: 'call_T1', name: 'transfer_to_number' }]);
    expect(JSON.parse(called[0]?.arguments ?? '')).toEqual({
      transfer_number: '+14155550199',
      client_message: 'One moment, Maria Gonzalez.',
      agent_message: 'Maria Gonzalez is on the line.',
    });
    expectUnseen(calls, CHAT);
  });

  test('a turn after the call was sealed continues it', async () => {
    await expectLateTurnContinues(calls, await calls.masker.createAgent(), CHAT);
  });

  test('a person who has two calls has two sessions; without an id of the call every request is one', async () => {
    const agent = await calls.masker.createAgent();
    const named = (conversation: string | null): typeof CHAT => ({
      ...CHAT,
      turns: CHAT.turns.map((turn) => ({
        ...turn,
        elevenlabs_extra_body: conversation === null ? {} : { conversation_id: conversation },
      })),
    });
    const sessions = new Set<string>();
    for (const call of [named('conv_a'), named('conv_b'), named('conv_a'), named(null), named(null)]) {
      const response = await sendTurn(agent, call, 0);
      await response.text();
      sessions.add(sessionOf(response));
    }
    expect(sessions.size).toBe(4);
  });

  test('the id of a call means nothing to another agent', async () => {
    const [one, other] = [await calls.masker.createAgent(), await calls.masker.createAgent()];
    const [first, second] = [await sendTurn(one, CHAT, 0), await sendTurn(other, CHAT, 0)];
    await Promise.all([first.text(), second.text()]);
    expect(sessionOf(second)).not.toBe(sessionOf(first));
  });
});

describe('over the Responses API', () => {
  /** Repeats what was said last, as the Responses API streams it. */
  const repeat: Respond = ({ body }, response) => {
    const { input } = JSON.parse(body.toString('utf8')) as { input: { role?: string; content: { text: string }[] }[] };
    const text = input.findLast(({ role }) => role === 'user')?.content[0]?.text ?? '';
    const item = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text, annotations: [] }],
    };
    let number = 0;
    const send = (type: string, fields: object): void => {
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number, ...fields })}\n\n`);
      number += 1;
    };
    const whole = { id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-4o-mini' };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    send('response.created', { response: { ...whole, status: 'in_progress', output: [] } });
    for (let from = 0; from < text.length; from += 6)
      send('response.output_text.delta', {
        item_id: 'msg_1',
        output_index: 0,
        content_index: 0,
        delta: text.slice(from, from + 6),
      });
    send('response.output_text.done', { item_id: 'msg_1', output_index: 0, content_index: 0, text });
    send('response.completed', { response: { ...whole, status: 'completed', output: [item] } });
    response.end();
  };

  test('the provider sees none of it, the caller hears all of it, two turns are one session', async () => {
    calls.upstream.respond(repeat);
    const agent = await calls.masker.createAgent();
    const sessions: string[] = [];
    for (const turn of [0, 1]) {
      const response = await sendTurn(agent, RESPONSES, turn);
      sessions.push(sessionOf(response));
      const events = (await streamed(response)).map(
        (data) => JSON.parse(data) as { type: string; delta?: string; text?: string },
      );
      const spoken = events
        .flatMap(({ type, delta }) => (type === 'response.output_text.delta' ? [delta ?? ''] : []))
        .join('');
      expect(spoken).toBe(lastSaid(RESPONSES, turn));
      expect(events.find(({ type }) => type === 'response.output_text.done')?.text).toBe(lastSaid(RESPONSES, turn));
      expect(events.at(-1)?.type).toBe('response.completed');
    }
    expect(new Set(sessions).size).toBe(1);
    expectUnseen(calls, RESPONSES);
  });

  test('a turn after the call was sealed continues it', async () => {
    calls.upstream.respond(repeat);
    await expectLateTurnContinues(calls, await calls.masker.createAgent(), RESPONSES);
  });
});
