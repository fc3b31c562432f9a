/** chat.completions.stream: the helper that gathers a stream and tells of it by events. */
import type OpenAI from 'openai';
import type { ChatCompletionStream, ChatCompletionStreamParams } from 'openai/lib/ChatCompletionStream';
import { describe, expect, test } from 'vitest';
import type { FunctionCall, Script } from '../../openai-provider.ts';
import { SAID, errorOf, readSaid, startParity } from './parity.ts';

const parity = startParity();
const MODEL = 'gpt-4o-mini';
const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [{ role: 'user', content: SAID }];
const echo: Script = ({ said }) => ({ content: said });
const TOOL: OpenAI.Chat.ChatCompletionTool = {
  type: 'function',
  function: { name: 'call_back', parameters: { type: 'object', properties: { number: { type: 'string' } } } },
};

function calling(...all: Omit<FunctionCall, 'id'>[]): readonly FunctionCall[] {
  return all.map((call, n) => ({ id: `call_${n}`, ...call }));
}

const begin = (openai: OpenAI, settings: Partial<ChatCompletionStreamParams> = {}): ChatCompletionStream =>
  openai.chat.completions.stream({ model: MODEL, messages, ...settings });

describe('the events', () => {
  test('content: each delta is the next part of the snapshot, the last one is all', async () => {
    const [text] = await parity.same(echo, async (openai) => {
      let heard = '';
      const stream = begin(openai);
      stream.on('content', (delta, snapshot) => {
        heard += delta;
        if (heard !== snapshot) throw new Error('a delta is missing');
      });
      return [(heard = (await stream.finalContent()) ?? ''), heard];
    });
    expect(text).toBe(SAID);
  });

  test('content.delta and content.done', async () => {
    const done = await parity.same(echo, async (openai) => {
      const said: string[] = [];
      let heard = '';
      const stream = begin(openai)
        .on('content.delta', ({ delta }) => {
          heard += delta;
        })
        .on('content.done', ({ content }) => {
          said.push(content, heard);
        });
      await stream.done();
      return said;
    });
    expect(done).toEqual([SAID, SAID]);
  });

  test.each(['One moment, M', 'Ask for MSK', 'Ask for an MSKV', 'Meet me at 10 a.m', 'Call Ms. '])(
    'content.done has all of "%s", with a call behind it',
    async (content) => {
      const done = await parity.same(
        ({ said }) => ({
          content: `${readSaid(said).name}: ${content}`,
          calls: calling({ name: 'call_back', arguments: '{"number":"M"}' }),
        }),
        async (openai) => {
          const heard: string[] = [];
          const stream = begin(openai, { tools: [TOOL] }).on('content.done', ({ content: all }) => heard.push(all));
          await stream.done();
          return [...heard, await stream.finalContent()];
        },
      );
      expect(done).toEqual([`Maria Gonzalez: ${content}`, `Maria Gonzalez: ${content}`]);
    },
  );

  test('refusal.delta and refusal.done', async () => {
    const done = await parity.same(
      ({ said }) => ({ refusal: `Sorry, ${readSaid(said).name}.` }),
      async (openai) => {
        const said: string[] = [];
        let heard = '';
        const stream = begin(openai)
          .on('refusal.delta', ({ delta }) => {
            heard += delta;
          })
          .on('refusal.done', ({ refusal }) => {
            said.push(refusal, heard);
          });
        await stream.done();
        return said;
      },
    );
    expect(done).toEqual(['Sorry, Maria Gonzalez.', 'Sorry, Maria Gonzalez.']);
  });

  test('message, chatCompletion, finalMessage and finalChatCompletion come once, with the values', async () => {
    const told = await parity.same(echo, async (openai) => {
      const events: [string, unknown][] = [];
      const stream = begin(openai)
        .on('connect', () => events.push(['connect', null]))
        .on('message', (message) => events.push(['message', message.content]))
        .on('chatCompletion', ({ choices }) => events.push(['chatCompletion', choices[0]?.message.content]))
        .on('finalContent', (content) => events.push(['finalContent', content]))
        .on('finalMessage', (message) => events.push(['finalMessage', message.content]))
        .on('finalChatCompletion', ({ choices }) => events.push(['finalChatCompletion', choices[0]?.message.content]))
        .on('end', () => events.push(['end', null]));
      await stream.done();
      return events;
    });
    expect(told.map(([name]) => name)).toEqual([
      'connect',
      'chatCompletion',
      'message',
      'finalChatCompletion',
      'finalMessage',
      'finalContent',
      'end',
    ]);
    expect(new Set(told.map(([, content]) => content))).toEqual(new Set([null, SAID]));
  });

  test('tool_calls.function.arguments: deltas add up, done says all, in the order of the calls', async () => {
    const script: Script = ({ said }) => {
      const { phone, name } = readSaid(said);
      return {
        calls: calling(
          { name: 'call_back', arguments: JSON.stringify({ number: phone }) },
          { name: 'call_back', arguments: JSON.stringify({ number: name, twice: `${phone} ${phone}` }) },
        ),
      };
    };
    const told = await parity.same(script, async (openai) => {
      const heard: string[] = [];
      const done: unknown[] = [];
      const stream = begin(openai, { tools: [TOOL] })
        .on('tool_calls.function.arguments.delta', ({ index, arguments_delta: delta, arguments: snapshot }) => {
          heard[index] = (heard[index] ?? '') + delta;
          if (heard[index] !== snapshot) throw new Error('a delta is missing');
        })
        .on('tool_calls.function.arguments.done', ({ index, name, arguments: all }) =>
          done.push([index, name, JSON.parse(all), JSON.parse(heard[index] ?? '')]),
        );
      const call = await stream.finalFunctionToolCall();
      return { done, last: call?.arguments };
    });
    const [first, second] = [
      { number: '(415) 555-0142' },
      { number: 'Maria Gonzalez', twice: '(415) 555-0142 (415) 555-0142' },
    ];
    expect(told).toEqual({
      done: [
        [0, 'call_back', first, first],
        [1, 'call_back', second, second],
      ],
      last: JSON.stringify(second),
    });
  });

  test('content before a tool call is done when the call begins', async () => {
    const script: Script = ({ said }) => ({
      content: `Calling ${readSaid(said).name}.`,
      calls: calling({ name: 'call_back', arguments: JSON.stringify({ number: readSaid(said).phone }) }),
    });
    const told = await parity.same(script, async (openai) => {
      const events: unknown[] = [];
      const stream = begin(openai, { tools: [TOOL] })
        .on('content.done', ({ content }) => events.push(['content', content]))
        .on('tool_calls.function.arguments.done', ({ arguments: all }) => events.push(['call', all]));
      await stream.done();
      return events;
    });
    expect(told).toEqual([
      ['content', 'Calling Maria Gonzalez.'],
      ['call', '{"number":"(415) 555-0142"}'],
    ]);
  });

  test('content before a tool call may end as a token begins, and the message has it all', async () => {
    for (const ending of [' M', ' MSK', ' MSKV1.PHONE.']) {
      const script: Script = ({ said }) => ({
        content: `Calling ${readSaid(said).name}${ending}`,
        calls: calling({ name: 'call_back', arguments: JSON.stringify({ number: readSaid(said).phone }) }),
      });
      const message = await parity.same(script, (openai) => begin(openai, { tools: [TOOL] }).finalMessage());
      expect(message).toMatchObject({
        content: `Calling Maria Gonzalez${ending}`,
        tool_calls: [{ function: { arguments: '{"number":"(415) 555-0142"}' } }],
      });
    }
  });

  test('logprobs.content: of text without values', async () => {
    const spelled = await parity.same(
      () => ({ content: 'Yes, of course.' }),
      async (openai) => {
        const tokens: string[] = [];
        const stream = begin(openai, { logprobs: true }).on('logprobs.content.done', ({ content }) =>
          tokens.push(...content.map(({ token }) => token)),
        );
        await stream.done();
        return tokens.join('');
      },
    );
    expect(spelled).toBe('Yes, of course.');
  });

  test('chunk: its snapshot holds all said so far', async () => {
    const last = await parity.same(echo, async (openai) => {
      let content: string | null | undefined = '';
      await begin(openai)
        .on('chunk', (_, snapshot) => {
          content = snapshot.choices[0]?.message.content;
        })
        .done();
      return content;
    });
    expect(last).toBe(SAID);
  });
});

