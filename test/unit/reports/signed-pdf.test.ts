/** Signed PDFs, judged by OpenSSL and, where it is installed, by poppler: neither shares code with Masker. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PdfPool } from '../../../src/reports/pdf/pdf-pool.ts';
import { renderPdf } from '../../../src/reports/pdf/render.ts';
import type { SigningIdentity } from '../../../src/reports/pdf/signed-data.ts';
import { readSigningIdentity } from '../../../src/reports/pdf/signing-identity.ts';
import { certificate, ellipticKeys, pem, rsaKeys } from '../../../verifier/test/authority.ts';
import type { CertificateTerms, TestCertificate, TestKeys } from '../../../verifier/test/authority.ts';
import { verifyBundle } from '../../../verifier/src/verify.ts';
import { withRewrittenPdf } from '../../../verifier/src/with-rewritten-pdf.ts';
import { readPdf } from '../../pdf-text.ts';
import { attachment, report } from './pdf-fixture.ts';

const AT = new Date(report.generated_at);
const root = certificate({ name: 'Test Root', isAuthority: true });
const between = certificate({ name: 'Test Issuer', isAuthority: true, issuer: root });
const signerOf = (keys: TestKeys, more: Partial<CertificateTerms> = {}): TestCertificate =>
  certificate({ name: 'Clinic Records', issuer: between, keys, purposes: null, ...more });
const keyText = ({ privateKey }: TestKeys): string => privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

const kinds = { 'ECDSA on P-256': ellipticKeys(), 'RSA with 2048 bits': rsaKeys() } as const;
type Kind = keyof typeof kinds;
const KINDS: readonly Kind[] = ['ECDSA on P-256', 'RSA with 2048 bits'];

function identityOf(kind: Kind): SigningIdentity {
  const keys = kinds[kind];
  const read = readSigningIdentity(keyText(keys), `${pem(between)}${pem(signerOf(keys))}`, AT);
  if (!read.ok) throw new Error(read.message);
  return read.identity;
}

const folder = mkdtempSync(join(tmpdir(), 'masker-signed-pdf-'));
const inFolder = (name: string, content: Uint8Array | string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the file says of its signature. */
function signatureOf(bytes: Uint8Array): { range: readonly number[]; signed: Buffer; contents: Buffer } {
  const file = Buffer.from(bytes);
  const raw = file.toString('latin1');
  const range = (/\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]/.exec(raw) ?? []).slice(1).map(Number);
  const [, first = 0, second = 0, rest = 0] = range;
  const hex = raw.slice(first + 1, second - 1);
  return {
    range,
    signed: Buffer.concat([file.subarray(0, first), file.subarray(second, second + rest)]),
    contents: Buffer.from(hex, 'hex'),
  };
}

/** What OpenSSL says of a signature over bytes: the text of its answer, '' where it holds. */
function opensslOn(contents: Buffer, signed: Buffer): string {
  const [cms, data] = [inFolder('signature.der', contents), inFolder('signed', signed)];
  const options = ['-binary', '-inform', 'DER', '-purpose', 'any', '-attime', String(AT.getTime() / 1000)];
  const ca = ['-CAfile', inFolder('root.pem', pem(root)), '-content', data, '-out', '/dev/null', '-cades'];
  const { status, stderr } = spawnSync('openssl', ['cms', '-verify', ...options, ...ca, '-in', cms], {
    encoding: 'utf8',
  });
  return status === 0 ? '' : stderr;
}

const signed = new Map<Kind, Uint8Array>();
beforeAll(async () => {
  for (const kind of KINDS) {
    const pool = new PdfPool({ identity: identityOf(kind), clock: { now: () => AT.getTime() } });
    signed.set(kind, await pool.render(report, attachment));
    await pool.close();
  }
});
const signedBy = (kind: Kind): Uint8Array => signed.get(kind) ?? new Uint8Array();

