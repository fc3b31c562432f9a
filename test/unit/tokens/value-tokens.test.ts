/** The beginnings of tokens that a value is searched by. */
import { expect, test } from 'vitest';
import { createIssuer, TokenKeys } from '../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import { beginningOf, valueBeginnings } from '../../../src/tokens/value-tokens.ts';

const ACCOUNT = 'acc_01J3Z8Q4V9Y6R2M7T5W0X1C8KD';
const SESSION = 'sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD';
const secret = (byte: number): Buffer => Buffer.alloc(32, byte);
const old = { kid: 'K_ONE', secret: secret(1) };
const now = { kid: 'K_ONE', role: 'active', secret: secret(2) } as const;
const keysOf = (...keys: ConstructorParameters<typeof KeyRing>[0][number][]): TokenKeys =>
  new TokenKeys(new KeyRing(keys));

test('the beginnings of a value hold that of its token and of the token of a part of it', () => {
  const keys = keysOf(now);
  const issuer = createIssuer(keys, 'vault-deterministic', 'K_ONE', ACCOUNT, SESSION);
  const whole = issuer.issue('PHONE', '415-555-0142');
  const part = issuer.issuePart(whole, '0142');
  const beginnings = valueBeginnings(keys, ACCOUNT, ['PHONE'], '(415) 555 0142');
  expect(beginnings).toEqual([beginningOf(whole.token)]);
  expect(beginningOf(part.token)).toBe(beginnings[0]);
  expect(valueBeginnings(keys, ACCOUNT, ['PHONE'], '415-555-0143')).not.toEqual(beginnings);
  expect(valueBeginnings(keys, 'acc_01J3Z8Q4V9Y6R2M7T5W0X1C8KE', ['PHONE'], '415-555-0142')).not.toEqual(beginnings);
});

test('the beginnings of a value hold those under the key before a rotation and under every other kid', () => {
  const before = createIssuer(keysOf({ ...old, role: 'active' }), 'vault-deterministic', 'K_ONE', ACCOUNT, SESSION);
  const other = { kid: 'K_TWO', role: 'active', secret: secret(3) } as const;
  const elsewhere = createIssuer(keysOf(other), 'vault-deterministic', 'K_TWO', ACCOUNT, SESSION);
  const beginnings = valueBeginnings(keysOf({ ...old, role: 'old' }, now, other), ACCOUNT, ['NAME'], 'Maria Gonzalez');
  expect(beginnings).toHaveLength(3);
  for (const issuer of [before, elsewhere])
    expect(beginnings).toContain(beginningOf(issuer.issue('NAME', 'Maria Gonzalez').token));
});
