/** Usage by hour or day. */
import { z } from 'zod';
import { sinceArgument } from '../graphql/session-filter.ts';
import { USAGE_SINCE } from '../graphql/usage.ts';
import { isId } from '../platform/ids.ts';
import { USAGE_INTERVALS } from '../usage/usage.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const count = z.int().min(0);
const latency = z.number().min(0).nullable();
const FIGURES = {
  turns: count,
  sessions: count,
  refused: count.meta({ description: 'Turns that were refused, because the masked request still held a known value.' }),
  uninspected: count.meta({
    description: 'Turns with image, audio or file parts that the policy let pass without a search.',
  }),
  redactions: count,
  redactions_by_kind: z.record(z.string(), count).meta({ description: 'Kind to count.' }),
  p50_latency_ms: latency.meta({
    description:
      'Median of the latency that Masker added to a turn, at most 2 % off; null without a turn that has ended.',
  }),
  p95_latency_ms: latency,
};
const moment = z.iso.datetime();

const USAGE = z
  .strictObject({
    since: moment.meta({ description: 'The beginning of the first hour or day, in UTC.' }),
    until: moment.meta({ description: 'The moment of the answer.' }),
    interval: z.enum(USAGE_INTERVALS),
    total: z.strictObject(FIGURES),
    data: z.array(z.strictObject({ start: moment, ...FIGURES })).meta({
      description: 'One for each hour or day, the oldest first; the last is not over yet.',
    }),
  })
  .meta({ id: 'Usage' });

const getUsage = defineRoute({
  method: 'GET',
  path: '/usage',
  operationId: 'getUsage',
  isIssued: true,
  summary: 'Counts of turns, sessions and redactions, and added latency, by hour or day. A turn counts where it began.',
  query: z.strictObject({
    since: sinceArgument.default(USAGE_SINCE).meta({
      description:
        'Usage begins with the hour or day that this is in: 1h, 24h, 7d, 30d or a moment in ISO 8601. At most 31 days by hour, 366 by day.',
    }),
    interval: z.enum(USAGE_INTERVALS).default('hour').meta({ description: 'hour or day, in UTC.' }),
    agent_id: z
      .string()
      .refine((text) => isId('agent', text), 'This is not the id of an agent.')
      .optional()
      .meta({ description: 'Only this agent.' }),
  }),
  document: `
    query GetUsage($since: String!, $interval: UsageInterval!, $agentId: ID) {
      usage(since: $since, interval: $interval, agentId: $agentId) {
        since until interval total { ...Figures } data: buckets { start ...Figures }
      }
    }
    fragment Figures on UsageFigures {
      turns sessions refused: refusedTurns uninspected: uninspectedTurns redactions redactions_by_kind: redactionsByKind
      p50_latency_ms: p50LatencyMs p95_latency_ms: p95LatencyMs
    }`,
  variables: ({ query: { since, interval, agent_id: agentId } }) => ({ since, interval, agentId }),
  data: z.object({ usage: USAGE }),
  status: 200,
  response: USAGE,
  shape: ({ usage }) => usage,
  failures: ['agent_not_found'],
});

export const USAGE_ROUTES: readonly Route[] = [getUsage];
