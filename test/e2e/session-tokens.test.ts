/** What a session's tokens do over its turns, and what they never do outside of it. See docs/tokens.md; docs/proxy.md, Sessions. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AccountId, SessionId } from '../../src/platform/ids.ts';
import { newId } from '../../src/platform/ids.ts';
import { callRecord, entriesOf, everyCall, redactionsOf } from '../call-records.ts';
import type { CreatedAgent } from '../instance.ts';
import { answerWith, echo } from '../upstream.ts';
import { answerOf, lastSeen, onNode, saying, sessionOf, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

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

const PHONE = '415-555-0142';
const ASSISTANT = 'assistant';

interface Told {
  readonly answer: string;
  readonly id: SessionId;
  /** The texts that the upstream saw. */
  readonly seen: readonly string[];
}

async function tell(agent: CreatedAgent, body: object, callId: string): Promise<Told> {
  const response = await calls.masker.chat(agent, body, { 'x-call-id': callId });
  const id = sessionOf(response);
  return { answer: await answerOf(response), id, seen: lastSeen(calls.upstream) };
}

async function record(id: SessionId): ReturnType<typeof callRecord> {
  await (await calls.masker.api('GET', `/sessions/${id}`)).text();
  return callRecord(calls.pool, id);
}

/** The agent as it would stand in another account. */
async function inAnotherAccount({ id }: CreatedAgent): Promise<CreatedAgent> {
  const [account, agent] = [newId('account'), newId('agent')];
  await calls.pool.query(`INSERT INTO accounts (id, name) VALUES ($1, 'another clinic')`, [
    account satisfies AccountId,
  ]);
  await calls.pool.query(
    `INSERT INTO agents (id, account_id, name, upstream, tokenization, policy_name, policy_version)
     SELECT $1, $2, name, upstream, tokenization, policy_name, policy_version FROM agents WHERE id = $3`,
    [agent, account, id],
  );
  return onNode(calls.masker, { id: agent, baseUrl: '', proxy_url: '' });
}

