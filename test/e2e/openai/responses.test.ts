/** client.responses: the Responses API through Masker is the Responses API. */
import type { ServerResponse } from 'node:http';
import OpenAI from 'openai';
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { responses } from '../../openai-responses-provider.ts';
import type { ResponsesScript } from '../../openai-responses-provider.ts';
import type { Received } from '../../upstream.ts';
import { errorOf, readSaid, SAID, startParity } from './parity.ts';

const parity = startParity();
const MODEL = 'gpt-4o-mini';
type Params = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>;

const echo = (): ReturnType<typeof responses> => responses(({ said }) => [{ text: said }]);
const create =
  (more: Params = {}) =>
  (openai: OpenAI): Promise<OpenAI.Responses.Response> =>
    openai.responses.create({ model: MODEL, input: SAID, ...more });

const FIND: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'find_patient',
  description: 'Finds a patient by phone.',
  strict: true,
  parameters: {
    type: 'object',
    properties: { phone: { type: 'string' } },
    required: ['phone'],
    additionalProperties: false,
  },
};

/** Finds by what was said. */
const find: ResponsesScript = ({ said }) => [
  { call: 'find_patient', arguments: JSON.stringify({ phone: readSaid(said).phone }) },
];

describe('an answer', () => {
  test('to a text says the text, with id, usage and output_text', async () => {
    const response = await parity.same(echo(), create());
    expect(response.output_text).toBe(SAID);
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      usage: { total_tokens: 64 },
      model: 'gpt-4o-mini-2024-07-18',
    });
  });

  test('to items with parts and instructions; the request comes back in it as it was sent', async () => {
    const response = await parity.same(
      echo(),
      create({
        instructions: 'You help a clinic. The patient is Mr. Robert Chen, MRN 00482913.',
        metadata: { caller: 'Maria Gonzalez' },
        input: [
          { role: 'developer', content: 'Be brief with Maria Gonzalez.' },
          { role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] },
          { role: 'assistant', content: 'Hello Maria Gonzalez!' },
          { role: 'user', content: [{ type: 'input_text', text: SAID }] },
        ],
      }),
    );
    expect(response.output_text).toBe(SAID);
    expect(response.instructions).toBe('You help a clinic. The patient is Mr. Robert Chen, MRN 00482913.');
    expect(response.metadata).toEqual({ caller: 'Maria Gonzalez' });
  });

  test('with a refusal, a summary of its reasoning and citations', async () => {
    const script = responses(({ said }) => {
      const { name, phone } = readSaid(said);
      const cited = {
        type: 'url_citation',
        start_index: 0,
        end_index: 3,
        title: `About ${name}`,
        url: 'https://example.com/a',
      };
      return [
        { reasoning: `${name} gave the number ${phone}.` },
        { text: `See ${name}`, annotations: [cited] },
        { refusal: `I can not call ${phone}.` },
      ];
    });
    const response = await parity.same(script, create());
    expect(JSON.stringify(response.output)).toContain('Maria Gonzalez gave the number (415) 555-0142.');
    expect(JSON.stringify(response.output)).toContain('About Maria Gonzalez');
    expect(JSON.stringify(response.output)).toContain('I can not call (415) 555-0142.');
    expect(response.output[0]).toMatchObject({ type: 'reasoning', encrypted_content: 'gAAAAABo'.repeat(10) });
  });

  test.each(['max_output_tokens', 'content_filter'] as const)(
    'that is incomplete for %s says so',
    async (incomplete) => {
      const response = await parity.same(
        responses(({ said }) => ({ items: [{ text: `${readSaid(said).name} and` }], incomplete })),
        create({ max_output_tokens: 16 }),
      );
      expect(response).toMatchObject({
        status: 'incomplete',
        incomplete_details: { reason: incomplete },
        output_text: 'Maria Gonzalez and',
      });
    },
  );

  test('with log probabilities has them where it has no value, and none where it has', async () => {
    const spelled = create({ include: ['message.output_text.logprobs'] });
    const plain = await parity.same(
      responses(() => [{ text: 'One moment.' }]),
      spelled,
    );
    expect(JSON.stringify(plain.output)).toContain('"token":"One "');
    const masked = await parity.masked(
      responses(({ said }) => [{ text: readSaid(said).name }]),
      spelled,
    );
    expect(masked.output[0]).toMatchObject({ content: [{ text: 'Maria Gonzalez', logprobs: [] }] });
  });

  test('that failed says why, restored', async () => {
    const response = await parity.same(
      responses(({ said }) => ({ items: [], failed: `no luck with ${readSaid(said).name}` })),
      create(),
    );
    expect(response).toMatchObject({ status: 'failed', error: { message: 'no luck with Maria Gonzalez' } });
  });
});

