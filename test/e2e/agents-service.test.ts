import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { createAgentService } from '../../src/agents/agents.ts';
import type { AgentService } from '../../src/agents/agents.ts';
import { createStoredPolicies } from '../../src/agents/stored-policies.ts';
import type { StoredPolicies } from '../../src/agents/stored-policies.ts';
import type { Database } from '../../src/platform/database.ts';
import { Failure } from '../../src/platform/failure.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AgentId } from '../../src/platform/ids.ts';
import { PATIENCE } from '../patience.ts';
import { agentIdOf, failureOf, newViewer, NOW, serviceOptions, useDatabase } from './agents-fixture.ts';

const database = useDatabase();
let db: Database;
let viewer: Viewer;
let stranger: Viewer;
let service: AgentService;

beforeEach(async () => {
  ({ db } = database());
  [viewer, stranger] = [await newViewer(db), await newViewer(db)];
  service = createAgentService(serviceOptions(db));
});

async function newAgentId(fields: object = {}): Promise<AgentId> {
  const { agent } = await service.create(viewer, { name: 'bot', upstream: 'stub', ...fields });
  return agentIdOf(agent.id);
}

/** The acts on record, oldest first, without what every record has. */
async function actsOf({ accountId }: Viewer): Promise<unknown[]> {
  const rows = await db.prisma.accountEvent.findMany({ where: { accountId }, orderBy: { id: 'asc' } });
  return rows.map(({ kind, body }) => ({ kind, ...(JSON.parse(body) as { subject: object }).subject }));
}

/**
 * Publishes another version of the policy `clinic` in a transaction that ends only when `work` waits for it. Returns the
 * version with the digest of its text.
 */
async function publishDuring(
  stored: StoredPolicies,
  work: () => Promise<unknown>,
): Promise<{ readonly version: number; readonly digest: string }> {
  const { latestVersion } = await db.prisma.storedPolicy.findFirstOrThrow({ where: { accountId: viewer.accountId } });
  const version = latestVersion + 1;
  const yaml = `name: clinic\ndescription: Number ${version}.\n`;
  await stored.save(viewer, 'clinic', yaml);
  const publisher = await db.pool.connect();
  try {
    await publisher.query('BEGIN');
    const sql = `UPDATE policies SET published_version = $2 WHERE account_id = $1 AND name = 'clinic'`;
    await publisher.query(sql, [viewer.accountId, version]);
    const working = work();
    await vi.waitFor(async () => {
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      expect((await db.pool.query(waiting)).rows).toHaveLength(1);
    }, PATIENCE);
    await publisher.query('COMMIT');
    await working;
  } finally {
    publisher.release();
  }
  const { text } = serviceOptions(db).policies.resolve({ stored: { name: 'clinic', version, yaml } });
  return { version, digest: createHash('sha256').update(text, 'utf8').digest('hex') };
}

async function countAgents({ accountId }: Viewer): Promise<number> {
  return db.prisma.agent.count({ where: { accountId } });
}

