/** The account's log over REST and GraphQL: checkpoints, tiles, proofs, leaves, and the verification of a session. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { PERMISSIONS } from '../../src/accounts/viewer.ts';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { canonicalJson } from '../../src/audit/canonical.ts';
import { schema } from '../../src/graphql/schema.ts';
import { leafHash, merkleRoot } from '../../verifier/src/merkle.ts';
import {
  openNote,
  parseCheckpoint,
  parseKeyManifest,
  parseTlogProof,
  parseVerifierKey,
  verifyConsistency,
  verifyInclusion,
} from '../../verifier/src/verify.ts';
import { as, listenGraphql, seedCall, signUp } from '../api.ts';
import { FIRST, startLogApi } from './log-api-fixture.ts';
import type { LogApi } from './log-api-fixture.ts';

let log: LogApi;
beforeAll(async () => {
  log = await startLogApi();
});
afterAll(async () => {
  await log.api.close();
});

interface Inclusion {
  readonly leaf_index: number;
  readonly tree_size: number;
  readonly leaf_hash: string;
  readonly root_hash: string;
  readonly hashes: readonly string[];
  readonly leaf: object;
  readonly checkpoint: { readonly note: string; readonly size: number } | null;
}

interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly from_root_hash: string;
  readonly to_root_hash: string;
  readonly hashes: readonly string[];
}

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

describe('GET /audit/checkpoint', () => {
  test('is a signed note under the key of the manifest', async () => {
    const response = await log.get('/audit/checkpoint');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const note = await response.text();
    const manifest = await log.json<{ origin: string; keys: { verifier_key: string; from_size: number }[] }>(
      '/audit/keys',
    );
    expect(manifest.keys).toMatchObject([{ from_size: 0, until_size: null, alg: 'Ed25519' }]);
    const opened = openNote(note, [parseVerifierKey(manifest.keys[0]?.verifier_key ?? '')]);
    const checkpoint = parseCheckpoint(opened.text);
    expect(checkpoint).toMatchObject({ origin: `masker.dev/log/${log.owner.accountId}` });
    expect(manifest.origin).toBe(checkpoint.origin);
  });

  test('of an account without a leaf is that of the empty tree, the same each time', async () => {
    const stranger = await signUp(log.api.database);
    const note = await (await log.get('/audit/checkpoint', stranger)).text();
    expect(note).toMatch(new RegExp(`^masker.dev/log/${stranger.accountId}\n0\n47DEQpj8HBSa`));
    expect(await (await log.get('/audit/checkpoint', stranger)).text()).toBe(note);
  });
});

describe('tiles', () => {
  test('hold all leaves and hashes, and lead to the root of the checkpoint', async () => {
    const checkpoint = parseCheckpoint(
      `${(await (await log.get('/audit/checkpoint')).text()).split('\n\n')[0] ?? ''}\n`,
    );
    const size = Number(checkpoint.size);
    const read = async (path: string): Promise<Buffer> => {
      const response = await log.get(`/audit/tile/${path}`);
      expect([path, response.status, response.headers.get('content-type')]).toEqual([
        path,
        200,
        'application/octet-stream',
      ]);
      return Buffer.from(await response.arrayBuffer());
    };
    const bundles = [await read('entries/000'), await read(`entries/001.p/${size - 256}`)];
    const leaves: Uint8Array[] = [];
    for (const bundle of bundles) {
      for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at))
        leaves.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)));
    }
    const hashes = leaves.map((leaf) => leafHash(leaf));
    expect(Buffer.concat([await read('0/000'), await read(`0/001.p/${size - 256}`)])).toEqual(Buffer.concat(hashes));
    expect(Buffer.from(merkleRoot(hashes))).toEqual(Buffer.from(checkpoint.root));
    expect(await read('1/000.p/1')).toEqual(Buffer.from(merkleRoot(hashes.slice(0, 256))));
  });

  test.each(['0/001', '0/002', '1/000', '2/000.p/1', '0/000.p/256', '0/x000/000', '64/000', 'entries/001', 'x/000'])(
    'that the log does not have are not found: %s',
    async (path) => {
      const response = await log.get(`/audit/tile/${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
    },
  );
});

describe('GET /audit/proof/inclusion', () => {
  test('proves the seal of a session', async () => {
    const proof = await log.json<Inclusion>(`/audit/proof/inclusion?session_id=${log.sealed}`);
    expect(proof.leaf).toMatchObject({ kind: 'session_sealed', seal: { session_id: log.sealed } });
    expect(Buffer.from(leafHash(Buffer.from(canonicalJson(proof.leaf)))).toString('hex')).toBe(proof.leaf_hash);
    const claim = {
      leafHash: bytes(proof.leaf_hash),
      index: proof.leaf_index,
      size: proof.tree_size,
      proof: proof.hashes.map(bytes),
    };
    expect(verifyInclusion({ ...claim, root: bytes(proof.root_hash) })).toBe(true);
    expect(verifyInclusion({ ...claim, index: proof.leaf_index - 1, root: bytes(proof.root_hash) })).toBe(false);
    expect(
      Buffer.from(parseCheckpoint(`${proof.checkpoint?.note.split('\n\n')[0] ?? ''}\n`).root).toString('hex'),
    ).toBe(proof.root_hash);
  });

  test('is a C2SP tlog-proof for a client that asks for plain text', async () => {
    const response = await log.get(
      `/audit/proof/inclusion?session_id=${log.sealed}`,
      log.owner,
      'text/plain, application/json;q=0.5',
    );
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const { index, proof, checkpoint } = parseTlogProof(await response.text());
    const { verifier_key: key } = (await log.json<{ keys: { verifier_key: string }[] }>('/audit/keys')).keys[0] ?? {
      verifier_key: '',
    };
    const { size, root } = parseCheckpoint(openNote(checkpoint, [parseVerifierKey(key)]).text);
    const { leaf_hash } = await log.json<Inclusion>(`/audit/proof/inclusion?session_id=${log.sealed}`);
    expect(verifyInclusion({ leafHash: bytes(leaf_hash), index, size, proof, root })).toBe(true);
    const manifest = parseKeyManifest(await (await log.get('/audit/keys')).text());
    expect(manifest).toMatchObject({ origin: key.split('+')[0], keys: [{ from: 0n, until: null }] });
  });

  test('proves a leaf in an older tree, in text only where a checkpoint was signed', async () => {
    const proof = await log.json<Inclusion>('/audit/proof/inclusion?leaf_index=7&tree_size=100');
    expect(proof).toMatchObject({ leaf_index: 7, tree_size: 100, checkpoint: null });
    const claim = { leafHash: bytes(proof.leaf_hash), index: 7, size: 100, proof: proof.hashes.map(bytes) };
    expect(verifyInclusion({ ...claim, root: bytes(proof.root_hash) })).toBe(true);
    const text = await log.get('/audit/proof/inclusion?leaf_index=7&tree_size=100', log.owner, 'text/plain');
    expect(text.status).toBe(404);
  });

  test.each([
    ['of an open session', () => `session_id=${log.open}`, 404, []],
    ['of another account’s session', () => `session_id=${log.foreign}`, 404, []],
    ['of a text that is no session', () => 'session_id=nothing', 422, ['session_id']],
    ['of nothing', () => '', 422, ['session_id']],
    ['of a session and a leaf', () => `session_id=${log.sealed}&leaf_index=1`, 422, ['session_id']],
    ['of a leaf that is not there', () => 'leaf_index=18446744073709551615', 404, []],
    ['of a negative leaf', () => 'leaf_index=-1', 422, ['leaf_index']],
    ['of a leaf with a leading zero', () => 'leaf_index=01', 422, ['leaf_index']],
    ['in a tree that is too small', () => 'leaf_index=7&tree_size=7', 422, ['tree_size']],
    ['in a tree that is too large', () => 'leaf_index=7&tree_size=9007199254740993', 422, ['tree_size']],
  ])('%s is refused', async (_, query, status, paths) => {
    const response = await log.get(`/audit/proof/inclusion?${query()}`);
    const { error } = (await response.json()) as { error: { code: string; details?: { path: string }[] } };
    expect([response.status, error.code]).toEqual([status, status === 404 ? 'not_found' : 'validation_failed']);
    expect((error.details ?? []).map(({ path }) => path)).toEqual(paths);
  });
});

describe('GET /audit/proof/consistency', () => {
  test('proves that the log was only appended to', async () => {
    const older = await log.json<Inclusion>('/audit/proof/inclusion?leaf_index=0');
    await log.acts(3);
    const proof = await log.json<Consistency>(`/audit/proof/consistency?from=${older.tree_size}`);
    expect(proof).toMatchObject({ from: older.tree_size, to: older.tree_size + 3, from_root_hash: older.root_hash });
    const claim = {
      size1: proof.from,
      root1: bytes(proof.from_root_hash),
      size2: proof.to,
      root2: bytes(proof.to_root_hash),
      proof: proof.hashes.map(bytes),
    };
    expect(verifyConsistency(claim)).toBe(true);
    expect(verifyConsistency({ ...claim, root1: bytes(proof.to_root_hash) })).toBe(false);
  });

  test('in plain text is what a witness is sent', async () => {
    const response = await log.get('/audit/proof/consistency?from=5', log.owner, 'text/plain');
    const [head = '', ...note] = (await response.text()).split('\n\n');
    expect(head).toMatch(/^old 5\n([A-Za-z0-9+/]{43}=\n?)+$/);
    expect(note.join('\n\n')).toBe(await (await log.get('/audit/checkpoint')).text());
  });

  test.each(['', 'from=0', 'from=5&to=4', 'from=1&to=100000', 'from=x', 'from=1&to=-1'])(
    'with %s is refused',
    async (query) => {
      const response = await log.get(`/audit/proof/consistency?${query}`);
      expect([response.status, await response.json()]).toMatchObject([422, { error: { code: 'validation_failed' } }]);
    },
  );
});

describe('GET /audit/log', () => {
  interface Page {
    readonly data: { readonly index: number; readonly kind: string; readonly leaf: object }[];
    readonly next_cursor: string | null;
  }

  test('pages through all leaves, the oldest first', async () => {
    const indexes: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page = await log.json(`/audit/log?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
      indexes.push(...page.data.map(({ index }) => index));
      cursor = page.next_cursor;
    }
    const { tree_size: size } = await log.json<Inclusion>('/audit/proof/inclusion?leaf_index=0');
    expect(indexes).toEqual(Array.from({ length: size }, (_, index) => index));
  });

  test('holds only leaves of the kinds that are asked for', async () => {
    const page = await log.json<Page>('/audit/log?types=session_sealed,agent_created');
    expect(page.data[0]).toMatchObject({ leaf: { seal: { session_id: log.sealed } } });
    expect(new Set(page.data.map(({ kind }) => kind))).toEqual(new Set(['session_sealed']));
    expect((await log.get('/audit/log?types=Session')).status).toBe(422);
  });
});

describe('POST /audit/verify', () => {
  test('says that the chain is ok, of a sealed and of an open session', async () => {
    for (const id of [log.sealed, log.open]) {
      const response = await log.post('/audit/verify', { session_id: id });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ ok: true, event_count: id === log.sealed ? 5 : 4, message: 'chain ok' });
    }
  });

  test('names the entry that was changed', async () => {
    const id = await seedCall(log.api.database, log.owner.accountId, log.agent);
    const client = await log.api.database.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('ALTER TABLE entries DISABLE TRIGGER USER');
      await client.query(`UPDATE entries SET body = replace(body, 'NAME', 'DATE') WHERE session_id = $1 AND seq = 2`, [
        id,
      ]);
      await client.query('ALTER TABLE entries ENABLE TRIGGER USER');
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    expect(await (await log.post('/audit/verify', { session_id: id })).json()).toMatchObject({
      ok: false,
      event_count: 4,
      message: expect.stringContaining('entry 2 of the session') as string,
    });
  });

  test('says that the log has another seal than the session', async () => {
    const id = await seedCall(log.api.database, log.owner.accountId, log.agent);
    await log.api.graphqlOptions.services.sessions.end(log.owner, id);
    await log.json(`/audit/proof/inclusion?session_id=${id}`);
    await log.api.database.pool.query(`UPDATE sessions SET sealed_at = sealed_at - interval '1 day' WHERE id = $1`, [
      id,
    ]);
    expect(await (await log.post('/audit/verify', { session_id: id })).json()).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^leaf \d+ of the account log is not the seal of the session$/) as string,
    });
  });

  test('of an unknown session, and of another account’s, is 404', async () => {
    for (const id of ['sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD', log.foreign, 'x'])
      expect((await log.post('/audit/verify', { session_id: id })).status).toBe(404);
  });
});

describe('access', () => {
  interface Asked {
    /** As in the OpenAPI document. */
    readonly operation: string;
    readonly ask: (viewer: Viewer | null) => Promise<Response>;
    /** The status for an account whose log is empty, and what its answer has. */
    readonly elsewhere: (accountId: string) => readonly [number, unknown];
  }

  const reading = (template: string, path: string, elsewhere: Asked['elsewhere']): Asked => ({
    operation: `get ${template}`,
    ask: (viewer) => log.get(path, viewer),
    elsewhere,
  });
  const error = (code: string): object => ({ error: { code } });

  const ROUTES: readonly Asked[] = [
    reading('/audit/checkpoint', '/audit/checkpoint', (id) => [
      200,
      expect.stringMatching(`^masker.dev/log/${id}\n0\n47DEQpj8HBSa`),
    ]),
    reading('/audit/checkpoint/timestamped', '/audit/checkpoint/timestamped', () => [404, error('not_found')]),
    reading('/audit/keys', '/audit/keys', (id) => [200, { origin: `masker.dev/log/${id}`, keys: [] }]),
    reading('/audit/minimum-index', '/audit/minimum-index', () => [200, { minimum_index: 0 }]),
    reading('/audit/log', '/audit/log', () => [200, { data: [], next_cursor: null }]),
    reading('/audit/tile/{level}/{tile}', '/audit/tile/0/000', () => [404, error('not_found')]),
    reading('/audit/tile/entries/{tile}', '/audit/tile/entries/000', () => [404, error('not_found')]),
    reading('/audit/proof/inclusion', '/audit/proof/inclusion?leaf_index=0', () => [404, error('not_found')]),
    reading('/audit/proof/consistency', '/audit/proof/consistency?from=1', () => [422, error('validation_failed')]),
    {
      operation: 'post /audit/checkpoint/cosignatures',
      ask: async (viewer) => {
        const note = await (await log.get('/audit/checkpoint')).text();
        const line = FIRST.cosign(`${note.split('\n\n')[0] ?? ''}\n`, 5n);
        return log.post(
          '/audit/checkpoint/cosignatures',
          { checkpoint: note.includes(line) ? note : note + line },
          viewer,
        );
      },
      elsewhere: () => [404, error('not_found')],
    },
    reading('/audit/find', `/audit/find?session_id=${newId('session')}`, () => [200, { data: [] }]),
    {
      operation: 'post /audit/find',
      ask: (viewer) => log.post('/audit/find', { session_id: newId('session') }, viewer),
      elsewhere: () => [200, { data: [] }],
    },
    {
      operation: 'post /audit/subject',
      ask: (viewer) => log.post('/audit/subject', { value: '415-555-0142' }, viewer),
      elsewhere: () => [200, { data: [] }],
    },
    {
      operation: 'post /audit/verify',
      ask: (viewer) => log.post('/audit/verify', { session_id: log.sealed }, viewer),
      elsewhere: () => [404, error('session_not_found')],
    },
  ];

  beforeAll(async () => {
    // A checkpoint that no witness cosigned.
    await log.acts(1);
    await log.get('/audit/checkpoint');
    await log.api.database.pool.query(
      `INSERT INTO log_timestamps (account_id, size, stamped_at, token)
       SELECT account_id, max(size), now(), 'token' FROM log_checkpoints WHERE account_id = $1 GROUP BY account_id`,
      [log.owner.accountId],
    );
  });

  test('is tried for every route of the log', async () => {
    const document = JSON.parse(await readFile('schema/openapi.json', 'utf8')) as { paths: Record<string, object> };
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replace('/api/v1', '')}`),
    );
    const ofLog = operations.filter((operation) => operation.includes(' /audit/'));
    expect(ROUTES.map(({ operation }) => operation).sort()).toEqual(ofLog.sort());
  });

  const ALL_BUT_AUDIT = new Set(PERMISSIONS.filter((permission) => permission !== 'audit:read'));

  test.each(ROUTES)('to $operation needs audit:read', async ({ ask }) => {
    expect((await ask(null)).status).toBe(401);
    expect((await ask({ ...log.owner, permissions: ALL_BUT_AUDIT })).status).toBe(403);
    expect((await ask(as(log.owner, 'auditor'))).status).toBe(200);
  });

  test.each(ROUTES)('to $operation shows another account nothing of the log', async ({ ask, elsewhere }) => {
    const stranger = await signUp(log.api.database);
    const response = await ask(stranger);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    expect([response.status, isJson ? (JSON.parse(text) as unknown) : text]).toMatchObject(
      elsewhere(stranger.accountId),
    );
    expect(text).not.toContain(log.owner.accountId);
  });

  /** The fields of the log, with what a caller without the permission asks. */
  const FIELDS: Readonly<Record<string, string>> = {
    checkpoint: '{ result: checkpoint { size } }',
    stampedCheckpoint: '{ result: stampedCheckpoint { size } }',
    auditLog: '{ result: auditLog { edges { node { index } } } }',
    inclusionProof: '{ result: inclusionProof(leafIndex: 0) { rootHash } }',
    consistencyProof: '{ result: consistencyProof(from: 1) { toRootHash } }',
    logTile: '{ result: logTile(level: "0", path: "000") }',
    logKeys: '{ result: logKeys { origin } }',
    logMinimumIndex: '{ result: logMinimumIndex }',
    verifyAudit: '{ result: verifyAudit(sessionId: "sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") { ok } }',
    auditFind: `{ result: auditFind(sessionId: "${newId('session')}") { edges { node { id } } } }`,
    searchSubject: 'mutation { result: searchSubject(value: "415-555-0142") { __typename ... on Error { code } } }',
    addCosignatures: 'mutation { result: addCosignatures(checkpoint: "") { __typename ... on Error { code } } }',
  };

  test('over GraphQL is tried for every field that needs audit:read', () => {
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.values(type?.getFields() ?? {}),
    );
    const ofLog = roots.filter(({ extensions }) => {
      const options = extensions['pothosOptions'] as { readonly authScopes?: { readonly permission?: string } };
      return options.authScopes?.permission === 'audit:read';
    });
    expect(Object.keys(FIELDS).sort()).toEqual(ofLog.map(({ name }) => name).sort());
  });

  test.each(Object.entries(FIELDS))('over GraphQL to %s needs audit:read', async (_field, query) => {
    const graphql = await listenGraphql(log.api.graphqlOptions, { ...log.owner, permissions: ALL_BUT_AUDIT });
    try {
      const { body } = await graphql.ask(query);
      const result = (body.data ?? null) as { readonly result: { readonly code?: string } | null } | null;
      expect(body.errors?.[0]?.extensions['code'] ?? result?.result?.code).toBe('forbidden');
    } finally {
      await graphql.close();
    }
  });
});
