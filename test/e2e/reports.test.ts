/** Reports of a session, an agent and the account over REST and GraphQL: what is in them, who gets them, what is on record. */
import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { leafHash, merkleRoot } from '../../src/audit/merkle.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AgentId, SessionId } from '../../src/platform/ids.ts';
import { PdfPool } from '../../src/reports/pdf/pdf-pool.ts';
import { prepare, runOperation } from '../../src/rest/execute.ts';
import { readSigningIdentity } from '../../src/reports/pdf/signing-identity.ts';
import { verifyBundle } from '../../verifier/src/verify.ts';
import { withRewrittenPdf } from '../../verifier/src/with-rewritten-pdf.ts';
import { certificate, ellipticKeys, pem } from '../../verifier/test/authority.ts';
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
  api = await startTestApi({ bundleLimit: { sessions: 4, entries: 50_000 } });
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
    const { status, bytes } = await download(`/reports?since=2020-01-01&until=${until}&format=pdf`);
    expect(status).toBe(200);
    expectPagesToHold(bytes);
  });

  test.each(['json', 'pdf', 'bundle'])('as %s of a window before 1970 is empty', async (format) => {
    for (const path of ['/reports', `/agents/${desk}/report`]) {
      const { status, bytes } = await download(`${path}?since=1960-01-01&until=1965-01-01&format=${format}`);
      expect(status).toBe(200);
      if (format === 'json')
        expect(JSON.parse(bytes.toString())).toMatchObject({
          report: { sessions: [], window: { since: '1960-01-01T00:00:00.000Z' } },
        });
      else expect(verifyBundle(bytes)).toMatchObject({ outcome: 'consistent' });
    }
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
  const context = { prisma, services, publicUrl, ...by(viewer), purpose: null, stream: null, setCookie: null };
  return runOperation(context, prepare(document), { ...variables });
}

/** Expects the verifier to find what the attached file holds on the pages of the PDF, and to call it consistent. */
function expectPagesToHold(bytes: Uint8Array): void {
  const verification = verifyBundle(bytes);
  if (verification.outcome === 'unreadable') throw new Error(verification.problem.message);
  const failed = verification.checks.filter(({ verdict }) => verdict === 'does not hold');
  expect(failed).toEqual([]);
  expect(verification.outcome).toBe('consistent');
  expect(verification.checks.find(({ id }) => id === 'pdf_text')).toMatchObject({ verdict: 'holds' });
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
    const verification = verifyBundle(attached ?? Buffer.alloc(0));
    expect(verification).toMatchObject({ outcome: 'consistent' });
    expectPagesToHold(bytes);
  });

  test('exists for an agent and for the account, too', async () => {
    for (const path of [`/agents/${desk}/report`, '/reports']) {
      const { bytes } = await download(`${path}?format=pdf`);
      const pdf = await readPdf(bytes);
      const report = await reportOf(path);
      expect(pdf.runs).toContain(report.merkle_root_hex);
      for (const { id } of report.sessions) expect(pdf.runs.join(' ')).toContain(id);
      expectPagesToHold(bytes);
    }
  });

  test('takes the permission to read reports', async () => {
    const none: Viewer = { ...viewer, permissions: new Set(['sessions:read']) };
    for (const format of ['json', 'pdf', 'bundle'])
      for (const path of [`/sessions/${calls[1]}/report`, `/agents/${desk}/report`, '/reports'])
        expectFailure(await get(`${path}?format=${format}`, {}, none), 403, 'forbidden');
  });
});

interface Recorded {
  readonly user_id: string;
  readonly kind: string;
  readonly subject: Readonly<Record<string, unknown>>;
}

/** The events of the account, the newest first. */
async function eventsOf({ accountId }: Viewer): Promise<Recorded[]> {
  const events = await api.database.prisma.accountEvent.findMany({ where: { accountId }, orderBy: { id: 'desc' } });
  return events.map(({ body }) => JSON.parse(body) as Recorded);
}

