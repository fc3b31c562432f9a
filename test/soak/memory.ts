/** Whether memory is flat: the last third of a run against the middle third. The first warms up. */
import type { Measurement } from './server.ts';

export interface Flatness {
  /** Bytes, means of the thirds. */
  readonly middle: number;
  readonly last: number;
  readonly ratio: number;
}

/** At least six numbers; fewer tell nothing, and the ratio is NaN. */
export function flatness(series: readonly number[]): Flatness {
  const third = Math.floor(series.length / 3);
  const mean = (part: readonly number[]): number => part.reduce((sum, each) => sum + each, 0) / part.length;
  const middle = third < 2 ? Number.NaN : mean(series.slice(third, 2 * third));
  const last = third < 2 ? Number.NaN : mean(series.slice(-third));
  return { middle, last, ratio: last / middle };
}

export const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

export function loopText({ loop: { p50Ms, p99Ms, maxMs } }: Measurement): string {
  return `${p50Ms.toFixed(0)}/${p99Ms.toFixed(0)}/${maxMs.toFixed(0)} ms`;
}