describe('a request', () => {
  test('that names its caller in metadata, identifiers and variables of a prompt names nobody to the provider', async () => {
    await parity.same(
      responses(() => [{ text: 'Hello.' }]),
      create({
        input: 'hello',
        metadata: { phone: '415-555-0142', 'maria.gonzalez@example.com': 'Maria Gonzalez' },
        safety_identifier: 'maria.gonzalez@example.com',
        prompt_cache_key: '415-555-0142',
        prompt: {
          id: 'pmpt_68c0a1b2c3d4e5f60718293a4b5c6d7e',
          version: '2',
          variables: { patient: 'Maria Gonzalez', note: { type: 'input_text', text: SAID } },
        },
      }),
    );
  });

  test('keeps its settings', async () => {
    await parity.same(
      echo(),
      create({
        temperature: 0.2,
        top_p: 0.9,
        max_output_tokens: 256,
        store: false,
        truncation: 'auto',
        parallel_tool_calls: false,
        reasoning: { effort: 'low', summary: 'auto' },
        text: { verbosity: 'low' },
        service_tier: 'auto',
        include: ['reasoning.encrypted_content'],
      }),
    );
  });

  test('with an image or a file is refused before anything leaves', async () => {
    const parts: OpenAI.Responses.ResponseInputContent[] = [
      { type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,iVBORw0KGgo=' },
      { type: 'input_file', filename: 'Maria Gonzalez.pdf', file_data: 'data:application/pdf;base64,JVBERg==' },
    ];
    for (const part of parts) {
      await parity.masked(echo(), async (openai) => {
        const error = await errorOf(
          openai.responses.create({
            model: MODEL,
            input: [{ role: 'user', content: [{ type: 'input_text', text: SAID }, part] }],
          }),
        );
        expect(error).toMatchObject({ name: 'UnprocessableEntityError', code: 'uninspectable_content' });
      });
      expect(parity.behind.received).toEqual([]);
    }
  });

  test('goes on from the response before it, in one call: what was said there comes back', async () => {
    const talk = async (openai: OpenAI): Promise<string[]> => {
      const metadata = { call_id: 'goes-on' };
      const first = await openai.responses.create({ model: MODEL, input: SAID, metadata });
      const second = await openai.responses.create({
        model: MODEL,
        input: 'And who am I?',
        previous_response_id: first.id,
        metadata,
      });
      const third = await openai.responses.create({
        model: MODEL,
        input: 'And my number?',
        previous_response_id: second.id,
        metadata,
      });
      return [first, second, third].map(({ output_text: text }) => text);
    };
    const script: ResponsesScript = ({ said, before }) => {
      if (before[0] === undefined) return [{ text: said }];
      const { name, phone } = readSaid(before[0]);
      return [{ text: said.includes('who') ? `You are ${name}.` : `It is ${phone}, ${before.length}.` }];
    };
    expect(await parity.same(responses(script), talk)).toEqual([
      SAID,
      'You are Maria Gonzalez.',
      'It is (415) 555-0142, 4.',
    ]);
  });
});

describe('tools', () => {
  test('a function call has the values; its result goes back masked; the answer has them again', async () => {
    const script = responses((asked) =>
      asked.said.startsWith('Hi') ? find(asked) : [{ text: `Found ${asked.said}` }],
    );
    const told = await parity.same(script, async (openai) => {
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: SAID }];
      const first = await openai.responses.create({ model: MODEL, input, tools: [FIND], tool_choice: 'required' });
      const [call] = first.output;
      if (call?.type !== 'function_call') throw new Error('no call');
      const found = JSON.stringify({
        name: 'Maria Gonzalez',
        ssn: '123-45-6789',
        seen: JSON.parse(call.arguments) as unknown,
      });
      const second = await openai.responses.create({
        model: MODEL,
        tools: [FIND],
        input: [...input, call, { type: 'function_call_output', call_id: call.call_id, output: found }],
      });
      return [call.arguments, second.output_text];
    });
    expect(told).toEqual([
      '{"phone":"(415) 555-0142"}',
      'Found {"name":"Maria Gonzalez","ssn":"123-45-6789","seen":{"phone":"(415) 555-0142"}}',
    ]);
  });

  test('a custom tool gets its input', async () => {
    const response = await parity.same(
      responses(({ said }) => [{ custom: 'dial', input: `dial ${readSaid(said).phone}` }]),
      create({ tools: [{ type: 'custom', name: 'dial', description: 'Dials.' }] }),
    );
    expect(response.output[0]).toMatchObject({ type: 'custom_tool_call', input: 'dial (415) 555-0142' });
  });

  test('a tool of which the words name a patient tells nobody', async () => {
    await parity.same(
      echo(),
      create({
        tools: [
          {
            ...FIND,
            description: 'For Maria Gonzalez, (415) 555-0142.',
            parameters: {
              type: 'object',
              properties: { who: { enum: ['Maria Gonzalez', 'Somebody else'] } },
              required: ['who'],
              additionalProperties: false,
            },
          },
        ],
      }),
    );
  });
});

