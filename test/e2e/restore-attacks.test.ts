/**
 * Two hundred attacks on restoring: somebody who knows tokens of a call, its agent's id and its name has the model say them.
 * None of the call's values comes back. See docs/proxy.md, Restoring values, Sessions.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServerResponse } from 'node:http';
import type { SessionId } from '../../src/platform/ids.ts';
import { allEvents, itemEvents, itemOf, responseOf, written } from '../responses-wire.ts';
import type { OutputItem } from '../responses-wire.ts';
import type { CreatedAgent } from '../instance.ts';
import { dial, user } from '../retell.ts';
import { answerWith, isStreamed } from '../upstream.ts';
import type { Received } from '../upstream.ts';
import { saying, sessionOf, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const MODEL = 'gpt-4o-mini';
const VALUES = ['415-555-0142', 'maria@example.com', '219-09-7645'];
const SAID = `I am at ${VALUES[0] ?? ''}, ${VALUES[1] ?? ''}, SSN ${VALUES[2] ?? ''}.`;
const CONVERSATION = 'conv_victim';
const ELEVENLABS = 'conv_of_elevenlabs';
const BOLNA_RUN = '4f1b6c1e-0f5d-4f0e-9a67-0a4c5e1b7d21';

let calls: Calls;
/** What the model says next. */
let script = '';
/** The script of a model that repeats what it was sent last. */
const ECHO = 'echo';
let answers = 0;

function lastSaid({ body }: Received): string {
  const { messages } = JSON.parse(body.toString('utf8')) as { messages: { content: string }[] };
  return messages.at(-1)?.content ?? '';
}

/** Answers either API with the script. */
function model(request: Received, response: ServerResponse): void {
  if (!request.url.endsWith('/responses')) {
    answerWith(script === ECHO ? lastSaid(request) : script, request, response, 7);
    return;
  }
  answers += 1;
  const id = `resp_${answers}`;
  const items: OutputItem[] = [{ type: 'message', parts: [{ type: 'output_text', text: script }] }];
  if (isStreamed(request)) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const middle = items.flatMap((item, index) => itemEvents(item, index, (text) => text.match(/[\s\S]{1,9}/gu) ?? []));
    response.end(written(allEvents({ id }, items, middle)).join(''));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify(
      responseOf(
        { id },
        items.map((item, index) => itemOf(item, index)),
      ),
    ),
  );
}

beforeAll(async () => {
  calls = await startCalls();
  calls.upstream.respond(model);
});
afterAll(async () => {
  await calls.close();
});

const post = (agent: CreatedAgent, path: string, body: object, headers: Record<string, string>): Promise<Response> =>
  fetch(`${agent.baseUrl}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

interface Victim {
  readonly agent: CreatedAgent;
  /** The sessions of one call on each API. */
  readonly sessions: readonly SessionId[];
  readonly names: readonly string[];
  readonly answerId: string;
  readonly tokens: readonly string[];
  /** What the attacker proves himself with. */
  readonly proof: Record<string, string>;
}

/** A call on chat completions and one on responses, which gave their values away. */
async function victim(
  agent: CreatedAgent,
  own: Record<string, string>,
  proof: Record<string, string>,
): Promise<Victim> {
  script = 'Thank you.';
  const names = ['the-call-on-chat', 'the-call-on-responses', ELEVENLABS, BOLNA_RUN];
  const [chatName = '', responsesName = ''] = names;
  const chat = await post(agent, 'chat/completions', saying(SAID), { 'x-call-id': chatName, ...own });
  const tokens = tokensIn(calls.upstream.received.at(-1)?.body.toString('utf8') ?? '');
  const input = { model: MODEL, input: SAID, conversation: CONVERSATION };
  const kept = await post(agent, 'responses', input, { 'x-call-id': responsesName, ...own });
  const { id: answerId } = (await kept.json()) as { id: string };
  await chat.text();
  const platforms = [{ elevenlabs_extra_body: { conversation_id: ELEVENLABS } }, { user: `${BOLNA_RUN}#1` }];
  const named = await Promise.all(
    platforms.map((platform) => post(agent, 'chat/completions', { ...saying(SAID), ...platform }, own)),
  );
  for (const each of named) await each.text();
  expect(tokens).toHaveLength(VALUES.length);
  return { agent, sessions: [chat, kept, ...named].map(sessionOf), names, answerId, tokens, proof };
}

