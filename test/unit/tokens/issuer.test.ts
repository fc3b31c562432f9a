import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccountId, SessionId } from '../../../src/platform/ids.ts';
import { base32Encode, parseToken } from '../../../src/tokens/grammar.ts';
import { TokenKeys, createIssuer } from '../../../src/tokens/issuer.ts';
import type { IssuedToken } from '../../../src/tokens/issued-token.ts';
import type { TokenIssuer, Tokenization } from '../../../src/tokens/issuer.ts';
import { RandomTokens } from '../../../src/tokens/random-tokens.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';

const SECRET = Buffer.alloc(32, 1);
const KID = 'K_HEALTHCARE';
const ACCOUNT: AccountId = 'acc_01HYZ000000000000000000000';
const OTHER_ACCOUNT: AccountId = 'acc_01HYZ000000000000000000001';
const SESSION: SessionId = 'sess_01HYZ000000000000000000000';
const OTHER_SESSION: SessionId = 'sess_01HYZ000000000000000000001';

/** An issuer of a session that has these tokens. */
function randomIssuer(tokens: ReadonlyMap<string, IssuedToken>, session = SESSION): TokenIssuer {
  const ring = new KeyRing([{ kid: KID, role: 'active', secret: SECRET }]);
  return createIssuer(new TokenKeys(ring), 'vault-random', KID, ACCOUNT, session, new RandomTokens(tokens));
}

const byToken = (...tokens: readonly IssuedToken[]): Map<string, IssuedToken> =>
  new Map(tokens.map((issued) => [issued.token, issued]));

function issuer(scheme: Tokenization, account = ACCOUNT, session = SESSION, secret = SECRET): TokenIssuer {
  const ring = new KeyRing([{ kid: KID, role: 'active', secret }]);
  return createIssuer(new TokenKeys(ring), scheme, KID, account, session);
}

describe('a deterministic token', () => {
  test('is the HMAC that the specification describes', () => {
    const key = Buffer.from(hkdfSync('sha256', SECRET, '', `masker/token/v1|${ACCOUNT}`, 32));
    const mac = createHmac('sha256', key).update('PHONE\u000014155550142').digest().subarray(0, 16);
    const { token, stored } = issuer('vault-deterministic').issue('PHONE', '(415) 555-0142');
    expect(token).toBe(`MSKV1.PHONE.K_HEALTHCARE.${base32Encode(mac)}`);
    expect(stored).toBe(true);
  });

  test('is one for each value of an account, in every session and each way of writing', () => {
    const here = issuer('vault-deterministic').issue('PHONE', '(415) 555-0142');
    const there = issuer('vault-deterministic', ACCOUNT, OTHER_SESSION).issue('PHONE', '415.555.0142');
    expect(there.token).toBe(here.token);
    expect(there.value).toBe('415.555.0142');
  });

  test('is another one in another account, under another key, of another kind', () => {
    const { token } = issuer('vault-deterministic').issue('PHONE', '4155550142');
    expect(issuer('vault-deterministic', OTHER_ACCOUNT).issue('PHONE', '4155550142').token).not.toBe(token);
    expect(
      issuer('vault-deterministic', ACCOUNT, SESSION, Buffer.alloc(32, 2)).issue('PHONE', '4155550142').token,
    ).not.toBe(token);
    expect(issuer('vault-deterministic').issue('FAX', '4155550142').token.split('.').at(-1)).not.toBe(
      token.split('.').at(-1),
    );
  });

  test('opens nothing by itself', () => {
    const one = issuer('vault-deterministic');
    expect(one.open(one.issue('NAME', 'Maria').token)).toBeNull();
  });
});

