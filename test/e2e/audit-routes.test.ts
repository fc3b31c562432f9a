/** The account's log over REST and GraphQL: checkpoints, tiles, proofs, leaves, cosignatures, and the verification of a session. */
import { createPrivateKey, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { canonicalJson } from '../../src/audit/canonical.ts';
import { cosignedMessage } from '../../src/audit-log/cosignature.ts';
import { noteKeyId, signatureLine, verifierKey } from '../../src/audit-log/note.ts';
import type { NoteKey } from '../../src/audit-log/note.ts';
import { parseWitnessPolicy } from '../../src/audit-log/witness-policy.ts';
import { Signer } from '../../src/audit/seal.ts';
import type { AgentId, SessionId } from '../../src/platform/ids.ts';
import { leafHash, merkleRoot } from '../../verifier/src/merkle.ts';
import {
  openNote,
  parseCheckpoint,
  parsePolicy,
  judgeCheckpoint,
  parseTlogProof,
  parseVerifierKey,
  verifyConsistency,
  verifyInclusion,
} from '../../verifier/src/verify.ts';
import { as, by, listenGraphql, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';

/** A witness's key from a seed. */
function witness(seed: number, name: string): { readonly key: NoteKey; cosign(text: string, at: bigint): string } {
  const bytes = Buffer.alloc(32, seed);
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), bytes]);
  const secret = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const key: NoteKey = { name, type: 'cosignature', publicKey: new Signer(bytes).publicKey };
  return {
    key,
    cosign: (text, at) => {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(at);
      const signature = Buffer.concat([time, sign(null, cosignedMessage(text, at), secret)]);
      return signatureLine({ name, keyId: noteKeyId(key), signature });
    },
  };
}

const FIRST = witness(21, 'witness.example/one');
const SECOND = witness(22, 'witness.example/two');
const UNKNOWN = witness(23, 'witness.example/other');
const POLICY = `witness one ${verifierKey(FIRST.key)}
witness two ${verifierKey(SECOND.key)} https://witness.example/two
group both all one two
quorum both
`;

let api: TestApi;
let owner: Viewer;
let agent: AgentId;
let sealed: SessionId;
let open: SessionId;

beforeAll(async () => {
  const policy = parseWitnessPolicy(POLICY);
  if (!policy.ok) throw new Error(policy.problem.message);
  api = await startTestApi({ witnesses: policy.policy });
  owner = await signUp(api.database);
  agent = await seedAgent(api.database, owner.accountId, 'desk');
  sealed = await seedCall(api.database, owner.accountId, agent);
  open = await seedCall(api.database, owner.accountId, agent);
  await acts(300);
  await api.graphqlOptions.services.sessions.end(owner, sealed);
});
afterAll(async () => {
  await api.close();
});

async function acts(count: number): Promise<void> {
  await api.database.pool.query(
    `INSERT INTO account_events (id, account_id, at, kind, body)
     SELECT 'evt_' || lpad(g::text, 20, '0') || right($1, 6), $1, now(), 'sign_in',
            '{"account_id":"' || $1 || '","kind":"sign_in","n":' || g || '}'
     FROM generate_series((SELECT count(*) FROM account_events), (SELECT count(*) FROM account_events) + $2 - 1) g`,
    [owner.accountId, count],
  );
}

async function get(path: string, viewer: Viewer | null = owner, accept = '*/*'): Promise<Response> {
  return api.rest.request(`/api/v1${path}`, { headers: { accept } }, by(viewer));
}

async function json<T>(path: string, viewer: Viewer = owner): Promise<T> {
  const response = await get(path, viewer);
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as T;
}

