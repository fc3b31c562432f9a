/** Routes that find sessions by what an auditor holds. See docs/account-log.md, Finding. */
import { z } from 'zod';
import { callIdArgument, dayArgument, sha256Argument } from '../graphql/found-session.ts';
import { cursorArgument, DEFAULT_PAGE_SIZE, pageSizeArgument } from '../graphql/keyset.ts';
import { kindArgument, valueArgument } from '../graphql/subject-search.ts';
import { parseId } from '../platform/ids.ts';
import { FAILED } from './failed-selection.ts';
import { pageOf } from './objects.ts';
import { connectionOf, pageBody, PAGE_PARAMETERS } from './page.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const moment = z.iso.datetime();
const count = z.int().min(0);

const FOUND_SESSION = z
  .strictObject({
    session_id: z.string(),
    agent_id: z.string(),
    started_at: moment,
    sealed_at: moment.nullable(),
    status: z.enum(['ok', 'partial', 'error']),
    entry: z
      .strictObject({
        seq: z.int().min(0),
        kind: z.string(),
        leaf_hash: z.string().meta({ description: 'In the Merkle tree of the session, in hex.' }),
      })
      .nullable()
      .meta({ description: 'The entry with the hash of the request; null where something else was asked for.' }),
    reports: z
      .array(z.strictObject({ id: z.string(), format: z.string(), at: moment, event_id: z.string() }))
      .meta({ description: 'The newest 20 reports that were given of this session alone.' }),
  })
  .meta({ id: 'FoundSession' });

const idOf = (type: 'session' | 'report'): z.ZodString =>
  z.string().refine((text) => parseId(type, text) !== null, `This is not the id of a ${type}.`);

/** A telephone number, as platforms name calls by it: no address may hold one. */
const PHONE_NUMBER = /^(?:tel:|sip:)?\+?[\d\s().-]{7,24}(?:@.*)?$/i;

/** What an auditor holds. */
const HELD = {
  session_id: idOf('session').optional().meta({ description: 'The ID of the session.' }),
  report_id: idOf('report').optional().meta({ description: 'The ID of a report: the sessions that it is about.' }),
  day: dayArgument.optional().meta({
    description: 'Sessions that began on a day in UTC: 2026-11-30, or 2026-11-01/2026-11-30 for several.',
  }),
  request_sha256: sha256Argument.optional().meta({
    description: 'SHA-256 in hex of the bytes that the provider got.',
  }),
};

const FINDING = {
  document: `
    query FindSessions(
      $first: Int!, $after: String, $callId: String, $sessionId: ID, $reportId: ID, $day: String, $requestSha256: String
    ) {
      found: auditFind(
        first: $first, after: $after,
        callId: $callId, sessionId: $sessionId, reportId: $reportId, day: $day, requestSha256: $requestSha256
      ) {
        edges {
          node {
            session_id: id agent_id: agentId started_at: startedAt sealed_at: sealedAt status
            entry { seq kind leaf_hash: leafHash }
            reports { id format at event_id: eventId }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }`,
  data: z.object({ found: connectionOf(FOUND_SESSION) }),
  status: 200,
  response: pageOf(FOUND_SESSION),
} as const;

