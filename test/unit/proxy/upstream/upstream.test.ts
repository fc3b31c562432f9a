import { describe, expect, test } from 'vitest';
import { createStubUpstream } from '../../../../src/proxy/upstream/stub-upstream.ts';
import { modelFits, parseBinding } from '../../../../src/proxy/upstream/upstream.ts';
import type { UpstreamRequest } from '../../../../src/proxy/upstream/upstream.ts';

describe("an agent's upstream", () => {
  test('names a provider and the model it may use', () => {
    expect(parseBinding('openai:gpt-4o-mini')).toEqual({ provider: 'openai', model: 'gpt-4o-mini' });
    expect(parseBinding('stub')).toEqual({ provider: 'stub', model: null });
  });

  test.each([
    ['gpt-4o-mini', true],
    ['gpt-4o-mini-2024-07-18', true],
    ['gpt-4o', false],
    ['gpt-4o-mini-audio-preview', false],
    ['gpt-4o-mini-2024-07-18-x', false],
    ['gpt-4o-mini-1951-04-17', false],
    ['gpt-4o-mini-2009-04-17', false],
    ['', false],
  ])('fits the model %s: %s', (model, fits) => {
    expect(modelFits(parseBinding('openai:gpt-4o-mini'), model)).toBe(fits);
  });

  test('that serves any model fits any', () => {
    expect(modelFits(parseBinding('stub'), 'whatever')).toBe(true);
  });
});

describe('the stub', () => {
  function request(body: object, streamed: boolean, signal = new AbortController().signal): UpstreamRequest {
    return {
      endpoint: 'chat/completions',
      body: Buffer.from(JSON.stringify(body)),
      streamed,
      agentId: 'agt_A',
      clientAuthorization: null,
      signal,
    };
  }
  const call = {
    model: 'stub',
    messages: [
      { role: 'user', content: 'one' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'hello ' },
          { type: 'text', text: 'there' },
        ],
      },
    ],
  };

  async function answer(upstreamRequest: UpstreamRequest): Promise<string> {
    const { body } = await createStubUpstream(undefined, { now: () => 1_800_000_000_000 }).send(upstreamRequest);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  test('repeats the last user message, parts joined', async () => {
    const parsed = JSON.parse(await answer(request(call, false))) as { choices: [{ message: { content: string } }] };
    expect(parsed.choices[0].message.content).toBe('You said: hello there');
  });

  test('says what it was shown, by kind', async () => {
    const content = `I am MSKV1.NAME.K_HEALTHCARE.${'A'.repeat(26)}, hello`;
    const parsed = JSON.parse(await answer(request({ messages: [{ role: 'user', content }] }, false))) as {
      choices: [{ message: { content: string } }];
    };
    expect(parsed.choices[0].message.content).toBe(`You said: ${content}\n(The model was shown: I am <NAME>, hello)`);
  });

  test('streams words as a vocabulary cuts them, and says when the answer was made', async () => {
    const content = `Call ${'Q'.repeat(9)} on 4155550142, please.`;
    const text = await answer(request({ messages: [{ role: 'user', content }] }, true));
    const events = text.split('\n\n').filter((event) => event.startsWith('data: {'));
    const chunks = events.map(
      (event) => JSON.parse(event.slice(6)) as { created: number; choices: { delta: { content?: string } }[] },
    );
    expect(chunks.map(({ choices }) => choices[0]?.delta.content).filter(Boolean)).toEqual([
      'You',
      ' said',
      ':',
      ' Call',
      ' QQQQQQ',
      'QQQ',
      ' on',
      ' 415',
      '555',
      '014',
      '2',
      ',',
      ' please',
      '.',
    ]);
    expect(new Set(chunks.map(({ created }) => created))).toEqual(new Set([1_800_000_000]));
  });

  test('reports the usage in the last event only, where the client asked for it', async () => {
    const asked = { ...call, stream_options: { include_usage: true } };
    const events = (await answer(request(asked, true))).split('\n\n').filter((event) => event.startsWith('data: {'));
    const usages = events.map((event) => (JSON.parse(event.slice(6)) as { usage: unknown }).usage);
    expect(usages.slice(0, -1).every((usage) => usage === null)).toBe(true);
    expect(usages.at(-1)).toMatchObject({ completion_tokens: 6 });
  });

  test('streams the same text in pieces, and ends with [DONE]', async () => {
    const text = await answer(request(call, true));
    const events = text.split('\n\n').filter((event) => event.startsWith('data: {'));
    const content = events.map((event) => {
      const { choices } = JSON.parse(event.slice(6)) as { choices: { delta: { content?: string } }[] };
      return choices[0]?.delta.content ?? '';
    });
    expect(content.join('')).toBe('You said: hello there');
    expect(content.length).toBeGreaterThan(3);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('is deterministic', async () => {
    expect(await answer(request(call, true))).toBe(await answer(request(call, true)));
  });

  test('stops when the caller is gone', async () => {
    const aborted = new AbortController();
    aborted.abort();
    await expect(answer(request(call, true, aborted.signal))).rejects.toThrow();
  });
});
