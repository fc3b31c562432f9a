/** Routes of reports: of a session, an agent and the account, as JSON, PDF or bundle. */
import { z } from 'zod';
import { REPORT_SINCE, reportWindow } from '../graphql/report.ts';
import { sinceArgument } from '../graphql/session-filter.ts';
import { ALL_MEMBERS } from '../reports/disclosure.ts';
import { FACES } from '../reports/faces/faces.ts';
import type { JournalFace } from '../reports/faces/faces.ts';
import type { ReportSubject } from '../reports/reports.ts';
import { BUNDLE, REPORT, SCOPE_REPORT } from './objects.ts';
import { defineRoute } from './route.ts';
import type { FileAnswer, Route } from './route.ts';

const PDF = 'application/pdf';

const FORMAT = z.enum(['json', 'pdf', 'bundle', 'disclosure']).default('json').meta({
  description:
    'json: the report; pdf: the same for people; bundle: all that masker-verify reads; disclosure: the report with salted commitments in place of members that stay closed.',
});

const DISCLOSE = z
  .string()
  .max(2048)
  .transform((text) => text.split(',').filter((name) => name !== ''))
  .optional()
  .meta({
    description: 'For format=disclosure: the members that are open, by commas; all of them where it is left out.',
  });

/** Whether the format is that of a bundle or of a disclosure: GraphQL answers both in one field. */
const isBundled = (format: string): boolean => format === 'bundle' || format === 'disclosure';

function discloseOf({ format, disclose }: { format: string; disclose?: string[] | undefined }): string[] | null {
  return format === 'disclosure' ? (disclose ?? [ALL_MEMBERS]) : null;
}

const WINDOW = z.strictObject({
  format: FORMAT,
  disclose: DISCLOSE,
  since: sinceArgument.default(REPORT_SINCE).meta({
    description: 'Sessions that began then or later: 1h, 24h, 7d, 30d or a moment in ISO 8601.',
  }),
  until: sinceArgument.optional().meta({ description: 'Sessions that began before then; default the present.' }),
});

function pdfOf(subject: () => ReportSubject): FileAnswer {
  return {
    permission: 'reports:read',
    make: async ({ services, viewer, purpose }) => {
      await services.sessions.settled();
      const { bytes, fileName } = await services.reports.pdf(viewer, subject(), purpose);
      return { name: fileName, type: PDF, bytes };
    },
  };
}

const isFace = (format: string): format is JournalFace => Object.hasOwn(FACES, format);

const getSessionReport = defineRoute({
  method: 'GET',
  path: '/sessions/{id}/report',
  operationId: 'getSessionReport',
  isIssued: true,
  summary:
    'The compliance report of a session, the bundle that masker-verify reads, or its journal for other tools. Made anew for every request.',
  query: z.strictObject({
    format: z.enum(['json', 'pdf', 'bundle', 'disclosure', 'ocsf', 'fhir', 'cef']).default('json').meta({
      description:
        'json: the report; pdf: the same for people; bundle: all that masker-verify reads; disclosure: the report with salted commitments in place of members that stay closed; ocsf, fhir, cef: the journal as OCSF events, as a FHIR R4 Bundle, as CEF lines.',
    }),
    disclose: DISCLOSE,
  }),
  document: `
    query GetSessionReport($id: ID!, $disclose: [String!], $asReport: Boolean!, $asBundle: Boolean!, $asFace: Boolean!, $face: JournalFace!) {
      report(sessionId: $id) @include(if: $asReport) { document }
      bundle(sessionId: $id, disclose: $disclose) @include(if: $asBundle)
      journal(sessionId: $id, face: $face) @include(if: $asFace)
    }`,
  variables: ({ path, query: { format, disclose } }) => ({
    id: path['id'],
    disclose: discloseOf({ format, disclose }),
    asReport: format === 'json',
    asBundle: isBundled(format),
    asFace: isFace(format),
    face: isFace(format) ? format : 'ocsf',
  }),
  data: z.union([
    z.object({ report: z.object({ document: REPORT }) }),
    z.object({ bundle: BUNDLE }),
    z.object({ journal: z.string() }),
  ]),
  status: 200,
  response: z.union([z.strictObject({ report: REPORT }), BUNDLE]),
  shape: (data) =>
    'bundle' in data ? data.bundle : 'journal' in data ? data.journal : { report: data.report.document },
  attachment: ({ path, query: { format } }) => {
    const suffix = isBundled(format) ? `${format}.json` : isFace(format) ? FACES[format].suffix : null;
    return suffix === null ? undefined : `${path['id'] ?? ''}.${suffix}`;
  },
  mediaTypes: Object.values(FACES).map(({ mediaType }) => mediaType),
  mediaType: ({ query: { format } }) => (isFace(format) ? FACES[format].mediaType : undefined),
  fileTypes: [PDF],
  file: ({ path, query }) =>
    query.format === 'pdf' ? pdfOf(() => ({ kind: 'session', sessionId: path['id'] ?? '' })) : null,
  failures: ['session_not_found', 'rate_limited', 'report_generation_failed', 'audit_unavailable'],
});

