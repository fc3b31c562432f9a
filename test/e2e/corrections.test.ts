/** Corrections of detection: recorded as leaves, reviewed, and exported as a set that the evaluation reads. See docs/api.md. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionsOf } from '../../src/accounts/viewer.ts';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { openDatabase } from '../../src/platform/database.ts';
import type { AccountId, SessionId, UserId } from '../../src/platform/ids.ts';
import { createCorrectionSet } from '../../src/sessions/correction-set.ts';
import { parseSet } from '../eval/annotated-set.ts';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const KEEPING = 'name: keeping\naudit: { log_payloads: true }\n';
const PATH = '/messages/0/content';

interface Correction {
  readonly id: string;
  readonly verdict: string;
  readonly kind: string;
  readonly span: readonly [number, number];
  readonly outcome: string | null;
}

let calls: Calls;
let keeping: CreatedAgent;

beforeAll(async () => {
  calls = await startCalls({ MASKER_PAYLOAD_RETENTION_DAYS: '7' });
  keeping = await calls.masker.createAgent({ policy_yaml: KEEPING });
});
afterAll(async () => {
  await calls.close();
});

async function say(agent: CreatedAgent, content: string): Promise<SessionId> {
  const response = await calls.masker.chat(agent, saying(content));
  await answerOf(response);
  return sessionOf(response);
}

/** The place of the first redaction of a kind. */
async function placeOf(id: SessionId, kind: string): Promise<number> {
  const sql = `SELECT seq FROM entries WHERE session_id = $1 AND kind = 'redaction' AND body LIKE $2 ORDER BY seq`;
  const { rows } = await calls.pool.query<{ seq: number }>(sql, [id, `%"entity_kind":"${kind}"%`]);
  return rows[0]?.seq ?? -1;
}

async function post(path: string, body?: object): Promise<{ status: number; body: { correction: Correction } }> {
  const response = await calls.masker.api('POST', path, body);
  return { status: response.status, body: (await response.json()) as { correction: Correction } };
}

async function notPhi(id: SessionId, kind: string): Promise<Correction> {
  return (await post(`/sessions/${id}/redactions/${await placeOf(id, kind)}/not-phi`)).body.correction;
}

async function missed(id: SessionId, start: number, end: number, kind: string): Promise<Correction> {
  return (await post(`/sessions/${id}/missed`, { turn: 1, path: PATH, start, end, kind })).body.correction;
}

async function list(query: string): Promise<string[]> {
  const response = await calls.masker.api('GET', `/corrections${query}`);
  if (response.status !== 200) throw new Error(await response.text());
  return ((await response.json()) as { data: Correction[] }).data.map(({ id }) => id);
}

async function acts(kind: string): Promise<Record<string, unknown>[]> {
  const sql = 'SELECT body FROM account_events WHERE kind = $1 ORDER BY id';
  const { rows } = await calls.pool.query<{ body: string }>(sql, [kind]);
  return rows.map(({ body }) => (JSON.parse(body) as { subject: Record<string, unknown> }).subject);
}

describe('recording a correction', () => {
  test('of a redaction leaves one leaf with its place and kind, and is the same when it is repeated', async () => {
    const id = await say(keeping, 'my phone number is 415-555-0142');
    const first = await notPhi(id, 'PHONE');
    expect(first).toMatchObject({ verdict: 'not_phi', kind: 'PHONE', span: [19, 31], outcome: null });
    expect(await notPhi(id, 'PHONE')).toEqual(first);
    const leaves = (await acts('correction_recorded')).filter((subject) => subject['session_id'] === id);
    expect(leaves).toEqual([
      {
        correction_id: first.id,
        session_id: id,
        turn: 1,
        path: PATH,
        span: [19, 31],
        entity_kind: 'PHONE',
        verdict: 'not_phi',
      },
    ]);
  });

  test('of a redaction below a key of the request leaves no path in the account log', async () => {
    const response = await calls.masker.chat(keeping, { ...saying('hello'), metadata: { ward: '415-555-0142' } });
    await answerOf(response);
    const id = sessionOf(response);
    expect(await notPhi(id, 'PHONE')).toMatchObject({ path: '/metadata/ward' });
    const leaves = (await acts('correction_recorded')).filter((subject) => subject['session_id'] === id);
    expect(leaves).toMatchObject([{ path: null, entity_kind: 'PHONE' }]);
  });

  test('of a missed identifier names every faulty field, and takes no word of a caller as a path', async () => {
    const id = await say(keeping, 'good morning');
    const faulty = { turn: 0, path: '/messages/0/Maria Gonzalez', start: 5, end: 5, kind: 'NICKNAME' };
    const { status, body } = await post(`/sessions/${id}/missed`, faulty);
    const { error } = body as unknown as { error: { details: { path: string }[] } };
    expect([status, error.details.map(({ path }) => path)]).toEqual([422, ['path', 'turn', 'end', 'kind']]);
    expect((await acts('correction_recorded')).filter((subject) => subject['session_id'] === id)).toEqual([]);
  });

  test('is refused for a turn or a redaction that is not there', async () => {
    const id = await say(keeping, 'good morning');
    const late = { turn: 9, path: PATH, start: 0, end: 4, kind: 'NAME' };
    expect((await post(`/sessions/${id}/missed`, late)).status).toBe(404);
    for (const seq of ['0', '99', 'x'])
      expect([seq, (await post(`/sessions/${id}/redactions/${seq}/not-phi`)).status]).toEqual([seq, 404]);
  });
});

