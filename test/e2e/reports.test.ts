/** Reports of a session, an agent and the account over REST and GraphQL: what is in them, who gets them, what is on record. */
import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { leafHash, merkleRoot } from '../../src/audit/merkle.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AgentId, SessionId } from '../../src/platform/ids.ts';
import { prepare, runOperation } from '../../src/rest/execute.ts';
import { verifyBundle } from '../../verifier/src/verify.ts';
import { by, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { readPdf } from '../pdf-text.ts';
import { expectFailure, send } from '../rest.ts';
import type { Answer } from '../rest.ts';

interface ReportBody {
  readonly report: {
    readonly id: string;
    readonly scope: string;
    readonly agent_id?: string;
    readonly merkle_root_hex: string;
    readonly redactions_by_kind: Readonly<Record<string, number>>;
    readonly sessions: readonly { readonly id: string; readonly merkle_root_hex: string }[];
    readonly agents: readonly { readonly id: string }[];
    readonly audit: { readonly event_count: number };
  };
}

const HOUR = 3_600_000;
let api: TestApi;
let viewer: Viewer;
let stranger: Viewer;
let desk: AgentId;
let line: AgentId;
let calls: SessionId[];

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  stranger = await signUp(api.database);
  [desk, line] = [
    await seedAgent(api.database, viewer.accountId, 'desk'),
    await seedAgent(api.database, viewer.accountId, 'line'),
  ];
  const now = Date.now();
  calls = [
    await seedCall(api.database, viewer.accountId, desk, { at: now - 40 * 24 * HOUR, redactions: 1 }),
    await seedCall(api.database, viewer.accountId, desk, { at: now - 2 * HOUR, redactions: 2 }),
    await seedCall(api.database, viewer.accountId, line, { at: now - HOUR, redactions: 3 }),
    await seedCall(api.database, viewer.accountId, desk, { at: now - HOUR / 2, redactions: 4 }),
  ];
  const foreign = await seedAgent(api.database, stranger.accountId, 'foreign');
  await seedCall(api.database, stranger.accountId, foreign, { at: now - HOUR, redactions: 7 });
});
afterAll(async () => {
  await api.close();
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}, who: Viewer = viewer): Promise<Answer> =>
  send(api.rest, who, 'GET', path, undefined, headers);

async function reportOf(path: string): Promise<ReportBody['report']> {
  const { status, body } = await get(path);
  expect(status).toBe(200);
  return (body as ReportBody).report;
}

