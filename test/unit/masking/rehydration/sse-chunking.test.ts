/** The promise of streaming: however an answer is cut, the client gets what it would have got unstreamed, as soon as it can. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { rehydratingChatResponse } from '../../../../src/masking/rehydration/chat-response.ts';
import { SPEECH } from '../../../../src/masking/rehydration/destination.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';
import type { JsonObject } from '../../../../src/json/json-text.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { ChatStreamRehydrator } from '../../../../src/masking/rehydration/sse.ts';
import { TextLane } from '../../../../src/masking/rehydration/text-lane.ts';
import { answer, cut, rehydrator as restorer } from './answers.ts';

// Thousands of streams: more than the five seconds of one test on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** The texts of an answer that a stream sends in pieces. */
const FIELDS = ['content', 'refusal', 'reasoning_content', 'function_call', 'call 0', 'call 1', 'custom 2'] as const;
type Field = (typeof FIELDS)[number];

const isCall = (field: string): boolean => /^(?:call|custom|function_call)/.test(field);
const isArguments = (field: string): boolean => field.startsWith('call') || field === 'function_call';

function delta(field: Field, text: string): JsonObject {
  const [name, number] = field.split(' ');
  const index = Number(number);
  if (field === 'function_call') return { function_call: { arguments: text } };
  if (name === 'call') return { tool_calls: [{ index, function: { arguments: text } }] };
  if (name === 'custom') return { tool_calls: [{ index, custom: { input: text } }] };
  return { [field]: text };
}

interface Lane {
  readonly choice: number;
  readonly field: Field;
  readonly pieces: readonly string[];
}

/** What a client collects: the text of each lane, by choice and field. */
class Client {
  readonly texts = new Map<string, string>();
  readonly events: unknown[] = [];
  #buffer = '';

  read(text: string): void {
    const blocks = (this.#buffer + text).replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n\n');
    this.#buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n').filter((line) => line.startsWith('data'));
      if (lines.length === 0) continue;
      const data = lines.map((line) => line.replace(/^data: ?/, '')).join('\n');
      if (data === '[DONE]') {
        this.events.push(data);
        continue;
      }
      const value = JSON.parse(data) as {
        choices?: { index: number; delta: JsonObject; finish_reason: string | null }[];
      };
      this.events.push(value);
      for (const choice of value.choices ?? [])
        for (const [field, piece] of texts(choice.delta)) this.#add(choice.index, field, piece);
    }
  }

  #add(choice: number, field: string, text: string): void {
    const name = `${choice} ${field}`;
    this.texts.set(name, (this.texts.get(name) ?? '') + text);
  }
}

function texts(message: JsonObject): [string, string][] {
  const found: [string, string][] = [];
  for (const [key, value] of Object.entries(message)) {
    if (typeof value === 'string') found.push([key, value]);
    else if (key === 'function_call') found.push([key, (value as { arguments: string }).arguments]);
    else {
      for (const call of value as { index: number; function?: { arguments: string }; custom?: { input: string } }[]) {
        if (call.function !== undefined) found.push([`call ${call.index}`, call.function.arguments]);
        if (call.custom !== undefined) found.push([`custom ${call.index}`, call.custom.input]);
      }
    }
  }
  return found;
}

const lanes: fc.Arbitrary<Lane[]> = fc
  .uniqueArray(fc.record({ choice: fc.nat(2), field: fc.constantFrom(...FIELDS) }), {
    selector: ({ choice, field }) => `${choice} ${field}`,
    maxLength: 4,
  })
  .chain((names) =>
    fc.tuple(
      ...names.map(({ choice, field }) =>
        fc
          .tuple(answer, fc.array(fc.nat(300), { maxLength: 5 }))
          .map(([text, places]) => ({ choice, field, pieces: cut(text, places) })),
      ),
    ),
  );

const style = fc.record({
  eol: fc.constantFrom('\n', '\r\n', '\r'),
  space: fc.constantFrom('', ' '),
  ascii: fc.boolean(),
  comments: fc.boolean(),
  twoLines: fc.boolean(),
  done: fc.constantFrom(0, 1, 2),
});

interface Event {
  readonly text: string;
  /** What had been said when the event was sent: lane name to text so far, and the choices that had finished. */
  readonly said: ReadonlyMap<string, string>;
  readonly finished: ReadonlySet<number>;
  /** What each speech of a choice was when the choice called its first tool. */
  readonly atFirstCall: ReadonlyMap<string, string>;
}

/** Whether what was said ends in letters that a token may begin with: no model calls a tool in the midst of these. */
function isCut(said: string): boolean {
  const lane = new TextLane(restorer(), 'plain');
  lane.push(said, SPEECH, false);
  return lane.flushFalsePrefix(true) !== '';
}

