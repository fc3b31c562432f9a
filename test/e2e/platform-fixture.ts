/**
 * Requests as voice platforms send them, with PHI planted wherever a platform or its users put some: what was said, what is
 * known of the caller, tools, headers, the URL. And what must hold of every such call.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { SessionId } from '../../src/platform/ids.ts';
import { callRecord } from '../call-records.ts';
import type { CallRecord } from '../call-records.ts';
import type { CreatedAgent } from '../instance.ts';
import { sessionOf } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

export interface PlatformCall {
  /** Below the base URL, which ends in `/v1`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Fields of the body that are the platform's own and never go on. */
  readonly dropped: readonly string[];
  /** What no provider may see, anywhere. */
  readonly planted: readonly string[];
  /** Bodies, one a turn of the same call. */
  readonly turns: readonly Readonly<Record<string, unknown>>[];
}

export function platformCall(name: string): PlatformCall {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as PlatformCall;
}

/** Sends a turn, from 0, as it stands. */
export function sendTurn(
  { baseUrl }: CreatedAgent,
  { path, headers, turns }: PlatformCall,
  turn: number,
): Promise<Response> {
  return fetch(`${baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(turns[turn]) });
}

/** The provider saw each request, none of its values, and nothing of the platform's own. */
export function expectUnseen({ upstream }: Calls, { dropped, planted, headers }: PlatformCall): void {
  const everything = upstream.everything();
  for (const value of planted) expect(everything, value).not.toContain(value);
  for (const { url, headers: sent, body } of upstream.received) {
    expect(url).not.toContain('?');
    // The call's id and the platform's key are nobody's business but ours.
    for (const name of ['x-call-id', 'callsid', 'x-caller', 'x-twilio-from', 'user-agent']) {
      if (headers[name] !== undefined) expect(Object.values(sent)).not.toContain(headers[name]);
    }
    const fields = Object.keys(JSON.parse(body.toString('utf8')) as object);
    for (const field of dropped) expect(fields).not.toContain(field);
  }
}

/** The data of a stream's events, as a strict client reads them: `data: ` lines and blank ones, nothing else. */
export async function streamed(response: Response): Promise<string[]> {
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const text = await response.text();
  expect(text.endsWith('\n\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n\n')
    .map((event) => {
      const lines = event.split('\n').filter((line) => !line.startsWith('event: '));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^data: /);
      return (lines[0] ?? '').slice('data: '.length);
    });
}

interface ChatDelta {
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly index: number;
    readonly id?: string;
    readonly function?: { readonly name?: string; readonly arguments?: string };
  }[];
}

export interface ChatStream {
  readonly content: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finish: string | null;
}

/** A streamed chat completion, put together. It must end in `[DONE]`. */
export async function chatStream(response: Response): Promise<ChatStream> {
  const data = await streamed(response);
  expect(data.at(-1)).toBe('[DONE]');
  let content = '';
  let finish: string | null = null;
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const text of data.slice(0, -1)) {
    const { choices } = JSON.parse(text) as { choices: { delta: ChatDelta; finish_reason: string | null }[] };
    const [choice] = choices;
    content += choice?.delta.content ?? '';
    finish = choice?.finish_reason ?? finish;
    for (const { index, id = '', function: called } of choice?.delta.tool_calls ?? []) {
      const call = (calls[index] ??= { id: '', name: '', arguments: '' });
      call.id += id;
      call.name += called?.name ?? '';
      call.arguments += called?.arguments ?? '';
    }
  }
  return { content, calls, finish };
}

/** The last thing that the caller said in a turn. */
export function lastSaid({ turns }: PlatformCall, turn: number): string {
  const { messages, input } = turns[turn] as {
    messages?: { role: string; content: string }[];
    input?: { role?: string; content: { text: string }[] }[];
  };
  if (messages !== undefined) return messages.findLast(({ role }) => role === 'user')?.content ?? '';
  return input?.findLast(({ role }) => role === 'user')?.content[0]?.text ?? '';
}

/** The record of a session, once its endings are on disk. */
export async function recordOf({ masker, pool }: Calls, id: SessionId): Promise<CallRecord> {
  await masker.graphql('{ sessions(first: 1) { edges { node { id } } } }');
  return callRecord(pool, id);
}

/** A turn after the call has been sealed is in a session of its own, that continues it; a further one stays there. */
export async function expectLateTurnContinues(calls: Calls, agent: CreatedAgent, call: PlatformCall): Promise<void> {
  const first = await sendTurn(agent, call, 0);
  await first.text();
  const sealed = sessionOf(first);
  await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id: sealed });
  const late = await sendTurn(agent, call, 1);
  await late.text();
  const further = await sendTurn(agent, call, 1);
  await further.text();
  expect(sessionOf(late)).not.toBe(sealed);
  expect(sessionOf(further)).toBe(sessionOf(late));
  expect((await recordOf(calls, sessionOf(late))).session.continues_id).toBe(sealed);
  expect((await recordOf(calls, sealed)).turns).toHaveLength(1);
}
