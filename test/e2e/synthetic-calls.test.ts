/** The scheme `synthetic` in live calls: the model reads surrogates, and the caller and the tools get real values. See docs/tokens.md. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CreatedAgent } from '../instance.ts';
import { answerWith, echo, isStreamed } from '../upstream.ts';
import type { Received } from '../upstream.ts';
import { answerOf, lastSeen, onNode, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent({ policy_yaml: 'name: made-up\ntokenization: synthetic\n' });
});
afterAll(() => calls.close());
beforeEach(() => {
  calls.upstream.received.length = 0;
  calls.upstream.respond(echo);
});

const SAID = 'this is Maria Gonzalez, born March 14, 1982, my number is 415-867-5309';
const VALUES = /\bMaria\b|Gonzalez|March 14|867-5309/;
const SURROGATES = /^this is ([^ ,]+) ([^ ,]+), born ([A-Z]\w+ \d+, \d{4}), my number is (415-555-\d{4})$/;

interface Seen {
  readonly first: string;
  readonly last: string;
  readonly born: string;
  readonly phone: string;
}

/** What the model read of SAID. */
function seenIn(text: string | undefined): Seen {
  const [, first = '', last = '', born = '', phone = ''] = SURROGATES.exec(text ?? '') ?? [];
  expect(first, text).not.toBe('');
  return { first, last, born, phone };
}

/** The text of a streamed chat completion, and its arguments of tools. */
async function heard(response: Response): Promise<{ readonly text: string; readonly args: string }> {
  const events = (await response.text()).split('\n').filter((line) => line.startsWith('data: {'));
  const deltas = events.map(
    (line) =>
      (
        JSON.parse(line.slice('data: '.length)) as {
          choices: { delta: { content?: string; tool_calls?: { function: { arguments?: string } }[] } }[];
        }
      ).choices[0]?.delta,
  );
  return {
    text: deltas.map((delta) => delta?.content ?? '').join(''),
    args: deltas.flatMap((delta) => delta?.tool_calls?.map((call) => call.function.arguments ?? '') ?? []).join(''),
  };
}

test('the model reads surrogates, the same on every turn and node, and the caller hears real values', async () => {
  const headers = { 'x-call-id': 'two-nodes' };
  const first = await calls.masker.chat(agent, saying(SAID), headers);
  expect(await answerOf(first)).toBe(SAID);
  const [text] = lastSeen(calls.upstream);
  const before = seenIn(text);
  const other = await calls.anotherNode();
  const history = saying(SAID, { role: 'assistant', content: SAID }, 'call Maria back');
  const second = await other.chat(onNode(other, agent), history, headers);
  expect(await answerOf(second)).toBe('call Maria back');
  expect(sessionOf(second)).toBe(sessionOf(first));
  expect(lastSeen(calls.upstream)).toEqual([text, text, `call ${before.first} back`]);
  expect(calls.upstream.everything()).not.toMatch(VALUES);
});

test('the vault, the journal and the report hold no surrogate, and the values only encrypted', async () => {
  const response = await calls.masker.chat(agent, saying(SAID), { 'x-call-id': 'stored' });
  await answerOf(response);
  const id = sessionOf(response);
  const { first, last, phone } = seenIn(lastSeen(calls.upstream)[0]);
  const { rows } = await calls.pool.query<{ row: string }>(
    `SELECT v::text AS row FROM vault_entries v WHERE session_id = $1
     UNION ALL SELECT body FROM entries WHERE session_id = $1`,
    [id],
  );
  expect(rows.length).toBeGreaterThan(4);
  const report = await (await calls.masker.api('GET', `/sessions/${id}/report`)).text();
  expect(JSON.parse(report)).toMatchObject({ report: { tokens: { scheme: 'synthetic', issued: 3 } } });
  const stored = [...rows.map(({ row }) => row), report].join('\n');
  for (const text of [`${first} ${last}`, phone, 'Gonzalez', '867-5309']) expect(stored).not.toContain(text);
});