/** Neighbouring events of one type count as one: where a text is cut is nobody's business. */
function collapsed(types: readonly string[]): string[] {
  return types.filter((type, at) => type !== types[at - 1]);
}

describe('a stream', () => {
  const items: ResponsesScript = ({ said }) => {
    const { name, phone } = readSaid(said);
    return {
      items: [
        { reasoning: `It is ${name}.` },
        { text: `${said} 😀` },
        { call: 'find_patient', arguments: JSON.stringify({ phone }) },
        { custom: 'dial', input: `dial ${phone}` },
        { refusal: `No, ${name}.` },
      ],
    };
  };

  async function heard(openai: OpenAI): Promise<object> {
    const types: string[] = [];
    const texts: Record<string, string> = {};
    let number = -1;
    let last: OpenAI.Responses.Response | null = null;
    for await (const event of await openai.responses.create({ model: MODEL, input: SAID, stream: true })) {
      if (event.sequence_number !== number + 1) throw new Error(`event ${event.sequence_number} after ${number}`);
      number = event.sequence_number;
      types.push(event.type);
      if ('delta' in event && typeof event.delta === 'string')
        texts[event.type] = (texts[event.type] ?? '') + event.delta;
      if (event.type === 'response.completed') last = event.response;
    }
    return { types: collapsed(types), texts, last };
  }

  test.each([1, 3, 4, 26, 500])(
    'in pieces of %i has the same events, numbered without a gap, and the same texts',
    async (piece) => {
      const told = await parity.same(
        responses((asked) => {
          const output = items(asked);
          return 'items' in output ? { ...output, piece } : output;
        }),
        heard,
      );
      expect(told).toMatchObject({
        texts: {
          'response.output_text.delta': `${SAID} 😀`,
          'response.function_call_arguments.delta': '{"phone":"(415) 555-0142"}',
          'response.custom_tool_call_input.delta': 'dial (415) 555-0142',
          'response.refusal.delta': 'No, Maria Gonzalez.',
          'response.reasoning_summary_text.delta': 'It is Maria Gonzalez.',
        },
      });
    },
  );

  test('comes to what the same answer is when it is not streamed', async () => {
    const both = await parity.same(responses(items), async (openai) => {
      const streamed = await openai.responses.stream({ model: MODEL, input: SAID }).finalResponse();
      const whole = await openai.responses.create({ model: MODEL, input: SAID });
      return [streamed.output_text, whole.output_text];
    });
    expect(both).toEqual([`${SAID} 😀`, `${SAID} 😀`]);
  });

  test('through the helper: each delta has the snapshot so far, and done events the whole', async () => {
    const told = await parity.same(responses(items), async (openai) => {
      const done: string[] = [];
      let text = '';
      let args = '';
      const stream = openai.responses
        .stream({ model: MODEL, input: SAID, tools: [FIND] })
        .on('response.output_text.delta', ({ delta, snapshot }) => {
          text += delta;
          if (snapshot !== text) throw new Error('a delta is missing');
        })
        .on('response.function_call_arguments.delta', ({ delta, snapshot }) => {
          args += delta;
          if (snapshot !== args) throw new Error('a delta is missing');
        })
        .on('response.output_text.done', (event) => done.push(event.text))
        .on('response.function_call_arguments.done', (event) => done.push(event.arguments));
      const response = await stream.finalResponse();
      return { done, text, args, output: response.output };
    });
    expect(told).toMatchObject({
      text: `${SAID} 😀`,
      args: '{"phone":"(415) 555-0142"}',
      done: [`${SAID} 😀`, '{"phone":"(415) 555-0142"}'],
    });
  });

  test('whose text ends as a token begins says all of it before it says that it is done', async () => {
    const told = await parity.same(
      responses(({ said }) => [{ text: `Dr. ${readSaid(said).name} M` }, { text: 'MSKV1.PHONE.' }]),
      async (openai) => {
        const events: string[] = [];
        let text = '';
        for await (const event of await openai.responses.create({ model: MODEL, input: SAID, stream: true })) {
          if (event.type === 'response.output_text.delta') text += event.delta;
          if (event.type === 'response.output_text.done') events.push(text, event.text);
          if (event.type === 'response.output_text.done') text = '';
        }
        return events;
      },
    );
    expect(told).toEqual(['Dr. Maria Gonzalez M', 'Dr. Maria Gonzalez M', 'MSKV1.PHONE.', 'MSKV1.PHONE.']);
  });

  test('that fails ends in its failure, and one that ends too early in an error', async () => {
    const failed = await parity.same(
      responses(({ said }) => ({ items: [{ text: 'Well,' }], failed: `no luck with ${readSaid(said).name}` })),
      async (openai) => {
        const events: unknown[] = [];
        for await (const event of await openai.responses.create({ model: MODEL, input: SAID, stream: true }))
          if (event.type === 'response.failed') events.push(event.response.error);
        return events;
      },
    );
    expect(failed).toEqual([{ code: 'server_error', message: 'no luck with Maria Gonzalez' }]);
    const broken = {
      write: (_: Received, response: ServerResponse): void => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","item_id":"msg_0","output_index":0,"content_index":0,"delta":"half a ","sequence_number":0,"logprobs":[]}\n\n',
        );
        setImmediate(() => {
          response.destroy();
        });
      },
    };
    const read = async (openai: OpenAI): Promise<void> => {
      for await (const event of await openai.responses.create({ model: MODEL, input: SAID, stream: true }))
        if (event.type === 'response.completed') throw new Error('completed');
    };
    expect(await parity.masked(broken, (openai) => errorOf(read(openai)))).toMatchObject({
      name: 'APIError',
      code: 'upstream_error',
    });
  });

  test('that the caller leaves is ended at the provider', async () => {
    let gone: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      gone = resolve;
    });
    parity.behind.play({
      write: (_, response) => {
        response.on('close', gone);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","item_id":"msg_0","output_index":0,"content_index":0,"delta":"One moment","sequence_number":0,"logprobs":[]}\n\n',
        );
      },
    });
    for await (const event of await parity.client().responses.create({ model: MODEL, input: SAID, stream: true }))
      if (event.sequence_number === 0) break;
    await left;
  });
});

