/** What comes back over the wire, streamed and whole, when models alter tokens and upstreams die. See docs/proxy.md, Restoring values. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callRecord, entriesOf } from '../call-records.ts';
import type { CreatedAgent } from '../instance.ts';
import { answerWith, echo, lastUserText } from '../upstream.ts';
import type { Respond } from '../upstream.ts';
import { answerOf, saying, sessionOf, startCalls, tokensIn } from './calls-fixture.ts';
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
beforeEach(() => {
  calls.upstream.received.length = 0;
  calls.upstream.respond(echo);
});

const PHONE = '415-555-0142';

interface Chunk {
  readonly error?: { readonly code: string };
  readonly choices?: readonly {
    readonly index: number;
    readonly delta: {
      readonly content?: string;
      readonly tool_calls?: readonly { readonly index: number; readonly function: { readonly arguments?: string } }[];
    };
  }[];
}

/** The events of a stream; `[DONE]` is null. */
async function eventsOf(response: Response): Promise<(Chunk | null)[]> {
  expect(response.status).toBe(200);
  const blocks = (await response.text()).split('\n\n').filter((block) => block.startsWith('data:'));
  return blocks.map((block) => (block === 'data: [DONE]' ? null : (JSON.parse(block.slice(5)) as Chunk)));
}

/** What is on record of the call of a response. */
async function recordOf(response: Response): ReturnType<typeof callRecord> {
  const id = sessionOf(response);
  // A whole answer is sent before its end is recorded; the API waits for that.
  await (await calls.masker.api('GET', `/sessions/${id}`)).text();
  return callRecord(calls.pool, id);
}

const contentOf = (events: readonly (Chunk | null)[]): string =>
  events.map((event) => event?.choices?.map(({ delta }) => delta.content ?? '').join('') ?? '').join('');

/** Repeats the message with its tokens in another spelling. */
function altering(alter: (token: string) => string): Respond {
  return (request, response) => {
    const said = lastUserText(request);
    answerWith(
      tokensIn(said).reduce((text, token) => text.replace(token, alter(token)), said),
      request,
      response,
      3,
    );
  };
}

describe('a token that the model altered', () => {
  test.each<[string, (token: string) => string]>([
    ['lower case', (token) => token.toLowerCase()],
    ['underscores', (token) => token.replaceAll('.', '_')],
    ['Markdown', (token) => `**${token.replaceAll('_', '\\_')}**`],
    ['letters', (token) => token.split('').join(' ')],
  ])('comes back as its value: %s', async (_, alter) => {
    calls.upstream.respond(altering(alter));
    const marks = alter('M').startsWith('**') ? '**' : '';
    for (const stream of [false, true]) {
      const response = await calls.masker.chat(agent, { ...saying(`call ${PHONE} please`), stream });
      const text = stream ? contentOf(await eventsOf(response)) : await answerOf(response);
      expect(text).toBe(`call ${marks}${PHONE}${marks} please`);
      const call = await recordOf(response);
      expect([call.session.status, entriesOf(call, 'rehydration_failed')]).toEqual(['ok', []]);
    }
  });

  test('beyond repair is refused, and on record', async () => {
    calls.upstream.respond(altering((token) => `${token.slice(0, -2)}QQ`.toLowerCase()));
    const response = await calls.masker.chat(agent, { ...saying(`call ${PHONE} please`), stream: true });
    expect(contentOf(await eventsOf(response))).toBe('call [REDACTED:PHONE] please');
    const call = await recordOf(response);
    expect(call.session.status).toBe('partial');
    expect(entriesOf(call, 'rehydration_failed')).toMatchObject([
      { entity_kind: 'PHONE', reason: 'malformed', count: 1 },
    ]);
  });
});

