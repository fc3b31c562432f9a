/** Reports of a session, made anew for every query. See docs/audit-format.md, Reports. */
import { z } from 'zod';
import { SAFE_HARBOR_CATEGORIES } from '../detection/kinds.ts';
import type { SafeHarborCategory } from '../detection/kinds.ts';
import { Failure } from '../platform/failure.ts';
import type { DisclosedReport } from '../reports/disclosure.ts';
import type { Bundle, Report, SessionReport } from '../reports/report.ts';
import type { ReportSubject } from '../reports/reports.ts';
import type { Coverage } from '../reports/safe-harbor.ts';
import { JOURNAL_FACES } from '../reports/faces/faces.ts';
import type { ReportWindow } from '../reports/scope.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import { purposeArgument } from './purpose.ts';
import { momentOf, sinceArgument } from './session-filter.ts';

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

const ScopeReportType = builder.objectRef<Report>('ScopeReport').implement({
  description: 'A compliance report over the sessions of an agent or of the account within a window.',
  authScopes: { permission: 'reports:read' },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The ID of the report, rep_...' }),
    scope: t.exposeString('scope', { description: 'agent or account.' }),
    agentId: t.id({
      nullable: true,
      description: 'Null in a report of the account.',
      resolve: ({ agent_id: agentId }) => agentId ?? null,
    }),
    generatedAt: t.field({
      type: 'DateTime',
      description: 'When the report was made.',
      resolve: (report) => new Date(report.generated_at),
    }),
    merkleRootHex: t.exposeString('merkle_root_hex', { description: 'Root over the roots of the sessions.' }),
    redactionsByKind: t.expose('redactions_by_kind', { type: 'JSON', description: 'Kind to count.' }),
    document: t.field({
      type: 'JSON',
      description: 'The whole report as it was signed. Its signature is over exactly this.',
      resolve: (report) => report,
    }),
  }),
});

/** The window of a report. `now` in milliseconds since the epoch. Throws Failure `validation_failed` where it ends before it begins. */
export function reportWindow(since: string, until: string | null | undefined, now: number): ReportWindow {
  const window = {
    since: momentOf(since, now) ?? now,
    until: typeof until === 'string' ? (momentOf(until, now) ?? now) : now,
  };
  if (window.since < window.until) return window;
  const message = 'The window must begin before it ends.';
  throw new Failure('validation_failed', message, [{ path: 'since', code: 'invalid', message }]);
}

/** How far back a report reaches where nothing is said. */
export const REPORT_SINCE = '30d';

async function manySessions(
  subject: Exclude<ReportSubject, { kind: 'session' }>,
  purpose: string | null | undefined,
  context: GraphqlContext,
): Promise<Report> {
  await context.services.sessions.settled();
  return context.services.reports.many(viewerOf(context), subject, purpose ?? context.purpose);
}

interface BundleArgs {
  readonly disclose?: readonly string[] | null | undefined;
  readonly purpose?: string | null | undefined;
}

async function bundled(
  subject: ReportSubject,
  { disclose, purpose }: BundleArgs,
  context: GraphqlContext,
): Promise<Bundle | DisclosedReport> {
  const { sessions, reports } = context.services;
  await sessions.settled();
  const named = purpose ?? context.purpose;
  return disclose === null || disclose === undefined
    ? reports.bundle(viewerOf(context), subject, named)
    : reports.disclosure(viewerOf(context), subject, disclose, named);
}

const OVER_MANY = 500;

type QueryFields = Parameters<Parameters<typeof builder.queryFields>[0]>[0];

const purposeArg = (t: QueryFields) =>
  t.arg.string({
    description: 'What it is read for. It is put on record; without it, the header Masker-Purpose counts.',
    validate: { schema: purposeArgument },
  });

const discloseArg = (t: QueryFields) =>
  t.arg.stringList({
    description:
      'Instead of the bundle, the report with these members open and commitments to the others; "*" opens all.',
    validate: { schema: z.array(z.string().max(64)).max(64) },
  });

const agentArg = (t: QueryFields) => t.arg.id({ required: true, description: 'The ID of the agent, agt_...' });

