/** Reports of a session, made anew for every query. See docs/audit-format.md, Reports. */
import { SAFE_HARBOR_CATEGORIES } from '../detection/kinds.ts';
import type { SafeHarborCategory } from '../detection/kinds.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { SessionId } from '../platform/ids.ts';
import type { SessionReport } from '../reports/report.ts';
import type { Coverage } from '../reports/safe-harbor.ts';
import { JOURNAL_FACES } from '../reports/faces/faces.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';

const CoverageType = builder.enumType('Coverage', {
  values: ['full', 'partial', 'in_progress', 'not_applicable'] as const satisfies readonly Coverage[],
});

const JournalFaceType = builder.enumType('JournalFace', {
  description: 'A form of other tools in which a journal is given: OCSF events, a FHIR R4 Bundle, CEF lines.',
  values: JOURNAL_FACES,
});

interface CategoryCoverage {
  readonly category: SafeHarborCategory;
  readonly coverage: Coverage;
}

const SafeHarborCategoryType = builder.objectRef<CategoryCoverage>('SafeHarborCategory').implement({
  description: 'A category of identifiers of 45 CFR 164.514(b)(2)(i), and how far detection covers it.',
  fields: (t) => ({
    category: t.exposeString('category', { description: 'A_names to R_other.' }),
    coverage: t.expose('coverage', { type: CoverageType }),
  }),
});

const ReportType = builder.objectRef<SessionReport>('Report').implement({
  description: 'A compliance report, Masker Audit Schema v1.',
  authScopes: { permission: 'reports:read' },
  fields: (t) => ({
    id: t.exposeID('id'),
    scope: t.exposeString('scope'),
    sessionId: t.exposeID('session_id'),
    generatedAt: t.field({ type: 'DateTime', resolve: (report) => new Date(report.generated_at) }),
    merkleRootHex: t.exposeString('merkle_root_hex'),
    redactionsByKind: t.expose('redactions_by_kind', { type: 'JSON' }),
    redactionsByPass: t.expose('redactions_by_pass', { type: 'JSON' }),
    policySnapshot: t.exposeString('policy_snapshot'),
    safeHarborCoverage: t.field({
      type: [SafeHarborCategoryType],
      resolve: ({ safe_harbor_coverage: coverage }) =>
        SAFE_HARBOR_CATEGORIES.map((category) => ({ category, coverage: coverage[category] })),
    }),
    document: t.field({
      type: 'JSON',
      description: 'The whole report as it was signed. Its signature is over exactly this.',
      resolve: (report) => report,
    }),
  }),
});

function reportedSession(text: string): SessionId {
  const id = parseId('session', text);
  if (id === null) throw new Failure('session_not_found', 'There is no such session.');
  return id;
}

builder.queryFields((t) => ({
  report: t.field({
    type: ReportType,
    description: 'Walks the whole journal of the session. An unknown session is an error, session_not_found.',
    authScopes: { permission: 'reports:read' },
    complexity: 100,
    args: { sessionId: t.arg.id({ required: true }) },
    resolve: async (_root, { sessionId }, context) => {
      await context.services.sessions.settled();
      return context.services.reports.session(viewerOf(context), reportedSession(sessionId));
    },
  }),
  bundle: t.field({
    type: 'JSON',
    description: 'Report, journal, seals and public keys in one document: what masker-verify reads.',
    authScopes: { permission: 'reports:read' },
    complexity: 100,
    args: { sessionId: t.arg.id({ required: true }) },
    resolve: async (_root, { sessionId }, context) => {
      await context.services.sessions.settled();
      return context.services.reports.bundle(viewerOf(context), reportedSession(sessionId));
    },
  }),
  journal: t.field({
    type: 'String',
    description:
      'The journal of the session in the form of another tool. Each event carries the leaf hash of its entry.',
    authScopes: { permission: 'reports:read' },
    complexity: 100,
    args: { sessionId: t.arg.id({ required: true }), face: t.arg({ type: JournalFaceType, required: true }) },
    resolve: async (_root, { sessionId, face }, context) => {
      await context.services.sessions.settled();
      return context.services.reports.journal(viewerOf(context), reportedSession(sessionId), face);
    },
  }),
}));
