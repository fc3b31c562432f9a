/** The search for a subject: every session that holds a value, and what cannot be searched. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INSTANCE_ACCOUNT } from '../../src/accounts/instance-account.ts';
import { Signer } from '../../src/audit/seal.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { createSubjectSearch } from '../../src/reports/finding/subject-search.ts';
import type { SubjectSearchOptions } from '../../src/reports/finding/subject-search.ts';
import { TokenKeys } from '../../src/tokens/issuer.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { BOOTSTRAP_TOKEN, KEYS } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { verifySubject } from '../../verifier/src/subject.ts';
import { verifyBundle } from '../../verifier/src/verify.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

interface SubjectPage {
  readonly id: string;
  readonly scope: string;
  readonly data: readonly {
    readonly session_id: string;
    readonly agent_id: string;
    readonly kind: string;
    readonly first_at: string;
    readonly last_at: string;
    readonly recipients: readonly { readonly upstream: string; readonly model: string }[];
  }[];
  readonly sessions_searched: number;
  readonly not_searchable: Readonly<Record<string, number>>;
  readonly next_cursor: string | null;
}

let calls: Calls;
let agent: CreatedAgent;
let random: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls();
  agent = await calls.masker.createAgent();
  random = await calls.masker.createAgent({ tokenization: 'vault-random' });
});
afterAll(async () => {
  await calls.close();
});

let line = 2718;
/** A telephone number that occurs nowhere else. */
const phone = (): string => `415-555-${String((line += 37))}`;

async function call(to: CreatedAgent, said: string, headers: Record<string, string> = {}): Promise<SessionId> {
  const response = await calls.masker.chat(to, saying(said), headers);
  await answerOf(response);
  return sessionOf(response);
}

