/** What Retell asks, as a request for a model. */
import { describe, expect, test } from 'vitest';
import type { ResponseRequest, Utterance } from '../../../../../src/proxy/platforms/retell/retell-frames.ts';
import { firstMessage, makingRequest, saidDigest } from '../../../../../src/proxy/platforms/retell/retell-request.ts';
import type { JsonObject } from '../../../../../src/json/json-text.ts';
import { runAtOnce } from '../../../../../src/platform/steps.ts';

function asking(
  transcript: readonly Utterance[],
  type: ResponseRequest['type'] = 'response_required',
): ResponseRequest {
  return { type, responseId: 1, transcript };
}

const chatRequest = (request: ResponseRequest, assistant: JsonObject | null): JsonObject =>
  runAtOnce(makingRequest(request, assistant));

const SAID: readonly Utterance[] = [
  { role: 'agent', content: 'Hello, how can I help?' },
  { role: 'user', content: 'I need an appointment.' },
];
const END_CALL = { type: 'function', function: { name: 'end_call', parameters: { type: 'object' } } };
const ASSISTANT = {
  firstMessage: 'Bright Smile Dental, hello.',
  model: {
    provider: 'custom-llm',
    messages: [
      { role: 'system', content: 'You work for Bright Smile Dental.' },
      { role: 'user', content: 'An example of another platform.' },
    ],
    tools: [END_CALL, { type: 'function', function: { name: 'book_appointment' } }, { type: 'endCall' }, null],
  },
};

describe('the request', () => {
  test('has the words of the call and, without an assistant, nothing else', () => {
    expect(chatRequest(asking(SAID), null)).toEqual({
      stream: true,
      messages: [
        { role: 'assistant', content: 'Hello, how can I help?' },
        { role: 'user', content: 'I need an appointment.' },
      ],
    });
  });

  test('begins with the prompt of the assistant, and has the functions that Retell can carry out', () => {
    const { messages, tools } = chatRequest(asking(SAID), ASSISTANT) as { messages: unknown[]; tools: unknown[] };
    expect(messages[0]).toEqual({ role: 'system', content: 'You work for Bright Smile Dental.' });
    expect(messages).toHaveLength(3);
    expect(tools).toEqual([END_CALL]);
  });

  test('ends with a word for the silence where Retell wants a reminder', () => {
    const { messages } = chatRequest(asking(SAID, 'reminder_required'), null) as {
      messages: { role: string; content: string }[];
    };
    expect(messages).toHaveLength(3);
    expect(messages.at(-1)).toMatchObject({ role: 'user' });
  });

  test.each([
    ['empty', {}],
    ['of another shape', { model: [], firstMessage: 4 }],
    ['with lists that are none', { model: { messages: 'x', tools: {} }, firstMessage: null }],
  ])('survives an assistant that is %s', (_, assistant) => {
    expect(chatRequest(asking(SAID), assistant)).toEqual(chatRequest(asking(SAID), null));
    expect(firstMessage(assistant)).toBe('');
  });
});

test('the first words are those of the assistant', () => {
  expect(firstMessage(ASSISTANT)).toBe('Bright Smile Dental, hello.');
  expect(firstMessage(null)).toBe('');
});

describe('a transcript says the same', () => {
  const digest = (...contents: string[]): string =>
    saidDigest(asking(contents.map((content) => ({ role: 'user', content }))));

  test.each([
    ['capitals', 'my name is maria', 'My name is Maria'],
    ['the mark at the end', 'My name is Maria', 'My name is Maria.'],
    ['spaces', 'My name  is Maria ', ' My name is Maria'],
    ['the width of letters', 'Maria', 'Ｍａｒｉａ'],
  ])('in spite of %s', (_, one, other) => {
    expect(digest(one)).toBe(digest(other));
  });

  test('in spite of an utterance without words', () => {
    expect(digest('Maria', '...')).toBe(digest('Maria'));
  });

  test.each([
    ['a further word', 'My name is Maria', 'My name is Maria Gonzalez'],
    ['a dot within a number', 'It is 5.5', 'It is 55'],
    ['another value', '415-555-0142', '415-555-0143'],
  ])('but not after %s', (_, one, other) => {
    expect(digest(one)).not.toBe(digest(other));
  });

  test('but not where somebody else says it, or it is said in two pieces', () => {
    expect(saidDigest(asking([{ role: 'agent', content: 'Yes' }]))).not.toBe(digest('Yes'));
    expect(digest('a\nuser\nb')).toBe(digest('a user b'));
    expect(digest('a', 'b')).not.toBe(digest('a b'));
  });
});
