/** When and to whom a value that a session holds was sent. Read from the journal. */
import { z } from 'zod';
import type { EntityKind } from '../../detection/kinds.ts';
import type { AgentId, SessionId } from '../../platform/ids.ts';
import type { Db } from './found-sessions.ts';
import type { StoredValue } from './stored-value.ts';

/** A provider, and the model that was asked for. */
export interface Recipient {
  readonly upstream: string;
  readonly model: string;
}

/** One value in one session: 45 CFR 164.528 asks for it of each disclosure. */
export interface Disclosure {
  readonly sessionId: SessionId;
  readonly agentId: AgentId;
  readonly kind: EntityKind;
  /** The first identifier of this kind in the session: the value was not sent before. */
  readonly firstAt: Date;
  /** The last request of the session: the value was not sent after. */
  readonly lastAt: Date;
  /** Where requests of this time went. */
  readonly recipients: readonly Recipient[];
}

const FIRST = `SELECT p.session_id, p.kind, s.agent_id, s.started_at, f.body
  FROM unnest($1::text[], $2::text[]) AS p(session_id, kind) JOIN sessions s ON s.id = p.session_id
  LEFT JOIN LATERAL (
    SELECT body FROM entries e WHERE e.session_id = p.session_id AND e.kind = 'redaction'
      AND strpos(e.body, '"entity_kind":"' || p.kind || '"') > 0
      -- A session that continues another one may send what that one masked, with its first request and no redaction.
      AND NOT EXISTS (
        SELECT FROM entries i WHERE i.session_id = p.session_id AND i.kind = 'turn_forwarded' AND i.seq < e.seq
          AND strpos(i.body, '"tokens_inherited":') > 0)
    ORDER BY e.seq LIMIT 1) f ON true`;

/** Of a run of requests to one provider and model, the first and the last. */
const SENT = `SELECT e.session_id, j.body->>'upstream' AS upstream, j.body->>'model' AS model,
    min(j.body->>'ts') AS first_ts, max(j.body->>'ts') AS last_ts
  FROM entries e CROSS JOIN LATERAL (SELECT e.body::jsonb AS body OFFSET 0) j
  WHERE e.session_id = ANY($1) AND e.kind = 'turn_forwarded' GROUP BY 1, 2, 3 ORDER BY 4, 2, 3`;

interface FirstRecord {
  readonly session_id: SessionId;
  readonly kind: EntityKind;
  readonly agent_id: AgentId;
  readonly started_at: Date;
  readonly body: string | null;
}

interface SentRecord extends Recipient {
  readonly session_id: SessionId;
  readonly first_ts: string;
  readonly last_ts: string;
}

const ENTRY = z.object({ ts: z.iso.datetime() });

/** Returns what the journals say of the values, newest session first. */
export async function disclosuresOf(db: Db, values: readonly StoredValue[]): Promise<Disclosure[]> {
  if (values.length === 0) return [];
  const ids = values.map(({ sessionId }) => sessionId);
  const { rows: firsts } = await db.query<FirstRecord>(FIRST, [ids, values.map(({ kind }) => kind)]);
  const { rows: sent } = await db.query<SentRecord>(SENT, [[...new Set(ids)]]);
  const disclosures = firsts.map((first): Disclosure => {
    const own = sent.filter(({ session_id: id }) => id === first.session_id);
    const firstAt =
      first.body === null
        ? new Date(own[0]?.first_ts ?? first.started_at)
        : new Date(ENTRY.parse(JSON.parse(first.body)).ts);
    const within = own.filter(({ last_ts: last }) => Date.parse(last) >= firstAt.getTime());
    const lastAt = Math.max(firstAt.getTime(), ...within.map(({ last_ts: last }) => Date.parse(last)));
    return {
      sessionId: first.session_id,
      agentId: first.agent_id,
      kind: first.kind,
      firstAt,
      lastAt: new Date(lastAt),
      recipients: within.map(({ upstream, model }) => ({ upstream, model })),
    };
  });
  const key = ({ sessionId, kind }: Disclosure): string => `${sessionId}|${kind}`;
  return disclosures.sort((a, b) => (key(a) < key(b) ? 1 : -1));
}