const getAgentReport = defineRoute({
  method: 'GET',
  path: '/agents/{id}/report',
  operationId: 'getAgentReport',
  isIssued: true,
  summary:
    'The compliance report over the sessions of an agent that began within a window. Made anew for every request.',
  query: WINDOW,
  document: `
    query GetAgentReport($id: ID!, $disclose: [String!], $since: String, $until: String, $asBundle: Boolean!) {
      report: agentReport(agentId: $id, since: $since, until: $until) @skip(if: $asBundle) { document }
      bundle: agentBundle(agentId: $id, since: $since, until: $until, disclose: $disclose) @include(if: $asBundle)
    }`,
  variables: ({ path, query }) => ({
    id: path['id'],
    since: query.since,
    until: query.until,
    disclose: discloseOf(query),
    asBundle: isBundled(query.format),
  }),
  data: z.union([z.object({ report: z.object({ document: SCOPE_REPORT }) }), z.object({ bundle: BUNDLE })]),
  status: 200,
  response: z.union([z.strictObject({ report: SCOPE_REPORT }), BUNDLE]),
  shape: (data) => ('bundle' in data ? data.bundle : { report: data.report.document }),
  attachment: ({ path, query }) => (isBundled(query.format) ? `${path['id'] ?? ''}.${query.format}.json` : undefined),
  fileTypes: [PDF],
  file: ({ path, query }) =>
    query.format === 'pdf'
      ? pdfOf(() => ({
          kind: 'agent',
          agentId: path['id'] ?? '',
          window: reportWindow(query.since, query.until, Date.now()),
        }))
      : null,
  failures: ['agent_not_found', 'rate_limited', 'report_generation_failed', 'audit_unavailable'],
});

const getAccountReport = defineRoute({
  method: 'GET',
  path: '/reports',
  operationId: 'getAccountReport',
  isIssued: true,
  summary:
    'The compliance report over all sessions of the account that began within a window. Made anew for every request.',
  query: WINDOW,
  document: `
    query GetAccountReport($disclose: [String!], $since: String, $until: String, $asBundle: Boolean!) {
      report: accountReport(since: $since, until: $until) @skip(if: $asBundle) { document }
      bundle: accountBundle(since: $since, until: $until, disclose: $disclose) @include(if: $asBundle)
    }`,
  variables: ({ query }) => ({
    since: query.since,
    until: query.until,
    disclose: discloseOf(query),
    asBundle: isBundled(query.format),
  }),
  data: z.union([z.object({ report: z.object({ document: SCOPE_REPORT }) }), z.object({ bundle: BUNDLE })]),
  status: 200,
  response: z.union([z.strictObject({ report: SCOPE_REPORT }), BUNDLE]),
  shape: (data) => ('bundle' in data ? data.bundle : { report: data.report.document }),
  attachment: ({ query }) => (isBundled(query.format) ? `account.${query.format}.json` : undefined),
  fileTypes: [PDF],
  file: ({ query }) =>
    query.format === 'pdf'
      ? pdfOf(() => ({ kind: 'account', window: reportWindow(query.since, query.until, Date.now()) }))
      : null,
  failures: ['rate_limited', 'report_generation_failed', 'audit_unavailable'],
});

export const REPORT_ROUTES: readonly Route[] = [getSessionReport, getAgentReport, getAccountReport];
