/** The doors of the API: GraphQL, REST with sign-in, and the pages. */
import { createVaultActs } from '../../custody/vault-acts.ts';
import { createServices } from '../../graphql/services.ts';
import type { Services } from '../../graphql/context.ts';
import { createGraphqlServer } from '../../graphql/server.ts';
import type { Limits } from '../../http/limits.ts';
import type { Door, ServerDoors } from '../../http/doors.ts';
import { createRestApp } from '../../rest/app.ts';
import { authRoutes } from '../../rest/auth-routes.ts';
import { createIdempotency } from '../../rest/idempotency.ts';
import type { Idempotency } from '../../rest/idempotency.ts';
import { createPreconditions } from '../../rest/preconditions.ts';
import { pageDoors } from './page-doors.ts';
import { identify, identifyAgain, restDoor } from './rest-door.ts';
import { unexpectedErrorLog } from './unexpected-errors.ts';
import { VERSION } from '../version.ts';
import type { AccountWiring } from './account-wiring.ts';
import type { AgentWiring } from './agent-wiring.ts';
import type { EvidenceWiring } from './evidence-wiring.ts';
import type { Ground } from './ground.ts';
import type { SessionWiring } from './session-wiring.ts';

export interface ApiParts {
  readonly accounts: AccountWiring;
  readonly agents: AgentWiring;
  readonly sessions: SessionWiring;
  readonly evidence: EvidenceWiring;
  /** Null where requests are not limited. */
  readonly limits: Limits | null;
}

export interface ApiDoors {
  readonly doors: Pick<ServerDoors, 'graphql' | 'rest' | 'pages'>;
  readonly idempotency: Idempotency;
}

export function wireApiDoors(ground: Ground, parts: ApiParts): ApiDoors {
  const { config, log, pool, prisma, publicOrigin, persistedOperations } = ground;
  const { signIn, oidc, bootstrap, browserSessions, credentials } = parts.accounts;
  const services = wireServices(ground, parts);
  const edge = { prisma, services, publicUrl: publicOrigin, onUnexpectedError: unexpectedErrorLog(log) };
  const idempotency = createIdempotency(pool, Buffer.from(ground.keys.session.reveal(), 'utf8'), (err) => {
    log.warn({ err }, 'the answer of a request could not be kept for its Idempotency-Key');
  });
  const rest = createRestApp({
    ...edge,
    idempotency,
    preconditions: createPreconditions(pool),
    authRoutes: authRoutes({ signIn, oidc, bootstrap, browserSessions, publicOrigin }),
  });
  const { introspection } = config;
  const graphql = createGraphqlServer({ ...edge, introspection, persistedOperations });
  const shown = {
    version: VERSION,
    loadMe: services.loadMe,
    github: signIn !== null,
    oidc: oidc !== null,
    explorable: introspection,
  };
  return {
    doors: {
      graphql: graphqlDoor(graphql, parts),
      rest: restDoor(rest, credentials, parts.limits),
      pages: pageDoors(shown, credentials),
    },
    idempotency,
  };
}

function graphqlDoor(
  graphql: ReturnType<typeof createGraphqlServer>,
  { accounts: { credentials }, limits }: ApiParts,
): Door {
  return async (request, response, requestId) => {
    const viewer = await identify(credentials, request, response);
    if (limits !== null && !(await limits.api(viewer?.accountId ?? null, request, response, requestId))) return;
    const viewerNow = identifyAgain(credentials, request);
    await graphql(request, response, { viewer, requestId, ...(viewerNow === undefined ? {} : { viewerNow }) });
  };
}

/** Joins what the API may ask of the domain. */
function wireServices(ground: Ground, { accounts, agents, sessions, evidence }: ApiParts): Services {
  const { prisma, pool, policies, ring, auditKey, clock } = ground;
  return createServices({
    prisma,
    pool,
    clock,
    policies,
    agents: agents.agents,
    storedPolicies: agents.storedPolicies,
    reloadPolicies: agents.reloadEverywhere,
    sessions: sessions.sessions,
    synthesis: sessions.synthesis,
    explanations: sessions.explanations,
    payloads: sessions.payloads,
    subscriptions: sessions.live.subscriptions,
    reports: evidence.reports,
    accountLog: evidence.accountLog,
    exports: evidence.exports,
    verifyAudit: evidence.verifyAudit,
    finder: evidence.finder,
    subjectSearch: evidence.subjectSearch,
    events: evidence.events.feed,
    webhooks: evidence.events.webhooks,
    accessTokens: accounts.accessTokens,
    browserSessions: accounts.browserSessions,
    invitations: accounts.invitations,
    members: accounts.members,
    retention: accounts.retention,
    vaults: createVaultActs({ pool, prisma, ring, auditKey, clock }),
  });
}