describe('parse', () => {
  const Patient = z.object({ name: z.string(), phone: z.string().regex(/^\(\d{3}\) \d{3}-\d{4}$/) });
  const format = zodTextFormat(Patient, 'patient');
  const tool = zodResponsesFunction({
    name: 'find_patient',
    parameters: z.object({ phone: z.string().regex(/^\(\d{3}\)/) }),
  });
  const written: ResponsesScript = ({ said }) => {
    const { name, phone } = readSaid(said);
    return [{ text: JSON.stringify({ name, phone }) }];
  };

  test('with a zod schema gives typed values', async () => {
    const response = await parity.same(
      responses(written),
      async (openai) => (await openai.responses.parse({ model: MODEL, input: SAID, text: { format } })).output_parsed,
    );
    expect(response).toEqual({ name: 'Maria Gonzalez', phone: '(415) 555-0142' });
  });

  test('of a stream does so at its end', async () => {
    const parsed = await parity.same(
      responses(written),
      async (openai) =>
        (await openai.responses.stream({ model: MODEL, input: SAID, text: { format } }).finalResponse()).output_parsed,
    );
    expect(parsed).toEqual({ name: 'Maria Gonzalez', phone: '(415) 555-0142' });
  });

  test('of a tool gives typed arguments', async () => {
    const parsed = await parity.same(responses(find), async (openai) => {
      const { output } = await openai.responses.parse({ model: MODEL, input: SAID, tools: [tool] });
      return output.map((item): unknown => (item.type === 'function_call' ? item.parsed_arguments : null));
    });
    expect(parsed).toEqual([{ phone: '(415) 555-0142' }]);
  });
});

