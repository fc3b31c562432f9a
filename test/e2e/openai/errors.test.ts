/** Errors, retries and hang-ups: the client throws, tries again and gives up as it does without Masker. */
import OpenAI, { APIError } from 'openai';
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { RawScript, Refused, Script } from '../../openai-provider.ts';
import { startTestInstance } from '../../instance.ts';
import { createTestDatabase } from '../../database.ts';
import { readSaid, SAID, errorOf, startParity } from './parity.ts';

const parity = startParity({ MASKER_UPSTREAM_TIMEOUT_MS: '60000' });
const MODEL = 'gpt-4o-mini';
const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [{ role: 'user', content: SAID }];
const create = (openai: OpenAI): Promise<OpenAI.Chat.ChatCompletion> =>
  openai.chat.completions.create({ model: MODEL, messages });

const FIRST =
  'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"One moment"},"finish_reason":null}]}\n\n';

function refused(status: number, said: string, headers: Record<string, string> = {}): Refused {
  return {
    status,
    error: { message: `No: ${said}`, type: 'some_error', param: 'messages', code: 'some_code' },
    headers,
  };
}

describe('an error of the provider', () => {
  test.each([
    [400, 'BadRequestError'],
    [401, 'AuthenticationError'],
    [403, 'PermissionDeniedError'],
    [404, 'NotFoundError'],
    [409, 'ConflictError'],
    [422, 'UnprocessableEntityError'],
    [429, 'RateLimitError'],
  ])('%i is a %s with the same message, code and parameter', async (status, name) => {
    const error = await parity.same(
      ({ said }) => refused(status, said),
      (openai) => errorOf(create(openai)),
    );
    expect(error).toEqual({
      name,
      status,
      message: `${status} No: ${SAID}`,
      code: 'some_code',
      type: 'some_error',
      param: 'messages',
    });
  });

  test.each([500, 503])(
    '%i is a 502 upstream_error with the same message, and the status of the provider',
    async (status) => {
      const error = await parity.masked(
        ({ said }) => refused(status, said),
        async (openai) => {
          const failed = await create(openai).then(
            () => null,
            (reason: unknown) => reason,
          );
          return failed instanceof APIError
            ? { status: failed.status as unknown, error: failed.error as unknown }
            : failed;
        },
      );
      expect(error).toEqual({
        status: 502,
        error: {
          message: `No: ${SAID}`,
          type: 'some_error',
          param: 'messages',
          code: 'upstream_error',
          upstream_status: status,
        },
      });
    },
  );

  test('to a request that would stream is the same error', async () => {
    const error = await parity.same(
      ({ said }) => refused(400, said),
      (openai) => errorOf(openai.chat.completions.create({ model: MODEL, messages, stream: true })),
    );
    expect(error).toMatchObject({ name: 'BadRequestError', message: `400 No: ${SAID}` });
  });

  test('that is a page of a gateway and no JSON is an error of its status', async () => {
    const error = await parity.masked(
      ({ said }) => ({ status: 502, error: `<html><body>Bad gateway for ${readSaid(said).name}</body></html>` }),
      (openai) => errorOf(create(openai)),
    );
    expect(error).toMatchObject({
      name: 'InternalServerError',
      status: 502,
      message: '502 The upstream answered with status 502.',
      code: 'upstream_error',
    });
  });

  test('says when to try again', async () => {
    await parity.masked(
      ({ said }) => refused(429, said, { 'retry-after': '7' }),
      async (openai) => {
        const error: unknown = await create(openai).catch((reason: unknown) => reason);
        if (!(error instanceof OpenAI.RateLimitError)) throw new Error('no rate limit');
        expect(error.headers.get('retry-after')).toBe('7');
        expect(error.requestID).toMatch(/^req_/);
      },
    );
  });
});

/** What OpenAI sends with every answer, and what a gateway in front of it adds. */
const HEADERS = {
  'retry-after': '7',
  'x-should-retry': 'false',
  'x-ratelimit-limit-requests': '10000',
  'x-ratelimit-remaining-tokens': '149984',
  'x-ratelimit-reset-tokens': '6m0s',
  'openai-processing-ms': '412',
  'openai-version': '2020-10-01',
};
const OTHERS = {
  'x-request-id': 'req_1a2b3c4d5e6f708192a3b4c5d6e7f809',
  'set-cookie': '__cf_bm=secret',
  'openai-organization': 'clinic',
  'x-ratelimit-note': 'hello',
};

