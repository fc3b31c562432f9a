import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { AgentCache } from '../../src/agents/agent-cache.ts';
import type { AgentChangeListener } from '../../src/agents/agent-changes.ts';
import { agentReader } from '../../src/agents/agent-runtime.ts';
import { createAgentService } from '../../src/agents/agents.ts';
import type { AgentServiceOptions } from '../../src/agents/agent-edits.ts';
import type { AgentService } from '../../src/agents/agents.ts';
import type { Database } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AgentId } from '../../src/platform/ids.ts';
import { createPolicyStore } from '../../src/policy/store.ts';
import { PATIENCE } from '../patience.ts';
import { startRelay } from '../relay.ts';
import { agentIdOf, failureOf, newViewer, serviceOptions, useDatabase } from './agents-fixture.ts';

const database = useDatabase();
let db: Database;
let viewer: Viewer;
let options: AgentServiceOptions;
let service: AgentService;

beforeEach(async () => {
  ({ db } = database());
  viewer = await newViewer(db);
  options = serviceOptions(db);
  service = createAgentService(options);
});

async function newAgentId(fields: object = {}): Promise<AgentId> {
  const { agent } = await service.create(viewer, { name: 'bot', upstream: 'stub', ...fields });
  return agentIdOf(agent.id);
}

/** A promise, and what resolves it. */
function newGate(): [opened: Promise<void>, open: () => void] {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [
    opened,
    () => {
      open();
    },
  ];
}

