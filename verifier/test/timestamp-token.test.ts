/** Time-stamp tokens: those of OpenSSL and our own hold, and each that is wrong in one point is refused with its code. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  parseAuthorities,
  TimestampError,
  verifyTimestamp,
  type TimestampTerms,
  type VerifiedTimestamp,
} from '../src/timestamps.ts';
import {
  authority,
  certificate,
  CODE_SIGNING,
  der,
  ellipticKeys,
  extension,
  integer,
  octets,
  oid,
  pem,
  rsaKeys,
  sequence,
  set,
  token,
  truth,
  type CertificateTerms,
  type TokenTerms,
} from './authority.ts';
import { opensslAuthority } from './openssl-authority.ts';

const message = Buffer.from('masker.dev/log/acc_1\n5\nroot\n\n— signature\n');
const { root, signer } = authority();
const authorities = parseAuthorities(Buffer.from(pem(root)));
const held: VerifiedTimestamp = { time: Date.parse('2026-05-03T21:15:00Z'), policy: '1.2.3.4.1', serial: 7n };

function verify(bytes: Uint8Array, terms: Partial<TimestampTerms> = {}): Promise<VerifiedTimestamp> {
  return verifyTimestamp(bytes, { message, authorities, ...terms });
}

/** The code with which a token is refused; what it says where it holds. */
async function codeOf(bytes: Uint8Array, terms: Partial<TimestampTerms> = {}): Promise<unknown> {
  try {
    return await verify(bytes, terms);
  } catch (error) {
    if (error instanceof TimestampError) return error.code;
    throw error;
  }
}

const own = (terms: Partial<TokenTerms> = {}): Buffer => token({ message, signer, ...terms });

/** A token of a signer with these terms, below the same root. */
const signedBy = (terms: Partial<CertificateTerms>): Buffer =>
  own({ signer: certificate({ name: 'Test TSA', issuer: root, ...terms }) });

/** The query of `openssl ts -query`: SHA-256 of the message, certificates asked for. */
const query = (nonce: bigint): Buffer =>
  sequence(
    integer(1),
    sequence(sequence(oid('2.16.840.1.101.3.4.2.1'), der(0x05)), octets(createHash('sha256').update(message).digest())),
    integer(nonce),
    truth(true),
  );

describe('a token that holds', () => {
  it.each(['ec', 'rsa:2048'] as const)('of OpenSSL with keys of %s is taken, with its time', async (kind) => {
    const openssl = opensslAuthority(kind);
    const reply = openssl.reply(query(12_345n));
    // TimeStampResp: a status of granted, and the token behind it.
    const bytes = reply.subarray(reply.indexOf(oid('1.2.840.113549.1.7.2')) - 4);
    const given = { authorities: parseAuthorities(Buffer.from(openssl.ca)) };
    const { time } = await verify(bytes, { ...given, nonce: 12_345n });
    expect(new Date(time).toISOString()).toMatch(/:\d\d\.000Z$/);
    expect(await codeOf(bytes, given)).toMatchObject({ time });
    expect(await codeOf(bytes, { ...given, nonce: 12_346n })).toBe('wrong_nonce');
    expect(await codeOf(bytes)).toBe('untrusted_authority');
    openssl.verify(bytes, message);
    openssl.close();
  });

  const intermediate = certificate({ name: 'Test Issuer', isAuthority: true, issuer: root, pathLength: 0 });
  const below = certificate({ name: 'Test TSA', issuer: intermediate });
  const rsa = certificate({ name: 'Test TSA', issuer: root, keys: rsaKeys() });
  it.each([
    ['with an ESSCertIDv2', own()],
    ['with an ESSCertID', own({ named: { version: 1 } })],
    ['by RSA', own({ signer: rsa })],
    ['by RSA-PSS', own({ signer: rsa, isPss: true })],
    ['by P-521', signedBy({ keys: ellipticKeys('P-521') })],
    ['over SHA-512', own({ imprintHash: 'sha512' })],
    ['below an issuer that it holds', own({ signer: below, certificates: [below, intermediate] })],
    ['with more certificates than it needs', own({ certificates: [root, signer, rsa] })],
    ['at the first second of its certificate', own({ at: '2026-01-01T00:00:00Z' })],
    ['at the last one', own({ at: '2027-01-01T00:00:00Z' })],
  ])('%s is taken', async (_, bytes) => {
    expect(await codeOf(bytes)).toMatchObject({ policy: '1.2.3.4.1', serial: 7n });
  });

  it('is taken under the certificate of the signer itself, and under one of two roots in a file', async () => {
    expect(await verify(own(), { authorities: parseAuthorities(signer.bytes) })).toEqual(held);
    // A root that was renewed with a key of another kind has the same name.
    const renewed = certificate({ name: 'Test Root', isAuthority: true, keys: rsaKeys() });
    const file = Buffer.from(`first\n${pem(renewed)}second\n${pem(root)}`);
    expect(await verify(own(), { authorities: parseAuthorities(file) })).toEqual(held);
    expect(await verify(own({ certificates: [] }), { authorities: parseAuthorities(signer.bytes) })).toEqual(held);
  });

  it('has no nonce, or another one, where the caller knows none', async () => {
    expect(await verify(own({ nonce: 9n }))).toEqual(held);
    expect(await codeOf(own(), { nonce: 9n })).toBe('wrong_nonce');
  });
});

