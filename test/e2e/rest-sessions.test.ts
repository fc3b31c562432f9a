/** REST: sessions, their reports, and who is signed in: statuses, exact bodies, all faults of a request at once. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { newId } from '../../src/platform/ids.ts';
import { SESSION } from '../../src/rest/objects.ts';
import { as, matching, seedAgent, seedCall, seedMoreRedactions, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send } from '../rest.ts';
import type { Answer } from '../rest.ts';

let api: TestApi;
let viewer: Viewer;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  viewer = await signUp(api.database);
});
afterAll(async () => {
  await api.close();
});

const get = (path: string, who: Viewer | null = viewer): Promise<Answer> => send(api.rest, who, 'GET', path);

const UNKNOWN_AGENT = newId('agent');
const UNKNOWN_SESSION = newId('session');

describe('sessions', () => {
  test('GET /sessions gives exactly the documented items', async () => {
    const agent = await seedAgent(api.database, viewer.accountId, 'desk');
    const at = Date.now() - 1000;
    const id = await seedCall(api.database, viewer.accountId, agent, { at, redactions: 2 });
    expect((await get('/sessions')).body).toEqual({
      data: [
        {
          id,
          agent_id: agent,
          agent_name: 'desk',
          started_at: new Date(at).toISOString(),
          ended_at: new Date(at + 794).toISOString(),
          duration_ms: 794,
          status: 'ok',
          redaction_count: 2,
          redactions_by_kind: { NAME: 2 },
          upstream_model: 'gpt-4o-mini',
        },
      ],
      next_cursor: null,
    });
    expect((await get(`/agents/${agent}/sessions`)).body).toEqual((await get('/sessions')).body);
  });

  test('the last 24 hours by default; since, status, min_redactions and agent_id narrow', async () => {
    const HOUR = 3_600_000;
    const [a, b] = [
      await seedAgent(api.database, viewer.accountId, 'a'),
      await seedAgent(api.database, viewer.accountId, 'b'),
    ];
    const old = await seedCall(api.database, viewer.accountId, a, { at: Date.now() - 48 * HOUR });
    const failed = await seedCall(api.database, viewer.accountId, a, { status: 'error', redactions: 0 });
    const fine = await seedCall(api.database, viewer.accountId, b, { redactions: 7 });
    const ids = async (query: string): Promise<string[]> =>
      z
        .object({ data: z.array(z.object({ id: z.string() })) })
        .parse((await get(`/sessions${query}`)).body)
        .data.map(({ id }) => id);
    expect(await ids('')).toEqual([fine, failed]);
    expect(await ids('?since=7d')).toEqual([fine, failed, old]);
    expect(await ids('?since=1h&status=error')).toEqual([failed]);
    expect(await ids('?min_redactions=1')).toEqual([fine]);
    expect(await ids(`?agent_id=${a}&since=30d`)).toEqual([failed, old]);
    expect(await ids(`?agent_id=${UNKNOWN_AGENT}`)).toEqual([]);
    expect(await ids(`?since=${encodeURIComponent(new Date(Date.now() - 49 * HOUR).toISOString())}`)).toEqual([
      fine,
      failed,
      old,
    ]);
  });

  test.each(['/sessions', '/agents/ID/sessions'])('%s names every faulty parameter at once', async (path) => {
    const agent = await seedAgent(api.database, viewer.accountId, 'desk');
    const query = '?limit=0&cursor=*&since=yesterday&status=fine&min_redactions=-1&order=asc';
    const faults = ['cursor', 'limit', 'min_redactions', 'order', 'since', 'status'];
    expectFailure(await get(`${path.replace('ID', agent)}${query}`), 422, 'validation_failed', faults);
    expectFailure(await get('/sessions?agent_id=7'), 422, 'validation_failed', ['agent_id']);
  });

  test('GET /sessions/{id} gives the documented object with all events, in order', async () => {
    const agent = await seedAgent(api.database, viewer.accountId, 'desk');
    const id = await seedCall(api.database, viewer.accountId, agent, { turns: 2, redactions: 130 });
    await seedMoreRedactions(api.database, id, agent, 120);
    const { status, body } = await get(`/sessions/${id}`);
    expect(status).toBe(200);
    const { session } = z.strictObject({ session: SESSION }).parse(body);
    expect(session.events).toHaveLength(250);
    expect(new Set(session.events.map(({ event_id: event }) => event)).size).toBe(250);
    expect(session.events.map(({ span: [start] }) => start)).toEqual(
      session.events.map(({ span: [start] }) => start).toSorted((x, y) => x - y),
    );
    expect(session.events[0]).toEqual({
      event_id: matching(/^evt_/),
      pass: 'regex',
      entity_kind: 'NAME',
      span: [1, 15],
      path: '/messages/0/content',
      confidence: 0.94,
      action: 'tokenize',
      token_kind: 'MSKV1',
      kid: 'K_HEALTHCARE',
      speaker: 'user',
      turn: 1,
      ts: session.started_at,
    });
    expect(session.turns.map(({ number }) => number)).toEqual([1, 2]);
    expect(session.turns[0]).toMatchObject({
      model: 'gpt-4o-mini',
      streamed: true,
      added_ms: 66.5,
      stage_durations_ms: { detection: 56, tokenize: 4, upstream: 728, rehydrate: 6 },
    });
    expect(session).toMatchObject({
      agent_id: agent,
      agent_name: 'desk',
      duration_ms: 794,
      status: 'ok',
      policy_name: 'healthcare-default',
      policy_version: 1,
      stage_durations_ms: { detection: 56, tokenize: 4, upstream: 728, rehydrate: 6 },
      redactions_by_kind: { NAME: 130 },
      merkle_root_hex: null,
      sealed_at: null,
      continues: null,
      payloads: { request: null, masked: null, answer: null, response: null },
    });
  });

  test('a session without turns or events has empty lists', async () => {
    const agent = await seedAgent(api.database, viewer.accountId, 'desk');
    const id = await seedCall(api.database, viewer.accountId, agent, { turns: 0, redactions: 0 });
    expect((await get(`/sessions/${id}`)).body).toMatchObject({
      session: { turns: [], events: [], redactions_by_kind: {} },
    });
  });

  test.each(['', '/report', '/report?format=bundle'])('an unknown session%s: 404', async (rest) => {
    expectFailure(await get(`/sessions/${UNKNOWN_SESSION}${rest}`), 404, 'session_not_found');
    expectFailure(await get(`/sessions/nonsense${rest}`), 404, 'session_not_found');
  });
});

describe('GET /sessions/{id}/report', () => {
  test('json by default, the bundle on request, in agreement', async () => {
    const agent = await seedAgent(api.database, viewer.accountId, 'desk');
    const id = await seedCall(api.database, viewer.accountId, agent, { redactions: 2 });
    const { status, body } = await get(`/sessions/${id}/report`);
    expect(status).toBe(200);
    const { report } = z.strictObject({ report: z.record(z.string(), z.unknown()) }).parse(body);
    expect(report).toMatchObject({
      id: matching(/^rep_/),
      scope: 'session',
      session_id: id,
      merkle_root_hex: matching(/^[0-9a-f]{64}$/),
      redactions_by_kind: { NAME: 2 },
      policy_snapshot: matching(/healthcare-default/),
      signature: { alg: 'Ed25519' },
    });
    expect(Object.keys(z.record(z.string(), z.string()).parse(report['safe_harbor_coverage']))).toHaveLength(18);

    const bundle = await get(`/sessions/${id}/report?format=bundle`);
    expect(bundle.headers.get('content-disposition')).toBe(`attachment; filename="${id}.bundle.json"`);
    expect(bundle.body).toMatchObject({
      format: 'masker-bundle/v1',
      report: { merkle_root_hex: report['merkle_root_hex'] },
    });
    expect((await get(`/sessions/${id}/report?format=json`)).status).toBe(200);
  });

  test('a format that is not there: 422', async () => {
    for (const format of ['PDF', 'xml', '']) {
      expectFailure(await get(`/sessions/${UNKNOWN_SESSION}/report?format=${format}`), 422, 'validation_failed', [
        'format',
      ]);
    }
  });

  test('a journal that does not verify makes no report', async () => {
    const agent = await seedAgent(api.database, viewer.accountId, 'desk');
    const id = await seedCall(api.database, viewer.accountId, agent);
    const [entry] = await api.database.prisma.entry.findMany({ where: { sessionId: id } });
    if (entry === undefined) throw new Error('a seeded call has entries');
    await api.database.prisma.entry.create({ data: { ...entry, seq: 99 } });
    expectFailure(await get(`/sessions/${id}/report`), 500, 'report_generation_failed');
  });
});

describe('GET /me', () => {
  test('user, account and permissions', async () => {
    const { status, body } = await get('/me', as(viewer, 'auditor'));
    expect(status).toBe(200);
    expect(body).toEqual({
      user: {
        id: viewer.userId,
        github_login: 'mary',
        github_id: expect.any(Number) as unknown,
        name: null,
        email: null,
        avatar_url: null,
        created_at: matching(/Z$/),
        last_seen_at: matching(/Z$/),
      },
      account: { id: viewer.accountId, name: 'St. Mary Clinic', plan: 'beta', created_at: matching(/Z$/) },
      permissions: ['sessions:read', 'reports:read', 'audit:read'],
    });
  });
});
