/** Bodies for the other doors that are made to hold the event loop. */
import type { Door, HostileKind } from './hostile-kind.ts';
import { list, many, name, phone, PHRASE, repeated } from './pieces.ts';

/** Bodies of the API may have a megabyte, texts to be looked at 100,000 characters. */
const API_BODY = 1_000_000;
const API_TEXT = 99_000;

const json = (value: unknown): string => JSON.stringify(value);
const at = (door: Door, what: string, body: (size: number) => string): HostileKind => ({
  name: `${door}: ${what}`,
  door,
  body,
});
const response = (what: string, members: (size: number) => object): HostileKind =>
  at('responses', what, (size) => json({ model: 'gpt-4o-mini', store: false, ...members(size) }));
const retell = (what: string, transcript: (size: number) => readonly object[]): HostileKind =>
  at('retell', what, (size) =>
    json({ interaction_type: 'response_required', response_id: 1, transcript: transcript(size * 0.95) }),
  );
const vapi = (what: string, message: (size: number) => object): HostileKind =>
  at('vapi', what, (size) => json({ message: { call: { id: 'call-1' }, ...message(size) } }));

const saying = (n: number): string => `I am ${name(n)}, my number is ${phone(n)}. `;
const said = (size: number): object[] =>
  list((n) => ({ role: n % 2 === 0 ? 'user' : 'bot', message: saying(n), time: n, secondsFromStart: n }), size);
const texts = (size: number): readonly (readonly [string, string])[] => [
  ['words', repeated(PHRASE, size)],
  ['numbers', repeated('1 ', size)],
  ['values', many(saying, size)],
  ['one word', repeated('a', size)],
  ['confusables', repeated('\u0430\u0455\uff11\u200b1', size / 2)],
  ['lines of a table', many((n) => (n === 0 ? 'name|phone\n' : `${name(n)}|${phone(n)}\n`), size)],
];
const KINDS_OF_TEXT = texts(100).map(([what]) => what);
const textOf = (what: string, size: number): string => texts(size).find(([kind]) => kind === what)?.[1] ?? '';

export const OTHER_BODIES: readonly HostileKind[] = [
  response('one text', (size) => ({ input: repeated(PHRASE, size) })),
  response('values', (size) => ({ input: many(saying, size) })),
  response('messages', (size) => ({ input: list((n) => ({ role: 'user', content: saying(n) }), size) })),
  response('parts', (size) => ({
    input: [{ role: 'user', content: list((n) => ({ type: 'input_text', text: ` ${n}` }), size) }],
  })),
  response('calls and results', (size) => ({
    input: list(
      (n) =>
        n % 2 === 0
          ? { type: 'function_call', call_id: `c${n}`, name: 'look_up', arguments: json({ name: name(n) }) }
          : { type: 'function_call_output', call_id: `c${n - 1}`, output: json({ phone: phone(n) }) },
      size,
    ),
  })),
  response('numbers in a result', (size) => ({
    input: [
      { type: 'function_call', call_id: 'c1', name: 'look_up', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: json(list((n) => n, size)) },
    ],
  })),
  response('instructions', (size) => ({ input: 'hi', instructions: repeated(PHRASE, size) })),
  response('an image', (size) => ({
    input: [
      {
        role: 'user',
        content: [{ type: 'input_image', image_url: `data:image/png;base64,${repeated('iVBORw0KGgo', size)}` }],
      },
    ],
  })),
  retell('utterances', (size) => list((n) => ({ role: n % 2 === 0 ? 'user' : 'agent', content: saying(n) }), size)),
  retell('small utterances', (size) => list((n) => ({ role: 'user', content: ` ${n}` }), size)),
  retell('one utterance', (size) => [{ role: 'user', content: repeated(PHRASE, size) }]),
  retell('marks before a word', (size) => [{ role: 'user', content: `${repeated('.', size)} x` }]),
  vapi('report of a call', (size) => ({
    type: 'end-of-call-report',
    endedReason: 'customer-ended-call',
    artifact: { messages: said(size * 0.5), transcript: many(saying, size * 0.4) },
  })),
  vapi('conversation', (size) => ({ type: 'conversation-update', messages: said(size * 0.9) })),
  vapi('request for an assistant', (size) => ({
    type: 'assistant-request',
    extra: list((n) => ({ [`k${n}`]: saying(n) }), size * 0.9),
  })),
  vapi('unknown event', (size) => ({ type: 'language-change-detected', extra: list((n) => n, size * 0.9) })),
  at('vapi', 'no JSON', (size) => repeated('[', size)),
  at('bolna', 'record of a call', (size) =>
    json({
      id: 'execution-1',
      status: 'completed',
      transcript: many((n) => `${n % 2 === 0 ? 'user' : 'assistant'}: ${saying(n)}\n`, size * 0.9),
    }),
  ),
  ...KINDS_OF_TEXT.map((what) =>
    at('detect', what, (size) => json({ text: textOf(what, Math.min(size, API_TEXT)), explain: size > API_TEXT })),
  ),
  ...KINDS_OF_TEXT.map((what) =>
    at('mask', what, (size) => json({ text: textOf(what, Math.min(size, API_TEXT)), explain: size > API_TEXT })),
  ),
  at('policy', 'many lines', (size) => json({ policy_yaml: many((n) => `k${n}: [${n}]\n`, Math.min(size, 250_000)) })),
  at('policy', 'nested', (size) => json({ policy_yaml: repeated('- ', Math.min(size, 250_000)) })),
  at('policy', 'patterns', (size) =>
    json({
      policy_yaml: `name: p\nversion: 1\nentities:\n  NAME:\n    patterns:\n${many((n) => `      - 'a{1,${n % 50}}b${n}'\n`, Math.min(size, 200_000))}`,
    }),
  ),
  at('graphql', 'fields', (size) => json({ query: `{ ${repeated('me { id } ', Math.min(size, API_BODY) * 0.9)} }` })),
  at('graphql', 'nested', (size) => json({ query: repeated('{me', Math.min(size, API_BODY) * 0.9) })),
  at('graphql', 'variables', (size) =>
    json({
      query: 'query Q($a: Int) { __typename }',
      variables: { a: 1, b: list((n) => n, Math.min(size, API_BODY) * 0.9) },
    }),
  ),
];