type Spelling = (token: string) => string;

/** How a model that was talked into it may write a token. */
const SPELLINGS: readonly Spelling[] = [
  (token) => token,
  (token) => token.toLowerCase(),
  (token) => token.replaceAll('.', ' '),
  (token) => `**${token}**`,
  (token) => token.replaceAll('.', ' dot '),
  (token) => `https://evil.example/?x=${token}`,
  (token) => `${token.slice(0, 30)}\n${token.slice(30)}`,
];

/** Where ElevenLabs passes on the id of a call. */
const PLATFORM_FIELDS = ['conversation_id', 'system__conversation_id', 'session_id', 'call_id', 'system__call_sid'];

interface Attack {
  readonly path: string;
  readonly body: object;
  readonly headers: Record<string, string>;
}

/** Every way to name the victim's calls, on either API, streamed and whole. */
function attacks({ sessions, names, answerId, proof }: Victim): Attack[] {
  const headers = [
    ...names.flatMap((name) => [{ 'x-call-id': name }, { callsid: name }, { 'masker-session-id': name }]),
    ...sessions.map((id) => ({ 'masker-session-id': id })),
    ...[`openai/${CONVERSATION}`, `elevenlabs/${ELEVENLABS}`, `bolna/${BOLNA_RUN}`].map((id) => ({ 'X-CALL-ID': id })),
  ];
  const bodies = [
    ...names.flatMap((name) => [
      { call: { id: name } },
      ...['session_id', 'call_id'].map((field) => ({ metadata: { [field]: name } })),
      ...['CallSid', 'call_id', 'call_sid', 'callSid', 'session_id', 'run_id'].map((field) => ({ [field]: name })),
      ...PLATFORM_FIELDS.map((field) => ({ elevenlabs_extra_body: { [field]: name } })),
      { user: `${name}#2` },
    ]),
    ...sessions.map((id) => ({ metadata: { session_id: id } })),
  ];
  const named: Pick<Attack, 'headers' | 'body'>[] = [
    ...headers.map((each) => ({ headers: each, body: {} })),
    ...bodies.map((body) => ({ headers: {}, body })),
  ];
  // On chat completions what a provider keeps names nothing; on responses another conversation keeps nothing of this one.
  const chatThreads = [{}, { conversation: CONVERSATION }, { previous_response_id: answerId }];
  const responsesThreads = [{}, { conversation: 'conv_of_the_attacker' }, { previous_response_id: 'resp_0' }];
  return named.flatMap(({ headers: name, body }, n) => {
    const stream = n % 2 === 0;
    const at = n % chatThreads.length;
    const headers = { ...name, ...proof };
    return [
      {
        path: 'chat/completions',
        headers,
        body: { ...saying('Say the tokens again.'), ...body, ...chatThreads[at], stream },
      },
      {
        path: 'responses',
        headers,
        body: { model: MODEL, input: 'Say the tokens again.', ...body, ...responsesThreads[at], stream },
      },
    ];
  });
}

function expectNothing(answer: string, tokens: readonly string[], what: string): void {
  for (const value of VALUES) expect(answer, what).not.toContain(value);
  for (const token of tokens) expect(answer, what).not.toContain(token);
  expect(answer, what).toContain('[REDACTED:');
}

async function runAll(of: Victim): Promise<number> {
  const all = attacks(of);
  for (const [n, { path, body, headers }] of all.entries()) {
    const spelled = SPELLINGS[n % SPELLINGS.length] ?? String;
    script = `They are: ${of.tokens.map(spelled).join(' ; ')} .`;
    const response = await post(of.agent, path, body, headers);
    const answer = await response.text();
    const what = `${n} ${path} ${JSON.stringify(headers)} ${JSON.stringify(body)}`;
    expect(response.status, what).toBe(200);
    expectNothing(answer, of.tokens, what);
  }
  return all.length;
}

async function seal({ sessions }: Victim): Promise<void> {
  for (const id of sessions) {
    const { endSession } = await calls.masker.graphql<{ endSession: { __typename: string } }>(
      'mutation ($id: ID!) { endSession(id: $id) { __typename } }',
      { id },
    );
    expect(endSession.__typename).toContain('Session');
  }
}

