/** Policies that an account stores under names, over REST and GraphQL. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MAX_STORED_POLICIES } from '../../src/agents/policy-change.ts';
import { INSTANCE_ACCOUNT } from '../../src/accounts/instance-account.ts';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { ERROR, POLICY, POLICY_ITEM } from '../../src/rest/objects.ts';
import { as, by, listenGraphql, matching, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';
import { expectFailure, send as sendAs } from '../rest.ts';
import type { Answer } from '../rest.ts';
import { POLICY_ADDRESSES } from './policy-addresses.ts';

const FIRST = 'name: clinic\nentities: { URL: { action: passthrough } }\n';
const SECOND = 'name: clinic\ndescription: Second.\nentities: { URL: { action: redact } }\n';

/** The bodies of what is posted, by the path. */
const BODIES: Readonly<Record<string, object | undefined>> = {
  '/policies': { policy_yaml: 'name: x' },
  '/policies/validate': { policy_yaml: 'name: x' },
  '/policies/nobodys/rollback': { version: 1 },
};

describe('over the API', () => {
  let api: TestApi;
  let viewer: Viewer;
  let graphql: GraphqlEndpoint;

  beforeAll(async () => {
    api = await startTestApi();
    graphql = await listenGraphql(api.graphqlOptions, null);
  });
  beforeEach(async () => {
    viewer = await signUp(api.database);
    graphql.viewer = viewer;
  });
  afterAll(async () => {
    await graphql.close();
    await api.close();
  });

  const send = (method: string, path: string, body?: unknown, who: Viewer = viewer): Promise<Answer> =>
    sendAs(api.rest, who, method, path, body);
  const store = (yaml = FIRST): Promise<Answer> => send('POST', '/policies', { policy_yaml: yaml });
  const policyOf = ({ status, body }: Answer): ReturnType<typeof POLICY.parse> => {
    expect([200, 201]).toContain(status);
    return POLICY.parse((body as { policy: unknown }).policy);
  };
  const createAgent = async (fields: object, name = 'bot'): Promise<Answer> =>
    send('POST', '/agents', { name, upstream: 'stub', ...fields });
  const idOf = (answer: Answer): string => (answer.body as { agent: { id: string } }).agent.id;
  /** The acts on record, without the ids that each has. */
  const acts = async (): Promise<unknown[]> => {
    const rows = await api.database.prisma.accountEvent.findMany({
      where: { accountId: viewer.accountId, kind: { startsWith: 'policy_' } },
      orderBy: { id: 'asc' },
    });
    return rows.map(({ body }) => {
      const { kind, user_id, subject } = JSON.parse(body) as { kind: string; user_id: string; subject: object };
      expect(user_id).toBe(viewer.userId);
      return { kind, ...subject };
    });
  };

  test('POST /policies answers 201 with exactly the documented object, in force as version 1', async () => {
    const answer = await store();
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      policy: {
        id: matching(/^pol_[0-6]/),
        name: 'clinic',
        origin: 'account',
        description: '',
        version: 1,
        published_version: 1,
        draft_version: null,
        digest: matching(/^[0-9a-f]{64}$/),
        agent_count: 0,
        created_at: matching(/Z$/),
        updated_at: matching(/Z$/),
        policy_yaml: FIRST,
        resolved_yaml: FIRST,
        draft_yaml: null,
      },
    });
    expect(policyOf(await send('GET', '/policies/clinic'))).toEqual(policyOf(answer));
  });

  test('PUT makes a draft that changes nothing in force, and the same text makes no second one', async () => {
    await store();
    for (let i = 0; i < 2; i++) {
      const saved = policyOf(await send('PUT', '/policies/clinic', { policy_yaml: SECOND }));
      expect(saved).toMatchObject({ version: 1, published_version: 1, draft_version: 2 });
      expect([saved.policy_yaml, saved.draft_yaml]).toEqual([FIRST, SECOND]);
    }
    expect((await acts()).map((act) => (act as { kind: string }).kind)).toEqual(['policy_created', 'policy_saved']);
  });

  test('publish without a body puts the newest draft in force, and a second time changes nothing', async () => {
    await store();
    await send('PUT', '/policies/clinic', { policy_yaml: SECOND });
    for (let i = 0; i < 2; i++) {
      const published = policyOf(await send('POST', '/policies/clinic/publish'));
      expect(published).toMatchObject({
        version: 2,
        published_version: 2,
        draft_version: null,
        description: 'Second.',
      });
      expect(published.policy_yaml).toBe(SECOND);
    }
    expect(await acts()).toHaveLength(3);
  });

  test('publish takes a version, and refuses one that is unknown or older than the one in force', async () => {
    await store();
    await send('PUT', '/policies/clinic', { policy_yaml: SECOND });
    await send('PUT', '/policies/clinic', { policy_yaml: FIRST });
    expect(policyOf(await send('POST', '/policies/clinic/publish', { version: 2 }))).toMatchObject({
      published_version: 2,
      draft_version: 3,
    });
    for (const version of [1, 4])
      expectFailure(await send('POST', '/policies/clinic/publish', { version }), 422, 'validation_failed', ['version']);
    expectFailure(await send('POST', '/policies/clinic/publish', { version: 0 }), 422, 'validation_failed', [
      'version',
    ]);
    expectFailure(await send('POST', '/policies/clinic/publish', { no: 1 }), 422, 'validation_failed', ['no']);
  });

  test('rollback publishes the text of an earlier version as a new version, which the record names', async () => {
    await store();
    await send('PUT', '/policies/clinic', { policy_yaml: SECOND });
    await send('POST', '/policies/clinic/publish');
    const back = policyOf(await send('POST', '/policies/clinic/rollback', { version: 1 }));
    expect(back).toMatchObject({ version: 3, published_version: 3, draft_version: null, policy_yaml: FIRST });
    expect((await acts()).at(-1)).toEqual({
      kind: 'policy_rolled_back',
      policy_id: back.id,
      policy_name: 'clinic',
      policy_version: 3,
      policy_digest: back.digest,
      agents: 0,
      restores: 1,
    });
    const { body } = await send('GET', '/policies/clinic/versions');
    expect(body).toMatchObject({
      next_cursor: null,
      data: [
        { version: 3, status: 'published', policy_yaml: FIRST, created_by: viewer.userId, restores: 1 },
        { version: 2, status: 'superseded', policy_yaml: SECOND, restores: null },
        { version: 1, status: 'superseded', policy_yaml: FIRST, restores: null },
      ],
    });
  });

  test('rollback refuses a version that was never in force, and one that is unknown', async () => {
    await store();
    await send('PUT', '/policies/clinic', { policy_yaml: SECOND });
    for (const version of [2, 3])
      expectFailure(await send('POST', '/policies/clinic/rollback', { version }), 422, 'validation_failed', [
        'version',
      ]);
    expectFailure(await send('POST', '/policies/clinic/rollback', {}), 422, 'validation_failed', ['version']);
    expect(policyOf(await send('GET', '/policies/clinic'))).toMatchObject({ published_version: 1, draft_version: 2 });
  });

  test('versions are paged, and a draft that was passed over is skipped', async () => {
    await store();
    await send('PUT', '/policies/clinic', { policy_yaml: SECOND });
    await send('PUT', '/policies/clinic', { policy_yaml: FIRST });
    await send('POST', '/policies/clinic/publish');
    const seen: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await send(
        'GET',
        `/policies/clinic/versions?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      const page = body as { data: { version: number; status: string }[]; next_cursor: string | null };
      seen.push(...page.data.map(({ version, status }) => [version, status]));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([
      [3, 'published'],
      [2, 'skipped'],
      [1, 'superseded'],
    ]);
  });

  test('a text that does not hold is refused whole, with every problem and its place', async () => {
    await store();
    const yaml = 'name: other\nsensitivity: 2\nentities: { SNN: {} }';
    const before = policyOf(await send('GET', '/policies/clinic'));
    for (const answer of [
      await send('PUT', '/policies/clinic', { policy_yaml: yaml }),
      await send('POST', '/policies', { name: 'desk', policy_yaml: yaml }),
    ]) {
      expectFailure(answer, 422, 'policy_yaml_invalid', ['entities.SNN', 'name', 'sensitivity']);
      expect(ERROR.parse(answer.body).error.details?.map(({ message }) => message.slice(0, 4))).toEqual([
        '1:7:',
        '2:14',
        '3:13',
      ]);
    }
    expect(policyOf(await send('GET', '/policies/clinic'))).toEqual(before);
    expect(await acts()).toHaveLength(1);
  });

  test('POST /policies/validate answers 200 with every problem, and keeps nothing', async () => {
    expect(await send('POST', '/policies/validate', { policy_yaml: FIRST })).toMatchObject({
      status: 200,
      body: { valid: true, problems: [] },
    });
    const { status, body } = await send('POST', '/policies/validate', { policy_yaml: 'sensitivity: 2\nkid: K_X' });
    expect([status, body]).toEqual([
      200,
      {
        valid: false,
        problems: [
          { code: 'invalid_value', path: 'sensitivity', line: 1, column: 14, message: matching(/./) },
          { code: 'invalid_value', path: 'name', line: 1, column: 1, message: 'is required' },
          { code: 'unknown_kid', path: 'kid', line: 2, column: 6, message: matching(/MASKER_KEY_K_X/) },
        ].toSorted((a, b) => a.line - b.line || a.column - b.column),
      },
    ]);
    expect(await send('POST', '/policies/validate', { policy_yaml: FIRST, name: 'desk' })).toMatchObject({
      body: { valid: false, problems: [{ path: 'name', line: 1, column: 7 }] },
    });
    expect(await acts()).toEqual([]);
  });

  test.each(['', 'has space', 'a/b', '.hidden', 'x'.repeat(65), 'nul\u0000'])(
    'the name %j cannot be stored under',
    async (name) => {
      expectFailure(
        await send('POST', '/policies', { name, policy_yaml: 'entities: { URL: {} }' }),
        422,
        'validation_failed',
        ['name'],
      );
    },
  );

  test('a name is taken once for an account, and never where the instance has it', async () => {
    await store();
    expectFailure(await store(SECOND), 409, 'name_taken', ['name']);
    expectFailure(await store('name: healthcare-default'), 409, 'name_taken', ['name']);
    const other = await signUp(api.database);
    expect((await send('POST', '/policies', { policy_yaml: FIRST }, other)).status).toBe(201);
  });

  test('the policies of the instance are listed first and read, and only its operator changes them', async () => {
    await store();
    await store('name: desk');
    const { body } = await send('GET', '/policies');
    const { data } = body as { data: unknown[] };
    expect(data.map((item) => POLICY_ITEM.parse(item)).map(({ name, origin }) => [name, origin])).toEqual([
      ['healthcare-default', 'instance'],
      ['desk', 'account'],
      ['clinic', 'account'],
    ]);
    const own = policyOf(await send('GET', '/policies/healthcare-default'));
    expect(own).toMatchObject({ origin: 'instance', published_version: 1, draft_version: null, created_at: null });
    expectFailure(await send('PUT', '/policies/healthcare-default', { policy_yaml: SECOND }), 403, 'forbidden');
    expectFailure(await send('DELETE', '/policies/healthcare-default'), 403, 'forbidden');
  });

  test('the list is paged by cursor, forward and backward', async () => {
    await store();
    await store('name: desk');
    const names = (body: unknown): string[] =>
      [...JSON.stringify(body).matchAll(/"name":"([^"]+)"/g)].map(([, name = '']) => name);
    const first = await graphql.ask(
      '{ policies(first: 2) { pageInfo { hasNextPage endCursor } edges { node { name } } } }',
    );
    expect(names(first.body)).toEqual(['healthcare-default', 'desk']);
    const cursor = /"endCursor":"([^"]+)"/.exec(JSON.stringify(first.body))?.[1];
    const second = await graphql.ask(
      `{ policies(first: 2, after: "${cursor ?? ''}") { pageInfo { hasNextPage } edges { node { name } } } }`,
    );
    expect(names(second.body)).toEqual(['clinic']);
    const last = await graphql.ask('{ policies(last: 1) { edges { node { name } } } }');
    expect(names(last.body)).toEqual(['clinic']);
  });

  test('node finds a policy by its ID, of the account and of the instance', async () => {
    await store();
    for (const name of ['clinic', 'healthcare-default']) {
      const { id } = policyOf(await send('GET', `/policies/${name}`));
      const { body } = await graphql.ask(`{ node(id: "${id}") { __typename id ... on MaskPolicy { name } } }`);
      expect(body).toEqual({ data: { node: { __typename: 'MaskPolicy', id, name } } });
    }
  });

  test('diff names each setting that differs, defaults too, by default between what is in force and the draft', async () => {
    await store();
    await send('PUT', '/policies/clinic', {
      policy_yaml: `${SECOND}sensitivity: 0.5\npatterns: [{ name: chart, kind: MRN, regex: 'zq-[a-f]{4}' }]\n`,
    });
    const ask = (args: string): Promise<unknown> =>
      graphql
        .ask(`{ policy(name: "clinic") { diff${args} { from to changes { path before after } } } }`)
        .then(({ body }) => body);
    expect(await ask('')).toEqual({
      data: {
        policy: {
          diff: {
            from: 1,
            to: 2,
            changes: [
              { path: 'description', before: '""', after: '"Second."' },
              { path: 'entities.URL.action', before: '"passthrough"', after: '"redact"' },
              { path: 'sensitivity', before: '0.25', after: '0.5' },
              { path: 'patterns.chart', before: null, after: matching(/zq-/) },
            ],
          },
        },
      },
    });
    expect(await ask('(from: 2, to: 2)')).toMatchObject({ data: { policy: { diff: { changes: [] } } } });
    expect(await ask('(from: 2, yaml: "name: clinic\\nsensitivity: 0.25")')).toMatchObject({
      data: { policy: { diff: { from: 2, to: 3 } } },
    });
    expect(JSON.stringify(await ask('(yaml: "sensitivity: 0.75")'))).toContain(
      JSON.stringify({ path: 'sensitivity', before: '0.25', after: '0.75' }),
    );
    expect(await ask('(yaml: "sensitivity: high")')).toMatchObject({
      errors: [{ extensions: { code: 'validation_failed' } }],
    });
    expect(await ask('(from: 7)')).toMatchObject({ errors: [{ extensions: { code: 'validation_failed' } }] });
  });

  test('an agent finds a stored policy by its name, and has its number, text and digest', async () => {
    const stored = policyOf(await store());
    const created = await createAgent({ policy_name: 'clinic' });
    expect(created).toMatchObject({ status: 201, body: { agent: { policy_name: 'clinic', policy_version: 1 } } });
    const detail = await send('GET', `/agents/${idOf(created)}`);
    expect(detail.body).toMatchObject({ agent: { policy_yaml: stored.resolved_yaml, inline_policy_yaml: null } });
    expect(policyOf(await send('GET', '/policies/clinic')).agent_count).toBe(1);
    const found = await send('POST', '/detect', { text: 'see example.com', policy_name: 'clinic' });
    expect(found).toMatchObject({ status: 200, body: { policy_name: 'clinic', policy_version: 1 } });
    const other = await signUp(api.database);
    expectFailure(
      await send('POST', '/agents', { name: 'a', upstream: 'stub', policy_name: 'clinic' }, other),
      422,
      'unknown_policy',
      ['policy_name'],
    );
    expectFailure(await send('POST', '/detect', { text: 'x', policy: 'clinic' }, other), 422, 'unknown_policy', [
      'policy_name',
    ]);
  });

  test('publishing and rolling back raise the policy version of each agent that names the policy, and of no other', async () => {
    await store();
    const named = idOf(await createAgent({ policy_name: 'clinic' }));
    const inline = idOf(await createAgent({ policy_yaml: 'name: clinic\nversion: 4' }, 'inline'));
    const versions = async (): Promise<unknown[]> =>
      Promise.all(
        [named, inline].map(async (id) => {
          const { body } = await send('GET', `/agents/${id}`);
          return (body as { agent: { policy_version: number } }).agent.policy_version;
        }),
      );
    // The agent has had four policies before it names this one.
    await send('PATCH', `/agents/${named}`, { policy_yaml: 'name: x\nversion: 7' });
    await send('PATCH', `/agents/${named}`, { policy_name: 'clinic' });
    expect(await versions()).toEqual([8, 4]);
    await send('PUT', '/policies/clinic', { policy_yaml: SECOND });
    expect(await versions()).toEqual([8, 4]);
    await send('POST', '/policies/clinic/publish');
    expect(await versions()).toEqual([9, 4]);
    await send('POST', '/policies/clinic/rollback', { version: 1 });
    expect(await versions()).toEqual([10, 4]);
    expect((await acts()).at(-1)).toMatchObject({ agents: 1 });
  });

  test('a policy without a name of its own extends that of the instance under the name it is stored under', async () => {
    const yaml = 'extends: healthcare-default\nentities: { URL: { action: passthrough } }';
    const stored = policyOf(await send('POST', '/policies', { name: 'desk', policy_yaml: yaml }));
    expect(stored.policy_yaml).toBe(yaml);
    expect(stored.resolved_yaml).toMatch(/^name: desk\nversion: 1\n/);
    expect(stored.resolved_yaml).toContain('K_HEALTHCARE');
  });

  test('DELETE removes a policy with its versions once no agent names it', async () => {
    await store();
    const id = idOf(await createAgent({ policy_name: 'clinic' }));
    await createAgent({ policy_name: 'clinic' }, 'second');
    const refused = await send('DELETE', '/policies/clinic');
    expectFailure(refused, 409, 'policy_in_use', ['name']);
    expect(JSON.stringify(refused.body)).toContain('2 agents use it: bot, second.');
    await send('PATCH', `/agents/${id}`, { policy_name: 'healthcare-default' });
    expectFailure(await send('DELETE', '/policies/clinic'), 409, 'policy_in_use', ['name']);
    await api.database.prisma.agent.updateMany({ where: { name: 'second' }, data: { deletedAt: new Date() } });
    expect((await send('DELETE', '/policies/clinic')).status).toBe(204);
    expectFailure(await send('GET', '/policies/clinic'), 404, 'policy_not_found');
    expect((await acts()).at(-1)).toEqual({
      kind: 'policy_deleted',
      policy_id: matching(/^pol_/),
      policy_name: 'clinic',
    });
    expect((await store()).status).toBe(201);
  });

  test('of an agent that takes a policy and a delete of it at once, only one succeeds', async () => {
    for (let round = 0; round < 5; round++) {
      await store();
      const [made, deleted] = await Promise.all([
        createAgent({ policy_name: 'clinic' }, `bot ${round}`),
        send('DELETE', '/policies/clinic'),
      ]);
      expect([
        [201, 409],
        [422, 204],
      ]).toContainEqual([made.status, deleted.status]);
      if (made.status === 201) {
        await api.database.prisma.agent.update({ where: { id: idOf(made) }, data: { deletedAt: new Date() } });
        expect((await send('DELETE', '/policies/clinic')).status).toBe(204);
      }
    }
  });

  test('drafts saved at once are versions one after the other', async () => {
    await store();
    const texts = Array.from({ length: 5 }, (_, i) => `name: clinic\nsensitivity: 0.${i + 1}\n`);
    const answers = await Promise.all(texts.map((yaml) => send('PUT', '/policies/clinic', { policy_yaml: yaml })));
    expect(answers.map((answer) => policyOf(answer).draft_version).sort()).toEqual([2, 3, 4, 5, 6]);
  });

  test('an account stores so many policies and no more', async () => {
    await api.database.prisma.storedPolicy.createMany({
      data: Array.from({ length: MAX_STORED_POLICIES }, (_, i) => ({
        id: `pol_0000000000000${viewer.accountId.slice(-10)}${String(i).padStart(3, '0')}`,
        accountId: viewer.accountId,
        name: `p${i}`,
        latestVersion: 1,
      })),
    });
    expectFailure(await store(), 422, 'validation_failed');
  });

  test('what is not there is 404 on every route, for the account and for another', async () => {
    await store();
    const other = await signUp(api.database);
    for (const [name, who] of [
      ['nobodys', viewer],
      ['clinic', other],
      ['%00', viewer],
    ] as const) {
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['PUT', '', { policy_yaml: FIRST }],
        ['DELETE', '', undefined],
        ['GET', '/versions', undefined],
        ['POST', '/publish', undefined],
        ['POST', '/rollback', { version: 1 }],
      ] as const)
        expectFailure(await send(method, `/policies/${name}${path}`, body, who), 404, 'policy_not_found');
    }
    expect(await acts()).toHaveLength(1);
  });

  test('a viewer who may read agents alone reads policies and changes none', async () => {
    await store();
    const reader: Viewer = { ...viewer, role: 'member', permissions: new Set(['agents:read']) };
    expect((await send('GET', '/policies/clinic', undefined, reader)).status).toBe(200);
    expect((await send('POST', '/policies/validate', { policy_yaml: FIRST }, reader)).status).toBe(200);
    for (const [method, path, body] of [
      ['POST', '/policies', { policy_yaml: SECOND }],
      ['PUT', '/policies/clinic', { policy_yaml: SECOND }],
      ['DELETE', '/policies/clinic', undefined],
      ['POST', '/policies/clinic/publish', undefined],
      ['POST', '/policies/clinic/rollback', { version: 1 }],
    ] as const)
      expectFailure(await send(method, path, body, reader), 403, 'forbidden');
    expect((await acts()).length).toBe(1);
  });

  test.each(POLICY_ADDRESSES)('%s %s is refused to an auditor', async (method, path) => {
    const body = { PUT: { policy_yaml: 'name: x' }, POST: BODIES[path] }[method as string];
    expectFailure(await send(method, path, body, as(viewer, 'auditor')), 403, 'forbidden');
  });

  test('a cookie from a foreign page publishes nothing', async () => {
    await store();
    const init = { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } };
    const response = await api.rest.request('/api/v1/policies/clinic/publish', init, by({ ...viewer, via: 'cookie' }));
    expect(response.status).toBe(403);
  });

  describe('POST /admin/policy/reload', () => {
    test('is refused to an admin of an account of its own, who is told whose act it is', async () => {
      const answer = await send('POST', '/admin/policy/reload');
      expectFailure(answer, 403, 'forbidden');
      expect(ERROR.parse(answer.body).error.message).toContain('the instance’s own account');
    });

    test('is open to an admin of the instance’s own account', async () => {
      const operator: Viewer = { ...viewer, accountId: INSTANCE_ACCOUNT };
      expect((await send('POST', '/admin/policy/reload', undefined, operator)).status).toBe(200);
      expectFailure(await send('POST', '/admin/policy/reload', undefined, as(operator, 'member')), 403, 'forbidden');
    });
  });
});
