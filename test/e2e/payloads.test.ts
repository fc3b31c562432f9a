/** Payloads that a policy keeps: encrypted, shown with a permission and a record, erased in time and with the key. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ROLE_PERMISSIONS } from '../../src/accounts/viewer.ts';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { createPayloadReader } from '../../src/sessions/payloads.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { BOOTSTRAP_TOKEN, KEYS } from '../instance.ts';
import { answerWith, echo } from '../upstream.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import type { AccountId, SessionId } from '../../src/platform/ids.ts';
import { answerOf, lastSeen, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const KEEPING = 'name: keeping\nversion: 1\naudit: { log_payloads: true }\n';

const NOTHING_KEPT = { request: null, masked: null, answer: null, response: null };

interface SessionBody {
  readonly session: { readonly payloads: Readonly<Record<keyof typeof NOTHING_KEPT, unknown>> };
}

interface SampledReport {
  readonly report: {
    readonly sample_transcripts: readonly object[];
    readonly retention_attestation: { readonly statement: string };
  };
}

let calls: Calls;
let keeping: CreatedAgent;
let silent: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls({ MASKER_PAYLOAD_RETENTION_DAYS: '7' });
  keeping = await calls.masker.createAgent({ policy_yaml: KEEPING });
  silent = await calls.masker.createAgent();
});
afterAll(async () => {
  await calls.close();
});

/** A value that occurs nowhere else. */
const phone = (): string => `415-555-${String(1000 + (randomBytes(2).readUInt16BE() % 9000))}`;

async function call(agent: CreatedAgent, said: string, headers: Record<string, string> = {}): Promise<SessionId> {
  const response = await calls.masker.chat(agent, saying(said), headers);
  await answerOf(response);
  const id = sessionOf(response);
  await ended(id);
  return id;
}

/** Resolves when the end of the call's turn is on record: reading the session waits for it. */
async function ended(id: SessionId): Promise<void> {
  await calls.masker.graphql('query ($id: ID!) { session(id: $id) { status } }', { id });
}

async function payloadsOf(id: SessionId, purpose?: string): Promise<SessionBody['session']['payloads']> {
  const response = await fetch(`${calls.masker.url}/api/v1/sessions/${id}`, {
    headers: {
      authorization: `Bearer ${BOOTSTRAP_TOKEN}`,
      ...(purpose === undefined ? {} : { 'masker-purpose': purpose }),
    },
  });
  return ((await response.json()) as SessionBody).session.payloads;
}

async function events(): Promise<{ readonly kind: string; readonly subject: Record<string, unknown> }[]> {
  const { rows } = await calls.pool.query<{ body: string }>(
    `SELECT body FROM account_events WHERE kind = 'payload_read' ORDER BY id`,
  );
  return rows.map(({ body }) => JSON.parse(body) as { kind: string; subject: Record<string, unknown> });
}

const kept = async (id: SessionId): Promise<number> =>
  (await calls.pool.query('SELECT 1 FROM payloads WHERE session_id = $1', [id])).rowCount ?? 0;

/** A call of one turn, whose session is sealed. */
async function sealedCall(said: string): Promise<SessionId> {
  const id = await call(keeping, said);
  const isSealed = 'SELECT 1 FROM sessions WHERE id = $1 AND sealed_at IS NOT NULL';
  while ((await calls.pool.query(isSealed, [id])).rowCount === 0);
  return id;
}

