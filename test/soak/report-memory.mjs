// Loaded into the server before its own code: answers each message of the parent with what the process holds and how
// late its timers were since the last one. The server itself is the built one, unchanged.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

process.on('message', (message) => {
  if (message !== 'measure') return;
  const ms = (nanoseconds) => nanoseconds / 1e6;
  const loop = { p50Ms: ms(delay.percentile(50)), p99Ms: ms(delay.percentile(99)), maxMs: ms(delay.max) };
  // Collecting takes a while by itself, which is no delay of the server's.
  delay.disable();
  const { rss } = process.memoryUsage();
  globalThis.gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  setTimeout(() => {
    delay.reset();
    delay.enable();
  }, 20);
  process.send({ rss, heapUsed, external, arrayBuffers, loop });
});
// Nobody is left to measure for, or to stop it.
process.on('disconnect', () => process.exit(1));
process.channel.unref();
