/** The account of a session's tokens balances after any sequence of answers, on any node. See docs/proxy.md, Restoring values. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionRow } from '../../../src/audit/journal-rows.ts';
import { NOTHING_REHYDRATED } from '../../../src/masking/rehydration/rehydration-counts.ts';
import type {
  RefusalReason,
  Refusals,
  RehydrationOutcome,
} from '../../../src/masking/rehydration/rehydration-counts.ts';
import { RecordedDigests } from '../../../src/masking/turn/recorded-digests.ts';
import { recordingReturned, rowWithReturned } from '../../../src/sessions/token-counts.ts';
import { runAtOnce } from '../../../src/platform/stretch.ts';
import { keyedRow } from './rows.ts';

const KEY = Buffer.alloc(32, 7);
const NONE = { exact: 0, repaired: 0 };

const TOKENS = Array.from({ length: 8 }, (_, n) => `MSKV1.PHONE.K_HEALTHCARE.${'ABCDEFGH'.charAt(n).repeat(26)}`);

const row: SessionRow = { ...keyedRow, tokensIssued: TOKENS.length, tokensExact: 0, tokensRepaired: 0 };

interface Answer {
  readonly outcome: RehydrationOutcome;
  /** Which of two nodes it came through. */
  readonly node: 0 | 1;
  /** Whether the journal took its end; where not, another attempt follows. */
  readonly isTaken: boolean;
}

const refusal: fc.Arbitrary<Refusals> = fc.record({
  kind: fc.constantFrom('PHONE', 'NAME', 'UNKNOWN'),
  reason: fc.constantFrom<RefusalReason>('unknown', 'malformed', 'ambiguous', 'outside_turn', 'withheld'),
  count: fc.integer({ min: 1, max: 5 }),
});

/** An answer holds each token exactly, altered or not at all: the rehydration never says both. */
const outcome: fc.Arbitrary<RehydrationOutcome> = fc
  .tuple(
    fc.tuple(...TOKENS.map(() => fc.constantFrom('exact', 'repaired', 'absent'))),
    fc.array(refusal, { maxLength: 4 }),
  )
  .map(([came, refused]) => ({
    exact: new Set(TOKENS.filter((_, at) => came[at] === 'exact')),
    repaired: new Set(TOKENS.filter((_, at) => came[at] === 'repaired')),
    refused,
  }));

const answers: fc.Arbitrary<Answer[]> = fc.array(
  fc.record({ outcome, node: fc.constantFrom(0, 1), isTaken: fc.boolean() }),
  { maxLength: 12 },
);

interface Books {
  readonly row: SessionRow;
  /** What the `turn_completed` entries say, summed up. */
  readonly journal: { readonly exact: number; readonly repaired: number };
}

/** The session after these answers, each booked by a node that first reads what the other one stored. */
function book(sequence: readonly Answer[]): Books {
  const stored: Buffer[] = [];
  const nodes = [new RecordedDigests(KEY), new RecordedDigests(KEY)];
  let books: Books = { row, journal: { exact: 0, repaired: 0 } };
  for (const { outcome: came, node, isTaken } of sequence) {
    const recorded = nodes[node] ?? new RecordedDigests(KEY);
    for (const bytes of stored) runAtOnce(recorded.loading(bytes));
    for (const taken of isTaken ? [true] : [false, true]) {
      const draft = recorded.draft();
      const returned = runAtOnce(recordingReturned(draft, came));
      if (!taken) continue;
      const bytes = draft.bytes();
      if (bytes !== null) stored.push(bytes);
      runAtOnce(draft.keeping());
      const { exact, repaired } = books.journal;
      books = {
        row: rowWithReturned(books.row, returned, came),
        journal: { exact: exact + returned.exact, repaired: repaired + returned.repaired },
      };
    }
  }
  return books;
}

describe('any sequence of answers', () => {
  test('leaves each token counted once, at the best it came back', () => {
    fc.assert(
      fc.property(answers, (sequence) => {
        const { row: after, journal } = book(sequence);
        const exact = TOKENS.filter((token) => sequence.some((answer) => answer.outcome.exact.has(token)));
        const repaired = TOKENS.filter(
          (token) => !exact.includes(token) && sequence.some((answer) => answer.outcome.repaired.has(token)),
        );
        expect(after).toMatchObject({
          tokensIssued: TOKENS.length,
          tokensExact: exact.length,
          tokensRepaired: repaired.length,
        });
        expect(journal).toEqual({ exact: exact.length, repaired: repaired.length });
      }),
    );
  });

  test('leaves nothing negative, at any time, and never more returned than issued', () => {
    fc.assert(
      fc.property(answers, (sequence) => {
        for (let length = 0; length <= sequence.length; length += 1) {
          const { tokensIssued, tokensExact, tokensRepaired } = book(sequence.slice(0, length)).row;
          expect(
            Math.min(tokensExact, tokensRepaired, tokensIssued - tokensExact - tokensRepaired),
          ).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('counts refusals by what was refused, each occurrence, apart from the balance', () => {
    fc.assert(
      fc.property(answers, (sequence) => {
        const { row: after } = book(sequence);
        const refused = sequence.flatMap((answer) => answer.outcome.refused);
        const sum = (...reasons: RefusalReason[]): number =>
          refused.reduce((total, { reason, count }) => total + (reasons.includes(reason) ? count : 0), 0);
        expect(after).toMatchObject({
          tokensUnknown: sum('unknown'),
          tokensRefused: sum('malformed', 'ambiguous', 'outside_turn'),
          tokensOutsideTurn: sum('outside_turn'),
          tokensWithheld: sum('withheld'),
        });
      }),
    );
  });

  test('says the same whichever node each of them came through', () => {
    fc.assert(
      fc.property(answers, (sequence) => {
        expect(book(sequence)).toEqual(book(sequence.map((answer) => ({ ...answer, node: 0, isTaken: true }))));
      }),
    );
  });
});

describe('a token', () => {
  const [token = ''] = TOKENS;
  const exactly: RehydrationOutcome = { ...NOTHING_REHYDRATED, exact: new Set([token]) };
  const altered: RehydrationOutcome = { ...NOTHING_REHYDRATED, repaired: new Set([token]) };

  test.each([
    ['comes back twice', [exactly, exactly], [{ exact: 1, repaired: 0 }, NONE]],
    ['comes back altered, twice', [altered, altered], [{ exact: 0, repaired: 1 }, NONE]],
    [
      'comes back altered, then exactly',
      [altered, exactly],
      [
        { exact: 0, repaired: 1 },
        { exact: 1, repaired: -1 },
      ],
    ],
    ['comes back exactly, then altered', [exactly, altered], [{ exact: 1, repaired: 0 }, NONE]],
    ['never comes back', [NOTHING_REHYDRATED], [NONE]],
  ])('that %s', (_, came, booked) => {
    const recorded = new RecordedDigests(KEY);
    const returned = came.map((each) => {
      const draft = recorded.draft();
      const grown = runAtOnce(recordingReturned(draft, each));
      runAtOnce(draft.keeping());
      return grown;
    });
    expect(returned).toEqual(booked);
  });
});