describe.each(['vault-deterministic', 'vault-random', 'reversible-aead'])('with %s tokens', (tokenization) => {
  let agent: CreatedAgent;
  beforeAll(async () => {
    agent = await calls.masker.createAgent({ tokenization });
  });

  test('history that is sent again is masked as before, and only what is new is recorded', async () => {
    const history: { role: string; content: string }[] = [];
    const said = [
      `this is Maria Gonzalez, ${PHONE}`,
      'write to maria@example.com',
      `no, call Maria Gonzalez at ${PHONE}`,
    ];
    const seen: (readonly string[])[] = [];
    let id: SessionId | null = null;
    for (const content of said) {
      history.push({ role: 'user', content });
      const told = await tell(agent, saying(...history), 'history');
      expect(told.answer).toBe(content);
      history.push({ role: ASSISTANT, content: told.answer });
      seen.push(told.seen);
      id = told.id;
    }
    // The upstream reads one conversation: each turn begins with the bytes of the turn before.
    expect(seen[1]?.slice(0, 1)).toEqual(seen[0]);
    expect(seen[2]?.slice(0, 3)).toEqual(seen[1]);
    // One value, one token, in every message of every turn.
    const tokens = seen.flatMap((texts) => texts.flatMap(tokensIn));
    expect(new Set(tokens.filter((token) => token.includes('.PHONE.'))).size).toBe(1);
    expect(new Set(tokens.filter((token) => token.includes('.NAME.'))).size).toBe(1);
    expect(new Set(tokens.filter((token) => token.includes('.EMAIL.'))).size).toBe(1);
    for (const value of ['Maria', 'Gonzalez', PHONE, 'example.com'])
      expect(calls.upstream.everything()).not.toContain(value);

    const call = await record(id ?? ('' as SessionId));
    expect(redactionsOf(call, 1)).toEqual(['NAME /messages/0/content', 'PHONE /messages/0/content']);
    // An assistant's message that repeats the user's is a text that is on record already.
    expect(redactionsOf(call, 2)).toEqual(['EMAIL /messages/2/content']);
    expect(redactionsOf(call, 3)).toEqual(['NAME /messages/4/content', 'PHONE /messages/4/content']);
  });

  test('a value first recognised late in a request is masked in its earlier texts too', async () => {
    const { seen, answer } = await tell(
      agent,
      saying({ role: 'system', content: 'Zorblax Quimby prefers mornings.' }, 'this is Zorblax Quimby'),
      'late',
    );
    expect(seen.join()).not.toContain('Quimby');
    expect(tokensIn(seen[0] ?? '')).toEqual(tokensIn(seen[1] ?? ''));
    expect(answer).toBe('this is Zorblax Quimby');
  });

  test('text that looks like a token comes back as it was, and leaves as something else', async () => {
    const {
      seen: [first = ''],
    } = await tell(agent, saying(`call ${PHONE}`), 'has a token');
    const [real = ''] = tokensIn(first);
    const pasted = [
      `MSKV1.PHONE.K_HEALTHCARE.${'A'.repeat(26)}`,
      `MSKV1.PHONE.K_HEALTHCARE.${'B'.repeat(26)}`,
      `MSK1.NAME.K_HEALTHCARE.${'C'.repeat(60)}`,
      real,
      'MSKV1.PHONE.K_HEALTHCARE.ABC',
    ];
    for (const stream of [false, true]) {
      const text = `read back: ${pasted.join(' and ')}!`;
      const response = await calls.masker.chat(agent, { ...saying(text), stream }, { 'x-call-id': 'pastes' });
      const [masked = ''] = lastSeen(calls.upstream);
      for (const each of pasted) expect(masked).not.toContain(each);
      expect(new Set(tokensIn(masked)).size).toBe(pasted.length);
      if (stream) {
        const events = (await response.text()).matchAll(/"content":"((?:[^"\\]|\\.)*)"/g);
        expect([...events].map(([, piece]) => piece).join('')).toBe(text);
      } else expect(await answerOf(response)).toBe(text);
    }
    // In the very session that issued the real one, too: it is what the caller typed, not the number behind it.
    const { answer, seen } = await tell(agent, saying(`what is ${real}?`), 'has a token');
    expect(answer).toBe(`what is ${real}?`);
    expect(seen[0]).not.toContain(real);
  });

  test('a token of another session, agent or account is never restored, whoever says it', async () => {
    const {
      seen: [first = ''],
    } = await tell(agent, saying(`call ${PHONE}`), 'the owner');
    const [token = ''] = tokensIn(first);
    expect(token).toContain('.PHONE.');
    const neighbour = await calls.masker.createAgent({ tokenization });
    const stranger = await inAnotherAccount(agent);
    for (const [n, each] of [agent, neighbour, stranger].entries()) {
      // The model says it: it has read it elsewhere, or was made to say it.
      calls.upstream.respond((request, response) => {
        answerWith(`It is ${token}.`, request, response);
      });
      const { answer, id } = await tell(each, saying('hello'), `not the owner ${n}`);
      expect(answer).toBe('It is [REDACTED:PHONE].');
      const call = await record(id);
      expect(entriesOf(call, 'rehydration_failed')).toMatchObject([
        { entity_kind: 'PHONE', reason: 'unknown', count: 1 },
      ]);
      expect(call.session.status).toBe('partial');
      // The caller says it.
      calls.upstream.respond(echo);
      expect((await tell(each, saying(`it is ${token}`), `says it ${n}`)).answer).toBe(`it is ${token}`);
    }
    // The owner's session restores it in a turn whose request holds it, and in no other.
    calls.upstream.respond((request, response) => {
      answerWith(`It is ${token}.`, request, response);
    });
    expect((await tell(agent, saying(`call ${PHONE}`, 'hello'), 'the owner')).answer).toBe(`It is ${PHONE}.`);
    const without = await tell(agent, saying('hello'), 'the owner');
    expect(without.answer).toBe('It is [REDACTED:PHONE].');
    const call = await record(without.id);
    expect(entriesOf(call, 'rehydration_failed')).toMatchObject([
      { entity_kind: 'PHONE', reason: 'outside_turn', count: 1 },
    ]);
    expect(call.session).toMatchObject({ tokens_refused: 1, tokens_outside_turn: 1, tokens_exact: 1 });
  });
});

