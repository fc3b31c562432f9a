/** A text that is restored in stretches comes out as one that is restored at once, and is counted alike. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RESTORE_ALL, SPEECH, type Destination } from '../../../../src/masking/rehydration/destination.ts';
import type { Rehydrator } from '../../../../src/masking/rehydration/rehydrate.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { ResponsesStreamRehydrator } from '../../../../src/masking/rehydration/responses-stream.ts';
import { ChatStreamRehydrator } from '../../../../src/masking/rehydration/sse.ts';
import type { TextForm } from '../../../../src/masking/rehydration/text-lane.ts';
import { runAtOnce, type Stepped } from '../../../../src/platform/steps.ts';
import { FOREIGN, NAME, PHONE, refusals, rehydrator } from './answers.ts';

const RULES = { ...RESTORE_ALL, urls: [], tools: ['book'] } as const;
const BOOK: Destination = { to: 'tool', name: 'book' };
const RUNS = { seed: 20_261_130, numRuns: 30 };

const piece = fc.oneof(
  fc.constantFrom(
    NAME,
    PHONE,
    FOREIGN,
    NAME.toLowerCase(),
    NAME.slice(0, 20),
    'https://x.example/',
    ' ',
    '"',
    '\u{1f600}',
  ),
  fc.integer({ min: 1, max: 8300 }).map((length) => 'well '.repeat(length / 5 + 1).slice(0, length)),
);
/** Some of them are longer than what is restored in one step. Nothing of them is held back at their end. */
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => `${pieces.join('')} and that is all.`);

const FORMS: readonly (readonly [TextForm, (said: string) => string])[] = [
  ['plain', (said) => said],
  ['json', (said) => JSON.stringify({ said })],
  ['arguments', (said) => JSON.stringify({ said })],
];

const written = (events: readonly object[]): Buffer =>
  Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));

/** What a stream makes of the bytes, cut in pieces of a size, and how many of these took more than a step. */
function through(
  stream: { pushing(chunk: Uint8Array): Stepped<Uint8Array>; ending(): Stepped<Uint8Array> },
  bytes: Buffer,
  size: number,
): { out: string; works: number } {
  const out: Uint8Array[] = [];
  let works = 0;
  const take = (made: Stepped<Uint8Array>): void => {
    out.push(made instanceof Uint8Array ? made : runAtOnce(made));
  };
  for (let at = 0; at < bytes.length; at += size) {
    const made = stream.pushing(bytes.subarray(at, at + size));
    if (!(made instanceof Uint8Array)) works += 1;
    take(made);
  }
  take(stream.ending());
  return { out: Buffer.concat(out).toString(), works };
}

/** The answer of chat completions that says the text and calls a tool with it. */
const chat = (content: string, args: string): object[] => {
  const chunk = (delta: object, finish: string | null): object => ({
    id: 'c',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  return [
    chunk({ role: 'assistant', content: '' }, null),
    chunk({ content }, null),
    chunk({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'book', arguments: args } }] }, null),
    chunk({}, 'tool_calls'),
  ];
};

/** The same of the Responses API. */
const responses = (content: string, args: string): object[] => {
  const call = { type: 'function_call', id: 'f', name: 'book', arguments: args };
  const begun = { ...call, arguments: '' };
  const message = { type: 'message', id: 'm', content: [{ type: 'output_text', text: content }] };
  return [
    { type: 'response.output_text.delta', item_id: 'm', output_index: 0, content_index: 0, delta: content },
    { type: 'response.output_text.done', item_id: 'm', output_index: 0, content_index: 0, text: content },
    { type: 'response.output_item.added', output_index: 1, item: begun },
    { type: 'response.function_call_arguments.delta', item_id: 'f', output_index: 1, delta: args },
    { type: 'response.function_call_arguments.done', item_id: 'f', output_index: 1, arguments: args },
    { type: 'response.completed', response: { id: 'r', object: 'response', output: [message, call] } },
  ];
};

/** The two texts, restored at once. */
const restored = (by: Rehydrator, said: string): [string, string] => [
  by.text(said, SPEECH),
  by.text(JSON.stringify({ said }), BOOK, 'arguments'),
];

describe('a text that is restored in stretches', () => {
  it('is the same as at once and counted alike, wherever a token stands in it', () => {
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...FORMS),
        fc.constantFrom(SPEECH, BOOK),
        (said, [form, write], destination) => {
          const [atOnce, inStretches] = [new RehydrationCounts(), new RehydrationCounts()];
          const expected = rehydrator(atOnce, RULES).text(write(said), destination, form);
          const work = rehydrator(inStretches, RULES).restoringWhole(write(said), destination, form);
          expect(runAtOnce(work)).toBe(expected);
          expect(refusals(inStretches)).toEqual(refusals(atOnce));
          expect([inStretches.exact, inStretches.repaired]).toEqual([atOnce.exact, atOnce.repaired]);
        },
      ),
      RUNS,
    );
  });
});

describe('an event of any size', () => {
  const size = fc.constantFrom(700, 8192, 1_000_000);

  it('of chat completions is written byte for byte as its texts are restored at once', () => {
    fc.assert(
      fc.property(text, size, fc.boolean(), (said, cut, orderToolCalls) => {
        const stream = new ChatStreamRehydrator(rehydrator(undefined, RULES), { orderToolCalls });
        const { out } = through(stream, written(chat(said, JSON.stringify({ said }))), cut);
        expect(out).toBe(written(chat(...restored(rehydrator(undefined, RULES), said))).toString());
      }),
      RUNS,
    );
  });

  it('of responses is written byte for byte as its texts are restored at once', () => {
    fc.assert(
      fc.property(text, size, (said, cut) => {
        const stream = new ResponsesStreamRehydrator(rehydrator(undefined, RULES));
        const { out } = through(stream, written(responses(said, JSON.stringify({ said }))), cut);
        expect(out).toBe(written(responses(...restored(rehydrator(undefined, RULES), said))).toString());
      }),
      RUNS,
    );
  });

  const said = `${'well '.repeat(4000)}${NAME}.`;

  it('is work of its own where it is large, and one step where it is small', () => {
    const events = chat(said, '{}');
    const { works } = through(new ChatStreamRehydrator(rehydrator()), written(events), 1024);
    expect(works).toBe(1);
    expect(through(new ChatStreamRehydrator(rehydrator()), written(chat('well', '{}')), 1024).works).toBe(0);
  });

  it('is restored where the stream ends before the blank line behind it', () => {
    const [, event] = chat(said, '{}');
    const bytes = written(event === undefined ? [] : [event]);
    const { out } = through(new ChatStreamRehydrator(rehydrator()), bytes.subarray(0, -2), 8192);
    expect(out).toBe(bytes.toString().replace(NAME, 'Maria Müller'));
  });

  it('that is no JSON is restored as a text', () => {
    const { out } = through(new ChatStreamRehydrator(rehydrator()), Buffer.from(`data: {${said}\n\n`), 8192);
    expect(out).toBe(`data: {${said.replace(NAME, 'Maria Müller')}\n\n`);
  });
});
