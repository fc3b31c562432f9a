/** Structured outputs: what the model wrote in tokens parses as what the caller said. */
import type OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Script } from '../../openai-provider.ts';
import { between, errorOf, readSaid, SAID, startParity } from './parity.ts';

const parity = startParity();
const MODEL = 'gpt-4o-mini';
const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [{ role: 'user', content: SAID }];

/** Rules that a value fits and a token does not. */
const Patient = z.object({
  name: z.string(),
  phone: z.string().regex(/^\(\d{3}\) \d{3}-\d{4}$/),
  ids: z.array(z.object({ kind: z.enum(['ssn']), value: z.string().length(11) })),
  age: z.number(),
});
const MARIA = {
  name: 'Maria Gonzalez',
  phone: '(415) 555-0142',
  ids: [{ kind: 'ssn', value: '123-45-6789' }],
  age: 43.5,
};
const format = zodResponseFormat(Patient, 'patient');

const writeDown: Script = ({ said }) => {
  const { name, phone, ssn } = readSaid(said);
  return { content: JSON.stringify({ name, phone, ids: [{ kind: 'ssn', value: ssn }], age: 43.5 }) };
};

describe('parse', () => {
  test('with a zod schema gives typed values', async () => {
    const completion = await parity.same(writeDown, (openai) =>
      openai.chat.completions.parse({ model: MODEL, messages, response_format: format }),
    );
    expect(completion.choices[0]?.message.parsed).toEqual(MARIA);
  });

  test('of two choices parses each', async () => {
    const completion = await parity.same(
      (asked) => ({
        choices: [writeDown(asked), writeDown(asked)].flatMap((said) => ('content' in said ? [said] : [])),
      }),
      (openai) => openai.chat.completions.parse({ model: MODEL, n: 2, messages, response_format: format }),
    );
    expect(completion.choices.map(({ message }) => message.parsed)).toEqual([MARIA, MARIA]);
  });

  test('of a value with quotes in it', async () => {
    const said = 'My name is Maria "Mia" Gonzalez, ok';
    const completion = await parity.same(
      ({ said: heard }) => ({ content: JSON.stringify({ name: between(heard, 'name is ', ', ok') }) }),
      (openai) =>
        openai.chat.completions.parse({
          model: MODEL,
          messages: [{ role: 'user', content: said }],
          response_format: zodResponseFormat(z.object({ name: z.string() }), 'named'),
        }),
    );
    expect(completion.choices[0]?.message.parsed).toEqual({ name: 'Maria "Mia" Gonzalez' });
  });

  test('of a refusal gives the refusal', async () => {
    const completion = await parity.same(
      ({ said }) => ({ refusal: `Not for ${readSaid(said).name}.` }),
      (openai) => openai.chat.completions.parse({ model: MODEL, messages, response_format: format }),
    );
    expect(completion.choices[0]?.message).toMatchObject({ parsed: null, refusal: 'Not for Maria Gonzalez.' });
  });

  test.each([
    ['length', 'LengthFinishReasonError'],
    ['content_filter', 'ContentFilterFinishReasonError'],
  ] as const)('of an answer that ended for %s throws %s', async (finish, name) => {
    const error = await parity.same(
      ({ said }) => ({ content: `{"name":"${readSaid(said).name}`, finish }),
      (openai) => errorOf(openai.chat.completions.parse({ model: MODEL, messages, response_format: format })),
    );
    expect(error.name).toBe(name);
  });

  test('of strict tools gives typed arguments', async () => {
    const tool = zodFunction({
      name: 'find',
      parameters: z.object({ phone: z.string().regex(/^\(\d{3}\)/), many: z.number().int() }),
    });
    const completion = await parity.same(
      ({ said }) => ({
        calls: [{ id: 'c', name: 'find', arguments: JSON.stringify({ phone: readSaid(said).phone, many: 3 }) }],
      }),
      (openai) => openai.chat.completions.parse({ model: MODEL, messages, tools: [tool] }),
    );
    expect(completion.choices[0]?.message.tool_calls?.[0]?.function.parsed_arguments).toEqual({
      phone: '(415) 555-0142',
      many: 3,
    });
  });

  test('a schema that names people in its words tells nobody', async () => {
    const named = z.object({ who: z.enum(['Maria Gonzalez', 'Somebody else']).describe('Who called (415) 555-0142') });
    const completion = await parity.same(
      ({ said }) => ({ content: JSON.stringify({ who: readSaid(said).name }) }),
      (openai) =>
        openai.chat.completions.parse({ model: MODEL, messages, response_format: zodResponseFormat(named, 'caller') }),
    );
    expect(completion.choices[0]?.message.parsed).toEqual({ who: 'Maria Gonzalez' });
  });
});

describe('streamed', () => {
  test('the helper parses the whole at the end, and what there is on the way', async () => {
    const told = await parity.same(writeDown, async (openai) => {
      const snapshots: unknown[] = [];
      const done: unknown[] = [];
      const stream = openai.chat.completions
        .stream({ model: MODEL, messages, response_format: format })
        .on('content.delta', ({ parsed }) => snapshots.push(parsed))
        .on('content.done', ({ parsed }) => done.push(parsed));
      const completion = await stream.finalChatCompletion();
      return { last: snapshots.at(-1), done, parsed: completion.choices[0]?.message.parsed };
    });
    expect(told).toEqual({ last: MARIA, done: [MARIA], parsed: MARIA });
  });

  test('strict tools are parsed when each is done', async () => {
    const tool = zodFunction({ name: 'find', parameters: z.object({ phone: z.string().regex(/^\(\d{3}\)/) }) });
    const script: Script = ({ said }) => ({
      calls: ['a', 'b'].map((id) => ({ id, name: 'find', arguments: JSON.stringify({ phone: readSaid(said).phone }) })),
    });
    const parsed = await parity.same(script, async (openai) => {
      const done: unknown[] = [];
      await openai.chat.completions
        .stream({ model: MODEL, messages, tools: [tool] })
        .on('tool_calls.function.arguments.done', ({ parsed_arguments: all }) => done.push(all))
        .done();
      return done;
    });
    expect(parsed).toEqual([{ phone: '(415) 555-0142' }, { phone: '(415) 555-0142' }]);
  });

  test('JSON mode without a schema stays JSON around a value with quotes', async () => {
    const said = 'My name is Maria "Mia" Gonzalez, ok';
    const value = await parity.same(
      ({ said: heard }) => ({ content: JSON.stringify({ name: between(heard, 'name is ', ', ok') }) }),
      async (openai) => {
        const content = await openai.chat.completions
          .stream({
            model: MODEL,
            messages: [{ role: 'user', content: said }],
            response_format: { type: 'json_object' },
          })
          .finalContent();
        return JSON.parse(content ?? '') as unknown;
      },
    );
    expect(value).toEqual({ name: 'Maria "Mia" Gonzalez' });
  });
});
