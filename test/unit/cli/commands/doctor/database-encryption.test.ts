/** What `masker doctor` says of the connection to the database. */
import { expect, test } from 'vitest';
import { encryptionFinding, isThisMachine } from '../../../../../src/cli/commands/doctor/database-encryption.ts';

test.each(['localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]', '/var/run/postgresql'])(
  '%s is this machine',
  (host) => {
    expect(isThisMachine(host)).toBe(true);
  },
);

test.each([
  'localhost.example.org',
  '127.example.org',
  '::1.example.org',
  '127.0.0.1.nip.example',
  '::12',
  '10.0.0.1',
  '',
])('a host %j that only begins like this machine is another one', (host) => {
  expect(isThisMachine(host)).toBe(false);
});

test.each<[boolean, boolean, string, string]>([
  [true, true, 'db.example.org', 'ok'],
  [true, false, 'db.example.org', 'warn'],
  [false, true, 'db.example.org', 'fail'],
  [false, true, 'localhost.example.org', 'fail'],
  [false, true, '127.0.0.1', 'ok'],
  [true, false, '127.0.0.1', 'ok'],
])('a connection that is encrypted: %s, verified: %s, to %s is %s', (isEncrypted, isVerified, host, status) => {
  expect(encryptionFinding({ isEncrypted, isVerified, host }).status).toBe(status);
});
