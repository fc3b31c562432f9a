/** Routes of sessions and their reports. */
import { z } from 'zod';
import { isId } from '../platform/ids.ts';
import { Failure } from '../platform/failure.ts';
import { existingAgent } from './agent-routes.ts';
import { EVENT, pageOf, SESSION, SESSION_FACTS, SESSION_ITEM, TURN } from './objects.ts';
import { connectionOf, joined, nextCursor, nodesOf, pageBody, SESSION_PARAMETERS } from './page.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';
import { wholeMilliseconds } from './stage-durations.ts';

const SESSION_FIELDS = `
  fragment SessionFields on Session {
    id agent_id: agentId agent_name: agentName started_at: startedAt ended_at: endedAt duration_ms: durationMs status
    redaction_count: redactionCount redactions_by_kind: redactionsByKind upstream_model: upstreamModel
  }`;

type SessionQuery = z.output<typeof SESSION_PARAMETERS>;

function filterOf({ limit, cursor, since, status, min_redactions }: SessionQuery): Readonly<Record<string, unknown>> {
  return { first: limit, after: cursor, since, status, minRedactions: min_redactions };
}

const listSessions = defineRoute({
  method: 'GET',
  path: '/sessions',
  operationId: 'listSessions',
  summary: 'List the sessions of the account, newest first.',
  query: SESSION_PARAMETERS.extend({
    agent_id: z
      .string()
      .refine((text) => isId('agent', text), 'This is not the id of an agent.')
      .optional()
      .meta({ description: 'Only sessions of this agent.' }),
  }),
  document: `
    query ListSessions($first: Int!, $after: String, $agentId: ID, $since: String, $status: SessionStatus, $minRedactions: Int) {
      sessions(first: $first, after: $after, agentId: $agentId, since: $since, status: $status, minRedactions: $minRedactions) {
        edges { node { ...SessionFields } }
        pageInfo { hasNextPage endCursor }
      }
    } ${SESSION_FIELDS}`,
  variables: ({ query }) => ({ ...filterOf(query), agentId: query.agent_id }),
  data: z.object({ sessions: connectionOf(SESSION_ITEM) }),
  status: 200,
  response: pageOf(SESSION_ITEM),
  shape: ({ sessions }) => pageBody(sessions),
});

const listAgentSessions = defineRoute({
  method: 'GET',
  path: '/agents/{id}/sessions',
  operationId: 'listAgentSessions',
  summary: 'List the sessions of one agent, newest first.',
  query: SESSION_PARAMETERS,
  document: `
    query ListAgentSessions($id: ID!, $first: Int!, $after: String, $since: String, $status: SessionStatus, $minRedactions: Int) {
      agent(id: $id) {
        sessions(first: $first, after: $after, since: $since, status: $status, minRedactions: $minRedactions) {
          edges { node { ...SessionFields } }
          pageInfo { hasNextPage endCursor }
        }
      }
    } ${SESSION_FIELDS}`,
  variables: ({ path, query }) => ({ ...filterOf(query), id: path['id'] }),
  data: z.object({ agent: z.object({ sessions: connectionOf(SESSION_ITEM) }).nullable() }),
  status: 200,
  response: pageOf(SESSION_ITEM),
  shape: ({ agent }) => pageBody(existingAgent(agent).sessions),
  failures: ['agent_not_found'],
});

// An event as the operation gives it; REST writes its span as a pair.
const EVENT_DATA = EVENT.extend({ span: z.object({ start: z.int(), end: z.int() }) });

