/** What `masker doctor` says of the key and certificates that sign PDFs. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Finding } from '../../../../../src/cli/commands/doctor/check.ts';
import { configurationChecks } from '../../../../../src/cli/commands/doctor/configuration-checks.ts';
import { readSetup } from '../../../../../src/cli/commands/doctor/setup.ts';
import { loadConfig } from '../../../../../src/platform/config.ts';
import { certificate, ellipticKeys, pem } from '../../../../../verifier/test/authority.ts';

const DAY_MS = 86_400_000;
const folder = mkdtempSync(path.join(tmpdir(), 'masker-doctor-pdf-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const keys = ellipticKeys();
const key = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

function certificatesUntil(until: string): Record<string, string> {
  const file = path.join(folder, 'certificates.pem');
  writeFileSync(file, pem(certificate({ name: 'Clinic Records', keys, purposes: null, from: '2020-01-01', until })));
  return { MASKER_PDF_SIGNING_KEY: key, MASKER_PDF_SIGNING_CERTS: file };
}

async function findingOn(variables: Record<string, string>): Promise<Finding> {
  const loaded = loadConfig(variables, { keysRequired: false });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const setup = { config: loaded.config, problems: [], keys: [], databaseUrl: null };
  const check = configurationChecks(setup).find(({ id }) => id === 'pdf_signing');
  if (check === undefined) throw new Error('there is no such check');
  return check.run();
}

test('the signature of PDFs is sound where there is none, or its certificate lasts', async () => {
  expect(await findingOn({})).toEqual({ status: 'ok', found: 'none' });
  const until = inDays(40);
  const found = `CN=Clinic Records, until ${until.slice(0, 10)}`;
  expect(await findingOn(certificatesUntil(until))).toEqual({ status: 'ok', found });
});

test('the signature of PDFs is a warning in the last 30 days of its certificate, and a failure after them', async () => {
  expect(await findingOn(certificatesUntil(inDays(20)))).toMatchObject({
    status: 'warn',
    fix: 'Renew the certificate: no PDF is made after that day.',
  });
  const { status, found } = await findingOn(certificatesUntil(inDays(-1)));
  expect(status).toBe('fail');
  expect(found).toContain('MASKER_PDF_SIGNING_CERTS');
  expect(found).toContain('has a certificate that is expired');
});

test('the signature of PDFs is a failure where the certificate is of another key', async () => {
  const other = ellipticKeys().privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const { status, found } = await findingOn({ ...certificatesUntil(inDays(40)), MASKER_PDF_SIGNING_KEY: other });
  expect(status).toBe('fail');
  expect(found).toContain('has no certificate of the key');
});

test('key_files judges the file of the key that signs PDFs, as those of the other keys', async () => {
  const file = path.join(folder, 'pdf-key.pem');
  writeFileSync(file, key, { mode: 0o600 });
  const certificates = certificatesUntil(inDays(40));
  const variables = { ...certificates, MASKER_DATA_DIR: folder, MASKER_PDF_SIGNING_KEY: `file:${file}` };
  const judged = async (): Promise<Finding | undefined> =>
    configurationChecks(await readSetup(variables))
      .find(({ id }) => id === 'key_files')
      ?.run();
  expect(await judged()).toEqual({ status: 'ok', found: '1 files, closed to other users' });
  chmodSync(file, 0o644);
  expect(await judged()).toMatchObject({ status: 'fail', found: `every user of this machine can read ${file}` });
});
