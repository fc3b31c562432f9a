/** chat.completions.create with stream: true, read as an async iterator. */
/* eslint-disable @typescript-eslint/no-deprecated -- streams still carry what the API calls old */
import type OpenAI from 'openai';
import { Stream } from 'openai/streaming';
import { describe, expect, test } from 'vitest';
import { readAsked, streamEvents } from '../../openai-provider.ts';
import type { RawScript, Said, Script } from '../../openai-provider.ts';
import { SAID, errorOf, readSaid, startParity } from './parity.ts';

const parity = startParity();
const MODEL = 'gpt-4o-mini';
const echo: Script = ({ said }) => ({ content: said });
const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [{ role: 'user', content: SAID }];
type Chunk = OpenAI.Chat.ChatCompletionChunk;
type Settings = Partial<OpenAI.Chat.ChatCompletionCreateParamsStreaming>;

/** What a stream comes to, however it was cut into chunks. */
interface Heard {
  readonly heads: readonly unknown[];
  readonly choices: readonly {
    content: string;
    refusal: string;
    arguments: string[];
    finish: string | null;
    citations: string[];
  }[];
  readonly usage: unknown;
}

function hear(chunks: readonly Chunk[]): Heard {
  const choices: Heard['choices'][number][] = [];
  const heads = new Set<string>();
  let usage: unknown = null;
  for (const {
    choices: parts,
    usage: counted,
    id,
    object,
    created,
    model,
    system_fingerprint,
    service_tier,
  } of chunks) {
    heads.add(JSON.stringify({ id, object, created, model, system_fingerprint, service_tier }));
    usage = counted ?? usage;
    for (const { index, delta, finish_reason: finish } of parts) {
      const choice = (choices[index] ??= { content: '', refusal: '', arguments: [], finish: null, citations: [] });
      choice.content += delta.content ?? '';
      choice.refusal += delta.refusal ?? '';
      for (const call of delta.tool_calls ?? [])
        choice.arguments[call.index] = (choice.arguments[call.index] ?? '') + (call.function?.arguments ?? '');
      if ('annotations' in delta) choice.citations.push(JSON.stringify(delta.annotations));
      choice.finish = finish ?? choice.finish;
    }
  }
  return { heads: [...heads].map((head): unknown => JSON.parse(head)), choices, usage };
}

async function chunksOf(openai: OpenAI, settings: Settings = {}): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of await openai.chat.completions.create({ model: MODEL, messages, ...settings, stream: true }))
    chunks.push(chunk);
  return chunks;
}

const stream =
  (settings: Settings = {}) =>
  async (openai: OpenAI): Promise<Heard> =>
    hear(await chunksOf(openai, settings));

/** Sends these events as they are. */
const events = (make: (said: string, body: OpenAI.Chat.ChatCompletionCreateParams) => string): RawScript => ({
  write: (request, response) => {
    const { body, said } = readAsked(request, 0);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(make(said, body));
  },
});

