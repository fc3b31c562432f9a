/** Calls of Retell, over its WebSocket: masked, restored, one session a call, and never an error read aloud. See docs/integrations/retell.md. */
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SessionId } from '../../src/platform/ids.ts';
import { callRecord, entriesOf } from '../call-records.ts';
import type { CallRecord } from '../call-records.ts';
import { startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { agent as said, dial, refusal, user } from '../retell.ts';
import type { RetellLine } from '../retell.ts';
import { answerWith, echo } from '../upstream.ts';
import { heldUpstream, lastSeen, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const NAME = 'Maria Gonzalez';
const PHONE = '415-555-0142';
const SAID = `Hi, this is ${NAME}, call me back on ${PHONE}.`;
const IDLE_SECONDS = 900;

let calls: Calls;
let second: TestInstance;

beforeAll(async () => {
  calls = await startCalls({ MASKER_SESSION_IDLE_SECONDS: String(IDLE_SECONDS) });
  second = await calls.anotherNode();
});
afterAll(async () => {
  await calls.close();
});
beforeEach(() => {
  calls.upstream.received.length = 0;
  calls.upstream.respond(echo);
});

let dialled = 0;
const newCall = (): string => `call_${String((dialled += 1)).padStart(8, '0')}`;

const line = (agent: CreatedAgent, call: string, node: TestInstance = calls.masker): Promise<RetellLine> =>
  dial(node.url, `/retell/${agent.id}/${call}`);

/** All sessions of an agent, oldest first, once every ending is on disk. */
async function sessionsOf(agent: CreatedAgent): Promise<CallRecord[]> {
  for (const node of [calls.masker, second]) await node.graphql('{ sessions(first: 1) { edges { node { id } } } }');
  const { rows } = await calls.pool.query<{ id: SessionId }>(
    'SELECT id FROM sessions WHERE agent_id = $1 ORDER BY id',
    [agent.id],
  );
  return Promise.all(rows.map(({ id }) => callRecord(calls.pool, id)));
}

/** The only session of an agent, once it is sealed. */
async function sealedSession(agent: CreatedAgent): Promise<CallRecord> {
  const sealed = async (): Promise<boolean> => {
    const { rows } = await calls.pool.query<{ sealed: boolean }>(
      'SELECT sealed_at IS NOT NULL AS sealed FROM sessions WHERE agent_id = $1',
      [agent.id],
    );
    return rows.length > 0 && rows.every((row) => row.sealed);
  };
  // A record is read in several statements. It only stays the same between them once it is sealed.
  await expect.poll(sealed).toBe(true);
  const [session, ...others] = await sessionsOf(agent);
  expect(others).toEqual([]);
  if (session === undefined) throw new Error('no session');
  return session;
}

async function withAssistant(agent: CreatedAgent, assistant: object): Promise<void> {
  const response = await calls.masker.api('PATCH', `/agents/${agent.id}`, { assistant });
  expect(response.status, await response.text()).toBe(200);
}

describe('a call', () => {
  test('is answered with its values, of which the provider sees none', async () => {
    const agent = await calls.masker.createAgent();
    const retell = await line(agent, newCall());
    retell.ask(1, [user(SAID)]);
    expect(await retell.spoken(1)).toBe(SAID);
    // In pieces as they came, not in one at the end.
    expect(retell.heard.filter(({ response_id: id }) => id === 1).length).toBeGreaterThan(3);
    expect(calls.upstream.everything()).not.toContain('Gonzalez');
    expect(calls.upstream.everything()).not.toContain('0142');
    expect(tokensIn(lastSeen(calls.upstream)[0] ?? '')).toHaveLength(2);
    expect(calls.masker.logged.join('\n')).not.toMatch(/Gonzalez|0142/);
    await retell.hangUp();
  });

  test('begins with the settings of the line, and silence: the caller is to speak', async () => {
    const retell = await line(await calls.masker.createAgent(), newCall());
    await retell.spoken(0);
    expect(retell.heard).toEqual([
      {
        response_type: 'config',
        config: { auto_reconnect: true, call_details: false, transcript_with_tool_calls: false },
      },
      { response_type: 'response', response_id: 0, content: '', content_complete: true },
    ]);
    await retell.hangUp();
  });

  test('is one session over its turns, sealed when Retell hangs up', async () => {
    const agent = await calls.masker.createAgent();
    const retell = await line(agent, newCall());
    retell.ask(1, [user(SAID)]);
    const first = await retell.spoken(1);
    retell.ask(2, [user(SAID), said(first), user(`Yes, ${PHONE}.`)]);
    await retell.spoken(2);
    const texts = lastSeen(calls.upstream);
    // The same value has the same token on every turn, in the caller's words as in the agent's.
    expect(new Set(texts.map((text) => tokensIn(text).at(-1)))).toHaveProperty('size', 1);
    await retell.hangUp();
    const session = await sealedSession(agent);
    expect(session.turns.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(session.session.redactions_by_kind).toEqual({ NAME: 1, PHONE: 2 });
    expect(entriesOf(session, 'session_sealed')).toMatchObject([{ reason: 'ended', status: 'ok' }]);
  });

  test('has no turn where Retell only tells what was said, or the details of the call', async () => {
    const agent = await calls.masker.createAgent();
    const retell = await line(agent, newCall());
    retell.send({
      interaction_type: 'call_details',
      call: { call_id: 'c', from_number: PHONE, metadata: { name: NAME } },
    });
    retell.send({ interaction_type: 'update_only', transcript: [user(SAID)], turntaking: 'user_turn' });
    retell.send({ interaction_type: 'ping_pong', timestamp: 1703413636133 });
    expect(await retell.frame(({ response_type: type }) => type === 'ping_pong')).toEqual({
      response_type: 'ping_pong',
      timestamp: 1703413636133,
    });
    await retell.hangUp();
    expect(await sessionsOf(agent)).toEqual([]);
    expect(calls.upstream.received).toEqual([]);
  });

  test('has a turn where the caller is silent', async () => {
    calls.upstream.respond((request, response) => {
      answerWith('Are you still there?', request, response);
    });
    const retell = await line(await calls.masker.createAgent(), newCall());
    retell.ask(1, [user(SAID), said('One moment.')], 'reminder_required');
    expect(await retell.spoken(1)).toBe('Are you still there?');
    expect(lastSeen(calls.upstream)).toHaveLength(3);
    await retell.hangUp();
  });

  test("has the assistant's prompt, its first words, and ends where the model says so", async () => {
    const agent = await calls.masker.createAgent();
    const endCall = {
      type: 'function',
      function: { name: 'end_call', parameters: { type: 'object', properties: { message: { type: 'string' } } } },
    };
    await withAssistant(agent, {
      firstMessage: 'Bright Smile Dental, hello.',
      model: {
        provider: 'custom-llm',
        model: 'gpt-4o-mini',
        messages: [{ role: 'system', content: 'You work for Bright Smile Dental.' }],
        tools: [endCall],
      },
    });
    calls.upstream.respond((request, response) => {
      const [token = ''] = tokensIn(request.body.toString('utf8'));
      const call = (part: object): string =>
        `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...part }] }, finish_reason: null }] })}\n\n`;
      const text = JSON.stringify({ message: `Goodbye, ${token}.` });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(call({ id: 'call_1', type: 'function', function: { name: 'end_call', arguments: '' } }));
      for (let from = 0; from < text.length; from += 6)
        response.write(call({ function: { arguments: text.slice(from, from + 6) } }));
      response.end(`data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}\n\ndata: [DONE]\n\n`);
    });
    const retell = await line(agent, newCall());
    expect(await retell.spoken(0)).toBe('Bright Smile Dental, hello.');
    retell.ask(1, [user(`This is ${NAME}. That is all, bye.`)]);
    expect(await retell.spoken(1)).toBe(`Goodbye, ${NAME}.`);
    expect(retell.heard.at(-1)).toMatchObject({ end_call: true, content_complete: true });
    const { messages, tools } = JSON.parse(calls.upstream.received[0]?.body.toString('utf8') ?? '') as {
      messages: { role: string; content: string }[];
      tools: unknown[];
    };
    expect(messages[0]).toEqual({ role: 'system', content: 'You work for Bright Smile Dental.' });
    expect(tools).toHaveLength(1);
    await retell.hangUp();
  });
});

describe('a caller who speaks on', () => {
  test('has the older answer given up at the provider, and hears the newer one alone', async () => {
    const agent = await calls.masker.createAgent();
    let gone = (): void => undefined;
    const givenUp = new Promise<void>((resolve) => {
      gone = resolve;
    });
    calls.upstream.respond((request, response) => {
      if (lastUser(request.body).includes('wait')) {
        answerWith('Yes?', request, response);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(
        `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'Well, ' }, finish_reason: null }] })}\n\n`,
      );
      response.on('close', () => {
        gone();
      });
    });
    const retell = await line(agent, newCall());
    retell.ask(1, [user(SAID)]);
    await retell.frame(({ content }) => content === 'Well, ');
    retell.ask(2, [user(`${SAID} No, wait.`)]);
    await givenUp;
    expect(await retell.spoken(2)).toBe('Yes?');
    expect(retell.heard.filter(({ response_id: id }) => id === 1)).toMatchObject([
      { content: 'Well, ', content_complete: false },
    ]);
    await retell.hangUp();
    expect((await sealedSession(agent)).turns.map(({ status }) => status)).toEqual(['partial', 'ok']);
  });

  test('says the same again: a turn each time, and one alone where MASKER_RETELL_PARTIAL_DEDUP is set', async () => {
    const third = await calls.anotherNode({ MASKER_RETELL_PARTIAL_DEDUP: '1' });
    for (const [node, turns] of [
      [calls.masker, 2],
      [third, 1],
    ] as const) {
      const agent = await calls.masker.createAgent();
      const retell = await line(agent, newCall(), node);
      retell.ask(1, [user('my number is 415-555-0142')]);
      await retell.spoken(1);
      retell.ask(2, [user('My number is 415-555-0142.')]);
      expect((await retell.spoken(2)).toLowerCase()).toContain('my number is 415-555-0142');
      await retell.hangUp();
      expect((await sealedSession(agent)).turns).toHaveLength(turns);
    }
  });
});

describe('what goes wrong', () => {
  test.each([
    [
      'the provider refuses',
      (body: string) => ({
        status: 400,
        type: 'application/json',
        text: `{"error":{"message":${JSON.stringify(body)}}}`,
      }),
    ],
    ['the provider sends an error page', () => ({ status: 502, type: 'text/html', text: `<h1>${NAME}</h1>` })],
    [
      'the stream breaks off',
      () => ({
        status: 200,
        type: 'text/event-stream',
        text: 'data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]}\n\n',
      }),
    ],
    [
      'the stream says so',
      () => ({
        status: 200,
        type: 'text/event-stream',
        text: 'data: {"error":{"message":"overloaded","code":"x"}}\n\n',
      }),
    ],
  ])('is silence, not an error read aloud: %s', async (_, answer) => {
    calls.upstream.respond((request, response) => {
      const { status, type, text } = answer(request.body.toString('utf8'));
      response.writeHead(status, { 'content-type': type });
      response.end(text);
    });
    const retell = await line(await calls.masker.createAgent(), newCall());
    retell.ask(1, [user(SAID)]);
    expect(await retell.spoken(1)).toBe('');
    // The line is as good as before.
    calls.upstream.respond(echo);
    retell.ask(2, [user('Hello?')]);
    expect(await retell.spoken(2)).toBe('Hello?');
    await retell.hangUp();
  });

  test('leaves nothing to the provider where the turn cannot be put on record', async () => {
    const retell = await line(await calls.masker.createAgent(), newCall());
    await retell.spoken(0);
    await calls.pool.query('ALTER TABLE turns RENAME TO turns_away');
    retell.ask(1, [user(SAID)]);
    expect(await retell.spoken(1)).toBe('');
    await calls.pool.query('ALTER TABLE turns_away RENAME TO turns');
    expect(calls.upstream.received).toEqual([]);
    expect(calls.masker.logged.join('\n')).toContain('audit_unavailable');
    expect(calls.masker.logged.join('\n')).not.toMatch(/Gonzalez|0142/);
    retell.ask(2, [user(SAID)]);
    expect(await retell.spoken(2)).toBe(SAID);
    await retell.hangUp();
  });

  test.each([
    ['no JSON', 'Maria Gonzalez', 1007],
    [
      'a request without an id',
      JSON.stringify({ interaction_type: 'response_required', transcript: [{ role: 'user', content: NAME }] }),
      1007,
    ],
    ['bytes', Buffer.from(NAME), 1003],
  ] as const)('ends the line with nothing said of it: %s', async (_, frame, code) => {
    const retell = await line(await calls.masker.createAgent(), newCall());
    await retell.spoken(0);
    retell.socket.send(frame);
    const [closedWith, reason] = (await once(retell.socket, 'close')) as [number, Buffer];
    expect(closedWith).toBe(code);
    expect(reason.toString()).toBe('');
    expect(calls.masker.logged.join('\n')).not.toContain('Gonzalez');
  });

  test('a frame over the limit ends the line', async () => {
    const small = await calls.anotherNode({ MASKER_MAX_BODY_BYTES: '2048' });
    const retell = await line(await calls.masker.createAgent(), newCall(), small);
    retell.ask(1, [user('x'.repeat(4096))]);
    expect(await retell.closed).toBe(1009);
  });

  test('an agent that is deleted in mid-call is heard no more', async () => {
    const agent = await calls.masker.createAgent();
    const retell = await line(agent, newCall());
    retell.ask(1, [user('Hello')]);
    await retell.spoken(1);
    expect((await calls.masker.api('DELETE', `/agents/${agent.id}`)).status).toBeLessThan(300);
    retell.ask(2, [user('Hello'), user(SAID)]);
    expect(await retell.closed).toBe(1008);
    expect(calls.upstream.received).toHaveLength(1);
  });
});

describe('a line that is lost', () => {
  test('goes on with the next one, on either node, in the same session', async () => {
    const agent = await calls.masker.createAgent();
    const call = newCall();
    const first = await line(agent, call);
    first.ask(1, [user(SAID)]);
    await first.spoken(1);
    first.socket.terminate();
    const next = await line(agent, call, second);
    next.ask(2, [user(SAID), user(`Again: ${PHONE}`)]);
    expect(await next.spoken(2)).toBe(`Again: ${PHONE}`);
    next.socket.terminate();
    // The line that hangs up need not be one that anything was said on.
    const last = await line(agent, call);
    await last.spoken(0);
    await last.hangUp();
    const session = await sealedSession(agent);
    expect(session.turns.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(session.session.redactions_by_kind).toEqual({ NAME: 1, PHONE: 2 });
  });

  test('is replaced where Retell dials before we notice, its answer given up', async () => {
    const agent = await calls.masker.createAgent();
    const call = newCall();
    const held = heldUpstream();
    calls.upstream.respond(held.respond);
    const first = await line(agent, call);
    first.ask(1, [user(SAID)]);
    await held.arrived(1);
    const next = await line(agent, call);
    expect(await first.closed).toBe(1006);
    calls.upstream.respond(echo);
    next.ask(2, [user(SAID)]);
    expect(await next.spoken(2)).toBe(SAID);
    await next.hangUp();
    expect((await sealedSession(agent)).turns).toHaveLength(2);
  });

  test('is sealed when it has gone idle, and a turn after that is a session that continues it', async () => {
    const agent = await calls.masker.createAgent();
    const call = newCall();
    const first = await line(agent, call);
    first.ask(1, [user(SAID)]);
    await first.spoken(1);
    first.socket.terminate();
    const [lost] = await sessionsOf(agent);
    expect(lost?.session.sealed_at).toBeNull();
    await calls.pool.query(
      `UPDATE sessions SET last_turn_at = last_turn_at - make_interval(secs => $2) WHERE agent_id = $1`,
      [agent.id, IDLE_SECONDS + 1],
    );
    expect(await second.sealIdle()).toBeGreaterThanOrEqual(1);
    const late = await line(agent, call);
    late.ask(2, [user(SAID), user('Still there?')]);
    expect(await late.spoken(2)).toBe('Still there?');
    const [sealed, continued] = await sessionsOf(agent);
    expect(entriesOf(sealed ?? expect.fail('no session'), 'session_sealed')).toMatchObject([{ reason: 'idle' }]);
    expect(continued?.session.continues_id).toBe(sealed?.session.id);
    await late.hangUp();
  });

  test('that hung up with an answer under way is sealed after it, as partial', async () => {
    const agent = await calls.masker.createAgent();
    const held = heldUpstream();
    calls.upstream.respond(held.respond);
    const retell = await line(agent, newCall());
    retell.ask(1, [user(SAID)]);
    await held.arrived(1);
    await retell.hangUp();
    const { session, turns } = await sealedSession(agent);
    expect([session.status, ...turns.map(({ status }) => status)]).toEqual(['partial', 'partial']);
  });
});

describe('who may dial', () => {
  test.each([
    ['an unknown agent', '/retell/agt_01HYZ000000000000000000000/call_1', 404, 'agent_not_found'],
    ['what is no agent', '/retell/nobody/call_1', 404, 'agent_not_found'],
    ['no call', '/retell/agt_01HYZ000000000000000000000', 404, 'not_found'],
    ['a call that is a template', '/retell/agt_01HYZ000000000000000000000/%7B%7Bcall_id%7D%7D', 404, 'not_found'],
    ['a call that is no text', '/retell/agt_01HYZ000000000000000000000/%ff', 404, 'not_found'],
  ])('%s is refused', async (_, path, status, code) => {
    expect(await refusal(calls.masker.url, path)).toEqual({ status, code });
  });

  test('with a key of the agent in the URL, where the agent asks for one', async () => {
    const agent = await calls.masker.createAgent();
    const path = `/retell/${agent.id}/${newCall()}`;
    const made = await calls.masker.api('POST', `/agents/${agent.id}/proxy-keys`);
    expect(made.status).toBeLessThan(300);
    const {
      proxy_key: { key },
    } = (await made.json()) as { proxy_key: { key: string } };
    expect(await refusal(calls.masker.url, path)).toEqual({ status: 401, code: 'bad_signature' });
    expect(await refusal(calls.masker.url, `${path}?key=mpk_wrong`)).toEqual({ status: 401, code: 'bad_signature' });
    const retell = await dial(calls.masker.url, `${path}?key=${encodeURIComponent(key)}`);
    retell.ask(1, [user(SAID)]);
    expect(await retell.spoken(1)).toBe(SAID);
    await retell.hangUp();
    expect(calls.upstream.everything()).not.toContain(key);
    expect(calls.masker.logged.join('\n')).not.toContain(key);
  });
});

test('a server that stops lets the answer under way end, and then closes the line so that Retell dials another', async () => {
  const agent = await calls.masker.createAgent();
  const held = heldUpstream();
  calls.upstream.respond(held.respond);
  const third = await startTestInstance(calls.db.url, {
    MASKER_OPENAI_BASE_URL: calls.upstream.url,
    MASKER_OPENAI_API_KEY: 'sk',
  });
  const call = newCall();
  const busy = await line(agent, call, third);
  const quiet = await line(agent, newCall(), third);
  busy.ask(1, [user(SAID)]);
  await held.arrived(1);
  const stopped = third.close();
  expect(await quiet.closed).toBe(1012);
  held.release(0);
  expect(await busy.spoken(1)).toBe('done');
  expect(await busy.closed).toBe(1012);
  await stopped;
  calls.upstream.respond(echo);
  const next = await line(agent, call);
  next.ask(2, [user(SAID), user('And now?')]);
  expect(await next.spoken(2)).toBe('And now?');
  await next.hangUp();
  expect((await sealedSession(agent)).turns.map(({ status }) => status)).toEqual(['ok', 'ok']);
});

function lastUser(body: Buffer): string {
  const { messages } = JSON.parse(body.toString('utf8')) as { messages: { content: string }[] };
  return messages.at(-1)?.content ?? '';
}
