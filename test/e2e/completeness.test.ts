/** Vapi's own record of a call against what Masker saw of it, from the webhook to the bundle. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyBundle } from '../../verifier/src/verify.ts';
import type { Verified } from '../../verifier/src/verify.ts';
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

function post(body: object, url = `${calls.masker.url}/vapi/webhook/${agent.id}`): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function answer(response: Response): Promise<void> {
  expect(response.status, await response.clone().text()).toBe(200);
  expect(await response.json()).toEqual({});
}

describe('the record of a call', () => {
  const CALL = { id: 'c-1' };
  const GREETING = { role: 'assistant', content: 'Front desk.' };
  const user = (content: string): object => ({ role: 'user', content });
  /** A call of two turns, as Vapi resends it; returns its session and its messages. */
  async function spokenCall(): Promise<{ readonly session: string; readonly messages: object[] }> {
    const messages: object[] = [{ role: 'system', content: 'You are.' }, GREETING];
    let session = '';
    for (const said of ['My name is Marisol Quintanilla.', 'My social is 536-22-8145.']) {
      messages.push(user(said));
      const response = await calls.masker.chat(agent, { model: 'gpt-4o-mini', messages, call: CALL });
      session = sessionOf(response);
      messages.push({ role: 'assistant', content: await answerOf(response) });
    }
    return { session, messages };
  }
  const event = (type: string, more: object): Promise<Response> => post({ message: { type, call: CALL, ...more } });

  async function completenessOf(session: string): Promise<Record<string, unknown>> {
    const report = await calls.masker.api('GET', `/sessions/${session}/report`);
    expect(report.status, await report.clone().text()).toBe(200);
    return ((await report.json()) as { report: { completeness: Record<string, unknown> } }).report.completeness;
  }

  async function comparedEvents(session: string): Promise<string[]> {
    const { rows } = await calls.pool.query<{ body: string }>(
      `SELECT body FROM account_events WHERE kind = 'call_compared' AND body LIKE '%' || $1 || '%'`,
      [session],
    );
    return rows.map(({ body }) => body);
  }

  test('is compared with its turns after the session was sealed, is a leaf of the log, and verifies in a bundle', async () => {
    const { session, messages } = await spokenCall();
    await answer(await event('status-update', { status: 'ended' }));
    const unseen = { role: 'assistant', content: 'Your claim was denied.' };
    const costs = [{ type: 'model', model: { provider: 'openai' } }];
    await answer(
      await event('end-of-call-report', { costs, artifact: { messagesOpenAIFormatted: [...messages, unseen] } }),
    );
    expect(await completenessOf(session)).toMatchObject({
      matched: 5,
      unseen: 1,
      unseen_at_end: 1,
      only_ours: 0,
      excluded: 1,
      unknown: 0,
      sessions_compared: 1,
      sessions_not_compared: 0,
      sessions: [{ session_id: session, turns: 2, models: { through_masker: 0, others: 1 }, platform: 'vapi' }],
    });
    const bundle = await calls.masker.api('GET', `/sessions/${session}/report?format=bundle`);
    const { checks, outcome } = verifyBundle(new Uint8Array(await bundle.arrayBuffer())) as Verified;
    expect(outcome).toBe('consistent');
    expect(checks.find(({ id }) => id === 'completeness')).toMatchObject({ verdict: 'holds' });
  });

  test('is compared once, however often it comes, and keeps nothing that was said', async () => {
    const { session, messages } = await spokenCall();
    for (let n = 0; n < 3; n += 1)
      await answer(await event('end-of-call-report', { artifact: { messagesOpenAIFormatted: messages } }));
    const events = await comparedEvents(session);
    expect(events).toHaveLength(1);
    for (const value of ['Marisol', 'Quintanilla', '536-22-8145', '536228145'])
      expect(events.join()).not.toContain(value);
  });

  test('that comes in updates counts once the call has ended, until the report of its end comes', async () => {
    const { session, messages } = await spokenCall();
    await answer(await event('conversation-update', { messagesOpenAIFormatted: messages.slice(0, 3) }));
    await answer(await event('conversation-update', { messagesOpenAIFormatted: messages.slice(0, 5) }));
    expect(await completenessOf(session)).toMatchObject({ sessions_compared: 0, sessions_not_compared: 1 });
    await answer(await event('status-update', { status: 'ended' }));
    const source = 'conversation-update';
    expect(await completenessOf(session)).toMatchObject({ matched: 4, only_ours: 1, sessions: [{ source }] });
    await answer(await event('end-of-call-report', { artifact: { messagesOpenAIFormatted: messages } }));
    expect(await completenessOf(session)).toMatchObject({ matched: 5, only_ours: 0 });
    const { rows } = await calls.pool.query('SELECT FROM pending_comparisons WHERE session_id = $1', [session]);
    expect(rows).toEqual([]);
  });

  test('is compared with what another node saw of the call', async () => {
    const { session, messages } = await spokenCall();
    const node = await calls.anotherNode();
    const url = `${node.url}/vapi/webhook/${agent.id}`;
    const artifact = { messagesOpenAIFormatted: messages };
    await answer(await post({ message: { type: 'end-of-call-report', call: CALL, artifact } }, url));
    expect(await completenessOf(session)).toMatchObject({ matched: 5, unseen: 0, only_ours: 0, unknown: 0 });
  });

  test('of another agent’s call with the same id is compared with nothing', async () => {
    const { session, messages } = await spokenCall();
    const other = await calls.masker.createAgent();
    const artifact = { messagesOpenAIFormatted: messages };
    await answer(
      await post(
        { message: { type: 'end-of-call-report', call: CALL, artifact } },
        `${calls.masker.url}/vapi/webhook/${other.id}`,
      ),
    );
    expect(await completenessOf(session)).toMatchObject({ sessions_compared: 0 });
  });
});
