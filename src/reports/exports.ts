/**
 * Exports of sessions and journal entries as lines, page by page: the memory that one takes does not grow with what it gives.
 * Each is on record before its first line is made. See docs/api.md, Exports.
 */
import { recordAct } from '../audit/account-events.ts';
import { ChainReader, chainKey } from '../audit/chain.ts';
import { currentUser } from '../accounts/acting-user.ts';
import { mayUse } from '../accounts/viewer.ts';
import type { Permission, Viewer } from '../accounts/viewer.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { SessionId } from '../platform/ids.ts';
import { EXPORT_FACES } from './faces/faces.ts';
import type { JournalFace } from './faces/faces.ts';
import { idsWithin } from './scope.ts';
import type { ReportWindow } from './scope.ts';
import { bundledEntry } from './stored-text.ts';

export const ENTRY_FORMATS = ['jsonl', 'ocsf', 'fhir', 'cef'] as const satisfies readonly ('jsonl' | JournalFace)[];
export type EntryFormat = (typeof ENTRY_FORMATS)[number];

/** The last line that a caller has: a session, and in an export of entries one of its entries. */
export interface ExportPlace {
  readonly sessionId: SessionId;
  readonly seq: number;
}

/** What is exported: sessions that began within a window, by their ids, after a place; null from the beginning. */
export interface ExportRequest {
  readonly window: ReportWindow;
  readonly after: ExportPlace | null;
}

/** Lines, some hundred at a time, each ended by a line feed. Nothing is read before it is asked for. */
export type ExportedLines = AsyncGenerator<string, void, undefined>;

export interface Exports {
  /** Sessions as JSON lines. */
  sessions(viewer: Viewer, request: ExportRequest, purpose: string | null): Promise<ExportedLines>;
  /**
   * Entries as they are stored, or in the form of another tool. In such a form each entry is proven first: the lines end with
   * Failure `report_generation_failed` where one does not verify.
   */
  entries(
    viewer: Viewer,
    request: ExportRequest & { readonly format: EntryFormat },
    purpose: string | null,
  ): Promise<ExportedLines>;
}

export interface ExportsOptions {
  readonly prisma: PrismaClient;
  readonly auditKey: Uint8Array;
  readonly clock: Clock;
  /** Of Masker, for the forms that name it. */
  readonly version: string;
  /** Told of an entry that does not verify. */
  readonly onBroken: (sessionId: SessionId, seq: number, fault: string) => void;
}

/** The text of a place: `sess_...` for a session, `sess_....12` for its entry 12. */
export function placeText({ sessionId, seq }: ExportPlace): string {
  return `${sessionId}.${seq}`;
}

/** Reads a cursor of an export of sessions. Null for what is none. */
export function sessionPlace(text: string): ExportPlace | null {
  const sessionId = parseId('session', text);
  return sessionId === null ? null : { sessionId, seq: 0 };
}

/** Reads a cursor of an export of entries. Null for what is none. */
export function entryPlace(text: string): ExportPlace | null {
  const [, id = '', seq = ''] = /^([^.]+)\.(\d{1,9})$/.exec(text) ?? [];
  const sessionId = parseId('session', id);
  return sessionId === null ? null : { sessionId, seq: Number(seq) };
}

/** Rows read at once. */
const ROWS = 500;

const SESSION_COLUMNS = {
  id: true,
  agentId: true,
  agent: { select: { name: true } },
  startedAt: true,
  endedAt: true,
  sealedAt: true,
  status: true,
  upstreamModel: true,
  policyName: true,
  policyVersion: true,
  turnCount: true,
  redactionCount: true,
  redactionsByKind: true,
  merkleRoot: true,
} as const;