describe("the proxy's view of agents", () => {
  let cache: AgentCache;
  let listener: AgentChangeListener | undefined;
  const listen = async (): Promise<void> => {
    listener = cache.listenForChanges({ url: database().url });
    await vi.waitFor(() => {
      expect(cache.remembers).toBe(true);
    }, PATIENCE);
  };

  beforeEach(() => {
    cache = new AgentCache(agentReader(db.pool, options.policies, options.secrets));
    return async () => {
      await listener?.close();
      listener = undefined;
    };
  });

  it('is the agent with its policy, parsed, under its own tokenization', async () => {
    const policyYaml = 'name: mine\nversion: 3\nentities: { SSN: { action: redact } }';
    const id = await newAgentId({ policyYaml, tokenization: 'reversible-aead' });
    const agent = await cache.get(id);
    expect(agent).toMatchObject({
      id,
      accountId: viewer.accountId,
      name: 'bot',
      upstream: 'stub',
      tokenization: 'reversible-aead',
    });
    expect(agent).toMatchObject({ policyText: policyYaml, policyVersion: 3 });
    expect(agent?.policy).toMatchObject({
      name: 'mine',
      tokenization: 'reversible-aead',
      entities: { SSN: { action: 'redact' } },
    });
  });

  it('knows neither malformed, unknown nor deleted agents', async () => {
    await listen();
    const id = await newAgentId();
    await service.remove(viewer, id);
    for (const absent of [id, newId('agent'), 'agt_1', '']) expect(await cache.get(absent)).toBe(null);
  });

  it('reads afresh every time while it hears of no changes', async () => {
    const id = await newAgentId();
    expect(await cache.get(id)).toMatchObject({ name: 'bot' });
    await service.update(viewer, id, { name: 'desk' });
    expect(await cache.get(id)).toMatchObject({ name: 'desk' });
  });

  it('remembers while it listens: the same object, without a look at the database', async () => {
    const id = await newAgentId();
    await listen();
    const agent = await cache.get(id);
    expect(agent).toMatchObject({ name: 'bot' });
    // Behind its back: nobody notifies.
    await db.pool.query('UPDATE agents SET name = $2 WHERE id = $1', [id, 'silent']);
    expect(await cache.get(id)).toBe(agent);
  });

  it('never remembers that an agent is absent', async () => {
    await listen();
    const id = newId('agent');
    expect(await cache.get(id)).toBe(null);
    const { accountId } = viewer;
    const settings = {
      upstream: 'stub',
      tokenization: 'vault-deterministic',
      policyName: 'healthcare-default',
      policyVersion: 1,
    };
    await db.prisma.agent.create({ data: { id, accountId, name: 'bot', ...settings } });
    expect(await cache.get(id)).toMatchObject({ name: 'bot' });
  });

  it('hears of what another node changes and removes', async () => {
    await listen();
    const id = await newAgentId();
    await cache.get(id);
    await service.update(viewer, id, { name: 'desk', policyYaml: 'name: mine' });
    await vi.waitFor(async () => {
      expect(await cache.get(id)).toMatchObject({ name: 'desk', policy: { name: 'mine' }, policyVersion: 2 });
    }, PATIENCE);
    await service.remove(viewer, id);
    await vi.waitFor(async () => {
      expect(await cache.get(id)).toBe(null);
    }, PATIENCE);
  });

  it('knows of what its own node changed when the caller is answered', async () => {
    await listen();
    const own = createAgentService({
      ...options,
      onChange: (id) => {
        cache.forget(id);
      },
    });
    const id = await newAgentId();
    for (let i = 0; i < 20; i++) {
      await cache.get(id);
      await own.update(viewer, id, { name: `desk ${i}` });
      expect(await cache.get(id)).toMatchObject({ name: `desk ${i}` });
    }
    await own.remove(viewer, id);
    expect(await cache.get(id)).toBe(null);
  });

  it('does not keep what it read before a change and received after it', async () => {
    const id = await newAgentId();
    const read = agentReader(db.pool, options.policies, options.secrets);
    const [gate, release] = newGate();
    const [arrival, arrive] = newGate();
    cache = new AgentCache(async (agentId) => {
      const agent = await read(agentId);
      arrive();
      await gate;
      return agent;
    });
    await listen();
    const stale = cache.get(id);
    await arrival;
    await db.pool.query('UPDATE agents SET name = $2 WHERE id = $1', [id, 'desk']);
    cache.forget(id);
    release();
    expect(await stale).toMatchObject({ name: 'bot' });
    expect(await cache.get(id)).toMatchObject({ name: 'desk' });
  });

  it('trusts nothing it remembers when its connection breaks, and listens again', async () => {
    const trustedWhenLost: boolean[] = [];
    listener = cache.listenForChanges({
      url: database().url,
      onConnectionError: () => {
        trustedWhenLost.push(cache.remembers);
      },
    });
    await vi.waitFor(() => {
      expect(cache.remembers).toBe(true);
    }, PATIENCE);
    const id = await newAgentId();
    await cache.get(id);
    const terminated = await db.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'masker-changes'`,
    );
    expect(terminated.rowCount).toBe(1);
    // A change that no notification announces is seen once the connection is known to be lost.
    await db.pool.query('UPDATE agents SET name = $2 WHERE id = $1', [id, 'desk']);
    await vi.waitFor(async () => {
      expect(await cache.get(id)).toMatchObject({ name: 'desk' });
    }, PATIENCE);
    expect(trustedWhenLost.length).toBeGreaterThan(0);
    expect(trustedWhenLost).not.toContain(true);
    await vi.waitFor(() => {
      expect(cache.remembers).toBe(true);
    }, PATIENCE);
    await service.update(viewer, id, { name: 'lobby' });
    await vi.waitFor(async () => {
      expect(await cache.get(id)).toMatchObject({ name: 'lobby' });
    }, PATIENCE);
  });

  it('asks for the policy file to be read again after a lost connection, because a request may have been missed', async () => {
    let reloads = 0;
    listener = cache.listenForChanges({ url: database().url }, () => {
      reloads += 1;
    });
    await vi.waitFor(() => {
      expect(cache.remembers).toBe(true);
    }, PATIENCE);
    expect(reloads).toBe(0);
    await db.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'masker-changes'`,
    );
    await vi.waitFor(() => {
      expect(reloads).toBe(1);
    }, PATIENCE);
    expect(cache.remembers).toBe(true);
  });

  it('announces purges that may have been missed since its first connection', async () => {
    const purged: unknown[] = [];
    listener = cache.listenForChanges(
      { url: database().url },
      () => undefined,
      (id) => {
        purged.push(id);
      },
    );
    await vi.waitFor(() => {
      expect(purged).toEqual([null]);
    }, PATIENCE);
  });

  it('trusts nothing when its connection falls silent without breaking', async () => {
    const relay = await startRelay(database().url);
    try {
      const id = await newAgentId();
      listener = cache.listenForChanges({ url: relay.url, heartbeatMs: 500 });
      await vi.waitFor(() => {
        expect(cache.remembers).toBe(true);
      }, PATIENCE);
      expect(await cache.get(id)).toMatchObject({ name: 'bot' });
      relay.freeze();
      await vi.waitFor(() => {
        expect(cache.remembers).toBe(false);
      }, PATIENCE);
      await service.update(viewer, id, { name: 'desk' });
      expect(await cache.get(id)).toMatchObject({ name: 'desk' });
    } finally {
      relay.close();
    }
  });

  it('goes on without a server to listen to, reading afresh', async () => {
    const nowhere = new URL(database().url);
    nowhere.pathname = '/no_such_database';
    const refused = new Promise<Error>((resolve) => {
      listener = cache.listenForChanges({ url: nowhere.href, onConnectionError: resolve });
    });
    expect((await refused).message).toContain('no_such_database');
    expect(cache.remembers).toBe(false);
    const id = await newAgentId();
    expect(await cache.get(id)).toMatchObject({ name: 'bot' });
  });

  it('forgets everything when it is closed', async () => {
    await listen();
    const id = await newAgentId();
    await cache.get(id);
    await listener?.close();
    expect(cache.remembers).toBe(false);
    await db.pool.query('UPDATE agents SET name = $2 WHERE id = $1', [id, 'desk']);
    expect(await cache.get(id)).toMatchObject({ name: 'desk' });
  });

  it('fails, rather than guess, where the policy of an agent no longer holds here', async () => {
    const id = await newAgentId({ policyYaml: 'name: mine' });
    const defaultPolicy = options.policies.resolve({});
    const withoutKey = new AgentCache(
      agentReader(db.pool, createPolicyStore(defaultPolicy, new Set()), options.secrets),
    );
    expect((await failureOf(withoutKey.get(id))).code).toBe('policy_yaml_invalid');
  });
});
