/** The turns of a recording, masked on this machine as a live call is masked. */
import { readFile } from 'node:fs/promises';
import { maskConversation } from '../../masking/turn/one-shot-conversation.ts';
import type { MaskedTurn } from '../../masking/turn/one-shot-conversation.ts';
import { SearchPool } from '../../masking/turn/long-texts/search-pool.ts';
import type { Environment } from '../../platform/config.ts';
import type { Policy } from '../../policy/policy.ts';
import { TokenKeys } from '../../tokens/issuer.ts';
import type { Turn } from '../../voice/transcript.ts';
import { kidIn } from '../commands/client/policy-commands.ts';
import { configure } from '../commands/configure.ts';
import { configuredRing, LOCAL_ACCOUNT, ringOfOneRun } from '../commands/masking/local-tokens.ts';
import { policyFor } from '../commands/masking/mask.ts';
import { unreadable } from '../commands/unreadable-file.ts';

export interface TurnsMasker {
  readonly policy: Policy;
  mask(turns: readonly Turn[]): Promise<readonly MaskedTurn[]>;
  close(): Promise<void>;
}

/** `given`: a policy file, else that of the environment. Throws StartError and CommandFailure. */
export async function turnsMasker(given: string | undefined, env: Environment): Promise<TurnsMasker> {
  const config = configure(env, { keysRequired: false });
  const file = given ?? config.policyPath;
  const text = await readFile(file, 'utf8').catch(unreadable('--policy', file));
  const ring = configuredRing(config) ?? ringOfOneRun(kidIn(text));
  const policy = policyFor({}, text, ring);
  const searcher = new SearchPool();
  const longTexts = { searcher, maxTextLength: config.maxTextLength };
  return {
    policy,
    mask: (turns) =>
      maskConversation({ keys: new TokenKeys(ring), longTexts, accountId: LOCAL_ACCOUNT, policy }, turns),
    close: () => searcher.close(),
  };
}
