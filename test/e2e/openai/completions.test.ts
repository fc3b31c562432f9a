/** chat.completions.create, not streamed: the client reads what it would read without Masker. */
/* eslint-disable @typescript-eslint/no-deprecated -- clients still send what the API calls old */
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { textOf } from '../../openai-provider.ts';
import type { Script } from '../../openai-provider.ts';
import { PHI, SAID, readSaid, startParity } from './parity.ts';

const parity = startParity();
const MODEL = 'gpt-4o-mini';
const echo: Script = ({ said }) => ({ content: said });
const user = (content: string): OpenAI.Chat.ChatCompletionUserMessageParam => ({ role: 'user', content });

describe('an answer', () => {
  test('repeats what was said, value for value, with id, model, fingerprint and usage', async () => {
    const completion = await parity.same(echo, (openai) =>
      openai.chat.completions.create({ model: MODEL, messages: [user(SAID)] }),
    );
    expect(completion.choices[0]?.message.content).toBe(SAID);
    expect(completion).toMatchObject({
      id: 'chatcmpl-8f2c',
      system_fingerprint: 'fp_44709d6fcb',
      service_tier: 'default',
      usage: { total_tokens: 64, prompt_tokens_details: { cached_tokens: 7 } },
    });
  });

  test('puts values into sentences of its own, several times and next to each other', async () => {
    const completion = await parity.same(
      ({ said }) => {
        const { name, phone, ssn } = readSaid(said);
        return { content: `${name}: **${name}**, (${phone})\n${phone}${ssn} "${ssn}"` };
      },
      (openai) => openai.chat.completions.create({ model: MODEL, messages: [user(SAID)] }),
    );
    expect(completion.choices[0]?.message.content).toBe(
      'Maria Gonzalez: **Maria Gonzalez**, ((415) 555-0142)\n(415) 555-0142123-45-6789 "123-45-6789"',
    );
  });

  test('that says nothing of the caller is not touched, nor is an empty one or none', async () => {
    for (const said of [{ content: 'Sure. 😀 ﬁne — 100 % “ok”\r\n\u0000\u2028' }, { content: '' }, { refusal: 'no' }]) {
      await parity.same(
        () => said,
        (openai) => openai.chat.completions.create({ model: MODEL, messages: [user(SAID)] }),
      );
    }
  });

  test('with a refusal has its values, too', async () => {
    const completion = await parity.same(
      ({ said }) => ({ refusal: `I can not share the number of ${readSaid(said).name}.` }),
      (openai) => openai.chat.completions.create({ model: MODEL, messages: [user(SAID)] }),
    );
    expect(completion.choices[0]?.message).toMatchObject({
      content: null,
      refusal: 'I can not share the number of Maria Gonzalez.',
    });
  });

  test('of two choices has the values of each', async () => {
    const completion = await parity.same(
      ({ said, body }) => ({
        choices: Array.from({ length: body.n ?? 1 }, (_, n) => ({
          content: `${n}: ${n === 0 ? readSaid(said).name : readSaid(said).phone}`,
        })),
      }),
      (openai) => openai.chat.completions.create({ model: MODEL, n: 2, messages: [user(SAID)] }),
    );
    expect(completion.choices.map(({ message }) => message.content)).toEqual([
      '0: Maria Gonzalez',
      '1: (415) 555-0142',
    ]);
  });

  test('with citations has values in their titles and addresses', async () => {
    const completion = await parity.same(
      ({ said }) => {
        const { name } = readSaid(said);
        return {
          content: `See ${name}.`,
          annotations: [
            {
              type: 'url_citation',
              url_citation: { start_index: 4, end_index: 5, title: `About ${name}`, url: 'https://example.com/a' },
            },
          ],
        };
      },
      (openai) => openai.chat.completions.create({ model: MODEL, messages: [user(SAID)] }),
    );
    expect(completion.choices[0]?.message.annotations?.[0]?.url_citation.title).toBe('About Maria Gonzalez');
  });

  test('that ran out of length keeps its reason', async () => {
    const completion = await parity.same(
      ({ said }) => ({ content: `${readSaid(said).name} and`, finish: 'length' }),
      (openai) => openai.chat.completions.create({ model: MODEL, max_completion_tokens: 4, messages: [user(SAID)] }),
    );
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { content: 'Maria Gonzalez and' },
    });
  });
});

