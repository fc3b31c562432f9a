/** Looks at an http(s) address from here: whether it answers, and until when its certificate is valid. */
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { systemClock } from '../../../platform/clock.ts';
import { errorCode } from '../../../platform/error-code.ts';
import { fail, ok, warn } from './check.ts';
import type { Finding } from './check.ts';

const DAY_MS = 86_400_000;
const EXPIRY_WARN_DAYS = 21;
const EXPIRY_FAIL_DAYS = 3;
const CONNECT_MS = 5_000;

/** How a connection to the address went. */
export type Contact =
  | { readonly kind: 'plain' }
  | { readonly kind: 'tls'; readonly expiresAt: number; readonly fault: string | null }
  | { readonly kind: 'none'; readonly code: string };

/** Opens one connection, sends nothing, and closes it. Never rejects. */
export async function contact(address: URL): Promise<Contact> {
  const isTls = address.protocol === 'https:';
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const port = Number(address.port === '' ? (isTls ? 443 : 80) : address.port);
  return new Promise((resolve) => {
    // A certificate that does not hold is looked at as well: its date says what to do.
    const socket = isTls
      ? connectTls({ host, port, servername: /[a-z]/i.test(host) ? host : '', rejectUnauthorized: false })
      : connectPlain({ host, port });
    const end = (contacted: Contact): void => {
      socket.destroy();
      resolve(contacted);
    };
    socket.setTimeout(CONNECT_MS, () => {
      end({ kind: 'none', code: 'ETIMEDOUT' });
    });
    socket.once('error', (error) => {
      end({ kind: 'none', code: errorCode(error) ?? 'unknown error' });
    });
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      if (!('getPeerCertificate' in socket)) {
        end({ kind: 'plain' });
        return;
      }
      const expiresAt = Date.parse(socket.getPeerCertificate().valid_to);
      end({ kind: 'tls', expiresAt, fault: socket.authorized ? null : String(socket.authorizationError) });
    });
  });
}

/** The finding of a contact with `place`, which is a host and port. */
export function contactFinding(place: string, contacted: Contact): Finding {
  switch (contacted.kind) {
    case 'none':
      return fail(
        `${place} does not answer (${contacted.code})`,
        'Check the address, the name service, and the firewall between here and there.',
      );
    case 'plain':
      return ok(`${place} answers, without TLS`);
    case 'tls':
      return certificateFinding(place, contacted.expiresAt, contacted.fault);
  }
}

function certificateFinding(place: string, expiresAt: number, fault: string | null): Finding {
  const days = Math.floor((expiresAt - systemClock.now()) / DAY_MS);
  const renew = 'Renew the certificate, and have the proxy load it.';
  if (days < 0) return fail(`the certificate of ${place} expired ${-days} days ago`, renew);
  if (fault !== null)
    return fail(
      `the certificate of ${place} is not trusted here (${fault})`,
      'Use a certificate of a known authority, or name yours in NODE_EXTRA_CA_CERTS.',
    );
  const found = `${place}, certificate valid for ${days} days`;
  if (days < EXPIRY_FAIL_DAYS) return fail(found, renew);
  return days < EXPIRY_WARN_DAYS ? warn(found, renew) : ok(found);
}
