/** Time-stamp tokens on the server: replies that hold are taken, and each hostile one is refused with its code. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { TimestampRefusal } from '../../../../src/audit-log/timestamping/refusal.ts';
import { checkToken, timestampRequest, tokenOf } from '../../../../src/audit-log/timestamping/token.ts';
import type { TokenExpectation } from '../../../../src/audit-log/timestamping/token.ts';
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
  pss,
  reply,
  rsaKeys,
  sequence,
  token,
  truth,
} from '../../../../verifier/test/authority.ts';
import type { CertificateTerms, TokenTerms } from '../../../../verifier/test/authority.ts';
import { parseAuthorities, verifyTimestamp } from '../../../../verifier/src/timestamps.ts';
import { opensslAuthority } from '../../../../verifier/test/openssl-authority.ts';

const message = Buffer.from('masker.dev/log/acc_1\n5\nroot\n\n— signature\n');
const nonce = Buffer.from('0080112233445566', 'hex');
const { root, signer } = authority();
const AT = '2026-05-03T21:15:00Z';
const expected: TokenExpectation = {
  message,
  nonce,
  authorities: [new X509Certificate(root.bytes)],
  now: Date.parse(AT) + 60_000,
};

const own = (terms: Partial<TokenTerms> = {}): Buffer =>
  reply(0, token({ message, signer, nonce: BigInt(`0x${nonce.toString('hex')}`), at: AT, ...terms }));
const signedBy = (terms: Partial<CertificateTerms>): Buffer =>
  own({ signer: certificate({ name: 'Test TSA', issuer: root, ...terms }) });

/** The time of a reply that holds, or the code of its refusal. */
function judge(bytes: Buffer, more: Partial<TokenExpectation> = {}): string {
  try {
    return checkToken(tokenOf(bytes), { ...expected, ...more }).toISOString();
  } catch (error) {
    if (error instanceof TimestampRefusal) return error.code;
    throw error;
  }
}

describe('a reply that holds', () => {
  test.each(['ec', 'rsa:2048'] as const)('of OpenSSL to our request, with keys of %s, is taken', (kind) => {
    const openssl = opensslAuthority(kind);
    const bytes = openssl.reply(timestampRequest({ message, nonce }));
    const authorities = [new X509Certificate(openssl.ca)];
    const now = Date.now();
    expect(judge(bytes, { authorities, now })).toMatch(/^20/);
    expect(judge(bytes, { authorities, now, nonce: Buffer.alloc(8, 1) })).toBe('wrong_nonce');
    expect(judge(bytes, { now })).toBe('untrusted_authority');
    openssl.verify(tokenOf(bytes), message);
    openssl.close();
  });

  const intermediate = certificate({ name: 'Test Issuer', isAuthority: true, issuer: root, pathLength: 0 });
  const below = certificate({ name: 'Test TSA', issuer: intermediate });
  const rsa = certificate({ name: 'Test TSA', issuer: root, keys: rsaKeys() });
  test.each([
    ['with an ESSCertIDv2', own()],
    ['with an ESSCertID', own({ named: { version: 1 } })],
    ['by RSA', own({ signer: rsa })],
    ['by RSA-PSS', own({ signer: rsa, isPss: true })],
    ['by P-384', signedBy({ keys: ellipticKeys('P-384') })],
    ['below an issuer that it holds', own({ signer: below, certificates: [below, intermediate] })],
    ['under the certificate of the signer itself', own()],
  ])('%s is taken', (name, bytes) => {
    const authorities = name.includes('itself') ? [new X509Certificate(signer.bytes)] : expected.authorities;
    expect(judge(bytes, { authorities })).toBe('2026-05-03T21:15:00.000Z');
  });
});

