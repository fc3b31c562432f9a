/** Purges over GraphQL: what an admin of an account can erase, and what everybody else is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAccessTokens } from '../../src/accounts/access-tokens.ts';
import { ROLE_PERMISSIONS } from '../../src/accounts/viewer.ts';
import type { MemberRole, Viewer } from '../../src/accounts/viewer.ts';
import { createVaultActs } from '../../src/custody/vault-acts.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database.ts';
import type { Database } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { signUp } from '../api.ts';
import type { GraphqlAnswer } from '../api.ts';
import type { CreatedAgent } from '../instance.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import { allTables, writtenIn } from './everything.ts';

const KEEPING = 'name: keeping\nversion: 1\naudit: { log_payloads: true }\n';

/** An account with an agent, and the token of its admin. */
interface Tenant {
  readonly viewer: Viewer;
  readonly agent: CreatedAgent;
  readonly token: string;
}

let calls: Calls;
let database: Database;
let clinic: Tenant;
let other: Tenant;
beforeAll(async () => {
  calls = await startCalls({ MASKER_PAYLOAD_RETENTION_DAYS: '7' });
  database = openDatabase({ url: calls.db.url });
});
beforeEach(async () => {
  clinic = await tenant();
  other = await tenant();
});
afterAll(async () => {
  await database.close();
  await calls.close();
});

async function tenant(): Promise<Tenant> {
  const viewer = await signUp(database);
  const agent = await calls.masker.createAgent({ policy_yaml: KEEPING });
  await calls.pool.query('UPDATE agents SET account_id = $2 WHERE id = $1', [agent.id, viewer.accountId]);
  return { viewer, agent, token: await tokenOf(viewer) };
}

async function tokenOf(viewer: Viewer): Promise<string> {
  const permissions = [...ROLE_PERMISSIONS[viewer.role]];
  const made = await createAccessTokens({ ...database, clock: systemClock }).create(viewer, {
    name: 'test',
    permissions,
  });
  return made.secret.reveal();
}

/** The token of another user of the account. */
async function tokenOfRole({ viewer }: Tenant, role: MemberRole): Promise<string> {
  const user = await signUp(database, role);
  await database.prisma.user.update({ where: { id: user.userId }, data: { accountId: viewer.accountId } });
  return tokenOf({ ...user, accountId: viewer.accountId });
}

const PURGE = `mutation ($input: PurgeVaultInput!) { result: purgeVault(input: $input) {
  __typename
  ... on PurgeVaultSuccess { purge { dryRun sessions values payloads searched unopened } }
  ... on Error { code details { path code message } }
} }`;

async function ask(
  token: string,
  query: string,
  input: object,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${calls.masker.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  });
  return { status: response.status, text: await response.text() };
}

/** The result of a purge. */
async function purgeAs(token: string, input: object): Promise<unknown> {
  const { data } = JSON.parse((await ask(token, PURGE, input)).text) as GraphqlAnswer['body'];
  return (data as { result: unknown }).result;
}