const post = (path: string, body: object, viewer = owner): Promise<Response> =>
  Promise.resolve(
    api.rest.request(
      `/api/v1${path}`,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      by(viewer),
    ),
  );

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
    const response = await get('/audit/checkpoint');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const note = await response.text();
    const manifest = await json<{ origin: string; keys: { verifier_key: string; from_size: number }[] }>('/audit/keys');
    expect(manifest.keys).toMatchObject([{ from_size: 0, until_size: null, alg: 'Ed25519' }]);
    const opened = openNote(note, [parseVerifierKey(manifest.keys[0]?.verifier_key ?? '')]);
    const checkpoint = parseCheckpoint(opened.text);
    expect(checkpoint).toMatchObject({ origin: `masker.dev/log/${owner.accountId}` });
    expect(manifest.origin).toBe(checkpoint.origin);
  });

  test('of an account without a leaf is that of the empty tree, the same each time', async () => {
    const stranger = await signUp(api.database);
    const note = await (await get('/audit/checkpoint', stranger)).text();
    expect(note).toMatch(new RegExp(`^masker.dev/log/${stranger.accountId}\n0\n47DEQpj8HBSa`));
    expect(await (await get('/audit/checkpoint', stranger)).text()).toBe(note);
  });
});

describe('tiles', () => {
  test('hold all leaves and hashes, and lead to the root of the checkpoint', async () => {
    const checkpoint = parseCheckpoint(`${(await (await get('/audit/checkpoint')).text()).split('\n\n')[0] ?? ''}\n`);
    const size = Number(checkpoint.size);
    const read = async (path: string): Promise<Buffer> => {
      const response = await get(`/audit/tile/${path}`);
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
      const response = await get(`/audit/tile/${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
    },
  );
});

describe('GET /audit/proof/inclusion', () => {
  test('proves the seal of a session', async () => {
    const proof = await json<Inclusion>(`/audit/proof/inclusion?session_id=${sealed}`);
    expect(proof.leaf).toMatchObject({ kind: 'session_sealed', seal: { session_id: sealed } });
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
    const response = await get(
      `/audit/proof/inclusion?session_id=${sealed}`,
      owner,
      'text/plain, application/json;q=0.5',
    );
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const { index, proof, checkpoint } = parseTlogProof(await response.text());
    const { verifier_key: key } = (await json<{ keys: { verifier_key: string }[] }>('/audit/keys')).keys[0] ?? {
      verifier_key: '',
    };
    const { size, root } = parseCheckpoint(openNote(checkpoint, [parseVerifierKey(key)]).text);
    const { leaf_hash } = await json<Inclusion>(`/audit/proof/inclusion?session_id=${sealed}`);
    expect(verifyInclusion({ leafHash: bytes(leaf_hash), index, size, proof, root })).toBe(true);
  });

  test('proves a leaf in an older tree, in text only where a checkpoint was signed', async () => {
    const proof = await json<Inclusion>('/audit/proof/inclusion?leaf_index=7&tree_size=100');
    expect(proof).toMatchObject({ leaf_index: 7, tree_size: 100, checkpoint: null });
    const claim = { leafHash: bytes(proof.leaf_hash), index: 7, size: 100, proof: proof.hashes.map(bytes) };
    expect(verifyInclusion({ ...claim, root: bytes(proof.root_hash) })).toBe(true);
    const text = await get('/audit/proof/inclusion?leaf_index=7&tree_size=100', owner, 'text/plain');
    expect(text.status).toBe(404);
  });

  test.each([
    ['of an open session', () => `session_id=${open}`, 404, 'not_found'],
    ['of another account’s session', () => 'session_id=sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD', 404, 'not_found'],
    ['of a text that is no session', () => 'session_id=nothing', 422, 'validation_failed'],
    ['of nothing', () => '', 422, 'validation_failed'],
    ['of a session and a leaf', () => `session_id=${sealed}&leaf_index=1`, 422, 'validation_failed'],
    ['of a leaf that is not there', () => 'leaf_index=18446744073709551615', 404, 'not_found'],
    ['of a negative leaf', () => 'leaf_index=-1', 422, 'validation_failed'],
    ['of a leaf with a leading zero', () => 'leaf_index=01', 422, 'validation_failed'],
    ['in a tree that is too small', () => 'leaf_index=7&tree_size=7', 422, 'validation_failed'],
    ['in a tree that is too large', () => 'leaf_index=7&tree_size=9007199254740993', 422, 'validation_failed'],
  ])('%s is refused', async (_, query, status, code) => {
    const response = await get(`/audit/proof/inclusion?${query()}`);
    const body = (await response.json()) as { error: { code: string; details?: { path: string }[] } };
    expect([response.status, body.error.code]).toEqual([status, code]);
    for (const { path } of body.error.details ?? []) expect(path).toMatch(/^(session_id|leaf_index|tree_size)$/);
  });
});

describe('GET /audit/proof/consistency', () => {
  test('proves that the log was only appended to', async () => {
    const older = await json<Inclusion>('/audit/proof/inclusion?leaf_index=0');
    await acts(3);
    const proof = await json<Consistency>(`/audit/proof/consistency?from=${older.tree_size}`);
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
    const response = await get('/audit/proof/consistency?from=5', owner, 'text/plain');
    const [head = '', ...note] = (await response.text()).split('\n\n');
    expect(head).toMatch(/^old 5\n([A-Za-z0-9+/]{43}=\n?)+$/);
    expect(note.join('\n\n')).toBe(await (await get('/audit/checkpoint')).text());
  });

  test.each(['', 'from=0', 'from=5&to=4', 'from=1&to=100000', 'from=x', 'from=1&to=-1'])(
    'with %s is refused',
    async (query) => {
      const response = await get(`/audit/proof/consistency?${query}`);
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
      const page: Page = await json(`/audit/log?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
      indexes.push(...page.data.map(({ index }) => index));
      cursor = page.next_cursor;
    }
    const { tree_size: size } = await json<Inclusion>('/audit/proof/inclusion?leaf_index=0');
    expect(indexes).toEqual(Array.from({ length: size }, (_, index) => index));
  });

  test('holds only leaves of the kinds that are asked for', async () => {
    const page = await json<Page>('/audit/log?types=session_sealed,agent_created');
    expect(page.data).toMatchObject([{ kind: 'session_sealed', leaf: { seal: { session_id: sealed } } }]);
    expect((await get('/audit/log?types=Session')).status).toBe(422);
  });
});

describe('cosignatures', () => {
  const text = async (): Promise<string> =>
    `${(await (await get('/audit/checkpoint')).text()).split('\n\n')[0] ?? ''}\n`;

  test('of witnesses are checked, kept, and given out with their checkpoint', async () => {
    const note = await (await get('/audit/checkpoint')).text();
    const body = await text();
    const one = await post('/audit/checkpoint/cosignatures', {
      checkpoint: note + FIRST.cosign(body, 1_790_000_000n) + UNKNOWN.cosign(body, 1n),
    });
    expect(await one.json()).toMatchObject({
      checkpoint: { witnessed: false, cosignatures: [{ witness: 'one', at: '2026-09-21T14:13:20.000Z' }] },
    });
    const two = await post('/audit/checkpoint/cosignatures', {
      checkpoint: note + SECOND.cosign(body, 1_790_000_001n),
    });
    expect(await two.json()).toMatchObject({ checkpoint: { witnessed: true } });
    const whole = await (await get('/audit/checkpoint')).text();
    expect(whole).toBe(note + FIRST.cosign(body, 1_790_000_000n) + SECOND.cosign(body, 1_790_000_001n));
    const { verifier_key: key } = (await json<{ keys: { verifier_key: string }[] }>('/audit/keys')).keys[0] ?? {
      verifier_key: '',
    };
    expect(judgeCheckpoint(whole, parsePolicy(`log ${key}\n${POLICY}`))).toMatchObject({ quorumMet: true });
  });

  test.each([
    ['a witness that signed another text', async () => FIRST.cosign(`${await text()}more\n`, 5n), 422],
    ['no witness of the policy', async () => UNKNOWN.cosign(await text(), 5n), 422],
    ['nobody', () => Promise.resolve(''), 422],
  ])('of %s are refused', async (_, line, status) => {
    const [body = '', lines = ''] = (await (await get('/audit/checkpoint')).text()).split('\n\n');
    const checkpoint = `${body}\n\n${lines.split('\n')[0] ?? ''}\n${await line()}`;
    const response = await post('/audit/checkpoint/cosignatures', { checkpoint });
    expect([response.status, await response.json()]).toMatchObject([
      status,
      { error: { details: [{ path: 'checkpoint' }] } },
    ]);
  });

  test('of a checkpoint that the log does not have, and of no checkpoint, are refused', async () => {
    const body = (await text()).replace(/\n\d+\n/, '\n9999\n');
    const response = await post('/audit/checkpoint/cosignatures', {
      checkpoint: `${body}\n${FIRST.cosign(body, 5n)}`,
    });
    expect(response.status).toBe(404);
    expect((await post('/audit/checkpoint/cosignatures', { checkpoint: 'x' })).status).toBe(422);
  });
});

describe('POST /audit/verify', () => {
  test('says that the chain is ok, of a sealed and of an open session', async () => {
    for (const id of [sealed, open]) {
      const response = await post('/audit/verify', { session_id: id });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ ok: true, event_count: id === sealed ? 5 : 4, message: 'chain ok' });
    }
  });

  test('names the entry that was changed', async () => {
    const id = await seedCall(api.database, owner.accountId, agent);
    const client = await api.database.pool.connect();
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
    expect(await (await post('/audit/verify', { session_id: id })).json()).toMatchObject({
      ok: false,
      event_count: 4,
      message: expect.stringContaining('entry 2 of the session') as string,
    });
  });

  test('says that the log has another seal than the session', async () => {
    const id = await seedCall(api.database, owner.accountId, agent);
    await api.graphqlOptions.services.sessions.end(owner, id);
    await json(`/audit/proof/inclusion?session_id=${id}`);
    await api.database.pool.query(`UPDATE sessions SET sealed_at = sealed_at - interval '1 day' WHERE id = $1`, [id]);
    expect(await (await post('/audit/verify', { session_id: id })).json()).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^leaf \d+ of the account log is not the seal of the session$/) as string,
    });
  });

  test('of an unknown session is 404', async () => {
    for (const id of ['sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD', 'x'])
      expect((await post('/audit/verify', { session_id: id })).status).toBe(404);
  });
});