describe('the review queue', () => {
  test('lists by state and verdict, and closes a correction once', async () => {
    const id = await say(keeping, 'my phone number is 415-555-0142');
    const wrong = await notPhi(id, 'PHONE');
    const lacking = await missed(id, 0, 2, 'NAME');
    expect(await list('?state=open')).toEqual(expect.arrayContaining([wrong.id, lacking.id]));
    expect(await list('?verdict=missed')).not.toContain(wrong.id);
    const closed = await post(`/corrections/${wrong.id}/close`, { outcome: 'rejected' });
    expect([closed.status, closed.body.correction.outcome]).toEqual([200, 'rejected']);
    expect((await post(`/corrections/${wrong.id}/close`, { outcome: 'accepted' })).status).toBe(404);
    expect(await list('?state=open')).not.toContain(wrong.id);
    expect(await list('?state=closed&verdict=not_phi')).toContain(wrong.id);
    expect((await acts('correction_closed')).at(-1)).toMatchObject({ correction_id: wrong.id, outcome: 'rejected' });
  });
});

describe('the export', () => {
  const exported = (token: string) =>
    fetch(`${calls.masker.url}/api/v1/exports/corrections`, {
      headers: { authorization: `Bearer ${token}`, 'masker-purpose': 'quality review' },
    });
  const accept = (correction: Correction) => post(`/corrections/${correction.id}/close`, { outcome: 'accepted' });

  test('gives the kept texts of accepted corrections with what is right, as the evaluation reads them', async () => {
    const text = 'my phone number is 415-555-0142 and my email is zed@example.com';
    const id = await say(keeping, text);
    await accept(await notPhi(id, 'PHONE'));
    const lacking = await missed(id, 0, 2, 'NAME');
    await accept(lacking);
    const open = await say(keeping, 'my phone number is 415-555-0199');
    await notPhi(open, 'PHONE');
    const silent = await say(await calls.masker.createAgent(), 'my phone number is 415-555-0177');
    await accept(await notPhi(silent, 'PHONE'));
    const own = { sessions: [id, open, silent], texts: [text, '415-555-0199', '415-555-0177'] };
    const before = (await acts('payload_read')).length;
    const response = await exported(BOOTSTRAP_TOKEN);
    const { rows, problems } = parseSet('corrections.jsonl', await response.text());
    expect(problems).toEqual([]);
    const ownRows = rows.filter((row) => own.texts.some((each) => row.text.includes(each)));
    expect(ownRows.map((row) => [row.text, row.spans.map(({ start, end, label }) => [start, end, label])])).toEqual([
      [
        text,
        [
          [0, 2, 'NAME'],
          [48, 63, 'EMAIL'],
        ],
      ],
    ]);
    expect((await acts('data_exported')).at(-1)).toMatchObject({ data: 'corrections', purpose: 'quality review' });
    const reads = (await acts('payload_read'))
      .slice(before)
      .filter((read) => own.sessions.some((each) => each === read['session_id']));
    expect(reads).toEqual([expect.objectContaining({ session_id: id, purpose: 'quality review', result: 'shown' })]);
  });

  test('has what an earlier turn found in a text that later turns repeat', async () => {
    const call = { 'x-call-id': 'repeated' };
    const text = 'my phone number is 415-555-0155';
    const first = await calls.masker.chat(keeping, saying(text), call);
    await answerOf(first);
    const id = sessionOf(first);
    const answer = { role: 'assistant', content: 'thank you' };
    await answerOf(await calls.masker.chat(keeping, saying(text, answer, 'good bye'), call));
    const said = { turn: 2, path: PATH, start: 0, end: 2, kind: 'NAME' };
    await accept((await post(`/sessions/${id}/missed`, said)).body.correction);
    const { rows } = parseSet('corrections.jsonl', await (await exported(BOOTSTRAP_TOKEN)).text());
    const labels = rows.find((row) => row.text === text)?.spans.map(({ start, end, label }) => [start, end, label]);
    expect(labels).toEqual([
      [0, 2, 'NAME'],
      [19, 31, 'PHONE'],
    ]);
  });

  test('has JSON of tools with its values at their places, and texts in which nothing was found', async () => {
    const call = { 'x-call-id': 'tools' };
    const named = (...names: string[]) => JSON.stringify({ patients: names.map((name) => ({ name })) });
    const asked = '{"name":"Theodore Whitfield"}';
    const result = named('Theodore Whitfield', 'Prudence Hallowell', 'Winifred Abernathy');
    const tool = {
      id: 'call_Zb4kQ8sT2xWn5vYp',
      type: 'function',
      function: { name: 'find_patient', arguments: asked },
    };
    const messages = [
      { role: 'user', content: 'good morning' },
      { role: 'assistant', content: null, tool_calls: [tool] },
      { role: 'tool', tool_call_id: tool.id, content: result },
    ];
    const response = await calls.masker.chat(keeping, { ...saying('x'), messages }, call);
    await answerOf(response);
    const id = sessionOf(response);
    const path = '/messages/2/content';
    // The first name is in the arguments, so the journal has it once. The other two have equal bounds.
    const sql = `SELECT seq FROM entries WHERE session_id = $1 AND body LIKE $2 ORDER BY seq`;
    const { rows } = await calls.pool.query<{ seq: number }>(sql, [id, `%"path":"${path}"%`]);
    expect(rows).toHaveLength(2);
    const wrong = await post(`/sessions/${id}/redactions/${rows[0]?.seq}/not-phi`);
    await accept(wrong.body.correction);
    const other = await post(`/sessions/${id}/redactions/${rows[1]?.seq}/not-phi`);
    expect(other.body.correction.id).not.toBe(wrong.body.correction.id);
    const at = result.indexOf('patients');
    const missedSpans = [
      { turn: 1, path, start: at, end: at + 8, kind: 'ORG' },
      { turn: 1, path: '/messages/0/content', start: 5, end: 12, kind: 'DATE' },
    ];
    for (const span of missedSpans) await accept((await post(`/sessions/${id}/missed`, span)).body.correction);
    const { rows: lines, problems } = parseSet('corrections.jsonl', await (await exported(BOOTSTRAP_TOKEN)).text());
    expect(problems).toEqual([]);
    const said = (text: string) => lines.find((row) => row.text === text)?.spans ?? [];
    expect(said(result).map(({ start, end, label }) => [result.slice(start, end), label])).toEqual([
      ['patients', 'ORG'],
      ['Theodore Whitfield', 'NAME'],
      ['Winifred Abernathy', 'NAME'],
    ]);
    expect(said('good morning').map(({ start, end, label }) => [start, end, label])).toEqual([[5, 12, 'DATE']]);
    const leaves = (await acts('correction_recorded')).filter((subject) => subject['session_id'] === id);
    expect(leaves.map(({ path: named }) => named)).toEqual([path, path, path, '/messages/0/content']);
    expect(JSON.stringify(leaves)).not.toMatch(/Whitfield|Hallowell|Abernathy/);
  });

  test('leaves out no text when corrections are erased while it runs', async () => {
    const id = await say(keeping, 'good morning');
    // More than are read at once.
    const made = `INSERT INTO corrections
        (id, account_id, session_id, turn, path, span_start, span_end, kind, verdict, created_by, created_at, outcome)
      SELECT 'cor_' || lpad(turn::text, 26, '0'), s.account_id, s.id, turn, $2, 0, 4, 'NAME', 'missed', u.id, now(), 'accepted'
      FROM sessions s JOIN users u ON u.account_id = s.account_id, generate_series(1, 120) turn
      WHERE s.id = $1 AND u.role = 'admin' RETURNING created_by, account_id`;
    const { rows } = await calls.pool.query<{ created_by: UserId; account_id: AccountId }>(made, [id, PATH]);
    const { created_by: userId, account_id: accountId } = rows[0] ?? expect.fail('there is no admin');
    const viewer: Viewer = { accountId, userId, role: 'admin', permissions: permissionsOf('admin'), via: 'bearer' };
    const db = openDatabase({ url: calls.db.url });
    const read = (_viewer: Viewer, session: SessionId) =>
      Promise.resolve({
        turn: null,
        request: session === id ? { messages: [{ content: 'Mary' }] } : null,
        masked: null,
        answer: null,
        response: null,
      });
    const parts = { prisma: db.prisma, payloads: { read }, clock: { now: () => Date.now() } };
    const lines = await createCorrectionSet(parts)(viewer, 'quality review');
    const found = [(await lines.next()).value];
    await calls.pool.query('DELETE FROM corrections WHERE session_id = $1 AND turn <= 20', [id]);
    for await (const line of lines) found.push(line);
    const turns = found.flatMap((line) => /cor_0{20}(\d{6})/.exec(line ?? '')?.[1] ?? []).map(Number);
    await db.close();
    // The first hundred were read before; those of them that are gone are left out.
    expect(turns).toEqual([1, ...Array.from({ length: 100 }, (_, at) => at + 21)]);
  });

  test('is refused without the permission payloads:read', async () => {
    const made = await calls.masker.api('POST', '/tokens', { name: 'reader', permissions: ['sessions:read'] });
    const { secret } = (await made.json()) as { secret: string };
    expect((await exported(secret)).status).toBe(403);
  });
});
