/** What the texts of a turn are masked by. */
import type { Conversation } from '../../detection/context/conversation.ts';
import type { DetectionRules } from '../../detection/span.ts';
import { LruMap } from '../../platform/lru-map.ts';
import { detectionRules } from '../../policy/policy.ts';
import type { Policy } from '../../policy/policy.ts';

/**
 * What masking goes by: a policy, reduced to rules once, and the digests of texts in which these rules find nothing, with
 * what such a text asks for. Prompts and greetings are the same in every call of an agent; they tell nothing of any caller.
 */
export interface MaskingTerms {
  readonly policy: Policy;
  readonly rules: DetectionRules;
  readonly clean: Pick<LruMap<string, Conversation>, 'get' | 'set'>;
}

/** Terms of a policy with nothing known to be clean yet. */
export function maskingTerms(policy: Policy): MaskingTerms {
  return { policy, rules: detectionRules(policy), clean: new LruMap(CLEAN_TEXTS) };
}

/** Digests of clean texts that are kept for one policy. */
const CLEAN_TEXTS = 10_000;
