/** Persisted operations: documents by their hash, and a server that runs no others. See docs/api.md, Persisted operations. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import * as commands from '../../src/cli/commands/client/operations.ts';
import { readPersistedOperations } from '../../src/cli/wiring/persisted-operations.ts';
import { MAX_ALIASES } from '../../src/graphql/limits.ts';
import { OWN_OPERATIONS } from '../../src/graphql/own-operations.generated.ts';
import { documentHash, readManifest } from '../../src/graphql/persisted-operations.ts';
import { schema } from '../../src/graphql/schema.ts';
import { loadConfig } from '../../src/platform/config.ts';
import { agentsOperation } from '../../src/portal/app/pages/agents/queries.generated.ts';
import { listenGraphql, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';
import { temporaryFolder } from '../database.ts';

const NAME = 'query Name { me { account { name } } }';
const UPSTREAM =
  'mutation Make($name: String!) { createAgent(input: { name: $name, upstream: "stub" }) { __typename } }';
const WATCH = 'subscription Watch($after: String) { events(after: $after) { id } }';
const TEXTS = new Map([NAME, UPSTREAM, WATCH].map((text) => [documentHash(text), text]));
const NAMED = { data: { me: { account: { name: 'St. Mary Clinic' } } } };

let api: TestApi;
let viewer: Viewer;
/** Takes hashes and any text. */
let open: GraphqlEndpoint;
/** Takes what is trusted alone. */
let closed: GraphqlEndpoint;

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  const persisted = { texts: TEXTS, trusted: OWN_OPERATIONS };
  const options = { ...api.graphqlOptions, introspection: false };
  open = await listenGraphql({ ...options, persistedOperations: { ...persisted, only: false } }, viewer);
  closed = await listenGraphql({ ...options, persistedOperations: { ...persisted, only: true } }, viewer);
});
afterAll(async () => {
  await open.close();
  await closed.close();
  await api.close();
});

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

async function answered(response: Response): Promise<Answered> {
  return { status: response.status, body: await response.json() };
}