describe('the payloads of a policy that keeps them', () => {
  test('are the request as received and as it left, the response as the model wrote it and as the caller got it', async () => {
    const number = phone();
    const id = await call(keeping, `my number is ${number}`);
    const { request, masked, answer, response } = await payloadsOf(id);
    expect(request).toEqual(saying(`my number is ${number}`));
    expect(masked).toMatchObject({ messages: [{ role: 'user', content: lastSeen(calls.upstream)[0] }] });
    expect(JSON.stringify(masked)).not.toContain(number);
    // The upstream repeats what it was told.
    expect(answer).toMatchObject({ choices: [{ message: { content: lastSeen(calls.upstream)[0] } }] });
    expect(response).toMatchObject({ choices: [{ message: { content: `my number is ${number}` } }] });
  });

  test('are kept of a streamed response as the texts that came and were sent', async () => {
    const number = phone();
    const streamed = await calls.masker.chat(keeping, { ...saying(`my number is ${number}`), stream: true });
    const text = await streamed.text();
    await ended(sessionOf(streamed));
    const { answer, response } = await payloadsOf(sessionOf(streamed));
    expect(response).toBe(text);
    expect(answer).toEqual(expect.stringMatching(/^data: \{.*\n\ndata: \[DONE\]\n\n$/s));
    expect(answer).not.toContain(number);
  });

  test('of more than 8 MiB are kept of neither side of a response, which reaches the caller whole', async () => {
    const long = 'good morning '.repeat(700_000);
    calls.upstream.respond((request, response) => {
      answerWith(long, request, response);
    });
    const response = await calls.masker.chat(keeping, saying('good morning'));
    calls.upstream.respond(echo);
    expect(await answerOf(response)).toHaveLength(long.length);
    await ended(sessionOf(response));
    const { request, answer, response: sent } = await payloadsOf(sessionOf(response));
    expect([request, answer, sent]).toEqual([saying('good morning'), null, null]);
  });

  test('are named by the numbers of their turns, until their time is over', async () => {
    const numbers = async (id: SessionId): Promise<unknown> =>
      calls.masker.graphql('query ($id: ID!) { session(id: $id) { keptTurns } }', { id });
    const headers = { 'x-call-id': 'kept-turns' };
    const id = await call(keeping, 'good morning', headers);
    await call(keeping, 'good evening', headers);
    expect(await numbers(id)).toEqual({ session: { keptTurns: [1, 2] } });
    await calls.pool.query(
      `UPDATE payloads SET stored_at = now() - interval '8 days' WHERE session_id = $1 AND turn = 1`,
      [id],
    );
    expect(await numbers(id)).toEqual({ session: { keptTurns: [2] } });
    expect(await numbers(await call(silent, 'good morning'))).toEqual({ session: { keptTurns: [] } });
  });

  test('hold no value in clear in the database', async () => {
    const number = phone();
    const id = await call(keeping, `my number is ${number}`);
    const { rows } = await calls.pool.query<Record<string, Buffer | null>>(
      'SELECT request, masked, answer, response FROM payloads WHERE session_id = $1',
      [id],
    );
    expect(rows).toHaveLength(1);
    for (const bytes of Object.values(rows[0] ?? {}))
      for (const text of [number, 'messages', 'choices', 'MSKV1']) expect(bytes?.includes(text)).toBe(false);
  });

  test('are kept where nothing in the turn was an identifier', async () => {
    const id = await call(keeping, 'good morning');
    expect((await payloadsOf(id)).request).toEqual(saying('good morning'));
  });

  test('are those of the last turn, and of each by its number over GraphQL', async () => {
    const id = await call(keeping, 'first words', { 'x-call-id': 'two-turns' });
    await call(keeping, 'second words', { 'x-call-id': 'two-turns' });
    expect((await payloadsOf(id)).request).toEqual(saying('second words'));
    const document = 'query ($id: ID!) { session(id: $id) { payloads(turn: 1, purpose: "first turn") { request } } }';
    const answer = await calls.masker.graphql(document, { id });
    expect(JSON.stringify(answer)).toContain('first words');
    expect((await events()).at(-1)?.subject).toMatchObject({ session_id: id, turn: 1, purpose: 'first turn' });
  });

  test('are nothing under a policy that does not keep them', async () => {
    const id = await call(silent, 'my name is Maria Gonzalez');
    const before = await events();
    expect(await payloadsOf(id)).toEqual(NOTHING_KEPT);
    expect(await kept(id)).toBe(0);
    expect(await events()).toEqual(before);
  });
});

describe('a reader', () => {
  test('without the permission payloads:read, or of another account, gets nothing and leaves no record', async () => {
    const number = phone();
    const id = await call(keeping, `my number is ${number}`);
    const { rows } = await calls.pool.query<{ account_id: AccountId }>(
      'SELECT account_id FROM sessions WHERE id = $1',
      [id],
    );
    const db = openDatabase({ url: calls.db.url });
    const secret = Buffer.from(KEYS['MASKER_KEY_K_HEALTHCARE'] ?? '', 'base64');
    const ring = new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret }]);
    const reader = createPayloadReader({ ...db, ring, clock: systemClock, retentionDays: 7 });
    const owner: Viewer = {
      accountId: rows[0]?.account_id ?? 'acc_',
      userId: 'usr_01HYZ000000000000000000000',
      role: 'admin',
      permissions: new Set(ROLE_PERMISSIONS.admin),
      via: 'bearer',
    };
    const nothing = { turn: null, ...NOTHING_KEPT };
    const before = await events();
    for (const role of ['auditor', 'member'] as const) {
      const permissions = new Set(ROLE_PERMISSIONS[role]);
      expect(await reader.read({ ...owner, role, permissions }, id, null, null)).toEqual(nothing);
    }
    const stranger: Viewer = { ...owner, accountId: 'acc_01HYZ000000000000000000000' };
    expect(await reader.read(stranger, id, null, null)).toEqual(nothing);
    expect(await events()).toEqual(before);
    expect(JSON.stringify(await reader.read(owner, id, null, null))).toContain(number);
    await db.close();
  });
});

