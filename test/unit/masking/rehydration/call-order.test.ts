/** The order of streamed tool calls: where a model interleaves their pieces, and where it does not. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallOrder } from '../../../../src/masking/rehydration/call-order.ts';
import type { JsonObject } from '../../../../src/json/json-text.ts';
import { JsonEnd } from '../../../../src/json/json-end.ts';
import { ChatStreamRehydrator } from '../../../../src/masking/rehydration/sse.ts';
import { NAME, QUOTED, rehydrator, VALUES } from './answers.ts';

interface Piece extends JsonObject {
  readonly index: number;
  readonly id?: string;
  readonly type?: string;
  readonly function?: JsonObject & { readonly name?: string; readonly arguments?: string };
}
interface Choice {
  readonly index: number;
  readonly delta: { readonly content?: string; readonly tool_calls?: readonly Piece[] };
  readonly finish_reason: string | null;
}

const DONE = 'data: [DONE]\n\n';
const args = (index: number, text: string): Piece => ({ index, function: { arguments: text } });
const begin = (index: number, text = ''): Piece => ({
  index,
  id: `call_${index}`,
  type: 'function',
  function: { name: `tool_${index}`, arguments: text },
});
const event = (...choices: readonly Choice[]): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices })}\n\n`;
const calls = (pieces: readonly Piece[], choice = 0): string =>
  event({ index: choice, delta: { tool_calls: pieces }, finish_reason: null });
const finish = (choice = 0): string => event({ index: choice, delta: {}, finish_reason: 'tool_calls' });

function start(orderToolCalls = true) {
  const stream = new ChatStreamRehydrator(rehydrator(), { orderToolCalls });
  return {
    stream,
    push: (text: string): string => Buffer.from(stream.push(Buffer.from(text))).toString(),
    end: (): string => Buffer.from(stream.end()).toString(),
  };
}

function choicesOf(text: string): Choice[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '' && block !== 'data: [DONE]')
    .flatMap((block) => (JSON.parse(block.replace(/^data: /, '')) as { choices?: Choice[] }).choices ?? []);
}

const piecesOf = (text: string, choice = 0): Piece[] =>
  choicesOf(text)
    .filter(({ index }) => index === choice)
    .flatMap(({ delta }) => delta.tool_calls ?? []);

/** The pieces as `index:arguments`. */
const written = (text: string, choice = 0): string[] =>
  piecesOf(text, choice).map((piece) => `${piece.index}:${piece.function?.arguments ?? ''}`);

describe('a stream whose calls are not interleaved', () => {
  it.each([
    ['one call', [begin(0), args(0, '{"a'), args(0, '":1}')]],
    [
      'calls one after the other',
      [begin(0), args(0, '{"a":"}'), args(0, '"}'), begin(1), args(1, '[1]'), begin(2, '{}')],
    ],
    ['calls that begin with all their arguments', [begin(0, '{"a":1}'), begin(1, '{}'), begin(2, '{"b":[]}')]],
    ['white space after a call', [begin(0, '{}'), begin(1, '{'), args(0, ' \n'), args(1, '}')]],
    ['calls numbered from 1', [begin(1, '{}'), begin(2), args(2, '{}')]],
  ])('leaves as the same bytes with the push that brought them: %s', (_, pieces) => {
    const { push, end } = start();
    for (const text of [...pieces.map((piece) => calls([piece])), calls(pieces), finish(), DONE])
      expect(push(text)).toBe(text);
    expect(end()).toBe('');
  });
});

