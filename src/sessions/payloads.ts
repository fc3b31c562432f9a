/**
 * Reads what a policy kept of a turn. Each read of something that is there is an event of the account, written before the
 * reader gets it: what cannot be recorded is not shown.
 */
import type { Pool } from 'pg';
import { mayUse } from '../accounts/viewer.ts';
import type { Viewer } from '../accounts/viewer.ts';
import { recordAct } from '../audit/account-events.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import type { PayloadPart } from '../tokens/vault.ts';
import { payloadIsOver, payloadIsOverValues } from './payload-retention.ts';

/** JSON where a part is JSON, its text where it is not; null where nothing is kept. */
export interface Payloads {
  /** The turn that they are of; null where nothing is kept. */
  readonly turn: number | null;
  readonly request: unknown;
  readonly masked: unknown;
  /** The response as the model wrote it, with tokens; null of turns of earlier versions. */
  readonly answer: unknown;
  readonly response: unknown;
}

export interface PayloadReader {
  /**
   * What is kept of a turn of a session of the viewer's account; of the last turn of which anything is, where `turn` is null.
   * All null where nothing is kept, where its time is over or its key is gone, and for a viewer without the permission `payloads:read`.
   */
  read(viewer: Viewer, sessionId: SessionId, turn: number | null, purpose: string | null): Promise<Payloads>;
  /** Numbers of the turns of a session of the account whose payloads are kept now, in their order. Reads no payload. */
  keptTurns(accountId: AccountId, sessionId: SessionId): Promise<readonly number[]>;
}

export interface PayloadReaderOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly prisma: PrismaClient;
  readonly ring: KeyRing;
  readonly clock: Clock;
  /** MASKER_PAYLOAD_RETENTION_DAYS. */
  readonly retentionDays: number;
}

interface PayloadRecord {
  readonly turn: number;
  readonly request: Buffer;
  readonly masked: Buffer;
  readonly answer: Buffer | null;
  readonly response: Buffer | null;
  readonly kid: string;
  readonly key_version: string;
  readonly wrapped: Buffer;
}

export const NO_PAYLOADS: Payloads = { turn: null, request: null, masked: null, answer: null, response: null };

const PARTS = ['request', 'masked', 'answer', 'response'] as const satisfies readonly PayloadPart[];

const KEPT = `SELECT p.turn, p.request, p.masked, p.answer, p.response, k.kid, k.key_version, k.wrapped
  FROM payloads p JOIN vault_keys k ON k.session_id = p.session_id JOIN sessions s ON s.id = p.session_id
  WHERE p.session_id = $1 AND s.account_id = $2 AND ($3::int IS NULL OR p.turn = $3) AND NOT ${payloadIsOver(4)}
  ORDER BY p.turn DESC LIMIT 1`;

const KEPT_TURNS = `SELECT p.turn FROM payloads p JOIN sessions s ON s.id = p.session_id
  WHERE p.session_id = $1 AND s.account_id = $2 AND NOT ${payloadIsOver(3)} ORDER BY p.turn`;

export function createPayloadReader(options: PayloadReaderOptions): PayloadReader {
  const { pool, prisma, ring, clock, retentionDays } = options;
  return {
    read: async (viewer, sessionId, turn, purpose) => {
      if (!mayUse(viewer, 'payloads:read')) return NO_PAYLOADS;
      const { accountId, userId } = viewer;
      const { rows } = await pool.query<PayloadRecord>(KEPT, [
        sessionId,
        accountId,
        turn,
        ...payloadIsOverValues({ now: clock.now(), days: retentionDays }),
      ]);
      const [kept] = rows;
      if (kept === undefined) return NO_PAYLOADS;
      const stored = { kid: kept.kid, keyVersion: kept.key_version, wrapped: kept.wrapped };
      const payloads = opened(SessionVault.open(ring, stored, accountId, sessionId), kept);
      const subject = {
        session_id: sessionId,
        turn: kept.turn,
        purpose,
        result: payloads === null ? 'unreadable' : 'shown',
      };
      await prisma.$transaction((tx) =>
        recordAct(tx, { accountId, userId, kind: 'payload_read', subject }, clock.now()),
      );
      return payloads ?? NO_PAYLOADS;
    },
    keptTurns: async (accountId, sessionId) => {
      const over = payloadIsOverValues({ now: clock.now(), days: retentionDays });
      const { rows } = await pool.query<{ readonly turn: number }>(KEPT_TURNS, [sessionId, accountId, ...over]);
      return rows.map(({ turn }) => turn);
    },
  };
}

/** Null where a part does not open: its key is not registered, or it is not what was sealed. */
function opened(vault: SessionVault | null, { turn, ...sealed }: PayloadRecord): Payloads | null {
  const parts = {
    request: null as unknown,
    masked: null as unknown,
    answer: null as unknown,
    response: null as unknown,
  };
  for (const name of PARTS) {
    const bytes = sealed[name];
    if (bytes === null) continue;
    const part = vault?.openPayload(turn, name, bytes) ?? null;
    if (part === null) return null;
    parts[name] = shown(part);
  }
  return { turn, ...parts };
}

function shown(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
