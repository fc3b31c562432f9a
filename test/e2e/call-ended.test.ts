/** Retell's and ElevenLabs' own records of calls, from the signed webhook to the report. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CreatedAgent } from '../instance.ts';
import { answerOf, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let agent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
});
afterAll(async () => {
  await calls.close();
});
beforeEach(async () => {
  agent = await calls.masker.createAgent();
});

function post(
  platform: string,
  body: object,
  headers: Record<string, string> = {},
  url = calls.masker.url,
): Promise<Response> {
  return fetch(`${url}/${platform}/webhook/${agent.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** A call of two turns; returns its session and what was said in it. */
async function spokenCall(
  more: object,
  headers: Record<string, string> = {},
): Promise<{ readonly session: string; readonly said: readonly (readonly ['user' | 'agent', string])[] }> {
  const said: ['user' | 'agent', string][] = [];
  const messages: object[] = [];
  let session = '';
  for (const text of ['My name is Marisol Quintanilla.', 'My social is 536-22-8145.']) {
    messages.push({ role: 'user', content: text });
    const response = await calls.masker.chat(agent, { model: 'gpt-4o-mini', messages, ...more }, headers);
    session = sessionOf(response);
    const answer = await answerOf(response);
    messages.push({ role: 'assistant', content: answer });
    said.push(['user', text], ['agent', answer]);
  }
  return { session, said };
}

async function reportOf(session: string): Promise<{ completeness: Record<string, unknown>; sessions: object[] }> {
  const response = await calls.masker.api('GET', `/sessions/${session}/report`);
  expect(response.status, await response.clone().text()).toBe(200);
  return ((await response.json()) as { report: { completeness: Record<string, unknown>; sessions: object[] } }).report;
}

const UNSEEN = 'Your claim was denied.';

type Said = Awaited<ReturnType<typeof spokenCall>>['said'];
const PLATFORMS = [
  {
    platform: 'retell',
    source: 'call_ended',
    named: { call_id: 'call_5f3a' },
    headers: {},
    event: (said: Said): object => ({
      event: 'call_ended',
      call: {
        call_id: 'call_5f3a',
        transcript_object: said.map(([role, content]) => ({ role, content, words: [] })),
      },
    }),
    variable: 'MASKER_RETELL_API_KEY',
    sign: (body: string, key: string): Record<string, string> => {
      const now = String(Date.now());
      return {
        'x-retell-signature': `v=${now},d=${createHmac('sha256', key)
          .update(body + now)
          .digest('hex')}`,
      };
    },
    malformed: { event: 'call_ended', call: {} },
    path: 'call.call_id',
  },
  {
    platform: 'elevenlabs',
    source: 'post_call_transcription',
    named: { elevenlabs_extra_body: { conversation_id: 'conv_7' } },
    headers: {},
    event: (said: Said): object => ({
      type: 'post_call_transcription',
      data: {
        conversation_id: 'conv_7',
        transcript: said.map(([role, message]) => ({ role, message, tool_calls: [] })),
      },
    }),
    variable: 'MASKER_ELEVENLABS_WEBHOOK_SECRET',
    sign: (body: string, key: string): Record<string, string> => {
      const now = String(Math.floor(Date.now() / 1000));
      const hash = createHmac('sha256', key).update(`${now}.${body}`).digest('hex');
      return { 'elevenlabs-signature': `t=${now},v0=${hash}` };
    },
    malformed: { type: 'post_call_transcription', data: {} },
    path: 'data.conversation_id',
  },
] as const;

describe.each(PLATFORMS)(
  'the record of $platform',
  ({ platform, source, named, event, variable, sign, malformed, path }) => {
    test('seals the call, and is compared with its turns', async () => {
      const { session, said } = await spokenCall(named);
      const response = await post(platform, event([...said, ['agent', UNSEEN]]));
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({});
      const { completeness, sessions } = await reportOf(session);
      expect(completeness).toMatchObject({ matched: 4, unseen: 1, unseen_at_end: 1, only_ours: 0, unknown: 0 });
      expect(completeness['sessions']).toMatchObject([{ platform, source, session_id: session }]);
      expect(sessions).toMatchObject([{ sealed_at: expect.any(String) as string }]);
    });

    test('must be signed where the instance has the key of the platform', async () => {
      const node = await calls.anotherNode({ [variable]: 'key of the platform' });
      const body = event([['user', 'Hello there, my friend.']]);
      const text = JSON.stringify(body);
      expect((await post(platform, body, {}, node.url)).status).toBe(401);
      expect((await post(platform, body, sign(text, 'a guess'), node.url)).status).toBe(401);
      expect((await post(platform, body, sign(`${text} `, 'key of the platform'), node.url)).status).toBe(401);
      expect((await post(platform, body, sign(text, 'key of the platform'), node.url)).status).toBe(200);
    });

    test('of a call without a session, and another event, change nothing', async () => {
      expect((await post(platform, event([['user', 'Hello there, my friend.']]))).status).toBe(200);
      expect((await post(platform, { event: 'call_started', type: 'post_call_audio' })).status).toBe(200);
    });

    test('is refused where it names no call', async () => {
      for (const [body, where] of [
        [malformed, path],
        [{}, path.startsWith('call') ? 'event' : 'type'],
      ] as const) {
        const response = await post(platform, body);
        expect(response.status).toBe(422);
        expect(await response.json()).toMatchObject({ error: { details: [{ path: where }] } });
      }
    });
  },
);

test('ElevenLabs’ record is compared with a call that a header named, too', async () => {
  const { session, said } = await spokenCall({}, { 'x-call-id': 'conv_8' });
  const transcript = said.map(([role, message]) => ({ role, message }));
  const event = { type: 'post_call_transcription', data: { conversation_id: 'conv_8', transcript } };
  expect((await post('elevenlabs', event)).status).toBe(200);
  expect((await reportOf(session)).completeness).toMatchObject({ matched: 4, unseen: 0, sessions_compared: 1 });
});
