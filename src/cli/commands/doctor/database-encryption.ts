/** Whether others can read or take over the connection to the database. */
import { BlockList, isIPv6 } from 'node:net';
import { fail, ok, warn } from './check.ts';
import type { Finding } from './check.ts';

export interface DatabaseConnection {
  /** Whether the server says that the connection is encrypted. */
  readonly isEncrypted: boolean;
  /** Whether the certificate of the server is checked against its name. */
  readonly isVerified: boolean;
  /** A host name, an address without brackets, or the folder of a socket. */
  readonly host: string;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Returns true if connections to the host never leave this machine. A name that only begins like one does not count. */
export function isThisMachine(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return host.startsWith('/') || host === 'localhost' || LOOPBACK.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
}

export function encryptionFinding({ isEncrypted, isVerified, host }: DatabaseConnection): Finding {
  const fix = 'Set sslmode=verify-full in MASKER_DATABASE_URL, with sslrootcert for an authority of your own.';
  if (isThisMachine(host)) return ok(isEncrypted ? 'TLS, on this machine' : 'it stays on this machine');
  if (!isEncrypted) return fail('none', `${fix} Enable ssl on the database server.`);
  return isVerified
    ? ok('TLS, and the certificate is checked')
    : warn('TLS, but the certificate is not checked: another server could take the place of this one', fix);
}
