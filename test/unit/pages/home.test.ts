import { describe, expect, it } from 'vitest';
import type { Me } from '../../../src/accounts/me.ts';
import { homePage } from '../../../src/pages/home.ts';
import { escapeHtml } from '../../../src/pages/html.ts';

const at = new Date(0);
const me = (user: Partial<Me['user']>, account = 'St. Mary Clinic'): Me => ({
  user: {
    id: 'usr_01',
    githubLogin: null,
    githubId: null,
    name: null,
    email: null,
    avatarUrl: null,
    createdAt: at,
    lastSeenAt: at,
    ...user,
  },
  account: { id: 'acc_01', name: account, plan: 'beta', createdAt: at },
  permissions: [],
});
const bodyOf = (who: Me | null): string =>
  homePage({ version: '1.2.3', me: who, github: false, oidc: false, explorable: true }).body;

describe('homePage', () => {
  it('shows the name, the login and the account', () => {
    const body = bodyOf(me({ name: 'Mary Jones', githubLogin: 'mary' }));
    expect(body).toContain('<strong>Mary Jones</strong><span>@mary · Account: St. Mary Clinic</span>');
  });

  it('shows a login once where there is no name', () => {
    expect(bodyOf(me({ githubLogin: 'mary' }))).toContain('<strong>mary</strong><span>Account: St. Mary Clinic</span>');
  });

  it('escapes what users and accounts are called', () => {
    const body = bodyOf(me({ name: '<img src=x onerror="a()">' }, '</span><script>b()</script>'));
    expect(body).toContain('&lt;img src=x onerror=&quot;a()&quot;&gt;');
    expect(body).not.toContain('<img');
    expect(body).not.toContain('<script>b()');
  });
});

describe('escapeHtml', () => {
  it('escapes what ends a text or an attribute', () => {
    expect(escapeHtml(`&<>"'a`)).toBe('&amp;&lt;&gt;&quot;&#39;a');
  });
});
