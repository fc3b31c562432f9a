import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { AccessTokens } from '../accounts/access-tokens.ts';
import type { BrowserSessions } from '../accounts/browser-sessions.ts';
import type { Invitations } from '../accounts/invitations.ts';
import { loadMe } from '../accounts/me.ts';
import { checkAgentChange } from '../agents/agent-input.ts';
import type { AgentRules } from '../agents/agent-input.ts';
import { agentStats } from '../agents/agent-stats.ts';
import type { AgentService } from '../agents/agents.ts';
import { DETECTOR_VERSION } from '../detection/detection.ts';
import { explain } from '../detection/explain.ts';
import type { AccountLog } from '../audit-log/account-log.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { ParsedPolicy } from '../policy/parse.ts';
import { detectionRules } from '../policy/policy.ts';
import type { PolicyReload } from '../policy/reload.ts';
import type { AuditVerification } from '../reports/audit-verification.ts';
import type { Reports } from '../reports/reports.ts';
import type { PayloadReader } from '../sessions/payloads.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { MaskPolicy, Services } from './context.ts';

export interface ServiceParts {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  readonly agents: AgentService;
  readonly agentRules: AgentRules;
  readonly reloadPolicies: PolicyReload;
  readonly reports: Reports;
  readonly payloads: PayloadReader;
  readonly sessions: Pick<Sessions, 'end' | 'settled'>;
  readonly accountLog: AccountLog;
  readonly verifyAudit: AuditVerification;
  readonly accessTokens: AccessTokens;
  readonly browserSessions: BrowserSessions;
  readonly invitations: Invitations;
  readonly clock: Clock;
}

/** Joins the domain's modules into what resolvers call. */
export function createServices({
  prisma,
  pool,
  agents,
  agentRules,
  reloadPolicies,
  reports,
  payloads,
  sessions,
  accountLog,
  verifyAudit,
  accessTokens,
  browserSessions,
  invitations,
  clock,
}: ServiceParts): Services {
  const { policies } = agentRules;
  return {
    agents: {
      create: async (viewer, input) => {
        const { agent, proxyKey } = await agents.create(viewer, input);
        return { id: agent.id, proxyKey };
      },
      update: (viewer, id, change) => agents.update(viewer, id, change),
      remove: (viewer, id) => agents.remove(viewer, id),
      keys: agents.keys,
      check: (fields) => {
        checkAgentChange(fields, agentRules);
      },
    },
    agentStats: (accountId, ids) => agentStats(pool, accountId, ids, clock.now()),
    detect: (text, reference) => {
      const { policy } = policies.resolve(reference);
      return {
        ...explain(text, detectionRules(policy)),
        policyName: policy.name,
        policyVersion: policy.version,
        detectorVersion: DETECTOR_VERSION,
      };
    },
    policies: {
      inForce: (reference) => {
        try {
          return policies.resolve(reference);
        } catch (error) {
          if (error instanceof Failure) return null;
          throw error;
        }
      },
      reload: async () => {
        const { changed } = await reloadPolicies();
        return {
          changed,
          policies: policies.names().map((name) => maskPolicy(name, policies.resolve({ policyName: name }))),
        };
      },
    },
    accountLog,
    verifyAudit,
    accessTokens,
    browserSessions,
    invitations,
    loadMe: (viewer) => loadMe(prisma, viewer),
    reports,
    payloads,
    sessions: {
      settled: () => sessions.settled(),
      end: async ({ accountId }, id) => {
        const row = await prisma.session.findUnique({ where: { id, accountId }, select: { agentId: true } });
        const agentId = row === null ? null : parseId('agent', row.agentId);
        if (agentId === null) throw new Failure('session_not_found', 'There is no such session.');
        await sessions.end(agentId, id, 'ended');
      },
    },
  };
}

function maskPolicy(name: string, { policy, text }: ParsedPolicy): MaskPolicy {
  const { version, description } = policy;
  return { name, version, description, yaml: text, digest: createHash('sha256').update(text, 'utf8').digest('hex') };
}
