/**
 * Exports accepted corrections as labelled texts, which `npm run eval -- --data FILE` reads. The texts come from kept payloads.
 * The export is on record before its first line is made, and so is each read of a payload.
 */
import { z } from 'zod';
import { currentUser } from '../accounts/acting-user.ts';
import { mayUse } from '../accounts/viewer.ts';
import type { Viewer } from '../accounts/viewer.ts';
import { recordAct } from '../audit/account-events.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { SessionId } from '../platform/ids.ts';
import { keptText } from './kept-text.ts';
import type { PayloadReader } from './payloads.ts';

export interface CorrectionSetParts {
  readonly prisma: PrismaClient;
  readonly payloads: PayloadReader;
  readonly clock: Clock;
}

/** One line for each text with accepted corrections that is still kept: JSON, ended by a line feed. */
export type CorrectionSet = (
  viewer: Viewer,
  purpose: string | null,
) => Promise<AsyncGenerator<string, void, undefined>>;

/** Turns read at once; the payload of each is read by itself. */
const TURNS = 100;

export function createCorrectionSet(parts: CorrectionSetParts): CorrectionSet {
  const { prisma, clock } = parts;
  return async (viewer, purpose) => {
    const { accountId, userId } = viewer;
    const subject = { data: 'corrections', format: 'jsonl', purpose, result: 'issued' };
    await prisma.$transaction((tx) =>
      recordAct(tx, { accountId, userId, kind: 'data_exported', subject }, clock.now()),
    );
    return linesOf(parts, viewer, purpose);
  };
}

async function* linesOf(
  parts: CorrectionSetParts,
  viewer: Viewer,
  purpose: string | null,
): AsyncGenerator<string, void, undefined> {
  const { prisma } = parts;
  const accepted = { accountId: viewer.accountId, outcome: 'accepted' };
  let last: { readonly sessionId: string; readonly turn: number } | undefined;
  do {
    // By key and not by number: sessions are erased, and corrections accepted, while a caller takes the lines.
    const turns = await prisma.correction.groupBy({
      by: ['sessionId', 'turn'],
      where: last === undefined ? accepted : { ...accepted, OR: after(last) },
      orderBy: [{ sessionId: 'asc' }, { turn: 'asc' }],
      take: TURNS,
    });
    last = turns.length < TURNS ? undefined : turns.at(-1);
    for (const { sessionId, turn } of turns) {
      const id = parseId('session', sessionId);
      if (id === null) continue;
      // Each read of a payload asks for the permission anew: an export may take long.
      const current = await prisma.$transaction((tx) => currentUser(tx, viewer));
      if (!mayUse(current, 'payloads:read')) throw new Failure('forbidden', 'The caller may not read this any more.');
      const { request } = await parts.payloads.read(current, id, turn, purpose);
      if (request !== null) yield* textsOf(parts, viewer, { sessionId: id, turn, request });
    }
  } while (last !== undefined);
}

const after = ({ sessionId, turn }: { readonly sessionId: string; readonly turn: number }) => [
  { sessionId: { gt: sessionId } },
  { sessionId, turn: { gt: turn } },
];

interface KeptTurn {
  readonly sessionId: SessionId;
  readonly turn: number;
  readonly request: unknown;
}

async function* textsOf(
  { prisma }: CorrectionSetParts,
  { accountId }: Viewer,
  { sessionId, turn, request }: KeptTurn,
): AsyncGenerator<string, void, undefined> {
  const turns = { lte: turn };
  const where = { accountId, sessionId, turn: turns, outcome: 'accepted' };
  const corrections = await prisma.correction.findMany({ where, orderBy: { id: 'asc' } });
  const entries = await prisma.entry.findMany({
    where: { sessionId, turn: turns, kind: 'redaction' },
    select: { body: true },
  });
  const recorded = entries.map(({ body }) => labelOf(REDACTION.parse(JSON.parse(body))));
  const ofTurn = corrections.filter((each) => each.turn === turn);
  for (const path of new Set(ofTurn.map((each) => each.path))) {
    const text = keptText(request, path);
    if (text === null) continue;
    const found = recorded.filter((each) => each.path === path);
    // Turns that repeat a text do not record its redactions again.
    const foundIn = Math.max(0, ...found.map((each) => each.turn));
    const spans = labelled(
      found.filter((each) => each.turn === foundIn),
      corrections.filter((each) => each.path === path && (each.turn === turn || each.turn === foundIn)),
    ).filter(({ end }) => end <= text.length);
    yield `${JSON.stringify({ id: ofTurn.find((each) => each.path === path)?.id, text, spans })}\n`;
  }
}

/** A span as the set has it. */
interface LabelledSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

// Our own writing, read back.
const REDACTION = z.object({
  turn: z.int(),
  path: z.string(),
  span: z.tuple([z.int(), z.int()]),
  entity_kind: z.string(),
});

interface RecordedSpan extends LabelledSpan {
  readonly turn: number;
  readonly path: string;
}

const labelOf = ({ turn, path, span: [start, end], entity_kind }: z.infer<typeof REDACTION>): RecordedSpan => ({
  turn,
  path,
  start,
  end,
  label: entity_kind,
});

interface CorrectedSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly verdict: string;
}

/** What was found, without what was no identifier, and with what was missed; in the order of the text. */
export function labelled(
  found: readonly LabelledSpan[],
  corrections: readonly CorrectedSpan[],
): readonly LabelledSpan[] {
  const wrong = corrections.filter(({ verdict }) => verdict === 'not_phi');
  const missed = corrections.filter(({ verdict }) => verdict === 'missed');
  const right = found.filter(
    (span) => !wrong.some(({ start, end, kind }) => start === span.start && end === span.end && kind === span.label),
  );
  const added = missed.map(({ start, end, kind }) => ({ start, end, label: kind }));
  return [...right.map(({ start, end, label }) => ({ start, end, label })), ...added].sort(
    (one, other) => one.start - other.start || one.end - other.end,
  );
}