describe('a stream', () => {
  test('says what was said, with its id, model and reason to end', async () => {
    const { choices, heads, usage } = await parity.same(echo, stream());
    expect(choices).toMatchObject([{ content: SAID, finish: 'stop' }]);
    expect(heads).toEqual([
      {
        id: 'chatcmpl-8f2c',
        object: 'chat.completion.chunk',
        created: 1_760_000_000,
        model: 'gpt-4o-mini-2024-07-18',
        system_fingerprint: 'fp_44709d6fcb',
        service_tier: 'default',
      },
    ]);
    expect(usage).toBeNull();
  });

  test.each([1, 2, 3, 7, 26, 1000])('whose pieces have %i characters says the same', async (piece) => {
    const { choices } = await parity.same(
      ({ said }) => ({ choices: [{ content: `${said} 👩‍⚕️ ${readSaid(said).phone}` }], piece }),
      stream(),
    );
    expect(choices[0]?.content).toBe(`${SAID} 👩‍⚕️ (415) 555-0142`);
  });

  test('holds nothing back that could not become a token: MRI, MS, MSK and M alone come through', async () => {
    for (const content of [
      'MRI and MSK pain: MS, MSKV1 and M',
      'M',
      'MSKV1.',
      'MSKV1.PHONE.',
      'MSK1.NAME.K_HEALTHCARE.',
    ]) {
      const { choices } = await parity.same(() => ({ choices: [{ content }], piece: 1 }), stream());
      expect(choices[0]?.content).toBe(content);
    }
  });

  test('with usage has it in a last chunk without choices', async () => {
    const { usage } = await parity.same(echo, stream({ stream_options: { include_usage: true } }));
    expect(usage).toMatchObject({ total_tokens: 64 });
    const chunks = await parity.masked(echo, (openai) => chunksOf(openai, { stream_options: { include_usage: true } }));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 41 } });
    expect(chunks.slice(0, -1).every(({ usage: none }) => none === null || none === undefined)).toBe(true);
  });

  test('of two choices, interleaved, keeps them apart', async () => {
    const script: Script = ({ said }) => ({
      choices: [
        { content: `A ${readSaid(said).name}` },
        { content: `B ${readSaid(said).phone} or ${readSaid(said).ssn}` },
      ],
      piece: 3,
    });
    const { choices } = await parity.same(script, stream({ n: 2 }));
    expect(choices.map(({ content, finish }) => [content, finish])).toEqual([
      ['A Maria Gonzalez', 'stop'],
      ['B (415) 555-0142 or 123-45-6789', 'stop'],
    ]);
  });

  test('of four choices, each of which speaks of another value', async () => {
    const script: Script = ({ said }) => ({
      choices: Object.values(readSaid(said)).map((content) => ({ content })),
      piece: 1,
    });
    const { choices } = await parity.same(script, stream({ n: 4 }));
    expect(choices.map(({ content }) => content)).toEqual([
      'Maria Gonzalez',
      '(415) 555-0142',
      '123-45-6789',
      'March 14, 1982',
    ]);
  });

  test('with a refusal says that', async () => {
    const { choices } = await parity.same(({ said }) => ({ refusal: `No, ${readSaid(said).name}.` }), stream());
    expect(choices[0]).toMatchObject({ content: '', refusal: 'No, Maria Gonzalez.' });
  });

  test('with citations restores their texts', async () => {
    const script: Script = ({ said }) => ({
      content: 'See there.',
      annotations: [
        {
          type: 'url_citation',
          url_citation: { title: readSaid(said).name, url: 'https://example.com', start_index: 0, end_index: 3 },
        },
      ],
    });
    const { choices } = await parity.same(script, stream());
    expect(choices[0]?.citations.join('')).toContain('Maria Gonzalez');
  });

  test.each(['length', 'content_filter'] as const)(
    'that ends for %s in the middle of a text ends so',
    async (finish) => {
      const { choices } = await parity.same(
        ({ said }) => ({ content: `${readSaid(said).name} is at MSKV1.PHO`, finish }),
        stream(),
      );
      expect(choices[0]).toMatchObject({ content: 'Maria Gonzalez is at MSKV1.PHO', finish });
    },
  );

  test('of a token that was cut off by its end shows no part of the value', async () => {
    const cut: Script = ({ said }) => ({ content: `Call ${readSaid(said).phone.slice(0, -3)}`, finish: 'length' });
    const { choices } = await parity.masked(cut, stream());
    expect(choices[0]?.content).not.toContain('555');
    expect(choices[0]?.finish).toBe('length');
  });

  test('of an empty answer is empty', async () => {
    const { choices } = await parity.same(() => ({ content: '' }), stream());
    expect(choices[0]).toMatchObject({ content: '', finish: 'stop' });
  });
});

describe('padding and log probabilities', () => {
  test('padding reaches nobody as text, and a stream without it is the same', async () => {
    const padded = await parity.same(echo, stream());
    const plain = await parity.same(echo, stream({ stream_options: { include_obfuscation: false } }));
    expect(plain).toEqual(padded);
    const chunks = await parity.masked(echo, (openai) =>
      chunksOf(openai, { stream_options: { include_obfuscation: false } }),
    );
    expect(chunks.some((chunk) => 'obfuscation' in chunk)).toBe(false);
  });

  test('log probabilities of text without values stand in the chunks', async () => {
    const spelled = async (openai: OpenAI): Promise<unknown> =>
      (await chunksOf(openai, { logprobs: true, top_logprobs: 2 })).map(({ choices }) =>
        choices.map(({ logprobs }) => logprobs),
      );
    const all = await parity.same(() => ({ content: 'Yes, of course.' }), spelled);
    expect(JSON.stringify(all)).toContain('"token":"cour"');
  });

  test('log probabilities of values are dropped, those around them are not', async () => {
    const script: Script = ({ said }) => ({ content: `Yes, of course. It is ${readSaid(said).phone}, is it?` });
    const chunks = await parity.masked(script, (openai) => chunksOf(openai, { logprobs: true }));
    expect(hear(chunks).choices[0]?.content).toBe('Yes, of course. It is (415) 555-0142, is it?');
    const spelled = chunks.flatMap(({ choices }) =>
      choices.flatMap(({ logprobs }) => logprobs?.content?.map(({ token }) => token) ?? []),
    );
    expect(spelled.join('')).toMatch(/^Yes, of course\. It( is ?)?(, i?s? ?)?it\?$/);
  });
});

