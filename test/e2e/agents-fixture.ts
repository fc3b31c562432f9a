/** What the tests of agents share: accounts, a service with the default policy, and its database. */
import { afterAll, beforeAll } from 'vitest';
import { createOperatorKeys } from '../../src/accounts/operator-keys.ts';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { AgentSecrets } from '../../src/agents/agent-secrets.ts';
import type { AgentServiceOptions } from '../../src/agents/agent-edits.ts';
import type { StoredPolicyOptions } from '../../src/agents/stored-policies.ts';
import { openDatabase } from '../../src/platform/database.ts';
import type { Database } from '../../src/platform/database.ts';
import { Failure } from '../../src/platform/failure.ts';
import { newId, parseId } from '../../src/platform/ids.ts';
import type { AgentId } from '../../src/platform/ids.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { createPolicyStore } from '../../src/policy/store.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';

/** What every service of these tests takes for the present. */
export const NOW = Date.UTC(2026, 4, 3, 21, 14, 32);

/** The database of the test file, open while its tests run. */
export interface OpenTestDatabase {
  readonly db: Database;
  readonly url: string;
}

/** Makes a database before the first test of the file and removes it after the last. */
export function useDatabase(): () => OpenTestDatabase {
  let test: TestDatabase | undefined;
  let db: Database | undefined;
  beforeAll(async () => {
    test = await createTestDatabase();
    db = openDatabase({ url: test.url });
  });
  afterAll(async () => {
    await db?.close();
    await test?.drop();
  });
  return () => {
    if (db === undefined || test === undefined) throw new Error('no test runs');
    return { db, url: test.url };
  };
}

/** What a service is made of: two upstreams, the default policy, a clock that stands still. */
export function serviceOptions(db: Database): AgentServiceOptions & Pick<StoredPolicyOptions, 'policies'> {
  const kids: ReadonlySet<string> = new Set(['K_HEALTHCARE']);
  const defaultPolicy = parsePolicy('name: healthcare-default\nversion: 1\n', { kids });
  if (!defaultPolicy.ok) throw new Error('the default policy should hold');
  const upstreams = ['openai:gpt-4o-mini', 'stub'];
  return {
    prisma: db.prisma,
    policies: createPolicyStore(defaultPolicy, kids),
    upstreams: { has: (name) => upstreams.includes(name), list: () => upstreams },
    clock: { now: () => NOW },
    operatorKeys: createOperatorKeys({ accounts: null, providers: [] }),
    keysByDefault: false,
    secrets: new AgentSecrets(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 5) }])),
  };
}

/** The admin of a new account. */
export async function newViewer(db: Database): Promise<Viewer> {
  const accountId = newId('account');
  const userId = newId('user');
  await db.prisma.account.create({ data: { id: accountId, name: 'Clinic', users: { create: { id: userId } } } });
  return { accountId, userId, role: 'admin', permissions: new Set(), via: 'cookie' };
}

/** The text as an agent's id; throws where it is none. */
export function agentIdOf(text: string): AgentId {
  const id = parseId('agent', text);
  if (id === null) throw new Error('not the id of an agent');
  return id;
}

/** The Failure that the work rejects with; throws where it does not. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => new Error('did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof Failure) return error;
  throw error;
}
