/** Frameworks that run the call themselves and speak OpenAI to the model: Pipecat, LiveKit, Twilio ConversationRelay. See docs/integrations/pipecat-livekit-twilio.md. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { echo } from '../upstream.ts';
import { sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import {
  chatStream,
  expectLateTurnContinues,
  expectUnseen,
  lastSaid,
  platformCall,
  sendTurn,
} from './platform-fixture.ts';

let calls: Calls;

beforeAll(async () => {
  calls = await startCalls();
});
afterAll(async () => {
  await calls.close();
});
beforeEach(() => {
  calls.upstream.received.length = 0;
  calls.upstream.respond(echo);
});

describe.each(['pipecat/chat-completions', 'livekit/chat-completions', 'twilio/conversation-relay'])(
  'a call of %s',
  (name) => {
    const call = platformCall(name);

    test('shows the provider nothing, gives the caller everything, and is one session', async () => {
      const agent = await calls.masker.createAgent();
      const sessions: string[] = [];
      for (const turn of [0, 1]) {
        const response = await sendTurn(agent, call, turn);
        sessions.push(sessionOf(response));
        expect(await chatStream(response)).toMatchObject({ content: lastSaid(call, turn), finish: 'stop' });
      }
      expect(new Set(sessions).size).toBe(1);
      expectUnseen(calls, call);
    });

    test('goes on in a session that continues it after it was sealed', async () => {
      await expectLateTurnContinues(calls, await calls.masker.createAgent(), call);
    });
  },
);