describe('interleaved calls', () => {
  it('wait until the arguments of the call before are complete, and leave with its last piece', () => {
    const { push } = start();
    expect(written(push(calls([begin(0, '{"a":')])))).toEqual(['0:{"a":']);
    expect(written(push(calls([begin(1, '{"b":')])))).toEqual([]);
    expect(written(push(calls([args(0, '"}')])))).toEqual(['0:"}']);
    expect(written(push(calls([args(1, '2}')])))).toEqual([]);
    expect(written(push(calls([args(0, '"}')])))).toEqual(['0:"}', '1:{"b":', '1:2}']);
    expect(written(push(calls([begin(2, '{}')])))).toEqual(['2:{}']);
  });

  it('keep id, type and name, and the other members of the delta that brought them', () => {
    const { push } = start();
    push(calls([begin(0, '{')]));
    const held = push(event({ index: 0, delta: { content: 'one', tool_calls: [begin(1)] }, finish_reason: null }));
    expect(choicesOf(held)).toEqual([{ index: 0, delta: { content: 'one' }, finish_reason: null }]);
    expect(piecesOf(push(calls([args(0, '}')])))).toEqual([args(0, '}'), begin(1)]);
  });

  it('are put in order within one event', () => {
    const { push } = start();
    expect(written(push(calls([begin(0, '{'), begin(1, '{'), args(0, '}'), args(1, '}')])))).toEqual([
      '0:{',
      '0:}',
      '1:{',
      '1:}',
    ]);
  });

  it.each([
    ['the finish of the choice', finish()],
    ['the end of the stream without a finish', DONE],
    ['an error', 'data: {"error":{"message":"x"}}\n\n'],
  ])('leave in order before %s where arguments never become complete', (_, last) => {
    const { push } = start();
    for (const piece of [begin(0), begin(1), begin(2, '{}'), args(1, '{"b"')]) push(calls([piece]));
    const text = push(last);
    expect(written(text)).toEqual(['1:', '1:{"b"', '2:{}']);
    expect(text.endsWith(last)).toBe(true);
  });

  it('leave before a finish that brings the last piece of an earlier call', () => {
    const { push } = start();
    push(calls([begin(0, '{"a"')]));
    push(calls([begin(1, '{}')]));
    const choices = choicesOf(
      push(event({ index: 0, delta: { tool_calls: [args(0, ':')] }, finish_reason: 'tool_calls' })),
    );
    expect(choices.map(({ delta, finish_reason: reason }) => [delta.tool_calls?.[0]?.index, reason])).toEqual([
      [0, null],
      [1, null],
      [undefined, 'tool_calls'],
    ]);
  });

  it('leave when the upstream breaks off', () => {
    const { push, end } = start();
    push(calls([begin(0, '{')]) + calls([begin(1, '{}')]));
    expect(written(end())).toEqual(['1:{}']);
    expect(end()).toBe('');
  });

  it('lose an empty piece of a complete call that comes after a later call', () => {
    const { push } = start();
    const pieces = [begin(0, '{}'), args(0, ''), begin(1, '{'), args(0, ''), args(1, ''), args(0, ' '), args(1, '}')];
    expect(pieces.flatMap((piece) => written(push(calls([piece]))))).toEqual(['0:{}', '0:', '1:{', '1:', '0: ', '1:}']);
  });

  it('of one choice do not wait for those of another', () => {
    const { push } = start();
    push(calls([begin(0, '{')], 0));
    expect(written(push(calls([begin(1, '{}')], 1)), 1)).toEqual(['1:{}']);
    expect(written(push(calls([begin(1, '{}')], 0)), 0)).toEqual([]);
    expect(written(push(finish(1)))).toEqual([]);
    expect(written(push(finish(0)))).toEqual(['1:{}']);
  });

  it('do not make the hold timer run', () => {
    const { stream, push } = start();
    push(calls([begin(0, '{')]) + calls([begin(1, '{}')]));
    expect(stream.heldLength).toBe(0);
    expect(Buffer.from(stream.flushFalsePrefixes()).toString()).toBe('');
  });

  it('pass as they come where the policy does not ask for order', () => {
    const { push } = start(false);
    for (const piece of [begin(0, '{'), begin(1, '{}'), args(0, '}')])
      expect(push(calls([piece]))).toBe(calls([piece]));
  });
});

describe('the bound of what waits', () => {
  it('releases the calls of the choice in order and then passes them as they come', () => {
    const order = new CallOrder(JSON.stringify(args(1, '12')).length);
    expect(order.push(0, [args(0, '{'), args(1, '12')])).toEqual([args(0, '{')]);
    expect(order.push(0, [args(2, '')])).toEqual([args(1, '12'), args(2, '')]);
    expect(order.push(0, [args(3, ''), args(1, '3')])).toEqual([args(3, ''), args(1, '3')]);
    expect(order.finishAll()).toEqual([]);
  });

  it('is given back when held calls leave', () => {
    const order = new CallOrder(JSON.stringify(args(1, '{}')).length);
    for (const choice of [0, 1, 2]) {
      expect(order.push(choice, [args(0, '{'), args(1, '{}')])).toEqual([args(0, '{')]);
      const released = choice === 1 ? order.finish(choice) : order.push(choice, [args(0, '}')]).slice(1);
      expect(released).toEqual([args(1, '{}')]);
    }
  });

  it('holds for the number of calls, too', () => {
    const order = new CallOrder();
    for (let index = 0; index < 4096; index++) order.push(0, [args(index, '{')]);
    expect(order.push(0, [args(5000, '{')])).toHaveLength(4096);
  });
});