/** Makes exports. */
export function createExports(options: ExportsOptions): Exports {
  const { prisma, clock } = options;

  async function record(
    { accountId, userId }: Viewer,
    what: { readonly data: 'sessions' | 'entries'; readonly format: EntryFormat },
    { window, after }: ExportRequest,
    purpose: string | null,
  ): Promise<void> {
    const subject = {
      ...what,
      since: new Date(window.since).toISOString(),
      until: new Date(window.until).toISOString(),
      after: after === null ? null : what.data === 'sessions' ? after.sessionId : placeText(after),
      purpose,
      result: 'issued',
    };
    await prisma.$transaction((tx) =>
      recordAct(tx, { accountId, userId, kind: 'data_exported', subject }, clock.now()),
    );
  }

  return {
    sessions: async (viewer, request, purpose) => {
      await record(viewer, { data: 'sessions', format: 'jsonl' }, request, purpose);
      return whilePermitted(options, viewer, 'sessions:read', sessionLines(prisma, viewer, request));
    },
    entries: async (viewer, request, purpose) => {
      await record(viewer, { data: 'entries', format: request.format }, request, purpose);
      return whilePermitted(options, viewer, 'audit:read', entryLines(options, viewer, request));
    },
  };
}

/** How often the caller is checked while an export goes on, in milliseconds: a slow reader may take hours. */
const CHECK_MS = 5000;

/** The lines as long as the caller is permitted to read them. Throws Failure `forbidden` when that ends. */
async function* whilePermitted(
  { prisma, clock }: ExportsOptions,
  viewer: Viewer,
  permission: Permission,
  lines: ExportedLines,
): ExportedLines {
  let checkedAt = clock.now();
  for await (const line of lines) {
    if (clock.now() - checkedAt >= CHECK_MS) {
      const current = await prisma.$transaction((tx) => currentUser(tx, viewer));
      if (!mayUse(current, permission)) throw new Failure('forbidden', 'The caller may not read this any more.');
      checkedAt = clock.now();
    }
    yield line;
  }
}

/** The sessions that can be of a window by their ids, from an id on. Their times decide: see `isWithin`. */
function mayBeWithin({ accountId }: Viewer, window: ReportWindow, from: { gt: string } | { gte: string } | null) {
  const { gte, lt } = idsWithin(window);
  // An id that is above the bound of the window anyway is the condition by itself.
  const ids = [{ id: { gte } }, { id: { lt } }];
  return { accountId, AND: from === null ? ids : [...ids, { id: from }] };
}

/**
 * Times are compared here: a statement that compared them would read on until it has a page of matches, through all sessions
 * that began shortly after the window. So each statement reads what it returns.
 */
function isWithin({ since, until }: ReportWindow, { startedAt }: { readonly startedAt: Date }): boolean {
  return startedAt.getTime() >= since && startedAt.getTime() < until;
}

async function* sessionLines(prisma: PrismaClient, viewer: Viewer, { window, after }: ExportRequest): ExportedLines {
  let from = after === null ? null : { gt: after.sessionId as string };
  for (;;) {
    const where = mayBeWithin(viewer, window, from);
    const rows = await prisma.session.findMany({ where, select: SESSION_COLUMNS, orderBy: { id: 'asc' }, take: ROWS });
    const started = rows.filter((row) => isWithin(window, row));
    const lines = started.map(({ id, agent, startedAt, endedAt, ...row }) => ({
      cursor: id,
      session: {
        id,
        agent_id: row.agentId,
        agent_name: agent.name,
        started_at: startedAt,
        ended_at: endedAt,
        duration_ms: endedAt === null ? null : endedAt.getTime() - startedAt.getTime(),
        status: row.status,
        redaction_count: row.redactionCount,
        redactions_by_kind: row.redactionsByKind,
        upstream_model: row.upstreamModel,
        policy_name: row.policyName,
        policy_version: row.policyVersion,
        turn_count: row.turnCount,
        sealed_at: row.sealedAt,
        merkle_root_hex: row.merkleRoot === null ? null : Buffer.from(row.merkleRoot).toString('hex'),
      },
    }));
    if (lines.length > 0) yield lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS) return;
    from = { gt: last.id };
  }
}

type EntryRequest = ExportRequest & { readonly format: EntryFormat };

async function* entryLines(options: ExportsOptions, viewer: Viewer, request: EntryRequest): ExportedLines {
  const { prisma } = options;
  const { window, after, format } = request;
  const select = { id: true, startedAt: true } as const;
  let from: { gt: string } | { gte: string } | null = after === null ? null : { gte: after.sessionId };
  for (;;) {
    const where = mayBeWithin(viewer, window, from);
    const rows = await prisma.session.findMany({ where, select, orderBy: { id: 'asc' }, take: ROWS });
    const sessionIds = rows.filter((row) => isWithin(window, row)).map(({ id }) => id);
    yield* format === 'jsonl'
      ? storedLines(prisma, sessionIds, after)
      : facedLines(options, EXPORT_FACES[format], sessionIds, after);
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS) return;
    from = { gt: last.id };
  }
}

