/** The official client, unmodified but for its base URL, with the Responses API. The provider writes what OpenAI writes. */
import type { ServerResponse } from 'node:http';
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import type {
  Response as OpenAiResponse,
  ResponseCreateParams,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { z } from 'zod';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allEvents, itemEvents, itemOf, responseOf, written } from '../responses-wire.ts';
import type { OutputItem } from '../responses-wire.ts';
import type { CreatedAgent } from '../instance.ts';
import type { Received } from '../upstream.ts';
import { startCalls, tokensIn } from './calls-fixture.ts';
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
});

const MODEL = 'gpt-4o-mini';
/** What a caller might say, and the parts of it that must not leave. */
const SAID =
  'Hi, this is Maria Gonzalez. My number is (415) 555-0142, my social is 123-45-6789 and I was born on March 14, 1982.';
const PHI = ['Maria', 'Gonzalez', '555-0142', '123-45-6789', 'March 14'];

function client(agent: CreatedAgent): OpenAI {
  return new OpenAI({ baseURL: agent.baseUrl, apiKey: 'sk-of-the-platform', maxRetries: 0 });
}

const bodyOf = ({ body }: Received): ResponseCreateParams => JSON.parse(body.toString('utf8')) as ResponseCreateParams;

/** The text of the input, or of its last user message, as the provider saw it. */
function lastSaid(request: Received): string {
  const { input = '' } = bodyOf(request);
  if (typeof input === 'string') return input;
  const last = input.findLast((item) => 'role' in item && item.role === 'user');
  const content = last !== undefined && 'content' in last ? last.content : '';
  return typeof content === 'string' ? content : JSON.stringify(content);
}

const message = (text: string): OutputItem => ({ type: 'message', parts: [{ type: 'output_text', text }] });

function fours(text: string): string[] {
  return text.match(/[\s\S]{1,4}/gu) ?? [''];
}

/** What a provider repeats of a request. */
function echoOf({ instructions = null, metadata = {}, tools = [], text = {} }: ResponseCreateParams): object {
  return { instructions, metadata, tools, text };
}

function send(items: readonly OutputItem[], request: Received, response: ServerResponse): void {
  const body = bodyOf(request);
  if (body.stream === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const middle = items.flatMap((item, index) => itemEvents(item, index, fours));
    response.end(written(allEvents(echoOf(body), items, middle)).join(''));
  } else {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        responseOf(
          echoOf(body),
          items.map((item, index) => itemOf(item, index)),
        ),
      ),
    );
  }
}

/** Answers with these items, made of what the provider was told. */
function play(script: (request: Received) => readonly OutputItem[]): void {
  calls.upstream.respond((request, response) => {
    send(script(request), request, response);
  });
}

const tokenOf = (kind: string, text: string): string =>
  tokensIn(text).find((token) => token.includes(`.${kind}.`)) ?? '';