describe('each read of a payload', () => {
  test('is on record with its reader, purpose, object and result, once', async () => {
    const id = await call(keeping, 'good morning');
    const before = (await events()).length;
    await payloadsOf(id, 'complaint 17');
    const [read, ...more] = (await events()).slice(before);
    expect(read).toMatchObject({
      kind: 'payload_read',
      user_id: expect.stringMatching(/^usr_/) as string,
      subject: { session_id: id, turn: 1, purpose: 'complaint 17', result: 'shown' },
    });
    expect(more).toEqual([]);
  });

  test('is on record as unreadable where the row is not what was sealed', async () => {
    const [a, b] = [await call(keeping, 'good morning'), await call(keeping, 'good evening')];
    await calls.pool.query(
      'UPDATE payloads SET request = (SELECT request FROM payloads WHERE session_id = $2) WHERE session_id = $1',
      [a, b],
    );
    expect(await payloadsOf(a)).toEqual(NOTHING_KEPT);
    expect((await events()).at(-1)?.subject).toMatchObject({ session_id: a, result: 'unreadable' });
  });
});

describe('the report of a session whose payloads are kept', () => {
  test('shows masked samples, and no value; the same for the same bundle', async () => {
    const number = phone();
    const id = await sealedCall(`my number is ${number}`);
    const text = await (await calls.masker.api('GET', `/sessions/${id}/report`)).text();
    const { report } = JSON.parse(text) as { report: Record<string, unknown> };
    expect(report).toMatchObject({
      sample_transcripts: [
        { session_id: id, turn: 1, messages: [{ speaker: 'user', text: lastSeen(calls.upstream)[0] }] },
      ],
      retention_attestation: { payloads: { retention_days: 7, turns_stored: 1 } },
    });
    expect(text).not.toContain(number);
    const bundle = async (): Promise<string> =>
      (await calls.masker.api('GET', `/sessions/${id}/report?format=bundle`)).text();
    const first = await bundle();
    expect(await bundle()).toBe(first);
    await calls.pool.query('DELETE FROM vault_keys WHERE session_id = $1', [id]);
    const idOf = (text: string): string => (JSON.parse(text) as { report: { id: string } }).report.id;
    expect(idOf(await bundle())).not.toBe(idOf(first));
    const later = (await (await calls.masker.api('GET', `/sessions/${id}/report`)).json()) as { report: object };
    expect(later.report).toMatchObject({
      sample_transcripts: [],
      retention_attestation: { payloads: { turns_stored: 0 } },
    });
  });
});

describe('a session in which the policy let an identifier stand', () => {
  test('gives no sample to any report, of no turn, in no format, and other sessions still do', async () => {
    const open = await calls.masker.createAgent({
      policy_yaml: `${KEEPING}entities:\n  PHONE: { action: passthrough }\n`,
    });
    const number = phone();
    const headers = { 'x-call-id': `passed-${number}` };
    const id = await call(open, `my number is ${number}`, headers);
    await answerOf(await calls.masker.chat(open, saying(`my number is ${number}`, 'good morning'), headers));
    const other = await call(keeping, 'good evening');
    expect(lastSeen(calls.upstream)).toEqual(['good evening']);
    for (const path of [`/sessions/${id}/report`, `/agents/${open.id}/report`, '/reports'])
      for (const format of ['json', 'bundle']) {
        const text = await (await calls.masker.api('GET', `${path}?format=${format}`)).text();
        expect(text).toContain('sample_transcripts');
        expect(text).not.toContain(number);
        expect(text).not.toContain(`{"session_id":"${id}","turn"`);
      }
    const { report } = (await (await calls.masker.api('GET', `/sessions/${id}/report`)).json()) as SampledReport;
    expect(report).toMatchObject({ sample_transcripts: [], retention_attestation: { payloads: { turns_stored: 2 } } });
    expect(report.retention_attestation.statement).toContain('gives no sample');
    const sampled = (await (await calls.masker.api('GET', `/sessions/${other}/report`)).json()) as SampledReport;
    expect(sampled.report.sample_transcripts).toHaveLength(1);
  });
});

