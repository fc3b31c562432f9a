/** Agents that ask their callers for a key from birth, and agents that anybody may call: how each is made, and where it shows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestInstance } from '../instance.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import { allTables } from './everything.ts';

interface NewAgent {
  readonly agent: { readonly id: string; readonly proxy_url: string };
  readonly proxy_key?: { readonly id: string; readonly created_at: string; readonly key: string };
}

let calls: Calls;
let masker: TestInstance;
let made = 0;

beforeAll(async () => {
  calls = await startCalls();
  ({ masker } = calls);
});
afterAll(() => calls.close());

async function create(fields: object = {}, on = masker): Promise<NewAgent> {
  made += 1;
  const response = await on.api('POST', '/agents', { name: `made-${made}`, upstream: 'openai:gpt-4o-mini', ...fields });
  expect(response.status, await response.clone().text()).toBe(201);
  return (await response.json()) as NewAgent;
}

function call({ agent: { id } }: NewAgent, key?: string, on = masker): Promise<Response> {
  return fetch(`${on.url}/proxy/${id}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(saying('hello')),
  });
}

async function detail({ agent: { id } }: NewAgent): Promise<unknown> {
  return ((await (await masker.api('GET', `/agents/${id}`)).json()) as { agent: unknown }).agent;
}

async function openOnHealth(on = masker): Promise<unknown> {
  return ((await (await fetch(`${on.url}/health`)).json()) as { agents: { open_to_anyone: unknown } }).agents
    .open_to_anyone;
}

/** The lines about open agents, parsed. */
function warnings({ logged }: TestInstance, level = 'warn'): Record<string, unknown>[] {
  return logged
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['level'] === level && String(line['msg']).includes('caller_auth'));
}

describe('an agent of a production start', () => {
  test('comes with a proxy key, which its answer shows once and nothing else holds', async () => {
    const agent = await create({ name: 'front desk' });
    const { key = '', id } = agent.proxy_key ?? {};
    expect(key).toMatch(/^mpk_[\w-]{43}$/);
    expect((await call(agent)).status).toBe(401);
    expect((await call(agent, key)).status).toBe(200);
    expect(await detail(agent)).toMatchObject({
      caller_auth: { signature: null, shared_secret: null, proxy_key: true },
      proxy_keys: [{ id }],
      open_to_anyone: false,
    });
    const again = await masker.api('POST', '/agents', { name: 'front desk', upstream: 'openai:gpt-4o-mini' });
    expect([again.status, await again.text()]).toEqual([409, expect.not.stringContaining('mpk_')]);
    expect(JSON.stringify(await detail(agent))).not.toContain(key);
    expect(await allTables(calls.db.url)).not.toContain(key);
    expect(masker.logged.join('')).not.toContain(key);
  });

  test('records the key beside the agent, by its id', async () => {
    const agent = await create();
    const { rows } = await calls.pool.query<{ kind: string; subject: object }>(
      `SELECT kind, body::json->'subject' AS subject FROM account_events WHERE body LIKE $1 ORDER BY id`,
      [`%${agent.agent.id}%`],
    );
    expect(rows).toEqual([
      { kind: 'agent_created', subject: expect.objectContaining({ set: ['caller_auth.proxy_key'] }) as object },
      { kind: 'proxy_key_created', subject: expect.objectContaining({ proxy_key_id: agent.proxy_key?.id }) as object },
    ]);
  });

  test('has its key in the payload of the GraphQL mutation', async () => {
    const { createAgent } = await masker.graphql<{
      createAgent: { agent: { id: string; openToAnyone: boolean }; proxyKey: { id: string; key: string } | null };
    }>(
      `mutation ($input: CreateAgentInput!) { createAgent(input: $input) {
         ... on CreateAgentSuccess { agent { id openToAnyone proxyKeys { id } } proxyKey { id createdAt key } } } }`,
      { input: { name: 'over graphql', upstream: 'stub' } },
    );
    expect(createAgent).toMatchObject({
      agent: { openToAnyone: false, proxyKeys: [{ id: createAgent.proxyKey?.id }] },
      proxyKey: { key: expect.stringMatching(/^mpk_/) as string },
    });
  });

  test('has no key where it names another way, and one where it asks for both', async () => {
    const secret = 'shared-secret-of-the-clinic';
    const shared = await create({ caller_auth: { shared_secret: { secret } } });
    expect([shared.proxy_key, await detail(shared)]).toMatchObject([undefined, { open_to_anyone: false }]);
    const both = await create({ caller_auth: { shared_secret: { secret }, proxy_key: true } });
    expect((await call(both, both.proxy_key?.key)).status).toBe(200);
  });

  test('is refused where it says no to every way without saying null', async () => {
    const response = await masker.api('POST', '/agents', {
      name: 'neither',
      upstream: 'stub',
      caller_auth: { proxy_key: false },
    });
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { error: { code: 'validation_failed', details: [{ path: 'caller_auth', code: 'would_open' }] } },
    ]);
  });
});