async function download(
  path: string,
): Promise<{ readonly status: number; readonly headers: Headers; readonly bytes: Buffer }> {
  const response = await api.rest.request(`/api/v1${path}`, {}, by(viewer));
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('the report of many sessions', () => {
  test('of an agent has the sessions of its window, and no others', async () => {
    const report = await reportOf(`/agents/${desk}/report`);
    expect(report).toMatchObject({ scope: 'agent', agent_id: desk, redactions_by_kind: { NAME: 6 } });
    expect(report.sessions.map(({ id }) => id)).toEqual([calls[1], calls[3]]);
    const roots = report.sessions.map(({ merkle_root_hex: root }) => leafHash(Buffer.from(root, 'hex')));
    expect(report.merkle_root_hex).toBe(merkleRoot(roots).toString('hex'));
    expect(report).not.toHaveProperty('session_id');
  });

  test('of the account has those of all its agents, and nothing of another account', async () => {
    const report = await reportOf('/reports');
    expect(report).toMatchObject({ scope: 'account', redactions_by_kind: { NAME: 9 } });
    expect(report.sessions.map(({ id }) => id)).toEqual(calls.slice(1));
    expect(report.agents.map(({ id }) => id).sort()).toEqual([desk, line].sort());
  });

  test('has the sums of the reports of its sessions', async () => {
    const all = await reportOf('/reports');
    const each = await Promise.all(calls.slice(1).map((id) => reportOf(`/sessions/${id}/report`)));
    expect(all.audit.event_count).toBe(each.reduce((sum, { audit }) => sum + audit.event_count, 0));
    expect(all.sessions.map(({ merkle_root_hex: root }) => root)).toEqual(each.map((one) => one.merkle_root_hex));
  });

  test('is narrowed by since and until', async () => {
    const at = (hoursAgo: number): string => new Date(Date.now() - hoursAgo * HOUR).toISOString();
    const narrow = await reportOf(`/reports?since=${at(1.5)}&until=${at(0.75)}`);
    expect(narrow.sessions.map(({ id }) => id)).toEqual([calls[2]]);
    expect((await reportOf(`/agents/${desk}/report?since=${at(24 * 50)}`)).sessions).toHaveLength(3);
    expectFailure(await get(`/reports?since=${at(1)}&until=${at(2)}`), 422, 'validation_failed', ['since']);
    expectFailure(await get('/reports?since=yesterday'), 422, 'validation_failed', ['since']);
  });

  test('of no session is empty, and its PDF can be drawn', async () => {
    const until = new Date(Date.now() - 60 * 24 * HOUR).toISOString();
    const empty = await reportOf(`/reports?since=2020-01-01&until=${until}`);
    expect(empty).toMatchObject({ sessions: [], audit: { event_count: 0, first_hash: null, last_hash: null } });
    expect((await download(`/reports?since=2020-01-01&until=${until}&format=pdf`)).status).toBe(200);
  });

  test('conforms to the published schema in each scope', async () => {
    const schema = JSON.parse(await readFile('schema/masker-audit.v1.schema.json', 'utf8')) as object;
    const conforms = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);
    for (const path of [`/sessions/${calls[1]}/report`, `/agents/${desk}/report`, '/reports']) {
      const report = await reportOf(path);
      expect(conforms(report), JSON.stringify(conforms.errors)).toBe(true);
      expect(conforms({ ...report, scope: 'clinic' })).toBe(false);
    }
    const { agent_id: _agent, ...rest } = await reportOf(`/agents/${desk}/report`);
    expect(conforms(rest)).toBe(false);
  });

  test('comes with its journals as a bundle that verifies', async () => {
    const { status, body } = await get(`/agents/${desk}/report?format=bundle`);
    expect(status).toBe(200);
    const verification = verifyBundle(Buffer.from(JSON.stringify(body)));
    expect(verification).toMatchObject({ outcome: 'consistent' });
  });

  test('of an agent of another account, or of none, is 404', async () => {
    for (const id of [newId('agent'), 'nonsense'])
      for (const format of ['json', 'pdf', 'bundle'])
        expectFailure(await get(`/agents/${id}/report?format=${format}`), 404, 'agent_not_found');
    expectFailure(await get(`/agents/${desk}/report`, {}, stranger), 404, 'agent_not_found');
  });

  test('is the same over GraphQL', async () => {
    const document = `query ($id: ID!) { agentReport(agentId: $id) { scope agentId merkleRootHex redactionsByKind } }`;
    const response = await operate(document, { id: desk });
    expect(response).toMatchObject({
      agentReport: { scope: 'agent', agentId: desk, redactionsByKind: { NAME: 6 } },
    });
  });
});

async function operate(document: string, variables: object): Promise<unknown> {
  const { prisma, services, publicUrl } = api.graphqlOptions;
  const context = { prisma, services, publicUrl, ...by(viewer), purpose: null };
  return runOperation(context, prepare(document), { ...variables });
}

