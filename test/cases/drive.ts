/** Sends a case through a whole instance, as a voice platform would. */
import type { CreatedAgent, TestInstance } from '../instance.ts';
import type { TestUpstream } from '../upstream.ts';
import { requestsOf } from './case.ts';
import type { Case } from './case.ts';
import { judge } from './judge.ts';
import type { Exchange } from './judge.ts';
import { answerer } from './provider.ts';

/** The parts a case needs: an instance, an agent of it, and the agent's provider. */
export interface Bench {
  readonly masker: TestInstance;
  readonly agent: CreatedAgent;
  readonly upstream: TestUpstream;
}

/** What does not hold of the case; empty when it holds. */
export async function driveCase({ masker, agent, upstream }: Bench, given: Case): Promise<string[]> {
  upstream.respond(answerer(given));
  const exchanges: Exchange[] = [];
  for (const messages of requestsOf(given)) {
    const before = upstream.received.length;
    const sent = { model: 'gpt-4o-mini', messages, ...given.request };
    const headers: Record<string, string> = given.mode === 'call' ? { 'x-call-id': `case ${given.id}` } : {};
    const response = await masker.chat(agent, sent, headers);
    const text = await response.text();
    const arrived = upstream.received.slice(before).at(-1);
    const received =
      arrived === undefined ? null : (JSON.parse(arrived.body.toString('utf8')) as Record<string, unknown>);
    exchanges.push({ sent, received, status: response.status, answer: answerOf(text, given) });
  }
  return judge(given, exchanges);
}

interface Completion {
  readonly choices?: readonly {
    readonly message: {
      readonly content?: string | null;
      readonly tool_calls?: readonly { readonly function: { readonly arguments: string } }[];
    };
  }[];
}

function answerOf(text: string, { upstream }: Case): string {
  const message = (JSON.parse(text) as Completion).choices?.[0]?.message;
  if (message === undefined) return text;
  const tool = upstream?.tool;
  if (tool === undefined) return message.content ?? '';
  const called = JSON.parse(message.tool_calls?.[0]?.function.arguments ?? '{}') as Record<string, unknown>;
  return String(called[tool.arg]);
}
