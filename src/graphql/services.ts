import type pg from 'pg';
import type { AccessTokens } from '../accounts/access-tokens.ts';
import type { BrowserSessions } from '../accounts/browser-sessions.ts';
import type { Invitations } from '../accounts/invitations.ts';
import { loadMe } from '../accounts/me.ts';
import type { Members } from '../accounts/members.ts';
import type { Retention } from '../accounts/retention-settings.ts';
import type { VaultActs } from '../accounts/vault-acts.ts';
import { agentStats } from '../agents/agent-stats.ts';
import type { AgentService } from '../agents/agents.ts';
import { publishedPolicies, publishedPolicy } from '../agents/published-policies.ts';
import type { StoredPolicies } from '../agents/stored-policies.ts';
import { DETECTOR_VERSION } from '../detection/detection.ts';
import type { Explanation } from '../detection/explain.ts';
import type { Feed } from '../events/feed.ts';
import type { AccountLog } from '../audit-log/account-log.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { AccountId } from '../platform/ids.ts';
import { detectionRules } from '../policy/policy.ts';
import type { Policy } from '../policy/policy.ts';
import type { PolicyReload } from '../policy/reload.ts';
import type { PolicyReference, PolicyStore } from '../policy/store.ts';
import type { AuditVerification } from '../reports/audit-verification.ts';
import type { Finder } from '../reports/finding/find.ts';
import type { Exports } from '../reports/exports.ts';
import type { SubjectSearch } from '../reports/finding/subject-search.ts';
import type { Reports } from '../reports/reports.ts';
import type { Explanations } from '../masking/turn/long-texts/explanations.ts';
import type { OneShotSynthesis } from '../masking/turn/one-shot-synthesis.ts';
import type { PayloadReader } from '../sessions/payloads.ts';
import { createCorrectionSet } from '../sessions/correction-set.ts';
import { createCorrections } from '../sessions/corrections.ts';
import { createRedactionOrigins } from '../sessions/redaction-origins.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { createUsage } from '../usage/usage.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { InstancePolicy, Services } from './context.ts';

export interface ServiceParts {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  readonly agents: AgentService;
  readonly policies: PolicyStore;
  readonly storedPolicies: StoredPolicies;
  readonly reloadPolicies: PolicyReload;
  readonly reports: Reports;
  readonly exports: Exports;
  readonly payloads: PayloadReader;
  readonly synthesis: Pick<OneShotSynthesis, 'synthesise' | 'masking'>;
  readonly explanations: Pick<Explanations, 'explain'>;
  readonly sessions: Pick<Sessions, 'end' | 'settled'>;
  readonly events: Feed;
  readonly webhooks: Webhooks;
  readonly subscriptions: Subscriptions;
  readonly accountLog: AccountLog;
  readonly verifyAudit: AuditVerification;
  readonly finder: Finder;
  readonly subjectSearch: SubjectSearch;
  readonly accessTokens: AccessTokens;
  readonly browserSessions: BrowserSessions;
  readonly invitations: Invitations;
  readonly members: Members;
  readonly retention: Retention;
  readonly vaults: VaultActs;
  readonly clock: Clock;
}

