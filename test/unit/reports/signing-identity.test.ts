/** Keys and certificates that PDFs are signed with: which are taken, and what is said of the others. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { readPdfSigning } from '../../../src/cli/wiring/pdf-signing.ts';
import { loadConfig } from '../../../src/platform/config.ts';
import { StartError } from '../../../src/platform/start-error.ts';
import { expiryOf, readSigningIdentity, subjectOf } from '../../../src/reports/pdf/signing-identity.ts';
import { certificate, ellipticKeys, extension, pem, rsaKeys } from '../../../verifier/test/authority.ts';
import type { CertificateTerms, TestKeys } from '../../../verifier/test/authority.ts';

const AT = new Date('2026-05-03T21:15:00Z');
const keys = ellipticKeys();
const root = certificate({ name: 'Root', isAuthority: true, until: '2026-12-01' });
const between = certificate({ name: 'Issuer', isAuthority: true, issuer: root });
const stranger = certificate({ name: 'Stranger', isAuthority: true });
const own = (terms: Partial<CertificateTerms> = {}): string =>
  pem(certificate({ name: 'Clinic Records', issuer: between, keys, purposes: null, ...terms }));
const keyText = ({ privateKey }: TestKeys): string => privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const whole = `${pem(root)}${own()}${pem(between)}`;

describe('readSigningIdentity', () => {
  test('finds the certificate of the key and the chain above it in any order', () => {
    const read = readSigningIdentity(keyText(keys), whole, AT);
    if (!read.ok) throw new Error(read.message);
    expect(read.identity.issuers.map(({ subject }) => subject)).toEqual(['CN=Issuer', 'CN=Root']);
    expect(subjectOf(read.identity)).toBe('CN=Clinic Records');
    expect(expiryOf(read.identity)).toEqual(new Date('2026-12-01'));
  });

  test.each([0x80, 0x40, 0xc0])('takes a certificate with key usage %i', (usage) => {
    expect(readSigningIdentity(keyText(keys), own({ usage }), AT).ok).toBe(true);
  });

  const encrypted = keys.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' });
  const strong = 'must be of ECDSA on P-256, or of RSA with 2048 to 4096 bits';
  test.each([
    ['no PEM', 'MIIB', 'is no private key as PEM'],
    ['a certificate', own(), 'is no private key as PEM'],
    ['an encrypted key', encrypted.toString(), 'is encrypted: it must be without a passphrase'],
    ['a key on another curve', keyText(ellipticKeys('P-384')), strong],
    ['a short RSA key', keyText(rsaKeys(1024)), strong],
  ])('refuses %s as key', (_, text, message) => {
    expect(readSigningIdentity(text, whole, AT)).toEqual({ ok: false, part: 'key', message });
  });

  const large = extension('1.2.3.4', false, Buffer.alloc(65_000));
  test.each([
    ['no certificate', '', 'holds no certificate as PEM'],
    ['a cut certificate', own().slice(0, 200), 'has a certificate that cannot be read'],
    ['the certificate of another key', pem(between), 'has no certificate of the key'],
    [
      'a certificate beside the chain',
      `${whole}${pem(stranger)}`,
      'has certificates that do not lead from that of the key to its issuers',
    ],
    [
      'a certificate of no signer',
      own({ usage: 0x20 }),
      'has a certificate without the key usage digitalSignature or nonRepudiation',
    ],
    ['an expired certificate', own({ until: '2026-05-03' }), 'has a certificate that is expired, or not valid yet'],
    ['a certificate of later', own({ from: '2026-05-04' }), 'has a certificate that is expired, or not valid yet'],
    ['a certificate that is too large', own({ more: [large] }), 'has certificates of more than 60 kB'],
  ])('refuses %s', (_, text, message) => {
    const read = readSigningIdentity(keyText(keys), text, AT);
    expect(read).toEqual({ ok: false, part: 'certificates', message });
  });

  test('refuses a chain with an expired issuer', () => {
    const old = certificate({ name: 'Old', isAuthority: true, until: '2026-02-01' });
    const read = readSigningIdentity(keyText(keys), `${own({ issuer: old })}${pem(old)}`, AT);
    expect(read).toMatchObject({ ok: false, message: 'has a certificate that is expired, or not valid yet' });
  });
});

describe('MASKER_PDF_SIGNING_KEY and MASKER_PDF_SIGNING_CERTS', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'masker-pdf-signing-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (name: string, content: string): string => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const keyFile = `file:${file('key.pem', keyText(keys))}`;
  const certificates = file('certificates.pem', whole);
  const problemsOf = (variables: Record<string, string>): readonly string[] => {
    const loaded = loadConfig(variables, { keysRequired: false });
    return loaded.ok ? [] : loaded.problems.map(({ variable, message }) => `${variable} ${message}`);
  };
  const read = (key: string, certs: string, at = AT): ReturnType<typeof readPdfSigning> => {
    const loaded = loadConfig(
      { MASKER_PDF_SIGNING_KEY: key, MASKER_PDF_SIGNING_CERTS: certs },
      { keysRequired: false },
    );
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return readPdfSigning(loaded.config, { now: () => at.getTime() });
  };

  test('are set together, or neither', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ MASKER_PDF_SIGNING_KEY: keyFile })).toEqual([
      'MASKER_PDF_SIGNING_CERTS must be set together with MASKER_PDF_SIGNING_KEY',
    ]);
    expect(problemsOf({ MASKER_PDF_SIGNING_CERTS: certificates })).toEqual([
      'MASKER_PDF_SIGNING_KEY must be set together with MASKER_PDF_SIGNING_CERTS',
    ]);
    const loaded = loadConfig({}, { keysRequired: false });
    expect(loaded.ok && readPdfSigning(loaded.config, { now: () => 0 })).toBeNull();
  });

  test('are read from the files that they name, also a key of 4096 bits, and no text shows the key', () => {
    const identity = read(keyFile, certificates);
    expect(identity?.issuers).toHaveLength(2);
    const long = rsaKeys(4096);
    const longKey = `file:${file('long.pem', keyText(long))}`;
    expect(read(longKey, file('long-certificate.pem', own({ keys: long })))).not.toBeNull();
    const secret = keyText(keys).split('\n')[1] ?? '';
    expect(secret).not.toBe('');
    expect(inspect(identity, { depth: 9 }) + JSON.stringify(identity)).not.toContain(secret);
  });

  test.each([
    [
      'no file',
      keyFile,
      path.join(folder, 'none'),
      AT,
      `MASKER_PDF_SIGNING_CERTS ${folder}/none cannot be read (ENOENT).`,
    ],
    [
      'another key',
      `file:${file('other.pem', keyText(ellipticKeys()))}`,
      certificates,
      AT,
      `MASKER_PDF_SIGNING_CERTS ${certificates} has no certificate of the key.`,
    ],
    ['no key', 'MIIB', certificates, AT, 'MASKER_PDF_SIGNING_KEY is no private key as PEM.'],
    [
      'an expired chain',
      keyFile,
      certificates,
      new Date('2026-12-02'),
      `MASKER_PDF_SIGNING_CERTS ${certificates} has a certificate that is expired, or not valid yet.`,
    ],
  ])('stop the start in one line with %s', (_, key, certs, at, message) => {
    expect(() => read(key, certs, at)).toThrow(new StartError(message));
  });
});
