/** Spoken values in tool arguments: written for the tool, and found again under the same tokens in the next request. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CreatedAgent } from '../instance.ts';
import { startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

const SAID = [
  'my date of birth is march fourteenth nineteen eighty two',
  'my phone number is nine one nine five five five oh one four seven',
  'my email is m dot quintanilla at larkmail dot com',
  'my last name is Q-U-I-N-T-A-N-I-L-L-A',
];
const WRITTEN = {
  date_of_birth: '1982-03-14',
  phone: '+19195550147',
  email: 'm.quintanilla@larkmail.com',
  last_name: 'Quintanilla',
};
const tools = [
  {
    type: 'function',
    function: {
      name: 'verify_patient',
      parameters: {
        type: 'object',
        properties: {
          date_of_birth: { type: 'string', format: 'date' },
          phone: { type: 'string', description: 'E.164' },
          email: { type: 'string', format: 'email' },
          last_name: { type: 'string' },
        },
      },
    },
  },
];
const history: object[] = SAID.flatMap((content, at) => [
  { role: 'user', content },
  { role: 'assistant', content: at === 2 ? 'Please spell your last name.' : 'Thank you.' },
]).slice(0, -1);

/** The messages of a request, without its tools. */
const saidIn = (body: string): string => JSON.stringify((JSON.parse(body) as { messages: unknown }).messages);
const lastBody = (): string => calls.upstream.received.at(-1)?.body.toString('utf8') ?? '';

test('a streamed tool call gets written forms, and the next request hides them under the same tokens', async () => {
  let sent: string[] = [];
  calls.upstream.respond((request, response) => {
    sent = tokensIn(saidIn(request.body.toString('utf8')));
    const text = JSON.stringify(Object.fromEntries(Object.keys(WRITTEN).map((key, at) => [key, sent[at]])));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta: object, finish_reason: string | null = null): void => {
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
    };
    const call = (part: object): void => {
      send({ tool_calls: [{ index: 0, ...part }] });
    };
    call({ id: 'call_1', type: 'function', function: { name: 'verify_patient', arguments: '' } });
    for (let at = 0; at < text.length; at += 7) call({ function: { arguments: text.slice(at, at + 7) } });
    send({}, 'tool_calls');
    response.end('data: [DONE]\n\n');
  });
  const answer = await calls.masker.chat(
    agent,
    { stream: true, tools, messages: history },
    { 'x-call-id': 'written forms' },
  );
  const pieces = [...(await answer.text()).matchAll(/^data: (\{.*)$/gm)].map(
    ([, json = '']) =>
      (JSON.parse(json) as { choices: { delta: { tool_calls?: { function: { arguments?: string } }[] } }[] }).choices[0]
        ?.delta.tool_calls?.[0]?.function.arguments ?? '',
  );
  const given = pieces.join('');
  expect(JSON.parse(given)).toEqual(WRITTEN);

  calls.upstream.respond((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"choices":[{"index":0,"message":{"role":"assistant","content":"Found."},"finish_reason":"stop"}]}');
  });
  const called = { id: 'call_1', type: 'function', function: { name: 'verify_patient', arguments: given } };
  const second = await calls.masker.chat(
    agent,
    {
      tools,
      messages: [
        ...history,
        { role: 'assistant', content: null, tool_calls: [called] },
        { role: 'tool', tool_call_id: 'call_1', content: '{"found":true}' },
      ],
    },
    { 'x-call-id': 'written forms' },
  );
  expect(second.status, await second.clone().text()).toBe(200);
  for (const value of Object.values(WRITTEN)) expect(lastBody()).not.toContain(value);
  expect(new Set(tokensIn(saidIn(lastBody())))).toEqual(new Set(sent));
});
