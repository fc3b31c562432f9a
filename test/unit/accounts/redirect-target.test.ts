import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redirectTarget } from '../../../src/accounts/redirect-target.ts';
import { Failure } from '../../../src/platform/failure.ts';

/** The failure that the work throws; a missing one fails the test. */
function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const REFUSED: readonly string[] = [
  '',
  'portal',
  'evil.example',
  'https://evil.example',
  'https:evil.example',
  'https:/portal',
  'HTTPS://evil.example/portal',
  'javascript:alert(1)',
  'data:text/html,x',
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '//evil.example/portal',
  '/\\evil.example',
  '/\\/evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\n/evil.example',
  '/portal\r\nSet-Cookie: a=b',
  '/portal\0',
  '/portal\u007f',
  ' /portal',
  '/portal ',
  '/portal\u00a0',
  '/portal\u2028',
  '/port\u202eal',
  '\ufeff/portal',
  '/..//evil.example',
  '/portal/..//evil.example',
  '/./\\evil.example',
  '/portal/../../..//evil.example',
  '/.//evil.example',
  '/%2e%2e//evil.example',
  '/portal/%2E%2E/x',
  '/%2f/evil.example',
  '/%2F%2Fevil.example',
  '/%5cevil.example',
  '/%5C%5Cevil.example',
  '/%252f%252fevil.example',
  '/%09/evil.example',
  '/%0d%0aSet-Cookie:a=b',
  '/%00',
  '/\u2215\u2215evil.example',
  '/\uff0fevil.example',
  '/@evil.example/../..//x',
  '?next=/portal',
  '#/portal',
  './portal',
  '../portal',
  `/${'a'.repeat(1024)}`,
];

const ACCEPTED: readonly string[] = [
  '/portal',
  '/portal/',
  '/portal/sessions?agent=agt_01&status=ok',
  '/portal/sessions/detail?id=sess_01#events',
  '/portal/login?next=%2Fportal%2Fagents',
  '/portal/login?next=https://elsewhere.example',
  '/graphql',
  '/',
  '/@evil.example',
  '/portal/a%20b',
  '/portal//double',
  `/${'a'.repeat(1023)}`,
];

describe('redirectTarget', () => {
  it('is the portal where nothing is asked for', () => {
    expect(redirectTarget(undefined)).toBe('/portal');
  });

  it.each(ACCEPTED)('goes to %j as it stands', (value) => {
    expect(redirectTarget(value)).toBe(value);
  });

  it.each(REFUSED)('refuses %j', (value) => {
    const failure = failureOf(() => redirectTarget(value));
    expect(failure.code).toBe('validation_failed');
    expect(failure.status).toBe(422);
    expect(failure.details.map((problem) => problem.path)).toEqual(['redirect_to']);
  });

  it('never repeats the value in the failure', () => {
    const failure = failureOf(() => redirectTarget('//marker-555-0100.example'));
    expect(JSON.stringify([failure.message, failure.details])).not.toContain('marker');
  });

  it('whatever it accepts stays on the origin, read as a browser reads a Location header', () => {
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2f',
      '%5C',
      '%2e',
      '%',
      ':',
      '@',
      '?',
      '#',
      '\t',
      '\n',
      'evil.example',
      'portal',
      'https:',
      'a',
      ' ',
      '\u2215',
    );
    const hostile = fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          hostile,
          hostile.map((rest) => `/${rest}`),
          fc.string(),
          fc.webPath(),
        ),
        (value) => {
          let target: string;
          try {
            target = redirectTarget(value);
          } catch (error) {
            expect(error).toBeInstanceOf(Failure);
            return;
          }
          for (const base of ['https://masker.example/api/v1/auth/github/callback', 'http://127.0.0.1:8080/x/y?z']) {
            expect(new URL(target, base).origin).toBe(new URL(base).origin);
          }
          expect(target).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
