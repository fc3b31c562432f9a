/** The canary call: an agent on the stub upstream of a server is made, called once and deleted. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { errorCode } from '../../../platform/error-code.ts';
import { parsePolicy } from '../../../policy/parse.ts';
import { ApiClient } from '../client/api-client.ts';
import type { Connection } from '../client/client-config.ts';
import { CommandFailure, EXIT } from '../client/command-failure.ts';
import { END_CANARY } from '../client/operations.ts';
import { kidIn } from '../client/policy-commands.ts';
import { CANARIES, missingKinds, readableKinds, SAID } from './canary-text.ts';
import { fail, ok, skipped } from './check.ts';
import type { Finding } from './check.ts';
import { kindsPassedOn, leakFinding } from './leak-finding.ts';

/** Milliseconds that each step may take. Three steps together stay below the limit of the check. */
const STEP_MS = 8_000;

const MADE = z.looseObject({
  agent: z.looseObject({ id: z.string(), policy_name: z.string() }),
  proxy_key: z.looseObject({ key: z.string() }),
});
type Made = z.infer<typeof MADE>;
const ANSWER = z.looseObject({
  choices: z.array(z.looseObject({ message: z.looseObject({ content: z.string() }) })).min(1),
});
const POLICY_TEXT = z.looseObject({ policy: z.looseObject({ policy_yaml: z.string() }) });
/** Makes the agent, calls it once, ends the call and deletes the agent. The call stays on record. Never rejects. */
export async function canaryCall(server: Connection, callMs: number = STEP_MS): Promise<Finding> {
  const client = new ApiClient(server);
  const name = `masker-doctor-${randomBytes(4).toString('hex')}`;
  const making = await makeAgent(client, name);
  if (!('made' in making)) return making;
  const { made } = making;
  const finding = await callStub(client, server, made, callMs).catch((error: unknown) =>
    fail(`the call failed: ${reasonOf(error)}`, 'Look into the log of the server for this request.'),
  );
  const left = await deleteAgent(client, made.agent.id);
  if (left === null) return finding;
  return finding.status === 'fail'
    ? fail(`${finding.found}; ${left.found}`, `${finding.fix ?? ''} ${left.fix ?? ''}`)
    : left;
}

async function makeAgent(client: ApiClient, name: string): Promise<{ made: Made } | Finding> {
  const body = { name, upstream: 'stub', caller_auth: { proxy_key: true } };
  try {
    const made = MADE.safeParse(await client.call('POST', '/agents', { body, signal: AbortSignal.timeout(STEP_MS) }));
    if (made.success) return { made: made.data };
    return fail(
      `the server's answer to a new agent is not one of Masker`,
      `Delete the agent ${name} if there is one, and use the command of the same version as the server.`,
    );
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === EXIT.authentication)
      return skipped(
        'no agent can be made with this token',
        'Use a token that may manage agents, or leave the canary call out.',
      );
    // A server that did not answer in time may still have made it.
    return fail(
      `no agent could be made: ${reasonOf(error)}`,
      `Correct this. Delete the agent ${name} if there is one.`,
    );
  }
}

/** Returns a finding where the agent, with a key that opens it, may still be there. */
async function deleteAgent(client: ApiClient, id: string): Promise<Finding | null> {
  try {
    await client.call('DELETE', `/agents/${encodeURIComponent(id)}`, { signal: AbortSignal.timeout(STEP_MS) });
    return null;
  } catch (error) {
    return fail(
      `the agent ${id} of the canary call could not be deleted: ${reasonOf(error)}`,
      `Run: masker agents delete ${id}`,
    );
  }
}

async function callStub(
  client: ApiClient,
  { server }: Connection,
  { agent, proxy_key: proxyKey }: Made,
  callMs: number,
): Promise<Finding> {
  const signal = AbortSignal.timeout(callMs);
  const response = await fetch(`${server}/proxy/${encodeURIComponent(agent.id)}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${proxyKey.key}`,
      'x-call-id': 'masker-doctor',
    },
    body: JSON.stringify({ model: 'stub', messages: [{ role: 'user', content: SAID }] }),
    redirect: 'error',
    signal,
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    return fail(`the call was refused (${response.status})`, 'Look into the log of the server for this request.');
  }
  const session = response.headers.get('masker-session-id');
  const answer = ANSWER.safeParse(await response.json());
  // An open session is sealed by itself later.
  if (session !== null) await client.graphql(END_CANARY, { id: session }, { signal }).catch(() => undefined);
  if (!answer.success)
    return fail("the call's answer is no chat completion", 'Look for a proxy between here and there.');
  return judge(answer.data.choices[0]?.message.content ?? '', () => passedOn(client, agent.policy_name, signal));
}

/** The stub repeats what it was shown, by kinds where that were tokens. In the rest of its answer the values are restored. */
async function judge(answer: string, intended: () => Promise<ReadonlySet<string>>): Promise<Finding> {
  const [, shown] = /\(The model was shown: ([^]*)\)$/.exec(answer) ?? [];
  // Without a token there is nothing that the server could have restored.
  const readable = readableKinds(shown ?? answer);
  if (readable.length > 0) return leakFinding(readable, 'reached the upstream', await intended());
  const lost = missingKinds(answer);
  const restored = lost.length === 0 ? 'all were restored' : `${lost.join(', ')} were not restored, as with \`redact\``;
  return ok(`none of ${CANARIES.length} identifiers reached the upstream; ${restored}`);
}

/** Returns the kinds that the agent's policy passes on. Empty where the policy cannot be read: a leak is then a fault. */
async function passedOn(client: ApiClient, policyName: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const answer = await client.call('GET', `/policies/${encodeURIComponent(policyName)}`, { signal }).catch(() => null);
  const read = POLICY_TEXT.safeParse(answer);
  if (!read.success) return new Set();
  const { policy_yaml: text } = read.data.policy;
  const parsed = parsePolicy(text, { kids: new Set([kidIn(text)]) });
  return parsed.ok ? kindsPassedOn(parsed.policy) : new Set();
}

/** Only a CommandFailure's message is written for people; any other may repeat a value. */
function reasonOf(error: unknown): string {
  if (error instanceof CommandFailure) return error.message;
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  const cause = error instanceof Error ? error.cause : undefined;
  return errorCode(cause) ?? (error instanceof Error ? error.name : 'unknown error');
}
