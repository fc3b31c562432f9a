/** Reports that were issued before a purge or an erasure: they verify offline as before, and the log that they name has grown. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainKey } from '../../src/audit/chain.ts';
import { Signer } from '../../src/audit/seal.ts';
import { applyRetention } from '../../src/custody/retention.ts';
import { purge } from '../../src/custody/vault-purge.ts';
import type { PurgeScope } from '../../src/accounts/vault-acts.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { AccountId, SessionId } from '../../src/platform/ids.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { main } from '../../verifier/src/cli.ts';
import { parseCheckpoint, verifyConsistency, verifyInclusion } from '../../verifier/src/verify.ts';
import { temporaryFolder } from '../database.ts';
import { KEYS } from '../instance.ts';
import { readPdf } from '../pdf-text.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const POLICY = 'name: short\nversion: 1\naudit: { retention_days: 30, log_payloads: true }\n';
const DAY_MS = 86_400_000;

const bytesOf = (name: string): Buffer => Buffer.from(KEYS[name] ?? '', 'base64');
const auditKey = bytesOf('MASKER_AUDIT_HMAC_KEY');
const ring = new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: bytesOf('MASKER_KEY_K_HEALTHCARE') }]);
const trusted = new Signer(bytesOf('MASKER_SIGNING_KEY')).publicKey.toString('base64');

let calls: Calls;
let folder: string;
let id: SessionId;
let leafIndex: number;
/** The log when the reports were made. */
let checkpoint: string;

/** Files by what they are, with the exit code that the verifier gives them. */
const FILES = {
  'session.bundle.json': 0,
  'session.pdf.bundle.json': 0,
  'session.json': 2,
  'account.bundle.json': 0,
} as const;

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const get = async (route: string): Promise<Buffer> =>
  Buffer.from(await (await calls.masker.api('GET', route)).arrayBuffer());
const json = async <T>(route: string): Promise<T> => JSON.parse((await get(route)).toString('utf8')) as T;

/** Runs the verifier offline. Returns its exit code, and what it printed. */
function verify(file: string): { code: number; printed: string } {
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  const key = `${id}=${chainKey(auditKey, id).toString('hex')}`;
  const args = [path.join(folder, file), '--trusted-key', trusted, '--require-sealed'];
  const code = main([...args, '--chain-key', key, '--previous-checkpoint', path.join(folder, 'checkpoint')], {
    out: print,
    err: print,
  });
  if (typeof code !== 'number') throw new Error('this command answers later');
  return { code, printed: printed.join('') };
}

/** What the verifier says of all files. */
const verdicts = (): Record<string, unknown> =>
  Object.fromEntries(Object.keys(FILES).map((file) => [file, verify(file)]));

let before: Record<string, unknown>;
beforeAll(async () => {
  calls = await startCalls({ MASKER_PAYLOAD_RETENTION_DAYS: '3000' });
  folder = await temporaryFolder();
  const agent = await calls.masker.createAgent({ policy_yaml: POLICY });
  // Its session stays when that of the short policy is erased.
  const staying = await calls.masker.createAgent();
  const other = await calls.masker.chat(staying, saying('call 415-555-2680'), { 'x-call-id': 'staying' });
  await answerOf(other);
  await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id: sessionOf(other) });
  for (const text of ['I am Maria Lopez, 415-555-2671', 'and my SSN is 219-09-7645']) {
    const response = await calls.masker.chat(agent, saying(text), { 'x-call-id': 'reported' });
    await answerOf(response);
    id = sessionOf(response);
  }
  await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
  checkpoint = (await get('/audit/checkpoint')).toString('utf8');
  await writeFile(path.join(folder, 'checkpoint'), checkpoint);
  await writeFile(path.join(folder, 'session.json'), await get(`/sessions/${id}/report`));
  await writeFile(path.join(folder, 'session.bundle.json'), await get(`/sessions/${id}/report?format=bundle`));
  const pdf = await readPdf(await get(`/sessions/${id}/report?format=pdf`));
  const attached = pdf.attachments.get(`${id}.bundle.json`) ?? Buffer.alloc(0);
  await writeFile(path.join(folder, 'session.pdf.bundle.json'), attached);
  await writeFile(path.join(folder, 'account.bundle.json'), await get('/reports?format=bundle'));
  leafIndex = (await json<{ leaf_index: number }>(`/audit/proof/inclusion?session_id=${id}`)).leaf_index;
  before = verdicts();
});
afterAll(async () => {
  await calls.close();
  await rm(folder, { recursive: true, force: true });
});

