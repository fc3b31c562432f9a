/** Sessions and turns as the journal writes them, with what usage should say of them: the tests' own count. */
import { ulid } from 'ulid';
import type { Database } from '../../src/platform/database.ts';
import type { AccountId, AgentId, SessionId, TurnId } from '../../src/platform/ids.ts';
import type { AgentStats } from '../../src/agents/agent-stats.ts';
import type { UsageFigures } from '../../src/usage/usage.ts';

const DIGEST = 'd'.repeat(64);
const HOUR = 3_600_000;

export interface WrittenTurn {
  readonly id: TurnId;
  readonly sessionId: SessionId;
  readonly agentId: AgentId;
  readonly startedAt: number;
  /** Kinds of the redactions that count. */
  readonly kinds: readonly string[];
  /** Its request has parts that the policy let pass without a search. */
  readonly isUninspected: boolean;
  outcome: 'open' | 'refused' | 'lost' | { readonly addedUs: number };
}

export interface WrittenSession {
  readonly id: SessionId;
  readonly agentId: AgentId;
  readonly startedAt: number;
  turns: number;
}

/** An account's sessions and turns, in the database and here. */
export class Written {
  readonly sessions: WrittenSession[] = [];
  readonly turns: WrittenTurn[] = [];
  readonly #db: Database;
  readonly #accountId: AccountId;

  constructor(db: Database, accountId: AccountId) {
    this.#db = db;
    this.#accountId = accountId;
  }

  async session(agentId: AgentId, startedAt: number): Promise<WrittenSession> {
    const { prisma } = this.#db;
    await prisma.policySnapshot.upsert({
      where: { digest: DIGEST },
      create: { digest: DIGEST, text: 'p' },
      update: {},
    });
    // Not newId: its IDs are later than every ID before, also where the clock of the test is in the past.
    const session = { id: `sess_${ulid(startedAt)}` as const, agentId, startedAt, turns: 0 };
    await prisma.session.create({
      data: {
        id: session.id,
        accountId: this.#accountId,
        agentId,
        startedAt: new Date(startedAt),
        lastTurnAt: new Date(startedAt),
        upstreamModel: 'stub',
        policyName: 'p',
        policyVersion: 1,
        policyDigest: DIGEST,
      },
    });
    this.sessions.push(session);
    return session;
  }

  /** A turn with redactions of the kinds, and one value that the policy let through. */
  async turn(
    session: WrittenSession,
    startedAt: number,
    kinds: readonly string[],
    outcome: Exclude<WrittenTurn['outcome'], 'lost'>,
    isUninspected = false,
  ): Promise<WrittenTurn> {
    const { prisma } = this.#db;
    session.turns += 1;
    const turn = {
      id: `turn_${ulid(startedAt)}` as const,
      sessionId: session.id,
      agentId: session.agentId,
      startedAt,
      kinds,
      isUninspected,
      outcome,
    };
    const number = session.turns;
    const actions = [...kinds.map((kind) => [kind, 'tokenize']), ['AGE', 'passthrough']];
    await prisma.$transaction([
      prisma.turn.create({
        data: {
          id: turn.id,
          sessionId: session.id,
          agentId: session.agentId,
          number,
          startedAt: new Date(startedAt),
          model: 'stub',
          streamed: false,
          redactionCount: kinds.length,
          detectionUs: 1,
          tokenizeUs: 1,
          ...(outcome === 'open' ? {} : ending(outcome, startedAt)),
        },
      }),
      prisma.entry.createMany({
        data: actions.map(([kind, action], index) => ({
          sessionId: session.id,
          seq: number * 100 + index,
          kind: 'redaction',
          turn: number,
          body: `{"action":"${action}","entity_kind":"${kind}","path":"/\\"entity_kind\\":\\"SSN\\""}`,
          leafHash: new Uint8Array(32),
        })),
      }),
    ]);
    if (isUninspected)
      await prisma.entry.create({
        data: {
          sessionId: session.id,
          seq: number * 100 + 99,
          kind: 'uninspectable_allowed',
          turn: number,
          body: '{"count":2}',
          leafHash: new Uint8Array(32),
        },
      });
    this.turns.push(turn);
    return turn;
  }

  /** The turn ends. */
  async end(turn: WrittenTurn, addedUs: number): Promise<void> {
    await this.#db.prisma.turn.update({ where: { id: turn.id }, data: ending({ addedUs }, turn.startedAt) });
    turn.outcome = { addedUs };
  }

  /** The session is sealed without an end of the turn. */
  async lose(turn: WrittenTurn): Promise<void> {
    await this.#db.prisma.session.update({ where: { id: turn.sessionId }, data: { sealedAt: new Date() } });
    turn.outcome = 'lost';
  }

  /** What usage should say of what began in a window, by going through all of it. */
  usage(from: number, until: number, agentId: AgentId | null = null): UsageFigures {
    const within = <Row extends { agentId: AgentId; startedAt: number }>(rows: readonly Row[]): Row[] =>
      rows.filter(
        (row) => row.startedAt >= from && row.startedAt < until && (agentId === null || row.agentId === agentId),
      );
    const turns = within(this.turns);
    const kinds = turns.flatMap((turn) => turn.kinds);
    const latencies = turns.flatMap(({ outcome }) => (typeof outcome === 'object' ? [outcome.addedUs] : []));
    return {
      turns: turns.length,
      sessions: within(this.sessions).length,
      refusedTurns: turns.filter(({ outcome }) => outcome === 'refused').length,
      uninspectedTurns: turns.filter((turn) => turn.isUninspected).length,
      redactions: kinds.length,
      redactionsByKind: Object.fromEntries(
        [...new Set(kinds)].map((kind) => [kind, kinds.filter((k) => k === kind).length]),
      ),
      p50LatencyMs: percentile(latencies, 0.5),
      p95LatencyMs: percentile(latencies, 0.95),
    };
  }

  /** What the figures of an agent should be. */
  stats(agentId: AgentId, now: number): AgentStats {
    const day = this.usage(now - 24 * HOUR, Infinity, agentId);
    return {
      sessionCount24h: day.sessions,
      sessionCount7d: this.usage(now - 168 * HOUR, Infinity, agentId).sessions,
      redactionCount24h: day.redactions,
      p50LatencyMs: day.p50LatencyMs,
      p95LatencyMs: day.p95LatencyMs,
    };
  }
}

function ending(outcome: 'refused' | { readonly addedUs: number }, startedAt: number): object {
  const endedAt = new Date(startedAt + 900);
  return outcome === 'refused'
    ? { endedAt, status: 'error' }
    : { endedAt, status: 'ok', upstreamUs: 1, rehydrateUs: 1, addedUs: outcome.addedUs };
}

/** PostgreSQL's percentile_cont, in milliseconds. */
function percentile(values: readonly number[], p: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = p * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return below === undefined || above === undefined ? null : (below + (rank % 1) * (above - below)) / 1000;
}
