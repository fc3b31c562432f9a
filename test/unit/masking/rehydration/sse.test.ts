import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { ChatStreamRehydrator, type ChatStreamOptions } from '../../../../src/masking/rehydration/sse.ts';
import { StreamLimitError } from '../../../../src/masking/rehydration/stream-limit.ts';
import { FOREIGN, NAME, PHONE, QUOTED, refusals, rehydrator, SEALED, VALUES } from './answers.ts';

const ENVELOPE = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 7, model: 'gpt-x' };
const DONE = 'data: [DONE]\n\n';

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: unknown, more: object = {}): string =>
  event({ ...ENVELOPE, choices: [{ index: 0, delta, finish_reason: null, ...more }] });
const finish = (reason = 'stop'): string => chunk({}, { finish_reason: reason });

function start(options: ChatStreamOptions = {}) {
  const counts = new RehydrationCounts();
  const stream = new ChatStreamRehydrator(rehydrator(counts), options);
  const push = (text: string): string => Buffer.from(stream.push(Buffer.from(text))).toString();
  const end = (): string => Buffer.from(stream.end()).toString();
  return { stream, counts, push, end };
}

/** The data of each event. */
function dataOf(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const data = block.replace(/^data: /, '');
      return data === '[DONE]' ? data : (JSON.parse(data) as unknown);
    });
}

const deltas = (text: string): unknown[] =>
  dataOf(text).map((data) => (data as { choices: { delta: unknown }[] }).choices[0]?.delta);

