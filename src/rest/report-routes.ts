/** Routes of reports: of a session, an agent and the account, as JSON, PDF or bundle. */
import { z } from 'zod';
import { REPORT_SINCE, reportWindow } from '../graphql/report.ts';
import { sinceArgument } from '../graphql/session-filter.ts';
import { FACES } from '../reports/faces/faces.ts';
import type { JournalFace } from '../reports/faces/faces.ts';
import type { ReportSubject } from '../reports/reports.ts';
import { BUNDLE, REPORT, SCOPE_REPORT } from './objects.ts';
import { defineRoute } from './route.ts';
import type { FileAnswer, Route } from './route.ts';

const PDF = 'application/pdf';

const FORMAT = z
  .enum(['json', 'pdf', 'bundle'])
  .default('json')
  .meta({ description: 'json: the report; pdf: the same for people; bundle: all that masker-verify reads.' });

const WINDOW = z.strictObject({
  format: FORMAT,
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
  summary:
    'The compliance report of a session, the bundle that masker-verify reads, or its journal for other tools. Made anew for every request.',
  query: z.strictObject({
    format: z.enum(['json', 'pdf', 'bundle', 'ocsf', 'fhir', 'cef']).default('json').meta({
      description:
        'json: the report; pdf: the same for people; bundle: all that masker-verify reads; ocsf, fhir, cef: the journal as OCSF events, as a FHIR R4 Bundle, as CEF lines.',
    }),
  }),
  document: `
    query GetSessionReport($id: ID!, $asReport: Boolean!, $asBundle: Boolean!, $asFace: Boolean!, $face: JournalFace!) {
      report(sessionId: $id) @include(if: $asReport) { document }
      bundle(sessionId: $id) @include(if: $asBundle)
      journal(sessionId: $id, face: $face) @include(if: $asFace)
    }`,
  variables: ({ path, query: { format } }) => ({
    id: path['id'],
    asReport: format === 'json',
    asBundle: format === 'bundle',
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
    const suffix = format === 'bundle' ? 'bundle.json' : isFace(format) ? FACES[format].suffix : null;
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
  summary:
    'The compliance report over the sessions of an agent that began within a window. Made anew for every request.',
  query: WINDOW,
  document: `
    query GetAgentReport($id: ID!, $since: String, $until: String, $asBundle: Boolean!) {
      report: agentReport(agentId: $id, since: $since, until: $until) @skip(if: $asBundle) { document }
      bundle: agentBundle(agentId: $id, since: $since, until: $until) @include(if: $asBundle)
    }`,
  variables: ({ path, query }) => ({
    id: path['id'],
    since: query.since,
    until: query.until,
    asBundle: query.format === 'bundle',
  }),
  data: z.union([z.object({ report: z.object({ document: SCOPE_REPORT }) }), z.object({ bundle: BUNDLE })]),
  status: 200,
  response: z.union([z.strictObject({ report: SCOPE_REPORT }), BUNDLE]),
  shape: (data) => ('bundle' in data ? data.bundle : { report: data.report.document }),
  attachment: ({ path, query }) => (query.format === 'bundle' ? `${path['id'] ?? ''}.bundle.json` : undefined),
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
  summary:
    'The compliance report over all sessions of the account that began within a window. Made anew for every request.',
  query: WINDOW,
  document: `
    query GetAccountReport($since: String, $until: String, $asBundle: Boolean!) {
      report: accountReport(since: $since, until: $until) @skip(if: $asBundle) { document }
      bundle: accountBundle(since: $since, until: $until) @include(if: $asBundle)
    }`,
  variables: ({ query }) => ({ since: query.since, until: query.until, asBundle: query.format === 'bundle' }),
  data: z.union([z.object({ report: z.object({ document: SCOPE_REPORT }) }), z.object({ bundle: BUNDLE })]),
  status: 200,
  response: z.union([z.strictObject({ report: SCOPE_REPORT }), BUNDLE]),
  shape: (data) => ('bundle' in data ? data.bundle : { report: data.report.document }),
  attachment: ({ query }) => (query.format === 'bundle' ? 'account.bundle.json' : undefined),
  fileTypes: [PDF],
  file: ({ query }) =>
    query.format === 'pdf'
      ? pdfOf(() => ({ kind: 'account', window: reportWindow(query.since, query.until, Date.now()) }))
      : null,
  failures: ['rate_limited', 'report_generation_failed', 'audit_unavailable'],
});

export const REPORT_ROUTES: readonly Route[] = [getSessionReport, getAgentReport, getAccountReport];
