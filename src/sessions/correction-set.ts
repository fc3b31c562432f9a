/**
 * Exports accepted corrections as labelled texts, which `npm run eval -- --data FILE` reads. The texts come from kept payloads.
 * The export is on record before its first line is made, and so is each read of a payload.
 */
import { currentUser } from '../accounts/acting-user.ts';
import { mayUse } from '../accounts/viewer.ts';
import type { Viewer } from '../accounts/viewer.ts';
import { recordAct } from '../audit/account-events.ts';
import type { Correction, PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { SessionId } from '../platform/ids.ts';
import type { PayloadReader, Payloads } from './payloads.ts';
import { recordedRedaction, turnTexts } from './turn-texts.ts';
import type { FoundSpan } from './turn-texts.ts';

export interface CorrectionSetParts {
  readonly prisma: PrismaClient;
  readonly payloads: Pick<PayloadReader, 'read'>;
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
      const { request, masked } = await parts.payloads.read(current, id, turn, purpose);
      if (request !== null) yield* textsOf(parts, viewer, { sessionId: id, turn, request, masked });
    }
  } while (last !== undefined);
}

const after = ({ sessionId, turn }: { readonly sessionId: string; readonly turn: number }) => [
  { sessionId: { gt: sessionId } },
  { sessionId, turn: { gt: turn } },
];

interface KeptTurn extends Pick<Payloads, 'request' | 'masked'> {
  readonly sessionId: SessionId;
  readonly turn: number;
}

async function* textsOf(
  { prisma }: CorrectionSetParts,
  { accountId }: Viewer,
  { sessionId, turn, request, masked }: KeptTurn,
): AsyncGenerator<string, void, undefined> {
  const turns = { lte: turn };
  const where = { accountId, sessionId, turn: turns, outcome: 'accepted' };
  const corrections = await prisma.correction.findMany({ where, orderBy: { id: 'asc' } });
  const entries = await prisma.entry.findMany({
    where: { sessionId, turn: turns, kind: 'redaction' },
    select: { body: true },
    orderBy: { seq: 'asc' },
  });
  const recorded = entries.map(({ body }) => recordedRedaction(body));
  const ofTurn = corrections.filter((each) => each.turn === turn);
  for (const kept of turnTexts(request, masked, recorded)) {
    const id = ofTurn.find(({ path }) => path === kept.path)?.id;
    if (id === undefined || kept.found === null) continue;
    // Turns that repeat a text do not record its redactions again.
    const seqs = new Set(kept.found.map(({ seq }) => seq));
    const foundIn = new Set(recorded.flatMap((each) => (seqs.has(each.seq) ? [each.turn] : [])));
    const ofText = corrections.filter(
      (each) => each.path === kept.path && (each.turn === turn || foundIn.has(each.turn)),
    );
    const spans = labelled(kept.text, kept.found, ofText);
    if (spans !== null) yield `${JSON.stringify({ id, text: kept.text, spans })}\n`;
  }
}

/** A span as the set has it. */
interface LabelledSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

type CorrectedSpan = Pick<Correction, 'start' | 'end' | 'kind' | 'verdict' | 'seq'>;

/**
 * Returns what was found, without what was no identifier, and with what was missed; in the order of the text. Null where a
 * correction says of a redaction that it was no identifier, and its place is not known.
 */
export function labelled(
  text: string,
  found: readonly FoundSpan[],
  corrections: readonly CorrectedSpan[],
): readonly LabelledSpan[] | null {
  const wrong = corrections.filter(({ verdict }) => verdict === 'not_phi');
  const missed = corrections.filter(({ verdict, end }) => verdict === 'missed' && end <= text.length);
  if (wrong.some((each) => !found.some((span) => isOf(each, span)))) return null;
  const right = found.filter((span) => !wrong.some((each) => isOf(each, span)));
  return [...right, ...missed]
    .map(({ start, end, kind }) => ({ start, end, label: kind }))
    .sort((one, other) => one.start - other.start || one.end - other.end);
}

/** A correction without the place of its redaction in the journal was recorded before there was one. */
function isOf(correction: CorrectedSpan, span: FoundSpan): boolean {
  if (correction.seq !== 0) return correction.seq === span.seq;
  return correction.start === span.start && correction.end === span.end && correction.kind === span.kind;
}