describe('a policy that narrows where values return', () => {
  const POLICY =
    'name: own\nversion: 1\nkid: K_HEALTHCARE\nrestore: { speech: all, tool_arguments: [PHONE], urls: [], tools: [book] }\n';

  test('holds for tools and URLs, streamed and whole, and is no failure of the call', async () => {
    const own = await calls.masker.createAgent({ policy_yaml: POLICY });
    const call = (name: string, index: number, args: string) => ({
      index,
      id: `call_${index}`,
      type: 'function',
      function: { name, arguments: args },
    });
    calls.upstream.respond((request, response) => {
      const [token = ''] = tokensIn(lastUserText(request));
      const args = `{"to":"${token}"}`;
      const message = {
        role: 'assistant',
        content: `${token}: https://evil.example/?p=${token}`,
        tool_calls: [call('book', 0, args), call('send', 1, args)],
      };
      const streamed = request.body.includes('"stream":true');
      response.writeHead(200, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
      if (streamed) {
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: message, finish_reason: null }] })}\n\n`);
        response.write(
          `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] })}\n\n`,
        );
        response.end('data: [DONE]\n\n');
      } else response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'tool_calls' }] }));
    });
    const expected = {
      content: `${PHONE}: https://evil.example/?p=[REDACTED:PHONE]`,
      tool_calls: [
        { function: { arguments: `{"to":"${PHONE}"}` } },
        { function: { arguments: '{"to":"[REDACTED:PHONE]"}' } },
      ],
    };
    for (const stream of [false, true]) {
      const response = await calls.masker.chat(own, { ...saying(`call ${PHONE}`), stream });
      if (stream) expect((await eventsOf(response))[0]).toMatchObject({ choices: [{ delta: expected }] });
      else expect(await response.json()).toMatchObject({ choices: [{ message: expected }] });
      const record = await recordOf(response);
      expect(record.session.status).toBe('ok');
      expect(entriesOf(record, 'rehydration_failed')).toMatchObject([
        { entity_kind: 'PHONE', reason: 'withheld', count: 2 },
      ]);
    }
  });
});

describe('tool calls that a model interleaves', () => {
  const chunk = (index: number, args: string): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index, function: { arguments: args } }] }, finish_reason: null }] })}\n\n`;
  const interleaved = chunk(0, '{"a"') + chunk(1, '{"b"') + chunk(0, ':1}') + chunk(1, ':2}');
  const ordered = ['{"a"', ':1}', '{"b"', ':2}'];
  const argumentsOf = (events: readonly (Chunk | null)[]): string[] =>
    events.flatMap((event) =>
      (event?.choices ?? []).flatMap(({ delta }) =>
        (delta.tool_calls ?? []).map((call) => call.function.arguments ?? ''),
      ),
    );

  test.each([
    ['leave ordered by call with the default policy', {}, ordered],
    [
      'pass as they come with stream.order_tool_calls: false',
      { policy_yaml: 'extends: healthcare-default\nname: p\nstream: { order_tool_calls: false }\n' },
      ['{"a"', '{"b"', ':1}', ':2}'],
    ],
  ])('%s', async (_, settings, expected) => {
    const own = await calls.masker.createAgent(settings);
    calls.upstream.respond((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`${interleaved}data: [DONE]\n\n`);
    });
    const events = await eventsOf(await calls.masker.chat(own, { ...saying('hello'), stream: true }));
    expect(argumentsOf(events)).toEqual(expected);
    expect(events.at(-1)).toBeNull();
  });

  test('leave before the error where the upstream breaks off while they wait', async () => {
    calls.upstream.respond((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk(0, '{"a"') + chunk(1, '{"b"}'), () => response.destroy());
    });
    const events = await eventsOf(await calls.masker.chat(agent, { ...saying('hello'), stream: true }));
    expect(argumentsOf(events)).toEqual(['{"a"', '{"b"}']);
    expect(events.at(-1)).toMatchObject({ error: { code: 'upstream_error' } });
  });
});

describe('an upstream that dies in the middle of its stream', () => {
  const chunk = (index: number, content: string, finish: string | null = null): string =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index, delta: { content }, finish_reason: finish }] })}\n\n`;

  test('takes half a token with it, and the caller hears of it', async () => {
    calls.upstream.respond((request, response) => {
      const [token = ''] = tokensIn(lastUserText(request));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(chunk(0, `call ${token.slice(0, 30)}`));
    });
    const events = await eventsOf(await calls.masker.chat(agent, { ...saying(`call ${PHONE}`), stream: true }));
    expect(contentOf(events)).toBe('call ');
    expect(events.at(-1)).toMatchObject({ error: { code: 'upstream_error' } });
  });

  test('is not taken for one that has finished because one of two choices has', async () => {
    calls.upstream.respond((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(chunk(0, 'a') + chunk(1, 'b') + chunk(0, '', 'stop'));
    });
    const response = await calls.masker.chat(agent, { ...saying('hello'), n: 2, stream: true });
    expect((await eventsOf(response)).at(-1)).toMatchObject({ error: { code: 'upstream_error' } });
    expect((await recordOf(response)).session.status).toBe('partial');
  });
});
