/**
 * What came of a session's tokens, over all its turns. Always balanced: issued = returned exactly + returned repaired +
 * never returned; what was refused is counted apart. See docs/proxy.md, Restoring values.
 */
import type { SessionRow } from '../audit/journal-rows.ts';
import type { RefusalReason, RehydrationOutcome } from '../masking/rehydration/rehydration-counts.ts';
import type { DigestDraft } from '../masking/turn/recorded-digests.ts';

/** How many tokens came back for the first time, or better than before: what one turn adds to the counts. */
export interface TokensReturned {
  readonly exact: number;
  /** Negative where a token that came back repaired before now came back exactly. */
  readonly repaired: number;
}

/**
 * Adds an answer's outcome to the digests of a write. Returns what it adds to the session's counts. Yields where it may be
 * interrupted.
 */
export function* recordingReturned(
  recorded: DigestDraft,
  { exact, repaired }: Pick<RehydrationOutcome, 'exact' | 'repaired'>,
): Generator<undefined, TokensReturned> {
  let newlyExact = 0;
  let newlyRepaired = 0;
  for (const token of exact) {
    yield;
    if (recorded.has('exact', token)) continue;
    newlyExact += 1;
    if (recorded.has('repaired', token)) newlyRepaired -= 1;
    recorded.add('exact', token);
  }
  for (const token of repaired) {
    yield;
    if (recorded.has('exact', token) || recorded.has('repaired', token)) continue;
    newlyRepaired += 1;
    recorded.add('repaired', token);
  }
  return { exact: newlyExact, repaired: newlyRepaired };
}

type Counters = Pick<SessionRow, 'tokensUnknown' | 'tokensRefused' | 'tokensWithheld' | 'tokensOutsideTurn'>;

const COUNTERS: Readonly<Record<RefusalReason, readonly (keyof Counters)[]>> = {
  unknown: ['tokensUnknown'],
  malformed: ['tokensRefused'],
  ambiguous: ['tokensRefused'],
  outside_turn: ['tokensRefused', 'tokensOutsideTurn'],
  withheld: ['tokensWithheld'],
};

/** The session's row with an answer's outcome in its counts. */
export function rowWithReturned(
  row: SessionRow,
  returned: TokensReturned,
  { refused }: Pick<RehydrationOutcome, 'refused'>,
): SessionRow {
  const counters: { -readonly [K in keyof Counters]: Counters[K] } = {
    tokensUnknown: row.tokensUnknown,
    tokensRefused: row.tokensRefused,
    tokensWithheld: row.tokensWithheld,
    tokensOutsideTurn: row.tokensOutsideTurn,
  };
  for (const { reason, count } of refused) for (const counter of COUNTERS[reason]) counters[counter] += count;
  return {
    ...row,
    ...counters,
    tokensExact: row.tokensExact + returned.exact,
    tokensRepaired: row.tokensRepaired + returned.repaired,
  };
}
