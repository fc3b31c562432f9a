import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccountId, SessionId } from '../../../src/platform/ids.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import { SessionVault, decodeValue, encodeValue } from '../../../src/tokens/vault.ts';

const ACCOUNT: AccountId = 'acc_01HYZ000000000000000000000';
const OTHER_ACCOUNT: AccountId = 'acc_01HYZ000000000000000000001';
const SESSION: SessionId = 'sess_01HYZ000000000000000000000';
const OTHER_SESSION: SessionId = 'sess_01HYZ000000000000000000001';
const KID = 'K_HEALTHCARE';
const TOKEN = 'MSKV1.PHONE.K_HEALTHCARE.AAAAAAAAAAAAAAAAAAAAAAAAAA';

const ring = new KeyRing([{ kid: KID, role: 'active', secret: Buffer.alloc(32, 1) }]);
const rotated = new KeyRing([
  { kid: KID, role: 'active', secret: Buffer.alloc(32, 2) },
  { kid: KID, role: 'old', secret: Buffer.alloc(32, 1) },
]);

function create(): ReturnType<typeof SessionVault.create> {
  const key = ring.active(KID);
  if (key === null) throw new Error('no key');
  return SessionVault.create(key, ACCOUNT, SESSION);
}

describe('values', () => {
  test('survive, whatever they are made of, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 0, max: 0xffff })), (text, units) => {
        for (const value of [text, String.fromCharCode(...units)]) expect(decodeValue(encodeValue(value))).toBe(value);
      }),
    );
    expect(decodeValue(encodeValue('\ud800'))).toBe('\ud800');
  });

  test.each([[new Uint8Array()], [Uint8Array.of(9, 65)]])('are not read out of foreign bytes', (bytes) => {
    expect(decodeValue(bytes)).toBeNull();
  });
});

describe('a vault', () => {
  test('gives back what it sealed, also after its key was rotated', () => {
    const { vault, wrapped } = create();
    const sealed = vault.seal(TOKEN, '(415) 555-0142');
    expect(vault.open(TOKEN, sealed)).toBe('(415) 555-0142');
    for (const keys of [ring, rotated])
      expect(SessionVault.open(keys, wrapped, ACCOUNT, SESSION)?.open(TOKEN, sealed)).toBe('(415) 555-0142');
  });

  test('does not hold the value in the clear', () => {
    const { vault, wrapped } = create();
    const sealed = vault.seal(TOKEN, 'Maria Gonzalez');
    for (const bytes of [sealed, wrapped.wrapped]) expect(bytes.toString('latin1')).not.toContain('Maria');
  });

  test('opens no row that was moved to another token, session or account', () => {
    const { vault, wrapped } = create();
    const sealed = vault.seal(TOKEN, 'x');
    expect(vault.open(TOKEN.replace('PHONE', 'EMAIL'), sealed)).toBeNull();
    expect(create().vault.open(TOKEN, sealed)).toBeNull();
    expect(SessionVault.open(ring, wrapped, ACCOUNT, OTHER_SESSION)).toBeNull();
    expect(SessionVault.open(ring, wrapped, OTHER_ACCOUNT, SESSION)).toBeNull();
  });

  test('stays shut once its key is no longer registered', () => {
    const { wrapped } = create();
    const without = new KeyRing([{ kid: KID, role: 'active', secret: Buffer.alloc(32, 2) }]);
    expect(SessionVault.open(without, wrapped, ACCOUNT, SESSION)).toBeNull();
  });

  test('opens rows of the version that sealed with AES-256-GCM-SIV, and seals new ones beside them', () => {
    const wrapped = {
      kid: KID,
      keyVersion: 'cd5ac41e',
      wrapped: Buffer.from(
        '35b6ff40c4f0bbd46f65d22d7f9b13ae0bbfd33155bf815ad5a2e0111655aed5822f0a3b8583f6484a5c8325cde241fd3c53315fd3ac3dc6851dfec4',
        'hex',
      ),
    };
    const vault = SessionVault.open(ring, wrapped, ACCOUNT, SESSION);
    // The nonce of the second one begins with the byte that marks the current version.
    for (const row of [
      '2da64d0fb6dd4f6544e461f2e970643d57b7ca5b591ac55637166e5e016a4549197275e1005bfefd84b202',
      '0240d6c2b59e117b5a9870c1e2c75d8394dec4096398f08b00dff321bbc545f6159c329986cc5f80db5de1',
    ]) {
      expect(vault?.open(TOKEN, Buffer.from(row, 'hex'))).toBe('(415) 555-0142');
      expect(vault?.open(TOKEN.replace('PHONE', 'EMAIL'), Buffer.from(row, 'hex'))).toBeNull();
    }
    expect(vault?.open(TOKEN, vault.seal(TOKEN, 'new'))).toBe('new');
  });
});
