/** Rotations over GraphQL: by an admin of the instance's own account, and by nobody else. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccessTokens } from '../../src/accounts/access-tokens.ts';
import { INSTANCE_ACCOUNT } from '../../src/accounts/instance-account.ts';
import { ROLE_PERMISSIONS } from '../../src/accounts/viewer.ts';
import type { MemberRole, Viewer } from '../../src/accounts/viewer.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database.ts';
import type { Database } from '../../src/platform/database.ts';
import { withJobLock } from '../../src/platform/job-lock.ts';
import { signUp } from '../api.ts';
import type { GraphqlAnswer } from '../api.ts';
import { BOOTSTRAP_TOKEN, KEYS } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { answerOf, onNode, saying, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const NAME = 'MASKER_KEY_K_HEALTHCARE';
const NEW = createHash('sha256').update('the new key').digest('base64');
const SECRET = 'a'.repeat(32);

let calls: Calls;
let database: Database;
/** In the middle of a rotation: it has both keys. */
let node: TestInstance;
let agent: CreatedAgent;
let clinic: Viewer;
beforeAll(async () => {
  calls = await startCalls();
  database = openDatabase({ url: calls.db.url });
  clinic = await signUp(database);
  agent = await calls.masker.createAgent({ caller_auth: { shared_secret: { header: 'x-s', secret: SECRET } } });
  const theirs = await calls.masker.createAgent();
  await calls.pool.query('UPDATE agents SET account_id = $2 WHERE id = $1', [theirs.id, clinic.accountId]);
  for (const each of [agent, theirs])
    await answerOf(
      await calls.masker.chat(each, saying('my number is 415-555-6700'), { 'x-s': SECRET, 'x-call-id': 'c' }),
    );
  node = await calls.anotherNode({ [NAME]: NEW, [`${NAME}_OLD`]: KEYS[NAME] ?? '' });
});
afterAll(async () => {
  await database.close();
  await calls.close();
});

const ROTATE = `mutation ($input: RotateKeysInput!) { result: rotateKeys(input: $input) {
  __typename
  ... on RotateKeysSuccess { rotation {
    dryRun pending { ...Rows } changed { ...Rows } unopened { ...Rows }
  } }
  ... on Error { code details { path code } }
} }
fragment Rows on SealedRows { vaultKeys agentSecrets webhookSecrets }`;

