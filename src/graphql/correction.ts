/** Corrections of detection: what people say of redactions, and whether it was accepted. */
import { isId, parseId } from '../platform/ids.ts';
import type { CorrectionId } from '../platform/ids.ts';
import { CORRECTION_OUTCOMES, VERDICTS } from '../sessions/corrections.ts';
import type { CorrectionOutcome, Verdict } from '../sessions/corrections.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { failsWith } from './errors.ts';
import { connectionOf, idKey, pageQuery, readPage } from './keyset.ts';
import { SpanType } from './redaction-event.ts';

const CORRECTION_KEY = idKey('correction', (text): text is CorrectionId => isId('correction', text));

const VerdictType = builder.enumType('CorrectionVerdict', { values: VERDICTS });
const OutcomeType = builder.enumType('CorrectionOutcome', { values: CORRECTION_OUTCOMES });
const StateType = builder.enumType('CorrectionState', { values: ['open', 'closed'] as const });

function idOfRow(text: string): CorrectionId {
  const id = parseId('correction', text);
  if (id === null) throw new TypeError('a row of corrections has an id of another form');
  return id;
}

/** The columns hold only what was written by the enums. */
const verdictOf = (text: string): Verdict => (text === 'missed' ? 'missed' : 'not_phi');
const outcomeOf = (text: string | null): CorrectionOutcome | null =>
  CORRECTION_OUTCOMES.find((each) => each === text) ?? null;

const CorrectionType = builder.prismaObject('Correction', {
  description: 'A statement that detection was wrong about a span. It holds places and kinds, never text.',
  authScopes: { permission: 'sessions:read' },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The ID of the correction, cor_...' }),
    sessionId: t.exposeID('sessionId', { description: 'The session that it is about.' }),
    turn: t.exposeInt('turn', { description: 'Number of the turn, from 1.' }),
    path: t.exposeString('path', { description: 'JSON Pointer into the request.' }),
    span: t.field({
      type: SpanType,
      select: { start: true, end: true },
      resolve: ({ start, end }) => [start, end] as const,
    }),
    kind: t.exposeString('kind', { description: 'The kind that was found, or missed.' }),
    verdict: t.field({
      type: VerdictType,
      select: { verdict: true },
      resolve: ({ verdict }) => verdictOf(verdict),
    }),
    createdBy: t.exposeID('createdBy', { description: 'The user who recorded it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was recorded.' }),
    outcome: t.field({
      type: OutcomeType,
      nullable: true,
      description: 'Null while it is open.',
      select: { outcome: true },
      resolve: ({ outcome }) => outcomeOf(outcome),
    }),
    closedBy: t.exposeID('closedBy', { nullable: true, description: 'The user who closed it.' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true, description: 'When it was closed.' }),
  }),
});

builder.queryField('corrections', (t) =>
  t.connection(
    {
      type: CorrectionType,
      description: 'The corrections of the account, newest first.',
      authScopes: { permission: 'sessions:read' },
      args: {
        state: t.arg({ type: StateType, description: 'Only open, or only closed ones.' }),
        verdict: t.arg({ type: VerdictType, description: 'Only those of this verdict.' }),
      },
      resolve: async (_root, { state, verdict, ...args }, context) => {
        const page = readPage(CORRECTION_KEY, args);
        const { range, order, take } = pageQuery(page, 'desc');
        const rows = await context.prisma.correction.findMany({
          where: {
            accountId: viewerOf(context).accountId,
            id: range,
            ...(state === 'open' ? { outcome: null } : {}),
            ...(state === 'closed' ? { outcome: { not: null } } : {}),
            ...(typeof verdict === 'string' ? { verdict } : {}),
          },
          orderBy: { id: order },
          take,
        });
        return connectionOf(page, CORRECTION_KEY, rows, (node) => ({ key: idOfRow(node.id), node }));
      },
    },
    { name: 'CorrectionConnection' },
    { name: 'CorrectionEdge' },
  ),
);

builder.mutationFields((t) => ({
  recordNotPhi: t.prismaField({
    type: 'Correction',
    description: 'Says of a redaction that it was no identifier. It becomes a leaf of the account log.',
    authScopes: { permission: 'policies:write' },
    errors: failsWith('correction', 'NotFoundError'),
    args: {
      sessionId: t.arg.id({ required: true, description: 'The ID of the session, sess_...' }),
      seq: t.arg.int({ required: true, description: 'Place of the redaction in the session’s journal.' }),
    },
    resolve: (_query, _root, { sessionId, seq }, context) =>
      context.services.corrections.notPhi(viewerOf(context), sessionId, seq),
  }),
  recordMissed: t.prismaField({
    type: 'Correction',
    description: 'Says that detection missed an identifier. It becomes a leaf of the account log.',
    authScopes: { permission: 'policies:write' },
    errors: failsWith('correction', 'NotFoundError'),
    args: {
      sessionId: t.arg.id({ required: true, description: 'The ID of the session, sess_...' }),
      turn: t.arg.int({ required: true, description: 'Number of the turn, from 1.' }),
      path: t.arg.string({ required: true, description: 'JSON Pointer to a text of the request.' }),
      start: t.arg.int({
        required: true,
        description: 'First UTF-16 code unit of the text at the path, also where that is JSON.',
      }),
      end: t.arg.int({ required: true, description: 'One past the last.' }),
      kind: t.arg.string({ required: true, description: 'The kind that was missed, such as NAME.' }),
    },
    resolve: (_query, _root, span, context) => context.services.corrections.missed(viewerOf(context), span),
  }),
  closeCorrection: t.prismaField({
    type: 'Correction',
    description: 'Accepts or rejects an open correction. Accepted ones are exported.',
    authScopes: { permission: 'policies:write' },
    errors: failsWith('correction', 'NotFoundError'),
    args: {
      id: t.arg.id({ required: true, description: 'The ID of the correction, cor_...' }),
      outcome: t.arg({ type: OutcomeType, required: true, description: 'What becomes of it.' }),
    },
    resolve: (_query, _root, { id, outcome }, context) =>
      context.services.corrections.close(viewerOf(context), id, outcome),
  }),
}));
