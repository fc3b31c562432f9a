import { afterAll, describe, expect, it } from 'vitest';
import { createBrowserSessions } from '../../../src/accounts/browser-sessions.ts';
import { accessTokenHash, createAccessTokens } from '../../../src/accounts/access-tokens.ts';
import { createCredentials } from '../../../src/accounts/credentials.ts';
import { PERMISSIONS } from '../../../src/accounts/viewer.ts';
import { openDatabase } from '../../../src/platform/database.ts';

const TOKEN = 'msk_bootstrap-token-of-the-tests';

// A database that is not there: whatever answers here did so without reading it.
const database = openDatabase({ url: 'postgresql://nobody@127.0.0.1:1/nothing', connectTimeoutMs: 500 });
const browserSessions = createBrowserSessions({
  prisma: database.prisma,
  secureCookies: true,
  clock: { now: () => 0 },
});
const accessTokens = createAccessTokens({ prisma: database.prisma, clock: { now: () => 0 } });
const credentials = createCredentials({ browserSessions, accessTokens, bootstrapTokenHash: accessTokenHash(TOKEN) });

afterAll(() => database.close());

describe('bootstrap token', () => {
  it.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER   ${TOKEN} `])(
    '%j is the bootstrap admin',
    async (authorization) => {
      const { viewer, renewedCookie } = await credentials.authenticate({ authorization });
      expect(viewer).toEqual({
        accountId: 'acc_00000000000000000000000000',
        userId: 'usr_00000000000000000000000000',
        role: 'admin',
        permissions: new Set(PERMISSIONS),
        via: 'bearer',
      });
      expect(renewedCookie).toBeNull();
    },
  );

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer msk_',
    'Bearer msk_wrong',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Bearer ${TOKEN.toUpperCase()}`,
    `Bearer ${TOKEN} ${TOKEN}`,
    `Bearer ${TOKEN}, Bearer ${TOKEN}`,
    `Bearer\t${TOKEN}`,
    `Bearer ${TOKEN.slice(4)}`,
    `Bearer msk_${'a'.repeat(100_000)}`,
  ])('%j is nobody, with a cookie or without', async (authorization) => {
    const nobody = { viewer: null, renewedCookie: null };
    expect(await credentials.authenticate({ authorization })).toEqual(nobody);
    // The cookie is of our form: to look it up would end in an error here.
    expect(
      await credentials.authenticate({ authorization, cookie: `__Host-masker_session=${'a'.repeat(43)}` }),
    ).toEqual(nobody);
  });

  it('is nobody where none is configured', async () => {
    const none = createCredentials({ browserSessions, accessTokens, bootstrapTokenHash: null });
    expect((await none.authenticate({ authorization: `Bearer ${TOKEN}` })).viewer).toBeNull();
  });
});

describe('cookies', () => {
  it.each([
    undefined,
    '',
    '__Host-masker_session=',
    '__Host-masker_session=short',
    `__Host-masker_session=${'a'.repeat(44)}`,
    `__Host-masker_session=${'a'.repeat(42)}%`,
    `__Host-masker_session=${'a'.repeat(50_000)}`,
    `__Host-masker_session=${'a'.repeat(43)}; __Host-masker_session=${'b'.repeat(43)}`,
  ])('of a wrong form are nobody and cost no query (case %#)', async (cookie) => {
    expect(await credentials.authenticate({ cookie })).toEqual({ viewer: null, renewedCookie: null });
  });

  it('of the right form are looked up, also beside an Authorization header that is not ours', async () => {
    const cookie = `__Host-masker_session=${'a'.repeat(43)}`;
    await expect(credentials.authenticate({ cookie })).rejects.toThrow();
    await expect(credentials.authenticate({ cookie, authorization: 'Basic dXNlcjpwYXNz' })).rejects.toThrow();
  });
});
