/** Which sessions have a value in their vaults: by its token where the token is derived from it, else by opening the rows. */
import type { EntityKind } from '../../detection/kinds.ts';
import { isEntityKind } from '../../detection/kinds.ts';
import type { AccountId, SessionId } from '../../platform/ids.ts';
import type { TokenKeys } from '../../tokens/issuer.ts';
import { normalise } from '../../tokens/normalise.ts';
import { UNSHARED_CHARACTERS, valueBeginnings } from '../../tokens/value-tokens.ts';
import { SessionVault } from '../../tokens/vault.ts';
import type { Db } from './found-sessions.ts';

/** A value in one session. */
export interface StoredValue {
  readonly sessionId: SessionId;
  readonly kind: EntityKind;
}

export interface ValueSought {
  readonly value: string;
  readonly kinds: readonly EntityKind[];
}

/** Sessions from `low` to `high`, both included. */
export interface SessionSpan {
  readonly low: SessionId;
  readonly high: SessionId;
}

/** Returns where a token stands that is derived from the value, or from a part of it. */
export async function valuesByToken(
  db: Db,
  keys: TokenKeys,
  accountId: AccountId,
  { value, kinds }: ValueSought,
  { low, high }: SessionSpan,
): Promise<StoredValue[]> {
  const { rows } = await db.query<{ session_id: SessionId; kind: string }>(
    `SELECT DISTINCT v.session_id, v.kind FROM unnest($1::text[]) AS b(beginning) CROSS JOIN LATERAL (
       SELECT v.session_id, v.kind, v.account_id FROM vault_entries v
       WHERE (left(v.token, -${UNSHARED_CHARACTERS}) COLLATE "C") = b.beginning
         AND v.session_id >= $3 AND v.session_id <= $4 OFFSET 0) v
     WHERE v.account_id = $2`,
    [valueBeginnings(keys, accountId, kinds, value), accountId, low, high],
  );
  return rows.flatMap(({ session_id: sessionId, kind }) => (isEntityKind(kind) ? [{ sessionId, kind }] : []));
}

interface VaultKeyRecord {
  readonly kid: string;
  readonly key_version: string;
  readonly wrapped: Buffer;
}

interface VaultRecord {
  readonly token: string;
  readonly kind: string;
  readonly sealed: Buffer;
}

/** Rows that are opened between two rounds of the event loop. */
const ROWS_AT_ONCE = 200;

/** What opening the vault of one session shows. */
export interface OpenedSession {
  readonly found: readonly StoredValue[];
  /** Rows that were read. */
  readonly rows: number;
  /** Whether all of them could be opened; false where the key of the session is gone. */
  readonly isWhole: boolean;
}

/** Opens the vault of a session and compares every value with the one that is sought. */
export async function valuesByOpening(
  db: Db,
  keys: TokenKeys,
  accountId: AccountId,
  { value, kinds }: ValueSought,
  sessionId: SessionId,
): Promise<OpenedSession> {
  const { rows: stored } = await db.query<VaultKeyRecord>(
    'SELECT kid, key_version, wrapped FROM vault_keys WHERE session_id = $1 AND account_id = $2',
    [sessionId, accountId],
  );
  const [key] = stored;
  const wrapped = key === undefined ? null : { kid: key.kid, keyVersion: key.key_version, wrapped: key.wrapped };
  const vault = wrapped === null ? null : SessionVault.open(keys.ring, wrapped, accountId, sessionId);
  if (vault === null) return { found: [], rows: 0, isWhole: false };
  const forms = new Map<string, string>(kinds.map((kind) => [kind, normalise(kind, value)]));
  const found = new Set<EntityKind>();
  let [count, isWhole, after] = [0, true, ''];
  for (;;) {
    const { rows } = await db.query<VaultRecord>(
      `SELECT token, kind, sealed FROM vault_entries
       WHERE session_id = $1 AND token > $2 ORDER BY token LIMIT ${ROWS_AT_ONCE}`,
      [sessionId, after],
    );
    for (const { token, kind, sealed } of rows) {
      const opened = vault.open(token, sealed);
      isWhole &&= opened !== null;
      if (opened !== null && isEntityKind(kind) && forms.get(kind) === normalise(kind, opened)) found.add(kind);
    }
    count += rows.length;
    after = rows.at(-1)?.token ?? after;
    if (rows.length < ROWS_AT_ONCE) break;
  }
  return { found: [...found].map((kind) => ({ sessionId, kind })), rows: count, isWhole };
}
