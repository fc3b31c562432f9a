import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusedWrite } from '../../../src/http/csrf.ts';

const publicOrigin = 'https://masker.example';
const JSON_TYPE = 'application/json';
const codeOf = (
  secFetchSite: string | undefined,
  origin: string | undefined,
  method = 'POST',
  contentType: string | undefined = JSON_TYPE,
) => refusedWrite({ method, secFetchSite, origin, contentType, publicOrigin })?.code ?? null;

describe('refusedWrite', () => {
  it.each([
    ['same-origin', undefined],
    ['same-origin', publicOrigin],
    // The browser's word counts: behind a proxy, or under a second name of this machine, Origin is not the public one.
    ['same-origin', 'http://127.0.0.1:8080'],
    [undefined, publicOrigin],
    // No browser: curl, a script.
    [undefined, undefined],
  ])('passes JSON with Sec-Fetch-Site %j and Origin %j', (secFetchSite, origin) => {
    expect(codeOf(secFetchSite, origin)).toBeNull();
  });

  it.each([
    ['same-site', undefined],
    ['same-site', publicOrigin],
    ['cross-site', undefined],
    ['cross-site', publicOrigin],
    ['none', undefined],
    ['none', publicOrigin],
    ['', publicOrigin],
    ['', undefined],
    ['Same-Origin', publicOrigin],
    ['same-origin, cross-site', publicOrigin],
    [undefined, ''],
    [undefined, 'null'],
    [undefined, 'http://masker.example'],
    [undefined, 'https://masker.example:8443'],
    [undefined, 'https://masker.example.evil.example'],
    [undefined, 'https://evil.example'],
    [undefined, 'https://sub.masker.example'],
    [undefined, 'https://masker.example/'],
  ])('refuses JSON with Sec-Fetch-Site %j and Origin %j as foreign', (secFetchSite, origin) => {
    expect(codeOf(secFetchSite, origin)).toBe('forbidden');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'post', 'PROPFIND', ''])('takes %j for a write', (method) => {
    expect(codeOf('cross-site', 'https://evil.example', method)).toBe('forbidden');
    expect(codeOf(undefined, 'https://evil.example', method)).toBe('forbidden');
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('passes %s from another site', (method) => {
    expect(codeOf('cross-site', 'https://evil.example', method, 'text/plain')).toBeNull();
  });

  it.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/plain; application/json',
    'application/jsonp',
    'application/json, text/plain',
    '',
  ])('refuses the type %j of a form, with or without an Origin', (contentType) => {
    expect(codeOf(undefined, undefined, 'POST', contentType)).toBe('unsupported_media_type');
    expect(codeOf(undefined, publicOrigin, 'POST', contentType)).toBe('unsupported_media_type');
    expect(codeOf('same-origin', undefined, 'POST', contentType)).toBe('unsupported_media_type');
    expect(codeOf('cross-site', undefined, 'POST', contentType)).toBe('forbidden');
  });

  it.each(['application/json', 'Application/JSON; charset=utf-8', 'application/graphql+json'])(
    'passes the type %j',
    (contentType) => {
      expect(codeOf(undefined, undefined, 'POST', contentType)).toBeNull();
    },
  );

  it('passes a write without a body', () => {
    expect(
      refusedWrite({
        method: 'DELETE',
        secFetchSite: undefined,
        origin: undefined,
        contentType: undefined,
        publicOrigin,
      }),
    ).toBeNull();
  });

  it('passes no browser header but the two proofs', () => {
    const maybe = fc.option(fc.oneof(fc.string(), fc.constantFrom('same-origin', 'none', publicOrigin)), {
      nil: undefined,
    });
    fc.assert(
      fc.property(maybe, maybe, (secFetchSite, origin) => {
        fc.pre(secFetchSite !== undefined || origin !== undefined);
        const isProven = secFetchSite === 'same-origin' || (secFetchSite === undefined && origin === publicOrigin);
        expect(codeOf(secFetchSite, origin)).toBe(isProven ? null : 'forbidden');
      }),
    );
  });
});
