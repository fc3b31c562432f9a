/** What a leak of a canary means: intended where the policy passes the kind on, a fault otherwise. */
import { ENTITY_KINDS } from '../../../detection/kinds.ts';
import type { Policy } from '../../../policy/policy.ts';
import { fail, warn } from './check.ts';
import type { Finding } from './check.ts';

/** Returns the kinds that the policy does not mask. */
export function kindsPassedOn({ entities }: Policy): ReadonlySet<string> {
  return new Set(ENTITY_KINDS.filter((kind) => !entities[kind].enabled || entities[kind].action === 'passthrough'));
}

/** A leak of kinds that the policy passes on is a warning; any other is a failure. */
export function leakFinding(kinds: readonly string[], how: string, intended: ReadonlySet<string>): Finding {
  return kinds.every((kind) => intended.has(kind))
    ? warn(`${kinds.join(', ')} ${how}, as the policy says`, "Remove these kinds' rows from the policy to mask them.")
    : fail(
        `${kinds.filter((kind) => !intended.has(kind)).join(', ')} ${how}, whole or in part`,
        'Take no calls. Compare the policy with configs/mask_policy.yaml.',
      );
}