describe('the wire', () => {
  const said = (content: string): Said => ({ content });

  test('CRLF, comments, and data without a space are read', async () => {
    const script = events(
      (content, body) =>
        `: keep-alive\r\n\r\n${streamEvents(body, { choices: [said(content)] })
          .join('')
          .replaceAll('data: ', 'data:')
          .replaceAll('\n\n', '\r\n\r\n: ping\r\n\r\n')}`,
    );
    expect((await parity.same(script, stream())).choices[0]).toMatchObject({ content: SAID, finish: 'stop' });
  });

  test('a byte at a time is read, emoji and all', async () => {
    const script: RawScript = {
      write: async (request, response) => {
        const asked = readAsked(request, 0);
        const { name, phone } = readSaid(asked.said);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const byte of Buffer.from(
          streamEvents(asked.body, { choices: [said(`${name} 😀 ${phone} é`)], piece: 9 }).join(''),
          'utf8',
        )) {
          await new Promise<void>((resolve) => {
            response.write(Buffer.of(byte), () => {
              resolve();
            });
          });
        }
        response.end();
      },
    };
    expect(
      (await parity.same(script, stream({ stream_options: { include_obfuscation: false } }))).choices[0]?.content,
    ).toBe('Maria Gonzalez 😀 (415) 555-0142 é');
  });

  test('non-ASCII text as \\u escapes is read, and so is a token written so', async () => {
    const script = events((content, body) =>
      streamEvents(body, { choices: [said(content)], piece: 11 })
        .join('')
        .replace(/(?<="content":"[^"\n]*)[MSK]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
    );
    expect((await parity.same(script, stream())).choices[0]?.content).toBe(SAID);
  });

  test('chunks without choices, deltas without content and a doubled [DONE] are no trouble', async () => {
    const script = events((content, body) => {
      const extra =
        'data: {"id":"chatcmpl-8f2c","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_44709d6fcb","choices":[]}\n\n';
      return `${extra}${streamEvents(body, { choices: [said(content)] }).join(extra)}data: [DONE]\n\n`;
    });
    expect((await parity.same(script, stream())).choices[0]?.content).toBe(SAID);
  });

  test('a stream of a provider that ends without [DONE] ends', async () => {
    const script = events((content, body) =>
      streamEvents(body, { choices: [said(content)] })
        .slice(0, -1)
        .join(''),
    );
    expect((await parity.same(script, stream())).choices[0]).toMatchObject({ content: SAID, finish: 'stop' });
  });

  test('an error in mid-stream is thrown to the caller, restored', async () => {
    const script = events((content, body) => {
      const begun = streamEvents(body, { choices: [said(content)] })
        .slice(0, 20)
        .join('');
      return `${begun}data: ${JSON.stringify({ error: { message: `The server had an error with ${readSaid(content).name}`, type: 'server_error', param: null, code: 'oops' } })}\n\n`;
    });
    const error = await parity.same(script, (openai) => errorOf(chunksOf(openai)));
    expect(error).toMatchObject({
      name: 'APIError',
      message: 'The server had an error with Maria Gonzalez',
      type: 'server_error',
      code: 'oops',
    });
  });

  test('a stream that breaks off is an error to the caller, with or without Masker', async () => {
    const script: RawScript = {
      write: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"half a "},"finish_reason":null}]}\n\n',
        );
        setImmediate(() => response.destroy());
      },
    };
    await expect(parity.unmasked(script, chunksOf)).rejects.toThrow();
    await expect(parity.masked(script, chunksOf)).rejects.toMatchObject({ code: 'upstream_error', type: 'api_error' });
  });
});

describe('the client’s ways to read it', () => {
  test('tee: two readers hear the same', async () => {
    const both = await parity.same(echo, async (openai) => {
      const [left, right] = (await openai.chat.completions.create({ model: MODEL, messages, stream: true })).tee();
      const read = async (one: Stream<Chunk>): Promise<Heard> => {
        const chunks: Chunk[] = [];
        for await (const chunk of one) chunks.push(chunk);
        return hear(chunks);
      };
      return Promise.all([read(left), read(right)]);
    });
    expect(both[0]).toEqual(both[1]);
    expect(both[0].choices[0]?.content).toBe(SAID);
  });

  test('toReadableStream and back: what a server of one’s own would hand to a browser', async () => {
    const heard = await parity.same(echo, async (openai) => {
      const whole = await openai.chat.completions.create({ model: MODEL, messages, stream: true });
      const chunks: Chunk[] = [];
      for await (const chunk of Stream.fromReadableStream<Chunk>(whole.toReadableStream(), new AbortController()))
        chunks.push(chunk);
      return hear(chunks);
    });
    expect(heard.choices[0]?.content).toBe(SAID);
  });

  test('the raw response is an event stream that no proxy between may change', async () => {
    await parity.masked(echo, async (openai) => {
      const { response, data } = await openai.chat.completions
        .create({ model: MODEL, messages, stream: true })
        .withResponse();
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(response.headers.get('cache-control')).toContain('no-transform');
      for await (const { object } of data) expect(object).toBe('chat.completion.chunk');
    });
  });
});
