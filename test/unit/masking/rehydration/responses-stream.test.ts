import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { RestoreRules } from '../../../../src/masking/rehydration/destination.ts';
import { RESTORE_ALL } from '../../../../src/masking/rehydration/destination.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import {
  ResponsesStreamRehydrator,
  type ResponsesStreamOptions,
} from '../../../../src/masking/rehydration/responses-stream.ts';
import { StreamLimitError } from '../../../../src/masking/rehydration/stream-limit.ts';
import { documentedPaths } from '../request/documented-paths.ts';
import { Rehydrator } from '../../../../src/masking/rehydration/rehydrate.ts';
import { argumentSlots } from '../../../../src/masking/rehydration/written-form/tool-schemas.ts';
import { FOREIGN, indexOf, NAME, PHONE, QUOTED, refusals, rehydrator, VALUES, vault } from './answers.ts';

const ADDRESS = VALUES.get(QUOTED) ?? '';
const SAID = 'Maria Müller';
const SPOKEN = vault('PHONE', 0x66);

function start(
  options: ResponsesStreamOptions = {},
  counts = new RehydrationCounts(),
  rules: Partial<RestoreRules> = {},
): ResponsesStreamRehydrator {
  return new ResponsesStreamRehydrator(rehydrator(counts, { ...RESTORE_ALL, ...rules }), options);
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const wire = (event: JsonObject): string => `event: ${textIn(event, 'type')}\ndata: ${JSON.stringify(event)}\n\n`;

/** The string in a field; '' where there is none. */
function textIn(event: JsonObject | undefined, field: string): string {
  const value = event?.[field];
  return typeof value === 'string' ? value : '';
}

const deltasOf = (events: readonly JsonObject[]): string => events.map((event) => textIn(event, 'delta')).join('');

/** What comes out for the events, before the stream ends. */
function through(stream: ResponsesStreamRehydrator, ...events: readonly JsonObject[]): JsonObject[] {
  return events.flatMap((event) => parsed(text(stream.push(Buffer.from(wire(event))))));
}

function parsed(out: string): JsonObject[] {
  return out.split('\n\n').flatMap((block) => {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    return data === undefined ? [] : [JSON.parse(data) as JsonObject];
  });
}

const delta = (piece: string, sequence_number: number, fields: JsonObject = {}): JsonObject => ({
  type: 'response.output_text.delta',
  item_id: 'msg_1',
  output_index: 0,
  content_index: 0,
  delta: piece,
  logprobs: [],
  sequence_number,
  ...fields,
});
const done = (whole: string, sequence_number: number): JsonObject => ({
  ...delta('', sequence_number),
  type: 'response.output_text.done',
  delta: null,
  text: whole,
});
const completed = (sequence_number: number): JsonObject => ({
  type: 'response.completed',
  sequence_number,
  response: { object: 'response', output: [] },
});

describe('a delta', () => {
  it('goes out at once, but for what may be the beginning of a token', () => {
    const stream = start();
    expect(through(stream, delta('Hello ', 0))[0]?.['delta']).toBe('Hello ');
    expect(through(stream, delta(`you ${NAME.slice(0, 9)}`, 1))[0]?.['delta']).toBe('you ');
    expect(through(stream, delta(`${NAME.slice(9)}!`, 2))[0]?.['delta']).toBe(`${SAID}!`);
  });

  it('of which nothing is to be done is the very same bytes', () => {
    const bytes = Buffer.from(
      `: ping\nevent:response.output_text.delta\r\ndata:${JSON.stringify(delta('Hello', 0))}\n\n`,
    );
    expect(text(start().push(bytes))).toBe(text(bytes));
  });

  it('that held something loses its log probabilities, and the next one too', () => {
    const stream = start();
    const logprobs = [{ token: 'x', logprob: -0.1, top_logprobs: [] }];
    const [first, second, third] = through(
      stream,
      delta('a M', 0, { logprobs }),
      delta('y', 1, { logprobs }),
      delta('b', 2, { logprobs }),
    );
    expect([first?.['logprobs'], second?.['logprobs'], third?.['logprobs']]).toEqual([[], [], logprobs]);
  });

  it('is written anew without padding', () => {
    expect(through(start(), delta('Hello', 0, { obfuscation: 'xYz' }))).toEqual([delta('Hello', 0)]);
  });

  it('has lanes of its own for each item and each part', () => {
    const stream = start();
    const at = (output_index: number, content_index: number, piece: string, n: number): JsonObject =>
      delta(piece, n, { output_index, content_index });
    const half = NAME.slice(0, 20);
    const rest = NAME.slice(20);
    const out = through(
      stream,
      at(0, 0, half, 0),
      at(0, 1, PHONE.slice(0, 30), 1),
      at(1, 0, half, 2),
      at(0, 0, rest, 3),
      at(0, 1, PHONE.slice(30), 4),
      at(1, 0, `${rest}.`, 5),
    );
    expect(out.map((event) => event['delta'])).toEqual(['', '', '', SAID, '555-0100', `${SAID}.`]);
  });

  it('is told from others by the id of its item where it has no number', () => {
    const stream = start();
    const of = (item_id: string, piece: string): JsonObject => ({
      type: 'response.output_text.delta',
      item_id,
      delta: piece,
    });
    const out = through(stream, of('a', NAME.slice(0, 20)), of('b', 'x'), of('a', NAME.slice(20)));
    expect(out.map((event) => event['delta'])).toEqual(['', 'x', SAID]);
  });

  it('of sound stays as it is', () => {
    const sound = { type: 'response.audio.delta', delta: 'MSKV1.A.B.AAAA', sequence_number: 0 };
    expect(through(start(), sound)).toEqual([sound]);
  });

  it('of a kind that is not known yet is restored, too', () => {
    const of = (piece: string): JsonObject => ({ type: 'response.of_tomorrow.delta', output_index: 0, delta: piece });
    expect(through(start(), of(NAME.slice(0, 20)), of(NAME.slice(20))).map((event) => event['delta'])).toEqual([
      '',
      SAID,
    ]);
  });
});

describe('what was held back to the end of its text', () => {
  it('goes out before the event that ends it, and the numbers go on without a gap', () => {
    const out = through(start(), delta('so M', 0), done('so M', 1), completed(2));
    expect(out.map((event) => [event['type'], event['delta'] ?? event['text'], event['sequence_number']])).toEqual([
      ['response.output_text.delta', 'so ', 0],
      ['response.output_text.delta', 'M', 1],
      ['response.output_text.done', 'so M', 2],
      ['response.completed', undefined, 3],
    ]);
    expect(out[1]).toEqual(delta('M', 1));
  });

  it.each([
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
    'response.incomplete',
    'response.failed',
    'error',
  ])('goes out before %s, should no other event end it', (type) => {
    const end = { type, output_index: 0, content_index: 0, sequence_number: 1 };
    expect(through(start(), delta('so M', 0), end).map((event) => event['delta'])).toEqual(['so ', 'M', undefined]);
  });

  it.each([
    { type: 'response.output_text.done', output_index: 1, content_index: 0 },
    { type: 'response.output_text.done', output_index: 0, content_index: 1 },
    { type: 'response.refusal.done', output_index: 0, content_index: 0 },
    { type: 'response.reasoning_summary_part.done', output_index: 0, summary_index: 0 },
    { type: 'response.output_item.done', output_index: 1 },
    { type: 'response.audio.done' },
    { type: 'response.output_item.added', output_index: 0 },
  ])('waits while %j comes', (event) => {
    const stream = start();
    through(stream, delta(NAME.slice(0, 20), 0), { ...event, sequence_number: 1 });
    expect(stream.heldLength).toBe(20);
    expect(through(stream, delta(NAME.slice(20), 2)).map((each) => each['delta'])).toEqual([SAID]);
  });

  it('has no number where the upstream numbers nothing, and no name where it names nothing', () => {
    const stream = start();
    const event = (fields: JsonObject): string => `data: ${JSON.stringify(fields)}\n\n`;
    const first = { type: 'response.output_text.delta', output_index: 0, delta: 'so M' };
    const last = { type: 'response.output_text.done', output_index: 0, text: 'so M' };
    expect(text(stream.push(Buffer.from(event(first) + event(last))))).toBe(
      `data: {"type":"response.output_text.delta","output_index":0,"delta":"so "}\n\ndata: {"type":"response.output_text.delta","output_index":0,"delta":"M","logprobs":[]}\n\n${event(last)}`,
    );
  });

  it('by mistake goes out when it has waited long enough', () => {
    const stream = start();
    through(stream, delta('Ms', 7));
    expect(parsed(text(stream.flushFalsePrefixes()))).toEqual([delta('Ms', 8)]);
    expect(through(stream, delta('. Smith', 8))).toEqual([delta('. Smith', 9)]);
  });
});

describe('a call', () => {
  const added = (item: JsonObject): JsonObject => ({ type: 'response.output_item.added', output_index: 0, item });
  const piece = (kind: string, part: string): JsonObject => ({
    type: `response.${kind}.delta`,
    output_index: 0,
    item_id: 'fc_1',
    delta: part,
  });

  it('has its arguments escaped as JSON', () => {
    const stream = start();
    through(stream, added({ type: 'function_call', name: 'visit', arguments: '' }));
    const out = through(
      stream,
      piece('function_call_arguments', `{"a":"${QUOTED.slice(0, 30)}`),
      piece('function_call_arguments', `${QUOTED.slice(30)}"}`),
    );
    expect(JSON.parse(deltasOf(out))).toEqual({ a: ADDRESS });
  });

  it.each<[string, string, string, string, string]>([
    ['function_call', 'find', 'function_call_arguments', 'arguments', 'find'],
    ['custom_tool_call', 'find', 'custom_tool_call_input', 'input', 'find'],
    ['mcp_call', 'find', 'mcp_call_arguments', 'arguments', 'find'],
    ['code_interpreter_call', '', 'code_interpreter_call_code', 'code', 'code_interpreter'],
  ])('%s gets values where its tool may have them', (type, name, kind, field, tool) => {
    for (const [tools, expected] of [
      [[tool], SAID],
      [['other'], '[REDACTED:NAME]'],
    ] as const) {
      const stream = start({}, new RehydrationCounts(), { tools });
      const out = through(stream, added({ type, ...(name === '' ? {} : { name }) }), piece(kind, NAME), {
        type: `response.${kind}.done`,
        output_index: 0,
        item_id: 'fc_1',
        [field]: NAME,
      });
      expect([out[1]?.['delta'], out[2]?.[field]]).toEqual([expected, expected]);
    }
  });

  it('has the same written form in its pieces, when it is done, and in the whole response', () => {
    const parameters = { type: 'object', properties: { phone: { type: 'string', format: 'phone' } } };
    const call = (given: string): JsonObject => ({ type: 'function_call', name: 'find', arguments: given });
    const given = JSON.stringify({ phone: SPOKEN });
    const stream = new ResponsesStreamRehydrator(
      new Rehydrator({
        index: indexOf(new Map([[SPOKEN, 'four one five five five five oh one three two']])),
        restore: RESTORE_ALL,
        counts: new RehydrationCounts(),
        slots: argumentSlots({ tools: [{ type: 'function', name: 'find', parameters }] }),
      }),
    );
    const [, pieces, done, item, whole] = through(
      stream,
      added(call('')),
      piece('function_call_arguments', given),
      { type: 'response.function_call_arguments.done', output_index: 0, item_id: 'fc_1', arguments: given },
      { type: 'response.output_item.done', output_index: 0, item: call(given) },
      { type: 'response.completed', response: { object: 'response', output: [call(given)] } },
    );
    const written = '{"phone":"4155550132"}';
    expect([pieces?.['delta'], done?.['arguments'], item?.['item'], whole?.['response']]).toEqual([
      written,
      written,
      call(written),
      { object: 'response', output: [call(written)] },
    ]);
  });

  it('that nobody announced gets none where rules name the tools', () => {
    const stream = start({}, new RehydrationCounts(), { tools: ['find'] });
    expect(through(stream, piece('function_call_arguments', NAME))[0]?.['delta']).toBe('[REDACTED:NAME]');
    expect(through(start(), piece('function_call_arguments', NAME))[0]?.['delta']).toBe(SAID);
  });
});

describe('a text that is JSON', () => {
  it('stays so, in its pieces and whole', () => {
    const stream = start({ jsonContent: true });
    const json = `{"a":"${QUOTED}"}`;
    const out = through(stream, delta(json.slice(0, 25), 0), delta(json.slice(25), 1), done(json, 2));
    expect(JSON.parse(deltasOf(out))).toEqual({ a: ADDRESS });
    expect(JSON.parse(textIn(out[2], 'text'))).toEqual({ a: ADDRESS });
  });
});

describe('the id of the response', () => {
  const event = (type: string, id: string): JsonObject => ({ type, response: { id, object: 'response', output: [] } });

  it('is told by the first event already: a caller may break off and go on from it', () => {
    const stream = start();
    expect(stream.responseId).toBeNull();
    through(stream, event('response.created', 'resp_1'));
    expect(stream.responseId).toBe('resp_1');
    through(stream, delta('Hello', 0), { type: 'error', message: 'no' });
    expect(stream.responseId).toBe('resp_1');
  });

  it('is that of the last event where a server tells two', () => {
    const stream = start();
    through(stream, event('response.created', 'resp_1'), event('response.completed', 'resp_2'));
    expect(stream.responseId).toBe('resp_2');
  });

  it.each<JsonObject>([
    delta('Hello', 0),
    { type: 'response.created', response: 'resp_1' },
    { type: 'response.created', response: { id: null, object: 'response' } },
    { type: 'x', id: 'resp_1', object: 'response' },
  ])('is none in %j', (other) => {
    const stream = start();
    through(stream, other);
    expect(stream.responseId).toBeNull();
  });
});

describe('the end', () => {
  it.each(['response.completed', 'response.incomplete', 'response.failed'])('is %s', (type) => {
    const stream = start();
    expect(stream.sawEnd).toBe(false);
    through(stream, { type, response: { object: 'response', output: [] } });
    expect([stream.sawEnd, stream.sawError]).toEqual([true, type === 'response.failed']);
  });

  it.each<JsonObject>([
    { type: 'error', message: `bad ${NAME}` },
    { error: { message: `bad ${NAME}` } },
    { type: 'error', error: { message: `bad ${NAME}` } },
  ])('may be an error, restored: %j', (event) => {
    const stream = start();
    const out = text(stream.push(Buffer.from(wire({ type: 'error', ...event }))));
    expect(out).toContain(`bad ${SAID}`);
    expect([stream.sawEnd, stream.sawError]).toEqual([false, true]);
  });

  it('is none where the upstream just stops: half a token is worth nothing', () => {
    const stream = start();
    through(stream, delta(`Hello ${NAME.slice(0, 20)}`, 0));
    expect(text(stream.end())).toBe('');
    expect(stream.sawEnd).toBe(false);
    expect(stream.nextNumber).toBe(1);
  });

  it('[DONE] of some servers is passed on and is none', () => {
    const stream = start();
    expect(text(stream.push(Buffer.from('data: [DONE]\n\n')))).toBe('data: [DONE]\n\n');
    expect(stream.sawEnd).toBe(false);
  });

  it('needs no blank line', () => {
    const stream = start();
    expect(text(stream.push(Buffer.from(wire(completed(0)).trimEnd())))).toBe('');
    expect(parsed(text(stream.end()))).toEqual([completed(0)]);
    expect(stream.sawEnd).toBe(true);
  });
});

it('an event that is no JSON is a text', () => {
  expect(text(start().push(Buffer.from(`data: hello ${NAME}\n\n`)))).toBe(`data: hello ${SAID}\n\n`);
});

it('an event that is too large ends the stream', () => {
  const stream = start({ maxEventBytes: 100 });
  expect(() => stream.push(Buffer.from(`data: ${'x'.repeat(200)}`))).toThrow(StreamLimitError);
});

it('more items than any answer has end it, too', () => {
  const stream = start();
  const added = (output_index: number): Buffer =>
    Buffer.from(wire({ type: 'response.output_item.added', output_index, item: { type: 'message' } }));
  for (let n = 0; n < 4096; n++) stream.push(added(n));
  expect(() => stream.push(added(4096))).toThrow(StreamLimitError);
});

it('a token of another session is refused once, however often it is told', () => {
  const counts = new RehydrationCounts();
  const stream = start({}, counts);
  const message = { type: 'message', content: [{ type: 'output_text', text: FOREIGN }] };
  const out = through(
    stream,
    { type: 'response.output_item.added', output_index: 0, item: { type: 'message', content: [] } },
    delta(FOREIGN, 0),
    done(FOREIGN, 1),
    { type: 'response.content_part.done', output_index: 0, content_index: 0, part: message.content[0] ?? null },
    { type: 'response.output_item.done', output_index: 0, item: message },
    { type: 'response.completed', response: { object: 'response', output: [message] } },
  );
  expect(JSON.stringify(out)).not.toContain('MSKV1');
  expect(refusals(counts)).toEqual({ 'SSN unknown': 1 });
});

describe('every field of every event that the openai package documents', () => {
  /** The API's own words, ids and encoded bytes. */
  const VERBATIM =
    /(?:\.(?:type|object|status|role|phase|model|service_tier|id|call_id|caller_id|item_id|response_id|previous_response_id|approval_request_id|file_id|container_id|encrypted_content|fingerprint|partial_image_b64|obfuscation)|<response\.audio\.delta>\.\w+|<image_generation_call>\.result)$/;
  // Log probabilities spell a text in pieces, and are left out where it changed.
  const paths = documentedPaths('ResponseStreamEvent').filter(
    (path) => !path.endsWith('>') && !path.endsWith(']') && !VERBATIM.test(path) && !path.includes('.logprobs[]'),
  );

  /** An event with the value at the path. */
  function plant(path: string, value: JsonValue): JsonObject {
    const steps = [...path.matchAll(/\.(\w+)|\[\]|<([^>]*)>/g)];
    const event = steps.reduceRight<JsonValue>((inner, [step, field, type]) => {
      if (field !== undefined) return { [field]: inner };
      if (step === '[]') return [inner];
      const fields = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as JsonObject) : {};
      return { type: type?.split('|')[0] ?? '', ...fields };
    }, value);
    return event as JsonObject;
  }

  it('are many', () => {
    expect(paths.length).toBeGreaterThan(1000);
  });

  it('is restored, and refused what is not of this session', () => {
    const kept = paths.filter((path) => {
      const stream = start();
      const out = text(stream.push(Buffer.from(wire(plant(path, `is ${NAME} ${FOREIGN} x`))))) + text(stream.end());
      return out.includes('MSKV1') || !out.includes(SAID);
    });
    expect(kept).toEqual([]);
  });
});
