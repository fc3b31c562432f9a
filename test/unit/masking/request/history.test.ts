import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/json/json-text.ts';
import { behind, reusableItems, writingBody, writingRest } from '../../../../src/masking/request/history.ts';
import { LOOK_AT_CLOCK, runAtOnce } from '../../../../src/platform/steps.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const MESSAGES = [{ role: 'user', content: 'ü' }, { role: 'assistant' }];

describe('writingBody', () => {
  test.each<JsonObject>([
    { model: 'm', messages: MESSAGES, stream: true },
    { messages: MESSAGES },
    { model: 'm', messages: MESSAGES },
    { messages: MESSAGES, metadata: { a: 'ü' }, n: 1 },
    { model: 'm', messages: [] },
    { model: 'm' },
  ])('writes what JSON.stringify writes: %j', (body) => {
    expect(text(runAtOnce(writingBody('messages', body)).body)).toBe(JSON.stringify(body));
  });

  test('tells in bytes where the last item of the history ends', () => {
    const { body, historyEnd } = runAtOnce(writingBody('messages', { model: 'é', messages: MESSAGES, stream: true }));
    expect(text(body.subarray(0, historyEnd ?? 0))).toBe(
      `{"model":"é","messages":${JSON.stringify(MESSAGES).slice(0, -1)}`,
    );
  });

  test('gives null where the history is empty, is no list or is missing', () => {
    for (const body of [{ messages: [] }, { messages: 'x' }, { model: 'm' }])
      expect(runAtOnce(writingBody('messages', body)).historyEnd).toBeNull();
  });
});

test('a request is written in steps of text, bytes and whole, with a look at the clock between two', () => {
  const steps = [...writingBody('messages', { messages: MESSAGES, stream: true })];
  expect(steps.length).toBeGreaterThanOrEqual(5 * LOOK_AT_CLOCK);
  const rest = [...writingRest('messages', { messages: MESSAGES, stream: true })];
  expect(rest.length).toBeGreaterThanOrEqual(5 * LOOK_AT_CLOCK);
});

describe('writingRest', () => {
  const body: JsonObject = { model: 'm', messages: MESSAGES, stream: true, metadata: { a: 'ü' } };

  test.each([1, 2])('writes what follows %d items, so that head and rest are the whole', (skipped) => {
    const whole = runAtOnce(writingBody('messages', body));
    const first = runAtOnce(writingBody('messages', { model: 'm', messages: MESSAGES.slice(0, skipped) }));
    const rest = runAtOnce(writingRest('messages', behind('messages', body, skipped)));
    const head = first.body.subarray(0, first.historyEnd ?? 0);
    expect(text(head) + text(rest.body)).toBe(text(whole.body));
    expect(head.length + (rest.historyEnd ?? 0)).toBe(whole.historyEnd);
  });

  test('writes nothing but the end where nothing is left', () => {
    const rest = runAtOnce(writingRest('messages', behind('messages', { model: 'm', messages: MESSAGES }, 2)));
    expect([text(rest.body), rest.historyEnd]).toEqual([']}', 0]);
  });
});

describe('reusableItems', () => {
  test('counts the items of the history', () => {
    expect(reusableItems('messages', { model: 'm', messages: MESSAGES, call: {}, stream: true })).toBe(2);
    expect(reusableItems('input', { model: 'm', input: MESSAGES })).toBe(2);
  });

  test.each<[string, JsonObject]>([
    ['has a field that no table knows, whose key is masked before all texts', { messages: MESSAGES, unknown: 1 }],
    ['has a number for a key, which JSON objects order differently', { messages: MESSAGES, 1: 'x' }],
    ['has no list', { messages: 'x' }],
    ['has `call` behind the history and `metadata` before it', { metadata: {}, messages: MESSAGES, call: {} }],
    ['has `metadata` behind the history and `call` before it', { call: {}, messages: MESSAGES, metadata: {} }],
  ])('is 0 for a request that %s', (_, body) => {
    expect(reusableItems('messages', body)).toBe(0);
  });

  test.each<[string, JsonObject]>([
    ['`background` behind the history and `stream` before it', { stream: true, input: MESSAGES, background: true }],
    ['`stream` behind the history and `background` before it', { background: true, input: MESSAGES, stream: true }],
  ])('is 0 for a request of the Responses API that has %s', (_, body) => {
    expect(reusableItems('input', body)).toBe(0);
  });

  test('is not 0 where `call` and `metadata` are on the same side', () => {
    expect(reusableItems('messages', { call: {}, metadata: {}, messages: MESSAGES })).toBe(2);
    expect(reusableItems('messages', { messages: MESSAGES, metadata: {}, call: {} })).toBe(2);
  });
});
