/** The promise of streaming, for responses: however an answer is cut, the client gets what it would have got unstreamed. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { ResponsesAnswer } from '../../../../src/masking/rehydration/responses-answer.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';
import { ResponsesStreamRehydrator } from '../../../../src/masking/rehydration/responses-stream.ts';
import { allEvents, itemEvents, itemOf, responseOf, written } from '../../../responses-wire.ts';
import type { OutputItem, WireEvent } from '../../../responses-wire.ts';
import { answer, cut, NAME, PHONE, QUOTED, refusals, rehydrator } from './answers.ts';

// Thousands of streams: more than the five seconds of one test on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const ECHO = {
  instructions: `You speak to ${NAME}`,
  metadata: { phone: PHONE },
  tools: [{ type: 'function', name: 'f', description: QUOTED, parameters: {} }],
};

const item: fc.Arbitrary<OutputItem> = fc.oneof(
  fc.record({
    type: fc.constant('message' as const),
    parts: fc.array(fc.record({ type: fc.constantFrom('output_text' as const, 'refusal' as const), text: answer }), {
      maxLength: 2,
    }),
  }),
  fc.record({ type: fc.constant('function_call' as const), name: fc.constantFrom('find', 'tell'), arguments: answer }),
  fc.record({ type: fc.constant('custom_tool_call' as const), name: fc.constant('note'), input: answer }),
  fc.record({ type: fc.constant('mcp_call' as const), name: fc.constant('ask'), arguments: answer, output: answer }),
  fc.record({ type: fc.constant('code_interpreter_call' as const), code: answer }),
  fc.record({
    type: fc.constant('reasoning' as const),
    summary: fc.array(answer, { maxLength: 2 }),
    content: fc.array(answer, { maxLength: 1 }),
  }),
);
const items = fc.array(item, { maxLength: 3 });
const order = fc.array(fc.nat(6), { minLength: 1, maxLength: 10 });
const places = fc.array(fc.nat(300), { maxLength: 5 });
const chunkPlaces = fc.array(fc.nat(20_000), { maxLength: 30 });

/** The events of several items, in the order of each, one item's after another's as `turns` has it. */
function interleaved(all: readonly OutputItem[], at: readonly number[], turns: readonly number[]): WireEvent[] {
  const queues = all.map((each, index) => itemEvents(each, index, (text) => cut(text, at)));
  const events: WireEvent[] = [];
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn++) {
    const open = queues.filter((queue) => queue.length > 0);
    const next = open[(turns[turn % turns.length] ?? 0) % open.length]?.shift();
    if (next !== undefined) events.push(next);
  }
  return events;
}

/** What a client makes of a stream. */
interface Seen {
  /** By lane: the deltas together. */
  readonly said: Record<string, string>;
  /** By lane: the text that its `.done` has. */
  readonly done: Record<string, unknown>;
  readonly parts: Record<string, unknown>;
  readonly items: Record<string, unknown>;
  readonly responses: unknown[];
  readonly numbers: number[];
}

const FIELDS = ['text', 'refusal', 'arguments', 'input', 'code'];

function read(text: string): Seen {
  const seen: Seen = { said: {}, done: {}, parts: {}, items: {}, responses: [], numbers: [] };
  for (const block of text.split('\n\n').filter((each) => each !== '')) {
    const [name = '', data = ''] = block.split('\n');
    const event = JSON.parse(data.replace(/^data: /, '')) as WireEvent & {
      output_index?: number;
      content_index?: number;
      summary_index?: number;
      sequence_number: number;
    };
    expect(name).toBe(`event: ${event.type}`);
    expect(event).not.toHaveProperty('obfuscation');
    seen.numbers.push(event.sequence_number);
    const lane = `${event.type.replace(/\.(?:delta|done)$/, '')} ${event.output_index ?? ''} ${event.content_index ?? ''} ${event.summary_index ?? ''}`;
    if (event.type.endsWith('.delta')) seen.said[lane] = (seen.said[lane] ?? '') + String(event['delta']);
    else if ('response' in event) seen.responses.push(event['response']);
    else if (event.type === 'response.output_item.done') seen.items[String(event.output_index)] = event['item'];
    else if (event.type.endsWith('part.done')) seen.parts[lane] = event['part'];
    else if (event.type.endsWith('.done')) {
      seen.done[lane] = event[FIELDS.find((field) => field in event) ?? ''];
      // A client that speaks as it hears has heard it all by now.
      expect(seen.said[lane]).toBe(seen.done[lane]);
    }
  }
  return seen;
}

