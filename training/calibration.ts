import type { TagType } from '../src/detection/tagger/labels.ts';
import type { Calibration } from '../src/detection/tagger/model.ts';

/** How confident a finding must be by default (see docs/detection.md: 0.6). */
export const THRESHOLD = 0.6;

/** One span that the tagger found in a text whose labels are known. */
export interface Decision {
  /** By how much it was preferred to finding nothing. */
  readonly margin: number;
  readonly right: boolean;
}

/** Types whose values are dictated: to miss one is worse than to hide a number too many. */
const DICTATED = new Set<TagType>(['PHONE', 'EMAIL', 'URL', 'ACCOUNT', 'SSN', 'OTHER_ID', 'IP_ADDRESS']);
/** How much slower confidence grows than the margin: an e-fold of the odds. */
const TEMPERATURE = 96;

/**
 * The margin above which decisions of the type have the best F measure (recall counting half as much again, three times as much for
 * dictated values), brought to the threshold: that margin gives the default least confidence.
 */
export function fit(decisions: readonly Decision[], type: TagType): Calibration {
  const sorted = [...decisions].sort((a, b) => b.margin - a.margin);
  const weight = (DICTATED.has(type) ? 3 : 1.5) ** 2;
  const wanted = sorted.filter(({ right }) => right).length;
  let best = { score: -1, margin: 0 };
  let right = 0;
  sorted.forEach((decision, at) => {
    if (decision.right) right++;
    const score = ((1 + weight) * right) / (at + 1 + weight * wanted);
    // Nearer to the next wrong decision than to the last right one: other text has other margins.
    const next = sorted[at + 1]?.margin ?? 0;
    if (score > best.score) best = { score, margin: Math.max(0, next + (decision.margin - next) / 4) };
  });
  return {
    offset: Math.round(best.margin - TEMPERATURE * Math.log(THRESHOLD / (1 - THRESHOLD))),
    temperature: TEMPERATURE,
  };
}