describe('access', () => {
  const PATHS = [
    '/audit/checkpoint',
    '/audit/keys',
    '/audit/log',
    '/audit/tile/0/000',
    '/audit/tile/entries/000',
    '/audit/proof/inclusion?leaf_index=0',
    '/audit/proof/consistency?from=1',
  ];

  test.each(PATHS)('%s needs a caller with audit:read, and shows no other account’s log', async (path) => {
    expect((await get(path, null)).status).toBe(401);
    expect((await get(path, { ...owner, permissions: new Set(['agents:read', 'sessions:read']) })).status).toBe(403);
    expect((await get(path, as(owner, 'auditor'))).status).toBe(200);
    const stranger = await get(path, await signUp(api.database));
    expect(await stranger.text()).not.toContain(owner.accountId);
  });

  test('over GraphQL is the same', async () => {
    const graphql = await listenGraphql(api.graphqlOptions, { ...owner, permissions: new Set(['agents:read']) });
    try {
      for (const field of ['checkpoint { size }', 'auditLog { edges { node { index } } }', 'logKeys { origin }'])
        expect((await graphql.ask(`{ ${field} }`)).body).toMatchObject({
          errors: [{ extensions: { code: 'forbidden' } }],
        });
    } finally {
      await graphql.close();
    }
  });
});
