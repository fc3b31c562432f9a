/** The filters of the review queue, as they are in the address. */
import type { CorrectionState, CorrectionVerdict } from './queries.generated.ts';

export const STATES = [
  { value: '', label: 'Waiting' },
  { value: 'closed', label: 'Closed' },
  { value: 'all', label: 'All' },
] as const;

export const VERDICTS = [
  { value: '', label: 'Both' },
  { value: 'not_phi', label: 'Not PHI' },
  { value: 'missed', label: 'Missed' },
] as const;

export interface ReviewFilter {
  /** Null for all. */
  readonly state: CorrectionState | null;
  readonly verdict: CorrectionVerdict | null;
}

/** Reads the filters of an address. What is no filter counts as none: the queue shows what waits. */
export function filterOf({ state = '', verdict = '' }: Readonly<Record<string, string>>): ReviewFilter {
  return {
    state: state === 'all' ? null : state === 'closed' ? 'closed' : 'open',
    verdict: verdict === 'not_phi' || verdict === 'missed' ? verdict : null,
  };
}
