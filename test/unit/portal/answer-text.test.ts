/** What the page of a session reads from kept answers: as the model wrote them, and as the caller got them. */
import { describe, expect, test } from 'vitest';
import { answerTexts, cutAtRestored } from '../../../src/portal/app/pages/session/answer-text.ts';

const stream = (...events: object[]): string =>
  [...events.map((event) => `data: ${JSON.stringify(event)}`), 'data: {broken', 'data: [DONE]', ''].join('\n\n');
const delta = (message: object): object => ({ choices: [{ delta: message }] });
const call = (name: string, text: string): object => ({ function: { name, arguments: text } });

describe('answerTexts', () => {
  test('has what is said and what tools are called with, of a chat completion whole and streamed alike', () => {
    const response = {
      choices: [{ message: { content: 'One moment.', tool_calls: [call('find', '{"a":1}'), call('book', '{}')] } }],
    };
    const answer = stream(
      delta({ role: 'assistant', content: '' }),
      delta({ content: 'One ' }),
      delta({ content: 'moment.' }),
      delta({ tool_calls: [{ index: 0, ...call('find', '') }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] }),
      delta({ tool_calls: [{ index: 1, ...call('book', '{}') }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '1}' } }] }),
    );
    expect(answerTexts({ answer, response })).toEqual([
      { key: 'content', tool: null, written: 'One moment.', got: 'One moment.' },
      { key: 'call 0', tool: 'find', written: '{"a":1}', got: '{"a":1}' },
      { key: 'call 1', tool: 'book', written: '{}', got: '{}' },
    ]);
  });

  test('has the same of the Responses API', () => {
    const response = {
      output: [
        { type: 'reasoning', summary: [] },
        { type: 'message', content: [{ type: 'output_text', text: 'One moment.' }] },
        { type: 'function_call', name: 'find', arguments: '{}' },
      ],
    };
    const answer = stream(
      { type: 'response.output_item.added', output_index: 1, item: { type: 'message', content: [] } },
      { type: 'response.output_text.delta', output_index: 1, delta: 'One ' },
      { type: 'response.output_text.delta', output_index: 1, delta: 'moment.' },
      { type: 'response.output_item.added', output_index: 2, item: { type: 'function_call', name: 'find' } },
      { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{}' },
      { type: 'response.completed', response },
    );
    expect(answerTexts({ answer, response })).toEqual([
      { key: 'output 1', tool: null, written: 'One moment.', got: 'One moment.' },
      { key: 'output 2', tool: 'find', written: '{}', got: '{}' },
    ]);
  });

  test('says null for the side that is not kept, and has nothing of another form', () => {
    const response = { choices: [{ message: { content: 'Hello.' } }] };
    expect(answerTexts({ answer: null, response })).toEqual([
      { key: 'content', tool: null, written: null, got: 'Hello.' },
    ]);
    expect(answerTexts({ answer: response, response: null })).toMatchObject([{ written: 'Hello.', got: null }]);
    for (const other of [null, 'a page', { error: { message: 'refused' } }, [1]])
      expect(answerTexts({ answer: other, response: other })).toEqual([]);
  });
});

describe('cutAtRestored', () => {
  const token = (kind: string): string => `MSKV1.${kind}.K_HEALTHCARE.${'A'.repeat(26)}`;
  const marked = (written: string, got: string): (readonly [string, string])[] =>
    cutAtRestored(written, got).flatMap(({ text, kind }) => (kind === null ? [] : [[text, kind] as const]));

  test('marks what took the place of each token, at the beginning and the end too', () => {
    expect(marked(`${token('NAME')}, call ${token('PHONE')}`, 'Maria Gonzalez, call 415-555-0142')).toEqual([
      ['Maria Gonzalez', 'NAME'],
      ['415-555-0142', 'PHONE'],
    ]);
    expect(marked(`Is it ${token('NAME')}?`, 'Is it Maria?')).toEqual([['Maria', 'NAME']]);
  });

  test('marks nothing where the texts do not show what took the place of what', () => {
    expect(marked(`${token('NAME')}${token('PHONE')}.`, 'Maria415.')).toEqual([]);
    expect(marked(`Is it ${token('NAME')}?`, 'It is Maria.')).toEqual([]);
    expect(marked('Hello.', 'Hello. More.')).toEqual([]);
  });

  test('keeps every character of the text that the caller got', () => {
    const got = 'Is it Maria Gonzalez? Call back.';
    const pieces = cutAtRestored(`Is it ${token('NAME')}? Call back.`, got);
    expect(pieces.map(({ text }) => text).join('')).toBe(got);
  });
});
