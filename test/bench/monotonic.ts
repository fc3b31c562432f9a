/**
 * Microseconds of the machine's monotonic clock (`CLOCK_MONOTONIC`): the same in every process, never set back, so that
 * one process can stamp what another receives. A safe integer for 285 years of uptime.
 */
export function monotonicMicros(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000_000 + Math.floor(nanoseconds / 1000);
}
