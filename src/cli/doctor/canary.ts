/** A made-up call that proves that identifiers do not reach a provider: in memory, and through a server's stub upstream. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { newId } from '../../platform/ids.ts';
import type { Config } from '../../platform/config.ts';
import { readPolicyFile } from '../../policy/store.ts';
import { createOneShotMasking } from '../../masking/turn/one-shot-masking.ts';
import { TokenKeys } from '../../tokens/issuer.ts';
import { KeyRing } from '../../tokens/key-ring.ts';
import { ApiClient } from '../client/api-client.ts';
import type { Connection } from '../client/client-config.ts';
import { fail, ok, skipped, warn } from './check.ts';
import type { Check, Finding } from './check.ts';
import { noConfig } from './machine-checks.ts';
import type { Setup } from './setup.ts';

const GROUP = 'Canary';
const REQUEST_MS = 20_000;

/** A made-up identifier, and the kind that it is. Numbers of 555-01xx and 9xx-xx-xxxx belong to nobody. */
interface Canary {
  readonly kind: string;
  readonly value: string;
}
const CANARIES: readonly Canary[] = [
  { kind: 'NAME', value: 'Eleanor Whitfield' },
  { kind: 'PHONE', value: '415-555-0142' },
  { kind: 'EMAIL', value: 'eleanor.whitfield@example.org' },
  { kind: 'SSN', value: '219-09-9999' },
  { kind: 'DOB', value: '04/12/1987' },
];
const SAID =
  'My name is Eleanor Whitfield, born 04/12/1987, my social security number is 219-09-9999. ' +
  'Call 415-555-0142 or write to eleanor.whitfield@example.org.';

/** `server` is asked for when the call is made; it returns null where no server can be called. */
export function canaryChecks(setup: Setup, server: () => Connection | null): Check[] {
  return [
    {
      id: 'canary_masking',
      group: GROUP,
      title: 'Masking in memory',
      limitMs: REQUEST_MS,
      run: () => (setup.config === null ? noConfig() : inMemory(setup.config)),
    },
    {
      id: 'canary_call',
      group: GROUP,
      title: "Call through the server's stub",
      limitMs: REQUEST_MS,
      run: () => {
        const connection = server();
        return connection === null
          ? skipped('no server, or no token for it', 'See `server_reachable` and `server_token`.')
          : throughStub(connection);
      },
    },
  ];
}

/** Values that stand in the text. */
const leaked = (text: string, canaries: readonly Canary[]): readonly Canary[] =>
  canaries.filter(({ value }) => text.includes(value));

async function inMemory({ policyPath, keys }: Config): Promise<Finding> {
  const kids = new Set(['K_HEALTHCARE', ...keys.ring.map(({ kid }) => kid)]);
  const read = await readPolicyFile(policyPath, kids);
  if (!read.ok) return skipped('the policy has problems', 'Correct the policy first.');
  const { policy } = read;
  // Keys of this moment: what they make is looked at and thrown away.
  const ring = new KeyRing([{ kid: policy.kid, role: 'active', secret: randomBytes(32) }]);
  const searcher = { search: () => Promise.reject(new Error('the canary is a short text')) };
  const mask = createOneShotMasking(new TokenKeys(ring), { searcher, maxTextLength: SAID.length });
  const { masked } = await mask(newId('account'), SAID, policy);
  const passed = leaked(masked, CANARIES);
  if (passed.length === 0) return ok(`${CANARIES.length} of ${CANARIES.length} identifiers were replaced`);
  const kinds = passed.map(({ kind }) => kind);
  const meant = CANARIES.filter(({ kind }) => {
    const rule = Object.entries(policy.entities).find(([name]) => name === kind)?.[1];
    return rule?.enabled !== true || rule.action === 'passthrough';
  }).map(({ kind }) => kind);
  return kinds.every((kind) => meant.includes(kind))
    ? warn(`${kinds.join(', ')} passed, as the policy says`, 'See `policy_gaps`.')
    : fail(`${kinds.join(', ')} passed`, 'Take no calls. Compare the policy with configs/mask_policy.yaml.');
}

const MADE = z.looseObject({ agent: z.looseObject({ id: z.string() }), proxy_key: z.looseObject({ key: z.string() }) });
const ANSWER = z.looseObject({
  choices: z.array(z.looseObject({ message: z.looseObject({ content: z.string() }) })).min(1),
});
const END = 'mutation End($id: ID!) { endSession(id: $id) { __typename } }';

/** Makes an agent on the stub upstream, calls it once, ends the call and deletes the agent. The call stays on record. */
async function throughStub(server: Connection): Promise<Finding> {
  const client = new ApiClient(server);
  const name = `masker-doctor-${randomBytes(4).toString('hex')}`;
  const body = { name, upstream: 'stub', caller_auth: { proxy_key: true } };
  const made = MADE.safeParse(await client.call('POST', '/agents', { body }).catch(() => null));
  if (!made.success)
    return skipped(
      'no agent can be made with this token',
      'Use a token that may manage agents, or leave the canary call out.',
    );
  const { agent, proxy_key: proxyKey } = made.data;
  try {
    return await callStub(client, server, agent.id, proxyKey.key);
  } finally {
    await client.call('DELETE', `/agents/${encodeURIComponent(agent.id)}`).catch(() => undefined);
  }
}

async function callStub(client: ApiClient, { server }: Connection, agentId: string, key: string): Promise<Finding> {
  const response = await fetch(`${server}/proxy/${encodeURIComponent(agentId)}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-call-id': 'masker-doctor' },
    body: JSON.stringify({ model: 'stub', messages: [{ role: 'user', content: SAID }] }),
    redirect: 'error',
    signal: AbortSignal.timeout(REQUEST_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    return fail(`the call was refused (${response.status})`, 'Look into the log of the server for this request.');
  }
  const session = response.headers.get('masker-session-id');
  const { choices } = ANSWER.parse(await response.json());
  if (session !== null) await client.graphql(END, { id: session }).catch(() => undefined);
  return judge(choices[0]?.message.content ?? '');
}

/** The stub says what it was shown. In the rest of its answer the values are restored. */
function judge(answer: string): Finding {
  const [, shown] = /\(The model was shown: ([^]*)\)$/.exec(answer) ?? [];
  if (shown === undefined) {
    return fail(
      'nothing was replaced',
      'Take no calls. Compare the policy of the server with configs/mask_policy.yaml.',
    );
  }
  const passed = leaked(shown, CANARIES).map(({ kind }) => kind);
  if (passed.length > 0)
    return warn(
      `${passed.join(', ')} reached the upstream`,
      "Take these kinds' rows out of the policy unless that is meant.",
    );
  const lost = CANARIES.filter(({ value }) => !answer.includes(value)).map(({ kind }) => kind);
  const restored = lost.length === 0 ? 'all were restored' : `${lost.join(', ')} were not restored, as with \`redact\``;
  return ok(`none of ${CANARIES.length} identifiers reached the upstream; ${restored}`);
}