/** The same stream as an upstream writes it that knows no tokens, and what a client makes of that. */
function expected(
  all: readonly OutputItem[],
  at: readonly number[],
  turns: readonly number[],
  counts: RehydrationCounts,
): Seen {
  const restorer = new ResponsesAnswer(rehydrator(counts));
  const whole = runAtOnce(
    restorer.body(
      responseOf(
        ECHO,
        all.map((each, index) => itemOf(each, index)),
      ) as JsonValue,
    ),
  ) as unknown as { output: Record<string, unknown>[] };
  const open = runAtOnce(restorer.body(responseOf(ECHO, [], 'in_progress') as JsonValue));
  const raw = read(written(interleaved(all, at, turns).map(({ obfuscation: _, ...event }) => event)).join(''));
  const restoredText = (lane: string): string => {
    const [kind = '', index = '', content = '', summary = ''] = lane.split(' ');
    const output = whole.output[Number(index)] ?? {};
    const parts = output[kind.includes('summary') ? 'summary' : 'content'] as Record<string, unknown>[] | undefined;
    const holder =
      content === '' && summary === '' ? output : (parts?.[Number(content === '' ? summary : content)] ?? {});
    return String(holder[FIELDS.find((field) => field in holder) ?? '']);
  };
  const texts = Object.fromEntries(Object.keys(raw.done).map((lane) => [lane, restoredText(lane)]));
  return {
    said: texts,
    done: texts,
    parts: Object.fromEntries(
      Object.entries(raw.parts).map(([lane]) => {
        const [kind = '', index = '', content = '', summary = ''] = lane.split(' ');
        const parts = whole.output[Number(index)]?.[kind.includes('summary') ? 'summary' : 'content'] as unknown[];
        return [lane, parts[Number(content === '' ? summary : content)]];
      }),
    ),
    items: Object.fromEntries(whole.output.map((each, index) => [index, each])),
    responses: [open, open, whole],
    numbers: [],
  };
}

function stream(
  chunks: readonly Uint8Array[],
  counts: RehydrationCounts,
): { text: string; rehydrator: ResponsesStreamRehydrator } {
  const restoring = new ResponsesStreamRehydrator(rehydrator(counts));
  const decoder = new TextDecoder();
  let text = '';
  for (const chunk of chunks) text += decoder.decode(restoring.push(chunk), { stream: true });
  return { text: text + decoder.decode(restoring.end()), rehydrator: restoring };
}

function chunksOf(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const ends = [...at.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

/** Compared as text where key order may differ. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function check(
  all: readonly OutputItem[],
  at: readonly number[],
  turns: readonly number[],
  chunk: (bytes: Uint8Array) => readonly Uint8Array[],
): void {
  const bytes = Buffer.from(written(allEvents(ECHO, all, interleaved(all, at, turns))).join(''));
  const [whole, streamed] = [new RehydrationCounts(), new RehydrationCounts()];
  const due = expected(all, at, turns, whole);
  const { text, rehydrator: restoring } = stream(chunk(bytes), streamed);
  const seen = read(text);
  expect(plain({ ...seen, numbers: [] })).toEqual(plain(due));
  expect(seen.numbers).toEqual(seen.numbers.map((_, n) => n));
  expect(streamed.exact).toEqual(whole.exact);
  expect(streamed.repaired).toEqual(whole.repaired);
  expect(refusals(streamed)).toEqual(refusals(whole));
  expect([restoring.sawEnd, restoring.sawError, restoring.heldLength]).toEqual([true, false, 0]);
  expect(restoring.nextNumber).toBe(seen.numbers.length);
}

describe('a streamed response', () => {
  it('is the unstreamed one, in its deltas, its whole texts, its items and its last event, whatever the chunks', () => {
    fc.assert(
      fc.property(items, places, order, chunkPlaces, (all, at, turns, chunks) => {
        check(all, at, turns, (bytes) => chunksOf(bytes, chunks));
      }),
      { numRuns: 300 },
    );
  });

  it('is the unstreamed one byte by byte', () => {
    fc.assert(
      fc.property(items, places, order, (all, at, turns) => {
        check(all, at, turns, (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)));
      }),
      { numRuns: 40 },
    );
  });
});