const purgeBy = (scope: PurgeScope, accountId: AccountId | null = null): ReturnType<typeof purge> =>
  purge({ pool: calls.pool, ring, auditKey, clock: systemClock, scope, accountId, userId: null });

/** The account of the reported session. */
async function reportedAccount(): Promise<AccountId> {
  const { rows } = await calls.pool.query<{ id: AccountId }>('SELECT account_id AS id FROM sessions WHERE id = $1', [
    id,
  ]);
  return rows[0]?.id ?? 'acc_';
}

test('reports verify when they are made', () => {
  for (const [file, code] of Object.entries(FILES)) expect(before[file], file).toMatchObject({ code });
});

describe.each([
  ['a purge of a person', () => purgeBy({ by: 'subject', value: '4155552671' })],
  ['a purge of the session', () => purgeBy({ by: 'session', sessionId: id })],
  [
    'the erasure of all values of the account',
    async () => {
      const { sessions } = await purgeBy({ by: 'before', before: new Date() }, await reportedAccount());
      expect(sessions).toBe(1); // its other session
      const { rows } = await calls.pool.query('SELECT FROM vault_entries');
      expect(rows).toEqual([]);
    },
  ],
  [
    'the erasure of the session by retention',
    () => {
      const clock = { ...systemClock, now: () => Date.now() + 31 * DAY_MS };
      return applyRetention({ pool: calls.pool, clock, payloadDays: 3000, metadataDays: 20 });
    },
  ],
])('after %s', (_, erase) => {
  beforeAll(async () => {
    await erase();
  });

  test('reports of before verify offline as they did', () => {
    expect(verdicts()).toEqual(before);
  });

  test('the log has grown from the checkpoint of the reports, and still has the leaf of the seal', async () => {
    const [old, now] = [checkpoint, (await get('/audit/checkpoint')).toString('utf8')].map((note) =>
      parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1)),
    );
    const [size1, size2] = [Number(old?.size), Number(now?.size)];
    expect(size2).toBeGreaterThan(size1);
    const consistency = await json<{ from_root_hash: string; to_root_hash: string; hashes: string[] }>(
      `/audit/proof/consistency?from=${size1}&to=${size2}`,
    );
    const holds = verifyConsistency({
      size1: BigInt(size1),
      root1: old?.root ?? bytes(''),
      size2: BigInt(size2),
      root2: now?.root ?? bytes(''),
      proof: consistency.hashes.map(bytes),
    });
    expect(holds).toBe(true);
    const inclusion = await json<{ leaf_hash: string; hashes: string[] }>(
      `/audit/proof/inclusion?leaf_index=${leafIndex}&tree_size=${size2}`,
    );
    const isIn = verifyInclusion({
      leafHash: bytes(inclusion.leaf_hash),
      index: BigInt(leafIndex),
      size: BigInt(size2),
      proof: inclusion.hashes.map(bytes),
      root: now?.root ?? bytes(''),
    });
    expect(isIn).toBe(true);
  });

  test('a new report of the account verifies', async () => {
    await writeFile(path.join(folder, 'later.bundle.json'), await get('/reports?format=bundle'));
    expect(verify('later.bundle.json')).toMatchObject({ code: 0 });
  });
});
