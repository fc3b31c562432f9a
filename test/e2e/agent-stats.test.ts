import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { agentStats } from '../../src/agents/agent-stats.ts';
import { createAgentService } from '../../src/agents/agents.ts';
import type { AgentService } from '../../src/agents/agents.ts';
import type { Database } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AccountId, AgentId } from '../../src/platform/ids.ts';
import { agentIdOf, newViewer, NOW, serviceOptions, useDatabase } from './agents-fixture.ts';

const database = useDatabase();
let db: Database;
let viewer: Viewer;
let service: AgentService;

beforeEach(async () => {
  ({ db } = database());
  viewer = await newViewer(db);
  service = createAgentService(serviceOptions(db));
});

async function newAgentId(fields: object = {}): Promise<AgentId> {
  const { agent } = await service.create(viewer, { name: 'bot', upstream: 'stub', ...fields });
  return agentIdOf(agent.id);
}

describe('the figures of agents', () => {
  const HOUR = 3_600_000;

  async function addSession(
    agentId: AgentId,
    accountId: AccountId,
    agoMs: number,
    turns: readonly (number | null)[],
  ): Promise<void> {
    const startedAt = new Date(NOW - agoMs);
    const digest = 'd'.repeat(64);
    await db.prisma.policySnapshot.upsert({ where: { digest }, create: { digest, text: 'name: p' }, update: {} });
    await db.prisma.session.create({
      data: {
        id: newId('session', NOW - agoMs),
        accountId,
        agentId,
        startedAt,
        lastTurnAt: startedAt,
        upstreamModel: 'stub',
        policyName: 'p',
        policyVersion: 1,
        policyDigest: digest,
        turns: {
          create: turns.map((addedUs, number) => ({
            id: newId('turn', NOW - agoMs),
            agentId,
            number,
            startedAt,
            model: 'stub',
            streamed: false,
            redactionCount: 2,
            detectionUs: 1,
            tokenizeUs: 1,
            addedUs,
          })),
        },
      },
    });
  }

  const NOTHING = {
    sessionCount24h: 0,
    sessionCount7d: 0,
    redactionCount24h: 0,
    p50LatencyMs: null,
    p95LatencyMs: null,
  };

  it('count what happened in 24 hours and 7 days, and take percentiles of the added latency', async () => {
    const [busy, idle] = [await newAgentId(), await newAgentId({ name: 'idle' })];
    const { accountId } = viewer;
    await addSession(busy, accountId, HOUR, [1000, 2000, 3000, null]);
    await addSession(busy, accountId, 23 * HOUR, [4000, 5000]);
    await addSession(busy, accountId, 25 * HOUR, [900_000]);
    await addSession(busy, accountId, 167 * HOUR, []);
    await addSession(busy, accountId, 169 * HOUR, [900_000]);
    const stats = await agentStats(db.pool, accountId, [busy, idle], NOW);
    expect(stats.get(busy)).toEqual({
      sessionCount24h: 2,
      sessionCount7d: 4,
      redactionCount24h: 12,
      p50LatencyMs: 3,
      p95LatencyMs: 4.8,
    });
    expect(stats.get(idle)).toEqual(NOTHING);
  });

  it('are there for the agents of the account alone', async () => {
    const foreign = await newAgentId();
    await addSession(foreign, viewer.accountId, HOUR, [1000]);
    expect(await agentStats(db.pool, (await newViewer(db)).accountId, [foreign, newId('agent')], NOW)).toEqual(
      new Map(),
    );
  });

  it('take one statement, however many agents', async () => {
    const ids: AgentId[] = [];
    for (let i = 0; i < 5; i++) ids.push(await newAgentId({ name: `bot ${i}` }));
    const query = vi.spyOn(db.pool, 'query');
    try {
      expect((await agentStats(db.pool, viewer.accountId, ids, NOW)).size).toBe(5);
      expect(query).toHaveBeenCalledTimes(1);
      expect((await agentStats(db.pool, viewer.accountId, [], NOW)).size).toBe(0);
      expect(query).toHaveBeenCalledTimes(1);
    } finally {
      query.mockRestore();
    }
  });
});