/** Joins the domain's modules into what resolvers call. */
export function createServices(parts: ServiceParts): Services {
  const { prisma, pool, agents, policies, explanations, payloads, clock } = parts;
  return {
    agents: {
      create: async (viewer, input) => {
        const { agent, proxyKey } = await agents.create(viewer, input);
        return { id: agent.id, proxyKey };
      },
      update: (viewer, id, change, condition) => agents.update(viewer, id, change, condition),
      remove: (viewer, id) => agents.remove(viewer, id),
      keys: agents.keys,
      upstreams: (accountId) => agents.upstreams(accountId),
      check: (viewer, fields) => agents.check(viewer, fields),
    },
    agentStats: (accountId, ids) => agentStats(pool, accountId, ids, clock.now()),
    usage: createUsage({ pool, clock }),
    ...oneShotServices(parts),
    policies: policyServices(parts),
    events: parts.events,
    webhooks: parts.webhooks,
    subscriptions: parts.subscriptions,
    accountLog: parts.accountLog,
    verifyAudit: parts.verifyAudit,
    finder: parts.finder,
    subjectSearch: parts.subjectSearch,
    accessTokens: parts.accessTokens,
    browserSessions: parts.browserSessions,
    invitations: parts.invitations,
    members: parts.members,
    retention: parts.retention,
    vaults: parts.vaults,
    loadMe: (viewer) => loadMe(prisma, viewer),
    reports: parts.reports,
    exports: parts.exports,
    payloads,
    corrections: createCorrections({ prisma, clock }),
    correctionSet: createCorrectionSet({ prisma, payloads, clock }),
    redactionOrigins: createRedactionOrigins({ prisma, payloads, policies, explanations }),
    sessions: sessionServices(parts),
  };
}

/** Detection, masking and synthesis of one text, without a call. */
function oneShotServices({
  prisma,
  policies,
  synthesis,
  explanations,
}: ServiceParts): Pick<Services, 'detect' | 'mask' | 'synthesize'> {
  const policyOf = async (accountId: AccountId, reference: PolicyReference): Promise<Policy> => {
    const stored = await publishedPolicy(prisma, accountId, reference.policyName);
    return policies.resolve({ ...reference, stored }).policy;
  };
  return {
    detect: async (accountId, text, reference) => {
      const policy = await policyOf(accountId, reference);
      return {
        ...(await explanations.explain(text, detectionRules(policy))),
        policyName: policy.name,
        policyVersion: policy.version,
        detectorVersion: DETECTOR_VERSION,
      };
    },
    mask: async (accountId, text, reference) => {
      const policy = await policyOf(accountId, reference);
      const masked = await synthesis.masking(accountId, text, policy);
      let explained: Promise<Explanation> | null = null;
      return {
        ...masked,
        policyName: policy.name,
        policyVersion: policy.version,
        explain: () => (explained ??= explanations.explain(text, detectionRules(policy))),
      };
    },
    synthesize: async (accountId, text, reference, seed) => {
      const policy = await policyOf(accountId, reference);
      const made = await synthesis.synthesise(accountId, text, policy, seed);
      return { ...made, policyName: policy.name, policyVersion: policy.version };
    },
  };
}

function policyServices({ prisma, policies, storedPolicies, reloadPolicies }: ServiceParts): Services['policies'] {
  return {
    inForce: (reference) => {
      try {
        return policies.resolve(reference);
      } catch (error) {
        if (error instanceof Failure) return null;
        throw error;
      }
    },
    published: (accountId, names) => publishedPolicies(prisma, accountId, names),
    problems: (yaml, name) => {
      const checked = policies.check(yaml, name === null ? undefined : { name, version: 1 });
      return checked.ok ? [] : checked.problems;
    },
    ofInstance: () => ofInstance(policies),
    stored: storedPolicies,
    reload: async () => {
      const { changed } = await reloadPolicies();
      return { changed, policies: ofInstance(policies) };
    },
  };
}

function sessionServices({ prisma, sessions }: ServiceParts): Services['sessions'] {
  return {
    settled: () => sessions.settled(),
    end: async ({ accountId }, id) => {
      const row = await prisma.session.findUnique({
        where: { id, accountId, expiredAt: null },
        select: { agentId: true },
      });
      const agentId = row === null ? null : parseId('agent', row.agentId);
      if (agentId === null) throw new Failure('session_not_found', 'There is no such session.');
      await sessions.end(agentId, id, 'ended');
    },
  };
}

function ofInstance(policies: PolicyStore): InstancePolicy[] {
  const { policy, text } = policies.defaultPolicy;
  const { version, description } = policy;
  return policies.names().map((name) => ({ name, version, description, yaml: text }));
}
