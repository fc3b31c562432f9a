/** Keeps URLs of customers from leading to addresses that they may not reach from here. */
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/** All addresses of a name, as `dns.lookup` with `all` finds them: with an error it gives none, whatever its types say. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

/** A name that leads to a forbidden address is refused as it is resolved for the connection: an answer of DNS is good once. */
export function guardedLookup(resolve: Resolve, allows: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses = []) => {
      const [first] = addresses;
      if (error !== null || first === undefined) callback(error ?? new Error('the name has no address'), '');
      else if (!addresses.every(({ address }) => allows(address)))
        callback(Object.assign(new Error('a forbidden address'), { code: 'EFORBIDDENADDRESS' }), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Returns whether the URL names an address that may not be called: for an address nothing is resolved. */
export function namesForbidden(url: string, allows: (address: string) => boolean): boolean {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) > 0 && !allows(host);
}