describe('a reply that does not hold', () => {
  const other = authority({}, { name: 'Other Root' });
  const leaf = certificate({ name: 'Test Leaf', issuer: root, purposes: null });
  const past = certificate({ name: 'Test Past', isAuthority: true, issuer: root, until: '2026-02-01' });
  const limited = certificate({ name: 'Test Issuer', isAuthority: true, issuer: root, pathLength: 0 });
  const second = certificate({ name: 'Test Second', isAuthority: true, issuer: limited });
  const below = (issuer: typeof root, ...more: (typeof root)[]): Buffer => {
    const last = certificate({ name: 'Test TSA', issuer });
    return own({ signer: last, certificates: [last, issuer, ...more] });
  };
  const granted = token({ message, signer, nonce: 1n });
  test.each([
    ['that is a rejection', reply(2), 'not_granted'],
    ['of granted with changes', reply(1, granted), 'not_granted'],
    ['of granted without a token', reply(0), 'not_granted'],
    ['that is text', Buffer.from('<html>busy</html>'), 'not_a_reply'],
    ['that is cut off', own().subarray(0, 200), 'not_a_reply'],
    ['with a byte behind it', Buffer.concat([own(), Buffer.of(0)]), 'not_a_reply'],
    ['that is a token alone', granted, 'not_a_reply'],
    ['of other bytes', own({ message: Buffer.from('other') }), 'wrong_imprint'],
    ['over SHA-512', own({ imprintHash: 'sha512' }), 'wrong_imprint'],
    ['for another request', own({ nonce: 5n }), 'wrong_nonce'],
    ['of an hour before', own({ at: '2026-05-03T20:15:00Z' }), 'wrong_time'],
    ['of an hour after', own({ at: '2026-05-03T22:17:00Z' }), 'wrong_time'],
    ['of another authority', own({ signer: other.signer }), 'untrusted_authority'],
    ['of one with the name of ours', own({ signer: authority({}, { name: 'Test Root' }).signer }), 'bad_signature'],
    ['signed by another key', own({ keys: other.signer.keys }), 'bad_signature'],
    ['whose attributes are of another content', own({ digested: Buffer.from('other') }), 'bad_signature'],
    ['of another kind of message', own({ contentType: '1.2.840.113549.1.7.1' }), 'malformed_token'],
    ['whose attributes name no certificate', own({ named: null }), 'wrong_signer'],
    ['whose attributes name another one', own({ named: { version: 2, certificate: other.signer } }), 'wrong_signer'],
    ['whose ESSCertID names another one', own({ named: { version: 1, certificate: other.signer } }), 'wrong_signer'],
    ['without the certificate of the signer', own({ certificates: [] }), 'wrong_signer'],
    ['by an expired certificate', signedBy({ until: '2026-05-01' }), 'outside_validity'],
    ['by a certificate that is not valid yet', signedBy({ from: '2026-06-01' }), 'outside_validity'],
    ['by a key for code', signedBy({ purposes: [CODE_SIGNING] }), 'wrong_key_usage'],
    ['by a key for code too', signedBy({ purposes: ['1.3.6.1.5.5.7.3.8', CODE_SIGNING] }), 'wrong_key_usage'],
    ['by a key whose purpose is not critical', signedBy({ isCritical: false }), 'wrong_key_usage'],
    ['by a key that may only encrypt', signedBy({ usage: 0x20 }), 'wrong_key_usage'],
    ['by an RSA key of 1024 bits', signedBy({ keys: rsaKeys(1024) }), 'unsupported_algorithm'],
    ['below a certificate that is no authority', below(leaf), 'untrusted_authority'],
    ['deeper than an authority allows', below(second, limited), 'wrong_key_usage'],
    ['below an authority that was past its time', below(past), 'outside_validity'],
    [
      'with a critical extension',
      own({ more: [der(0xa1, extension('1.2.3', true, Buffer.of(5, 0)))] }),
      'malformed_token',
    ],
  ])('%s is refused', (_, bytes, code) => {
    expect(judge(bytes)).toBe(code);
  });

  // What the verifier refuses is no evidence: the server asks again instead of keeping it.
  const rsaRoot = certificate({ name: 'RSA Root', isAuthority: true, keys: rsaKeys() });
  const rsa = certificate({ name: 'Test TSA', issuer: root, keys: rsaKeys() });
  const nameLimits = extension('2.5.29.30', true, sequence());
  const issuerOf = (terms: Partial<CertificateTerms>) =>
    below(certificate({ name: 'Test Issuer', isAuthority: true, issuer: root, ...terms }));
  const named = (numbered: typeof root, version: 1 | 2) => own({ named: { version, numbered } });
  const notCritical = sequence(oid('2.5.29.37'), truth(false), octets(sequence(oid('1.3.6.1.5.5.7.3.8'))));
  test.each([
    ['by a certificate with a critical extension that is not known', signedBy({ more: [nameLimits] }), 'malformed_certificate'],
    ['below such a certificate', issuerOf({ more: [nameLimits] }), 'malformed_certificate'],
    ['with such a certificate beside the others', own({ certificates: [signer, certificate({ name: 'x', more: [nameLimits] })] }), 'malformed_certificate'],
    ['by a certificate whose purpose is spelled as not critical', signedBy({ purposes: null, more: [notCritical] }), 'wrong_key_usage'],
    ['below an authority for code', issuerOf({ purposes: [CODE_SIGNING] }), 'wrong_key_usage'],
    ['by a key on a curve of 224 bits', signedBy({ keys: ellipticKeys('secp224r1') }), 'unsupported_algorithm'],
    ['below a key on the curve secp256k1', issuerOf({ keys: ellipticKeys('secp256k1') }), 'unsupported_algorithm'],
    ['by a certificate that is signed over SHA-1', own({ signer: certificate({ name: 'Test TSA', issuer: rsaRoot, pssHash: 'sha1' }) }), 'unsupported_algorithm'],
    ['whose ESSCertIDv2 has the number of another certificate', named(other.signer, 2), 'wrong_signer'],
    ['whose ESSCertID has the number of another certificate', named(other.signer, 1), 'wrong_signer'],
    ['by ECDSA with parameters', own({ algorithm: sequence(oid('1.2.840.10045.4.3.2'), der(0x05)) }), 'unsupported_algorithm'],
    ['by RSA with other parameters', own({ signer: rsa, algorithm: sequence(oid('1.2.840.113549.1.1.11'), integer(1)) }), 'unsupported_algorithm'],
    ['by RSA-PSS with a mask that is not MGF1', own({ signer: rsa, isPss: true, algorithm: pss('sha256', '1.2.3') }), 'unsupported_algorithm'],
    ['by RSA-PSS with a salt of 65 bytes', own({ signer: rsa, isPss: true, algorithm: pss('sha256', undefined, 65) }), 'unsupported_algorithm'],
    ['by RSA-PSS with a trailer', own({ signer: rsa, isPss: true, algorithm: pss('sha256', undefined, 32, der(0xa3, integer(1))) }), 'malformed_token'],
    ['with a certificate of version 2 beside the others', own({ certificates: [signer, certificate({ name: 'x', version: 1 })] }), 'malformed_certificate'],
    ['of a time with zeros at its end', own({ clock: '20260503211500.500Z' }), 'malformed_token'],
    ['of a part of the second behind its certificate', own({ clock: '20260503211500.5Z', signer: certificate({ name: 'Test TSA', issuer: root, until: AT }) }), 'outside_validity'],
  ])('%s is refused, as by the verifier', async (_, bytes, code) => {
    const roots = [root, rsaRoot];
    expect(judge(bytes, { authorities: roots.map((each) => new X509Certificate(each.bytes)) })).toBe(code);
    const authorities = roots.flatMap((each) => parseAuthorities(each.bytes));
    await expect(verifyTimestamp(tokenOf(bytes), { message, authorities })).rejects.toMatchObject({ code });
  }); // prettier-ignore

  test('is refused wherever a bit of it changed, but for the list of algorithms that nothing signs', () => {
    const bytes = own();
    const listed = der(0x31, der(0x30, der(0x06, Buffer.from('608648016503040201', 'hex'))));
    const start = bytes.indexOf(listed);
    const taken: number[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      const mutant = Buffer.from(bytes);
      mutant[at] = (mutant[at] ?? 0) ^ (1 << (at % 8));
      if (judge(mutant).startsWith('20')) taken.push(at);
    }
    expect(taken.filter((at) => at < start || at >= start + listed.length)).toEqual([]);
  });
});