describe('a request', () => {
  test('of several turns, with parts, names and a developer, says the same to the model but for the values', async () => {
    const completion = await parity.same(echo, (openai) =>
      openai.chat.completions.create({
        model: MODEL,
        messages: [
          { role: 'developer', content: 'You help a clinic. The patient is Mr. Robert Chen, MRN 00482913.' },
          { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
          {
            role: 'user',
            name: 'caller',
            content: [
              { type: 'text', text: 'Hello there.' },
              { type: 'text', text: SAID },
            ],
          },
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'Thank you, Maria Gonzalez.' },
              { type: 'refusal', refusal: 'I can not call (415) 555-0142.' },
            ],
          },
          user('And again: my social is 123-45-6789.'),
        ],
      }),
    );
    expect(completion.choices[0]?.message.content).toBe('And again: my social is 123-45-6789.');
  });

  test('keeps seed, temperature, penalties, stop, bias and limits as they are', async () => {
    await parity.same(echo, (openai) =>
      openai.chat.completions.create({
        model: MODEL,
        messages: [user(SAID)],
        seed: 4_294_967_291,
        temperature: 0.2,
        top_p: 0.9,
        frequency_penalty: 0.5,
        presence_penalty: -0.5,
        logit_bias: { '50256': -100, '1820': 5 },
        stop: ['\n\n', 'END'],
        max_completion_tokens: 256,
        reasoning_effort: 'low',
        verbosity: 'low',
        service_tier: 'auto',
        store: false,
        parallel_tool_calls: false,
        modalities: ['text'],
        prompt_cache_retention: '24h',
      }),
    );
  });

  test('that names its caller in metadata, user and identifiers names nobody to the provider', async () => {
    await parity.same(echo, (openai) =>
      openai.chat.completions.create({
        model: MODEL,
        messages: [user('hello')],
        metadata: { caller: 'Maria Gonzalez', phone: '415-555-0142', 'maria.gonzalez@example.com': 'x' },
        user: 'maria.gonzalez@example.com',
        safety_identifier: '415-555-0142',
        prompt_cache_key: 'maria.gonzalez@example.com',
      }),
    );
  });

  test('with a prediction, stop words and a location tells the provider no value', async () => {
    await parity.same(echo, (openai) =>
      openai.chat.completions.create({
        model: MODEL,
        messages: [user(SAID)],
        stop: ['123-45-6789'],
        prediction: { type: 'content', content: [{ type: 'text', text: 'Hello Maria Gonzalez' }] },
        web_search_options: {
          search_context_size: 'low',
          user_location: { type: 'approximate', approximate: { city: 'Boston', country: 'US' } },
        },
      }),
    );
  });

  test('with log probabilities of an answer without values gets them', async () => {
    const completion = await parity.same(
      () => ({ content: 'How can I help?' }),
      (openai) =>
        openai.chat.completions.create({ model: MODEL, logprobs: true, top_logprobs: 2, messages: [user(SAID)] }),
    );
    expect(completion.choices[0]?.logprobs?.content?.map(({ token }) => token).join('')).toBe('How can I help?');
  });

  test('with log probabilities of an answer with values gets none: they would spell out tokens', async () => {
    const run = (openai: OpenAI): Promise<OpenAI.Chat.ChatCompletion> =>
      openai.chat.completions.create({ model: MODEL, logprobs: true, n: 2, messages: [user(SAID)] });
    const script: Script = ({ said }) => ({ choices: [{ content: readSaid(said).name }, { content: 'Hello.' }] });
    const [plain, masked] = [await parity.unmasked(script, run), await parity.masked(script, run)];
    expect(masked.choices[0]).toEqual({ ...plain.choices[0], logprobs: null });
    expect(masked.choices[1]).toEqual(plain.choices[1]);
    expect(JSON.stringify(masked)).not.toContain('MSK');
  });

  test('is one request: nothing of the client travels but its body', async () => {
    await parity.masked(echo, (openai) =>
      openai.chat.completions.create(
        { model: MODEL, messages: [user(SAID)] },
        { query: { caller: '415-555-0142' }, headers: { 'x-caller': 'Maria Gonzalez', cookie: 'a=Maria' } },
      ),
    );
    const [request] = parity.behind.received;
    expect(parity.behind.received).toHaveLength(1);
    expect(request?.url).toBe('/v1/chat/completions');
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
    ]);
  });
});

