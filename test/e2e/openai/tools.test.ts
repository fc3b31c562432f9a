/** Tools: a call carries the caller's real values to the caller's own code, and what that finds goes back masked. */
/* eslint-disable @typescript-eslint/no-deprecated -- functions are what the API calls old, and still sent */
import type OpenAI from 'openai';
import { zodFunction } from 'openai/helpers/zod';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { textOf } from '../../openai-provider.ts';
import type { Said, Script } from '../../openai-provider.ts';
import { between, readSaid, SAID, startParity } from './parity.ts';

const parity = startParity();
const MODEL = 'gpt-4o-mini';
const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [{ role: 'user', content: SAID }];

const FIND: OpenAI.Chat.ChatCompletionFunctionTool = {
  type: 'function',
  function: {
    name: 'find_patient',
    description: 'Finds a patient by phone and birthday.',
    parameters: {
      type: 'object',
      properties: { phone: { type: 'string' }, dob: { type: 'string', description: 'As said.' } },
      required: ['phone'],
      additionalProperties: false,
    },
  },
};

/** A call that finds the patient by what was said. */
function find(said: string, id = 'call_find'): Said {
  const { phone, dob } = readSaid(said);
  return { calls: [{ id, name: 'find_patient', arguments: JSON.stringify({ phone, dob }) }] };
}

function argumentsOf(message: OpenAI.Chat.ChatCompletionMessage | undefined): unknown[] {
  return (message?.tool_calls ?? []).map((call): unknown =>
    call.type === 'function' ? JSON.parse(call.function.arguments) : call.custom.input,
  );
}

/** Streams and gathers the tool calls as an application without the helper does. */
async function streamedCalls(
  openai: OpenAI,
  settings: Partial<OpenAI.Chat.ChatCompletionCreateParams>,
): Promise<{ id: string; name: string; text: string }[]> {
  const calls: { id: string; name: string; text: string }[] = [];
  const stream = await openai.chat.completions.create({ model: MODEL, messages, ...settings, stream: true });
  for await (const { choices } of stream) {
    for (const part of choices[0]?.delta.tool_calls ?? []) {
      const call = (calls[part.index] ??= { id: '', name: '', text: '' });
      // A custom tool's pieces are not in the package's types of chunks yet.
      const custom = 'custom' in part ? (part.custom as { name?: string; input?: string }) : {};
      call.id += part.id ?? '';
      call.name += part.function?.name ?? custom.name ?? '';
      call.text += part.function?.arguments ?? custom.input ?? '';
    }
  }
  return calls;
}