describe('payloads whose time is over', () => {
  const ageing = `UPDATE payloads SET stored_at = now() - interval '8 days' WHERE session_id = $1`;

  async function expectGone(node: TestInstance, id: SessionId): Promise<void> {
    expect(await kept(id)).toBe(1);
    const { session } = (await (await node.api('GET', `/sessions/${id}`)).json()) as SessionBody;
    expect(session.payloads).toEqual(NOTHING_KEPT);
    const { report } = (await (await node.api('GET', `/sessions/${id}/report`)).json()) as SampledReport;
    expect(report).toMatchObject({ sample_transcripts: [], retention_attestation: { payloads: { turns_stored: 0 } } });
  }

  test('are shown to nobody, and not counted, while they wait to be erased', async () => {
    const id = await call(keeping, 'good morning');
    await calls.pool.query(ageing, [id]);
    const before = await events();
    await expectGone(calls.masker, id);
    expect(await events()).toEqual(before);
  });

  test('by the seal of their session, where the operator set no days, are not shown either', async () => {
    const node = await calls.anotherNode({ MASKER_PAYLOAD_RETENTION_DAYS: '0' });
    await node.erasePayloads();
    const open = await call(keeping, 'good morning', { 'x-call-id': 'open-and-shown' });
    const { session } = (await (await node.api('GET', `/sessions/${open}`)).json()) as SessionBody;
    expect(session.payloads.request).toEqual(saying('good morning'));
    await expectGone(node, await sealedCall('good evening'));
  });

  test('are erased a minute after a node starts', async () => {
    const id = await call(keeping, 'good morning');
    await calls.pool.query(ageing, [id]);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await calls.anotherNode();
    const { calls: started, results } = timers.mock;
    timers.mockRestore();
    const due = started.flatMap(([run, ms], at) =>
      ms === 60_000 ? [{ run, timer: results[at]?.value as NodeJS.Timeout }] : [],
    );
    expect(due).not.toEqual([]);
    for (const { run, timer } of due) {
      clearTimeout(timer);
      run();
    }
    await expect.poll(() => kept(id)).toBe(0);
  });
});

describe('a session whose data key was erased during the call', () => {
  test.each([
    ['small', 'good evening'],
    ['large', 'good evening '.repeat(11_000)],
  ])('takes further turns, and keeps no payload of them: %s', async (size, said) => {
    const headers = { 'x-call-id': `key-erased-${size}` };
    const id = await call(keeping, 'good morning', headers);
    await calls.pool.query('DELETE FROM vault_keys WHERE session_id = $1', [id]);
    const response = await calls.masker.chat(keeping, saying('good morning', said), headers);
    expect(response.status).toBe(200);
    await answerOf(response);
    expect(sessionOf(response)).toBe(id);
    expect(await payloadsOf(id)).toEqual(NOTHING_KEPT);
    expect(await kept(id)).toBe(0);
  });

  test('does not lose the payload of a large request while it has the key', async () => {
    const said = 'good evening '.repeat(11_000);
    const id = await call(keeping, said);
    expect(await payloadsOf(id)).toMatchObject({ request: saying(said), response: { choices: [{}] } });
  });
});