/** The stream of an upstream that sends the lanes interleaved as `order` has it. */
function upstream(
  all: readonly Lane[],
  order: readonly number[],
  look: typeof style extends fc.Arbitrary<infer T> ? T : never,
): Event[] {
  const events: Event[] = [];
  const said = new Map<string, string>();
  const finished = new Set<number>();
  const atFirstCall = new Map<string, string>();
  const calling = new Set<number>();
  const send = (data: string): void => {
    const ascii = look.ascii
      ? data.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : data;
    // JSON may be broken over lines where it has white space.
    const lines = look.twoLines ? ascii.replace('"choices":', `"choices":${look.eol}data:${look.space}`) : ascii;
    const comment = look.comments ? `: MSKV1 ping${look.eol}` : '';
    const text = `${comment}data:${look.space}${lines}${look.eol}${look.eol}`;
    events.push({ text, said: new Map(said), finished: new Set(finished), atFirstCall: new Map(atFirstCall) });
  };
  const envelope = { id: 'chatcmpl-MS', object: 'chat.completion.chunk', model: 'M' };
  const queues = all.map((lane) => ({ ...lane, pieces: [...lane.pieces] }));
  for (let turn = 0; queues.some(({ pieces }) => pieces.length > 0); turn++) {
    const open = queues.filter(({ pieces }) => pieces.length > 0);
    const speaking = new Set(
      open
        .filter(({ choice, field }) => !isCall(field) && isCut(said.get(`${choice} ${field}`) ?? ''))
        .map(({ choice }) => choice),
    );
    const ready = open.filter(({ choice, field }) => !isCall(field) || calling.has(choice) || !speaking.has(choice));
    const lane = ready[(order[turn % Math.max(order.length, 1)] ?? 0) % ready.length];
    const piece = lane?.pieces.shift();
    if (lane === undefined || piece === undefined) continue;
    const name = `${lane.choice} ${lane.field}`;
    if (isCall(lane.field) && !calling.has(lane.choice)) {
      calling.add(lane.choice);
      for (const [speech, text] of said)
        if (speech.startsWith(`${lane.choice} `) && !isCall(speech.slice(2))) atFirstCall.set(speech, text);
    }
    said.set(name, (said.get(name) ?? '') + piece);
    send(
      JSON.stringify({
        ...envelope,
        choices: [{ index: lane.choice, delta: delta(lane.field, piece), finish_reason: null }],
      }),
    );
  }
  for (const choice of new Set(all.map((lane) => lane.choice))) {
    finished.add(choice);
    send(JSON.stringify({ ...envelope, choices: [{ index: choice, delta: {}, finish_reason: 'stop' }] }));
  }
  send(JSON.stringify({ ...envelope, choices: [], usage: { total_tokens: 1 } }));
  for (let n = 0; n < look.done; n++) send('[DONE]');
  return events;
}

/** The same answer unstreamed, restored. */
function unstreamed(all: readonly Lane[], counts: RehydrationCounts): Map<string, string> {
  const restored = new Map<string, string>();
  for (const { choice, field, pieces } of all) {
    const message = delta(field, pieces.join(''));
    const body = runAtOnce(rehydratingChatResponse({ choices: [{ index: choice, message }] }, restorer(counts))) as {
      choices: { message: JsonObject }[];
    };
    for (const [name, text] of texts(body.choices[0]?.message ?? {})) restored.set(`${choice} ${name}`, text);
  }
  return restored;
}

