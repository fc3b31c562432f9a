/** The instance's own account: that of its operator, made at the first start. */
import { Failure } from '../platform/failure.ts';
import type { AccountId } from '../platform/ids.ts';
import type { Viewer } from './viewer.ts';

/** Fixed (time zero, randomness zero): nodes that start together need no lock to agree on one row. */
export const INSTANCE_ACCOUNT: AccountId = 'acc_00000000000000000000000000';

/** Throws Failure `forbidden` for an act on the whole instance by a viewer of any other account. */
export function requireInstanceAccount({ accountId }: Pick<Viewer, 'accountId'>): void {
  if (accountId === INSTANCE_ACCOUNT) return;
  throw new Failure(
    'forbidden',
    'This acts on every account of the instance. Only admins of the instance’s own account may do it; ask its operator.',
  );
}
