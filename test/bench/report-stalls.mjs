// Loaded into the server before its own code: answers each message of the parent with the longest time that the event loop
// was held since the last one. The server itself is the built one, unchanged.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setInterval } from 'node:timers';
import { isMainThread } from 'node:worker_threads';

const TICK_MS = 1;

/** CPU time of the main thread in milliseconds, which leaves out the time that other processes took; null where the system does not tell. */
function cpuMs() {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    return null;
  }
}

// Threads of the server load this, too.
if (isMainThread) report();

function report() {
  let longest = { wallMs: 0, cpuMs: 0 };
  let last = { wall: performance.now(), cpu: cpuMs() };
  setInterval(() => {
    const now = { wall: performance.now(), cpu: cpuMs() };
    longest = {
      wallMs: Math.max(longest.wallMs, now.wall - last.wall - TICK_MS),
      cpuMs: now.cpu === null || last.cpu === null ? null : Math.max(longest.cpuMs, now.cpu - last.cpu),
    };
    last = now;
  }, TICK_MS).unref();

  process.on('message', () => {
    process.send(longest);
    longest = { wallMs: 0, cpuMs: 0 };
  });
  process.on('disconnect', () => process.exit(1));
  process.channel.unref();
}
