/** Very long requests through a real instance: masked wholly or refused clearly, and nobody else waits for them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CreatedAgent } from '../instance.ts';
import { answerWith } from '../upstream.ts';
import { answerOf, lastSeen, saying, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});
beforeEach(() => {
  calls.upstream.received.length = 0;
});

const FILLER = 'The results are going to be discussed in the afternoon, when the nurse has time for it. ';
const filler = (length: number): string => FILLER.repeat(Math.ceil(length / FILLER.length)).slice(0, length);

/** A text of about so many characters with a value every 4,000, each at another place of a segment. */
function planted(length: number): { readonly text: string; readonly values: readonly string[] } {
  const values: string[] = [];
  let text = '';
  for (let n = 0; text.length < length; n += 1) {
    values.push(`415-555-${1000 + n}`);
    text += `${FILLER.repeat(44)}${'and so '.repeat(n % 11)}call 415-555-${1000 + n}. `;
  }
  return { text, values };
}

/** Streams a word of the answer each time it is asked to. */
interface SteppedStream {
  readonly next: () => Promise<string>;
  readonly end: () => Promise<void>;
}

async function steppedStream(): Promise<SteppedStream> {
  let write: (content: string | null) => void = () => undefined;
  calls.upstream.respond((request, response) => {
    if (!request.body.toString().includes('"stream":true')) {
      answerWith('done', request, response);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    write = (content) => {
      const choice = {
        index: 0,
        delta: content === null ? {} : { content },
        finish_reason: content === null ? 'stop' : null,
      };
      response.write(
        `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini', choices: [choice] })}\n\n`,
      );
      if (content === null) response.end('data: [DONE]\n\n');
    };
    write('word0 ');
  });
  const response = await calls.masker.chat(agent, { ...saying('talk to me'), stream: true });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error('no stream');
  let seen = '';
  let count = 0;
  const until = async (expected: string): Promise<string> => {
    while (!seen.includes(expected)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`the stream ended before ${expected}`);
      seen += value;
    }
    return expected;
  };
  await until('word0 ');
  return {
    next: () => {
      count += 1;
      write(`word${count} `);
      return until(`word${count} `);
    },
    end: async () => {
      write(null);
      await until('[DONE]');
    },
  };
}

describe('a request with a very long text', () => {
  test('is masked while short turns are answered and a stream goes on', async () => {
    const stream = await steppedStream();
    const { text } = planted(200_000);
    const progress = { answered: false };
    const long = calls.masker.chat(agent, saying(text)).finally(() => {
      progress.answered = true;
    });
    // Were it searched on the loop, all that comes after it would wait until it is answered: one or two get in before.
    let meanwhile = 0;
    while (!progress.answered) {
      expect(await answerOf(await calls.masker.chat(agent, saying('hello')))).toBe('done');
      await stream.next();
      meanwhile += 1;
    }
    expect(await answerOf(await long)).toBe('done');
    expect(meanwhile).toBeGreaterThan(5);
    await stream.end();
  });

  test('holds no value when it leaves, wherever it stood, and nothing else in it is another', async () => {
    calls.upstream.respond((request, response) => {
      answerWith('done', request, response);
    });
    const { text, values } = planted(120_000);
    expect(await answerOf(await calls.masker.chat(agent, saying(text)))).toBe('done');
    const [seen = ''] = lastSeen(calls.upstream);
    for (const value of values) expect(seen.includes(value.slice(-8))).toBe(false);
    const shown = (of: string): string[] =>
      of.replace(/MSKV1\.PHONE\.K_HEALTHCARE\.[A-Z2-7]+|415-555-\d{4}/g, '#').split(FILLER);
    expect(shown(seen)).toEqual(shown(text));
    expect(seen.match(/MSKV1/g)).toHaveLength(values.length);
  });
});

describe('a request of ten million characters', () => {
  const REFUSAL = /over 2000000 characters of text \(MASKER_MAX_TEXT_CHARS\)/;

  test.each([
    ['in one text', () => saying(filler(10_000_000))],
    ['in many', () => saying(...Array.from({ length: 10_000 }, (_, n) => filler(960) + String(n)))],
  ])('%s is refused, by its rule, and nothing leaves', async (_, body) => {
    const response = await calls.masker.chat(agent, body());
    const text = await response.text();
    expect([response.status, text.length < 1000]).toEqual([413, true]);
    expect((JSON.parse(text) as { error: { code: string; message: string } }).error).toMatchObject({
      code: 'payload_too_large',
      message: expect.stringMatching(REFUSAL) as string,
    });
    expect(calls.upstream.received).toEqual([]);
  });

  test('more bytes than are read at all are refused by that rule', async () => {
    const response = await calls.masker.chat(agent, saying(filler(10_485_760)));
    expect(response.status).toBe(413);
    expect(await response.text()).toContain('10485760 bytes');
  });
});