describe('the end of a JSON text', () => {
  const complete = (text: string): boolean => {
    const end = new JsonEnd();
    end.push(text);
    return end.isComplete;
  };

  it.each(['{}', ' [1] \n', '{"a":"}"}', '{"a":"\\"}"}', '"x"', '{"a":{"b":[{}]}}', '{}{}', '"\\\\"'])(
    'is found in %j',
    (text) => {
      expect(complete(text)).toBe(true);
    },
  );

  it.each(['', ' ', '{', '{"a":"}', '{"a":"\\"}', '{"a":[1}', '12', 'null', '}', '{}{', '{} x'])(
    'is not found in %j',
    (text) => {
      expect(complete(text)).toBe(false);
    },
  );

  it('is found in the last character of every object and list, however it is cut', () => {
    const value = fc.jsonValue().filter((json) => typeof json === 'object' && json !== null);
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 5 }), (json, size) => {
        const text = JSON.stringify(json);
        const end = new JsonEnd();
        for (let at = 0; at < text.length - 1; at += size) {
          end.push(text.slice(at, Math.min(at + size, text.length - 1)));
          expect(end.isComplete).toBe(false);
        }
        end.push(text.slice(-1));
        expect(end.isComplete).toBe(true);
      }),
    );
  });
});

describe('any interleaving', () => {
  const texts = fc.constantFrom('', 'a', '}', '"', '\\', NAME, QUOTED, `call ${NAME}.`);
  const json = fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(texts, fc.array(texts, { maxLength: 2 })));
  /** The arguments of each call of a choice, cut in pieces. */
  const call = fc
    .tuple(
      fc.oneof(
        json.map((value) => JSON.stringify(value)),
        fc.constant(''),
      ),
      fc.array(fc.nat(60), { maxLength: 4 }),
    )
    .map(([text, cuts]) => {
      const ends = [...new Set(cuts.map((at) => at % (text.length + 1)))].sort((a, b) => a - b);
      return [0, ...ends].map((from, at) => text.slice(from, ends[at] ?? text.length));
    });
  const choices = fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 2 });

  /** Restores as a stream of one call would be: what each call is to become. */
  function restored(pieces: readonly string[]): string {
    const value = JSON.parse(pieces.join('') || 'null') as unknown;
    if (value === null) return '';
    return JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'string' ? [...VALUES].reduce((text, [token, name]) => text.replaceAll(token, name), part) : part,
    );
  }

  it('gives each call the same arguments, the calls of a choice in order, and loses nothing', () => {
    const ends = fc.constantFrom('finish', 'done', 'cut');
    const property = fc.property(choices, fc.infiniteStream(fc.nat()), fc.nat(400), ends, (all, dice, size, last) => {
      const left = all.map((ofChoice) => ofChoice.map((pieces) => [...pieces]));
      const begun = all.map(() => 0);
      let text = '';
      for (;;) {
        // The next piece of any call that has begun, or of the next one that begins.
        const ready = left.flatMap((ofChoice, choice) =>
          ofChoice.flatMap((pieces, index) =>
            pieces.length > 0 && index <= (begun[choice] ?? 0) ? [{ choice, index, pieces }] : [],
          ),
        );
        const next = ready[(dice.next().value ?? 0) % Math.max(1, ready.length)];
        if (next === undefined) break;
        const { choice, index, pieces } = next;
        const isFirst = index === begun[choice];
        if (isFirst) begun[choice] = index + 1;
        const piece = pieces.shift() ?? '';
        text += calls([isFirst ? begin(index, piece) : args(index, piece)], choice);
      }
      if (last === 'finish') text += all.map((_, choice) => finish(choice)).join('');
      if (last !== 'cut') text += DONE;
      const { stream, end } = start();
      let out = '';
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += size + 1)
        out += Buffer.from(stream.push(bytes.subarray(at, at + size + 1))).toString();
      out += end();
      for (const [choice, ofChoice] of all.entries()) {
        const pieces = piecesOf(out, choice);
        const order = pieces.map(({ index }) => index);
        expect(order).toEqual([...order].sort((a, b) => a - b));
        for (const [index, given] of ofChoice.entries()) {
          const own = pieces.filter((piece) => piece.index === index);
          expect(own.filter(({ id }) => id !== undefined)).toHaveLength(1);
          expect(own[0]?.id).toBe(`call_${index}`);
          expect(own.map((piece) => piece.function?.arguments ?? '').join('')).toBe(restored(given));
        }
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});
