/** One change of one agent: it, its record and the news of it, or nothing. */
import { recordAct } from '../audit/account-events.ts';
import type { AccountEventKind } from '../audit/account-events.ts';
import type { Json } from '../audit/canonical.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { Agent, Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { AccountId, AgentId } from '../platform/ids.ts';
import { AGENT_CHANNEL } from './agent-changes.ts';

export type Transaction = Prisma.TransactionClient;

/** Who does it: a viewer, or the system for the bootstrap admin. */
export type Actor = Pick<Viewer, 'accountId' | 'userId'>;

export interface AgentTransactions {
  readonly prisma: PrismaClient;
  readonly clock: Clock;
  /** Told of every change when it is committed, before the caller is answered: this node forgets what it had cached. */
  readonly onChange?: (id: AgentId) => void;
}

/** What was done to an agent, for its record: names and ids, never a secret. */
export interface AgentAct {
  readonly kind: AccountEventKind;
  /** Besides `agent_id`. */
  readonly subject: Readonly<Record<string, Json>>;
}

export interface AgentWork<T> {
  readonly result: T;
  /** Null where nothing was changed after all: then nothing is recorded. */
  readonly act: AgentAct | null;
}

/**
 * Runs `work` on the living agent under a lock on its row. `now` is in milliseconds since the epoch. `lock`
 * runs first, for what must be locked before an agent is. Throws Failure `agent_not_found` for an id that names no living
 * agent of the account, and what `lock` and `work` throw.
 */
export async function changeAgent<T>(
  { prisma, clock, onChange }: AgentTransactions,
  { accountId, userId }: Actor,
  id: AgentId,
  work: (tx: Transaction, before: Agent, now: number) => Promise<AgentWork<T>>,
  lock: (tx: Transaction) => Promise<void> = () => Promise.resolve(),
): Promise<T> {
  const now = clock.now();
  const { result, act } = await prisma.$transaction(async (tx) => {
    await lock(tx);
    // Two changes at once would both start from the same state: the second waits here and sees the first.
    await tx.$executeRaw`SELECT 1 FROM "agents" WHERE "id" = ${id} FOR UPDATE`;
    const done = await work(tx, await livingAgent(tx, accountId, id), now);
    if (done.act !== null) await recordAgentAct(tx, { accountId, userId }, id, done.act, now);
    return done;
  });
  if (act !== null) onChange?.(id);
  return result;
}

/** Returns the moment of a change of settings: later than the one before, which tells two changes apart. */
export function updatedAfter(before: Pick<Agent, 'updatedAt'>, now: number): Date {
  return new Date(Math.max(now, before.updatedAt.getTime() + 1));
}

/** Records the act, and tells every node, when the transaction commits, that the agent is not what it was. */
export async function recordAgentAct(
  tx: Transaction,
  { accountId, userId }: Actor,
  id: AgentId,
  { kind, subject }: AgentAct,
  now: number,
): Promise<void> {
  await recordAct(tx, { accountId, userId, kind, subject: { agent_id: id, ...subject } }, now);
  await tx.$executeRaw`SELECT pg_notify(${AGENT_CHANNEL}, ${id})`;
}

/** The living agent of the account. Throws Failure `agent_not_found`. */
export async function livingAgent(db: Transaction, accountId: AccountId, id: AgentId): Promise<Agent> {
  const agent = await db.agent.findFirst({ where: { id, accountId, deletedAt: null } });
  if (agent === null) throw agentNotFound();
  return agent;
}

/** The text as the id of an agent. Throws Failure `agent_not_found`. */
export function agentIdOf(text: string): AgentId {
  const id = parseId('agent', text);
  if (id === null) throw agentNotFound();
  return id;
}

export function agentNotFound(): Failure {
  return new Failure('agent_not_found', 'There is no such agent.');
}
