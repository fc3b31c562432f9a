/** Which accounts may use upstreams that the operator pays for. See docs/configuration.md, Model providers. */
import { Failure } from '../platform/failure.ts';
import type { AccountId } from '../platform/ids.ts';
import { INSTANCE_ACCOUNT } from './instance-account.ts';

export interface OperatorKeys {
  /** Returns whether the account may use the provider: one without a key of the operator's, or one that it was allowed. */
  allows(accountId: AccountId, provider: string): boolean;
}

export interface OperatorKeyOptions {
  /** MASKER_OPERATOR_KEY_ACCOUNTS; null: the instance's own account. */
  readonly accounts: 'all' | readonly AccountId[] | null;
  /** Names of the providers that are asked with a key of the operator's. */
  readonly providers: readonly string[];
}

export function createOperatorKeys({ accounts, providers }: OperatorKeyOptions): OperatorKeys {
  const withKey = new Set(providers);
  const allowed = accounts === 'all' ? null : new Set(accounts ?? [INSTANCE_ACCOUNT]);
  return { allows: (accountId, provider) => !withKey.has(provider) || allowed === null || allowed.has(accountId) };
}

/** The failure of an agent whose account may not use its upstream. */
export function upstreamNotAllowed(): Failure {
  const message =
    'This upstream uses the operator’s key, and your account may not use it. Ask the operator to add the id of your account to MASKER_OPERATOR_KEY_ACCOUNTS, or choose another upstream.';
  return new Failure('upstream_not_allowed', message, [{ path: 'upstream', code: 'upstream_not_allowed', message }]);
}
