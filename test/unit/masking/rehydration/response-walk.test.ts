import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import { walkingAnswer, walkingChoice, type AnswerPlace } from '../../../../src/masking/rehydration/response-walk.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';

interface Seen {
  readonly text: string;
  readonly place: AnswerPlace;
}

/** Walks an answer and writes `<text>` for each text. */
function walked(body: JsonValue, jsonContent = false, write = (text: string): string => `<${text}>`) {
  const seen: Seen[] = [];
  const visit = (text: string, place: AnswerPlace): string => {
    seen.push({ text, place });
    return write(text);
  };
  const result = runAtOnce(walkingAnswer(body, (choice) => walkingChoice(choice, jsonContent, visit), visit));
  return { result, seen, places: seen.map(({ text, place: { form, path } }) => `${path.join('/')} ${form} ${text}`) };
}

test('walkingAnswer visits every text but those that name or number something, and leaves obfuscation out', () => {
  const body = {
    id: 'c',
    model: 'm',
    obfuscation: 'x',
    usage: { note: 'u' },
    other: ['a', { type: 't', text: 'b' }],
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hi', name: 'n' } }],
  };
  const { result, places } = walked(body);
  expect(places).toEqual([
    'other/0 whole a',
    'other/1/text whole b',
    'message/content plain hi',
    'message/name whole n',
  ]);
  expect(result).toEqual({
    id: 'c',
    model: 'm',
    usage: { note: 'u' },
    other: ['<a>', { type: 't', text: '<b>' }],
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '<hi>', name: '<n>' } }],
  });
});

test('walkingAnswer visits a body that is no object as a whole', () => {
  expect(walked('x').result).toBe('<x>');
  expect(walked(['x', 1, null]).result).toEqual(['<x>', 1, null]);
});

test('walkingChoice names the call of a text by its index, and the tool as the call has it', () => {
  const call = (name: JsonValue) => ({ index: 4, id: 'call', function: { name, arguments: '{}' } });
  const tools = (choice: JsonValue) =>
    walked({ choices: [choice] })
      .seen.filter(({ place }) => place.form === 'arguments')
      .map(({ place }) => [place.tool?.path.join('/'), place.tool?.name]);
  expect(tools({ delta: { tool_calls: [call('book')] } })).toEqual([['delta/tool_calls/4', 'book']]);
  expect(tools({ delta: { tool_calls: [call(1)] } })).toEqual([['delta/tool_calls/4', null]]);
  expect(tools({ delta: { tool_calls: [{ ...call('book'), custom: { name: 'pay' } }] } })).toEqual([
    ['delta/tool_calls/4', 'book pay'],
  ]);
  expect(tools({ message: { function_call: { name: 'old', arguments: '{}' } } })).toEqual([
    ['message/function_call', 'old'],
  ]);
});

test('walkingChoice gives the content as JSON where it is said to be', () => {
  expect(walked({ choices: [{ delta: { content: '{', refusal: 'no' } }] }, true).places).toEqual([
    'delta/content json {',
    'delta/refusal plain no',
  ]);
});

test('walkingChoice drops log probabilities where a text was changed or touched, and only there', () => {
  const choice = { delta: { content: 'x' }, logprobs: { content: [{ token: 'x' }] } };
  const run = (write: string, touched: boolean): JsonValue =>
    runAtOnce(
      walkingChoice(
        choice,
        false,
        () => write,
        () => touched,
      ),
    );
  expect(run('x', false)).toBe(choice);
  expect([run('y', false), run('x', true)]).toEqual([
    { delta: { content: 'y' }, logprobs: null },
    { delta: { content: 'x' }, logprobs: null },
  ]);
});

test('walkingChoice restores arguments that are JSON itself, keys and ids included, and leaves out what is no JSON', () => {
  const choice = { message: { tool_calls: [{ function: { name: 'book', arguments: { id: 'x', x: 1 } } }] } };
  const change = (write: (text: string) => string): JsonValue => {
    const { result } = walked({ choices: [choice] }, false, write);
    return JSON.parse(JSON.stringify(result)) as JsonValue;
  };
  expect(change((text) => text.replaceAll('x', 'y'))).toMatchObject({
    choices: [{ message: { tool_calls: [{ function: { arguments: { id: 'y', y: 1 } } }] } }],
  });
  expect(change((text) => (text.startsWith('{') ? '{' : text))).toMatchObject({
    choices: [{ message: { tool_calls: [{ function: { arguments: null } }] } }],
  });
});

test('walkingAnswer leaves out what is nested too deep, rather than pass it on unread', () => {
  let deep: JsonValue = 'secret';
  for (let depth = 0; depth < 3000; depth += 1) deep = [deep];
  const { result, seen } = walked({ deep });
  expect([seen, JSON.stringify(result).includes('secret')]).toEqual([[], false]);
});

test('walkingAnswer returns the very body where no text changes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const body = { choices: [{ delta: value as JsonValue }], x: value as JsonValue };
      expect(walked(body, false, (text) => text).result).toBe(body);
    }),
    { numRuns: 60 },
  );
});
