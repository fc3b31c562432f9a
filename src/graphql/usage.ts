/** Usage of the account by hour or day. */
import { parseId } from '../platform/ids.ts';
import { Failure } from '../platform/failure.ts';
import type { AgentId } from '../platform/ids.ts';
import { USAGE_INTERVALS } from '../usage/usage.ts';
import type { Usage, UsageBucket, UsageFigures } from '../usage/usage.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { momentOf, sinceArgument } from './session-filter.ts';

/** How far back usage reaches where nothing is said. */
export const USAGE_SINCE = '24h';

const UsageIntervalType = builder.enumType('UsageInterval', { values: USAGE_INTERVALS });

const UsageFiguresType = builder.interfaceRef<UsageFigures>('UsageFigures').implement({
  description: 'What was counted in a window.',
  fields: (t) => ({
    turns: t.expose('turns', { type: 'SafeInt', description: 'Turns that began in the window.' }),
    sessions: t.expose('sessions', { type: 'SafeInt', description: 'Sessions that began in the window.' }),
    refusedTurns: t.expose('refusedTurns', {
      type: 'SafeInt',
      description: 'Turns of those that were refused, because the masked request still held a known value.',
    }),
    uninspectedTurns: t.expose('uninspectedTurns', {
      type: 'SafeInt',
      description: 'Turns with image, audio or file parts that the policy let pass without a search.',
    }),
    redactions: t.expose('redactions', { type: 'SafeInt', description: 'Redactions of the turns.' }),
    redactionsByKind: t.expose('redactionsByKind', { type: 'JSON', description: 'Kind to count.' }),
    p50LatencyMs: t.exposeFloat('p50LatencyMs', {
      nullable: true,
      description:
        'Median of the latency that Masker added to a turn, in milliseconds, at most 2 % off; null without a turn that has ended.',
    }),
    p95LatencyMs: t.exposeFloat('p95LatencyMs', {
      nullable: true,
      description: '95th percentile of the same.',
    }),
  }),
});

const UsageTotalType = builder.objectRef<UsageFigures>('UsageTotal').implement({
  description: 'The whole window.',
  interfaces: [UsageFiguresType],
});

const UsageBucketType = builder.objectRef<UsageBucket>('UsageBucket').implement({
  description: 'One hour or day.',
  interfaces: [UsageFiguresType],
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime', description: 'When the hour or day begins, in UTC.' }),
  }),
});

const UsageType = builder.objectRef<Usage>('Usage').implement({
  description: 'Counts of what began in a window, as a whole and by hour or day.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'The beginning of the first hour or day.' }),
    until: t.expose('until', { type: 'DateTime', description: 'The moment of the answer.' }),
    interval: t.expose('interval', { type: UsageIntervalType, description: 'What the buckets are.' }),
    total: t.expose('total', { type: UsageTotalType }),
    buckets: t.field({
      type: [UsageBucketType],
      description: 'One for each hour or day, the oldest first; the last is not over yet.',
      resolve: ({ buckets }) => [...buckets],
    }),
  }),
});

/** An agent of the account; null for all. Throws Failure `agent_not_found` for what is no ID of an agent. */
function agentOf(text: string | null | undefined): AgentId | null {
  if (typeof text !== 'string') return null;
  const id = parseId('agent', text);
  if (id === null) throw new Failure('agent_not_found', 'No agent with this ID exists in your account.');
  return id;
}

builder.queryField('usage', (t) =>
  t.field({
    type: UsageType,
    description: 'Usage of the account, or of one agent. A turn counts in the hour in which it began.',
    authScopes: { permission: 'sessions:read' },
    complexity: 200,
    args: {
      since: t.arg.string({
        defaultValue: USAGE_SINCE,
        validate: { schema: sinceArgument },
        description:
          'Usage begins with the hour or day that this is in: 1h, 24h, 7d, 30d or ISO 8601. At most 31 days by hour, 366 by day.',
      }),
      interval: t.arg({ type: UsageIntervalType, defaultValue: 'hour', description: 'What the buckets are.' }),
      agentId: t.arg.id({ description: 'Only this agent, agt_...' }),
    },
    resolve: async (_root, { since, interval, agentId }, context) => {
      await context.services.sessions.settled();
      const now = Date.now();
      return context.services.usage(viewerOf(context).accountId, {
        since: momentOf(since ?? USAGE_SINCE, now) ?? now,
        interval: interval ?? 'hour',
        agentId: agentOf(agentId),
      });
    },
  }),
);