async function post(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${calls.masker.url}/api/v1/audit/subject`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function search(body: object, headers: Record<string, string> = {}): Promise<SubjectPage> {
  const response = await post(body, headers);
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as SubjectPage;
}

const idsOf = ({ data }: SubjectPage): string[] => data.map(({ session_id: id }) => id);

async function records(): Promise<Record<string, unknown>[]> {
  const { rows } = await calls.pool.query<{ body: string }>(
    `SELECT body FROM account_events WHERE kind = 'subject_searched' ORDER BY id`,
  );
  return rows.map(({ body }) => (JSON.parse(body) as { subject: Record<string, unknown> }).subject);
}

describe('a search by token', () => {
  test('finds every session of the value, however it was written, and of no other value', async () => {
    const number = phone();
    const first = await call(agent, `my number is ${number}`);
    const second = await call(agent, `call me at (${number.slice(0, 3)}) ${number.slice(4)}`);
    await call(agent, `my number is ${phone()}`);
    const page = await search({ value: number.replaceAll('-', ' ') });
    expect(idsOf(page)).toEqual([second, first]);
    expect(page).toMatchObject({ scope: 'subject', next_cursor: null });
    expect(page.data[1]).toMatchObject({
      agent_id: agent.id,
      kind: 'PHONE',
      recipients: [{ upstream: 'openai', model: 'gpt-4o-mini' }],
    });
    expect(idsOf(await search({ value: number, kind: 'PHONE' }))).toEqual([second, first]);
    expect(idsOf(await search({ value: number, kind: 'MRN' }))).toEqual([]);
  });

  test('says from when to when the value can have been sent', async () => {
    const number = phone();
    const headers = { 'x-call-id': `call-${number}` };
    const session = await call(agent, 'hello', headers);
    await call(agent, `my number is ${number}`, headers);
    await call(agent, 'thank you', headers);
    const { data } = await search({ value: number });
    const { rows } = await calls.pool.query<{ kind: string; turn: number; ts: string }>(
      `SELECT kind, turn, body::jsonb->>'ts' AS ts FROM entries WHERE session_id = $1 ORDER BY seq`,
      [session],
    );
    expect(data).toMatchObject([
      {
        session_id: session,
        first_at: rows.find(({ kind }) => kind === 'redaction')?.ts,
        last_at: rows.findLast(({ kind }) => kind === 'turn_forwarded')?.ts,
      },
    ]);
  });

  test('goes on from page to page without gap or repetition', async () => {
    const number = phone();
    const sessions: string[] = [];
    for (let n = 0; n < 3; n += 1) sessions.unshift(await call(agent, `my number is ${number}`));
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: SubjectPage = await search({ value: number, limit: 1, ...(cursor === null ? {} : { cursor }) });
      found.push(...idsOf(page));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(found).toEqual(sessions);
  });
});

describe('sessions with other tokens', () => {
  test.each(['vault-random', 'synthetic'])('%s: found by opening the vault, until its key is gone', async (scheme) => {
    const number = phone();
    const session = await call(await calls.masker.createAgent({ tokenization: scheme }), `my number is ${number}`);
    const before = await search({ value: number });
    expect(idsOf(before)).toEqual([session]);
    await calls.pool.query('DELETE FROM vault_keys WHERE session_id = $1', [session]);
    const after = await search({ value: number });
    expect(idsOf(after)).toEqual([]);
    expect(after.not_searchable['vault_random']).toBe((before.not_searchable['vault_random'] ?? 0) + 1);
  });

  test.each([
    ['reversible_aead', { tokenization: 'reversible-aead' }],
    ['redacted', { policy_yaml: 'name: removing\nversion: 1\nentities: { PHONE: { action: redact } }\n' }],
    ['passed_through', { policy_yaml: 'name: passing\nversion: 1\nentities: { PHONE: { action: passthrough } }\n' }],
  ])('%s: counted as not searchable', async (spot, settings) => {
    const other = await calls.masker.createAgent(settings);
    const number = phone();
    const before = (await search({ value: number })).not_searchable[spot] ?? 0;
    await call(other, `my number is ${number}`);
    const { data, not_searchable: not } = await search({ value: number });
    expect([data, not[spot]]).toEqual([[], before + 1]);
  });

  test('erased, or under a key that is not registered: counted as not searchable', async () => {
    const [gone, foreign] = [phone(), phone()];
    const erased = await call(agent, `my number is ${gone}`);
    const unregistered = await call(agent, `my number is ${foreign}`);
    const before = (await search({ value: gone })).not_searchable;
    await calls.pool.query('DELETE FROM vault_entries WHERE session_id = $1', [erased]);
    await calls.pool.query(`UPDATE vault_entries SET key_version = 'ffffffff' WHERE session_id = $1`, [unregistered]);
    // Tokens that were made under a key that was rotated away are found by opening the vault.
    expect(idsOf(await search({ value: foreign }))).toEqual([unregistered]);
    await calls.pool.query(`UPDATE vault_keys SET key_version = 'ffffffff' WHERE session_id = $1`, [unregistered]);
    const after = (await search({ value: gone })).not_searchable;
    expect([after['erased'], after['unregistered_key']]).toEqual([
      (before['erased'] ?? 0) + 1,
      (before['unregistered_key'] ?? 0) + 1,
    ]);
  });
});

describe('the signed report of a search', () => {
  test('holds against the bundles of its sessions, and names what a changed one says otherwise', async () => {
    const number = phone();
    const headers = { 'x-call-id': `signed-${number}` };
    const session = await call(agent, `my number is ${number}`, headers);
    await call(agent, 'and thank you', headers);
    await calls.masker.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id: session });
    const { report, ...page } = (await search({ value: number })) as SubjectPage & { report: Record<string, unknown> };
    expect(report).toMatchObject({ schema: 'masker-subject/v1', id: page.id, scope: 'subject', data: page.data });
    expect((await records()).at(-1)).toMatchObject({ report_id: page.id, value_hmac: report['value_hmac'] });
    expect(JSON.stringify(report)).not.toContain(number);

    const get = async (route: string): Promise<Buffer> =>
      Buffer.from(
        await (
          await fetch(`${calls.masker.url}${route}`, { headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}` } })
        ).arrayBuffer(),
      );
    const bundle = await get(`/api/v1/sessions/${session}/report?format=bundle`);
    const { keys } = JSON.parse((await get('/.well-known/masker-keys.json')).toString()) as {
      keys: { public_key: string }[];
    };
    const trustedKeys = keys.map(({ public_key: key }) => Buffer.from(key, 'base64'));
    const verify = (document: object, ...bundles: Buffer[]) =>
      verifySubject(Buffer.from(JSON.stringify(document)), bundles, { trustedKeys });
    expect(verifyBundle(bundle, { trustedKeys }).outcome).toBe('authentic');
    expect(verify(report, bundle)).toMatchObject({ outcome: 'authentic' });
    expect(verify({ report, ...page }, bundle)).toMatchObject({ outcome: 'authentic' });
    expect(verify(report)).toMatchObject({ outcome: 'not verifiable' });
    const [item] = page.data;
    const changed = { ...report, data: [{ ...item, recipients: [] }] };
    const { checks } = verify(changed, bundle) as { checks: readonly { id: string; verdict: string }[] };
    expect(checks.filter(({ verdict }) => verdict === 'does not hold').map(({ id }) => id)).toEqual([
      'counts',
      'report_signature',
      'origin',
    ]);
  });
});

