/** A session: one call, with its turns and redaction events. */
import { viewerOf } from './access.ts';
import { AgentType } from './agent.ts';
import { parseId } from '../platform/ids.ts';
import { NO_PAYLOADS } from '../sessions/payloads.ts';
import type { Payloads } from '../sessions/payloads.ts';
import { recordedRedaction, turnTexts } from '../sessions/turn-texts.ts';
import type { FoundSpan, KeptText } from '../sessions/turn-texts.ts';
import { builder } from './builder.ts';
import { EXPLANATION_COST, KEPT_TURNS_COST, PAYLOADS_COST } from './cost.ts';
import type { GraphqlContext } from './context.ts';
import { connectionOf, pageQuery, readPage } from './keyset.ts';
import { purposeArgument } from './purpose.ts';
import { parseRedaction, RedactionEventType } from './redaction-event.ts';
import { RedactionExplanationType } from './redaction-explanation.ts';
import { EVENT_KEY, TURN_KEY } from './session-key.ts';
import { TokenAccountType } from './token-account.ts';
import { StageDurationsType, TurnType } from './turn.ts';

export const SessionStatusType = builder.enumType('SessionStatus', {
  description:
    'partial: the upstream broke off, a token could not be restored, or a detector was degraded. error: no answer was given.',
  values: ['ok', 'partial', 'error'] as const,
});

/** The session of the viewer's account under the id, unless it has expired: the only way to one by its id. */
export function ownSession(id: string, context: GraphqlContext): { id: string; accountId: string; expiredAt: null } {
  return { id, accountId: viewerOf(context).accountId, expiredAt: null };
}

const FoundSpanType = builder.objectRef<FoundSpan>('FoundSpan').implement({
  description: 'A stretch of a kept text that was found to be an identifier.',
  fields: (t) => ({
    start: t.exposeInt('start', { description: 'First UTF-16 code unit.' }),
    end: t.exposeInt('end', { description: 'One past the last.' }),
    kind: t.exposeString('kind', { description: 'The kind that was found.' }),
    seq: t.exposeInt('seq', {
      nullable: true,
      description: 'Place of the redaction in the session’s journal. Null where it cannot be told.',
    }),
  }),
});

const KeptTextType = builder.objectRef<KeptText>('KeptText').implement({
  description: 'One text of a kept request.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'JSON Pointer into the request.' }),
    text: t.exposeString('text', { description: 'The text as it was received.' }),
    masked: t.exposeString('masked', {
      nullable: true,
      description: 'The text as it was sent; null where it was not.',
    }),
    found: t.field({
      type: [FoundSpanType],
      nullable: true,
      description: 'What was found in it, also inside JSON. Null where the places cannot be told.',
      resolve: ({ found }) => found,
    }),
  }),
});

/** Payloads of a session of the viewer's account. */
interface SessionPayloads extends Payloads {
  readonly sessionId: string;
}

const PayloadsType = builder.objectRef<SessionPayloads>('Payloads').implement({
  description: 'What went through, where the policy keeps payloads; otherwise null.',
  fields: (t) => ({
    texts: t.field({
      type: [KeptTextType],
      description: 'The texts of messages, of instructions and of calls of tools, each of at most 100,000 characters.',
      resolve: async ({ sessionId, turn, request, masked }, _args, context) => {
        if (turn === null) return [];
        const entries = await context.prisma.entry.findMany({
          where: { sessionId, turn: { lte: turn }, kind: 'redaction', session: ownSession(sessionId, context) },
          select: { body: true },
          orderBy: { seq: 'asc' },
        });
        return turnTexts(
          request,
          masked,
          entries.map(({ body }) => recordedRedaction(body)),
        );
      },
    }),
    request: t.field({ type: 'JSON', nullable: true, resolve: ({ request }) => request }),
    masked: t.field({ type: 'JSON', nullable: true, resolve: ({ masked }) => masked }),
    answer: t.field({ type: 'JSON', nullable: true, resolve: ({ answer }) => answer }),
    response: t.field({ type: 'JSON', nullable: true, resolve: ({ response }) => response }),
  }),
});

