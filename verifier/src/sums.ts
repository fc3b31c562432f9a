/** Counts by name. */

/** All counts together. */
export function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** The counts of all parts, by name. */
export function summed(parts: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const part of parts) for (const [name, count] of part) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}

/** Counts as a text to compare and to print, by name. A name with 0 is the same as no name. */
export function listed(counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? 'none' : parts.sort().join(', ');
}