test('a streamed answer has the real values in text and in arguments of tools, wherever the stream is cut', async () => {
  for (const size of [1, 3, 7]) {
    calls.upstream.respond((request, response) => {
      const { first, last, born, phone } = seenIn(textsOf(request)[0]);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (delta: object): void => {
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`);
      };
      for (const piece of pieces(`Ms. ${last}, is ${phone} yours, ${first}?`, size)) send({ content: piece });
      const args = JSON.stringify({ name: `${first} ${last}`, born, number: Number(phone.replaceAll('-', '')) });
      for (const piece of pieces(args, size))
        send({ tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'book', arguments: piece } }] });
      response.end('data: [DONE]\n\n');
    });
    const response = await calls.masker.chat(agent, { ...saying(SAID), stream: true });
    const { text, args } = await heard(response);
    expect(text).toBe('Ms. Gonzalez, is 415-867-5309 yours, Maria?');
    expect(JSON.parse(args)).toEqual({
      name: 'Maria Gonzalez',
      born: expect.stringContaining('1982') as string,
      number: 4158675309,
    });
  }
});

test('an answer of the Responses API has the real values, streamed and whole', async () => {
  for (const stream of [false, true]) {
    calls.upstream.respond((request, response) => {
      const { input } = JSON.parse(request.body.toString('utf8')) as { input: string };
      const said = `Hello ${seenIn(input).first}`;
      const content = [{ type: 'output_text', text: said, annotations: [] }];
      const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content };
      const whole = { id: 'resp_1', object: 'response', status: 'completed', output: [message] };
      if (!isStreamed(request)) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
      for (const delta of pieces(said, 2)) event(response, { type: 'response.output_text.delta', ...at, delta });
      event(response, { type: 'response.output_text.done', ...at, text: said });
      event(response, { type: 'response.completed', response: whole });
      response.end();
    });
    const response = await fetch(`${agent.baseUrl}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', input: SAID, stream }),
    });
    expect(response.status).toBe(200);
    const text = await response.text();
    const deltas = [...text.matchAll(/"delta":"([^"]*)"/g)].map(([, delta = '']) => delta);
    if (stream) expect(deltas.join('')).toBe('Hello Maria');
    expect(text).toContain('"Hello Maria"');
  }
});

test('a word of a later text that is that of a surrogate gets one of its own, and comes back as it was', async () => {
  const headers = { 'x-call-id': 'sighted' };
  await answerOf(await calls.masker.chat(agent, saying(SAID), headers));
  const { first } = seenIn(lastSeen(calls.upstream)[0]);
  const later = `and ${first} is my sister`;
  const response = await calls.masker.chat(agent, saying(SAID, later), headers);
  expect(await answerOf(response)).toBe(later);
  const [said, seen] = lastSeen(calls.upstream);
  expect(seenIn(said).first).toBe(first);
  expect(seen).toMatch(/^and [^ ]+ is my sister$/);
  expect(seen).not.toBe(later);
});

test('values that equal surrogates of the call get surrogates of their own, on each node, and come back as they were', async () => {
  const headers = { 'x-call-id': 'collided' };
  await answerOf(await calls.masker.chat(agent, saying(SAID), headers));
  const before = seenIn(lastSeen(calls.upstream)[0]);
  const sister = `my sister is ${before.first} ${before.last}, her number is ${before.phone}`;
  const other = await calls.anotherNode();
  for (const node of [calls.masker, other, calls.masker]) {
    const on = node === other ? onNode(other, agent) : agent;
    expect(await answerOf(await node.chat(on, saying(SAID, sister), headers))).toBe(sister);
    const [said, seen = ''] = lastSeen(calls.upstream);
    expect(seenIn(said)).toEqual(before);
    for (const value of [before.first, before.last, before.phone.slice(-4)]) expect(seen).not.toContain(value);
  }
});

test('keys of JSON that became surrogates are not in the journal', async () => {
  const request = { ...saying(SAID), metadata: { 'Maria Gonzalez': 'my number is 415-867-5309' } };
  const response = await calls.masker.chat(agent, request, { 'x-call-id': 'keys' });
  expect(response.status).toBe(200);
  const { first, last } = seenIn(lastSeen(calls.upstream)[0]);
  expect(calls.upstream.everything()).toContain(`"${first} ${last}":`);
  const { rows } = await calls.pool.query<{ body: string }>('SELECT body FROM entries WHERE session_id = $1', [
    sessionOf(response),
  ]);
  const journal = rows.map(({ body }) => body).join('\n');
  expect(journal).toContain('"/metadata/MSKV1.NAME.K_HEALTHCARE"');
  for (const word of [first, last]) expect(journal).not.toContain(word);
});

test('a spoken value has a spoken surrogate, and one too short to be told apart has a token', async () => {
  const said = 'my number is four one five eight six seven five three oh nine and i am ninety four years old';
  const response = await calls.masker.chat(agent, saying(said));
  expect(await answerOf(response)).toBe(said);
  const [seen = ''] = lastSeen(calls.upstream);
  expect(seen).toMatch(/^my number is four one five five five five(?: [a-z]+){4} and i am MSKV1\.AGE\.\S+/);
});

test('the policy keeps values out of answers as with tokens', async () => {
  const withheld = await calls.masker.createAgent({
    policy_yaml: 'name: quiet\ntokenization: synthetic\nrestore: { speech: [PHONE] }\n',
  });
  const response = await calls.masker.chat(withheld, saying(SAID));
  expect(await answerOf(response)).toBe('this is [REDACTED:NAME], born [REDACTED:DOB], my number is 415-867-5309');
});

test('POST /mask shows the text as the model would read it', async () => {
  const yaml = 'name: made-up\ntokenization: synthetic\n';
  const response = await calls.masker.api('POST', '/mask', { text: SAID, policy_yaml: yaml });
  const { masked } = (await response.json()) as { masked: string };
  seenIn(masked);
  expect(masked).not.toMatch(VALUES);
});

test('a surrogate is not restored after a purge of its value', async () => {
  const headers = { 'x-call-id': 'purged' };
  const response = await calls.masker.chat(agent, saying(SAID), headers);
  await answerOf(response);
  const seen = seenIn(lastSeen(calls.upstream)[0]);
  await calls.pool.query('DELETE FROM vault_keys WHERE session_id = $1', [sessionOf(response)]);
  const other = await calls.anotherNode();
  calls.upstream.respond((request, answer) => {
    answerWith(`Hello ${seen.first}`, request, answer);
  });
  const later = await other.chat(onNode(other, agent), saying('good morning'), headers);
  expect(await later.text()).not.toContain('Maria');
});

function textsOf(request: Received): string[] {
  const { messages } = JSON.parse(request.body.toString('utf8')) as { messages: { content: string }[] };
  return messages.map(({ content }) => content);
}

const pieces = (text: string, size: number): string[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, n) => text.slice(n * size, (n + 1) * size));

function event(
  response: { write(text: string): unknown },
  body: Readonly<Record<string, unknown>> & { readonly type: string },
): void {
  response.write(`event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`);
}
