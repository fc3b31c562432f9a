/** Routes of invitations: exact bodies, every faulty field, and who is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { as, matching, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send as sendAs } from '../rest.ts';
import type { Answer } from '../rest.ts';

let api: TestApi;
let viewer: Viewer;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  viewer = await signUp(api.database);
});
afterAll(() => api.close());

const send = (method: string, path: string, body?: unknown, who: Viewer = viewer): Promise<Answer> =>
  sendAs(api.rest, who, method, path, body);
const get = (path: string): Promise<Answer> => send('GET', path);

describe('invitations', () => {
  test('are made, listed without their links, and revoked', async () => {
    const made = await send('POST', '/invitations', { role: 'auditor', github_login: 'mary', expires_in_days: 2 });
    expect(made.status).toBe(201);
    const { invitation, url } = z
      .object({ invitation: z.looseObject({ id: z.string() }), url: z.string() })
      .parse(made.body);
    expect(invitation).toEqual({
      id: matching(/^inv_/),
      role: 'auditor',
      github_login: 'mary',
      email: null,
      created_by: viewer.userId,
      created_at: matching(/Z$/),
      expires_at: matching(/Z$/),
    });
    expect(url).toMatch(/^https:\/\/masker\.test\/api\/v1\/auth\/invitation\?token=[\w-]{43}$/);
    expect((await get('/invitations')).body).toEqual({ data: [invitation], next_cursor: null });
    expect((await send('DELETE', `/invitations/${invitation.id}`)).status).toBe(204);
    expect((await get('/invitations')).body).toEqual({ data: [], next_cursor: null });
    expectFailure(await send('DELETE', `/invitations/${invitation.id}`), 404, 'not_found');
  });

  test('with faulty fields are refused, all of them named as REST does', async () => {
    const answer = await send('POST', '/invitations', { role: 'owner', github_login: '', expires_in_days: 0 });
    expectFailure(answer, 422, 'validation_failed', ['expires_in_days', 'github_login', 'role']);
  });

  test.each([['member'], ['auditor']] as const)('are refused to a %s', async (role) => {
    expectFailure(await send('POST', '/invitations', {}, as(viewer, role)), 403, 'forbidden');
  });
});