describe('a random token', () => {
  test('has 16 bytes that no other session and no key knows', () => {
    const value = '(415) 555-0142';
    const made = Array.from({ length: 50 }, () => randomIssuer(new Map()).issue('PHONE', value).token);
    expect(new Set(made).size).toBe(50);
    expect(made).not.toContain(issuer('vault-deterministic').issue('PHONE', value).token);
    for (const token of made) expect(parseToken(token)).toMatchObject({ scheme: 'MSKV1', kind: 'PHONE', kid: KID });
  });

  test('is one for each value of a session, however it is written, before and after the session is read back', () => {
    const first = randomIssuer(new Map());
    const here = first.issue('PHONE', '(415) 555-0142');
    expect(here.stored).toBe(true);
    expect(first.issue('PHONE', '415.555.0142')).toEqual({ ...here, value: '415.555.0142' });
    expect(first.issue('FAX', '415.555.0142').token.split('.').at(-1)).not.toBe(here.token.split('.').at(-1));
    expect(randomIssuer(byToken(here)).issue('PHONE', '415 555 0142').token).toBe(here.token);
  });

  test('of a part begins like that of the whole, and neither is taken for the other when both are read back', () => {
    const first = randomIssuer(new Map());
    const whole = first.issue('MRN', '8842280');
    const part = first.issuePart(whole, '2280');
    expect(first.issuePart(whole, '2280')).toEqual(part);
    const [wholeValue, partValue] = [whole, part].map(({ token }) => parseToken(token)?.value ?? '');
    expect(partValue).not.toBe(wholeValue);
    expect(partValue?.slice(0, 12)).toBe(wholeValue?.slice(0, 12));
    for (const stored of [byToken(whole, part), byToken(part, whole)]) {
      const again = randomIssuer(stored);
      expect(again.issuePart(whole, '2280').token).toBe(part.token);
      expect(again.issue('MRN', '8842280').token).toBe(whole.token);
      expect([whole.token, part.token]).not.toContain(again.issue('MRN', '2280').token);
    }
  });

  test('of a value is one, also where a spoken part of it is longer in letters', () => {
    const first = randomIssuer(new Map());
    const whole = first.issue('PHONE', '415-555-2280');
    const part = first.issuePart(whole, 'two two eight zero');
    const again = randomIssuer(byToken(whole, part));
    expect(again.issue('PHONE', '(415) 555-2280').token).toBe(whole.token);
    expect(again.issuePart(whole, 'two two eight zero').token).toBe(part.token);
  });

  test('takes no part of a derived token for one of its own', () => {
    const derived = issuer('vault-deterministic');
    const whole = derived.issue('MRN', '8842280');
    for (let n = 0; n < 20; n += 1) {
      const part = derived.issuePart(whole, String(1000 + n));
      const again = randomIssuer(byToken(whole, part));
      expect(again.issue('MRN', String(1000 + n)).token).not.toBe(part.token);
    }
  });

  test('takes the place of a token that another scheme derived from the value', () => {
    const derived = issuer('vault-deterministic').issue('NAME', 'Maria Gonzalez');
    expect(randomIssuer(byToken(derived)).issue('NAME', 'Maria Gonzalez').token).not.toBe(derived.token);
  });

  test('is known from the map of the session as that grows', () => {
    const tokens = byToken();
    const session = new RandomTokens(tokens);
    const ring = new TokenKeys(new KeyRing([{ kid: KID, role: 'active', secret: SECRET }]));
    const turn = (): TokenIssuer => createIssuer(ring, 'vault-random', KID, ACCOUNT, SESSION, session);
    const names = ['Maria', 'Jose', 'Ana'];
    const made = names.map((name) => {
      const issued = turn().issue('NAME', name);
      tokens.set(issued.token, issued);
      return issued.token;
    });
    expect(names.map((name) => turn().issue('NAME', name).token)).toEqual(made);
  });
});