interface Held {
  readonly call_id?: string | undefined;
  readonly session_id?: string | undefined;
  readonly report_id?: string | undefined;
  readonly day?: string | undefined;
  readonly request_sha256?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const findingOf = (held: Held) => ({
  first: held.limit,
  after: held.cursor,
  callId: held.call_id,
  sessionId: held.session_id,
  reportId: held.report_id,
  day: held.day,
  requestSha256: held.request_sha256,
});

const findSessions = defineRoute({
  ...FINDING,
  method: 'GET',
  path: '/audit/find',
  operationId: 'findSessions',
  summary: 'Find sessions by what an auditor holds, the newest first. Give one parameter besides limit and cursor.',
  query: PAGE_PARAMETERS.extend({
    call_id: callIdArgument
      .refine((id) => !PHONE_NUMBER.test(id), 'Send a telephone number by POST: addresses are logged.')
      .optional()
      .meta({
        description: 'The ID of the call at the platform. One that is a telephone number is refused: use POST.',
      }),
    ...HELD,
  }),
  variables: ({ query }) => findingOf(query),
  shape: ({ found }) => pageBody(found),
});

const findSessionsPrivately = defineRoute({
  ...FINDING,
  method: 'POST',
  path: '/audit/find',
  operationId: 'findSessionsPrivately',
  onlyReads: true,
  summary: 'The same with the parameters in a body, for a call whose ID is a telephone number. Give one of them.',
  body: z.strictObject({
    call_id: callIdArgument.optional().meta({ description: 'The ID of the call at the platform.' }),
    ...HELD,
    limit: pageSizeArgument.default(DEFAULT_PAGE_SIZE).meta({ description: 'Sessions of a page, 1 to 100.' }),
    cursor: cursorArgument.optional().meta({ description: '`next_cursor` of the page before.' }),
  }),
  variables: ({ body }) => findingOf(body),
  shape: ({ found }) => pageBody(found),
});

const SUBJECT = z
  .strictObject({
    id: z.string(),
    scope: z.literal('subject'),
    generated_at: moment,
    data: z.array(
      z.strictObject({
        session_id: z.string(),
        agent_id: z.string(),
        kind: z.string(),
        first_at: moment.meta({ description: 'The value was not sent before.' }),
        last_at: moment.meta({ description: 'The value was not sent after.' }),
        recipients: z.array(z.strictObject({ upstream: z.string(), model: z.string() })),
      }),
    ),
    sessions_searched: count,
    not_searchable: z
      .strictObject({
        reversible_aead: count,
        vault_random: count,
        redacted: count,
        passed_through: count,
        erased: count,
        unregistered_key: count,
      })
      .meta({ description: 'Searched sessions that may concern the value all the same, by why.' }),
    next_cursor: z.string().nullable(),
    report: z
      .record(z.string(), z.unknown())
      .meta({ description: 'The same as a signed document, masker-subject/v1: see docs/audit-format.md.' }),
  })
  .meta({ id: 'SubjectReport' });

const searchSubject = defineRoute({
  method: 'POST',
  path: '/audit/subject',
  operationId: 'searchSubject',
  summary:
    'Find the sessions that hold a value, the newest first: the accounting of disclosures. Each search is on record.',
  body: z.strictObject({
    value: valueArgument.meta({ description: 'The value, as it was said or written.' }),
    kind: kindArgument.optional().meta({ description: 'Only as this kind of identifier.' }),
    limit: pageSizeArgument.default(DEFAULT_PAGE_SIZE).meta({ description: 'Sessions of a page, 1 to 100.' }),
    cursor: cursorArgument.optional().meta({ description: '`next_cursor` of the page before, for the same value.' }),
  }),
  onlyReads: true,
  document: `
    mutation SearchSubject($value: String!, $kind: String, $limit: Int, $cursor: String) {
      result: searchSubject(value: $value, kind: $kind, limit: $limit, cursor: $cursor) {
        ${FAILED}
        ... on SearchSubjectSuccess {
          subject {
            id generated_at: generatedAt sessions_searched: sessionsSearched next_cursor: nextCursor report: document
            data: disclosures {
              session_id: sessionId agent_id: agentId kind first_at: firstAt last_at: lastAt recipients { upstream model }
            }
            not_searchable: notSearchable {
              reversible_aead: reversibleAead vault_random: vaultRandom redacted passed_through: passedThrough erased
              unregistered_key: unregisteredKey
            }
          }
        }
      }
    }`,
  variables: ({ body }) => body,
  data: z.object({ result: z.object({ subject: SUBJECT.omit({ scope: true }) }) }),
  status: 200,
  response: SUBJECT,
  shape: ({ result: { subject } }) => ({ scope: 'subject', ...subject }),
});

export const FIND_ROUTES: readonly Route[] = [findSessions, findSessionsPrivately, searchSubject];
