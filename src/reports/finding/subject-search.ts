/**
 * Every session that concerned one value: the accounting of disclosures (45 CFR 164.528). A request searches a bounded number
 * of sessions, the newest first, and returns a cursor for the next one. See docs/account-log.md, Searching for a subject.
 *
 * The value is held in memory alone: no statement, record, error or log line gets it.
 */
import type { Viewer } from '../../accounts/viewer.ts';
import { recordAct } from '../../audit/account-events.ts';
import type { Signer } from '../../audit/seal.ts';
import { ENTITY_KINDS } from '../../detection/kinds.ts';
import type { EntityKind } from '../../detection/kinds.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Clock } from '../../platform/clock.ts';
import { newId } from '../../platform/ids.ts';
import type { AccountId, ReportId, SessionId, UserId } from '../../platform/ids.ts';
import type { TokenKeys } from '../../tokens/issuer.ts';
import { disclosuresOf } from './disclosures.ts';
import type { Disclosure } from './disclosures.ts';
import type { Db } from './found-sessions.ts';
import { signedSubject } from './subject-document.ts';
import type { SubjectDocument } from './subject-document.ts';
import { BLIND_SPOTS, sessionSchemes } from './searchable.ts';
import type { BlindSpot } from './searchable.ts';
import { subjectDigest } from './subject-digest.ts';
import { valuesByOpening, valuesByToken } from './stored-value.ts';
import type { StoredValue, ValueSought } from './stored-value.ts';

export interface SubjectQuery {
  readonly value: string;
  /** Null for every kind. */
  readonly kind: EntityKind | null;
  /** Only sessions before this one; null to begin. */
  readonly before: SessionId | null;
  /** Sessions that are given at most, 1 to 100. */
  readonly limit: number;
}

export interface SubjectReport {
  readonly id: ReportId;
  readonly generatedAt: Date;
  readonly disclosures: readonly Disclosure[];
  /** Sessions that this request searched, and of these the ones that it may have missed, by why. */
  readonly sessionsSearched: number;
  readonly notSearchable: Readonly<Record<BlindSpot, number>>;
  /** Where the next request goes on; null where all sessions were searched. */
  readonly next: SessionId | null;
  /** The same, signed. */
  readonly document: SubjectDocument;
}

/** Who searches; no user for a command of the operator. */
export type Searcher = Pick<Viewer, 'accountId'> & { readonly userId: UserId | null };

export interface SubjectSearch {
  /** Records the search before its result is given. */
  search(searcher: Searcher, query: SubjectQuery, purpose: string | null): Promise<SubjectReport>;
}

export interface SubjectSearchOptions {
  readonly db: Db;
  readonly prisma: PrismaClient;
  readonly keys: TokenKeys;
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly bounds?: SearchBounds;
}

/** What one request does at most. */
export interface SearchBounds {
  readonly sessions: number;
  /** Vault rows that are opened, where tokens are random. The session that exceeds it is read to its end. */
  readonly openedRows: number;
}

const BOUNDS: SearchBounds = { sessions: 2000, openedRows: 2000 };

interface Searched {
  readonly values: readonly StoredValue[];
  readonly sessions: number;
  readonly notSearchable: Readonly<Record<BlindSpot, number>>;
  readonly next: SessionId | null;
}

export function createSubjectSearch(options: SubjectSearchOptions): SubjectSearch {
  const { db, prisma, clock, auditKey, signer } = options;
  return {
    search: async ({ accountId, userId }, query, purpose) => {
      const { values, sessions, notSearchable, next } = await searched(options, accountId, query);
      const disclosures = await disclosuresOf(db, values);
      const now = clock.now();
      const id = newId('report', now);
      const value_hmac = subjectDigest(auditKey, accountId, query.kind, query.value);
      const subject = {
        report_id: id,
        value_hmac,
        kind: query.kind,
        purpose,
        sessions_searched: sessions,
        result_count: disclosures.length,
        result: 'shown',
      };
      await prisma.$transaction((tx) => recordAct(tx, { accountId, userId, kind: 'subject_searched', subject }, now));
      // The clock of another node may be ahead: the document is not of before what it says.
      const generatedAt = new Date(Math.max(now, ...disclosures.map(({ lastAt }) => lastAt.getTime())));
      const document = signedSubject(
        signer,
        {
          id,
          account_id: accountId,
          generated_at: generatedAt.toISOString(),
          value_hmac,
          kind: query.kind,
          sessions_searched: sessions,
          not_searchable: notSearchable,
          has_more: next !== null,
        },
        disclosures,
      );
      return { id, generatedAt, disclosures, sessionsSearched: sessions, notSearchable, next, document };
    },
  };
}

/** Searches the newest sessions before the query's place, up to the bounds. */
async function searched(
  { db, keys, bounds = BOUNDS }: SubjectSearchOptions,
  accountId: AccountId,
  query: SubjectQuery,
): Promise<Searched> {
  const { rows } = await db.query<{ id: SessionId }>(
    `SELECT id FROM sessions WHERE account_id = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [accountId, query.before, bounds.sessions + 1],
  );
  const ids = rows.slice(0, bounds.sessions).map(({ id }) => id);
  const [high, low] = [ids[0], ids.at(-1)];
  const none = Object.fromEntries(BLIND_SPOTS.map((spot) => [spot, 0])) as Record<BlindSpot, number>;
  if (high === undefined || low === undefined) return { values: [], sessions: 0, notSearchable: none, next: null };
  const sought: ValueSought = {
    value: query.value,
    kinds: query.kind === null ? ENTITY_KINDS : [query.kind],
  };
  const byToken = new Map<SessionId, StoredValue[]>();
  for (const value of await valuesByToken(db, keys, accountId, sought, { low, high }))
    byToken.set(value.sessionId, [...(byToken.get(value.sessionId) ?? []), value]);
  const schemes = await sessionSchemes(db, keys, ids);
  const values: StoredValue[] = [];
  let [sessions, found, opened] = [0, 0, 0];
  for (const id of ids) {
    if (found === query.limit || opened >= bounds.openedRows) break;
    const scheme = schemes.get(id);
    const vault = scheme?.needsOpening === true ? await valuesByOpening(db, keys, accountId, sought, id) : null;
    opened += vault?.rows ?? 0;
    for (const spot of scheme?.blind ?? []) none[spot] += 1;
    if (vault?.isWhole === false) none[scheme?.isRandom === true ? 'vault_random' : 'unregistered_key'] += 1;
    const own = [...(byToken.get(id) ?? []), ...(vault?.found ?? [])];
    const kinds = new Set(own.map(({ kind }) => kind));
    values.push(...[...kinds].map((kind) => ({ sessionId: id, kind })));
    if (kinds.size > 0) found += 1;
    sessions += 1;
  }
  const next = sessions < rows.length ? (ids[sessions - 1] ?? null) : null;
  return { values, sessions, notSearchable: none, next };
}
