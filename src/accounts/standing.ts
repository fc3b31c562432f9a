/** What somebody who asked before may do now: for answers that take long. Takes no locks, unlike `currentUser`. */
import type { Pool } from 'pg';
import type { ActingUser } from './acting-user.ts';
import { permissionsOf } from './viewer.ts';
import type { MemberRole, Permission } from './viewer.ts';

const STANDING = `
SELECT role FROM users u
 WHERE u.id = $1 AND u.account_id = $2
   AND ($3::text IS NULL OR EXISTS (
     SELECT FROM browser_sessions b WHERE b.id = $3 AND b.user_id = u.id AND b.expires_at > $5))
   AND ($4::text IS NULL OR EXISTS (
     SELECT FROM access_tokens t WHERE t.id = $4 AND t.user_id = u.id AND (t.expires_at IS NULL OR t.expires_at > $5)))`;

/**
 * Returns what the user's role and credential still permit: nothing where the user or the credential is gone, or the
 * credential has expired. `now` is in milliseconds since the epoch. Rejects when the database does.
 */
export async function standingPermissions(
  pool: Pick<Pool, 'query'>,
  { userId, accountId, permissions, browserSessionId, accessTokenId }: ActingUser,
  now: number,
): Promise<ReadonlySet<Permission>> {
  const { rows } = await pool.query<{ role: MemberRole }>({
    name: 'masker_standing',
    text: STANDING,
    values: [userId, accountId, browserSessionId ?? null, accessTokenId ?? null, new Date(now)],
  });
  const [row] = rows;
  return row === undefined ? new Set() : permissionsOf(row.role, [...permissions]);
}
