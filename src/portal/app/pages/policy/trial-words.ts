/** The trial of a text in words. */
import type { Checked } from '../../parts/policy/use-problems.ts';
import type { PolicyEffectUnknown } from './queries.generated.ts';

/** Why a text is not tried. */
export const UNTRIED_WORDS: Readonly<Record<Exclude<Checked['state'], 'valid'>, string>> = {
  checking: 'The text is being checked.',
  invalid: 'Correct the problems of the text first.',
  unknown: 'The text could not be checked, so what it would do is not known.',
};

/** The windows over which the effect is counted. */
export const PERIODS = [
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
] as const;

/** Returns the window of an address; the last seven days where it names none. */
export function periodOf(text: string): string {
  return PERIODS.find(({ value }) => value === text)?.value ?? '7d';
}

export const UNKNOWN_WORDS: Readonly<Record<PolicyEffectUnknown, string>> = {
  known_values: 'A value that was found again in its call may not be found in the first place.',
  overlaps: 'A value that is dropped may be found by another pass, or as another kind.',
  new_findings: 'Kinds or passes are switched on, or thresholds lowered: what they find was never recorded.',
  patterns: 'Patterns differ.',
  allow: 'Terms that stay differ.',
  speakers: 'Speakers differ.',
  sensitivity: 'The sensitivity differs.',
  calendar_dates: 'What becomes of dates that are no person’s differs.',
};

/** Returns a value of a setting as it is shown: JSON; what is absent by a word. */
export function changeWords(value: string | null): string {
  return value ?? 'absent';
}
