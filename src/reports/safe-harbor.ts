/**
 * The Safe Harbor coverage that a report states. Spec detection.md, Safe Harbor coverage.
 *
 * Coverage is a measured figure, never a claim: `full` and `partial` come out of `npm run eval` and nobody types them.
 * Until an evaluation has stamped a category, it is `in_progress`, however many recognisers it has.
 */
import { SAFE_HARBOR_CATEGORIES } from '../detection/kinds.ts';
import type { SafeHarborCategory } from '../detection/kinds.ts';
import type { Coverage } from './report.ts';

/** The coverage of each of the 18 categories. */
export function safeHarborCoverage(): Readonly<Record<SafeHarborCategory, Coverage>> {
  const rows = SAFE_HARBOR_CATEGORIES.map((category) => [category, 'in_progress'] as const);
  return Object.fromEntries(rows) as Record<SafeHarborCategory, Coverage>;
}
