import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../../../../src/json/json-text.ts';
import {
  callsOf,
  choiceIndex,
  envelopeOf,
  isCalling,
  isFinished,
  isOfCall,
  joinedName,
  nest,
  withCalls,
} from '../../../../src/masking/rehydration/chat-chunk.ts';

const calling = { index: 2, delta: { content: null, tool_calls: [{ index: 0 }, { index: 1 }] } };

test('callsOf returns the pieces of calls, and null where a choice has none', () => {
  expect(callsOf(calling)).toEqual([{ index: 0 }, { index: 1 }]);
  const without: JsonValue[] = [null, 'x', [], {}, { delta: null }, { delta: {} }, { delta: { tool_calls: [] } }];
  for (const choice of without) expect(callsOf(choice)).toBeNull();
});

test('withCalls replaces the calls, leaves out an empty list and keeps all else', () => {
  expect(withCalls(calling, [{ index: 7 }])).toEqual({
    index: 2,
    delta: { content: null, tool_calls: [{ index: 7 }] },
  });
  expect(withCalls(calling, [])).toEqual({ index: 2, delta: { content: null } });
  expect(withCalls('x', [1])).toBe('x');
  expect(withCalls({ delta: 'x' }, [1])).toEqual({ delta: 'x' });
});

test('choiceIndex is 0 for a choice that says none', () => {
  expect([calling, {}, { index: null }, 'x', []].map(choiceIndex)).toEqual([2, 0, 0, 0, 0]);
});

test('isOfCall is true for paths of both forms of calls, and no other', () => {
  expect(
    [['delta', 'tool_calls', 0], ['delta', 'function_call', 'name'], ['delta', 'content'], ['tool_calls'], []].map(
      isOfCall,
    ),
  ).toEqual([true, true, false, false, false]);
});

test('isCalling is true where a piece of a call is in the choice', () => {
  expect(isCalling(calling)).toBe(true);
  expect(isCalling({ delta: { function_call: { name: 'x' } } })).toBe(true);
  const without: JsonValue[] = [
    { delta: { tool_calls: [] } },
    { delta: { function_call: null } },
    { delta: {} },
    'x',
    { tool_calls: [1] },
  ];
  for (const choice of without) expect(isCalling(choice)).toBe(false);
});

test('isFinished is true for a reason that is not empty', () => {
  const reasons: JsonValue[] = ['stop', '', null, 1];
  expect(reasons.map((finish_reason) => isFinished({ finish_reason }))).toEqual([true, false, false, false]);
  expect([isFinished({}), isFinished('stop')]).toEqual([false, false]);
});

test('envelopeOf keeps the fields of the chunk and none with texts', () => {
  const envelope = { id: 'c', object: 'o', created: 1, model: 'm', system_fingerprint: null, service_tier: 'x' };
  expect(envelopeOf({ ...envelope, choices: [], usage: null, __proto__: null, obfuscation: 'x' })).toEqual(envelope);
});

test('nest writes a text at its path, which reading the path finds again', () => {
  expect(nest(['delta', 'tool_calls', 3, 'function', 'arguments'], '{"')).toEqual({
    delta: { tool_calls: [{ index: 3, function: { arguments: '{"' } }] },
  });
  expect(nest(['delta', 'list', 1], 'x')).toEqual({ delta: { list: ['x'] } });
  expect([nest([], 'x'), nest([1], 'x')]).toEqual([{}, {}]);
  const path = fc.array(fc.oneof(fc.string({ minLength: 1 }), fc.nat(9)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(path, fc.string(), (steps, text) => {
      let at: unknown = nest(['delta', ...steps], text);
      for (const step of ['delta', ...steps]) {
        expect(Array.isArray(at)).toBe(typeof step === 'number');
        const [item] = Array.isArray(at)
          ? (at as unknown[])
          : [Object.entries(at as object).find(([key]) => key === step)?.[1]];
        at = item;
      }
      expect(at).toBe(text);
    }),
    { numRuns: 60 },
  );
});

test('joinedName joins pieces of a name, and takes a name that is repeated once', () => {
  expect([
    joinedName('', 'look'),
    joinedName('look', '_up'),
    joinedName('look_up', 'look_up'),
    joinedName('a', ''),
  ]).toEqual(['look', 'look_up', 'look_up', 'a']);
});