describe('the client around it', () => {
  test('finds the request id, and the session of the call, in the response', async () => {
    await parity.masked(echo, async (openai) => {
      const {
        data,
        response,
        request_id: id,
      } = await openai.chat.completions.create({ model: MODEL, messages: [user(SAID)] }).withResponse();
      expect(Reflect.get(data, '_request_id')).toBe(id);
      expect(id).toMatch(/^req_/);
      expect(response.headers.get('masker-session-id')).toMatch(/^sess_/);
      expect(data.choices[0]?.message.content).toBe(SAID);
    });
  });

  test('reads the raw response', async () => {
    const text = await parity.same(echo, async (openai) => {
      const response = await openai.chat.completions.create({ model: MODEL, messages: [user(SAID)] }).asResponse();
      expect(response.headers.get('content-type')).toBe('application/json');
      return ((await response.json()) as OpenAI.Chat.ChatCompletion).choices[0]?.message.content;
    });
    expect(text).toBe(SAID);
  });

  test('continues a conversation with what it was answered: one value stays one token over the turns', async () => {
    const talk = async (openai: OpenAI): Promise<string[]> => {
      const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [];
      const answers: string[] = [];
      for (const said of [SAID, 'Is my number still (415) 555-0142?', 'And who am I?']) {
        messages.push(user(said));
        const { choices } = await openai.chat.completions.create({
          model: MODEL,
          messages,
          metadata: { call_id: 'a-call-of-three-turns' },
        });
        const message = choices[0]?.message;
        if (message === undefined) throw new Error('no answer');
        messages.push(message);
        answers.push(message.content ?? '');
      }
      return answers;
    };
    const script: Script = ({ body, said }) => ({
      content: said.startsWith('And') ? `You are ${readSaid(textOf(body.messages[0])).name}.` : said,
    });
    expect((await parity.same(script, talk)).at(-1)).toBe('You are Maria Gonzalez.');
    const tokens = new Set(parity.behind.everything().match(/MSKV?1\.PHONE\.[A-Z0-9_]+\.[A-Z2-7]+/g));
    expect([...tokens]).toHaveLength(1);
  });

  test('lists the models', async () => {
    const models = await parity.client().models.list();
    expect(models.data.map(({ id }) => id)).toEqual([MODEL]);
    for await (const { object } of parity.client().models.list()) expect(object).toBe('model');
    expect(await parity.client().models.retrieve(MODEL)).toMatchObject({ id: MODEL, object: 'model' });
    await expect(parity.client().models.retrieve('another')).rejects.toMatchObject({ status: 404 });
    expect((await fetch(`${parity.agent.baseUrl}/models/`)).status).toBe(200);
  });

  test('sends many at once, and each gets its own', async () => {
    const names = ['Maria Gonzalez', 'Robert Chen', 'Olivia Bennett', 'James Whitfield'];
    const answers = await parity.same(
      ({ said }) => ({ content: said }),
      (openai) =>
        Promise.all(
          names.map(async (name) => {
            const { choices } = await openai.chat.completions.create({
              model: MODEL,
              messages: [user(`My name is ${name}.`)],
            });
            return choices[0]?.message.content;
          }),
        ),
    );
    expect(answers).toEqual(names.map((name) => `My name is ${name}.`));
    for (const value of [...PHI, 'Olivia', 'Bennett', 'Whitfield'])
      expect(parity.behind.everything()).not.toContain(value);
  });
});

describe('what nobody can look into', () => {
  const png = 'data:image/png;base64,iVBORw0KGgo=';
  const refused: [string, OpenAI.Chat.ChatCompletionContentPart][] = [
    ['an image', { type: 'image_url', image_url: { url: png } }],
    ['sound', { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }],
    [
      'a file',
      { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERg==', filename: 'Maria Gonzalez.pdf' } },
    ],
  ];
  test.each(refused)('%s is refused before anything leaves', async (_, part) => {
    await parity.masked(echo, async (openai) => {
      const call = openai.chat.completions.create({
        model: MODEL,
        messages: [{ role: 'user', content: [{ type: 'text', text: SAID }, part] }],
      });
      await expect(call).rejects.toBeInstanceOf(OpenAI.UnprocessableEntityError);
      await expect(call).rejects.toMatchObject({
        code: 'uninspectable_content',
        param: 'messages[0].content[1]',
        type: 'invalid_request_error',
      });
    });
    expect(parity.behind.received).toEqual([]);
  });
});
