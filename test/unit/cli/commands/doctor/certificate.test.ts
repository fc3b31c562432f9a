import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { contact, contactFinding } from '../../../../../src/cli/commands/doctor/certificate.ts';

const days = (count: number): number => Date.now() + count * 86_400_000 + 3_600_000;
const tls = (expiresAt: number, fault: string | null = null) => ({ kind: 'tls', expiresAt, fault }) as const;

test.each([
  ['valid for a year is ok', tls(days(365)), 'ok', /valid for 365 days/],
  ['valid for two weeks is a warning', tls(days(14)), 'warn', /valid for 14 days/],
  ['valid for two days is a failure', tls(days(2)), 'fail', /valid for 2 days/],
  ['that expired is a failure, trusted or not', tls(days(-3), 'CERT_HAS_EXPIRED'), 'fail', /expired 3 days ago/],
  ['of an unknown authority is a failure', tls(days(365), 'SELF_SIGNED_CERT'), 'fail', /not trusted.*SELF_SIGNED_CERT/],
] as const)('contactFinding: a certificate %s', (_title, contacted, status, found) => {
  const finding = contactFinding('masker.example.org', contacted);
  expect(finding.status).toBe(status);
  expect(finding.found).toMatch(found);
  expect(finding.fix === undefined).toBe(status === 'ok');
});

test('contact connects to a plain address and says so, and gives the code of one without a listener', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await contact(url)).toEqual({ kind: 'plain' });
  await new Promise((resolve) => server.close(resolve));
  expect(await contact(url)).toEqual({ kind: 'none', code: 'ECONNREFUSED' });
  expect(contactFinding('host', { kind: 'none', code: 'ECONNREFUSED' }).status).toBe('fail');
});
