/** A relay in front of the tests' database that can fall silent, as a network does that swallows packets. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Relay {
  /** The database's URL, by way of the relay. */
  readonly url: string;
  /** From now on nothing passes in either direction, and no connection ends. */
  freeze(): void;
  close(): void;
}

/** `databaseUrl` names the database's server by host and port, or by the folder of its unix socket (`?host=`). */
export async function startRelay(databaseUrl: string): Promise<Relay> {
  const target = new URL(databaseUrl);
  const folder = target.searchParams.get('host');
  const port = Number(target.searchParams.get('port') ?? (target.port === '' ? 5432 : target.port));
  const sockets: Socket[] = [];
  let frozen = false;
  const server = createServer((inbound) => {
    const outbound = folder === null ? connect(port, target.hostname) : connect(`${folder}/.s.PGSQL.${port}`);
    sockets.push(inbound, outbound);
    for (const [from, to] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      from.on('data', (chunk) => {
        if (!frozen) to.write(chunk);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        if (!frozen) to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.search = '';
  url.hostname = '127.0.0.1';
  // Only a Unix socket or a pipe has an address of another type.
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze() {
      frozen = true;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
