/**
 * Corrections: what people say of detection. `not_phi` says of a redaction that it was no identifier, `missed` that a span
 * should have been one. Each is a leaf of the account log, and waits to be accepted or rejected. None holds any text.
 */
import { currentUser } from '../accounts/acting-user.ts';
import { mayUse } from '../accounts/viewer.ts';
import type { Viewer } from '../accounts/viewer.ts';
import { recordAct } from '../audit/account-events.ts';
import { ENTITY_KINDS } from '../detection/kinds.ts';
import type { Correction, Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { newId } from '../platform/ids.ts';
import { isOfNames } from './text-paths.ts';
import { LONGEST_TEXT, recordedRedaction } from './turn-texts.ts';

export const VERDICTS = ['not_phi', 'missed'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const CORRECTION_OUTCOMES = ['accepted', 'rejected'] as const;
export type CorrectionOutcome = (typeof CORRECTION_OUTCOMES)[number];

/** A span of a text in which detection missed an identifier. */
export interface MissedSpan {
  readonly sessionId: string;
  /** From 1. */
  readonly turn: number;
  /** JSON Pointer into the request. */
  readonly path: string;
  /** UTF-16 code units of the text at the path, also where that is JSON; end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

export interface Corrections {
  /**
   * Records that a redaction was no identifier. One that was recorded before is returned as it is. Throws Failure
   * `session_not_found` where the journal has no redaction there, and `forbidden`.
   */
  notPhi(viewer: Viewer, sessionId: string, seq: number): Promise<Correction>;
  /** Records a missed identifier. Throws Failure `validation_failed`, `session_not_found` and `forbidden`. */
  missed(viewer: Viewer, span: MissedSpan): Promise<Correction>;
  /** Closes an open correction. Throws Failure `not_found` for one that is unknown or closed, and `forbidden`. */
  close(viewer: Viewer, id: string, outcome: CorrectionOutcome): Promise<Correction>;
}

type Facts = Pick<Correction, 'sessionId' | 'turn' | 'path' | 'start' | 'end' | 'kind' | 'seq'> & {
  readonly verdict: Verdict;
};

/** No redaction is the first entry of a journal. */
const NO_REDACTION = 0;

export function createCorrections({
  prisma,
  clock,
}: {
  readonly prisma: PrismaClient;
  readonly clock: Clock;
}): Corrections {
  return {
    notPhi: (viewer, sessionId, seq) =>
      prisma.$transaction(async (tx) => {
        await permitted(tx, viewer);
        await expectSession(tx, viewer, sessionId);
        const entry = await tx.entry.findFirst({
          where: { sessionId, seq, kind: 'redaction' },
          select: { body: true },
        });
        if (entry === null) throw notThere();
        const { turn, path, start, end, kind } = recordedRedaction(entry.body);
        return record(tx, clock, viewer, { sessionId, turn, path, start, end, kind, seq, verdict: 'not_phi' });
      }),

    missed: (viewer, span) => {
      const { sessionId, turn, path, start, end, kind } = checkedSpan(span);
      return prisma.$transaction(async (tx) => {
        await permitted(tx, viewer);
        await expectSession(tx, viewer, sessionId);
        const found = await tx.turn.findFirst({ where: { sessionId, number: turn }, select: { id: true } });
        if (found === null) throw notThere();
        const facts = { sessionId, turn, path, start, end, kind, seq: NO_REDACTION };
        return record(tx, clock, viewer, { ...facts, verdict: 'missed' });
      });
    },

    close: (viewer, id, outcome) =>
      prisma.$transaction(async (tx) => {
        await permitted(tx, viewer);
        const { accountId, userId } = viewer;
        const now = clock.now();
        // The condition makes the second of two closings find nothing.
        const { count } = await tx.correction.updateMany({
          where: { id, accountId, outcome: null },
          data: { outcome, closedBy: userId, closedAt: new Date(now) },
        });
        if (count === 0) throw new Failure('not_found', 'There is no such correction, or it is closed already.');
        const row = await tx.correction.findUniqueOrThrow({ where: { id } });
        const subject = { ...subjectOf(row), outcome };
        await recordAct(tx, { accountId, userId, kind: 'correction_closed', subject }, now);
        return row;
      }),
  };
}

/** Records a correction; one that is recorded already is returned as it is. */
async function record(tx: Prisma.TransactionClient, clock: Clock, viewer: Viewer, facts: Facts): Promise<Correction> {
  const { accountId, userId } = viewer;
  const now = clock.now();
  const data = { ...facts, id: newId('correction', now), accountId, createdBy: userId, createdAt: new Date(now) };
  // Of two people who record the same at once, the second waits here and records nothing.
  const { count } = await tx.correction.createMany({ data, skipDuplicates: true });
  const row = await tx.correction.findFirstOrThrow({ where: { ...facts, accountId } });
  if (count === 0) return row;
  await recordAct(tx, { accountId, userId, kind: 'correction_recorded', subject: subjectOf(row) }, now);
  return row;
}

/** The account log outlives the session, whose journal may have keys of the caller's JSON in a path. */
function subjectOf(row: Correction): Readonly<Record<string, string | number | null | readonly number[]>> {
  return {
    correction_id: row.id,
    session_id: row.sessionId,
    turn: row.turn,
    path: isOfNames(row.path) ? row.path : null,
    span: [row.start, row.end],
    entity_kind: row.kind,
    verdict: row.verdict,
  };
}

function checkedSpan(span: MissedSpan): MissedSpan {
  const { turn, path, start, end, kind } = span;
  const details = [
    ...(isOfNames(path) ? [] : [problem('path', 'Must be the JSON Pointer of a text of the request.')]),
    ...(Number.isSafeInteger(turn) && turn >= 1 && turn < 2 ** 31 ? [] : [problem('turn', 'Must be 1 or more.')]),
    ...(start >= 0 && end > start && end <= LONGEST_TEXT
      ? []
      : [problem('end', `Must be after the start, at most ${LONGEST_TEXT}.`)]),
    ...(ENTITY_KINDS.some((each) => each === kind) ? [] : [problem('kind', `Use ${ENTITY_KINDS.join(', ')}.`)]),
  ];
  if (details.length > 0) throw new Failure('validation_failed', 'The correction is not valid.', details);
  return span;
}

const problem = (path: string, message: string) => ({ path, code: 'invalid_value', message });

async function permitted(tx: Prisma.TransactionClient, viewer: Viewer): Promise<void> {
  if (mayUse(await currentUser(tx, viewer), 'policies:write')) return;
  throw new Failure('forbidden', 'The caller may not correct detection any more.');
}

async function expectSession(tx: Prisma.TransactionClient, { accountId }: Viewer, id: string): Promise<void> {
  const found = await tx.session.findFirst({ where: { id, accountId, expiredAt: null }, select: { id: true } });
  if (found === null) throw notThere();
}

const notThere = (): Failure =>
  new Failure('session_not_found', 'There is no such session, turn or redaction in the account.');