async function post({ url }: GraphqlEndpoint, body: object): Promise<Answered> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  return answered(await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function get({ url }: GraphqlEndpoint, parameters: Record<string, string>): Promise<Answered> {
  const query = new URLSearchParams(parameters).toString();
  return answered(await fetch(`${url}?${query}`, { headers: { accept: 'application/json' } }));
}

/** The extension by which clients of Apollo and urql name a document. */
const byHash = (hash: string): object => ({ persistedQuery: { version: 1, sha256Hash: hash } });

describe('a hash of the file', () => {
  test('runs its document, by either protocol, by POST and by GET', async () => {
    const hash = documentHash(NAME);
    const expected = { status: 200, body: NAMED };
    for (const server of [open, closed]) {
      expect(await post(server, { extensions: byHash(hash) })).toEqual(expected);
      expect(await post(server, { documentId: `sha256:${hash}` })).toEqual(expected);
      expect(await post(server, { documentId: hash.toUpperCase() })).toEqual(expected);
      expect(await get(server, { extensions: JSON.stringify(byHash(hash)) })).toEqual(expected);
      expect(await get(server, { documentId: `sha256:${hash}` })).toEqual(expected);
    }
  });

  test('takes variables with it, and a mutation only by POST', async () => {
    const hash = documentHash(UPSTREAM);
    const made = await post(closed, { documentId: hash, variables: { name: 'by hash' } });
    expect(made.body).toEqual({ data: { createAgent: { __typename: 'CreateAgentSuccess' } } });
    const variables = JSON.stringify({ name: 'by address' });
    expect((await get(closed, { documentId: hash, variables })).status).toBe(405);
    const names = await api.database.prisma.agent.findMany({ select: { name: true } });
    expect(names).toContainEqual({ name: 'by hash' });
    expect(names).not.toContainEqual({ name: 'by address' });
  });

  test('subscribes', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${closed.url}?documentId=${documentHash(WATCH)}`, {
      headers: { accept: 'text/event-stream' },
      signal: leaving.signal,
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    leaving.abort();
  });

  test('asks for the same permissions as its text', async () => {
    open.viewer = null;
    try {
      const { body } = await post(open, { documentId: documentHash(NAME) });
      expect(body).toMatchObject({ data: null, errors: [{ extensions: { code: 'unauthenticated' } }] });
    } finally {
      open.viewer = viewer;
    }
  });
});

describe('a hash that is not in the file', () => {
  test.each([
    ['of another document', documentHash('{ __typename }')],
    ['that names a member of every object', '__proto__'],
    ['that is empty', ''],
  ])('%s is PersistedQueryNotFound', async (_what, hash) => {
    for (const server of [open, closed]) {
      const { status, body } = await post(server, { extensions: byHash(hash) });
      const extensions = { code: 'not_found', requestId: expect.any(String) as string };
      expect([status, body]).toEqual([200, { errors: [{ message: 'PersistedQueryNotFound', extensions }] }]);
    }
  });

  test.each([
    ['no hash at all', {}],
    ['a hash that is a number', { extensions: { persistedQuery: { version: 1, sha256Hash: 7 } } }],
    ['an ID that is a list', { documentId: [documentHash(NAME)] }],
  ])('%s is refused as a request without a document', async (_what, body) => {
    for (const server of [open, closed])
      expect((await post(server, body)).body).toMatchObject({
        errors: [{ message: expect.stringMatching(/query/) as string }],
      });
  });

  test('sent with its text is answered, and is not in the file from then on', async () => {
    const query = '{ __typename }';
    const extensions = byHash(documentHash(query));
    expect((await post(open, { query, extensions })).body).toEqual({ data: { __typename: 'Query' } });
    expect((await post(open, { extensions })).body).toMatchObject({ errors: [{ message: 'PersistedQueryNotFound' }] });
  });
});

describe('a server of trusted documents alone', () => {
  test.each([
    ['a text that is not in the file', { query: '{ __typename }' }],
    ['a text under the hash of another', { query: '{ __typename }', extensions: byHash(documentHash(NAME)) }],
    ['a text under the ID of another', { query: '{ __typename }', documentId: documentHash(NAME) }],
    ['a trusted text with one more character', { query: `${NAME} ` }],
    ['a text beyond the limits', { query: `{ ${'a '.repeat(60_000)} }` }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
  ])('refuses %s with 403', async (_what, body) => {
    const { status, body: answer } = await post(closed, body);
    const extensions = { code: 'forbidden' };
    expect([status, answer]).toMatchObject([403, { errors: [{ message: 'PersistedQueryOnly', extensions }] }]);
  });

  test('refuses a text in an address', async () => {
    expect((await get(closed, { query: '{ __typename }' })).status).toBe(403);
  });

  test('runs a trusted text, also those of the portal and of the commands', async () => {
    expect(await post(closed, { query: NAME })).toEqual({ status: 200, body: NAMED });
    expect((await post(open, { query: UPSTREAM, variables: { name: 'desk' } })).status).toBe(200);
    const portal = await post(closed, { query: agentsOperation.text, variables: { first: 10 } });
    const desk = expect.objectContaining({ node: expect.objectContaining({ name: 'desk' }) as unknown }) as unknown;
    expect(portal.body).toMatchObject({ data: { agents: { edges: expect.arrayContaining([desk]) as unknown } } });
    for (const text of Object.values(commands)) expect(OWN_OPERATIONS).toContain(documentHash(text));
  });
});

describe('the file', () => {
  const entry = (text: string): string => JSON.stringify({ [documentHash(text)]: text });
  const aliases = `{ ${Array.from({ length: MAX_ALIASES + 1 }, (_, n) => `a${n}: __typename`).join(' ')} }`;

  test('that is sound gives texts by their hashes', () => {
    expect(readManifest(JSON.stringify(Object.fromEntries(TEXTS)), schema)).toEqual({ ok: true, texts: TEXTS });
    expect(readManifest('{}', schema)).toEqual({ ok: true, texts: new Map() });
  });

  test.each([
    ['is no JSON', '{', /JSON object/],
    ['is a list', '[]', /JSON object/],
    ['has a text that is none', '{"00": 1}', /JSON object/],
    ['has a hash of another text', JSON.stringify({ [documentHash('{ a }')]: NAME }), /is not the SHA-256/],
    ['has a document that does not parse', entry('{'), /Syntax Error/],
    ['has a field that the schema lacks', entry('{ nothing }'), /Cannot query field "nothing"/],
    ['has a document beyond the limits', entry(aliases), /30 aliases/],
  ])('that %s is refused', (_what, json, message) => {
    const read = readManifest(json, schema);
    expect(read.ok ? null : read.problem.message).toMatch(message);
  });

  test('stops the start where it is refused or cannot be read, and is named', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'operations.json');
    const loaded = loadConfig({ MASKER_PERSISTED_OPERATIONS: file });
    if (!loaded.ok) throw new Error('the configuration is not valid');
    try {
      expect(() => readPersistedOperations(loaded.config)).toThrow(`${file} cannot be read (ENOENT)`);
      await writeFile(file, entry('{ nothing }'));
      expect(() => readPersistedOperations(loaded.config)).toThrow(`${file}, entry ${documentHash('{ nothing }')}: `);
      await writeFile(file, entry(NAME));
      expect(readPersistedOperations(loaded.config).texts).toEqual(new Map([[documentHash(NAME), NAME]]));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
