import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cookieName, needsSecureCookies, readCookie, setCookie } from '../../../src/accounts/cookie.ts';

describe('setCookie', () => {
  it('spells the attributes as the documents do', () => {
    expect(setCookie('masker_session', 'abc', { path: '/', maxAge: 2_592_000, secure: true })).toBe(
      'masker_session=abc; HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age=2592000',
    );
  });

  it('drops Secure alone for plain http on loopback', () => {
    expect(setCookie('a', '', { path: '/x', maxAge: 0, secure: false })).toBe(
      'a=; HttpOnly; SameSite=Lax; Path=/x; Max-Age=0',
    );
  });
});

describe('readCookie', () => {
  it.each([
    ['masker_session=abc', 'abc'],
    ['a=1; masker_session=abc; b=2', 'abc'],
    ['a=1;masker_session=abc', 'abc'],
    ['  masker_session = abc ', 'abc'],
    ['masker_session=', ''],
    ['masker_session=a=b', 'a=b'],
    ['masker_session=abc; masker_session=abc', 'abc'],
  ])('reads %j', (header, value) => {
    expect(readCookie(header, 'masker_session')).toBe(value);
  });

  it.each([
    [undefined],
    [''],
    ['masker_session'.slice(1)],
    ['Masker_Session=abc'],
    ['masker_session_2=abc'],
    ['xmasker_session=abc'],
    ['a="masker_session=abc"'.replace('"', '')],
    [`${'x'.repeat(16_384)}; masker_session=abc`],
  ])('finds nothing in %j', (header) => {
    expect(readCookie(header, 'masker_session')).toBeNull();
  });

  it('does not choose between two values under one name', () => {
    expect(readCookie('masker_session=mine; masker_session=planted', 'masker_session')).toBeNull();
    expect(readCookie('masker_session=planted; x=1; masker_session=mine', 'masker_session')).toBeNull();
  });

  it('never throws, and gives back what was set among other cookies', () => {
    const octets = fc.stringMatching(/^[A-Za-z0-9_-]{0,60}$/);
    fc.assert(
      fc.property(fc.string(), octets, (noise, value) => {
        readCookie(noise, 'masker_session');
        expect(readCookie(`other=1; masker_session=${value}; last=2`, 'masker_session')).toBe(value);
      }),
    );
  });
});

describe('needsSecureCookies', () => {
  it.each([
    'http://localhost:8080',
    'http://app.localhost',
    'http://127.0.0.1:8080',
    'http://127.9.8.7',
    'http://[::1]:8080',
  ])('not for %s', (url) => {
    expect(needsSecureCookies(new URL(url))).toBe(false);
  });

  it.each([
    'https://masker.example',
    'https://localhost:8443',
    'http://masker.example',
    'http://10.0.0.5',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://127.evil.example',
    'http://[::2]',
    'http://0.0.0.0',
  ])('for %s', (url) => {
    expect(needsSecureCookies(new URL(url))).toBe(true);
  });
});

it('cookieName adds the __Host- prefix where cookies are marked Secure, and only there', () => {
  expect(cookieName('masker_session', true)).toBe('__Host-masker_session');
  expect(cookieName('masker_session', false)).toBe('masker_session');
});
