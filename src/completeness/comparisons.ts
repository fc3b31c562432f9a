/**
 * Compares what a platform says of a call with the call's sessions, and puts the result into the account's log. A session may
 * be sealed by then: the platform's record comes after the call. See docs/audit-format.md, Completeness.
 */
import type { Pool } from 'pg';
import { recordAct } from '../audit/account-events.ts';
import { chainKey } from '../audit/chain.ts';
import { canonicalJson } from '../audit/canonical.ts';
import type { Json } from '../audit/canonical.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, AgentId, SessionId } from '../platform/ids.ts';
import { runInStretches } from '../platform/stretch.ts';
import { comparing } from './compare.ts';
import type { ComparedSession, ComparedTurn, Comparison } from './compare.ts';
import type { ChargedModels, PlatformRecord } from './platform-record.ts';

/** The subject of the act `call_compared`: the result for one session, with the numbers of its whole call. */
export type ComparedCall = Comparison & {
  readonly session_id: SessionId;
  readonly platform: PlatformRecord['platform'];
  readonly source: PlatformRecord['source'];
  /** The first session of the call that was compared: a late request opens another one, and both get the same numbers. */
  readonly call_session: SessionId;
  /** Requests of the call that left. */
  readonly turns: number;
  readonly models: ChargedModels | null;
};

export interface Comparisons {
  /** Compares a record and puts the result on record. Without a session of the call nothing is done. */
  record(agentId: AgentId, callDigest: Buffer, record: PlatformRecord): Promise<void>;
  /** Compares an early record, and keeps the numbers until the call ends. */
  keep(agentId: AgentId, callDigest: Buffer, record: PlatformRecord): Promise<void>;
  /** Puts the numbers that were kept last on record: the call has ended. */
  recordKept(agentId: AgentId, callDigest: Buffer): Promise<void>;
}

export interface ComparisonsOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly prisma: PrismaClient;
  readonly auditKey: Uint8Array;
  readonly clock: Clock;
}

/** Sessions of one call that are compared: the newest. */
const MOST_SESSIONS = 20;

interface SessionRecord {
  readonly id: SessionId;
  readonly account_id: AccountId;
}

const SESSIONS = {
  name: 'masker_compared_sessions',
  text: `SELECT id, account_id FROM (
    (SELECT id, account_id FROM sessions
      WHERE agent_id = $1 AND call_digest = $2 AND sealed_at IS NULL ORDER BY id DESC LIMIT ${MOST_SESSIONS})
    UNION ALL
    (SELECT id, account_id FROM sessions
      WHERE agent_id = $1 AND call_digest = $2 AND sealed_at IS NOT NULL ORDER BY id DESC LIMIT ${MOST_SESSIONS})
    ) AS of_call ORDER BY id DESC LIMIT ${MOST_SESSIONS}`,
};

export function createComparisons(options: ComparisonsOptions): Comparisons {
  return new ComparisonRecorder(options);
}

class ComparisonRecorder implements Comparisons {
  readonly #options: ComparisonsOptions;

  constructor(options: ComparisonsOptions) {
    this.#options = options;
  }

  async record(agentId: AgentId, callDigest: Buffer, record: PlatformRecord): Promise<void> {
    const found = await this.#sessionsOf(agentId, callDigest);
    const [first] = found;
    if (first === undefined) return;
    for (const call of await this.#compared(found, record)) await this.#write(first.account_id, call);
  }

  async keep(agentId: AgentId, callDigest: Buffer, record: PlatformRecord): Promise<void> {
    const { pool, clock } = this.#options;
    const found = await this.#sessionsOf(agentId, callDigest);
    for (const call of found.length === 0 ? [] : await this.#compared(found, record))
      await pool.query(
        `INSERT INTO pending_comparisons (session_id, at, body) VALUES ($1, to_timestamp($2 / 1000.0), $3)
         ON CONFLICT (session_id) DO UPDATE SET at = EXCLUDED.at, body = EXCLUDED.body`,
        [call.session_id, clock.now(), JSON.stringify(call)],
      );
  }

  async recordKept(agentId: AgentId, callDigest: Buffer): Promise<void> {
    for (const { id, account_id: accountId } of await this.#sessionsOf(agentId, callDigest)) {
      const { rows } = await this.#options.pool.query<{ body: string }>(
        'SELECT body FROM pending_comparisons WHERE session_id = $1',
        [id],
      );
      for (const { body } of rows) await this.#write(accountId, JSON.parse(body) as ComparedCall);
    }
  }

  async #sessionsOf(agentId: AgentId, callDigest: Buffer): Promise<readonly SessionRecord[]> {
    const { rows } = await this.#options.pool.query<SessionRecord>({ ...SESSIONS, values: [agentId, callDigest] });
    return rows;
  }