describe('what it gathers', () => {
  test('the final completion is that of a call that is not streamed', async () => {
    const { streamed, whole } = await parity.same(
      ({ said }) => ({ choices: [{ content: said }, { content: readSaid(said).ssn }] }),
      async (openai) => {
        const stream = begin(openai, { n: 2, stream_options: { include_usage: true, include_obfuscation: false } });
        return {
          streamed: await stream.finalChatCompletion(),
          whole: await openai.chat.completions.create({ model: MODEL, n: 2, messages }),
        };
      },
    );
    expect(streamed.choices.map(({ message }) => message.content)).toEqual(
      whole.choices.map(({ message }) => message.content),
    );
    expect(streamed.usage).toEqual(whole.usage);
  });

  test('totalUsage', async () => {
    const usage = await parity.same(echo, (openai) =>
      begin(openai, { stream_options: { include_usage: true } }).totalUsage(),
    );
    expect(usage).toEqual({ prompt_tokens: 41, completion_tokens: 23, total_tokens: 64 });
  });

  test('it is an async iterator, too', async () => {
    const text = await parity.same(echo, async (openai) => {
      let all = '';
      for await (const { choices } of begin(openai)) all += choices[0]?.delta.content ?? '';
      return all;
    });
    expect(text).toBe(SAID);
  });

  test('an error of the provider is its error event, and every promise of it rejects', async () => {
    const seen = await parity.same(
      ({ said }) => ({
        status: 400,
        error: { message: `failed for ${said}`, type: 'server_error', param: null, code: null },
      }),
      async (openai) => {
        const stream = begin(openai);
        const told: string[] = [];
        stream.on('error', ({ message }) => told.push(message));
        return [await errorOf(stream.finalContent()), await errorOf(stream.done()), told];
      },
    );
    expect(seen[0]).toMatchObject({ name: 'BadRequestError', message: `400 failed for ${SAID}` });
  });
});