interface EntryRow {
  readonly sessionId: string;
  readonly seq: number;
  readonly body: string;
  readonly leafHash: Uint8Array;
}

/** The entries of sessions in the order of their ids, in pages. Of a session of which some were read, those after. */
async function* journalPages(
  prisma: PrismaClient,
  sessionIds: readonly string[],
  read: Pick<EntryRow, 'sessionId' | 'seq'> | null,
): AsyncGenerator<EntryRow[], void> {
  const select = { sessionId: true, seq: true, body: true, leafHash: true } as const;
  const orderBy = [{ sessionId: 'asc' }, { seq: 'asc' }] as const;
  let begun = read;
  let left = sessionIds.filter((id) => id !== read?.sessionId);
  while (begun !== null || left.length > 0) {
    // A condition on both would read the begun session from its first entry again.
    const where = begun === null ? { sessionId: { in: left } } : { sessionId: begun.sessionId, seq: { gt: begun.seq } };
    const rows = await prisma.entry.findMany({ where, select, orderBy: [...orderBy], take: ROWS });
    if (rows.length > 0) yield rows;
    const last = rows.length < ROWS ? undefined : rows.at(-1);
    if (last !== undefined) left = left.slice(left.indexOf(last.sessionId) + 1);
    else if (begun === null) return;
    begun = last ?? null;
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

async function* storedLines(
  prisma: PrismaClient,
  sessionIds: readonly string[],
  after: ExportPlace | null,
): ExportedLines {
  const read = after !== null && sessionIds.includes(after.sessionId) ? after : null;
  for await (const rows of journalPages(prisma, sessionIds, read)) {
    const lines = rows.map(({ sessionId, seq, body, leafHash }) => ({
      cursor: `${sessionId}.${seq}`,
      leaf_hash: hex(leafHash),
      entry: bundledEntry(body),
    }));
    yield lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  }
}

/** The reader of a session's journal, a new one when another session comes. */
function chainReaders(auditKey: Uint8Array): (sessionId: SessionId) => ChainReader {
  let last: { readonly sessionId: SessionId; readonly reader: ChainReader } | null = null;
  return (sessionId) => {
    if (last?.sessionId !== sessionId)
      last = { sessionId, reader: new ChainReader(chainKey(auditKey, sessionId), sessionId) };
    return last.reader;
  };
}

/** Each journal is read from its first entry, which the proof needs; lines that were seen are left out. */
async function* facedLines(
  { prisma, auditKey, version, onBroken }: ExportsOptions,
  write: (typeof EXPORT_FACES)[JournalFace],
  sessionIds: readonly string[],
  after: ExportPlace | null,
): ExportedLines {
  const readerOf = chainReaders(auditKey);
  for await (const page of journalPages(prisma, sessionIds, null)) {
    for (const rows of bySession(page)) {
      const sessionId = parseId('session', rows[0].sessionId);
      if (sessionId === null) continue;
      const reader = readerOf(sessionId);
      const entries = rows.map((row) => {
        const read = reader.next(row);
        if (read.ok) return { entry: read.entry, body: row.body, leafHash: hex(row.leafHash) };
        onBroken(sessionId, read.seq, read.fault);
        const reason = `Entry ${read.seq} of the session's journal does not verify: ${read.fault} (session ${sessionId}).`;
        throw new Failure('report_generation_failed', reason);
      });
      const seen = after?.sessionId === sessionId ? after.seq : -1;
      const lines = write(
        entries.filter(({ entry }) => entry.seq > seen),
        version,
      );
      if (lines !== '') yield lines;
    }
  }
}

/** The rows of a page, split where another session begins. */
function bySession(page: readonly EntryRow[]): [EntryRow, ...EntryRow[]][] {
  const runs: [EntryRow, ...EntryRow[]][] = [];
  for (const row of page) {
    const run = runs.at(-1);
    if (run?.[0].sessionId === row.sessionId) run.push(row);
    else runs.push([row]);
  }
  return runs;
}
