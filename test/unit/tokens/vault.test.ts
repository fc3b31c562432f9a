import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccountId, SessionId } from '../../../src/platform/ids.ts';
import { GcmSiv } from '../../../src/tokens/gcm-siv.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import { SessionVault, decodeValue, encodeValue, openBytes, sealBytes } from '../../../src/tokens/vault.ts';

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

describe('sealed bytes', () => {
  const key = new GcmSiv(Buffer.alloc(32, 3));

  test('are AES-256-GCM-SIV: RFC 8452, C.2', () => {
    const sealed = Buffer.from('030000000000000000000000' + 'c2ef328e5c71c83b843122130f7364b761e0b97427e3df28', 'hex');
    const rfcKey = new GcmSiv(Buffer.concat([Buffer.of(1), Buffer.alloc(31)]));
    expect(openBytes(rfcKey, sealed, '')).toEqual(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
  });

  test('open under the same key and associated data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (plaintext, associated) => {
        expect(openBytes(key, sealBytes(key, plaintext, associated), associated)).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  test('open under no other key, data or byte', () => {
    const sealed = sealBytes(key, Buffer.from('555-0142'), 'here');
    expect(openBytes(new GcmSiv(Buffer.alloc(32, 4)), sealed, 'here')).toBeNull();
    expect(openBytes(key, sealed, 'there')).toBeNull();
    for (let i = 0; i < sealed.length; i += 1) {
      const changed = Buffer.from(sealed);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(openBytes(key, changed, 'here')).toBeNull();
    }
    expect(openBytes(key, sealed.subarray(0, 20), 'here')).toBeNull();
  });

  test('differ each time, for the nonce is random', () => {
    expect(sealBytes(key, Buffer.from('x'), '')).not.toEqual(sealBytes(key, Buffer.from('x'), ''));
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
});