describe('each report that is issued', () => {
  const lastEvent = async (): Promise<Recorded | undefined> => (await eventsOf(viewer))[0];

  test.each([
    ['json', 'session'],
    ['pdf', 'session'],
    ['bundle', 'session'],
    ['json', 'agent'],
    ['pdf', 'account'],
  ])('as %s of scope %s is on record with its reader, purpose, window, form and result', async (format, scope) => {
    const id = calls[1] ?? '';
    const window = 'since=2026-01-01&until=2027-01-01';
    const path = {
      session: `/sessions/${id}/report?`,
      agent: `/agents/${desk}/report?${window}&`,
      account: `/reports?${window}&`,
    }[scope];
    const purpose = `audit of ${format} ${scope}`;
    const response = await api.rest.request(
      `/api/v1${path}format=${format}`,
      { headers: { 'masker-purpose': purpose } },
      by(viewer),
    );
    expect(response.status).toBe(200);
    const { subject, ...event } = (await lastEvent()) ?? {};
    expect(event).toMatchObject({ user_id: viewer.userId, kind: 'report_issued' });
    expect(subject).toEqual({
      report_id: expect.stringMatching(/^rep_/) as string,
      scope,
      ...{
        session: { session_id: id },
        agent: { agent_id: desk, since: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' },
        account: { since: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' },
      }[scope],
      merkle_root_hex: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      format,
      purpose,
      result: 'issued',
    });
  });

  test('names no purpose where none was given, and takes none that is no line of text', async () => {
    await reportOf(`/sessions/${calls[1]}/report`);
    expect(await lastEvent()).toMatchObject({ subject: { purpose: null } });
    const long = { 'masker-purpose': 'x'.repeat(201) };
    expectFailure(await get('/reports', long), 422, 'validation_failed', ['masker-purpose']);
  });
});

describe('more sessions than one bundle takes', () => {
  test('make no bundle and leave no record, and a PDF has the report alone attached', async () => {
    const owner = await signUp(api.database);
    const agent = await seedAgent(api.database, owner.accountId, 'busy');
    for (let made = 0; made < 5; made += 1) await seedCall(api.database, owner.accountId, agent);
    for (const path of ['/reports', `/agents/${agent}/report`])
      expectFailure(await get(`${path}?format=bundle`, {}, owner), 422, 'validation_failed', ['since']);
    expect(await eventsOf(owner)).toEqual([]);
    const response = await api.rest.request('/api/v1/reports?format=pdf', {}, by(owner));
    const { attachments } = await readPdf(Buffer.from(await response.arrayBuffer()));
    const [name] = attachments.keys();
    expect(name).toMatch(/^rep_.*\.report\.json$/);
    expect(await eventsOf(owner)).toMatchObject([{ subject: { format: 'pdf', result: 'issued' } }]);
  });
});

describe('a sealed session whose seal the log of the account does not have', () => {
  test('makes no report of it and no bundle until it has, and leaves no record', async () => {
    const owner = await signUp(api.database);
    const agent = await seedAgent(api.database, owner.accountId, 'desk');
    const id = await seedCall(api.database, owner.accountId, agent);
    await api.graphqlOptions.services.sessions.end(owner, id);
    const queued = await takeFromQueue(id);
    for (const path of [
      ...['json', 'pdf', 'bundle'].map((format) => `/sessions/${id}/report?format=${format}`),
      ...['pdf', 'bundle'].map((format) => `/agents/${agent}/report?format=${format}`),
      '/reports?format=bundle',
    ]) {
      const answer = await get(path, {}, owner);
      expectFailure(answer, 503, 'audit_unavailable');
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(await eventsOf(owner)).toEqual([]);
    // No leaf is looked up for a report that shows none.
    expect((await get('/reports', {}, owner)).status).toBe(200);
    await api.database.pool.query('INSERT INTO log_queue (account_id, source, ref) VALUES ($1, $2, $3)', queued);
    const { status, body } = await get(`/sessions/${id}/report?format=bundle`, {}, owner);
    expect(status).toBe(200);
    expect(body).toMatchObject({ report: { account_log: {} }, account_log: [{}] });
  });

  /** Takes the seal out of the queue, as if it had not been put in. */
  async function takeFromQueue(id: SessionId): Promise<unknown[]> {
    const client = await api.database.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('ALTER TABLE log_queue DISABLE TRIGGER USER');
      const { rows } = await client.query<{ account_id: string; source: string; ref: string }>(
        'DELETE FROM log_queue WHERE ref = $1 RETURNING account_id, source, ref',
        [id],
      );
      await client.query('ALTER TABLE log_queue ENABLE TRIGGER USER');
      await client.query('COMMIT');
      return rows.flatMap((row) => [row.account_id, row.source, row.ref]);
    } finally {
      client.release();
    }
  }
});

describe('a PDF that is signed', () => {
  test('has the bundle attached, and is consistent to masker-verify', async () => {
    const keys = ellipticKeys();
    const own = certificate({ name: 'Clinic Records', keys, purposes: null, from: '2020-01-01', until: '2090-01-01' });
    const key = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const read = readSigningIdentity(key, pem(own), new Date());
    if (!read.ok) throw new Error(read.message);
    const signing = await startTestApi({ pdfs: new PdfPool({ identity: read.identity }) });
    try {
      const owner = await signUp(signing.database);
      const agent = await seedAgent(signing.database, owner.accountId, 'desk');
      const id = await seedCall(signing.database, owner.accountId, agent, { redactions: 2 });
      const response = await signing.rest.request(`/api/v1/sessions/${id}/report?format=pdf`, {}, by(owner));
      const bytes = Buffer.from(await response.arrayBuffer());
      const pdf = await readPdf(bytes);
      expect(pdf.pages[0]).toContain('PDF signed by CN=Clinic Records');
      const attached = pdf.attachments.get(`${id}.bundle.json`) ?? Buffer.alloc(0);
      const verification = withRewrittenPdf(bytes, verifyBundle(bytes));
      expect(verification).toMatchObject({ outcome: 'consistent' });
      expect(verifyBundle(attached)).toMatchObject({ outcome: 'consistent' });
      if (verification.outcome === 'unreadable') throw new Error(verification.problem.message);
      expect(verification.checks.find(({ id: check }) => check === 'pdf_text')).toMatchObject({ verdict: 'holds' });
    } finally {
      await signing.close();
    }
  });
});

describe('a PDF while too many are being drawn', () => {
  test('is 429 with the seconds to wait, and not on record', async () => {
    const full = await startTestApi({ pdfs: new PdfPool({ mostWaiting: 0 }) });
    try {
      const owner = await signUp(full.database);
      const answer = await send(full.rest, owner, 'GET', '/reports?format=pdf');
      expectFailure(answer, 429, 'rate_limited');
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(await full.database.prisma.accountEvent.count({ where: { accountId: owner.accountId } })).toBe(0);
    } finally {
      await full.close();
    }
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
