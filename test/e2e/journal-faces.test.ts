/** GET /sessions/{id}/report?format=ocsf|fhir|cef: the journal in the forms of other tools. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { newId } from '../../src/platform/ids.ts';
import { JOURNAL_FACES } from '../../src/reports/faces/faces.ts';
import { by, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send } from '../rest.ts';

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

async function seedSession(): Promise<string> {
  const agent = await seedAgent(api.database, viewer.accountId, 'desk');
  return seedCall(api.database, viewer.accountId, agent, { redactions: 2 });
}

async function get(id: string, format: string): Promise<{ response: Response; text: string }> {
  const response = await api.rest.request(`/api/v1/sessions/${id}/report?format=${format}`, {}, by(viewer));
  return { response, text: await response.text() };
}

const leafHashes = async (id: string): Promise<string[]> => {
  const rows = await api.database.prisma.entry.findMany({ where: { sessionId: id }, orderBy: { seq: 'asc' } });
  return rows.map(({ leafHash }) => Buffer.from(leafHash).toString('hex'));
};

describe('GET /sessions/{id}/report', () => {
  test.each([
    ['ocsf', 'application/x-ndjson; charset=utf-8', 'ocsf.jsonl'],
    ['fhir', 'application/fhir+json; charset=utf-8', 'fhir.json'],
    ['cef', 'text/plain; charset=utf-8', 'cef'],
  ])('format=%s is %s with the leaf hash of each entry, the same bytes each time', async (format, type, suffix) => {
    const id = await seedSession();
    const { response, text } = await get(id, format);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${id}.${suffix}"`);
    const hashes = await leafHashes(id);
    expect(hashes.length).toBeGreaterThan(3);
    for (const hash of hashes) expect(text).toContain(hash);
    expect((await get(id, format)).text).toBe(text);
  });

  test.each(JOURNAL_FACES)('format=%s of an unknown session, and of another account: 404', async (format) => {
    const id = await seedSession();
    expectFailure(
      await send(api.rest, viewer, 'GET', `/sessions/${newId('session')}/report?format=${format}`),
      404,
      'session_not_found',
    );
    const stranger = await signUp(api.database);
    expectFailure(
      await send(api.rest, stranger, 'GET', `/sessions/${id}/report?format=${format}`),
      404,
      'session_not_found',
    );
  });

  test.each(JOURNAL_FACES)('format=%s of a journal that does not verify: 500, and no act on record', async (format) => {
    const id = await seedSession();
    const [entry] = await api.database.prisma.entry.findMany({ where: { sessionId: id } });
    if (entry === undefined) throw new Error('a seeded call has entries');
    await api.database.prisma.entry.create({ data: { ...entry, seq: 99 } });
    const path = `/sessions/${id}/report?format=${format}`;
    expectFailure(await send(api.rest, viewer, 'GET', path), 500, 'report_generation_failed');
    expect(await exportsOf(viewer)).toEqual([]);
  });

  test('an export is on record with actor, session and format', async () => {
    const id = await seedSession();
    await get(id, 'cef');
    const [act] = await exportsOf(viewer);
    expect(act).toMatchObject({ user_id: viewer.userId, subject: { session_id: id, format: 'cef' } });
  });
});

async function exportsOf({ accountId }: Viewer): Promise<unknown[]> {
  const rows = await api.database.prisma.accountEvent.findMany({ where: { accountId, kind: 'journal_exported' } });
  return rows.map(({ body }) => JSON.parse(body) as unknown);
}
