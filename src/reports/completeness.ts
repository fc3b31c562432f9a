/** The platform's own record of calls against what Masker saw of them. See docs/audit-format.md, Completeness. */
import type { ComparedCall, RecordedComparison } from '../completeness/comparisons.ts';
import type { Comparison } from '../completeness/compare.ts';

/** What one comparison says, as its leaf in the account's log does. */
export type ReportedComparison = ComparedCall & {
  /** Id of the record in the account's log. */
  readonly event_id: string;
  readonly compared_at: string;
};

/** The sums, over each call once, and what each comparison says. It states counts, and never that nothing is missing. */
export interface ReportedCompleteness extends Comparison {
  /** Sessions of this report with a comparison, and those without. */
  readonly sessions_compared: number;
  readonly sessions_not_compared: number;
  readonly sessions: readonly ReportedComparison[];
  readonly statement: string;
}

const STATEMENT =
  'The platform’s own record of a call is compared, message by message, with what Masker saw of the call. Unseen are messages of the record that neither stood in a request nor were given as an answer: something may have been said past Masker. Sessions that are not compared have no record of the platform.';

/** The completeness of a report on so many sessions. */
export function reportedCompleteness(sessions: number, found: readonly RecordedComparison[]): ReportedCompleteness {
  const calls = new Map(found.map(({ subject }) => [subject.call_session, subject]));
  const sum = (name: keyof Comparison): number => [...calls.values()].reduce((total, call) => total + call[name], 0);
  return {
    matched: sum('matched'),
    unseen: sum('unseen'),
    unseen_at_end: sum('unseen_at_end'),
    only_ours: sum('only_ours'),
    excluded: sum('excluded'),
    unknown: sum('unknown'),
    sessions_compared: found.length,
    sessions_not_compared: sessions - found.length,
    sessions: found.map(({ eventId, at, subject }) => ({ ...subject, event_id: eventId, compared_at: at })),
    statement: STATEMENT,
  };
}
