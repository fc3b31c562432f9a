/** A restored answer on its way to Retell: spoken piece by piece, completed once, and never an error read aloud. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RetellAnswer } from '../../../../../src/proxy/platforms/retell/retell-answer.ts';
import { chunk, EVENT_STREAM, keptChannel } from './retell-channel.ts';

const signal = new AbortController().signal;

async function deliver(stream: string, pieces: readonly number[] = []): Promise<ReturnType<typeof keptChannel>> {
  const channel = keptChannel();
  const answer = new RetellAnswer(3, channel);
  answer.begin(200, EVENT_STREAM);
  const bytes = Buffer.from(stream, 'utf8');
  const cuts = [...new Set(pieces.map((n) => n % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    await answer.write(bytes.subarray(from, to), signal);
    from = to;
  }
  answer.end();
  return channel;
}

const WORDS = ['Thank you, ', 'Maria Gonzalez', '. ☎ ', '415-555-0142', '!'];
const SPOKEN = WORDS.join('');
const STREAM = `${chunk({ role: 'assistant', content: '' })}${WORDS.map((content) => chunk({ content })).join('')}${chunk({}, 'stop')}data: [DONE]\n\n`;

describe('a streamed answer', () => {
  test('is spoken as it comes, and completed with an empty piece', async () => {
    const { sent } = await deliver(STREAM);
    expect(sent).toEqual([
      ...WORDS.map((content) => ({ response_type: 'response', response_id: 3, content, content_complete: false })),
      { response_type: 'response', response_id: 3, content: '', content_complete: true },
    ]);
  });

  test('is the same however its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 20 }), fc.constantFrom('\n', '\r\n'), async (pieces, eol) => {
        const channel = await deliver(STREAM.replaceAll('\n', eol), pieces);
        expect(channel.spoken(3)).toBe(SPOKEN);
        expect(channel.completed()).toHaveLength(1);
      }),
    );
  });

  test('is sent at once: what was written is spoken before the next is', async () => {
    const channel = keptChannel();
    const answer = new RetellAnswer(1, channel);
    answer.begin(200, EVENT_STREAM);
    await answer.write(chunk({ content: 'One ' }), signal);
    expect(channel.spoken(1)).toBe('One ');
    await answer.write(chunk({ content: 'two.' }), signal);
    expect(channel.spoken(1)).toBe('One two.');
    expect(channel.completed()).toEqual([]);
  });

  test('speaks a refusal, the first choice alone, and no comments, usage or reasoning', async () => {
    const other = `data: ${JSON.stringify({ choices: [{ index: 1, delta: { content: 'second' } }] })}\n\n`;
    const usage = `: keep-alive\n\ndata: {"choices":[],"usage":{"total_tokens":3}}\n\n`;
    const channel = await deliver(
      chunk({ refusal: 'I cannot say.' }) +
        other +
        usage +
        chunk({ reasoning_content: 'hm' }) +
        'data: [DONE]\n\ndata: [DONE]\n\n',
    );
    expect(channel.spoken(3)).toBe('I cannot say.');
  });

  test('ends the call with the farewell that the function holds, its arguments in pieces', async () => {
    const call = (part: object): string => chunk({ tool_calls: [{ index: 0, ...part }] });
    const stream =
      chunk({ content: 'Done. ' }) +
      call({ id: 'call_1', type: 'function', function: { name: 'end_call', arguments: '' } }) +
      call({ function: { arguments: '{"mess' } }) +
      call({ function: { arguments: 'age":"Bye, Maria."}' } }) +
      chunk({}, 'tool_calls') +
      'data: [DONE]\n\n';
    const channel = await deliver(stream);
    expect(channel.spoken(3)).toBe('Done. Bye, Maria.');
    expect(channel.completed()).toEqual([
      { response_type: 'response', response_id: 3, content: 'Bye, Maria.', content_complete: true, end_call: true },
    ]);
  });

  test('ends the call where each piece repeats the name of the function', async () => {
    const call = (given: string): string =>
      chunk({ tool_calls: [{ index: 0, function: { name: 'end_call', arguments: given } }] });
    const channel = await deliver(`${call('{"message":')}${call('"Bye."}')}${chunk({}, 'tool_calls')}data: [DONE]\n\n`);
    expect(channel.completed()).toMatchObject([{ content: 'Bye.', end_call: true }]);
  });

  test('ends the call with the farewell of arguments that are JSON themselves', async () => {
    const call = { index: 0, function: { name: 'end_call', arguments: { message: 'Goodbye.' } } };
    const channel = await deliver(chunk({ tool_calls: [call] }));
    expect(channel.spoken(3)).toBe('Goodbye.');
    expect(channel.completed()).toMatchObject([{ end_call: true }]);
  });

  test('ends the call where each event says that there is no error', async () => {
    const call = { index: 0, function: { name: 'end_call', arguments: '{"message":"Bye."}' } };
    const event = { error: null, choices: [{ index: 0, delta: { tool_calls: [call] } }] };
    const channel = await deliver(`data: ${JSON.stringify(event)}\n\ndata: [DONE]\n\n`);
    expect(channel.completed()).toMatchObject([{ content: 'Bye.', end_call: true }]);
  });

  test('that breaks off says nothing of why, and does nothing', async () => {
    const channel = await deliver(
      chunk({ content: 'Well, ' }) +
        chunk({ tool_calls: [{ index: 0, function: { name: 'end_call', arguments: '{}' } }] }) +
        'data: {"error":{"message":"upstream said 415-555-0142","code":"upstream_error"}}\n\n',
    );
    expect(channel.spoken(3)).toBe('Well, ');
    expect(channel.completed()).toEqual([
      { response_type: 'response', response_id: 3, content: '', content_complete: true },
    ]);
  });
});

describe('an answer that is not streamed', () => {
  const whole = (status: number, body: unknown): ReturnType<typeof keptChannel> => {
    const channel = keptChannel();
    const answer = new RetellAnswer(1, channel);
    answer.begin(status, { 'content-type': 'application/json' });
    answer.end(typeof body === 'string' ? body : JSON.stringify(body));
    return channel;
  };

  test('is spoken whole', () => {
    const channel = whole(200, { choices: [{ index: 0, message: { role: 'assistant', content: SPOKEN } }] });
    expect(channel.spoken(1)).toBe(SPOKEN);
    expect(channel.completed()).toHaveLength(1);
  });

  test.each([
    ['an error of the provider', 429, { error: { message: 'slow down, Maria' } }],
    ['an error that looks like an answer', 500, { choices: [{ index: 0, message: { content: 'out of memory' } }] }],
    ['an error page', 502, '<html>Maria</html>'],
    ['a page that says all is well', 200, '<html>Maria</html>'],
    ['an answer without a message', 200, { choices: [] }],
  ])('is silence where it is %s', (_, status, body) => {
    expect(whole(status, body).sent).toEqual([
      { response_type: 'response', response_id: 1, content: '', content_complete: true },
    ]);
  });
});

describe('an answer that another request takes over', () => {
  test('is said again from its beginning, and goes on under the new id', async () => {
    const channel = keptChannel();
    const answer = new RetellAnswer(1, channel);
    answer.begin(200, EVENT_STREAM);
    await answer.write(chunk({ content: 'One ' }), signal);
    answer.retarget(2);
    await answer.write(chunk({ content: 'two.' }), signal);
    answer.end();
    expect(channel.spoken(2)).toBe('One two.');
    expect(channel.completed()).toMatchObject([{ response_id: 2 }]);
  });

  test('is said again in one piece where it was complete, with what is to be done', async () => {
    const channel = keptChannel();
    const answer = new RetellAnswer(1, channel);
    answer.begin(200, EVENT_STREAM);
    await answer.write(
      chunk({ content: 'Fine. ' }) +
        chunk({ tool_calls: [{ index: 0, function: { name: 'end_call', arguments: '{"message":"Bye."}' } }] }),
      signal,
    );
    answer.end();
    answer.retarget(2);
    answer.retarget(3);
    const frame = { response_type: 'response', content: 'Fine. Bye.', content_complete: true, end_call: true };
    expect(channel.sent.slice(-2)).toEqual([
      { ...frame, response_id: 2 },
      { ...frame, response_id: 3 },
    ]);
  });

  test('says nothing where nothing was said yet', () => {
    const channel = keptChannel();
    new RetellAnswer(1, channel).retarget(2);
    expect(channel.sent).toEqual([]);
  });
});

test('an answer that was given up sends nothing any more', async () => {
  const channel = keptChannel();
  const answer = new RetellAnswer(1, channel);
  answer.begin(200, EVENT_STREAM);
  answer.abandon();
  await answer.write(chunk({ content: 'late' }), signal);
  answer.end();
  expect(channel.sent).toEqual([]);
  expect(answer.failed).toBe(true);
});