describe('a token that does not hold', () => {
  const other = authority({}, { name: 'Other Root' });
  const impostor = certificate({ name: 'Other Issuer', isAuthority: true });
  const leaf = certificate({ name: 'Test Leaf', issuer: root, purposes: null });
  const limited = certificate({ name: 'Test Issuer', isAuthority: true, issuer: root, pathLength: 0 });
  const second = certificate({ name: 'Test Second', isAuthority: true, issuer: limited });
  const past = certificate({ name: 'Test Past', isAuthority: true, issuer: root, until: '2026-02-01' });
  const below = (issuer: typeof root, ...more: (typeof root)[]): Buffer => {
    const last = certificate({ name: 'Test TSA', issuer });
    return own({ signer: last, certificates: [last, issuer, ...more] });
  };
  it.each([
    ['of other bytes', own({ message: Buffer.from('other') }), 'wrong_imprint'],
    ['over SHA-1', own({ imprintHash: 'sha1' }), 'unsupported_algorithm'],
    ['of another authority', own({ signer: other.signer }), 'untrusted_authority'],
    [
      'of one with the name of the trusted root',
      own({ signer: authority({}, { name: 'Test Root' }).signer }),
      'bad_signature',
    ],
    ['signed by another key', own({ keys: other.signer.keys }), 'bad_signature'],
    ['whose attributes are of another content', own({ digested: Buffer.from('other') }), 'bad_signature'],
    ['that is another kind of message', own({ contentType: '1.2.840.113549.1.7.1' }), 'malformed_token'],
    ['whose attributes name no certificate', own({ named: null }), 'wrong_signer'],
    ['whose attributes name another one', own({ named: { version: 2, certificate: other.signer } }), 'wrong_signer'],
    ['whose ESSCertID names another one', own({ named: { version: 1, certificate: other.signer } }), 'wrong_signer'],
    ['without the certificate of the signer', own({ certificates: [] }), 'wrong_signer'],
    ['before its certificate was valid', own({ at: '2025-12-31T23:59:59Z' }), 'outside_validity'],
    ['after its certificate was valid', own({ at: '2027-01-01T00:00:01Z' }), 'outside_validity'],
    ['by a key for code', signedBy({ purposes: [CODE_SIGNING] }), 'wrong_key_usage'],
    ['by a key for code too', signedBy({ purposes: ['1.3.6.1.5.5.7.3.8', CODE_SIGNING] }), 'wrong_key_usage'],
    ['by a key without a purpose', signedBy({ purposes: null }), 'wrong_key_usage'],
    ['by a key whose purpose is not critical', signedBy({ isCritical: false }), 'wrong_key_usage'],
    ['by a key that may only encrypt', signedBy({ usage: 0x20 }), 'wrong_key_usage'],
    ['by an RSA key of 1024 bits', signedBy({ keys: rsaKeys(1024) }), 'unsupported_algorithm'],
    ['below a certificate that is no authority', below(leaf), 'wrong_key_usage'],
    ['deeper than an authority allows', below(second, limited), 'wrong_key_usage'],
    ['below an authority that was past its time', below(past), 'outside_validity'],
    ['below an authority that the root did not sign', below(impostor), 'untrusted_authority'],
    [
      'with a critical extension that is not known',
      signedBy({ more: [extension('2.5.29.30', true, sequence())] }),
      'malformed_certificate',
    ],
    [
      'with a critical extension of its own',
      own({ more: [der(0xa1, extension('1.2.3', true, Buffer.of(5, 0)))] }),
      'malformed_token',
    ],
    ['with a byte behind it', Buffer.concat([own(), Buffer.of(0)]), 'malformed_token'],
    ['that is text', Buffer.from('<html>busy</html>'), 'malformed_token'],
    ['that is empty', Buffer.alloc(0), 'malformed_token'],
    ['of more than 64 KiB', own({ more: [der(0xa0, Buffer.alloc(70_000))] }), 'malformed_token'],
    ['of an indefinite length', Buffer.of(0x30, 0x80, 0, 0), 'malformed_token'],
    ['of a length in too many bytes', Buffer.of(0x30, 0x81, 0x01, 0x05), 'malformed_token'],
  ])('%s is refused', async (_, bytes, code) => {
    expect(await codeOf(bytes)).toBe(code);
  });

  it('is refused wherever it is cut off, and with whichever bit changed', async () => {
    const bytes = own({ nonce: 3n });
    const changed: number[] = [];
    for (let end = 0; end < bytes.length; end += 1) expect(await codeOf(bytes.subarray(0, end))).toBeTypeOf('string');
    for (let at = 0; at < bytes.length; at += 1) {
      const mutant = Buffer.from(bytes);
      mutant[at] = (mutant[at] ?? 0) ^ (1 << (at % 8));
      const found = await codeOf(mutant, { nonce: 3n });
      if (typeof found !== 'string') changed.push(at);
    }
    // The list of digest algorithms is not signed, and says nothing that the signer does not say.
    const listed = set(sequence(oid('2.16.840.1.101.3.4.2.1')));
    const start = bytes.indexOf(listed);
    expect(changed.filter((at) => at < start || at >= start + listed.length)).toEqual([]);
  });
});

describe('the certificates of a file', () => {
  it.each([
    ['text', Buffer.from('no certificate')],
    ['a PEM block of other bytes', Buffer.from(pem(root).replace(/\n[A-Za-z0-9+/]{8}/, '\nAAAAAAAA'))],
    ['a certificate that is cut off', root.bytes.subarray(0, 100)],
    ['a key', Buffer.from('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n')],
  ])('that are %s are refused', (_, file) => {
    expect(() => parseAuthorities(file)).toThrow(expect.objectContaining({ code: 'malformed_certificate' }) as Error);
  });
});