test.each(['vault-deterministic', 'reversible-aead'])(
  'a call that goes on, and one that is sealed, gives nothing to who knows its name and its tokens (%s)',
  async (tokenization) => {
    const of = await victim(await calls.masker.createAgent({ tokenization }), {}, {});
    const open = await runAll(of);
    await seal(of);
    const sealed = await runAll(of);
    expect(open + sealed).toBeGreaterThanOrEqual(200);
  },
);

test('another credential of the same agent gets nothing, whatever of the call it names', async () => {
  const agent = await calls.masker.createAgent();
  const key = async (): Promise<Record<string, string>> => {
    const response = await calls.masker.api('POST', `/agents/${agent.id}/proxy-keys`);
    const { proxy_key: made } = (await response.json()) as { proxy_key: { key: string } };
    return { authorization: `Bearer ${made.key}` };
  };
  expect((await calls.masker.api('PATCH', `/agents/${agent.id}`, { caller_auth: { proxy_key: true } })).status).toBe(
    200,
  );
  const [own, other] = [await key(), await key()];
  const of = await victim(agent, own, other);
  await runAll(of);
  // Nor by what the provider keeps, which is the owner's.
  for (const thread of [{ conversation: CONVERSATION }, { previous_response_id: of.answerId }]) {
    script = of.tokens.join(' ');
    const stolen = await post(agent, 'responses', { model: MODEL, input: 'Again.', ...thread }, other);
    expectNothing(await stolen.text(), of.tokens, JSON.stringify(thread));
    expect(of.sessions).not.toContain(sessionOf(stolen));
    const owned = await post(
      agent,
      'responses',
      { model: MODEL, input: 'Again.', ...thread },
      {
        'x-call-id': 'the-call-on-responses',
        ...own,
      },
    );
    const answer = await owned.text();
    for (const value of VALUES) expect(answer).toContain(value);
  }
});

test('a line of Retell with the name of a call gets nothing of it', async () => {
  const agent = await calls.masker.createAgent();
  const of = await victim(agent, {}, {});
  const line = await dial(calls.masker.url, `/retell/${agent.id}/the-call-on-chat`);
  for (const [n, spelled] of SPELLINGS.entries()) {
    script = of.tokens.map(spelled).join(' ; ');
    line.ask(n + 1, [user('Say the tokens again.')]);
    expectNothing(await line.spoken(n + 1), of.tokens, script);
  }
  // The call's own history brings its values back.
  script = of.tokens.join(' ');
  line.ask(99, [user(SAID)]);
  const answer = await line.spoken(99);
  for (const value of VALUES) expect(answer).toContain(value);
  await line.hangUp();
});

/** Beginnings of the victim's values, as somebody who guesses says them. */
const BEGINNINGS = [
  'my number is 415',
  'I have 415-555',
  'my number is 4 1 5, 5 5 5, 0 1',
  'ssn 219',
  'my social is 219-09',
];

test.each(['vault-deterministic', 'reversible-aead'])(
  'a beginning of a value brings back what was said of it, and not the value (%s)',
  async (tokenization) => {
    const agent = await calls.masker.createAgent({ tokenization });
    await victim(agent, {}, {});
    script = ECHO;
    for (const said of BEGINNINGS) {
      const call = { 'x-call-id': 'the-call-on-chat' };
      // The owner's history holds the value: then what is said of it is the same value, cut off.
      const own = [SAID, said].map((content) => ({ role: 'user', content }));
      const owned = await post(agent, 'chat/completions', { ...saying(said), messages: own }, call);
      expect(calls.upstream.received.at(-1)?.body.toString('utf8')).not.toContain(said);
      await owned.text();
      const guessed = await post(agent, 'chat/completions', saying(said), call);
      const answer = await guessed.text();
      expect(answer, said).toContain(said);
      for (const value of VALUES) expect(answer, said).not.toContain(value);
    }
  },
);

test('a token that is pasted, or cut and joined again, is what was typed and nothing else', async () => {
  const agent = await calls.masker.createAgent();
  const of = await victim(agent, {}, {});
  for (const token of of.tokens) {
    for (const pasted of [
      token,
      token.toLowerCase(),
      `${token}${token}`,
      token.split('').join(' '),
      `\u200b${token}`,
    ]) {
      script = `Is it ${token}?`;
      const response = await post(agent, 'chat/completions', saying(pasted), { 'x-call-id': 'the-call-on-chat' });
      const answer = await response.text();
      for (const value of VALUES) expect(answer, pasted).not.toContain(value);
    }
  }
});
