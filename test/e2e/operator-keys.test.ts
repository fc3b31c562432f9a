/** Upstreams that the operator pays for, and acts on the whole instance: which accounts they are open to. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import type { TestInstance } from '../instance.ts';
import { onNode, saying, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const ALLOWED = newId('account');
const OTHER = newId('account');

let calls: Calls;
/** Asks a provider without a key too. */
let masker: TestInstance;

beforeAll(async () => {
  // As it is where nothing is set: an empty variable counts as none.
  calls = await startCalls({ MASKER_OPERATOR_KEY_ACCOUNTS: '' });
  masker = await calls.anotherNode({
    MASKER_OPERATOR_KEY_ACCOUNTS: ALLOWED,
    MASKER_UPSTREAM_FREE_BASE_URL: calls.upstream.url,
    MASKER_UPSTREAM_FREE_MODELS: 'llama',
    MASKER_UPSTREAM_PAID_BASE_URL: calls.upstream.url,
    MASKER_UPSTREAM_PAID_MODELS: 'llama',
    MASKER_UPSTREAM_PAID_QUERY: 'key=of-the-operator',
  });
  for (const id of [ALLOWED, OTHER])
    await calls.pool.query(`INSERT INTO accounts (id, name) VALUES ($1, 'Clinic')`, [id]);
});
afterAll(() => calls.close());

interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly details?: readonly object[] };
}

async function refusalOf(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as Refusal;
  expect(error.message).toContain('MASKER_OPERATOR_KEY_ACCOUNTS');
  return [response.status, error.code];
}

/** An agent of the account on the upstream, as it would be there from before. */
async function agentOf(account: string, upstream: string): Promise<ReturnType<typeof onNode>> {
  const agent = await calls.masker.createAgent({
    name: newId('agent'),
    upstream: 'stub',
  });
  await calls.pool.query('UPDATE agents SET account_id = $2, upstream = $3 WHERE id = $1', [
    agent.id,
    account,
    upstream,
  ]);
  return agent;
}

describe('an upstream with the operator’s key', () => {
  test.each(['openai:gpt-4o-mini', 'paid:llama'])(
    'is refused to an account that is not allowed, for a new agent on %s and for a change',
    async (upstream) => {
      const refused = await masker.api('POST', '/agents', { name: `new on ${upstream}`, upstream });
      expect(await refusalOf(refused)).toEqual([403, 'upstream_not_allowed']);
      const { id } = await masker.createAgent({ name: `moves to ${upstream}`, upstream: 'stub' });
      const change = await masker.api('PATCH', `/agents/${id}`, { upstream });
      expect(await refusalOf(change)).toEqual([403, 'upstream_not_allowed']);
      const { rows } = await calls.pool.query('SELECT name, upstream FROM agents WHERE name = ANY($1)', [
        [`new on ${upstream}`, `moves to ${upstream}`],
      ]);
      expect(rows).toEqual([{ name: `moves to ${upstream}`, upstream: 'stub' }]);
    },
  );

  test('is one fault among the others of a new agent', async () => {
    const response = await masker.api('POST', '/agents', { name: '', upstream: 'openai:gpt-4o-mini' });
    const { error } = (await response.json()) as Refusal;
    expect([response.status, error]).toMatchObject([
      422,
      { code: 'validation_failed', details: [{ path: 'name' }, { path: 'upstream', code: 'upstream_not_allowed' }] },
    ]);
  });

  test('is refused to the turns of an agent that was there before, which are neither sent nor recorded', async () => {
    const agent = await agentOf(OTHER, 'openai:gpt-4o-mini');
    const before = calls.upstream.received.length;
    for (const node of [masker, calls.masker]) {
      const response = await node.chat(onNode(node, agent), saying('hello'));
      expect(response.headers.get('x-should-retry')).toBe('false');
      expect(await refusalOf(response)).toEqual([403, 'upstream_not_allowed']);
    }
    const { rows } = await calls.pool.query('SELECT id FROM sessions WHERE agent_id = $1', [agent.id]);
    expect([rows, calls.upstream.received.length]).toEqual([[], before]);
  });

  test('is warned of at the start for agents that are there already, by the ids of their accounts', async () => {
    await agentOf(OTHER, 'openai:gpt-4o-mini');
    const warnings = ({ logged }: TestInstance): unknown[] =>
      logged
        .map((line) => JSON.parse(line) as { msg: string; account_ids?: string[] })
        .filter(({ msg }) => msg.includes('MASKER_OPERATOR_KEY_ACCOUNTS'))
        .flatMap(({ account_ids }) => account_ids ?? []);
    expect(warnings(await calls.anotherNode())).toContain(OTHER);
    expect(warnings(await calls.anotherNode({ MASKER_OPERATOR_KEY_ACCOUNTS: 'all' }))).toEqual([]);
  });

  test('is open to an account that is named, and by default to the instance’s own alone', async () => {
    const named = await agentOf(ALLOWED, 'openai:gpt-4o-mini');
    expect((await masker.chat(onNode(masker, named), saying('hello'))).status).toBe(200);
    expect((await calls.masker.chat(named, saying('hello'))).status).toBe(403);
    const own = await calls.masker.createAgent();
    expect((await calls.masker.chat(own, saying('hello'))).status).toBe(200);
  });

  test('is open to every account where all are allowed', async () => {
    const node = await calls.anotherNode({ MASKER_OPERATOR_KEY_ACCOUNTS: 'all' });
    const agent = await agentOf(OTHER, 'openai:gpt-4o-mini');
    expect((await node.chat(onNode(node, agent), saying('hello'))).status).toBe(200);
  });
});

describe('an upstream without a key', () => {
  test.each(['stub', 'free:llama'])('%s is open to every account', async (upstream) => {
    const agent = await agentOf(OTHER, upstream);
    const model = upstream === 'stub' ? 'stub' : 'llama';
    const response = await masker.chat(onNode(masker, agent), { ...saying('hello'), model });
    expect(response.status).toBe(200);
  });
});
