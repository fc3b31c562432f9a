import { parseId } from '../platform/ids.ts';
import type { AccountId, UserId } from '../platform/ids.ts';
import type { MemberRole } from './viewer.ts';

/** A user as far as authorisation goes. */
export interface SignedInUser {
  readonly userId: UserId;
  readonly accountId: AccountId;
  readonly role: MemberRole;
}

/** The columns of a users row that `signedInUser` reads. */
export const SIGNED_IN_USER_COLUMNS = { id: true, accountId: true, role: true } as const;

/** Reads a users row. Throws a plain Error where a stored id is not one of ours: then the database is damaged. */
export function signedInUser(row: {
  readonly id: string;
  readonly accountId: string;
  readonly role: MemberRole;
}): SignedInUser {
  const userId = parseId('user', row.id);
  const accountId = parseId('account', row.accountId);
  if (userId === null || accountId === null) throw new Error('a users row has a malformed id');
  return { userId, accountId, role: row.role };
}
