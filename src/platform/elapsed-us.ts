/** Returns the microseconds since `since`, a time of `performance.now()`. */
export function elapsedUs(since: number): number {
  return (performance.now() - since) * 1000;
}