describe('the headers of a provider', () => {
  const told = (headers: Headers | undefined): (string | null)[] =>
    Object.keys(HEADERS).map((name) => headers?.get(name) ?? null);
  const kept = (headers: Headers | undefined): void => {
    expect(headers?.get('masker-upstream-request-id')).toBe(OTHERS['x-request-id']);
    expect(headers?.get('x-request-id')).not.toBe(OTHERS['x-request-id']);
    for (const name of ['set-cookie', 'openai-organization', 'x-ratelimit-note'])
      expect(headers?.has(name)).toBe(false);
  };
  const answering = (write: (response: ServerResponse) => void): RawScript => ({
    write: (_, response) => {
      for (const [name, value] of Object.entries({ ...HEADERS, ...OTHERS })) response.setHeader(name, value);
      write(response);
    },
  });
  const seen = async (script: RawScript, run: (openai: OpenAI) => Promise<Headers | undefined>): Promise<void> => {
    expect(told(await parity.unmasked(script, run))).toEqual(Object.values(HEADERS));
    await parity.masked(script, async (openai) => {
      const headers = await run(openai);
      expect(told(headers)).toEqual(Object.values(HEADERS));
      kept(headers);
    });
  };

  test('reach the caller with a whole answer', async () => {
    const whole = {
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model: MODEL,
      choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }],
    };
    const script = answering((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole)),
    );
    await seen(
      script,
      async (openai) =>
        (await openai.chat.completions.create({ model: MODEL, messages }).withResponse()).response.headers,
    );
  });

  test('reach the caller with a stream', async () => {
    const script = answering((response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${FIRST}data: [DONE]\n\n`),
    );
    await seen(script, async (openai) => {
      const { data, response } = await openai.chat.completions
        .create({ model: MODEL, messages, stream: true })
        .withResponse();
      for await (const chunk of data) expect(chunk.object).toBe('chat.completion.chunk');
      return response.headers;
    });
  });

  test('reach the caller with an error', async () => {
    const script = answering((response) =>
      response.writeHead(429, { 'content-type': 'application/json' }).end('{"error":{"message":"slow down"}}'),
    );
    await seen(script, async (openai) => {
      const error: unknown = await create(openai).catch((reason: unknown) => reason);
      return error instanceof OpenAI.RateLimitError ? error.headers : undefined;
    });
  });
});

describe('an error of Masker', () => {
  test('is a class that the client knows, and the provider is not asked', async () => {
    const cases: [OpenAI, Parameters<OpenAI['chat']['completions']['create']>[0], string, string][] = [
      [parity.client(), { model: 'gpt-4', messages }, 'UnprocessableEntityError', 'model_not_allowed'],
      [
        parity.client({ baseURL: parity.agent.baseUrl.replace(/agt_.{26}/, `agt_${'0'.repeat(26)}`) }),
        { model: MODEL, messages },
        'NotFoundError',
        'agent_not_found',
      ],
      [
        parity.client({ baseURL: `${parity.agent.baseUrl}/nothing` }),
        { model: MODEL, messages },
        'NotFoundError',
        'not_found',
      ],
    ];
    parity.behind.play(() => ({ content: 'no' }));
    for (const [openai, body, name, code] of cases)
      expect(await errorOf(openai.chat.completions.create(body))).toMatchObject({ name, code });
    expect(parity.behind.received).toEqual([]);
  });

  test('names the field at fault and repeats nothing of it', async () => {
    const error = await errorOf(
      parity.client().post('/chat/completions', { body: { model: MODEL, stream: 'Maria Gonzalez', messages } }),
    );
    expect(error).toMatchObject({ name: 'UnprocessableEntityError', param: 'stream', code: 'validation_failed' });
    expect(error.message).not.toContain('Maria');
  });
});

describe('retries', () => {
  const soon = { 'retry-after': '0.01' };

  test.each([408, 409, 429, 500, 502, 503])('%i is tried again until it goes well', async (status) => {
    const answer = await parity.same(
      ({ said, nth }) => (nth < 2 ? refused(status, said, soon) : { content: said }),
      async (openai) => (await create(openai)).choices[0]?.message.content,
      { maxRetries: 3 },
    );
    expect(answer).toBe(SAID);
    expect(parity.behind.received).toHaveLength(3);
  });

  test('400 is not', async () => {
    await parity.same(
      ({ said }) => refused(400, said),
      (openai) => errorOf(create(openai)),
      { maxRetries: 3 },
    );
    expect(parity.behind.received).toHaveLength(1);
  });

  test.each([429, 500])('%i is not where the provider says so', async (status) => {
    const error = await parity.masked(
      ({ said }) => refused(status, said, { ...soon, 'x-should-retry': 'false' }),
      (openai) => errorOf(create(openai)),
      { maxRetries: 3 },
    );
    expect(error.status).toBe(status === 500 ? 502 : status);
    expect(parity.behind.received).toHaveLength(1);
  });

  test('400 is where the provider says so', async () => {
    const answer = await parity.same(
      ({ said, nth }) => (nth === 0 ? refused(400, said, { ...soon, 'x-should-retry': 'true' }) : { content: said }),
      async (openai) => (await create(openai)).choices[0]?.message.content,
      { maxRetries: 1 },
    );
    expect(answer).toBe(SAID);
    expect(parity.behind.received).toHaveLength(2);
  });

  test(
    'are made as soon as the provider says in milliseconds, whatever it says in seconds',
    { timeout: 20_000 },
    async () => {
      // Were the seconds heeded, the test would run out of time.
      const answer = await parity.same(
        ({ said, nth }) =>
          nth === 0 ? refused(429, said, { 'retry-after-ms': '5', 'retry-after': '50' }) : { content: said },
        async (openai) => (await create(openai)).choices[0]?.message.content,
        { maxRetries: 1 },
      );
      expect(answer).toBe(SAID);
    },
  );

  test('end with the last error', async () => {
    const error = await parity.same(
      ({ said }) => refused(429, said, soon),
      (openai) => errorOf(create(openai)),
      { maxRetries: 2 },
    );
    expect(error.name).toBe('RateLimitError');
    expect(parity.behind.received).toHaveLength(3);
  });

  test('of a stream are made before it begins', async () => {
    const text = await parity.same(
      ({ said, nth }) => (nth === 0 ? refused(503, said, soon) : { content: said }),
      async (openai) => {
        let all = '';
        for await (const { choices } of await openai.chat.completions.create({ model: MODEL, messages, stream: true }))
          all += choices[0]?.delta.content ?? '';
        return all;
      },
      { maxRetries: 1 },
    );
    expect(text).toBe(SAID);
  });

  test('of a keyed call are turns of one session', async () => {
    const script: Script = ({ said, nth }) => (nth === 0 ? refused(500, said, soon) : { content: said });
    const id = await parity.masked(
      script,
      async (openai) => {
        const { response } = await openai.chat.completions
          .create({ model: MODEL, messages, metadata: { call_id: 'tried-twice' } })
          .withResponse();
        return response.headers.get('masker-session-id');
      },
      { maxRetries: 1 },
    );
    const { session } = (await (await parity.masker.api('GET', `/sessions/${String(id)}`)).json()) as {
      session: { turns: { status: string }[] };
    };
    expect(session.turns.map(({ status }) => status)).toEqual(['error', 'ok']);
  });
});

/** A provider that begins an answer, or does not, and tells when its caller is gone. */
function hanging(first: string | null): {
  readonly script: RawScript;
  readonly begun: Promise<unknown>;
  readonly gone: Promise<unknown>;
} {
  const events = new EventEmitter();
  return {
    script: {
      write: (_, response) => {
        response.on('close', () => events.emit('gone'));
        if (first !== null) {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(first);
        }
        events.emit('begun');
      },
    },
    begun: once(events, 'begun'),
    gone: once(events, 'gone'),
  };
}

describe('a caller that hangs up', () => {
  test('while it waits closes the connection to the provider', async () => {
    const { script, begun, gone } = hanging(null);
    parity.behind.play(script);
    const controller = new AbortController();
    const call = errorOf(
      parity.client().chat.completions.create({ model: MODEL, messages }, { signal: controller.signal }),
    );
    await begun;
    controller.abort();
    expect((await call).name).toBe('APIUserAbortError');
    await gone;
  });

  test('in the middle of a stream closes it as well: by breaking out of the loop', async () => {
    const { script, gone } = hanging(FIRST);
    parity.behind.play(script);
    for await (const { choices } of await parity
      .client()
      .chat.completions.create({ model: MODEL, messages, stream: true })) {
      expect(choices[0]?.delta.content).toBe('One moment');
      break;
    }
    await gone;
  });

  test('in the middle of a stream closes it as well: by the controller', async () => {
    const { script, gone } = hanging(FIRST);
    parity.behind.play(script);
    const stream = await parity.client().chat.completions.create({ model: MODEL, messages, stream: true });
    for await (const chunk of stream) if (chunk.choices.length > 0) stream.controller.abort();
    await gone;
  });

  test('through the helper: abort() ends it with an abort event', async () => {
    const { script, gone } = hanging(FIRST);
    parity.behind.play(script);
    const stream = parity.client().chat.completions.stream({ model: MODEL, messages });
    const aborted: Error[] = [];
    stream
      .on('abort', (error) => aborted.push(error))
      .on('content', () => {
        stream.abort();
      });
    expect((await errorOf(stream.done())).name).toBe('APIUserAbortError');
    expect(aborted[0]).toBeInstanceOf(OpenAI.APIUserAbortError);
    await gone;
  });

  test('for want of time throws a timeout, and the provider is let go', async () => {
    // A busy machine may be slower than a short patience: the provider must have got the request before it runs out.
    const hears = async (timeout: number): Promise<boolean> => {
      const { script, begun, gone } = hanging(null);
      parity.behind.play(script);
      const provider: { heard: boolean } = { heard: false };
      void begun.then(() => (provider.heard = true));
      const error = await errorOf(parity.client({ timeout }).chat.completions.create({ model: MODEL, messages }));
      expect(error.name).toBe('APIConnectionTimeoutError');
      if (provider.heard) await gone;
      return provider.heard;
    };
    let timeout = 300;
    while (!(await hears(timeout))) timeout *= 2;
  });

  test('leaves a turn on record that is partial', async () => {
    const { script, gone } = hanging(FIRST);
    parity.behind.play(script);
    const { data, response } = await parity
      .client()
      .chat.completions.create({ model: MODEL, messages, stream: true })
      .withResponse();
    data.controller.abort();
    await gone;
    const id = response.headers.get('masker-session-id') ?? '';
    const { session } = (await (await parity.masker.api('GET', `/sessions/${id}`)).json()) as {
      session: { status: string };
    };
    expect(session.status).toBe('partial');
  });
});

describe('a provider that does not answer', () => {
  test('in time is an InternalServerError of status 504, of which the client would try again', async () => {
    const db = await createTestDatabase();
    const { script } = hanging(null);
    parity.behind.play(script);
    const masker = await startTestInstance(db.url, {
      MASKER_OPENAI_BASE_URL: parity.behind.url,
      MASKER_OPENAI_API_KEY: 'sk',
      MASKER_UPSTREAM_TIMEOUT_MS: '1000',
    });
    try {
      const agent = await masker.createAgent();
      const error = await errorOf(create(parity.client({}, agent)));
      expect(error).toMatchObject({
        name: 'InternalServerError',
        status: 504,
        code: 'upstream_timeout',
        type: 'api_error',
      });
    } finally {
      await masker.close();
      await db.drop();
    }
  });

  test('because its connection breaks is an InternalServerError of status 502', async () => {
    parity.behind.play({
      write: (_, response) => {
        response.destroy();
      },
    });
    expect(await errorOf(create(parity.client()))).toMatchObject({
      name: 'InternalServerError',
      status: 502,
      code: 'upstream_error',
    });
  });

  test('because Masker itself is not there is an APIConnectionError, as of any server', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close();
    await once(server, 'close');
    expect((await errorOf(create(parity.client({ baseURL: `http://127.0.0.1:${port}/proxy/x/v1` })))).name).toBe(
      'APIConnectionError',
    );
  });
});