describe('the PDF of a report', () => {
  test('is a download with the numbers of the JSON and the bundle inside', async () => {
    const id = calls[3] ?? '';
    const report = await reportOf(`/sessions/${id}/report`);
    const { status, headers, bytes } = await download(`/sessions/${id}/report?format=pdf`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/pdf');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${id}.report.pdf"`);
    const pdf = await readPdf(bytes);
    expect(pdf.runs).toContain(report.merkle_root_hex);
    expect(pdf.pages.flat()).toContain('NAME 4');
    const attached = pdf.attachments.get(`${id}.bundle.json`);
    expect(verifyBundle(attached ?? Buffer.alloc(0))).toMatchObject({ outcome: 'consistent' });
  });

  test('exists for an agent and for the account, too', async () => {
    for (const path of [`/agents/${desk}/report`, '/reports']) {
      const pdf = await readPdf((await download(`${path}?format=pdf`)).bytes);
      const report = await reportOf(path);
      expect(pdf.runs).toContain(report.merkle_root_hex);
      for (const { id } of report.sessions) expect(pdf.runs.join(' ')).toContain(id);
    }
  });

  test('takes the permission to read reports', async () => {
    const none: Viewer = { ...viewer, permissions: new Set(['sessions:read']) };
    for (const format of ['json', 'pdf', 'bundle'])
      for (const path of [`/sessions/${calls[1]}/report`, `/agents/${desk}/report`, '/reports'])
        expectFailure(await get(`${path}?format=${format}`, {}, none), 403, 'forbidden');
  });
});

describe('each report that is issued', () => {
  interface Recorded {
    readonly user_id: string;
    readonly kind: string;
    readonly subject: Readonly<Record<string, unknown>>;
  }

  async function lastEvent(): Promise<Recorded> {
    const [event] = await api.database.prisma.accountEvent.findMany({
      where: { accountId: viewer.accountId },
      orderBy: { id: 'desc' },
      take: 1,
    });
    return JSON.parse(event?.body ?? '{}') as Recorded;
  }

  test.each([
    ['json', 'session'],
    ['pdf', 'session'],
    ['bundle', 'session'],
    ['json', 'agent'],
    ['pdf', 'account'],
  ])('as %s of scope %s is on record with its reader and purpose', async (format, scope) => {
    const id = calls[1] ?? '';
    const path = { session: `/sessions/${id}/report`, agent: `/agents/${desk}/report`, account: '/reports' }[scope];
    const purpose = `audit of ${format} ${scope}`;
    const response = await api.rest.request(
      `/api/v1${path}?format=${format}`,
      { headers: { 'masker-purpose': purpose } },
      by(viewer),
    );
    expect(response.status).toBe(200);
    expect(await lastEvent()).toMatchObject({
      user_id: viewer.userId,
      kind: 'report_issued',
      subject: { scope, purpose, ...(scope === 'session' ? { session_id: id } : {}) },
    });
  });

  test('names no purpose where none was given, and takes none that is no line of text', async () => {
    await reportOf(`/sessions/${calls[1]}/report`);
    expect(await lastEvent()).toMatchObject({ subject: { purpose: null } });
    const long = { 'masker-purpose': 'x'.repeat(201) };
    expectFailure(await get('/reports', long), 422, 'validation_failed', ['masker-purpose']);
  });
});

describe('a journal that does not verify', () => {
  test('makes no report of any scope or format, and is named', async () => {
    const owner = await signUp(api.database);
    const agent = await seedAgent(api.database, owner.accountId, 'broken');
    const id = await seedCall(api.database, owner.accountId, agent, { redactions: 1 });
    const [entry] = await api.database.prisma.entry.findMany({ where: { sessionId: id } });
    if (entry === undefined) throw new Error('a seeded call has entries');
    await api.database.prisma.entry.create({ data: { ...entry, seq: 99 } });
    for (const path of [`/sessions/${id}/report`, `/agents/${agent}/report`, '/reports'])
      for (const format of ['json', 'pdf', 'bundle']) {
        const answer = await get(`${path}?format=${format}`, {}, owner);
        expectFailure(answer, 500, 'report_generation_failed');
        expect(JSON.stringify(answer.body)).toMatch(new RegExp(`entry \\d+ of the session's journal.*${id}`));
      }
  });
});