describe('function tools', () => {
  test('a call has the values in its arguments', async () => {
    const { choices } = await parity.same(
      ({ said }) => find(said),
      (openai) => openai.chat.completions.create({ model: MODEL, messages, tools: [FIND], tool_choice: 'required' }),
    );
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(argumentsOf(choices[0]?.message)).toEqual([{ phone: '(415) 555-0142', dob: 'March 14, 1982' }]);
  });

  test.each([1, 4, 13])('a streamed call, in pieces of %i, has them too', async (piece) => {
    const calls = await parity.same(
      ({ said }) => ({ choices: [find(said)], piece }),
      (openai) => streamedCalls(openai, { tools: [FIND] }),
    );
    expect(calls).toEqual([
      { id: 'call_find', name: 'find_patient', text: '{"phone":"(415) 555-0142","dob":"March 14, 1982"}' },
    ]);
  });

  test('parallel calls, whole and streamed, keep their arguments apart', async () => {
    const script: Script = ({ said }) => ({
      choices: [{ calls: ['one', 'two', 'three'].flatMap((id) => find(said, id).calls ?? []) }],
      piece: 3,
    });
    const both = await parity.same(script, async (openai) => {
      const { choices } = await openai.chat.completions.create({
        model: MODEL,
        messages,
        tools: [FIND],
        parallel_tool_calls: true,
      });
      return {
        whole: argumentsOf(choices[0]?.message),
        streamed: (await streamedCalls(openai, { tools: [FIND] })).map(({ text }): unknown => JSON.parse(text)),
      };
    });
    expect(both.whole).toHaveLength(3);
    expect(both.streamed).toEqual(both.whole);
  });

  test('arguments stay JSON where a value holds quotes, a backslash or a line break', async () => {
    const name = 'Maria "Mia" Gonzalez';
    const email = 'maria.gonzalez@example.com';
    const run = async (openai: OpenAI): Promise<unknown> => {
      const said: OpenAI.Chat.ChatCompletionMessageParam[] = [
        { role: 'user', content: `My name is ${name}, and my email is ${email}, ok` },
      ];
      const { choices } = await openai.chat.completions.create({ model: MODEL, messages: said, tools: [FIND] });
      const [streamed] = await streamedCalls(openai, { messages: said, tools: [FIND] });
      return [argumentsOf(choices[0]?.message)[0], JSON.parse(streamed?.text ?? '')];
    };
    const script: Script = ({ said }) => ({
      calls: [
        {
          id: 'c',
          name: 'find_patient',
          arguments: JSON.stringify(
            { who: between(said, 'name is ', ', and'), where: between(said, 'email is ', ', ok'), path: 'C:\\x\n' },
            null,
            1,
          ),
        },
      ],
    });
    expect(await parity.same(script, run)).toEqual([
      { who: name, where: email, path: 'C:\\x\n' },
      { who: name, where: email, path: 'C:\\x\n' },
    ]);
  });

  test('arguments that are no JSON are restored as text', async () => {
    const { choices } = await parity.same(
      ({ said }) => ({ calls: [{ id: 'c', name: 'find_patient', arguments: `phone=${readSaid(said).phone}` }] }),
      (openai) => openai.chat.completions.create({ model: MODEL, messages, tools: [FIND] }),
    );
    const [call] = choices[0]?.message.tool_calls ?? [];
    expect(call?.type === 'function' ? call.function.arguments : null).toBe('phone=(415) 555-0142');
  });

  test('a history of calls and results is masked: arguments, results, names and ids fit together as before', async () => {
    const { choices } = await parity.same(
      ({ body }) => ({ content: textOf(body.messages.at(-2)) }),
      (openai) =>
        openai.chat.completions.create({
          model: MODEL,
          tools: [FIND],
          messages: [
            ...messages,
            {
              role: 'assistant',
              content: null,
              tool_calls: [
                {
                  id: 'call_1',
                  type: 'function',
                  function: { name: 'find_patient', arguments: '{ "phone": "(415) 555-0142",\n "dob":"1982-03-14" }' },
                },
              ],
            },
            {
              role: 'tool',
              tool_call_id: 'call_1',
              content: '{"name": "Maria Gonzalez", "email":"maria.gonzalez@example.com", "visits": 12.50, "ok": true}',
            },
            { role: 'user', content: 'And?' },
          ],
        }),
    );
    expect(choices[0]?.message.content).toBe(
      '{"name": "Maria Gonzalez", "email":"maria.gonzalez@example.com", "visits": 12.50, "ok": true}',
    );
  });

  test('a tool of which the schema names a patient tells nobody', async () => {
    await parity.same(
      ({ said }) => find(said),
      (openai) =>
        openai.chat.completions.create({
          model: MODEL,
          messages,
          tools: [
            {
              type: 'function',
              function: {
                name: 'find_patient',
                description: 'For Maria Gonzalez, (415) 555-0142.',
                strict: true,
                parameters: {
                  type: 'object',
                  properties: {
                    who: { type: 'string', enum: ['Maria Gonzalez', 'Somebody else'], default: 'Maria Gonzalez' },
                    day: { const: 'March 14, 1982' },
                  },
                  required: ['who'],
                  additionalProperties: false,
                },
              },
            },
          ],
          tool_choice: { type: 'function', function: { name: 'find_patient' } },
        }),
    );
  });

  test('one call of each of two choices', async () => {
    const { choices } = await parity.same(
      ({ said }) => ({
        choices: [
          find(said, 'a'),
          { calls: [{ id: 'b', name: 'find_patient', arguments: JSON.stringify({ phone: readSaid(said).ssn }) }] },
        ],
      }),
      (openai) => openai.chat.completions.create({ model: MODEL, n: 2, messages, tools: [FIND] }),
    );
    expect(choices.map(({ message }) => argumentsOf(message)[0])).toEqual([
      { phone: '(415) 555-0142', dob: 'March 14, 1982' },
      { phone: '123-45-6789' },
    ]);
  });
});