  async #readSession({ id }: SessionRecord): Promise<ComparedSession> {
    const { pool, auditKey } = this.#options;
    const { rows } = await pool.query<{ said: Buffer | null; answered: boolean }>(
      `SELECT said, status IN ('ok', 'partial') AS answered FROM turns WHERE session_id = $1 ORDER BY number`,
      [id],
    );
    const turns = rows.map(({ said, answered }): ComparedTurn => ({ said, isAnswered: answered }));
    return { chainKey: chainKey(auditKey, id), turns };
  }

  async #compared(found: readonly SessionRecord[], record: PlatformRecord): Promise<readonly ComparedCall[]> {
    const sessions: ComparedSession[] = [];
    for (const session of found) sessions.push(await this.#readSession(session));
    const comparison = await runInStretches(comparing(sessions, record));
    const { platform, source, models } = record;
    const turns = sessions.reduce((sum, session) => sum + session.turns.length, 0);
    return found.map(({ id }) => ({
      session_id: id,
      platform,
      source,
      call_session: found.at(-1)?.id ?? id,
      turns,
      ...comparison,
      models,
    }));
  }

  async #write(accountId: AccountId, call: ComparedCall): Promise<void> {
    const { pool, prisma, clock } = this.#options;
    const subject = subjectOf(call);
    // A platform sends an event again where it missed our answer.
    if ((await newestSubject(pool, accountId, call.session_id)) === canonicalJson(subject)) return;
    await prisma.$transaction(async (tx) => {
      await recordAct(tx, { accountId, userId: null, kind: 'call_compared', subject }, clock.now());
      await tx.pendingComparison.deleteMany({ where: { sessionId: call.session_id } });
    });
  }
}

/** The call as an act holds it. */
function subjectOf(call: ComparedCall): Record<string, Json> {
  return { ...call, models: call.models === null ? null : { ...call.models } };
}

const SESSION_ID = `(substring(body from '"session_id":"(sess_[0-9A-Z]{26})"') COLLATE "C")`;

/** The RFC 8785 text of what was last recorded of a session; null where nothing was. */
async function newestSubject(
  db: Pick<Pool, 'query'>,
  accountId: AccountId,
  sessionId: SessionId,
): Promise<string | null> {
  const [newest] = await comparisonsOf(db, accountId, [sessionId]);
  return newest === undefined ? null : canonicalJson(subjectOf(newest.subject));
}

/** What the account's log says of a session's newest comparison. */
export interface RecordedComparison {
  /** Id of the record. */
  readonly eventId: string;
  readonly at: string;
  readonly subject: ComparedCall;
}

interface EventBody {
  readonly ts: string;
  readonly subject: RecordedComparison['subject'];
}

/** Returns the newest comparison of each session, by session; an end-of-call report counts before an earlier record. */
export async function comparisonsOf(
  db: Pick<Pool, 'query'>,
  accountId: AccountId,
  sessionIds: readonly SessionId[],
): Promise<readonly RecordedComparison[]> {
  const { rows } = await db.query<{ id: string; body: string }>(
    `SELECT r.id, r.body FROM unnest($2::text[]) AS s(id) CROSS JOIN LATERAL (
       SELECT id, body FROM account_events
       WHERE account_id = $1 AND kind = 'call_compared' AND ${SESSION_ID} = s.id
       ORDER BY (body LIKE '%"source":"conversation-update"%'), id DESC LIMIT 1) r
     ORDER BY s.id`,
    [accountId, sessionIds],
  );
  return rows.map(({ id, body }) => {
    const { ts, subject } = JSON.parse(body) as EventBody;
    return { eventId: id, at: ts, subject };
  });
}