export const SessionType = builder.prismaNode('Session', {
  description: 'One call: its turns, and what was found and replaced in them.',
  authScopes: { permission: 'sessions:read' },
  id: { field: 'id' },
  nullable: true,
  findUnique: ownSession,
  select: { id: true },
  fields: (t) => ({
    agentId: t.exposeID('agentId'),
    agentName: t.string({
      select: { agent: { select: { name: true } } },
      resolve: ({ agent }) => agent.name,
    }),
    agent: t.field({
      type: AgentType,
      nullable: true,
      description: 'Null once the agent has been deleted.',
      select: (_args, _context, nestedSelection) => ({
        agent: nestedSelection({ select: { id: true, deletedAt: true } }),
      }),
      resolve: ({ agent }) => (agent.deletedAt === null ? agent : null),
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    durationMs: t.int({
      nullable: true,
      description: 'Null while the session lasts.',
      select: { startedAt: true, endedAt: true },
      resolve: ({ startedAt, endedAt }) => (endedAt === null ? null : endedAt.getTime() - startedAt.getTime()),
    }),
    sealedAt: t.expose('sealedAt', { type: 'DateTime', nullable: true }),
    status: t.expose('status', { type: SessionStatusType }),
    upstreamModel: t.exposeString('upstreamModel'),
    policyName: t.exposeString('policyName'),
    policyVersion: t.exposeInt('policyVersion'),
  }),
});

builder.prismaObjectFields(SessionType, (t) => ({
  stageDurations: t.field({
    type: StageDurationsType,
    description: 'Sums over the turns.',
    select: { detectionUs: true, tokenizeUs: true, upstreamUs: true, rehydrateUs: true },
    resolve: (session) => session,
  }),
  redactionCount: t.exposeInt('redactionCount'),
  redactionsByKind: t.expose('redactionsByKind', { type: 'JSON', description: 'Kind to count.' }),
  tokens: t.field({
    type: TokenAccountType,
    select: {
      tokensIssued: true,
      tokensExact: true,
      tokensRepaired: true,
      tokensUnknown: true,
      tokensRefused: true,
      tokensWithheld: true,
      tokensOutsideTurn: true,
    },
    resolve: (session) => session,
  }),
  merkleRootHex: t.string({
    nullable: true,
    description: 'Root of the journal’s Merkle tree; null until the session is sealed.',
    select: { merkleRoot: true },
    resolve: ({ merkleRoot }) => (merkleRoot === null ? null : Buffer.from(merkleRoot).toString('hex')),
  }),
  continues: t.id({
    nullable: true,
    description: 'The sealed session that this one continues.',
    select: { continuesId: true },
    resolve: ({ continuesId }) => continuesId,
  }),
}));

builder.prismaObjectFields(SessionType, (t) => ({
  payloads: t.field({
    type: PayloadsType,
    description:
      'What went through in a turn, for viewers with the permission payloads:read where the policy keeps it. Each read is on record.',
    complexity: PAYLOADS_COST,
    args: {
      turn: t.arg.int({ description: 'The number of the turn; the last one that is kept where it is left out.' }),
      purpose: t.arg.string({
        description: 'What it is read for. It is put on record; without it, the header Masker-Purpose counts.',
        validate: { schema: purposeArgument },
      }),
    },
    resolve: async ({ id }, { turn, purpose }, context) => {
      const sessionId = parseId('session', id);
      if (sessionId === null) return { ...NO_PAYLOADS, sessionId: id };
      const { payloads } = context.services;
      const read = await payloads.read(viewerOf(context), sessionId, turn ?? null, purpose ?? context.purpose);
      return { ...read, sessionId };
    },
  }),
  keptTurns: t.field({
    type: ['Int'],
    description: 'Numbers of the turns whose payloads are kept now, in their order.',
    complexity: KEPT_TURNS_COST,
    resolve: ({ id }, _args, context) => {
      const sessionId = parseId('session', id);
      return sessionId === null ? [] : context.services.payloads.keptTurns(viewerOf(context).accountId, sessionId);
    },
  }),
  explanation: t.field({
    type: RedactionExplanationType,
    nullable: true,
    description: 'Why a redaction was made. Null where the journal has none at this place.',
    complexity: EXPLANATION_COST,
    args: { seq: t.arg.int({ required: true, description: 'Place of the redaction in the session’s journal.' }) },
    resolve: ({ id }, { seq }, context) =>
      context.services.redactionOrigins.redaction(viewerOf(context).accountId, id, seq),
  }),
}));

builder.prismaObjectFields(SessionType, (t) => ({
  turns: t.connection(
    {
      type: TurnType,
      description: 'In the order of the call.',
      select: (args, _context, nestedSelection) => {
        const { range, order, take } = pageQuery(readPage(TURN_KEY, args), 'asc');
        return {
          turns: nestedSelection(
            { select: { id: true, number: true }, where: { number: range }, orderBy: { number: order }, take },
            ['edges', 'node'],
          ),
        };
      },
      resolve: ({ turns }, args) =>
        connectionOf(readPage(TURN_KEY, args), TURN_KEY, turns, (node) => ({ key: node.number, node })),
    },
    { name: 'TurnConnection' },
    { name: 'TurnEdge' },
  ),
  events: t.connection(
    {
      type: RedactionEventType,
      description: 'In the order of the journal.',
      select: (args) => {
        const { range, order, take } = pageQuery(readPage(EVENT_KEY, args), 'asc');
        return {
          entries: {
            select: { body: true },
            where: { kind: 'redaction', seq: range },
            orderBy: { seq: order },
            take,
          },
        };
      },
      resolve: ({ entries }, args) =>
        connectionOf(readPage(EVENT_KEY, args), EVENT_KEY, entries, ({ body }) => {
          const node = parseRedaction(body);
          return { key: node.seq, node };
        }),
    },
    { name: 'RedactionEventConnection' },
    { name: 'RedactionEventEdge' },
  ),
}));