// Durations of stages as the operation gives them, to the microsecond; REST states whole milliseconds.
const milliseconds = z.number().min(0);
const STAGE_DATA = { detection: milliseconds, tokenize: milliseconds };
const TURN_DATA = TURN.extend({
  stage_durations_ms: z.object({
    ...STAGE_DATA,
    upstream: milliseconds.nullable(),
    rehydrate: milliseconds.nullable(),
  }),
});
const SESSION_DATA = SESSION_FACTS.extend({
  // Asked for with the first page only.
  payloads: SESSION_FACTS.shape.payloads.default({ request: null, masked: null, answer: null, response: null }),
  stage_durations_ms: z.object({ ...STAGE_DATA, upstream: milliseconds, rehydrate: milliseconds }),
  turns: connectionOf(TURN_DATA),
  events: connectionOf(EVENT_DATA),
});

type TurnData = z.output<typeof TURN_DATA>;

function turnBody({ stage_durations_ms: stages, ...turn }: TurnData): z.output<typeof TURN> {
  const totalMs = turn.ended_at === null ? null : Date.parse(turn.ended_at) - Date.parse(turn.started_at);
  return { ...turn, stage_durations_ms: wholeMilliseconds(stages, totalMs) };
}

const getSession = defineRoute({
  method: 'GET',
  path: '/sessions/{id}',
  operationId: 'getSession',
  summary: 'One session with all of its turns and redaction events.',
  document: `
    query GetSession($id: ID!, $turnsAfter: String, $eventsAfter: String, $isFirst: Boolean!) {
      session(id: $id) {
        ...SessionFields
        sealed_at: sealedAt continues policy_name: policyName policy_version: policyVersion
        stage_durations_ms: stageDurations { detection tokenize upstream rehydrate }
        tokens {
          issued returned_exact: returnedExact returned_repaired: returnedRepaired not_returned: notReturned
          unknown refused outside_turn: outsideTurn withheld
        }
        merkle_root_hex: merkleRootHex
        payloads @include(if: $isFirst) { request masked answer response }
        turns(first: 100, after: $turnsAfter) {
          edges {
            node {
              id number started_at: startedAt ended_at: endedAt status model streamed redaction_count: redactionCount
              stage_durations_ms: stageDurations { detection tokenize upstream rehydrate }
              added_ms: addedMs
            }
          }
          pageInfo { hasNextPage endCursor }
        }
        events(first: 100, after: $eventsAfter) {
          edges {
            node {
              event_id: eventId pass entity_kind: entityKind span { start end } path confidence action
              token_kind: tokenKind kid speaker turn ts: at
            }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    } ${SESSION_FIELDS}`,
  // Each read of payloads is on record: the pages that follow ask for none.
  variables: ({ path }) => ({ id: path['id'], isFirst: true }),
  data: z.object({ session: SESSION_DATA.nullable() }),
  // The shorter of the two lists is asked again after its own end, which gives nothing twice.
  continuation: {
    next: ({ session }) =>
      session === null || (nextCursor(session.turns) === null && nextCursor(session.events) === null)
        ? null
        : {
            turnsAfter: session.turns.pageInfo.endCursor,
            eventsAfter: session.events.pageInfo.endCursor,
            isFirst: false,
          },
    join: (sofar, more) => ({
      session:
        sofar.session === null || more.session === null
          ? null
          : {
              ...more.session,
              payloads: sofar.session.payloads,
              turns: joined(sofar.session.turns, more.session.turns),
              events: joined(sofar.session.events, more.session.events),
            },
    }),
  },
  status: 200,
  response: z.strictObject({ session: SESSION }),
  shape: ({ session }) => {
    if (session === null) throw new Failure('session_not_found', 'There is no such session.');
    const { payloads, ...facts } = session;
    const events = nodesOf(session.events).map((event) => ({ ...event, span: [event.span.start, event.span.end] }));
    const stage_durations_ms = wholeMilliseconds(session.stage_durations_ms, session.duration_ms);
    // In the order in which the API's reference prints them.
    return { session: { ...facts, stage_durations_ms, turns: nodesOf(session.turns).map(turnBody), events, payloads } };
  },
  failures: ['session_not_found', 'session_expired'],
});

export const SESSION_ROUTES: readonly Route[] = [listSessions, listAgentSessions, getSession];