async function rotate(input: object, token = BOOTSTRAP_TOKEN): Promise<unknown> {
  const response = await fetch(`${node.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: ROTATE, variables: { input } }),
  });
  const { data } = (await response.json()) as GraphqlAnswer['body'];
  return (data as { result: unknown }).result;
}

/** Status and body of a rotation over REST. */
async function rotateOverRest(body?: object, token = BOOTSTRAP_TOKEN, key?: string): Promise<[number, unknown]> {
  const response = await fetch(`${node.url}/api/v1/keys/rotate`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return [response.status, await response.json()];
}

const rows = (vaultKeys: number, agentSecrets: number): object => ({ vaultKeys, agentSecrets, webhookSecrets: 0 });

async function tokenOf(viewer: Viewer): Promise<string> {
  const permissions = [...ROLE_PERMISSIONS[viewer.role]];
  const made = await createAccessTokens({ ...database, clock: systemClock }).create(viewer, {
    name: 'test',
    permissions,
  });
  return made.secret.reveal();
}

/** The token of a user of the instance's own account. */
async function tokenOfRole(role: MemberRole): Promise<string> {
  const user = await signUp(database, role);
  await database.prisma.user.update({ where: { id: user.userId }, data: { accountId: INSTANCE_ACCOUNT } });
  return tokenOf({ ...user, accountId: INSTANCE_ACCOUNT });
}

/** What is sealed under which key. */
async function sealed(): Promise<unknown> {
  const { rows: found } = await calls.pool.query(
    'SELECT session_id AS id, key_version FROM vault_keys UNION ALL SELECT agent_id, key_version FROM agent_secrets ORDER BY 1',
  );
  return found;
}

/** The rotations on record: their accounts and users. */
async function rotations(): Promise<{ readonly account_id: string; readonly user_id: string | null }[]> {
  const { rows: found } = await calls.pool.query<{ body: string }>(
    "SELECT body FROM account_events WHERE kind = 'keys_rotated' ORDER BY account_id",
  );
  return found.map(({ body }) => JSON.parse(body) as { account_id: string; user_id: string | null });
}

// A story: nothing is rotated before the last of them, which changes what all others count.
describe('rotateKeys', { shuffle: false }, () => {
  test('is refused to admins of other accounts, and to members and auditors of the instance’s own', async () => {
    const before = await sealed();
    for (const token of [await tokenOf(clinic), await tokenOfRole('member'), await tokenOfRole('auditor')])
      expect(await rotate({ newKid: 'K_NONE' }, token)).toEqual({
        __typename: 'ForbiddenError',
        code: 'forbidden',
        details: [],
      });
    expect([await sealed(), await rotations()]).toEqual([before, []]);
  });

  test('names field and rule for a kid without a key, and repeats neither', async () => {
    const result = await rotate({ oldKid: 'K_MISSING', newKid: 'K_NONE' });
    expect(result).toEqual({
      __typename: 'ValidationError',
      code: 'validation_failed',
      details: [
        { path: 'oldKid', code: 'unknown_kid' },
        { path: 'newKid', code: 'unknown_kid' },
      ],
    });
  });

  test('is refused while another rotation is under way', async () => {
    const result = await withJobLock(calls.pool, 'keyRotation', () => rotate({}));
    expect(result).toMatchObject({ __typename: 'RotationInProgressError', code: 'rotation_in_progress' });
  });

  test('over REST has the same permissions, failures and counts, and is run once for a key', async () => {
    const before = await sealed();
    for (const token of [await tokenOf(clinic), await tokenOfRole('member')])
      expect(await rotateOverRest({ new_kid: 'K_NONE' }, token)).toMatchObject([403, { error: { code: 'forbidden' } }]);
    expect(await rotateOverRest({ old_kid: 'K_MISSING', new_kid: 'K_NONE' })).toMatchObject([
      422,
      { error: { code: 'validation_failed', details: [{ path: 'old_kid' }, { path: 'new_kid' }] } },
    ]);
    const busy = await withJobLock(calls.pool, 'keyRotation', () => rotateOverRest());
    expect(busy).toMatchObject([409, { error: { code: 'rotation_in_progress' } }]);
    const none = { vault_keys: 0, agent_secrets: 0, webhook_secrets: 0 };
    const pending = { ...none, vault_keys: 2, agent_secrets: 1 };
    const counted = [200, { rotation: { dry_run: true, pending, changed: none, unopened: none } }];
    for (let time = 0; time < 2; time += 1)
      expect(await rotateOverRest({ dry_run: true }, BOOTSTRAP_TOKEN, 'once')).toEqual(counted);
    expect([await sealed(), await rotations()]).toEqual([before, []]);
  });

  test('with dryRun counts and changes nothing', async () => {
    const before = await sealed();
    expect(await rotate({ dryRun: true })).toEqual({
      __typename: 'RotateKeysSuccess',
      rotation: { dryRun: true, pending: rows(2, 1), changed: rows(0, 0), unopened: rows(0, 0) },
    });
    expect([await sealed(), await rotations()]).toEqual([before, []]);
  });

  test('changes the rows of all accounts, on record in each with the user, and calls continue', async () => {
    expect(await rotate({ oldKid: 'K_HEALTHCARE', newKid: 'K_HEALTHCARE' })).toEqual({
      __typename: 'RotateKeysSuccess',
      rotation: { dryRun: false, pending: rows(2, 1), changed: rows(2, 1), unopened: rows(0, 0) },
    });
    const admin = await database.prisma.user.findFirstOrThrow({
      where: { accountId: INSTANCE_ACCOUNT, githubLogin: null },
    });
    expect(await rotations()).toMatchObject(
      [INSTANCE_ACCOUNT, clinic.accountId].map((id) => ({ account_id: id, user_id: admin.id })),
    );
    // The new key alone opens everything.
    const without = await calls.anotherNode({ [NAME]: NEW });
    const headers = { 'x-s': SECRET, 'x-call-id': 'c' };
    const restored = await without.chat(onNode(without, agent), saying('415-555-6700'), headers);
    expect(await answerOf(restored)).toContain('415-555-6700');
    expect(await rotate({ dryRun: true })).toMatchObject({ rotation: { pending: rows(0, 0) } });
  });
});