/** What a search needs, on a database of its own. */
function partsOn({ pool, prisma }: ReturnType<typeof openDatabase>): SubjectSearchOptions {
  const secret = Buffer.from(KEYS['MASKER_KEY_K_HEALTHCARE'] ?? '', 'base64');
  return {
    db: pool,
    prisma,
    keys: new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret }])),
    auditKey: Buffer.alloc(32),
    signer: new Signer(Buffer.alloc(32, 4)),
    clock: systemClock,
  };
}

describe('one request', () => {
  test('on a node whose clock is behind says that it was made when its last disclosure was sent', async () => {
    const number = phone();
    await call(random, `it is ${number}`);
    const database = openDatabase({ url: calls.db.url });
    try {
      const clock = { ...systemClock, now: () => Date.now() - 3_600_000 };
      const behind = createSubjectSearch({ ...partsOn(database), clock });
      const query = { value: number, kind: null, limit: 100, before: null };
      const found = await behind.search({ accountId: INSTANCE_ACCOUNT, userId: null }, query, null);
      expect(found.disclosures).toHaveLength(1);
      expect(found.generatedAt).toEqual(found.disclosures[0]?.lastAt);
    } finally {
      await database.close();
    }
  });

  test('searches a bounded number of sessions and opens a bounded number of rows', async () => {
    const number = phone();
    const sessions = [await call(random, `it is ${number}`), await call(random, `my number is ${number}`)];
    const database = openDatabase({ url: calls.db.url });
    try {
      const parts = partsOn(database);
      const searcher = { accountId: INSTANCE_ACCOUNT, userId: null };
      for (const bounds of [
        { sessions: 1, openedRows: 1000 },
        { sessions: 1000, openedRows: 1 },
      ]) {
        const bounded = createSubjectSearch({ ...parts, bounds });
        const query = { value: number, kind: null, limit: 100 };
        const first = await bounded.search(searcher, { ...query, before: null }, null);
        expect(first).toMatchObject({
          sessionsSearched: 1,
          next: sessions[1],
          disclosures: [{ sessionId: sessions[1] }],
        });
        const second = await bounded.search(searcher, { ...query, before: first.next }, null);
        expect(second.disclosures).toMatchObject([{ sessionId: sessions[0] }]);
      }
      const foreign = createSubjectSearch(parts);
      const stranger = { accountId: newId('account'), userId: null };
      await database.prisma.account.create({ data: { id: stranger.accountId, name: 'other' } });
      const query = { value: number, kind: null, limit: 100, before: null };
      const nothing = await foreign.search(stranger, query, null);
      expect(nothing).toMatchObject({ disclosures: [], sessionsSearched: 0, next: null });
      await database.pool.query('UPDATE sessions SET account_id = $1 WHERE id = $2', [stranger.accountId, sessions[0]]);
      const own = await foreign.search(stranger, query, null);
      expect({ ...own, disclosures: own.disclosures.map((found) => found.sessionId) }).toMatchObject({
        disclosures: [],
        sessionsSearched: 1,
      });
      const rest = await foreign.search(searcher, query, null);
      expect(rest.disclosures.map((found) => found.sessionId)).toEqual([sessions[1]]);
    } finally {
      await database.close();
    }
  });
});