describe('creating an agent', () => {
  it('stores it with the documented defaults', async () => {
    const { agent, proxyKey } = await service.create(viewer, { name: ' front desk ', upstream: 'stub' });
    expect(agent).toMatchObject({
      accountId: viewer.accountId,
      name: 'front desk',
      upstream: 'stub',
      tokenization: 'vault-deterministic',
      policyName: 'healthcare-default',
      policyVersion: 1,
      policyYaml: null,
      createdAt: new Date(NOW),
      deletedAt: null,
    });
    expect(proxyKey).toBe(null);
    expect(await service.find(viewer.accountId, agent.id)).toEqual(agent);
  });

  it('records who made what, with the digest of the policy', async () => {
    const id = await newAgentId();
    const [event] = await db.prisma.accountEvent.findMany({ where: { accountId: viewer.accountId } });
    expect(event?.at).toEqual(new Date(NOW));
    expect(JSON.parse(event?.body ?? '')).toMatchObject({ account_id: viewer.accountId, user_id: viewer.userId });
    // printf 'name: healthcare-default\nversion: 1\n' | sha256sum
    const digest = '658c54da79d35ba0ca5944e145c9394fe4b7c9d7e9f2ff7254d10375f5a68789';
    const policy = { policy_name: 'healthcare-default', policy_version: 1, policy_digest: digest };
    expect(await actsOf(viewer)).toEqual([
      { kind: 'agent_created', agent_id: id, upstream: 'stub', tokenization: 'vault-deterministic', ...policy },
    ]);
  });

  it('records the version that is in force when a publication ends between the check and the write', async () => {
    const stored = createStoredPolicies(serviceOptions(db));
    const act = async (work: () => Promise<unknown>): Promise<void> => {
      const { version, digest } = await publishDuring(stored, work);
      const [last] = (await actsOf(viewer)).slice(-1);
      expect(last).toMatchObject({ policy_name: 'clinic', policy_digest: digest });
      const agent = await db.prisma.agent.findFirstOrThrow({ where: { accountId: viewer.accountId } });
      expect(agent.policyVersion).toBeGreaterThanOrEqual(version);
      expect(last).toMatchObject({ policy_version: agent.policyVersion });
    };
    await stored.create(viewer, { yaml: 'name: clinic' });
    await act(() => service.create(viewer, { name: 'bot', upstream: 'stub', policyName: 'clinic' }));
    const { id } = await db.prisma.agent.findFirstOrThrow({ where: { accountId: viewer.accountId } });
    await service.update(viewer, id, { policyName: 'healthcare-default' });
    await act(() => service.update(viewer, id, { policyName: 'clinic' }));
  });

  it('starts the version of an inline policy where its text does', async () => {
    const policyYaml = 'name: mine\nversion: 7';
    const { agent } = await service.create(viewer, { name: 'bot', upstream: 'stub', policyYaml });
    expect(agent).toMatchObject({ policyName: 'mine', policyVersion: 7, policyYaml });
  });

  it('writes nothing for a faulty input', async () => {
    const failure = await failureOf(service.create(viewer, { name: '', upstream: 'none', policyName: 'nobody' }));
    expect(failure.code).toBe('validation_failed');
    expect(failure.details.map(({ path }) => path)).toEqual(['name', 'upstream', 'policyName']);
    expect([await countAgents(viewer), await actsOf(viewer)]).toEqual([0, []]);
  });

  it('refuses a name that is taken, and leaves no record of it', async () => {
    await newAgentId();
    const failure = await failureOf(service.create(viewer, { name: ' bot', upstream: 'stub' }));
    expect([failure.code, failure.details.map(({ path }) => path)]).toEqual(['name_taken', ['name']]);
    expect([await countAgents(viewer), (await actsOf(viewer)).length]).toEqual([1, 1]);
  });

  it('gives one name to one of many who ask at once', async () => {
    const attempts = Array.from({ length: 8 }, () => service.create(viewer, { name: 'bot', upstream: 'stub' }));
    const results = await Promise.allSettled(attempts);
    const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(lost.map((reason) => (reason instanceof Failure ? reason.code : reason))).toEqual(
      Array(7).fill('name_taken'),
    );
    expect([await countAgents(viewer), (await actsOf(viewer)).length]).toEqual([1, 1]);
  });

  it('lets another account have the name', async () => {
    await newAgentId();
    await expect(service.create(stranger, { name: 'bot', upstream: 'stub' })).resolves.toMatchObject({
      agent: { name: 'bot' },
    });
  });

  it('does not happen where it cannot be recorded', async () => {
    await db.pool.query(`ALTER TABLE account_events ADD CONSTRAINT refuse CHECK (kind <> 'agent_created') NOT VALID`);
    try {
      await expect(newAgentId()).rejects.toThrow();
      expect(await countAgents(viewer)).toBe(0);
    } finally {
      await db.pool.query('ALTER TABLE account_events DROP CONSTRAINT refuse');
    }
  });
});