describe.each(['vault-deterministic', 'reversible-aead'])('the openai package, through %s tokens,', (tokenization) => {
  let agent: CreatedAgent;
  beforeAll(async () => {
    agent = await calls.masker.createAgent({ tokenization });
  });
  beforeEach(() => {
    play((request) => [message(`You said: ${lastSaid(request)}`)]);
  });

  test('creates a response: the caller reads what it would have read without Masker', async () => {
    const response = await client(agent).responses.create({
      model: MODEL,
      instructions: 'The patient is Mr. Robert Chen.',
      metadata: { caller: 'Maria Gonzalez' },
      input: SAID,
    });
    expect(response.output_text).toBe(`You said: ${SAID}`);
    expect(response.instructions).toBe('The patient is Mr. Robert Chen.');
    expect(response.metadata).toEqual({ caller: 'Maria Gonzalez' });
    expect(response.usage?.total_tokens).toBe(64);
    expect(calls.upstream.received[0]?.url).toBe('/v1/responses');
  });

  test('streams one, event by event', async () => {
    const stream = await client(agent).responses.create({ model: MODEL, stream: true, input: SAID });
    const events: ResponseStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    expect(events.flatMap((event) => (event.type === 'response.output_text.delta' ? [event.delta] : [])).join('')).toBe(
      `You said: ${SAID}`,
    );
    expect(events.find((event) => event.type === 'response.output_text.done')?.text).toBe(`You said: ${SAID}`);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, n) => n));
    const last = events.at(-1);
    expect(last?.type === 'response.completed' ? last.response.output : null).toMatchObject([
      { content: [{ text: `You said: ${SAID}` }] },
    ]);
  });

  test('streams with its helper, which keeps account of every event', async () => {
    const stream = client(agent).responses.stream({ model: MODEL, input: SAID });
    const snapshots: string[] = [];
    stream.on('response.output_text.delta', ({ snapshot }) => snapshots.push(snapshot));
    const response = await stream.finalResponse();
    expect(response.output_text).toBe(`You said: ${SAID}`);
    expect(snapshots.at(-1)).toBe(`You said: ${SAID}`);
  });

  test('sends the upstream none of it, in bytes, headers or address', async () => {
    await client(agent).responses.create({
      model: MODEL,
      instructions: 'The patient is Mr. Robert Chen, MRN 00482913.',
      safety_identifier: '415-555-0142',
      metadata: { caller: 'Maria Gonzalez, 415-555-0142' },
      prompt: { id: 'pmpt_68af4030592c81938ec0a5fbab4a3e9f', variables: { patient: 'Maria Gonzalez' } },
      input: [
        { role: 'user', content: [{ type: 'input_text', text: SAID }] },
        {
          type: 'function_call',
          call_id: 'call_qo6QTNbIfziX9GhI71R7HhD2',
          name: 'find',
          arguments: '{"phone":"(415) 555-0142","ssn":"123-45-6789"}',
        },
        {
          type: 'function_call_output',
          call_id: 'call_qo6QTNbIfziX9GhI71R7HhD2',
          output: '{"email":"maria.gonzalez@example.com","dob":"1982-03-14"}',
        },
      ],
    });
    const everything = calls.upstream.everything();
    for (const value of [...PHI, 'Robert', 'Chen', '00482913', 'maria.gonzalez', '1982-03-14'])
      expect(everything).not.toContain(value);
    expect(everything).toContain('"call_id":"call_qo6QTNbIfziX9GhI71R7HhD2"');
    expect(everything).toContain('pmpt_68af4030592c81938ec0a5fbab4a3e9f');
    expect(everything).not.toContain('sk-of-the-platform');
  });

  test.each([false, true])(
    'gets the arguments of calls with the real values, as JSON; streamed: %s',
    async (streamed) => {
      play((request) => {
        const said = lastSaid(request);
        return [
          { type: 'function_call', name: 'call_back', arguments: JSON.stringify({ number: tokenOf('PHONE', said) }) },
          { type: 'custom_tool_call', name: 'note', input: `SSN ${tokenOf('SSN', said)}` },
        ];
      });
      const ask = { model: MODEL, input: SAID };
      const response = streamed
        ? await client(agent).responses.stream(ask).finalResponse()
        : await client(agent).responses.create(ask);
      const [call, note] = response.output;
      expect(call?.type === 'function_call' ? JSON.parse(call.arguments) : null).toEqual({ number: '(415) 555-0142' });
      expect(note?.type === 'custom_tool_call' ? note.input : null).toBe('SSN 123-45-6789');
    },
  );

  test.each([false, true])('parses what it asked for; streamed: %s', async (streamed) => {
    const Person = z.object({ name: z.string(), address: z.string() });
    play((request) => {
      const [name = '', address = ''] = tokensIn(lastSaid(request)).filter((token) =>
        /\.(?:NAME|ADDRESS)\./.test(token),
      );
      return [message(JSON.stringify({ name, address }))];
    });
    const ask = {
      model: MODEL,
      input: 'I am Maria Gonzalez, at 12 "Oak" Street, Springfield, IL 62704.',
      text: { format: zodTextFormat(Person, 'person') },
    };
    const response = streamed
      ? await client(agent).responses.stream(ask).finalResponse()
      : await client(agent).responses.parse(ask);
    expect(response.output_parsed?.name).toBe('Maria Gonzalez');
  });

  test('never reads a token that this session did not issue', async () => {
    const foreign = `MSKV1.PHONE.K_HEALTHCARE.${'A'.repeat(26)}`;
    play(() => [message(`Call ${foreign} now`)]);
    for (const stream of [false, true]) {
      const text = await post(agent, { model: MODEL, stream, input: 'hello' }).then((response) => response.text());
      expect(text).not.toContain(foreign);
      expect(text).toContain('"text":"Call [REDACTED:PHONE] now"');
    }
  });

  test('keeps a conversation by its id: what was said before is masked and restored as before', async () => {
    const conversation = `conv_${tokenization === 'reversible-aead' ? 'a' : 'b'}4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b`;
    const openai = client(agent);
    await openai.responses.create({ model: MODEL, conversation, input: SAID });
    const first = tokenOf('PHONE', lastSaid(received(0)));
    play(() => [message(`Your number is ${first}.`)]);
    const answer = await openai.responses.create({
      model: MODEL,
      conversation: { id: conversation },
      input: 'What is my number?',
    });
    expect(answer.output_text).toBe('Your number is (415) 555-0142.');
    expect(bodyOf(received(1)).conversation).toEqual({ id: conversation });
    play((request) => [message(lastSaid(request))]);
    await openai.responses.create({ model: MODEL, conversation, input: 'So it is (415) 555-0142?' });
    expect(lastSaid(received(2))).toContain(first);
  });

  test('goes on from an earlier response where the session is named', async () => {
    const openai = client(agent);
    const headers = { 'X-Call-Id': `call of ${tokenization}` };
    const { id } = await openai.responses.create({ model: MODEL, input: SAID }, { headers });
    const first = tokenOf('SSN', lastSaid(received(0)));
    play(() => [message(`It ends in ${first}.`)]);
    const answer = await openai.responses.create(
      { model: MODEL, previous_response_id: id, input: 'My social?' },
      { headers },
    );
    expect(answer.output_text).toBe('It ends in 123-45-6789.');
    expect(bodyOf(received(1)).previous_response_id).toBe(id);
  });
});

