import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameOriginWrite } from '../../../src/http/csrf.ts';

const publicOrigin = 'https://masker.example';
const write = (secFetchSite: string | undefined, origin: string | undefined, method = 'POST') =>
  isSameOriginWrite({ method, secFetchSite, origin, publicOrigin });

describe('isSameOriginWrite', () => {
  it.each([
    ['same-origin', undefined, true],
    ['same-origin', publicOrigin, true],
    // The browser's word counts: behind a proxy, or under a second name of this machine, Origin is not the public one.
    ['same-origin', 'http://127.0.0.1:8080', true],
    [undefined, publicOrigin, true],
    ['same-site', undefined, false],
    ['same-site', publicOrigin, false],
    ['cross-site', undefined, false],
    ['cross-site', publicOrigin, false],
    ['none', undefined, false],
    ['none', publicOrigin, false],
    ['', publicOrigin, false],
    ['Same-Origin', publicOrigin, false],
    ['same-origin, cross-site', publicOrigin, false],
    [undefined, undefined, false],
    [undefined, '', false],
    [undefined, 'null', false],
    [undefined, 'http://masker.example', false],
    [undefined, 'https://masker.example:8443', false],
    [undefined, 'https://masker.example.evil.example', false],
    [undefined, 'https://evil.example', false],
    [undefined, 'https://sub.masker.example', false],
    [undefined, 'https://masker.example/', false],
  ])('Sec-Fetch-Site %j with Origin %j: %j', (secFetchSite, origin, allowed) => {
    expect(write(secFetchSite, origin)).toBe(allowed);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'post', 'PROPFIND', ''])('%j is a write', (method) => {
    expect(write('cross-site', 'https://evil.example', method)).toBe(false);
    expect(write(undefined, undefined, method)).toBe(false);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('%s passes from anywhere', (method) => {
    expect(write('cross-site', 'https://evil.example', method)).toBe(true);
  });

  it('lets nothing through but the two proofs', () => {
    const maybe = fc.option(fc.oneof(fc.string(), fc.constantFrom('same-origin', 'none', publicOrigin)), {
      nil: undefined,
    });
    fc.assert(
      fc.property(maybe, maybe, (secFetchSite, origin) => {
        if (write(secFetchSite, origin))
          expect(secFetchSite === 'same-origin' || (secFetchSite === undefined && origin === publicOrigin)).toBe(true);
      }),
    );
  });
});