function chunksOf(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

function stream(
  chunks: readonly Uint8Array[],
  counts = new RehydrationCounts(),
): { client: Client; rehydrator: ChatStreamRehydrator } {
  const rehydrator = new ChatStreamRehydrator(restorer(counts));
  const client = new Client();
  const decoder = new TextDecoder();
  for (const chunk of chunks) client.read(decoder.decode(rehydrator.push(chunk), { stream: true }));
  client.read(decoder.decode(rehydrator.end()));
  return { client, rehydrator };
}

const order = fc.array(fc.nat(6), { minLength: 1, maxLength: 10 });
const places = fc.array(fc.nat(8000), { maxLength: 30 });

describe('a streamed answer', () => {
  it('is the unstreamed answer, whatever the chunks', () => {
    fc.assert(
      fc.property(lanes, order, style, places, (all, turns, look, at) => {
        const bytes = Buffer.from(
          upstream(all, turns, look)
            .map(({ text }) => text)
            .join(''),
        );
        const [whole, streamed] = [new RehydrationCounts(), new RehydrationCounts()];
        const expected = unstreamed(all, whole);
        const { client, rehydrator } = stream(chunksOf(bytes, at), streamed);
        expect(client.texts).toEqual(expected);
        expect(streamed).toEqual(whole);
        expect(streamed.refused).toEqual(whole.refused);
        expect(rehydrator.sawDone).toBe(look.done > 0);
        expect(rehydrator.sawFinish).toBe(all.length > 0);
        expect(client.events.filter((event) => event === '[DONE]')).toHaveLength(Math.min(1, look.done));
      }),
      { numRuns: 2000 },
    );
  });

  it('is the unstreamed answer byte by byte', () => {
    fc.assert(
      fc.property(lanes, order, style, (all, turns, look) => {
        const bytes = Buffer.from(
          upstream(all, turns, look)
            .map(({ text }) => text)
            .join(''),
        );
        const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
        expect(stream(single).client.texts).toEqual(unstreamed(all, new RehydrationCounts()));
      }),
      { numRuns: 60 },
    );
  });

  it('has everything said so far that cannot become a token, after every event', () => {
    fc.assert(
      fc.property(lanes, order, style, (all, turns, look) => {
        const rehydrator = new ChatStreamRehydrator(restorer());
        const client = new Client();
        for (const event of upstream(all, turns, look)) {
          client.read(Buffer.from(rehydrator.push(Buffer.from(event.text))).toString());
          expect(inOrder(client.texts)).toEqual(due(event));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('that is cut off is the answer to what came, without what was held, and with no [DONE]', () => {
    fc.assert(
      fc.property(lanes, order, style, fc.nat(8000), (all, turns, look, at) => {
        const events = upstream(all, turns, { ...look, done: 0 });
        const bytes = Buffer.from(events.map(({ text }) => text).join(''));
        const length = at % (bytes.length + 1);
        const { client, rehydrator } = stream([bytes.subarray(0, length)]);
        expect(rehydrator.sawDone).toBe(false);
        expect(rehydrator.heldLength).toBe(0);
        let end = 0;
        const came = events.filter(({ text }) => (end += Buffer.byteLength(text)) <= length).length;
        // An event that lacks nothing but its blank line counts too.
        const answers = [came, came + 1].map((count) => JSON.stringify(due(events[count - 1])));
        expect(answers).toContain(JSON.stringify(inOrder(client.texts)));
      }),
      { numRuns: 300 },
    );
  });
});

const inOrder = (texts: ReadonlyMap<string, string>): [string, string][] =>
  [...texts].sort(([a], [b]) => (a < b ? -1 : 1));

/** What the client has when the event has come. */
function due(event: Event | undefined): [string, string][] {
  const said = [...(event?.said ?? [])];
  return inOrder(
    new Map(
      said.map(([name, input]) => [
        name,
        restored(name, input, event?.finished.has(Number(name[0])) === true, event?.atFirstCall.get(name)),
      ]),
    ),
  );
}

function restored(name: string, input: string, final: boolean, atFirstCall: string | undefined): string {
  const lane = new TextLane(restorer(), isArguments(name.slice(2)) ? 'arguments' : 'plain');
  const before = atFirstCall === undefined ? '' : lane.push(atFirstCall, SPEECH, false) + lane.flushFalsePrefix(true);
  return before + lane.push(input.slice(atFirstCall?.length ?? 0), SPEECH, final);
}

describe('bytes that are no stream of chunks', () => {
  it('never break it', () => {
    const junk = fc.constantFrom(
      'data: ',
      '\n',
      '\n\n',
      '{"choices":[',
      '{"delta":',
      '"M"',
      '}',
      ']',
      '[DONE]',
      'null',
      '{"error":',
      '\r',
      'MSKV1.',
      '5,',
    );
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 25 }), places, (parts, at) => {
        const rehydrator = new ChatStreamRehydrator(restorer());
        for (const chunk of chunksOf(Buffer.from(parts.join('')), at)) rehydrator.push(chunk);
        rehydrator.end();
      }),
      { numRuns: 2000 },
    );
  });

  it('pass unchanged, valid UTF-8 or not, when they hold nothing of interest', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }).filter((bytes) => !bytes.includes(0x4d) && !bytes.includes(0x5c)),
        places,
        (bytes, at) => {
          const rehydrator = new ChatStreamRehydrator(restorer());
          const ended = Buffer.concat([bytes, Buffer.from('\n\n')]);
          const out = chunksOf(ended, at).map((chunk) => rehydrator.push(chunk));
          expect(Buffer.concat(out)).toEqual(ended);
        },
      ),
      { numRuns: 500 },
    );
  });
});