describe('a purpose in the header', () => {
  const wire = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
  const authorization = `Bearer ${BOOTSTRAP_TOKEN}`;
  const rest = (id: SessionId, purpose: string): Promise<Response> =>
    fetch(`${calls.masker.url}/api/v1/sessions/${id}`, { headers: { authorization, 'masker-purpose': wire(purpose) } });
  const graphql = (id: SessionId, purpose: string): Promise<Response> =>
    fetch(`${calls.masker.url}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', 'masker-purpose': wire(purpose) },
      body: JSON.stringify({ query: `{ session(id: "${id}") { payloads { request } } }` }),
    });

  test.each([
    ['an identifier', 'complaint of Mrs. María González', '(NAME)'],
    ['more than 200 characters', 'x'.repeat(201), '200'],
  ])('is refused alike on REST and GraphQL for %s, and nothing is read', async (_, purpose, named) => {
    const id = await call(keeping, 'good morning');
    const before = await events();
    const [onRest, onGraphql] = [await rest(id, purpose), await graphql(id, purpose)];
    expect([onRest.status, onGraphql.status]).toEqual([422, 422]);
    const { error } = (await onRest.json()) as { error: { message: string; details: { message: string }[] } };
    const { errors } = (await onGraphql.json()) as { errors: { message: string; extensions: object }[] };
    expect(error.details).toMatchObject([
      { path: 'masker-purpose', message: expect.stringContaining(named) as string },
    ]);
    expect(errors).toMatchObject([
      { message: error.message, extensions: { code: 'validation_failed', details: error.details } },
    ]);
    expect(JSON.stringify([error, errors])).not.toContain('Gonz');
    expect(await events()).toEqual(before);
  });

  test('in UTF-8 is on record as it was meant, of REST and of GraphQL', async () => {
    const id = await call(keeping, 'good morning');
    for (const read of [rest, graphql]) {
      expect((await read(id, 'revisión anual ✓')).status).toBe(200);
      expect((await events()).at(-1)?.subject).toMatchObject({ session_id: id, purpose: 'revisión anual ✓' });
    }
  });

  test('is refused as an argument, too', async () => {
    const id = await call(keeping, 'good morning');
    const document = 'query ($id: ID!, $why: String) { session(id: $id) { payloads(purpose: $why) { request } } }';
    const before = await events();
    await expect(calls.masker.graphql(document, { id, why: 'call back 415-555-0142' })).rejects.toThrow('(PHONE)');
    expect(await events()).toEqual(before);
  });
});

describe('payloads over GraphQL', () => {
  test('are refused for a page of sessions, and given for three', async () => {
    for (let n = 0; n < 3; n += 1) await call(keeping, 'good morning');
    const document = 'query ($n: Int!) { sessions(first: $n) { edges { node { payloads { masked } } } } }';
    await expect(calls.masker.graphql(document, { n: 4 })).rejects.toThrow('may cost more');
    expect(await calls.masker.graphql(document, { n: 3 })).toMatchObject({ sessions: { edges: [{}, {}, {}] } });
  });

  test('are named for one page of sessions, and refused for two in one operation', async () => {
    const page = 'sessions(first: 100) { edges { node { keptTurns } } }';
    await expect(calls.masker.graphql(`{ one: ${page} other: ${page} }`)).rejects.toThrow('may cost more');
    expect(await calls.masker.graphql(`{ ${page} }`)).toMatchObject({ sessions: {} });
  });
});

describe('payloads are erased', () => {
  test('after the days that the operator set, and not before', async () => {
    const [old, young] = [await call(keeping, 'good morning'), await call(keeping, 'good evening')];
    await calls.pool.query(`UPDATE payloads SET stored_at = now() - interval '8 days' WHERE session_id = $1`, [old]);
    expect(await calls.masker.erasePayloads()).toBe(1);
    expect([await kept(old), await kept(young)]).toEqual([0, 1]);
    expect((await payloadsOf(young)).request).toEqual(saying('good evening'));
  });

  test('once their session is sealed, where the operator set no days', async () => {
    const node = await calls.anotherNode({ MASKER_PAYLOAD_RETENTION_DAYS: '0' });
    const open = await call(keeping, 'good morning', { 'x-call-id': 'still-open' });
    const sealed = await sealedCall('good evening');
    await node.erasePayloads();
    expect([await kept(open), await kept(sealed)]).toEqual([1, 0]);
  });

  test('with the data key of their session', async () => {
    const id = await call(keeping, 'my number is 415-555-0142', { 'x-call-id': 'erased' });
    await calls.pool.query('DELETE FROM vault_keys WHERE session_id = $1', [id]);
    expect(await kept(id)).toBe(0);
  });
});