describe('an agent that anybody may call', () => {
  test('is made by null, and shows in the log, on /health, in its detail and in the report of its session', async () => {
    const before = Number(await openOnHealth());
    const agent = await create({ caller_auth: null });
    expect(agent.proxy_key).toBe(undefined);
    expect(await detail(agent)).toMatchObject({ caller_auth: null, open_to_anyone: true });
    expect(warnings(masker)).toContainEqual(expect.objectContaining({ agent_id: agent.agent.id }));
    await expect.poll(() => openOnHealth()).toBe(before + 1);
    const answer = await call(agent);
    await answerOf(answer);
    const report = await masker.api('GET', `/sessions/${sessionOf(answer)}/report`);
    expect(await report.json()).toMatchObject({ report: { agents: [{ id: agent.agent.id, open_to_anyone: true }] } });
  });

  test('is counted and named by id when a node starts, and its name is in no line', async () => {
    const agent = await create({ name: 'Marisol Quintanilla line', caller_auth: null });
    const node = await calls.anotherNode();
    expect(warnings(node)).toEqual([
      expect.objectContaining({ agent_ids: expect.arrayContaining([agent.agent.id]) as string[] }),
    ]);
    expect([...node.logged, ...masker.logged].join('')).not.toContain('Quintanilla');
    expect(JSON.stringify(await (await fetch(`${node.url}/health`)).json())).not.toContain(agent.agent.id);
  });

  test('is what a change makes only with null, and then it is warned of', async () => {
    const agent = await create();
    const path = `/agents/${agent.agent.id}`;
    const refused = await masker.api('PATCH', path, { caller_auth: { proxy_key: false } });
    expect([refused.status, await refused.json()]).toMatchObject([
      422,
      { error: { details: [{ path: 'caller_auth', code: 'would_open' }] } },
    ]);
    expect((await call(agent)).status).toBe(401);
    expect((await masker.api('PATCH', path, { caller_auth: null })).status).toBe(200);
    expect((await call(agent)).status).toBe(200);
    expect(warnings(masker)).toContainEqual(expect.objectContaining({ agent_id: agent.agent.id }));
  });

  test('is what a development start makes by default, without a warning', async () => {
    const node = await calls.anotherNode({ MASKER_DEV: '1' });
    const agent = await create({}, node);
    expect(agent.proxy_key).toBe(undefined);
    expect((await call(agent, undefined, node)).status).toBe(200);
    expect(warnings(node)).toEqual([]);
    expect(warnings(node, 'info')).toContainEqual(expect.objectContaining({ agent_id: agent.agent.id }));
    const keyed = await create({ caller_auth: { proxy_key: true } }, node);
    expect((await call(keyed, undefined, node)).status).toBe(401);
    expect((await call(keyed, keyed.proxy_key?.key, node)).status).toBe(200);
  });
});

describe('the events of a platform, for an agent with a proxy key', () => {
  test.each([
    ['vapi', 'MASKER_VAPI_WEBHOOK_SECRET', 'x-vapi-secret', { type: 'hang' }],
    [
      'bolna',
      'MASKER_BOLNA_WEBHOOK_SECRET',
      'x-bolna-secret',
      { id: 'b7140255-af33-4608-8e97-04dd944b8e48', status: 'in-progress' },
    ],
  ])('of %s are admitted by %s', async (platform, variable, header, event) => {
    const node = await calls.anotherNode({ [variable]: 'secret of the platform' });
    const agent = await create({}, node);
    const post = async (headers: Record<string, string>, to: NewAgent = agent): Promise<number> =>
      (
        await fetch(`${node.url}/${platform}/webhook/${to.agent.id}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(event),
        })
      ).status;
    expect(await post({})).toBe(401);
    expect(await post({ [header]: 'a guess' })).toBe(401);
    expect(await post({ [header]: 'secret of the platform' })).toBe(200);
    expect(await post({ authorization: `Bearer ${agent.proxy_key?.key ?? ''}` })).toBe(200);
    // The platform's secret opens its webhook alone, and not that of an agent with a secret of its own.
    expect((await call(agent, 'secret of the platform', node)).status).toBe(401);
    const own = await create({ caller_auth: { shared_secret: { secret: 'the agent has its own' } } }, node);
    expect(await post({ [header]: 'secret of the platform' }, own)).toBe(401);
  });
});
