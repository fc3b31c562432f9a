/** The address that the server listens on, in words and as a URL. */
import type { AddressInfo } from 'node:net';
import { StartError } from '../../platform/start-error.ts';
import type { ListenAddress } from '../../platform/variables.ts';

/** Returns why the server cannot listen on the address that the variable names, and what to do. */
export function cannotListen(
  variable: 'MASKER_LISTEN_ADDR' | 'MASKER_METRICS_ADDR',
  { host, port }: ListenAddress,
  error: NodeJS.ErrnoException,
): StartError {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const why =
    error.code === 'EADDRINUSE'
      ? 'is in use by another program. Stop that program, or choose another port.'
      : `cannot be listened on (${error.code ?? 'unknown error'}). Choose an address of this machine, and a port that this user may open.`;
  return new StartError(`${variable} ${address} ${why}`, { cause: error });
}

/** Returns the URL of an address that is listened on, without a slash at its end. */
export function listeningUrl({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
