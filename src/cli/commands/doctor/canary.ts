/** A made-up call that proves that identifiers do not reach a provider: in memory, and through a server's stub upstream. */
import { randomBytes } from 'node:crypto';
import { newId } from '../../../platform/ids.ts';
import type { Config } from '../../../platform/config.ts';
import { readPolicyFile } from '../../../policy/store.ts';
import { createOneShotMasking } from '../../../masking/turn/one-shot-masking.ts';
import { TokenKeys } from '../../../tokens/issuer.ts';
import { KeyRing } from '../../../tokens/key-ring.ts';
import type { Connection } from '../client/client-config.ts';
import { canaryCall } from './canary-call.ts';
import { CANARIES, readableKinds, SAID } from './canary-text.ts';
import { ok, skipped } from './check.ts';
import type { Check, Finding } from './check.ts';
import { kindsPassedOn, leakFinding } from './leak-finding.ts';
import { noConfig } from './machine-checks.ts';
import type { Setup } from './setup.ts';

const GROUP = 'Canary';
/** Longer than the steps of the call together, so that its agent is deleted before the check ends. */
const CHECK_MS = 30_000;

/** `server` is asked for when the call is made; it returns null where no server can be called. */
export function canaryChecks(setup: Setup, server: () => Connection | null): Check[] {
  return [
    {
      id: 'canary_masking',
      group: GROUP,
      title: 'Masking in memory',
      limitMs: CHECK_MS,
      run: () => (setup.config === null ? noConfig() : inMemory(setup.config)),
    },
    {
      id: 'canary_call',
      group: GROUP,
      title: "Call through the server's stub",
      limitMs: CHECK_MS,
      run: () => {
        const connection = server();
        return connection === null
          ? skipped('no server, or no token for it', 'See `server_reachable` and `server_token`.')
          : canaryCall(connection);
      },
    },
  ];
}

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
  const readable = readableKinds(masked);
  return readable.length === 0
    ? ok(`${CANARIES.length} of ${CANARIES.length} identifiers were replaced`)
    : leakFinding(readable, 'passed', kindsPassedOn(policy));
}
