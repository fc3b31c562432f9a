import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallerAuth, SignatureSettings } from '../../../../src/agents/caller-auth.ts';
import { Failure } from '../../../../src/platform/failure.ts';
import { Secret } from '../../../../src/platform/secret.ts';
import {
  authenticate,
  providerAuthorization,
  requireAuthentic,
} from '../../../../src/proxy/authentication/authenticate.ts';
import { signatureOver } from '../../../../src/proxy/authentication/signature.ts';

const BODY = Buffer.from('{"messages":[{"role":"user","content":"hi"}]}', 'utf8');
const NOW = 1_777_842_872_481;
const SETTINGS: SignatureSettings = {
  algorithm: 'sha256',
  header: 'X-Vapi-Signature',
  timestampHeader: null,
  payload: '{body}',
  toleranceSeconds: 300,
  encoding: 'hex',
  prefix: null,
};
const NONE: CallerAuth = { signature: null, sharedSecrets: [], proxyKeyHashes: [] };
const KEY = `mpk_${'k'.repeat(43)}`;
const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();

const SIGNED: CallerAuth = { ...NONE, signature: { ...SETTINGS, secret: new Secret('signing secret') } };
const SHARED: CallerAuth = {
  ...NONE,
  sharedSecrets: [{ header: 'X-Vapi-Secret', secret: new Secret('shared secret') }],
};
const BEARER: CallerAuth = { ...NONE, proxyKeyHashes: [hashOf(KEY)] };
const ALL: CallerAuth = { ...SIGNED, ...SHARED, proxyKeyHashes: BEARER.proxyKeyHashes, signature: SIGNED.signature };

const signature = { 'x-vapi-signature': signatureOver(BODY, null, 'signing secret', SETTINGS) };
const secret = { 'x-vapi-secret': 'shared secret' };
const key = { authorization: `Bearer ${KEY}` };

describe('who is admitted', () => {
  it('everybody, where nothing is set up', () => {
    expect(authenticate({}, BODY, null, NOW)).toBe('none');
    expect(authenticate({ authorization: 'Bearer anything' }, BODY, null, NOW)).toBe('none');
  });

  it.each([
    ['a signature', SIGNED, signature, 'signature'],
    ['a shared secret', SHARED, secret, 'shared_secret'],
    ['a proxy key', BEARER, key, `proxy_key:${hashOf(KEY).toString('hex')}`],
  ])('who has %s, by that, and nobody without', (_name, auth, headers, credential) => {
    expect(authenticate(headers, BODY, auth, NOW)).toBe(credential);
    for (const others of [{}, signature, secret, key].filter((other) => other !== headers))
      expect(authenticate(others, BODY, auth, NOW)).toBeNull();
    expect(authenticate(headers, BODY, ALL, NOW)).toBe(credential);
  });

  it('nobody, where all that is set up has lost its secret', () => {
    for (const headers of [{}, signature, secret, key]) expect(authenticate(headers, BODY, NONE, NOW)).toBeNull();
  });

  it('a wrong one of one way does not spoil a right one of another', () => {
    expect(authenticate({ ...key, 'x-vapi-signature': '00' }, BODY, ALL, NOW)).not.toBeNull();
  });

  it('no one who is nearly right', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(signature, secret, key),
        fc.nat(),
        fc.integer({ min: 0, max: 6 }),
        (headers, at, bit) => {
          for (const [name, value] of Object.entries(headers)) {
            // Of `Bearer` any case will do (RFC 9110, 11.1).
            const first = name === 'authorization' ? 'Bearer '.length : 0;
            const bytes = Buffer.from(value, 'latin1');
            const index = first + (at % (bytes.length - first));
            bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
            expect(authenticate({ [name]: bytes.toString('latin1') }, BODY, ALL, NOW)).toBeNull();
          }
        },
      ),
    );
  });
});

describe('a shared secret', () => {
  it('in Authorization may have the word Bearer before it', () => {
    const auth = { ...NONE, sharedSecrets: [{ header: 'Authorization', secret: new Secret('shared-secret') }] };
    for (const sent of ['shared-secret', 'Bearer shared-secret', 'bearer  shared-secret'])
      expect(authenticate({ authorization: sent }, BODY, auth, NOW)).not.toBeNull();
    for (const sent of ['Basic shared-secret', 'Bearer shared-secret2', 'Bearer', ''])
      expect(authenticate({ authorization: sent }, BODY, auth, NOW)).toBeNull();
  });

  it('in another header stands alone', () => {
    expect(authenticate({ 'x-vapi-secret': 'Bearer shared secret' }, BODY, SHARED, NOW)).toBeNull();
    expect(authenticate({ 'x-vapi-secret': ['shared secret', 'shared secret'] }, BODY, SHARED, NOW)).toBeNull();
  });
});

describe('a proxy key', () => {
  it('is any of those that are good', () => {
    const other = `mpk_${'o'.repeat(43)}`;
    const auth = { ...NONE, proxyKeyHashes: [hashOf(other), hashOf(KEY)] };
    for (const each of [KEY, other])
      expect(authenticate({ authorization: `Bearer ${each}` }, BODY, auth, NOW)).not.toBeNull();
  });

  it('is no key without its scheme, and its hash is none', () => {
    for (const sent of [
      KEY,
      `Basic ${KEY}`,
      `Bearer ${hashOf(KEY).toString('hex')}`,
      `Bearer ${KEY} ${KEY}`,
      `Bearer ${'k'.repeat(10_000)}`,
    ]) {
      expect(authenticate({ authorization: sent }, BODY, BEARER, NOW)).toBeNull();
    }
  });
});

describe('refusing', () => {
  it('is one failure, whatever was wrong, and repeats nothing', () => {
    const wrong = [
      {},
      { 'x-vapi-secret': 'PATIENT-SECRET' },
      { authorization: 'Bearer PATIENT-SECRET' },
      { 'x-vapi-signature': 'PATIENT-SECRET' },
    ];
    const messages = wrong.map((headers) => {
      try {
        requireAuthentic(headers, BODY, ALL, NOW);
        return 'admitted';
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return `${error.code} ${error.status} ${error.message}`;
      }
    });
    expect(new Set(messages)).toEqual(
      new Set(['bad_signature 401 The request is not authenticated as the agent demands.']),
    );
    expect(() => {
      requireAuthentic(key, BODY, ALL, NOW);
    }).not.toThrow();
  });
});

describe("what of Authorization is the provider's", () => {
  const mine = { authorization: 'Bearer sk-proj-of-the-caller' };

  it('a key of the caller’s, whatever the agent asks for elsewhere', () => {
    for (const auth of [null, NONE, SIGNED, SHARED, BEARER, ALL])
      expect(providerAuthorization(mine, auth)).toBe(mine.authorization);
    expect(providerAuthorization({}, null)).toBe(null);
  });

  it('never a key of ours: good, revoked, mistaken, or without its scheme', () => {
    for (const sent of [`Bearer ${KEY}`, `bearer   ${KEY}`, 'Bearer mpk_revoked', 'Bearer msk_admin', KEY, 'MPK_x']) {
      for (const auth of [null, BEARER, ALL]) expect(providerAuthorization({ authorization: sent }, auth)).toBe(null);
    }
  });

  it('nothing, where the header carries what the agent asks for', () => {
    const inHeader = { ...NONE, sharedSecrets: [{ header: 'authorization', secret: new Secret('shared secret') }] };
    const asSignature = { ...NONE, signature: { ...SETTINGS, header: 'Authorization', secret: new Secret('s') } };
    for (const auth of [inHeader, asSignature]) expect(providerAuthorization(mine, auth)).toBe(null);
  });
});
