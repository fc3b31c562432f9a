/** Which sessions a search for a value cannot find, and why. See docs/account-log.md, Searching for a subject. */
import type { SessionId } from '../../platform/ids.ts';
import type { TokenKeys } from '../../tokens/issuer.ts';
import type { Db } from './found-sessions.ts';

/** Why a session may concern a value although the search does not find it. */
export const BLIND_SPOTS = [
  'reversible_aead',
  'vault_random',
  'redacted',
  'passed_through',
  'erased',
  'unregistered_key',
] as const;

export type BlindSpot = (typeof BLIND_SPOTS)[number];

export interface SessionSchemes {
  readonly blind: ReadonlySet<BlindSpot>;
  /** Whether tokens of the session are not derived from their values. */
  readonly isRandom: boolean;
  /** Whether its vault must be opened: tokens are random, or were derived under a key that is gone since. */
  readonly needsOpening: boolean;
}

interface EntryRecord {
  readonly session_id: SessionId;
  readonly random: boolean;
  readonly stored: boolean;
  readonly carried: boolean;
  readonly redacted: boolean;
  readonly passed: boolean;
}

// In RFC 8785 text a quotation mark inside a value has a backslash before it: no path or model looks like a member.
const SCHEMES = `SELECT session_id,
    bool_or(kind = 'turn_forwarded' AND (strpos(body, '"tokenization":"vault-random"') > 0
      OR strpos(body, '"tokenization":"synthetic"') > 0)) AS random,
    bool_or(kind = 'redaction' AND strpos(body, '"token_kind":"MSKV1"') > 0) AS stored,
    bool_or(kind = 'redaction' AND strpos(body, '"token_kind":"MSK1"') > 0) AS carried,
    bool_or(kind = 'redaction' AND starts_with(body, '{"action":"redact"')) AS redacted,
    bool_or(kind = 'redaction' AND starts_with(body, '{"action":"passthrough"')) AS passed
  FROM entries WHERE session_id = ANY($1) AND kind IN ('redaction', 'turn_forwarded') GROUP BY session_id`;

const VAULTS = `SELECT session_id, bool_and(kid || '|' || key_version = ANY($2)) AS registered
  FROM vault_entries WHERE session_id = ANY($1) GROUP BY session_id`;

/** Reads how the values of sessions were replaced. A session without an identifier may be absent. */
export async function sessionSchemes(
  db: Db,
  keys: TokenKeys,
  sessionIds: readonly SessionId[],
): Promise<ReadonlyMap<SessionId, SessionSchemes>> {
  const registered = keys.ring.all().map(({ kid, version }) => `${kid}|${version}`);
  const { rows: entries } = await db.query<EntryRecord>(SCHEMES, [sessionIds]);
  const { rows: vaults } = await db.query<{ session_id: SessionId; registered: boolean }>(VAULTS, [
    sessionIds,
    registered,
  ]);
  const vaultOf = new Map(vaults.map((vault) => [vault.session_id, vault.registered]));
  return new Map(
    entries.map(({ session_id: id, random, stored, carried, redacted, passed }) => {
      const vault = vaultOf.get(id);
      const spots: readonly (readonly [BlindSpot, boolean])[] = [
        ['reversible_aead', carried],
        ['redacted', redacted],
        ['passed_through', passed],
        ['erased', stored && vault === undefined],
      ];
      const needsOpening = random || vault === false;
      return [
        id,
        { isRandom: random, needsOpening, blind: new Set(spots.flatMap(([spot, is]) => (is ? [spot] : []))) },
      ];
    }),
  );
}