/** Status and body of a purge over REST. */
async function purgeOverRest(token: string, body: object, key?: string): Promise<[number, unknown]> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${calls.masker.url}/api/v1/vault/purge`, {
    method: 'POST',
    headers: key === undefined ? headers : { ...headers, 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  return [response.status, await response.json()];
}

const purged = (counts: object): unknown => ({
  __typename: 'PurgeVaultSuccess',
  purge: expect.objectContaining(counts) as unknown,
});

async function say(text: string, name: string, { agent }: Tenant = clinic): Promise<SessionId> {
  const response = await calls.masker.chat(agent, saying(text), { 'x-call-id': name });
  await answerOf(response);
  return sessionOf(response);
}

/** Values and payloads of a session. */
async function kept(id: SessionId): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const table of ['vault_entries', 'payloads'])
    counts.push((await calls.pool.query(`SELECT FROM ${table} WHERE session_id = $1`, [id])).rowCount ?? 0);
  return counts;
}

/** The acts on record in an account of one kind, the newest last. */
async function actsOf({ viewer }: Tenant, kind: string): Promise<{ user_id: string | null; subject: object }[]> {
  const { rows } = await calls.pool.query<{ body: string }>(
    'SELECT body FROM account_events WHERE account_id = $1 AND kind = $2 ORDER BY id',
    [viewer.accountId, kind],
  );
  return rows.map(({ body }) => JSON.parse(body) as { user_id: string | null; subject: object });
}

describe('purgeVault', () => {
  test('with subject erases the value in the account, on record with the user, and nothing of another account', async () => {
    const [mine, beside, theirs] = [
      await say('my number is 415-555-6001', 'subject-1'),
      await say('my number is 415-555-6002', 'subject-2'),
      await say('my number is 415-555-6001', 'subject-1', other),
    ];
    const result = await purgeAs(clinic.token, { subject: '(415) 555-6001' });
    expect(result).toEqual(purged({ dryRun: false, sessions: 1, values: 1, payloads: 1, searched: 2, unopened: 0 }));
    expect(await kept(mine)).toEqual([0, 0]);
    expect([await kept(beside), await kept(theirs)]).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const [act] = await actsOf(clinic, 'vault_purged');
    expect(act).toMatchObject({
      user_id: clinic.viewer.userId,
      subject: {
        by: 'subject',
        value_hmac: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        sessions: 1,
        values: 1,
      },
    });
    expect(await actsOf(other, 'vault_purged')).toEqual([]);
    // What is searched again is found in the other account alone.
    expect(await purgeAs(clinic.token, { subject: '415-555-6001', dryRun: true })).toEqual(purged({ sessions: 0 }));
    expect(await purgeAs(other.token, { subject: '415-555-6001', dryRun: true })).toEqual(purged({ sessions: 1 }));
  });

  test('with subject writes the value to no log line, answer or column', async () => {
    await say('my number is 415-555-6100', 'nowhere');
    const answers = [
      await ask(clinic.token, PURGE, { subject: '415-555-6100', dryRun: true }),
      await ask(clinic.token, PURGE, { subject: '415-555-6100' }),
      await ask(clinic.token, PURGE, { subject: '415-555-6100', before: '415-555-6100' }),
      await ask(clinic.token, PURGE, { sessionId: '415-555-6100' }),
      await ask(clinic.token, PURGE, { before: '415-555-6100' }),
      await ask(clinic.token, PURGE, { subject: ['415-555-6100'], dryRun: '415-555-6100' }),
      await purgeOverRest(clinic.token, { subject: '415-555-6100', dry_run: true }, 'with-subject'),
      await purgeOverRest(clinic.token, { session_id: '415-555-6100', subject: ['415-555-6100'] }),
    ];
    const text = `${JSON.stringify(answers)}${calls.masker.logged.join('\n')}${await allTables(calls.db.url)}`;
    expect(text).toContain('vault_purged');
    expect(writtenIn(text, /415\D{0,3}555\D{0,3}6100/g)).toEqual([]);
  });

  test('with dryRun changes nothing, and a search for a subject is on record with the user', async () => {
    const id = await say('my number is 415-555-6200', 'dry');
    const before = await actsOf(clinic, 'vault_purged');
    const counts = { dryRun: true, sessions: 1, values: 1, payloads: 1 };
    expect(await purgeAs(clinic.token, { subject: '415-555-6200', dryRun: true })).toEqual(purged(counts));
    expect(await purgeAs(clinic.token, { sessionId: id, dryRun: true })).toEqual(purged(counts));
    expect(await purgeAs(clinic.token, { before: '2000-01-01', dryRun: true })).toEqual(purged({ sessions: 0 }));
    expect(await kept(id)).toEqual([1, 1]);
    expect(await actsOf(clinic, 'vault_purged')).toEqual(before);
    expect((await actsOf(clinic, 'subject_searched')).at(-1)).toMatchObject({
      user_id: clinic.viewer.userId,
      subject: { result_count: 1, result: 'counted', purpose: null },
    });
  });

  test('over REST counts, erases once for a key and puts the act on record, for admins of the account alone', async () => {
    const id = await say('my number is 415-555-6250', 'rest');
    const beforehand = (await actsOf(clinic, 'vault_purged')).length;
    const counts = { sessions: 1, values: 1, payloads: 1, searched: 1, unopened: 0 };
    expect(await purgeOverRest(clinic.token, { session_id: id, dry_run: true })).toEqual([
      200,
      { purge: { dry_run: true, ...counts } },
    ]);
    expect([await kept(id), (await actsOf(clinic, 'vault_purged')).length]).toEqual([[1, 1], beforehand]);
    for (const token of [await tokenOfRole(clinic, 'member'), await tokenOfRole(clinic, 'auditor')])
      expect(await purgeOverRest(token, { session_id: id })).toMatchObject([403, { error: { code: 'forbidden' } }]);
    expect(await purgeOverRest(other.token, { session_id: id })).toMatchObject([
      404,
      { error: { code: 'session_not_found' } },
    ]);
    for (let time = 0; time < 2; time += 1)
      expect(await purgeOverRest(clinic.token, { session_id: id }, 'purge-once')).toEqual([
        200,
        { purge: { dry_run: false, ...counts } },
      ]);
    expect(await kept(id)).toEqual([0, 0]);
    const acts = await actsOf(clinic, 'vault_purged');
    expect(acts).toHaveLength(beforehand + 1);
    expect(acts.at(-1)).toMatchObject({ user_id: clinic.viewer.userId, subject: { by: 'session', session_id: id } });
  });

  test.each([
    [{}, ['body']],
    [{ session_id: newId('session'), before: '2026-01-01' }, ['session_id', 'before']],
    [{ session_id: 'sess_1' }, ['session_id']],
    [{ before: 'yesterday' }, ['before']],
    [{ subject: ' ' }, ['subject']],
    [{ subject: 5, sessionId: 'x', dry_run: 'no' }, ['subject', 'dry_run', 'sessionId']],
  ])('over REST names the fields at fault in %j by their names there', async (body, fields) => {
    const [status, answer] = await purgeOverRest(clinic.token, body);
    const { error } = answer as { error: { code: string; details: { path: string }[] } };
    expect([status, error.code, error.details.map(({ path }) => path)]).toEqual([422, 'validation_failed', fields]);
  });

  test('with sessionId erases the session, its data key included', async () => {
    const id = await say('my number is 415-555-6300', 'session');
    expect(await purgeAs(clinic.token, { sessionId: id })).toEqual(purged({ sessions: 1, values: 1, payloads: 1 }));
    expect(await kept(id)).toEqual([0, 0]);
    expect((await calls.pool.query('SELECT FROM vault_keys WHERE session_id = $1', [id])).rowCount).toBe(0);
    expect((await actsOf(clinic, 'vault_purged')).at(-1)).toMatchObject({
      user_id: clinic.viewer.userId,
      subject: { by: 'session', session_id: id },
    });
  });

  test('with before erases sealed sessions of the account alone', async () => {
    const [sealed, open, theirs] = [
      await say('my number is 415-555-6400', 'sealed'),
      await say('my number is 415-555-6401', 'open'),
      await say('my number is 415-555-6402', 'sealed', other),
    ];
    const end = 'mutation ($input: ID!) { endSession(id: $input) { __typename } }';
    for (const [{ token }, id] of [
      [clinic, sealed],
      [other, theirs],
    ] as const) {
      const response = await fetch(`${calls.masker.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: end, variables: { input: id } }),
      });
      expect(await response.text()).toContain('EndSessionSuccess');
    }
    const before = new Date(Date.now() + 60_000).toISOString();
    expect(await purgeAs(clinic.token, { before })).toEqual(purged({ sessions: 1, values: 1 }));
    expect([await kept(sealed), await kept(open), await kept(theirs)]).toEqual([
      [0, 0],
      [1, 1],
      [1, 1],
    ]);
  });

  test.each([
    [{}, [{ path: 'input', code: 'exactly_one' }]],
    [{ sessionId: null }, [{ path: 'input', code: 'exactly_one' }]],
    [
      { subject: 'x', before: '2026-01-01' },
      [
        { path: 'subject', code: 'exactly_one' },
        { path: 'before', code: 'exactly_one' },
      ],
    ],
    [{ sessionId: 'sess_1' }, [{ path: 'sessionId', code: 'invalid_value' }]],
    [{ subject: ' ' }, [{ path: 'subject', code: 'custom' }]],
    [{ subject: 'x'.repeat(1001) }, [{ path: 'subject', code: 'too_big' }]],
    [{ before: 'yesterday' }, [{ path: 'before', code: 'invalid_value' }]],
    [{ before: '2026-01-01T00:00:00' }, [{ path: 'before', code: 'invalid_value' }]],
    [{ before: '7d' }, [{ path: 'before', code: 'invalid_value' }]],
  ])('names field and rule for %j', async (input, details) => {
    expect(await purgeAs(clinic.token, input)).toEqual({
      __typename: 'ValidationError',
      code: 'validation_failed',
      details: details.map((detail) => expect.objectContaining(detail) as unknown),
    });
  });

  test('does not find a session of another account, nor one that is nobody’s', async () => {
    const id = await say('my number is 415-555-6500', 'theirs', other);
    const notFound = { __typename: 'NotFoundError', code: 'session_not_found', details: [] };
    for (const sessionId of [id, newId('session')])
      expect(await purgeAs(clinic.token, { sessionId })).toEqual(notFound);
    expect(await kept(id)).toEqual([1, 1]);
  });

  test('is refused to a member, an auditor and an admin who was demoted', async () => {
    const id = await say('my number is 415-555-6600', 'roles');
    const tokens = [await tokenOfRole(clinic, 'member'), await tokenOfRole(clinic, 'auditor')];
    const demoted = await tokenOfRole(clinic, 'admin');
    await calls.pool.query(
      `UPDATE users SET role = 'member' WHERE id = (SELECT user_id FROM access_tokens ORDER BY id DESC LIMIT 1)`,
    );
    for (const token of [...tokens, demoted])
      expect(await purgeAs(token, { sessionId: id })).toMatchObject({
        __typename: 'ForbiddenError',
        code: 'forbidden',
      });
    expect(await kept(id)).toEqual([1, 1]);
  });

  test('is refused to an admin who was demoted after the request was authenticated', async () => {
    const id = await say('my number is 415-555-6700', 'late');
    const user = await signUp(database, 'member');
    await database.prisma.user.update({ where: { id: user.userId }, data: { accountId: clinic.viewer.accountId } });
    const asAdmin = { ...clinic.viewer, userId: user.userId };
    const ring = new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 5) }]);
    const acts = createVaultActs({ ...database, ring, auditKey: Buffer.alloc(32, 7), clock: systemClock });
    const request = { scope: { by: 'session', sessionId: id }, dryRun: false, purpose: null } as const;
    await expect(acts.purge(asAdmin, request)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await kept(id)).toEqual([1, 1]);
  });
});
