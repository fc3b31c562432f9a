import { describe, expect, it } from 'vitest';
import { readJson } from '../src/json.ts';
import { keyIdOf, KeyRing, parseKeyList, parsePublicKey } from '../src/keys.ts';
import { keyEntry, OTHER_SEED, signingKey, SIGNING_SEED, type Json } from './bundle-builder.ts';

const key = signingKey(SIGNING_SEED);
const other = signingKey(OTHER_SEED);
const raw = Uint8Array.from(key.publicKey);
const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.publicKey]).toString('base64');
const pem = `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`;

describe('a public key given by the user', () => {
  it.each([
    ['base64', key.publicKey.toString('base64')],
    ['hex', key.publicKey.toString('hex')],
    ['with a line end', `${key.publicKey.toString('base64')}\n`],
    ['PEM', pem],
    ['PEM with CR LF', pem.replaceAll('\n', '\r\n')],
  ])('is read as %s', (_, text) => {
    expect(parsePublicKey(text)).toEqual(raw);
  });

  it.each([
    ['nothing', ''],
    ['31 bytes', key.publicKey.subarray(1).toString('base64')],
    ['upper-case hex', key.publicKey.toString('hex').toUpperCase()],
    ['a private key', pem.replaceAll('PUBLIC', 'PRIVATE')],
    [
      'a key for key agreement (X25519)',
      pem.replace(
        der,
        Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), key.publicKey]).toString('base64'),
      ),
    ],
    ['two keys', pem + pem],
  ])('is refused: %s', (_, text) => {
    expect(parsePublicKey(text)).toBeNull();
  });
});

describe('a list of keys', () => {
  const list = (value: Json): readonly Uint8Array[] | null =>
    parseKeyList(readJson(new TextEncoder().encode(JSON.stringify(value))).value);

  it('gives all keys', () => {
    expect(list({ keys: [keyEntry(key), { ...keyEntry(other), retired_at: '2026-01-01T00:00:00.000Z' }] })).toEqual([
      raw,
      Uint8Array.from(other.publicKey),
    ]);
  });

  it.each<[string, Json]>([
    ['no list', {}],
    ['an empty list', { keys: [] }],
    ['one bad key among good ones', { keys: [keyEntry(key), { ...keyEntry(other), public_key: 'x' }] }],
    ['another algorithm', { keys: [{ ...keyEntry(key), alg: 'RS256' }] }],
    ['no object', [keyEntry(key)]],
  ])('is refused: %s', (_, value) => {
    expect(list(value)).toBeNull();
  });
});

describe('key ids', () => {
  it('are the first 8 hex digits of SHA-256 of the key', () => {
    expect(keyIdOf(raw)).toBe(key.id);
    // RFC 8032 TEST 1
    expect(keyIdOf(Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex'))).toBe(
      '21fe31df',
    );
  });
});

describe('the key ring', () => {
  it('finds pinned keys under their true id only, whatever the file calls its own', () => {
    const ring = new KeyRing([raw], [{ key_id: key.id, bytes: Uint8Array.from(other.publicKey) }]);
    expect(ring.pinnedUnder(key.id).map(({ bytes }) => bytes)).toEqual([raw]);
    expect(ring.pinnedUnder(other.id)).toEqual([]);
    expect(ring.statedUnder(key.id)?.bytes).toEqual(Uint8Array.from(other.publicKey));
    expect(ring.statedUnder(other.id)).toBeNull();
  });

  it('keeps the first of several keys that a file states under one id', () => {
    const ring = new KeyRing(
      [],
      [
        { key_id: key.id, bytes: raw },
        { key_id: key.id, bytes: Uint8Array.from(other.publicKey) },
      ],
    );
    expect(ring.statedUnder(key.id)?.bytes).toEqual(raw);
  });
});