test('one value has one token in an account, and another one in another account', async () => {
  const agent = await calls.masker.createAgent();
  const neighbour = await calls.masker.createAgent();
  const stranger = await inAnotherAccount(agent);
  const tokens: string[] = [];
  for (const each of [agent, neighbour, stranger])
    tokens.push(...(await tell(each, saying(`call ${PHONE}`), 'the same')).seen.flatMap(tokensIn));
  expect(tokens).toHaveLength(3);
  expect(tokens[1]).toBe(tokens[0]);
  expect(tokens[2]).not.toBe(tokens[0]);
});

test('a random token is one in its session, and another one in each other session', async () => {
  const agent = await calls.masker.createAgent({ tokenization: 'vault-random' });
  const tokens: string[] = [];
  for (const callId of ['first', 'second'])
    tokens.push(...(await tell(agent, saying(`call ${PHONE}`, `yes, 4155550142`), callId)).seen.flatMap(tokensIn));
  expect(tokens).toHaveLength(4);
  expect(tokens[1]).toBe(tokens[0]);
  expect(tokens[3]).toBe(tokens[2]);
  expect(tokens[2]).not.toBe(tokens[0]);
});

test('an agent whose tokens are random from now on derives none in the rest of a call, history included', async () => {
  const agent = await calls.masker.createAgent();
  const [derived = ''] = (await tell(agent, saying(`call ${PHONE}`), 'turns random')).seen.flatMap(tokensIn);
  const changed = await calls.masker.api('PATCH', `/agents/${agent.id}`, { tokenization: 'vault-random' });
  expect(changed.status).toBe(200);
  await changed.text();
  const { seen, answer } = await tell(agent, saying(`call ${PHONE}`, `is it ${PHONE}?`), 'turns random');
  const [first, second] = seen.flatMap(tokensIn);
  expect(first).not.toBe(derived);
  expect(second).toBe(first);
  expect(answer).toBe(`is it ${PHONE}?`);
});

test('another node restores what this one stored, where the request brings it along', async () => {
  const agent = await calls.masker.createAgent();
  const {
    seen: [first = ''],
  } = await tell(agent, saying(`call ${PHONE}`), 'moves');
  const second = await calls.anotherNode();
  calls.upstream.respond((request, response) => {
    answerWith(`It is ${tokensIn(first)[0] ?? ''}.`, request, response);
  });
  const ask = (...said: string[]): Promise<Response> =>
    second.chat(onNode(second, agent), saying(...said), { 'x-call-id': 'moves' });
  expect(await answerOf(await ask(`call ${PHONE}`, 'hello'))).toBe(`It is ${PHONE}.`);
  expect(await answerOf(await ask('hello'))).toBe('It is [REDACTED:PHONE].');
});

test('a changed policy holds from the next turn on, for history too', async () => {
  const policy = (action: string): string =>
    `name: own\nversion: 1\nkid: K_HEALTHCARE\nentities:\n  PHONE: { action: ${action} }\n`;
  const agent = await calls.masker.createAgent({ policy_yaml: policy('passthrough') });
  const first = await tell(agent, saying(`call ${PHONE}`), 'changes');
  expect(first.seen).toEqual([`call ${PHONE}`]);
  const changed = await calls.masker.api('PATCH', `/agents/${agent.id}`, { policy_yaml: policy('redact') });
  expect(changed.status).toBe(200);
  await changed.text();
  const second = await tell(agent, saying(`call ${PHONE}`, 'please'), 'changes');
  expect(second.id).toBe(first.id);
  expect(second.seen).toEqual(['call [REDACTED:PHONE]', 'please']);
  const call = await record(first.id);
  expect(
    entriesOf(call, 'redaction').map(({ turn, action, policy_version: version }) => ({ turn, action, version })),
  ).toEqual([
    { turn: 1, action: 'passthrough', version: 1 },
    { turn: 2, action: 'redact', version: 2 },
  ]);
  expect(call.session.redactions_by_kind).toEqual({ PHONE: 1 });
});

// Hooks run last to first: before the database goes, and after the tests in whatever order they ran.
afterAll(async function everySessionIsSound() {
  expect(await everyCall(calls.pool)).not.toEqual([]);
});