describe('runTools', () => {
  /** First the model calls, then it tells what the tool found. */
  const callThenTell: Script = ({ body, said }) => {
    const last = body.messages.at(-1);
    return last?.role === 'tool' ? { content: `I found this: ${textOf(last)}` } : find(said);
  };

  /** Runs it, and keeps what the tool was given. */
  async function run(
    openai: OpenAI,
    stream: boolean,
  ): Promise<{ given: unknown[]; content: string | null; roles: string[] }> {
    const given: unknown[] = [];
    const tools = [
      {
        type: 'function' as const,
        function: {
          name: 'find_patient',
          description: 'Finds a patient.',
          parameters: { type: 'object', properties: { phone: { type: 'string' }, dob: { type: 'string' } } },
          parse: (text: string) => JSON.parse(text) as { phone: string; dob: string },
          function: (args: { phone: string; dob: string }) => {
            given.push(args);
            return { name: 'Maria Gonzalez', ssn: '123-45-6789', email: 'maria.gonzalez@example.com' };
          },
        },
      },
    ];
    const body = { model: MODEL, messages, tools };
    const runner = stream
      ? openai.chat.completions.runTools({ ...body, stream: true })
      : openai.chat.completions.runTools(body);
    const content = await runner.finalContent();
    return { given, content, roles: runner.messages.map(({ role }) => role) };
  }

  test.each([false, true])(
    'the tool gets real values, the model tokens, the caller real values again (streamed: %s)',
    async (stream) => {
      const { given, content, roles } = await parity.same(callThenTell, (openai) => run(openai, stream));
      expect(given).toEqual([{ phone: '(415) 555-0142', dob: 'March 14, 1982' }]);
      expect(content).toBe(
        'I found this: {"name":"Maria Gonzalez","ssn":"123-45-6789","email":"maria.gonzalez@example.com"}',
      );
      expect(roles).toEqual(['user', 'assistant', 'tool', 'assistant']);
      expect(parity.behind.received).toHaveLength(2);
    },
  );

  test('with a zod schema the arguments are checked on real values', async () => {
    const given = await parity.same(callThenTell, async (openai) => {
      const seen: unknown[] = [];
      const tool = zodFunction({
        name: 'find_patient',
        parameters: z.object({ phone: z.string().regex(/^\(\d{3}\) \d{3}-\d{4}$/), dob: z.string() }),
        function: ({ phone }) => {
          seen.push(phone);
          return 'nobody';
        },
      });
      await openai.chat.completions.runTools({ model: MODEL, messages, tools: [tool] }).done();
      return seen;
    });
    expect(given).toEqual(['(415) 555-0142']);
  });
});

describe('tools of other kinds', () => {
  test('a custom tool gets its input with the values, whole and streamed', async () => {
    const tools: OpenAI.Chat.ChatCompletionTool[] = [
      {
        type: 'custom',
        custom: {
          name: 'dial',
          description: 'Dials.',
          format: { type: 'grammar', grammar: { syntax: 'regex', definition: '^dial .*$' } },
        },
      },
    ];
    const both = await parity.same(
      ({ said }) => ({
        choices: [
          { calls: [{ id: 'c', name: 'dial', input: `dial ${readSaid(said).phone}\nsay "${readSaid(said).name}"` }] },
        ],
        piece: 5,
      }),
      async (openai) => {
        const { choices } = await openai.chat.completions.create({
          model: MODEL,
          messages,
          tools,
          tool_choice: { type: 'custom', custom: { name: 'dial' } },
        });
        return [argumentsOf(choices[0]?.message)[0], (await streamedCalls(openai, { tools }))[0]?.text];
      },
    );
    expect(both).toEqual(Array(2).fill('dial (415) 555-0142\nsay "Maria Gonzalez"'));
  });

  test('a custom tool’s input in a history is masked', async () => {
    await parity.same(
      () => ({ content: 'Done.' }),
      (openai) =>
        openai.chat.completions.create({
          model: MODEL,
          messages: [
            ...messages,
            {
              role: 'assistant',
              tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'dial', input: 'dial (415) 555-0142' } }],
            },
            { role: 'tool', tool_call_id: 'c', content: 'Maria Gonzalez answered.' },
          ],
        }),
    );
  });

  test('functions of the time before tools: the call, whole and streamed, and its result', async () => {
    const functions = [
      { name: 'find_patient', parameters: { type: 'object', properties: { phone: { type: 'string' } } } },
    ];
    const script: Script = ({ body, said }) =>
      body.messages.at(-1)?.role === 'function'
        ? { content: textOf(body.messages.at(-1)) }
        : { functionCall: { name: 'find_patient', arguments: JSON.stringify({ phone: readSaid(said).phone }) } };
    const told = await parity.same(script, async (openai) => {
      const { choices } = await openai.chat.completions.create({
        model: MODEL,
        messages,
        functions,
        function_call: { name: 'find_patient' },
      });
      let streamed = '';
      for await (const chunk of await openai.chat.completions.create({
        model: MODEL,
        messages,
        functions,
        stream: true,
      }))
        streamed += chunk.choices[0]?.delta.function_call?.arguments ?? '';
      const call = choices[0]?.message.function_call ?? { name: '', arguments: '' };
      const after = await openai.chat.completions.create({
        model: MODEL,
        functions,
        messages: [
          ...messages,
          { role: 'assistant', content: null, function_call: call },
          { role: 'function', name: 'find_patient', content: 'Maria Gonzalez, 123-45-6789' },
        ],
      });
      return [choices[0]?.finish_reason, call.arguments, streamed, after.choices[0]?.message.content];
    });
    expect(told).toEqual([
      'function_call',
      '{"phone":"(415) 555-0142"}',
      '{"phone":"(415) 555-0142"}',
      'Maria Gonzalez, 123-45-6789',
    ]);
  });
});