const windowArgs = (t: QueryFields) => ({
  since: t.arg.string({
    description: 'Sessions that began then or later: 1h, 24h, 7d, 30d or a moment in ISO 8601.',
    defaultValue: REPORT_SINCE,
    validate: { schema: sinceArgument },
  }),
  until: t.arg.string({
    description: 'Sessions that began before then; the present where it is left out.',
    validate: { schema: sinceArgument },
  }),
});

function windowOf(args: { since?: string | null | undefined; until?: string | null | undefined }): ReportWindow {
  return reportWindow(args.since ?? REPORT_SINCE, args.until, Date.now());
}

builder.queryFields((t) => ({
  report: t.field({
    type: ReportType,
    description: 'Walks the whole journal of the session. An unknown session is an error, session_not_found.',
    authScopes: { permission: 'reports:read' },
    complexity: 100,
    args: { sessionId: t.arg.id({ required: true }), purpose: purposeArg(t) },
    resolve: async (_root, { sessionId, purpose: named }, context) => {
      await context.services.sessions.settled();
      return context.services.reports.session(viewerOf(context), sessionId, named ?? context.purpose);
    },
  }),
  bundle: t.field({
    type: 'JSON',
    description: 'Report, journal, seals and public keys in one document: what masker-verify reads.',
    authScopes: { permission: 'reports:read' },
    complexity: 100,
    args: { sessionId: t.arg.id({ required: true }), disclose: discloseArg(t), purpose: purposeArg(t) },
    resolve: (_root, args, context) => bundled({ kind: 'session', sessionId: args.sessionId }, args, context),
  }),
  journal: t.field({
    type: 'String',
    description:
      'The journal of the session in the form of another tool. Each event carries the leaf hash of its entry.',
    authScopes: { permission: 'reports:read' },
    complexity: 100,
    args: {
      sessionId: t.arg.id({ required: true }),
      face: t.arg({ type: JournalFaceType, required: true }),
      purpose: purposeArg(t),
    },
    resolve: async (_root, { sessionId, face, purpose: named }, context) => {
      await context.services.sessions.settled();
      return context.services.reports.journal(viewerOf(context), sessionId, face, named ?? context.purpose);
    },
  }),
}));

builder.queryFields((t) => ({
  agentReport: t.field({
    type: ScopeReportType,
    description: 'Walks the journals of the sessions of an agent that began within a window.',
    authScopes: { permission: 'reports:read' },
    complexity: OVER_MANY,
    args: { agentId: agentArg(t), ...windowArgs(t), purpose: purposeArg(t) },
    resolve: (_root, args, context) =>
      manySessions({ kind: 'agent', agentId: args.agentId, window: windowOf(args) }, args.purpose, context),
  }),
  agentBundle: t.field({
    type: 'JSON',
    description: 'The same with the journals, for masker-verify: of at most 1000 sessions and 50000 entries.',
    authScopes: { permission: 'reports:read' },
    complexity: OVER_MANY,
    args: { agentId: agentArg(t), ...windowArgs(t), disclose: discloseArg(t), purpose: purposeArg(t) },
    resolve: (_root, args, context) =>
      bundled({ kind: 'agent', agentId: args.agentId, window: windowOf(args) }, args, context),
  }),
  accountReport: t.field({
    type: ScopeReportType,
    description: 'Walks the journals of all sessions of the account that began within a window.',
    authScopes: { permission: 'reports:read' },
    complexity: OVER_MANY,
    args: { ...windowArgs(t), purpose: purposeArg(t) },
    resolve: (_root, args, context) => manySessions({ kind: 'account', window: windowOf(args) }, args.purpose, context),
  }),
  accountBundle: t.field({
    type: 'JSON',
    description: 'The same with the journals, for masker-verify: of at most 1000 sessions and 50000 entries.',
    authScopes: { permission: 'reports:read' },
    complexity: OVER_MANY,
    args: { ...windowArgs(t), disclose: discloseArg(t), purpose: purposeArg(t) },
    resolve: (_root, args, context) => bundled({ kind: 'account', window: windowOf(args) }, args, context),
  }),
}));
