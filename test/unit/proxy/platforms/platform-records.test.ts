import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/json/json-text.ts';
import { readBolnaRecord } from '../../../../src/proxy/platforms/bolna-record.ts';
import { readElevenLabsEvent } from '../../../../src/proxy/platforms/elevenlabs-record.ts';
import { readRetellEvent } from '../../../../src/proxy/platforms/retell/retell-record.ts';
import { readVapiRecord } from '../../../../src/proxy/platforms/vapi/vapi-record.ts';

const vapi = (message: JsonObject): ReturnType<typeof readVapiRecord> => readVapiRecord(message, 'end-of-call-report');
const OPENAI = [
  { role: 'system', content: 'You are.' },
  { role: 'assistant', content: 'Front desk.' },
  { role: 'user', content: 'Hi.' },
  { role: 'assistant', content: null, tool_calls: [{}] },
  { role: 'tool', content: '{}' },
];
const OWN = [
  { role: 'system', message: 'You are.' },
  { role: 'bot', message: 'Front desk.', time: 1, secondsFromStart: 0.5 },
  { role: 'user', message: 'Hi.' },
  { role: 'tool_calls', toolCalls: [] },
  { role: 'tool_call_result', result: '{}' },
];
const SAID = [
  { speaker: 'aside' },
  { speaker: 'agent', text: 'Front desk.' },
  { speaker: 'caller', text: 'Hi.' },
  { speaker: 'aside' },
  { speaker: 'aside' },
];

test.each<[string, JsonObject]>([
  [
    'the form of requests in the artifact, before all others',
    { artifact: { messagesOpenAIFormatted: OPENAI, messages: [] }, messages: [{}] },
  ],
  ['the form of requests beside it', { messagesOpenAIFormatted: OPENAI }],
  ['the older conversation', { conversation: OPENAI, messages: [{}] }],
  ["Vapi's own form in the artifact", { artifact: { messages: OWN, messagesOpenAIFormatted: [] } }],
  ["Vapi's own form in an older report", { messages: OWN }],
])('readVapiRecord reads %s', (_, message) => {
  expect(vapi(message)?.messages).toEqual(SAID);
});

test('readVapiRecord takes what it cannot read as unknown, and counts what is too much', () => {
  expect(vapi({ messages: [null, { role: 'narrator', message: 'x' }, { role: 7 }] })?.messages).toEqual([
    { speaker: 'unknown' },
    { speaker: 'unknown' },
    { speaker: 'unknown' },
  ]);
  const many = Array.from({ length: 2005 }, () => ({ role: 'user', message: 'x' }));
  expect(vapi({ messages: many })).toMatchObject({ unread: 5 });
  expect(vapi({ messages: many })?.messages).toHaveLength(2000);
  for (const message of [{}, { messages: 'x' }, { messages: [] }, { artifact: 7 }]) expect(vapi(message)).toBeNull();
});

test('readVapiRecord counts the models that Vapi charges for', () => {
  const costs = [
    { type: 'transport' },
    { type: 'model', model: { provider: 'custom-llm', model: 'gpt-4o-mini' } },
    { type: 'model', model: { provider: 'openai', model: 'gpt-4o' } },
    { type: 'analysis', analysisType: 'summary', model: {} },
    { type: 'knowledge-base' },
    { type: 'voice' },
    null,
  ];
  expect(vapi({ messages: OWN, costs })?.models).toEqual({ through_masker: 1, others: 3 });
  expect(vapi({ messages: OWN })?.models).toBeNull();
});

test('readBolnaRecord reads a transcript by its speakers, lines that go on included', () => {
  expect(
    readBolnaRecord({ transcript: 'assistant: Front desk.\nuser: Hi,\nit is me.\n\nAssistant : Hello.' })?.messages,
  ).toEqual([
    { speaker: 'agent', text: ' Front desk.' },
    { speaker: 'caller', text: ' Hi, it is me. ' },
    { speaker: 'agent', text: ' Hello.' },
  ]);
  expect(readBolnaRecord({ transcript: 'no speaker at all' })?.messages).toEqual([{ speaker: 'unknown' }]);
  for (const execution of [{}, { transcript: null }, { transcript: ' ' }])
    expect(readBolnaRecord(execution)).toBeNull();
});

const retell = (transcript: unknown): JsonObject =>
  ({ event: 'call_ended', call: { call_id: 'c', transcript_object: transcript } }) as JsonObject;
const elevenLabs = (transcript: unknown): JsonObject =>
  ({ type: 'post_call_transcription', data: { conversation_id: 'c', transcript } }) as JsonObject;

test.each([
  [
    'readRetellEvent',
    (list: unknown) => readRetellEvent(retell(list))?.record,
    [
      { role: 'agent', content: 'Front desk.', words: [] },
      { role: 'user', content: 'Hi.' },
      { role: 'tool_call_invocation', name: 'x' },
      { role: 'user', content: 7 },
      null,
    ],
  ],
  [
    'readElevenLabsEvent',
    (list: unknown) => readElevenLabsEvent(elevenLabs(list))?.record,
    [
      { role: 'agent', message: 'Front desk.', time_in_call_secs: 0 },
      { role: 'user', message: 'Hi.' },
      { role: 'agent', message: null, tool_calls: [{}] },
      { role: 'narrator', message: 'x' },
      null,
    ],
  ],
])('%s reads what was said, and takes what it cannot read as unknown', (_, read, list) => {
  expect(read(list)).toMatchObject({
    messages: [
      { speaker: 'agent', text: 'Front desk.' },
      { speaker: 'caller', text: 'Hi.' },
      { speaker: 'aside' },
      { speaker: 'unknown' },
      { speaker: 'unknown' },
    ],
    unread: 0,
    models: null,
  });
  expect(read(Array.from({ length: 2003 }, () => list[1]))).toMatchObject({ unread: 3 });
  for (const none of [[], null, 'x']) expect(read(none)).toBeNull();
});
