/** Sessions by what an auditor holds: an id, a day, or the hash of a request. See docs/account-log.md, Finding. */
import { z } from 'zod';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { Evidence, FoundWithReports } from '../reports/finding/find.ts';
import type { FoundEntry, FoundPlace } from '../reports/finding/found-sessions.ts';
import type { IssuedRecord } from '../reports/finding/issued-records.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { connectionOf, idKey, pageQuery, readPage } from './keyset.ts';
import { SessionStatusType } from './session.ts';

const MatchedEntryType = builder.objectRef<FoundEntry>('MatchedEntry').implement({
  description: 'The entry of a journal that holds what was asked for.',
  fields: (t) => ({
    seq: t.exposeInt('seq', { description: 'Its place in the journal, from 0.' }),
    kind: t.exposeString('kind', { description: 'The kind of the entry.' }),
    leafHash: t.string({
      description: 'Its leaf hash in the Merkle tree of the session, in hex.',
      resolve: ({ leafHash }) => leafHash.toString('hex'),
    }),
  }),
});

const IssuedReportType = builder.objectRef<IssuedRecord>('IssuedReport').implement({
  description: 'A report as it was given to somebody once.',
  fields: (t) => ({
    id: t.exposeID('reportId', { description: 'The ID of the report, rep_...' }),
    format: t.exposeString('format', { description: 'json, pdf, bundle or disclosure.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was given.' }),
    eventId: t.exposeID('eventId', { description: 'The ID of the record in the log of the account, evt_...' }),
  }),
});

const FoundSessionType = builder.objectRef<FoundWithReports>('FoundSession').implement({
  description: 'A session that fits what was asked for.',
  authScopes: { permission: 'audit:read' },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The ID of the session, sess_...' }),
    agentId: t.exposeID('agentId', { description: 'The ID of its agent, agt_...' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    sealedAt: t.expose('sealedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was sealed; null while it is open.',
    }),
    status: t.expose('status', { type: SessionStatusType, description: 'Its outcome.' }),
    entry: t.field({
      type: MatchedEntryType,
      nullable: true,
      description: 'The entry with the hash of the request; null where something else was asked for.',
      resolve: ({ entry }) => entry,
    }),
    reports: t.field({
      type: [IssuedReportType],
      description: 'The newest 20 reports that were given of this session alone, the newest first.',
      resolve: ({ reports }) => [...reports],
    }),
  }),
});

const FoundSessionConnection = builder.connectionObject(
  { type: FoundSessionType, name: 'FoundSessionConnection' },
  { name: 'FoundSessionEdge' },
);

/** `<session id>.<number of the entry>`. */
type PlaceText = `sess_${string}.${string}`;
const PLACE = /^(sess_[0-9A-Z]{26})\.(\d{1,9})$/;
const PLACE_KEY = idKey('found', (text): text is PlaceText => placeOf(text) !== null);

function placeOf(text: string | undefined): FoundPlace | null {
  const [, id = '', seq = ''] = PLACE.exec(text ?? '') ?? [];
  const sessionId = parseId('session', id);
  return sessionId === null ? null : { sessionId, seq: Number(seq) };
}

const DAY_MS = 86_400_000;
const NOT_A_DAY = 'This is a day in UTC, such as 2026-11-30, or two with a slash between them, the earlier first.';

/** A day, or the first and the last of several. */
function daysOf(text: string): { readonly since: number; readonly until: number } | null {
  const [first = '', last = first, ...more] = text.split('/');
  if (more.length > 0 || !z.iso.date().safeParse(first).success || !z.iso.date().safeParse(last).success) return null;
  const [since, end] = [Date.parse(first), Date.parse(last)];
  return since <= end ? { since, until: end + DAY_MS } : null;
}

/** `2026-11-30`, or `2026-11-01/2026-11-30` with both days included. */
export const dayArgument = z.string().refine((text) => daysOf(text) !== null, NOT_A_DAY);

/** SHA-256 in hex. */
export const sha256Argument = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'This is not a SHA-256 in hex: 64 digits from 0 to f.')
  .toLowerCase();

/** A longer id is none of a call. */
export const callIdArgument = z.string().max(1024);

interface EvidenceArguments {
  readonly callId?: string | null | undefined;
  readonly sessionId?: string | number | null | undefined;
  readonly reportId?: string | number | null | undefined;
  readonly day?: string | null | undefined;
  readonly requestSha256?: string | null | undefined;
}

function invalid(path: string, message: string): Failure {
  return new Failure('validation_failed', 'Some arguments are not valid.', [{ path, code: 'invalid', message }]);
}

/** The one thing that is asked for. Throws Failure `validation_failed` for none or several, and for a malformed id. */
function evidenceOf({ callId, sessionId, reportId, day, requestSha256 }: EvidenceArguments): Evidence {
  const given: (() => Evidence)[] = [];
  if (typeof callId === 'string') given.push(() => ({ by: 'call', callId }));
  if (typeof sessionId === 'string')
    given.push(() => {
      const id = parseId('session', sessionId);
      if (id === null) throw invalid('sessionId', 'This is not the id of a session.');
      return { by: 'session', sessionId: id };
    });
  if (typeof reportId === 'string')
    given.push(() => {
      const id = parseId('report', reportId);
      if (id === null) throw invalid('reportId', 'This is not the id of a report.');
      return { by: 'report', reportId: id };
    });
  if (typeof day === 'string')
    given.push(() => {
      const days = daysOf(day);
      if (days === null) throw invalid('day', NOT_A_DAY);
      return { by: 'day', ...days };
    });
  if (typeof requestSha256 === 'string') given.push(() => ({ by: 'request', sha256: requestSha256.toLowerCase() }));
  const [only, ...more] = given;
  if (only === undefined || more.length > 0)
    throw invalid('callId', 'Give one of call id, session id, report id, day and request hash, and nothing else.');
  return only();
}

builder.queryField('auditFind', (t) =>
  t.connection(
    {
      type: FoundSessionType,
      description: 'Sessions of the account by what an auditor holds, the newest first. Give one argument.',
      authScopes: { permission: 'audit:read' },
      args: {
        callId: t.arg.string({
          validate: { schema: callIdArgument },
          description:
            'The ID of the call at the platform. Send it by POST, in variables, where it may be a phone number.',
        }),
        sessionId: t.arg.id({ description: 'The ID of the session, sess_...' }),
        reportId: t.arg.id({ description: 'The ID of a report, rep_...: the sessions that it is about.' }),
        day: t.arg.string({
          validate: { schema: dayArgument },
          description: 'Sessions that began on a day in UTC: 2026-11-30, or 2026-11-01/2026-11-30 for several.',
        }),
        requestSha256: t.arg.string({
          validate: { schema: sha256Argument },
          description: 'SHA-256 in hex of the bytes that the provider got.',
        }),
      },
      resolve: async (_root, { callId, sessionId, reportId, day, requestSha256, ...args }, context) => {
        const evidence = evidenceOf({ callId, sessionId, reportId, day, requestSha256 });
        await context.services.sessions.settled();
        const page = readPage(PLACE_KEY, args);
        const { range, order, take } = pageQuery(page, 'desc');
        const found = await context.services.finder.find(viewerOf(context).accountId, evidence, {
          above: placeOf(range.gt),
          below: placeOf(range.lt),
          order,
          limit: take,
        });
        return connectionOf(page, PLACE_KEY, found, (node) => ({
          key: `${node.id}.${node.entry?.seq ?? 0}`,
          node,
        }));
      },
    },
    FoundSessionConnection,
  ),
);