describe('the record of a search', () => {
  test('says who, what for and how many, with an HMAC in place of the value', async () => {
    const number = phone();
    await call(agent, `my number is ${number}`);
    const page = await search({ value: number }, { 'masker-purpose': 'patient request' });
    await search({ value: number.replaceAll('-', ''), kind: 'PHONE' });
    await search({ value: `(${number.slice(0, 3)}) ${number.slice(4)}`, kind: 'PHONE' });
    const [first, second, third] = (await records()).slice(-3);
    expect(first).toMatchObject({
      report_id: page.id,
      purpose: 'patient request',
      kind: null,
      result_count: 1,
      result: 'shown',
    });
    expect(first?.['value_hmac']).toMatch(/^[0-9a-f]{64}$/);
    expect(third?.['value_hmac']).toBe(second?.['value_hmac']);
    expect(await (await calls.masker.api('GET', '/audit/log?types=subject_searched&limit=100')).text()).toContain(
      page.id,
    );
  });

  test('is made for each request, also for one with a key for retries', async () => {
    const headers = { 'idempotency-key': 'a-key-of-one-search' };
    const before = (await records()).length;
    await search({ value: 'Maria Gonzalez' }, headers);
    await search({ value: 'Maria Gonzalez' }, headers);
    expect((await records()).length).toBe(before + 2);
  });

  test('that cannot be written keeps the result back', async () => {
    await calls.pool.query(
      `ALTER TABLE account_events ADD CONSTRAINT no_searches CHECK (kind <> 'subject_searched') NOT VALID`,
    );
    try {
      const response = await post({ value: 'Maria Gonzalez' });
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(await response.text()).not.toContain('session_id');
    } finally {
      await calls.pool.query('ALTER TABLE account_events DROP CONSTRAINT no_searches');
    }
  });
});

describe('the value', () => {
  test('is in no answer, no log line and no column', async () => {
    const value = `Zebulon Quackenbush-${randomBytes(4).toString('hex')}`;
    await search({ value });
    const document = 'mutation ($value: String!) { searchSubject(value: $value) { __typename } }';
    await calls.masker.graphql(document, { value });
    const answers = [
      await post({ value, kind: value }),
      await post({ value: [value] }),
      await post({ value, cursor: value }),
      await fetch(`${calls.masker.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: document, variables: { value: { value } } }),
      }),
    ];
    for (const answer of answers) expect(await answer.text()).not.toContain('Quackenbush');
    expect(calls.masker.logged.join('')).not.toContain('Quackenbush');
    const { rows } = await calls.pool.query<{ text: string }>(
      `SELECT string_agg(query_to_xml('SELECT * FROM ' || quote_ident(tablename), true, false, '')::text, '') AS text
       FROM pg_tables WHERE schemaname = 'public'`,
    );
    expect(rows[0]?.text).toContain('subject_searched');
    expect(rows[0]?.text).not.toContain('Quackenbush');
  });

  test('is not taken from an address: a search over GET is refused', async () => {
    const url = new URL('/graphql', calls.masker.url);
    url.searchParams.set('query', 'mutation { searchSubject(value: "x") { __typename } }');
    const response = await fetch(url, { headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}` } });
    expect(response.status).toBe(405);
    expect((await fetch(`${calls.masker.url}/api/v1/audit/subject?value=x`)).status).toBeGreaterThanOrEqual(400);
  });
});
