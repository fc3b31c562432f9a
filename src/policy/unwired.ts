/**
 * What a policy can ask for and nothing does yet. A value that describes what happens anyway is taken; any other is
 * refused, because its feature does not exist yet. Each goes away with the feature that reads it.
 */
import type { Policy } from './policy.ts';
import { POLICY_DEFAULTS } from './policy.ts';

/** A key whose one value holds today. */
export interface UnwiredKey {
  /** Dotted from the root. */
  readonly path: string;
  /** Returns whether the policy asks for no more than what happens. */
  readonly holds: (policy: Policy) => boolean;
  readonly message: string;
}

const SYNTHETIC = 'surrogates are always drawn in one way';
const { epsilon, synthetic } = POLICY_DEFAULTS;

export const UNWIRED_KEYS: readonly UnwiredKey[] = [
  {
    path: 'epsilon',
    holds: (policy) => policy.epsilon === epsilon,
    message: `${SYNTHETIC}; leave it out, or say ${epsilon}`,
  },
  {
    path: 'audit.log_events',
    holds: (policy) => policy.audit.logEvents,
    message: 'redactions are always recorded, without their values; leave it out, or say true',
  },
  {
    path: 'synthetic.preserve_locale',
    holds: (policy) => policy.synthetic.preserveLocale === synthetic.preserveLocale,
    message: `${SYNTHETIC}; leave it out, or say ${String(synthetic.preserveLocale)}`,
  },
];
