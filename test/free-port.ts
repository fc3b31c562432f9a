import { once } from 'node:events';
import { createServer } from 'node:net';

/** Systems give ports from 32768 or 49152 on to whoever asks for any. Below, nobody takes one between the probe and its use. */
const FIRST = 20_000;
const COUNT = 12_000;

let next = process.pid;

/**
 * Returns a port that nobody listens on: the URLs that a server hands out name it, so it must be known before the start.
 * Each process of a test run begins its search elsewhere, and returns no port twice.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries += 1) {
    next += 1;
    const port = FIRST + ((next * 101) % COUNT);
    const probe = createServer().listen(port, '127.0.0.1');
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
  throw new Error('no port is free');
}