describe.each(KINDS)('a PDF that is signed by %s', (kind) => {
  test('has a signature that holds to OpenSSL, with the chain to its root', () => {
    const { contents, signed: bytes } = signatureOf(signedBy(kind));
    expect(opensslOn(contents, bytes)).toBe('');
  });

  test.each([0, 20_000, -1])('does not hold to OpenSSL after its byte %i was changed', (at) => {
    const file = Buffer.from(signedBy(kind));
    const place = at < 0 ? file.length + at : at;
    file.writeUInt8((file.at(place) ?? 0) ^ 1, place);
    const { contents, signed: bytes } = signatureOf(file);
    expect(opensslOn(contents, bytes)).toContain('verification failure');
  });

  test('has all its bytes but those of the signature signed, in one revision', () => {
    const { range, contents } = signatureOf(signedBy(kind));
    const [start, first = 0, second = 0, rest = 0] = range;
    expect(start).toBe(0);
    expect(second - first).toBe(2 * contents.length + 2);
    expect(second + rest).toBe(signedBy(kind).length);
    const raw = Buffer.from(signedBy(kind)).toString('latin1');
    expect(raw.slice(first, first + 3)).toBe('<30');
    expect(raw.match(/\nstartxref\n/g)).toHaveLength(1);
    expect(raw.endsWith('%%EOF\n')).toBe(true);
    for (const text of ['/SubFilter /ETSI.CAdES.detached', '/SigFlags 3', '/FT /Sig', '/F 132', '/Rect [0 0 0 0]'])
      expect(raw).toContain(text);
    expect(raw).toContain('<pdfaid:part>3</pdfaid:part>');
  });

  test('has the attributes of PAdES baseline B-B, and the time in the dictionary alone', () => {
    const { contents } = signatureOf(signedBy(kind));
    const cms = inFolder('signature.der', contents);
    const printed = execFileSync('openssl', ['cms', '-cmsout', '-print', '-inform', 'DER', '-in', cms], {
      encoding: 'utf8',
    });
    const attributes = printed.slice(printed.indexOf('signedAttrs:'), printed.indexOf('signatureAlgorithm:', printed.indexOf('signedAttrs:'))); // prettier-ignore
    expect([...attributes.matchAll(/object: (\S+)/g)].map(([, name]) => name).sort()).toEqual([
      'contentType',
      'id-smime-aa-signingCertificateV2',
      'messageDigest',
    ]);
    expect(printed).toContain('eContent: <ABSENT>');
    expect(Buffer.from(signedBy(kind)).toString('latin1')).toContain('/M (D:20260503211500Z)');
  });

  // No script installs pdfsig, so that a machine without it has no test that is skipped.
  const readers = spawnSync('pdfsig', ['-v']).status === 0 ? ['pdfsig'] : [];
  test.each(readers)('is signed whole to %s of poppler', () => {
    const said = execFileSync('pdfsig', ['-nocert', inFolder('signed.pdf', signedBy(kind))], { encoding: 'utf8' });
    expect(said).toContain('Signature is Valid');
    expect(said).toContain('Total document signed');
    expect(said).toContain('Clinic Records');
  });

  test('says on its pages who signs and who checks, and else what an unsigned one says', async () => {
    const [mine, unsigned] = [await readPdf(signedBy(kind)), await readPdf(await renderPdf(report, attachment))];
    const words = mine.pages.flat().join(' ');
    expect(mine.pages[0]).toContain('PDF signed by CN=Clinic Records');
    expect(words).toContain('masker-verify does not check that signature');
    const left = mine.pages.flat();
    for (const line of unsigned.pages.flat()) {
      const at = left.indexOf(line);
      expect(at).toBeGreaterThanOrEqual(0);
      left.splice(at, 1);
    }
    expect(left).toHaveLength(4);
    expect(mine.attachments.get('x.bundle.json')?.toString('utf8')).toBe(attachment.text);
  });

  test('is read by masker-verify as an unsigned one is', async () => {
    const unsigned = verifyBundle(await renderPdf(report, attachment));
    const verification = withRewrittenPdf(signedBy(kind), verifyBundle(signedBy(kind)));
    expect(verification).toEqual(unsigned);
    expect(unsigned.outcome).not.toBe('unreadable');
  });
});

test('a PDF without a signature has no form', async () => {
  const raw = Buffer.from(await renderPdf(report, attachment)).toString('latin1');
  for (const name of ['/AcroForm', '/Widget', '/ByteRange']) expect(raw).not.toContain(name);
  const pool = new PdfPool();
  const drawn = await pool.render(report, attachment);
  await pool.close();
  expect(createHash('sha256').update(drawn).digest('hex')).toBe(
    createHash('sha256').update(raw, 'latin1').digest('hex'),
  );
});

test('a PDF is not made when the certificate is not valid any more', async () => {
  const clock = { now: () => Date.parse('2027-01-01T00:00:00.001Z') };
  const pool = new PdfPool({ identity: identityOf('ECDSA on P-256'), clock });
  await expect(pool.render(report, attachment)).rejects.toMatchObject({ code: 'report_generation_failed' });
  await pool.close();
});

test('a report of before the certificate is signed now, with the time of now', async () => {
  const pool = new PdfPool({ identity: identityOf('ECDSA on P-256'), clock: { now: () => AT.getTime() } });
  const old = { ...report, generated_at: '2019-05-03T21:15:00.000Z' };
  const raw = Buffer.from(await pool.render(old, attachment)).toString('latin1');
  await pool.close();
  expect(raw).toContain('/M (D:20260503211500Z)');
});

test('a PDF whose signature fails is refused with report_generation_failed, and the cause is kept', async () => {
  const identity = identityOf('ECDSA on P-256');
  // OpenSSL signs with no public key.
  const unable = { ...identity, key: createPublicKey(identity.key) };
  const pool = new PdfPool({ identity: unable, clock: { now: () => AT.getTime() } });
  await expect(pool.render(report, attachment)).rejects.toMatchObject({
    name: 'Failure',
    code: 'report_generation_failed',
    message: 'The PDF could not be signed.',
    cause: expect.any(Error) as Error,
  });
  await pool.close();
});
