import { expect, test } from 'vitest';
import { spokenTurn } from '../../../../src/proxy/turn/spoken-turn.ts';

const answerOf = (text: string): string | null => spokenTurn({}, Buffer.from(text)).answer;
const chunk = (delta: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;

test('spokenTurn reads the messages of caller and agent, on both APIs and in parts', () => {
  const messages = [
    { role: 'system', content: 'You are.' },
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: null, tool_calls: [] },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Hello' },
        { type: 'refusal', refusal: 'no' },
      ],
    },
    { role: 'tool', content: '{}' },
    'no message',
  ];
  const said = [
    { speaker: 'caller', text: 'Hi' },
    { speaker: 'agent', text: 'Hello' },
  ];
  expect(spokenTurn({ messages }, null)).toEqual({ messages: said, answer: null });
  expect(spokenTurn({ input: messages }, null).messages).toEqual(said);
  expect(spokenTurn({ input: 'Hi' }, null).messages).toEqual([{ speaker: 'caller', text: 'Hi' }]);
});

test('spokenTurn reads the last 64 messages of a long history, oldest first', () => {
  const history = Array.from({ length: 100 }, (_, at) => [
    { role: at % 2 === 0 ? 'user' : 'assistant', content: `Sentence ${at}.` },
    { role: 'tool', content: '{}' },
  ]).flat();
  const { messages } = spokenTurn({ messages: history }, null);
  expect(messages).toHaveLength(64);
  expect([messages[0], messages.at(-1)]).toEqual([
    { speaker: 'caller', text: 'Sentence 36.' },
    { speaker: 'agent', text: 'Sentence 99.' },
  ]);
});

test.each([
  ['a whole chat completion', JSON.stringify({ choices: [{ message: { content: 'One moment.' } }] })],
  [
    'a whole response',
    JSON.stringify({ output: [{ type: 'message', content: [{ type: 'output_text', text: 'One moment.' }] }] }),
  ],
  [
    'a stream in plain chunks',
    chunk({ role: 'assistant', content: 'One' }) +
      chunk({ content: ' mo' }) +
      chunk({ content: 'ment.' }) +
      'data: [DONE]\n\n',
  ],
  [
    'a stream whose chunks have other members',
    chunk({ annotations: [{}], content: 'One ' }) + chunk({ content: 'moment.' }),
  ],
  [
    'a stream of response events',
    ['One ', 'moment.']
      .map((delta) => `event: x\r\ndata: ${JSON.stringify({ type: 'response.output_text.delta', delta })}\r\n\r\n`)
      .join(''),
  ],
])('spokenTurn reads the text of %s', (_, text) => {
  expect(answerOf(text)).toBe('One moment.');
});

test('spokenTurn joins a character that a stream divides between two chunks', () => {
  const half = (escape: string): string => `data: {"choices":[{"index":0,"delta":{"content":"${escape}"}}]}\n\n`;
  expect(answerOf(half('\\ud83d') + half('\\ude00'))).toBe('😀');
});

test.each(['', 'data: [DONE]\n\n', '{"error":{"message":"no"}}', chunk({ tool_calls: [{ index: 0 }] }), 'data: {"cut'])(
  'spokenTurn gives no answer for %j',
  (text) => {
    expect(answerOf(text)).toBeNull();
  },
);