test('a conversation is read in its order: what was asked tells what a short answer is', async () => {
  const agent = await calls.masker.createAgent();
  play(() => [message('Thank you.')]);
  await client(agent).responses.create({
    model: MODEL,
    input: [
      { role: 'assistant', content: 'What is your date of birth?' },
      { role: 'user', content: 'three fourteen eighty two' },
    ],
  });
  expect(calls.upstream.everything()).not.toContain('three fourteen eighty two');
});

function received(nth: number): Received {
  const request = calls.upstream.received[nth];
  if (request === undefined) throw new Error(`only ${calls.upstream.received.length} requests arrived`);
  return request;
}

function post(agent: CreatedAgent, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${agent.baseUrl}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function statusOf(response: Response): Promise<string> {
  const { session } = (await (
    await calls.masker.api('GET', `/sessions/${response.headers.get('masker-session-id') ?? ''}`)
  ).json()) as { session: { status: string } };
  return session.status;
}

describe('what goes wrong', () => {
  let agent: CreatedAgent;
  beforeAll(async () => {
    agent = await calls.masker.createAgent();
  });

  test('throws the error classes of the client, and nothing leaves', async () => {
    const openai = client(agent);
    await expect(openai.responses.create({ model: 'gpt-4', input: 'hi' })).rejects.toBeInstanceOf(
      OpenAI.UnprocessableEntityError,
    );
    const image = {
      type: 'input_image' as const,
      detail: 'auto' as const,
      image_url: 'data:image/png;base64,iVBORw0KGgo=',
    };
    const refused: unknown = await openai.responses
      .create({ model: MODEL, input: [{ role: 'user', content: [image] }] })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 422, code: 'uninspectable_content', param: 'input[0].content[0]' });
    await expect(openai.responses.create({ model: MODEL, input: 'hi', background: true })).rejects.toMatchObject({
      code: 'validation_failed',
      param: 'background',
    });
    const gone = new OpenAI({
      baseURL: agent.baseUrl.replace(/agt_.{26}/, `agt_${'0'.repeat(26)}`),
      apiKey: 'x',
      maxRetries: 0,
    });
    await expect(gone.responses.create({ model: MODEL, input: 'hi' })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    expect((await fetch(`${agent.baseUrl}/responses`)).status).toBe(405);
    expect(calls.upstream.received).toEqual([]);
  });

  test("an upstream's error keeps its status and is restored too", async () => {
    calls.upstream.respond((request, response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '7' });
      response.end(
        JSON.stringify({
          error: { message: `too much: ${lastSaid(request)}`, type: 'rate_limit_error', param: null, code: null },
        }),
      );
    });
    const error: unknown = await client(agent)
      .responses.create({ model: MODEL, input: SAID })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error instanceof Error ? error.message : '').toContain(SAID);
  });

  test('a stream that the upstream breaks off throws, and is never an end', async () => {
    for (const how of ['destroyed', 'ended'] as const) {
      const begun = written(allEvents({}, [], itemEvents(message('half a '), 0, fours)).slice(0, 6)).join('');
      calls.upstream.respond((_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        if (how === 'ended') response.end(begun);
        else response.write(begun, () => setImmediate(() => response.destroy()));
      });
      const stream = await client(agent).responses.create({ model: MODEL, stream: true, input: 'hi' });
      const events: ResponseStreamEvent[] = [];
      const reading = async (): Promise<void> => {
        for await (const event of stream) events.push(event);
      };
      await expect(reading()).rejects.toMatchObject({ code: 'upstream_error' });
      expect(events.map(({ type }) => type)).not.toContain('response.completed');
      expect(events.length).toBeGreaterThan(2);
      const response = await post(agent, { model: MODEL, stream: true, input: 'hi' });
      const last = (await response.text()).trimEnd().split('\n\n').at(-1) ?? '';
      expect(last.split('\n')[0]).toBe('event: error');
      expect(JSON.parse(last.split('\ndata: ')[1] ?? '')).toMatchObject({
        type: 'error',
        code: 'upstream_error',
        param: null,
        sequence_number: 6,
      });
      expect(await statusOf(response)).toBe('partial');
    }
  });

  test.each([
    ['response.failed', 'error'],
    ['response.incomplete', 'ok'],
  ])('%s comes through as the upstream says it, and the session is %s', async (type, status) => {
    calls.upstream.respond((request, response) => {
      const failed = responseOf(
        { status: type.slice(9), error: { code: 'server_error', message: `no: ${lastSaid(request)}` } },
        [],
      );
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(
        written([
          { type: 'response.created', response: responseOf({}, [], 'in_progress') },
          { type, response: failed },
        ]).join(''),
      );
    });
    const response = await post(agent, { model: MODEL, stream: true, input: SAID });
    const text = await response.text();
    expect(text).toContain(`event: ${type}`);
    expect(text).toContain(`no: ${SAID}`);
    expect(text).not.toContain('event: error');
    expect(await statusOf(response)).toBe(status);
  });

  test('a client that hangs up aborts the call to the upstream', async () => {
    let closed = (): void => undefined;
    const aborted = new Promise<void>((resolve) => {
      closed = resolve;
    });
    calls.upstream.respond((_, response) => {
      response.on('close', closed);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(written(allEvents({}, [], []).slice(0, 1)).join(''));
    });
    const stream = await client(agent).responses.create({ model: MODEL, stream: true, input: 'hi' });
    for await (const event of stream) {
      expect(event.type).toBe('response.created');
      break;
    }
    await aborted;
  });
});

test('the stub answers in this form, too', async () => {
  const agent = await calls.masker.createAgent({ upstream: 'stub' });
  const openai = client(agent);
  const whole: OpenAiResponse = await openai.responses.create({
    model: 'stub',
    input: [{ role: 'user', content: 'I am Maria Gonzalez' }],
  });
  expect(whole.output_text).toContain('You said: I am Maria Gonzalez');
  const streamed = await openai.responses.stream({ model: 'stub', input: 'I am Maria Gonzalez' }).finalResponse();
  expect(streamed.output_text).toContain('You said: I am Maria Gonzalez');
  expect(streamed.output_text).toContain('The model was shown: I am <NAME>');
});