describe('errors', () => {
  test.each([
    [400, 'BadRequestError'],
    [429, 'RateLimitError'],
  ])('%i is a %s, restored, for a whole answer and for a stream', async (status, name) => {
    const errors = await parity.same(
      responses(({ said }) => ({
        status,
        error: { message: `No: ${said}`, type: 'some_error', param: 'input', code: 'some_code' },
      })),
      async (openai) => [
        await errorOf(openai.responses.create({ model: MODEL, input: SAID })),
        await errorOf(openai.responses.create({ model: MODEL, input: SAID, stream: true })),
      ],
    );
    for (const error of errors)
      expect(error).toEqual({
        name,
        status,
        message: `${status} No: ${SAID}`,
        code: 'some_code',
        type: 'some_error',
        param: 'input',
      });
  });

  test('are tried again', async () => {
    const text = await parity.same(
      responses(({ said, nth }) =>
        nth < 2 ? { status: 503, error: { message: 'busy' }, headers: { 'retry-after': '0.01' } } : [{ text: said }],
      ),
      async (openai) => (await create()(openai)).output_text,
      { maxRetries: 2 },
    );
    expect(text).toBe(SAID);
  });

  test('of Masker are classes that the client knows', async () => {
    parity.behind.play(echo());
    expect(await errorOf(parity.client().responses.create({ model: 'gpt-4', input: SAID }))).toMatchObject({
      name: 'UnprocessableEntityError',
      code: 'model_not_allowed',
    });
    expect(await errorOf(parity.client().responses.retrieve('resp_00000000000000000000000000000000'))).toMatchObject({
      name: 'NotFoundError',
    });
    expect(parity.behind.received).toEqual([]);
    expect(OpenAI.NotFoundError.prototype).toBeInstanceOf(OpenAI.APIError);
  });
});
