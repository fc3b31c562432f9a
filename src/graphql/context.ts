import type { AccessTokens } from '../accounts/access-tokens.ts';
import type { BrowserSessions } from '../accounts/browser-sessions.ts';
import type { Invitations } from '../accounts/invitations.ts';
import type { Me } from '../accounts/me.ts';
import type { Members } from '../accounts/members.ts';
import type { Retention } from '../accounts/retention-settings.ts';
import type { VaultActs } from '../accounts/vault-acts.ts';
import type { Viewer } from '../accounts/viewer.ts';
import type { AgentChange, NewAgent } from '../agents/agent-input.ts';
import type { AgentCondition } from '../agents/agent-edits.ts';
import type { AgentStats } from '../agents/agent-stats.ts';
import type { StoredPolicies } from '../agents/stored-policies.ts';
import type { AccountLog } from '../audit-log/account-log.ts';
import type { NewProxyKey, ProxyKeyService } from '../agents/proxy-keys.ts';
import type { Feed } from '../events/feed.ts';
import type { Explanation } from '../detection/explain.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { AccountId, AgentId, RequestId, SessionId } from '../platform/ids.ts';
import type { ParsedPolicy } from '../policy/parse.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import type { PolicyReference, StoredText } from '../policy/store.ts';
import type { AuditVerification } from '../reports/audit-verification.ts';
import type { Finder } from '../reports/finding/find.ts';
import type { Exports } from '../reports/exports.ts';
import type { SubjectSearch } from '../reports/finding/subject-search.ts';
import type { Reports } from '../reports/reports.ts';
import type { OneShotMasked } from '../masking/turn/one-shot-masking.ts';
import type { Synthesised } from '../masking/turn/one-shot-synthesis.ts';
import type { CorrectionSet } from '../sessions/correction-set.ts';
import type { Corrections } from '../sessions/corrections.ts';
import type { PayloadReader } from '../sessions/payloads.ts';
import type { RedactionOrigins } from '../sessions/redaction-origins.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import type { ReadUsage } from '../usage/usage.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { EventStream } from './event-stream.ts';

/**
 * The domain as resolvers call it. Each takes the viewer, or the account, that the act is for, and throws `Failure`
 * for what may be expected; an object of another account is not found.
 */
export interface Services {
  readonly agents: {
    create(viewer: Viewer, input: NewAgent): Promise<{ readonly id: string; readonly proxyKey: NewProxyKey | null }>;
    update(
      viewer: Viewer,
      id: AgentId,
      change: AgentChange,
      condition: AgentCondition,
    ): Promise<{ readonly id: string }>;
    remove(viewer: Viewer, id: AgentId): Promise<void>;
    readonly keys: ProxyKeyService;
    /** What an agent of the account may name as its upstream. */
    upstreams(accountId: AccountId): readonly string[];
    /** Throws what `update` would throw for the fields alone (`checkAgentChange`), and changes nothing. */
    check(viewer: Viewer, fields: AgentChange): Promise<void>;
  };
  /** Figures of many agents in a constant number of statements; an agent without any may be absent. */
  readonly agentStats: (accountId: AccountId, ids: readonly AgentId[]) => Promise<ReadonlyMap<AgentId, AgentStats>>;
  readonly usage: ReadUsage;
  /** What a policy finds in a text, and why. Throws Failure `unknown_policy` or `policy_yaml_invalid`. Keeps nothing. */
  detect(accountId: AccountId, text: string, policy: PolicyReference): Promise<Detection>;
  /** Masks a text as a call would be masked. Throws as `detect`, and `detection_unavailable`. Keeps nothing. */
  mask(accountId: AccountId, text: string, policy: PolicyReference): Promise<Masking>;
  /** Replaces the identifiers of a text by surrogates; null for a seed that is drawn. Throws as `mask`. Keeps nothing. */
  synthesize(accountId: AccountId, text: string, policy: PolicyReference, seed: string | null): Promise<Synthesis>;
  readonly policies: {
    /** Returns the policy that is meant; null where it does not hold on this server. */
    inForce(reference: PolicyReference): ParsedPolicy | null;
    /** Returns what the account has published under the names, in one statement. */
    published(accountId: AccountId, names: readonly string[]): Promise<ReadonlyMap<string, StoredText>>;
    /** Returns everything that is wrong with a text; of a policy that is stored under a name, under that name. */
    problems(yaml: string, name: string | null): readonly PolicyProblem[];
    /** Returns the policies of the instance's file, under each of their names. */
    ofInstance(): readonly InstancePolicy[];
    readonly stored: StoredPolicies;
    /** Has every node read its policy file again. Throws Failure `policy_yaml_invalid`, and then nothing has changed. */
    reload(): Promise<PolicyReloadResult>;
  };
  readonly events: Feed;
  readonly webhooks: Webhooks;
  readonly subscriptions: Pick<Subscriptions, 'redactions' | 'events'>;
  readonly accountLog: AccountLog;
  readonly verifyAudit: AuditVerification;
  readonly finder: Finder;
  readonly subjectSearch: SubjectSearch;
  readonly accessTokens: Pick<AccessTokens, 'create' | 'revoke'>;
  readonly browserSessions: Pick<BrowserSessions, 'revoke' | 'signOut'>;
  readonly invitations: Invitations;
  readonly members: Members;
  readonly retention: Retention;
  readonly vaults: VaultActs;
  readonly loadMe: (viewer: Viewer) => Promise<Me>;
  readonly reports: Reports;
  readonly exports: Exports;
  readonly payloads: PayloadReader;
  readonly redactionOrigins: RedactionOrigins;
  readonly corrections: Corrections;
  readonly correctionSet: CorrectionSet;
  readonly sessions: {
    /** Seals the session; one that is sealed already stays as it is. */
    end(viewer: Viewer, sessionId: SessionId): Promise<void>;
    /** Resolves when what was answered to callers so far is on disk too, so that a caller reads its own writes. */
    settled(): Promise<void>;
  };
}

/** What a policy finds in one text. */
export interface Detection extends Explanation {
  readonly policyName: string;
  readonly policyVersion: number;
  readonly detectorVersion: string;
}

/** One text masked under a policy. */
export interface Masking extends OneShotMasked {
  readonly policyName: string;
  readonly policyVersion: number;
  /** Says what was considered in the text. */
  readonly explain: () => Promise<Explanation>;
}

/** One text with surrogates, under a policy. */
export interface Synthesis extends Synthesised {
  readonly policyName: string;
  readonly policyVersion: number;
}

/** The policies of the instance after a reload. */
export interface PolicyReloadResult {
  readonly changed: boolean;
  readonly policies: readonly InstancePolicy[];
}

/** A policy of the instance, under one of its names. */
export interface InstancePolicy {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly yaml: string;
}

/** What every resolver gets. One per operation: batches and caches hang on the object's identity. */
export interface GraphqlContext {
  readonly prisma: PrismaClient;
  /** Null where nobody is signed in. */
  readonly viewer: Viewer | null;
  readonly requestId: RequestId;
  readonly services: Services;
  /** Origin under which this instance is reached, without a slash at its end. */
  readonly publicUrl: string;
  /** What the caller reads for, as the header Masker-Purpose says; null where it says nothing. */
  readonly purpose: string | null;
  /** What carries the events of a subscription; null where the answer is given at once. */
  readonly stream: EventStream | null;
  /** Adds a Set-Cookie header to the answer; null where the answer has no headers of its own. */
  readonly setCookie: ((value: string) => void) | null;
}
