/** Manners of REST: If-Match, problem details and deprecated routes. See docs/api.md, Conventions. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { errorPage } from '../../src/pages/errors.ts';
import { FAILURES } from '../../src/platform/failure.ts';
import { createRestApp } from '../../src/rest/app.ts';
import { openApiDocument } from '../../src/rest/openapi.ts';
import { defineRoute } from '../../src/rest/route.ts';
import { seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send } from '../rest.ts';

let api: TestApi;
let viewer: Viewer;
let agent: string;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  viewer = await signUp(api.database);
  agent = `/agents/${await seedAgent(api.database, viewer.accountId, 'desk')}`;
});
afterAll(async () => {
  await api.close();
});

const tagOf = async (path: string): Promise<string> => {
  const { headers } = await send(api.rest, viewer, 'GET', path);
  return headers.get('etag') ?? '';
};
const conditional = (method: string, path: string, ifMatch: string, body?: unknown) =>
  send(api.rest, viewer, method, path, body, { 'if-match': ifMatch });

describe('If-Match', () => {
  test('makes a change where the tag is that of the GET, and refuses the next one with the old tag', async () => {
    const tag = await tagOf(agent);
    expect((await conditional('PATCH', agent, tag, { name: 'first' })).status).toBe(200);
    expectFailure(await conditional('PATCH', agent, tag, { name: 'second' }), 412, 'precondition_failed');
    expectFailure(await conditional('DELETE', agent, tag), 412, 'precondition_failed');
    const { body } = await send(api.rest, viewer, 'GET', agent);
    expect(body).toMatchObject({ agent: { name: 'first' } });
  });

  test('matches although figures of the agent have changed', async () => {
    const tag = await tagOf(agent);
    await seedCall(api.database, viewer.accountId, agent.slice('/agents/'.length) as never);
    expect(await tagOf(agent)).not.toBe(tag);
    expect((await conditional('PATCH', agent, `"x", ${tag}`, { name: 'renamed' })).status).toBe(200);
  });

  test('takes * for whatever is there, and no weak tag', async () => {
    const tag = await tagOf(agent);
    expectFailure(await conditional('PATCH', agent, `W/${tag}`, { name: 'weak' }), 412, 'precondition_failed');
    expect((await conditional('PATCH', agent, '*', { name: 'any' })).status).toBe(200);
  });

  test('lets one of two writes at once through', async () => {
    const tag = await tagOf(agent);
    const answers = await Promise.all(['a', 'b'].map((name) => conditional('PATCH', agent, tag, { name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  test('tells nothing of what another account has', async () => {
    const tag = await tagOf(agent);
    viewer = await signUp(api.database);
    expectFailure(await conditional('PATCH', agent, tag, { name: 'mine' }), 404, 'agent_not_found');
  });

  test('refuses a write to an address that has no tag', async () => {
    const answer = await conditional('PATCH', `/members/${viewer.userId}`, '"x"', { role: 'member' });
    expectFailure(answer, 412, 'precondition_failed');
  });

  test('guards stored policies and webhooks', async () => {
    const yaml = (await readFile('configs/mask_policy.yaml', 'utf8')).replace(/^name: .*$/m, 'name: clinic');
    expect((await send(api.rest, viewer, 'POST', '/policies', { policy_yaml: yaml })).status).toBe(201);
    const { body } = await send(api.rest, viewer, 'POST', '/webhooks', { url: 'http://127.0.0.1:9/hook' });
    const { webhook } = z.object({ webhook: z.object({ id: z.string() }) }).parse(body);
    for (const path of ['/policies/clinic', `/webhooks/${webhook.id}`]) {
      const tag = await tagOf(path);
      expectFailure(await conditional('DELETE', path, '"other"'), 412, 'precondition_failed');
      expect((await conditional('DELETE', path, tag)).status).toBe(204);
    }
  });
});

describe('problem details', () => {
  test('are beside the envelope where the caller asks for them', async () => {
    const headers = { accept: 'application/problem+json, application/json' };
    const answer = await send(api.rest, viewer, 'GET', '/agents/agt_x', undefined, headers);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const { error, ...problem } = answer.body as { error: { code: string; message: string; request_id: string } };
    expect(error.code).toBe('agent_not_found');
    expect(problem).toEqual({
      type: 'https://masker.test/errors/agent_not_found',
      title: 'Agent not found',
      status: 404,
      detail: error.message,
      instance: `urn:masker:request:${error.request_id}`,
    });
  });

  test('are left out where the caller does not', async () => {
    const answer = await send(api.rest, viewer, 'GET', '/agents/agt_x');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(Object.keys(answer.body as object)).toEqual(['error']);
  });

  test('each code has a page, which says what it means', async () => {
    for (const [code, status] of Object.entries(FAILURES)) {
      const page = await errorPage(code);
      expect(page?.body, code).toContain(`HTTP status ${status}. Retry: `);
      expect(page?.body, code).not.toMatch(/<p>\.<\/p>/);
    }
    expect(await errorPage('nothing')).toBeNull();
    expect(await errorPage('constructor')).toBeNull();
  });
});

describe('a deprecated route', () => {
  const old = defineRoute({
    method: 'GET',
    path: '/old',
    operationId: 'getOld',
    summary: 'An old address.',
    deprecation: { since: '2027-01-31', sunset: '2027-12-31', instead: 'Use GET /me.' },
    document: '{ me { user { id } } }',
    variables: () => ({}),
    data: z.object({ me: z.object({ user: z.object({ id: z.string() }) }) }),
    status: 200,
    response: z.object({ id: z.string() }),
    shape: ({ me }) => me.user,
  });

  test('says so in the headers of its answers and errors, and in the OpenAPI document', async () => {
    const { idempotency, preconditions, graphqlOptions } = api;
    const app = createRestApp({ ...graphqlOptions, idempotency, preconditions, routes: [old] });
    for (const who of [viewer, null]) {
      const { headers } = await send(app, who, 'GET', '/old');
      expect(headers.get('deprecation')).toBe('@1801353600');
      expect(headers.get('sunset')).toBe('Fri, 31 Dec 2027 00:00:00 GMT');
    }
    const { paths } = openApiDocument([old]) as { paths: Record<string, unknown> };
    expect(paths['/api/v1/old']).toMatchObject({
      get: {
        deprecated: true,
        description: 'An old address. Deprecated since 2027-01-31. It may stop to answer on 2027-12-31. Use GET /me.',
      },
    });
  });
});
