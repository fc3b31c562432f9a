/** The child's side of starting a server: listens on a free loopback port, and tells the parent which. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Ends the process when the parent is gone. */
export function announce(server: Server): void {
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', 1024, () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ port });
  });
  process.on('disconnect', () => {
    process.exit();
  });
}