describe('an AEAD token', () => {
  test('opens where an earlier version made it', () => {
    const earlier = 'MSK1.PHONE.K_HEALTHCARE.L4ATCKA65UOEEDJTRDIOVRETKVD6ZSDXX2EDYP4QAPLSVNNEYWCZTQPIXGTHTMRJWJLBO';
    const here = issuer('reversible-aead', ACCOUNT, SESSION, Buffer.alloc(32, 1));
    expect(here.open(earlier)).toBe('(415) 555-0142');
    expect(issuer('reversible-aead', ACCOUNT, OTHER_SESSION, Buffer.alloc(32, 1)).open(earlier)).toBeNull();
  });

  test('carries its value, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), (value) => {
        const one = issuer('reversible-aead');
        const { token, stored } = one.issue('NAME', value);
        expect(stored).toBe(false);
        expect(parseToken(token)).toMatchObject({ scheme: 'MSK1', kind: 'NAME', kid: KID });
        expect(one.open(token)).toBe(value);
      }),
    );
  });

  test('that would be too long goes to the vault instead', () => {
    const one = issuer('reversible-aead');
    const long = '\uffff'.repeat(1500);
    expect(one.open(one.issue('PHOTO', long).token)).toBe(long);
    const longer = one.issue('PHOTO', `${long}x`);
    expect(longer).toMatchObject({ stored: true, value: `${long}x` });
    expect(longer.token).toMatch(/^MSKV1\./);
    expect([one.schemeFor(1500), one.schemeFor(1501)]).toEqual(['MSK1', 'MSKV1']);
  });

  test('does not open in another session or account, nor under another key', () => {
    const { token } = issuer('reversible-aead').issue('NAME', 'Maria Gonzalez');
    expect(issuer('reversible-aead', ACCOUNT, OTHER_SESSION).open(token)).toBeNull();
    expect(issuer('reversible-aead', OTHER_ACCOUNT).open(token)).toBeNull();
    expect(issuer('reversible-aead', ACCOUNT, SESSION, Buffer.alloc(32, 2)).open(token)).toBeNull();
  });

  test('does not open when its kind was changed', () => {
    const one = issuer('reversible-aead');
    expect(one.open(one.issue('NAME', 'Maria').token.replace('NAME', 'SSN'))).toBeNull();
  });

  test('opens under an old key after a rotation', () => {
    const { token } = issuer('reversible-aead').issue('NAME', 'Maria');
    const rotated = new KeyRing([
      { kid: KID, role: 'active', secret: Buffer.alloc(32, 2) },
      { kid: KID, role: 'old', secret: SECRET },
    ]);
    expect(createIssuer(new TokenKeys(rotated), 'reversible-aead', KID, ACCOUNT, SESSION).open(token)).toBe('Maria');
  });

  test.each([
    '',
    'MSK1',
    'MSK1.NAME.K_HEALTHCARE.',
    'MSKV1.NAME.K_HEALTHCARE.AAAAAAAAAAAAAAAAAAAAAAAAAA',
    `MSK1.NAME.K_OTHER.${'A'.repeat(48)}`,
  ])('is not any other text: %s', (text) => {
    expect(issuer('reversible-aead').open(text)).toBeNull();
  });
});

test('a kid without a key issues nothing', () => {
  const keys = new TokenKeys(new KeyRing([]));
  expect(() => createIssuer(keys, 'vault-deterministic', KID, ACCOUNT, SESSION)).toThrow(RangeError);
});

describe('the token of a part of a value', () => {
  test.each(['vault-deterministic', 'reversible-aead'] as const)(
    'begins like the token of the whole (%s)',
    (scheme) => {
      const tokens = issuer(scheme);
      const whole = tokens.issue('SSN', '519-44-2280');
      const part = tokens.issuePart(whole, '2280');
      const [ofWhole, ofPart] = [parseToken(whole.token)?.value ?? '', parseToken(part.token)?.value ?? ''];
      expect(ofPart.slice(0, 12)).toBe(ofWhole.slice(0, 12));
      expect(part.token).not.toBe(whole.token);
      expect(part).toMatchObject({ kind: 'SSN', value: '2280', stored: scheme === 'vault-deterministic' });
      expect(tokens.open(part.token)).toBe(scheme === 'vault-deterministic' ? null : '2280');
      expect(tokens.issuePart(whole, 'two two eight oh').token === part.token).toBe(scheme === 'vault-deterministic');
    },
  );
});