describe('an event that nothing is to be done about', () => {
  it.each([
    ['a text', chunk({ content: 'Hello there, Müller' })],
    ['an odd spelling of JSON', 'data:{"choices" : [ {"delta":{"content":"a"}, "x":1.0} ]}\n\n'],
    ['an empty delta', chunk({})],
    ['an empty text', chunk({ content: '' })],
    ['a finish', finish()],
    ['usage without choices', event({ ...ENVELOPE, choices: [], usage: { total_tokens: 3 } })],
    ['a comment', ': keep-alive MSKV1\n\n'],
    ['fields without data', 'event: ping\nid: 3\nretry: 10\n\n'],
    ['CRLF', chunk({ content: 'Mo.' }).replaceAll('\n', '\r\n')],
    ['the end', DONE],
    ['escapes', 'data: {"choices":[{"delta":{"content":"\\u00e9\\u0041"}}]}\n\n'],
    ['arguments', chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":1.0}' } }] })],
    ['the word MSKV1', chunk({ content: 'MSKV1 is a name' })],
    [
      'padding beside a text that reads like a token',
      event({ obfuscation: 'x', choices: [{ delta: { content: 'MSK!' } }] }),
    ],
    ['data that is no JSON', 'data: hello MSK\n\n'],
    ['a scalar', 'data: 5\n\n'],
  ])('passes as the same bytes: %s', (_, text) => {
    expect(start().push(text)).toBe(text);
  });

  it('is not even copied', () => {
    const bytes = Buffer.from(chunk({ content: 'a' }) + chunk({ content: 'b' }));
    expect(start().stream.push(bytes)).toBe(bytes);
  });

  it('is written with its ids and its line ends when something is', () => {
    const { push } = start();
    const text = `event: message\r\nid: 9\r\ndata:${JSON.stringify({ ...ENVELOPE, obfuscation: 'xx', choices: [{ index: 0, delta: { content: NAME } }] })}\r\n\r\n`;
    expect(push(text)).toBe(
      `event: message\r\nid: 9\r\ndata: ${JSON.stringify({ ...ENVELOPE, choices: [{ index: 0, delta: { content: 'Maria Müller' } }] })}\r\n\r\n`,
    );
  });
});

describe('a token in a stream', () => {
  it('is restored with its last character, and the text before it passes at once', () => {
    const { push, stream } = start();
    expect(deltas(push(chunk({ role: 'assistant', content: `call ${PHONE.slice(0, 9)}` })))).toEqual([
      { role: 'assistant', content: 'call ' },
    ]);
    expect(stream.heldLength).toBe(9);
    expect(deltas(push(chunk({ content: PHONE.slice(9, 30) })))).toEqual([{ content: '' }]);
    expect(deltas(push(chunk({ content: PHONE.slice(30) })))).toEqual([{ content: '555-0100' }]);
    expect(stream.heldLength).toBe(0);
  });

  it('is found behind escapes of JSON', () => {
    const escaped = chunk({ content: NAME }).replaceAll('MSKV1', '\\u004d\\u0053KV1');
    expect(deltas(start().push(escaped))).toEqual([{ content: 'Maria Müller' }]);
  });

  it('that is foreign is refused', () => {
    const { push, counts } = start();
    expect(deltas(push(chunk({ content: `${FOREIGN}!` })))).toEqual([{ content: '[REDACTED:SSN]!' }]);
    expect(refusals(counts)).toEqual({ 'SSN unknown': 1 });
  });

  it('is restored in data that is several lines, or no JSON', () => {
    const { push } = start();
    expect(push(`data: {"choices":[{"delta":\ndata: {"content":"${NAME}"}}]}\n\n`)).toBe(
      'data: {"choices":[{"delta":{"content":"Maria Müller"}}]}\n\n',
    );
    expect(push(`data: for ${QUOTED}\n\n`)).toBe(
      `data: for ${(VALUES.get(QUOTED) ?? '').replace('\n', '\ndata: ')}\n\n`,
    );
  });

  it('is escaped in arguments that begin as JSON, over all their chunks', () => {
    const { push } = start();
    const args = (text: string) => push(chunk({ tool_calls: [{ index: 0, function: { arguments: text } }] }));
    const sent = args(' ') + args('{"to":"') + args('M') + args(`${QUOTED.slice(1)}"}`);
    const joined = deltas(sent)
      .map((d) => (d as { tool_calls: { function: { arguments: string } }[] }).tool_calls[0]?.function.arguments)
      .join('');
    expect(JSON.parse(joined)).toEqual({ to: VALUES.get(QUOTED) });
  });

  it('is restored at once in arguments that are JSON itself, and what may begin a token stays in them', () => {
    const { push } = start();
    const call = (given: object) => ({ tool_calls: [{ index: 0, function: { name: 'f', arguments: given } }] });
    expect(deltas(push(chunk(call({ room: '12 M', [NAME]: NAME, id: PHONE }))))).toEqual([
      call({ room: '12 M', 'Maria Müller': 'Maria Müller', id: '555-0100' }),
    ]);
    expect(deltas(push(finish('tool_calls')))).toEqual([{}]);
  });

  it('is escaped in content when JSON was asked for', () => {
    const { push } = start({ jsonContent: true });
    const [delta] = deltas(push(chunk({ content: `{"to":"${QUOTED}"}` }))) as [{ content: string }];
    expect(JSON.parse(delta.content)).toEqual({ to: VALUES.get(QUOTED) });
  });

  it('takes the logprobs with it that a later chunk without text has', () => {
    const logprobs = { content: [{ token: NAME, logprob: 0 }] };
    const later = chunk({}, { logprobs, finish_reason: 'stop' });
    const { push } = start();
    push(chunk({ content: `to ${NAME}.` }));
    expect(push(later)).not.toContain(NAME);
    const { push: pushOther } = start();
    pushOther(chunk({ content: 'to you.' }));
    expect(pushOther(later)).toBe(later);
  });

  it('takes the logprobs of its chunks with it', () => {
    const { push } = start();
    const logprobs = { content: [{ token: 'x', logprob: 0 }] };
    const of = (text: string) =>
      (dataOf(text) as { choices: { logprobs: unknown }[] }[]).map(({ choices }) => choices[0]?.logprobs);
    expect(of(push(chunk({ content: 'hello' }, { logprobs })))).toEqual([logprobs]);
    expect(of(push(chunk({ content: NAME.slice(0, 9) }, { logprobs })))).toEqual([null]);
    expect(of(push(chunk({ content: NAME.slice(9) }, { logprobs })))).toEqual([null]);
    expect(of(push(chunk({ content: 'hello' }, { logprobs })))).toEqual([logprobs]);
  });

  it('takes the logprobs with it where its chunk looks the same', () => {
    const { push } = start();
    const logprobs = { content: [{ token: 'M', logprob: 0 }] };
    const sent = push(chunk({ content: 'M' })) + push(chunk({ content: 'M' }, { logprobs }));
    expect(dataOf(sent)).toMatchObject([
      { choices: [{ delta: { content: '' } }] },
      { choices: [{ delta: { content: 'M' }, logprobs: null }] },
    ]);
  });

  it('in a name is restored at once: clients take names whole', () => {
    const { push, stream } = start();
    const call = (name: string) => ({ tool_calls: [{ index: 0, id: 'call_M', function: { name, arguments: '' } }] });
    expect(deltas(push(chunk(call('findM'))))).toEqual([call('findM')]);
    expect(deltas(push(chunk(call(NAME))))).toEqual([call('Maria Müller')]);
    expect(stream.heldLength).toBe(0);
  });
});

describe('lanes', () => {
  it('of choices and tool calls do not mix', () => {
    const { push } = start();
    const both = (first: unknown, second: unknown) =>
      push(
        event({
          ...ENVELOPE,
          choices: [
            { index: 1, delta: second },
            { index: 0, delta: first },
          ],
        }),
      );
    const call = (index: number, text: string) => ({ index, function: { arguments: text } });
    both({ content: NAME.slice(0, 8) }, { content: PHONE.slice(0, 8) });
    both({ tool_calls: [call(1, `{"${NAME.slice(0, 5)}`), call(0, PHONE.slice(0, 5))] }, { refusal: 'MS' });
    const out = both(
      { content: NAME.slice(8), tool_calls: [call(0, PHONE.slice(5)), call(1, `${NAME.slice(5)}"}`)] },
      { content: PHONE.slice(8), refusal: 'K' },
    );
    expect(dataOf(out)).toMatchObject([
      {
        choices: [
          { index: 1, delta: { content: '555-0100', refusal: '' } },
          {
            index: 0,
            delta: { content: 'Maria Müller', tool_calls: [call(0, '555-0100'), call(1, 'Maria Müller"}')] },
          },
        ],
      },
    ]);
  });

  it('that still hold something are emptied before their choice finishes, in a chunk like the others', () => {
    const { push } = start();
    push(
      event({
        ...ENVELOPE,
        usage: null,
        choices: [
          { index: 0, delta: { content: 'MSKV1.PHO' } },
          { index: 1, delta: { content: 'MS' } },
        ],
      }),
    );
    push(chunk({ tool_calls: [{ index: 2, function: { arguments: '"M' } }] }));
    push(chunk({ thinking: [{ type: 'x', text: 'MSK' }] }));
    const out = dataOf(push(finish()));
    const extra = (delta: unknown) => ({ ...ENVELOPE, choices: [{ index: 0, delta, finish_reason: null }] });
    expect(out).toEqual([
      extra({ content: 'MSKV1.PHO' }),
      extra({ tool_calls: [{ index: 2, function: { arguments: 'M' } }] }),
      extra({ thinking: [{ index: 0, text: 'MSK' }] }),
      { ...ENVELOPE, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ]);
    expect(dataOf(push(DONE))).toEqual([
      { ...ENVELOPE, choices: [{ index: 1, delta: { content: 'MS' }, finish_reason: null }] },
      '[DONE]',
    ]);
  });

  it('end within the chunk that finishes their choice, if it carries their text', () => {
    const { push } = start();
    push(chunk({ content: 'MSKV1' }));
    const last = (content: string) => chunk({ content }, { finish_reason: 'length' });
    expect(push(last('.PHO'))).toBe(last('MSKV1.PHO'));
  });

  it('are not cut by an empty finish_reason, which some upstreams send all along', () => {
    const { push, stream } = start();
    const part = (content: string) => deltas(push(chunk({ content }, { finish_reason: '' })));
    expect([...part(NAME.slice(0, 7)), ...part(NAME.slice(7))]).toEqual([{ content: '' }, { content: 'Maria Müller' }]);
    expect(stream.sawFinish).toBe(false);
  });

  it('of a stream that just ends are dropped: the upstream died, and half a token is worth nothing', () => {
    for (const held of [SEALED, NAME.slice(0, 30), 'M']) {
      const { push, end, stream } = start();
      push(chunk({ content: held }));
      expect(end()).toBe('');
      expect(stream.heldLength).toBe(0);
    }
  });

  it('are limited in number', () => {
    const { push } = start();
    const many = Array.from({ length: 5000 }, (_, index) => ({ index, delta: { content: 'M' } }));
    expect(() => push(event({ choices: many }))).toThrow(StreamLimitError);
  });
});

describe('the end of a stream', () => {
  it('is told apart from an upstream that died', () => {
    const { push, end, stream } = start();
    push(chunk({ content: 'a' }));
    expect([stream.sawFinish, stream.sawDone, stream.sawError]).toEqual([false, false, false]);
    push(finish());
    expect([stream.sawFinish, stream.sawDone, stream.sawError]).toEqual([true, false, false]);
    push(DONE);
    expect(end()).toBe('');
    expect([stream.sawFinish, stream.sawDone, stream.sawError]).toEqual([true, true, false]);
  });

  it('comes when every choice that began has finished', () => {
    const { push, stream } = start();
    const of = (index: number, content: string, reason: string | null = null) =>
      push(event({ ...ENVELOPE, choices: [{ index, delta: { content }, finish_reason: reason }] }));
    of(0, 'a');
    of(1, 'b');
    of(0, '', 'stop');
    expect(stream.sawFinish).toBe(false);
    of(1, '', 'length');
    expect(stream.sawFinish).toBe(true);
    of(1, '');
    expect(stream.sawFinish).toBe(true);
    of(2, 'c');
    expect(stream.sawFinish).toBe(false);
  });

  it.each([
    ['an error event', event({ error: { message: `no ${PHONE}`, type: 'server_error' } })],
    ['an error by name', `event: error\ndata: {"message":"no ${PHONE}"}\n\n`],
  ])('may be %s, which passes restored; what was held is dropped', (_, text) => {
    const { push, stream } = start();
    push(chunk({ content: 'MSK' }));
    const out = push(text);
    expect(stream.sawError).toBe(true);
    expect(out).toContain('no 555-0100');
    expect(out).not.toContain('MSK');
  });

  it('is no error when the error is null', () => {
    const { push, stream } = start();
    push(event({ error: null, choices: [] }));
    expect(stream.sawError).toBe(false);
  });

  it('reaches the client once, however often the upstream sends it', () => {
    const { push, stream } = start();
    push(chunk({ content: 'M' }));
    expect(dataOf(push(DONE + DONE)).slice(1)).toEqual(['[DONE]']);
    expect(push(DONE)).toBe('');
    expect(stream.sawDone).toBe(true);
  });

  it('may lack its blank line', () => {
    for (const last of ['data: [DONE]', 'data: [DONE]\n', 'data:[DONE]\r\n']) {
      const { push, end, stream } = start();
      push(last);
      expect(end().trim()).toMatch(/^data: ?\[DONE\]$/);
      expect(stream.sawDone).toBe(true);
    }
    const { push, end } = start();
    push(chunk({ content: NAME }).trimEnd());
    expect(deltas(end())).toEqual([{ content: 'Maria Müller' }]);
  });

  it('in the middle of an event drops that event, and half a token with it', () => {
    const { push, end, stream } = start();
    push(chunk({ content: 'M' }));
    push(chunk({ content: NAME }).slice(0, -20));
    expect(end()).toBe('');
    expect(stream.sawDone).toBe(false);
  });
});

describe('what waited too long', () => {
  it('goes out in a chunk of its own where it is a mistake, and stays where it is not', () => {
    const { push, stream } = start();
    push(
      event({
        ...ENVELOPE,
        choices: [
          { index: 0, delta: { content: 'it is m' } },
          { index: 1, delta: { content: NAME.slice(0, 9) } },
        ],
      }),
    );
    const extra = { ...ENVELOPE, choices: [{ index: 0, delta: { content: 'm' }, finish_reason: null }] };
    expect(dataOf(Buffer.from(stream.flushFalsePrefixes()).toString())).toEqual([extra]);
    expect(stream.heldLength).toBe(9);
    expect(stream.flushFalsePrefixes()).toHaveLength(0);
  });
});

describe('content that goes by unread', () => {
  it('is still what comes before a token', () => {
    const { push } = start();
    const say = (content: string) => deltas(push(chunk({ content })));
    expect([say('see https://x.example'), say('/?q='), say(NAME)].flat()).toEqual([
      { content: 'see https://x.example' },
      { content: '/?q=' },
      { content: 'Maria%20M%C3%BCller' },
    ]);
    expect([say(' or'), say('m'), say(' '), say('m')].flat()).toEqual([
      { content: ' or' },
      { content: 'm' },
      { content: ' ' },
      { content: '' },
    ]);
  });

  it.each([
    ['with a space behind each mark', (text: string) => text.replaceAll('":', '": ').replaceAll(',"', ', "')],
    [
      'with usage, padding and empty fields',
      (text: string) =>
        text
          .replace('"finish_reason"', '"logprobs":null,"finish_reason"')
          .replace(/\}\n\n$/, ',"usage":null,"obfuscation":"aXm"}\n\n'),
    ],
    ['with CR LF', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('is any text of the usual chunks: %s', (_, spell) => {
    const text = spell(chunk({ role: 'assistant', content: 'Grüße, (a) [b]' }));
    const { push, stream } = start();
    expect(push(text)).toBe(text);
    expect(stream.sawFinish).toBe(false);
  });
});

describe('limits', () => {
  it('bound the size of an event', () => {
    const { stream } = start({ maxEventBytes: 200 });
    stream.push(Buffer.alloc(150, 'M'));
    expect(() => stream.push(Buffer.alloc(150, 'M'))).toThrow(
      expect.objectContaining({ code: 'event_too_large' }) as Error,
    );
  });

  it('say nothing of the stream', () => {
    const { stream } = start({ maxEventBytes: 10 });
    expect(() => stream.push(Buffer.from(`data: ${NAME}`))).toThrow(/^an event of the stream is too large$/);
  });
});

describe('the first call of a choice ends what it says', () => {
  const call = (text: string, index = 0) => ({ tool_calls: [{ index, function: { arguments: text } }] });

  it.each(['M', 'for M', 'MSK', 'MSKV', 'MSK ', 'm s k'])('"%s" goes out before the call', (content) => {
    const { push } = start();
    const sent = push(chunk({ content }));
    const called = push(chunk(call('{')));
    const [held, ...others] = deltas(called);
    expect(
      deltas(sent)
        .map((delta) => (delta as { content: string }).content)
        .join('') + (held as { content: string }).content,
    ).toBe(content);
    expect(others).toEqual([call('{')]);
  });

  it('also before a function call of old, and of every text that is said', () => {
    const { push } = start();
    push(chunk({ content: 'M' }) + chunk({ refusal: 'MS' }));
    expect(deltas(push(chunk({ function_call: { name: 'a', arguments: '' } })))).toEqual([
      { content: 'M' },
      { refusal: 'MS' },
      { function_call: { name: 'a', arguments: '' } },
    ]);
  });

  it('with what the chunk of the call says itself', () => {
    const { push } = start();
    push(chunk({ content: NAME.slice(0, 9) }));
    expect(deltas(push(chunk({ content: `${NAME.slice(9)} M`, ...call('{') })))).toEqual([
      { content: 'Maria Müller M', ...call('{') },
    ]);
  });

  it('but is not begun by an empty list, or null, as some upstreams say in every chunk', () => {
    const { push } = start();
    expect(push(chunk({ content: 'M', tool_calls: [] }))).toContain('"content":""');
    expect(push(chunk({ content: NAME.slice(1), tool_calls: null, function_call: null }))).toContain('Maria Müller');
  });

  it('of no other choice, and of no call', () => {
    const { push, stream } = start();
    push(event({ ...ENVELOPE, choices: [{ index: 1, delta: { content: 'M' } }] }));
    push(chunk(call('"M', 3)));
    push(chunk(call('"M', 4)));
    expect(stream.heldLength).toBe(3);
  });

  it('and cuts no token that has begun: what it says afterwards goes on', () => {
    const { push } = start();
    push(chunk({ content: PHONE.slice(0, 12) }));
    expect(deltas(push(chunk(call('{'))))).toEqual([call('{')]);
    expect(deltas(push(chunk({ content: PHONE.slice(12) })))).toEqual([{ content: '555-0100' }]);
    push(chunk(call('}')) + chunk({ content: PHONE.slice(0, 2) }) + chunk(call('', 1)));
    expect(deltas(push(chunk({ content: PHONE.slice(2) })))).toEqual([{ content: '555-0100' }]);
  });
});