describe('changing an agent', () => {
  it('changes what is given, and records the names of what changed', async () => {
    const id = await newAgentId();
    const changed = await service.update(viewer, id, {
      name: 'desk',
      upstream: 'openai:gpt-4o-mini',
      tokenization: 'reversible-aead',
    });
    expect(changed).toMatchObject({
      name: 'desk',
      upstream: 'openai:gpt-4o-mini',
      tokenization: 'reversible-aead',
      policyVersion: 1,
    });
    expect((await actsOf(viewer))[1]).toEqual({
      kind: 'agent_updated',
      agent_id: id,
      changed: ['name', 'upstream', 'tokenization'],
    });
    expect(await service.find(viewer.accountId, id)).toEqual(changed);
  });

  it('raises the policy version with the policy, and only then', async () => {
    const id = await newAgentId();
    const version = async (change: object): Promise<number> => (await service.update(viewer, id, change)).policyVersion;
    expect(await version({ name: 'desk' })).toBe(1);
    expect(await version({ policyYaml: 'name: mine' })).toBe(2);
    expect(await version({ policyYaml: 'name: mine\nversion: 9' })).toBe(9);
    expect(await version({ policyYaml: 'name: mine\nversion: 9\nsensitivity: 1' })).toBe(10);
    expect(await version({ policyName: 'healthcare-default' })).toBe(11);
    expect(await service.find(viewer.accountId, id)).toMatchObject({
      policyName: 'healthcare-default',
      policyYaml: null,
    });
    expect((await actsOf(viewer))[5]).toMatchObject({
      changed: ['policy'],
      policy_name: 'healthcare-default',
      policy_version: 11,
    });
  });

  it('writes nothing where nothing changes', async () => {
    const policyYaml = 'name: mine';
    const id = await newAgentId({ policyYaml });
    const before = await service.find(viewer.accountId, id);
    for (const change of [{}, { name: 'bot ', upstream: 'stub' }, { policyYaml }, { tokenization: null }]) {
      expect(await service.update(viewer, id, change)).toEqual(before);
    }
    expect(await service.find(viewer.accountId, id)).toEqual(before);
    expect(await actsOf(viewer)).toHaveLength(1);
  });

  it('refuses faulty fields all at once, and a name that is taken', async () => {
    const id = await newAgentId();
    await service.create(viewer, { name: 'other', upstream: 'stub' });
    const failure = await failureOf(service.update(viewer, id, { name: '', tokenization: 'rot13' }));
    expect(failure.details.map(({ path }) => path)).toEqual(['name', 'tokenization']);
    expect((await failureOf(service.update(viewer, id, { name: 'other', upstream: 'openai:gpt-4o-mini' }))).code).toBe(
      'name_taken',
    );
    expect(await service.find(viewer.accountId, id)).toMatchObject({ name: 'bot', upstream: 'stub' });
    expect(await actsOf(viewer)).toHaveLength(2);
  });

  it('refuses a change of settings that are not those that were read, also within one millisecond', async () => {
    const id = await newAgentId();
    const { updatedAt } = await service.find(viewer.accountId, id);
    const first = await service.update(viewer, id, { name: 'first' }, { updatedAt });
    expect((await failureOf(service.update(viewer, id, { name: 'second' }, { updatedAt }))).code).toBe(
      'precondition_failed',
    );
    await service.keys.create(viewer, id);
    const late = { updatedAt: first.updatedAt };
    expect((await failureOf(service.update(viewer, id, { name: 'second' }, late))).code).toBe('precondition_failed');
    const now = await service.find(viewer.accountId, id);
    expect(now.name).toBe('first');
    const { name } = await service.update(viewer, id, { name: 'second' }, { updatedAt: now.updatedAt });
    expect(name).toBe('second');
  });

  it('gives each of many changes at once a version of its own', async () => {
    const id = await newAgentId();
    const changes = Array.from({ length: 5 }, (_, i) => service.update(viewer, id, { policyYaml: `name: p${i}` }));
    const versions = (await Promise.all(changes)).map(({ policyVersion }) => policyVersion);
    expect(versions.toSorted()).toEqual([2, 3, 4, 5, 6]);
  });
});

describe('removing an agent', () => {
  it('happens once, is recorded once, and frees the name', async () => {
    const id = await newAgentId();
    await service.remove(viewer, id);
    expect((await failureOf(service.remove(viewer, id))).code).toBe('agent_not_found');
    expect((await failureOf(service.find(viewer.accountId, id))).code).toBe('agent_not_found');
    expect((await failureOf(service.update(viewer, id, { name: 'x' }))).code).toBe('agent_not_found');
    expect((await actsOf(viewer))[1]).toEqual({ kind: 'agent_deleted', agent_id: id });
    expect(await db.prisma.agent.findUnique({ where: { id } })).toMatchObject({ deletedAt: new Date(NOW) });
    await expect(newAgentId()).resolves.not.toBe(id);
    expect(await actsOf(viewer)).toHaveLength(3);
  });

  it('succeeds for one of many who remove at once', async () => {
    const id = await newAgentId();
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => service.remove(viewer, id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await actsOf(viewer)).toHaveLength(2);
  });
});

describe('an id that is not of a living agent of the account', () => {
  it('is not found, whatever is asked of it, and nothing is written', async () => {
    const foreign = await newAgentId();
    for (const id of [foreign, newId('agent'), 'agt_1', '', `${foreign}\0`, "agt_' OR 1=1"]) {
      const attempts = [
        service.find(stranger.accountId, id),
        service.update(stranger, id, { name: '' }),
        service.remove(stranger, id),
      ];
      const codes = await Promise.all(attempts.map(async (attempt) => (await failureOf(attempt)).code));
      expect(codes).toEqual(['agent_not_found', 'agent_not_found', 'agent_not_found']);
    }
    expect(await service.find(viewer.accountId, foreign)).toMatchObject({ name: 'bot' });
    expect(await actsOf(stranger)).toEqual([]);
  });
});
