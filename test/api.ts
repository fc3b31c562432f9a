/** The API on a database of its own: the services as the product joins them, two accounts, and calls to fill them with. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { encodeTime } from 'ulid';
import { createAccessTokens } from '../src/accounts/access-tokens.ts';
import { createBrowserSessions } from '../src/accounts/browser-sessions.ts';
import { createInvitations } from '../src/accounts/invitations.ts';
import { createMembers } from '../src/accounts/members.ts';
import { createRetention } from '../src/accounts/retention-settings.ts';
import { createOperatorKeys } from '../src/accounts/operator-keys.ts';
import { ROLE_PERMISSIONS } from '../src/accounts/viewer.ts';
import type { MemberRole, Viewer } from '../src/accounts/viewer.ts';
import { AgentSecrets } from '../src/agents/agent-secrets.ts';
import { createAgentService } from '../src/agents/agents.ts';
import { createStoredPolicies } from '../src/agents/stored-policies.ts';
import { chainEntry, chainKey, GENESIS } from '../src/audit/chain.ts';
import { HmacKey } from '../src/platform/hmac.ts';
import type { Entry, EntryFact } from '../src/audit/entry.ts';
import { Journal } from '../src/audit/journal.ts';
import { Signer } from '../src/audit/seal.ts';
import { createAccountLog } from '../src/audit-log/account-log.ts';
import type { Released } from '../src/audit-log/log-reader.ts';
import { Sequencer } from '../src/audit-log/sequencer.ts';
import type { WitnessPolicy } from '../src/audit-log/witness-policy.ts';
import { createVaultActs } from '../src/custody/vault-acts.ts';
import { createFeed } from '../src/events/feed.ts';
import { ANY_OPERATION } from '../src/graphql/persisted-operations.ts';
import { createGraphqlServer } from '../src/graphql/server.ts';
import type { GraphqlServerOptions } from '../src/graphql/server.ts';
import { createServices } from '../src/graphql/services.ts';
import { systemClock } from '../src/platform/clock.ts';
import { openDatabase } from '../src/platform/database.ts';
import type { Database } from '../src/platform/database.ts';
import { CallbackTargets } from '../src/platform/forbidden-address.ts';
import { ID_PREFIXES, newId } from '../src/platform/ids.ts';
import type { AccountId, AgentId, Id, IdType, RequestId, SessionId } from '../src/platform/ids.ts';
import { createPolicyReload } from '../src/policy/reload.ts';
import { createPolicyStore, loadDefaultPolicy } from '../src/policy/store.ts';
import { createAuditVerification } from '../src/reports/audit-verification.ts';
import { createFinder } from '../src/reports/finding/find.ts';
import { createSubjectSearch } from '../src/reports/finding/subject-search.ts';
import { Snapshots } from '../src/reports/snapshot.ts';
import { BUNDLE_LIMIT } from '../src/reports/bundle.ts';
import type { BundleLimit } from '../src/reports/bundle.ts';
import { PdfPool } from '../src/reports/pdf/pdf-pool.ts';
import { createExports } from '../src/reports/exports.ts';
import { createReports } from '../src/reports/reports.ts';
import { createRestApp } from '../src/rest/app.ts';
import { createIdempotency } from '../src/rest/idempotency.ts';
import type { Idempotency } from '../src/rest/idempotency.ts';
import type { RestApp } from '../src/rest/app.ts';
import { createPreconditions } from '../src/rest/preconditions.ts';
import type { Preconditions } from '../src/rest/preconditions.ts';
import { createOneShotMasking } from '../src/masking/turn/one-shot-masking.ts';
import { OneShotSynthesis } from '../src/masking/turn/one-shot-synthesis.ts';
import { CallDigests } from '../src/sessions/call-digests.ts';
import { createPayloadReader } from '../src/sessions/payloads.ts';
import { Explanations } from '../src/masking/turn/long-texts/explanations.ts';
import { SearchPool } from '../src/masking/turn/long-texts/search-pool.ts';
import { Sessions } from '../src/sessions/sessions.ts';
import { Slots, SLOT_LIMITS } from '../src/subscriptions/slots.ts';
import type { SlotLimits } from '../src/subscriptions/slots.ts';
import { createSubscriptions } from '../src/subscriptions/subscriptions.ts';
import type { Subscriptions } from '../src/subscriptions/subscriptions.ts';
import { Wakes } from '../src/subscriptions/wakes.ts';
import { TokenKeys } from '../src/tokens/issuer.ts';
import { KeyRing } from '../src/tokens/key-ring.ts';
import { createReceivers } from '../src/webhooks/receiver.ts';
import { WebhookSecrets } from '../src/webhooks/webhook-secrets.ts';
import { createWebhooks } from '../src/webhooks/webhooks.ts';
import { createTestDatabase } from './database.ts';

export const PUBLIC_URL = 'https://masker.test';
const AUDIT_KEY = Buffer.alloc(32, 7);
const KID = 'K_HEALTHCARE';

export interface TestApi {
  readonly database: Database & { readonly url: string };
  readonly idempotency: Idempotency;
  readonly preconditions: Preconditions;
  readonly rest: RestApp;
  /** Unexpected errors, as the log would be told of them. */
  readonly unexpected: { readonly requestId: RequestId; readonly error: unknown }[];
  readonly subscriptions: Subscriptions;
  /** The options of a GraphQL server on this database. */
  readonly graphqlOptions: GraphqlServerOptions;
  close(): Promise<void>;
}

export interface TestApiOptions {
  readonly witnesses?: WitnessPolicy | null;
  readonly released?: Released;
  readonly bundleLimit?: BundleLimit;
  readonly pdfs?: PdfPool;
  readonly slots?: SlotLimits;
}

export async function startTestApi({
  witnesses = null,
  released = 'all',
  bundleLimit = BUNDLE_LIMIT,
  pdfs = new PdfPool(),
  slots = SLOT_LIMITS,
}: TestApiOptions = {}): Promise<TestApi> {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase({ url });
  const { prisma, pool } = database;
  const kids = new Set([KID]);
  const { loaded } = await loadDefaultPolicy('configs/mask_policy.yaml', kids, { dev: false });
  if (loaded === null) throw new Error('configs/mask_policy.yaml is not valid');
  const upstreams = ['openai:gpt-4o-mini', 'openai:gpt-4o', 'stub'];
  const agentRules = {
    upstreams: { has: (name: string) => upstreams.includes(name), list: () => upstreams },
    policies: createPolicyStore(loaded, kids),
  };
  const signer = new Signer(Buffer.alloc(32, 9));
  const clock = systemClock;
  const ring = new KeyRing([{ kid: KID, role: 'active', secret: Buffer.alloc(32, 5) }]);
  const tokenKeys = new TokenKeys(ring);
  const explanations = new Explanations();
  const longTexts = { searcher: new SearchPool(), maxTextLength: 2_000_000 };
  const sessions = new Sessions({
    pool,
    journal: new Journal(pool),
    keys: tokenKeys,
    auditKey: AUDIT_KEY,
    signer,
    clock,
    llm: null,
    longTexts,
    memoryBytes: 256 * 1024 * 1024,
    onLostEnding: (_sessionId, cause) => {
      throw cause;
    },
  });
  const sequencer = new Sequencer({
    pool,
    signer,
    clock,
    onRefused: (_accountId, refusal) => {
      throw refusal;
    },
  });
  const accountLog = createAccountLog({ released, pool, signer, clock, sequencer, witnesses });
  const snapshots = new Snapshots(pool);
  const reports = createReports({
    snapshots,
    prisma,
    auditKey: AUDIT_KEY,
    signer,
    detectorVersion: 'test',
    version: '1.2.3',
    detectionServer: null,
    ring,
    payloadRetentionDays: 0,
    pdf: pdfs,
    bundleLimit,
    sealsInLog: (accountId, ids) => accountLog.sealsOf(accountId, ids),
    actsInLog: (accountId, ids) => accountLog.actsOf(accountId, ids),
    clock,
  });
  const agents = createAgentService({
    ...agentRules,
    prisma,
    clock,
    secrets: new AgentSecrets(ring),
    keysByDefault: false,
    operatorKeys: createOperatorKeys({ accounts: null, providers: [] }),
  });
  const reloadPolicies = createPolicyReload({
    path: 'configs/mask_policy.yaml',
    kids,
    policies: agentRules.policies,
    onChange: () => undefined,
    onRefused: () => undefined,
  });
  const storedPolicies = createStoredPolicies({ policies: agentRules.policies, prisma, clock });
  const invitations = createInvitations({ prisma, clock, publicUrl: PUBLIC_URL });
  const targets = new CallbackTargets([{ address: '127.0.0.0', prefix: 8 }]);
  const wakes = new Wakes();
  const subscriptions = createSubscriptions({
    pool,
    prisma,
    feed: createFeed(pool),
    wakes,
    slots: new Slots(slots),
    clock,
    // No other node, and nothing that notifies: it looks often by itself.
    checkMs: 20,
    lookMs: 10,
  });
  const synthesis = new OneShotSynthesis(createOneShotMasking(tokenKeys, longTexts));
  const services = createServices({
    events: createFeed(pool),
    webhooks: createWebhooks({
      prisma,
      clock,
      secrets: new WebhookSecrets(ring),
      targets,
      receivers: createReceivers({ targets }),
    }),
    subscriptions,
    accountLog,
    exports: createExports({
      prisma,
      auditKey: AUDIT_KEY,
      clock,
      version: '1.2.3',
      onBroken: () => undefined,
    }),
    verifyAudit: createAuditVerification({ snapshots, auditKey: AUDIT_KEY, signer, accountLog }),
    finder: createFinder(pool, new CallDigests(AUDIT_KEY)),
    subjectSearch: createSubjectSearch({
      db: pool,
      prisma,
      keys: new TokenKeys(ring),
      auditKey: AUDIT_KEY,
      signer,
      clock,
    }),
    prisma,
    pool,
    agents,
    policies: agentRules.policies,
    storedPolicies,
    synthesis,
    explanations,
    reloadPolicies,
    reports,
    payloads: createPayloadReader({ pool, prisma, ring, clock, retentionDays: 0 }),
    sessions,
    accessTokens: createAccessTokens({ prisma, clock }),
    browserSessions: createBrowserSessions({ prisma, secureCookies: true, clock }),
    invitations,
    members: createMembers({ prisma, clock, invitations }),
    retention: createRetention({ prisma, clock, config: { payloadRetentionDays: 0, metadataRetentionDays: 90 } }),
    vaults: createVaultActs({ pool, prisma, ring, auditKey: AUDIT_KEY, clock }),
    clock,
  });
  const unexpected: { requestId: RequestId; error: unknown }[] = [];
  const onUnexpectedError = (requestId: RequestId, error: unknown): void => {
    unexpected.push({ requestId, error });
  };
  const idempotency = createIdempotency(pool, Buffer.alloc(32, 7), (error) => {
    throw error;
  });
  const preconditions = createPreconditions(pool);
  const shared = { prisma, services, publicUrl: PUBLIC_URL, onUnexpectedError };
  return {
    database: { ...database, url },
    rest: createRestApp({ ...shared, idempotency, preconditions }),
    preconditions,
    idempotency,
    subscriptions,
    unexpected,
    graphqlOptions: { ...shared, introspection: true, persistedOperations: ANY_OPERATION },
    async close() {
      await pdfs.close();
      await explanations.close();
      await synthesis.close();
      await database.close();
      await drop();
    },
  };
}

/** An account with a user of the role, as somebody who sent an access token. */
export async function signUp({ prisma }: Database, role: MemberRole = 'admin'): Promise<Viewer> {
  const accountId = newId('account');
  const userId = newId('user');
  await prisma.account.create({
    data: {
      id: accountId,
      name: 'St. Mary Clinic',
      users: {
        create: {
          id: userId,
          role,
          githubId: BigInt(Date.now()) * 1000n + BigInt(nextGithubId++),
          githubLogin: 'mary',
        },
      },
    },
  });
  return { accountId, userId, role, permissions: new Set(ROLE_PERMISSIONS[role]), via: 'bearer' };
}

let nextGithubId = 1;

/** The same party in another role. */
export function as(viewer: Viewer, role: MemberRole): Viewer {
  return { ...viewer, role, permissions: new Set(ROLE_PERMISSIONS[role]) };
}

/** A request's id, and the viewer: what the outer server gives the doors. */
export function by(viewer: Viewer | null): { readonly viewer: Viewer | null; readonly requestId: RequestId } {
  return { viewer, requestId: newId('request') };
}

/** An agent's row, without the act that the service records. */
export async function seedAgent(
  { prisma }: Database,
  accountId: AccountId,
  name: string,
  at = Date.now(),
): Promise<AgentId> {
  const id = newId('agent', at);
  await prisma.agent.create({
    data: {
      id,
      accountId,
      name,
      upstream: 'stub',
      tokenization: 'vault-deterministic',
      policyName: 'healthcare-default',
      policyVersion: 1,
      createdAt: new Date(at),
    },
  });
  return id;
}

export interface SeededCall {
  /** Start, in milliseconds since the epoch; default now. */
  readonly at?: number;
  readonly turns?: number;
  readonly redactions?: number;
  readonly status?: 'ok' | 'partial' | 'error';
}

const POLICY_TEXT = 'name: healthcare-default\nversion: 1\n';
const POLICY_DIGEST = createHash('sha256').update(POLICY_TEXT).digest('hex');

/** A call as the proxy would have recorded it, with a journal whose chain verifies. It is open: not sealed yet. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
let seeded = 0;

/**
 * An id of that time, later in order than those seeded before for the same time. An id of the product may be later than its
 * time, where others of its process are.
 */
export function seededId<T extends IdType>(type: T, at: number): Id<T> {
  seeded += 1;
  const digits = Array.from({ length: 16 }, (_, place) => DIGITS[Math.floor(seeded / 32 ** (15 - place)) % 32]);
  return `${ID_PREFIXES[type]}_${encodeTime(at, 10)}${digits.join('')}`;
}

export async function seedCall(
  { prisma }: Database,
  accountId: AccountId,
  agentId: AgentId,
  { at = Date.now(), turns = 1, redactions = 2, status = 'ok' }: SeededCall = {},
): Promise<SessionId> {
  const id = seededId('session', at);
  await prisma.policySnapshot.upsert({
    where: { digest: POLICY_DIGEST },
    create: { digest: POLICY_DIGEST, text: POLICY_TEXT },
    update: {},
  });
  await prisma.session.create({
    data: {
      id,
      accountId,
      agentId,
      startedAt: new Date(at),
      lastTurnAt: new Date(at),
      endedAt: new Date(at + 794),
      status,
      upstreamModel: 'gpt-4o-mini',
      policyName: 'healthcare-default',
      policyVersion: 1,
      policyDigest: POLICY_DIGEST,
      turnCount: turns,
      redactionCount: redactions,
      redactionsByKind: redactions === 0 ? {} : { NAME: redactions },
      detectionUs: 56_000n,
      tokenizeUs: 4_000n,
      upstreamUs: 728_000n,
      rehydrateUs: 6_500n,
      turns: {
        create: Array.from({ length: turns }, (_, index) => ({
          id: seededId('turn', at),
          agentId,
          number: index + 1,
          startedAt: new Date(at),
          endedAt: new Date(at + 794),
          status,
          model: 'gpt-4o-mini',
          streamed: true,
          redactionCount: index === 0 ? redactions : 0,
          detectionUs: 56_000,
          tokenizeUs: 4_000,
          upstreamUs: 728_000,
          rehydrateUs: 6_500,
          addedUs: 66_500,
        })),
      },
      entries: { create: journalOf(id, agentId, at, redactions) },
    },
  });
  return id;
}

/** Appends redactions to a seeded journal, as a later turn would. */
export async function seedMoreRedactions(
  { prisma }: Database,
  sessionId: SessionId,
  agentId: AgentId,
  count: number,
): Promise<void> {
  const last = await prisma.entry.findFirstOrThrow({ where: { sessionId }, orderBy: { seq: 'desc' } });
  const { this_hash: hash } = JSON.parse(last.body) as { this_hash: string };
  const facts = Array.from({ length: count }, (_, index) => redactionAt(last.seq + 1 + index));
  const rows = chained(sessionId, agentId, Date.now(), facts, last.seq + 1, Buffer.from(hash, 'hex'));
  await prisma.entry.createMany({ data: rows.map((row) => ({ ...row, sessionId })) });
}

/** The redaction at a place of the journal; `span` tells which. */
function redactionAt(seq: number): EntryFact {
  return {
    kind: 'redaction',
    pass: 'regex',
    entity_kind: 'NAME',
    span: [seq, seq + 14],
    path: '/messages/0/content',
    confidence: 0.94,
    action: 'tokenize',
    token_kind: 'MSKV1',
    kid: KID,
    speaker: 'user',
  };
}

interface EntryRow {
  readonly seq: number;
  readonly kind: string;
  readonly turn: number;
  readonly body: string;
  readonly leafHash: Uint8Array<ArrayBuffer>;
}

function journalOf(sessionId: SessionId, agentId: AgentId, at: number, redactions: number): EntryRow[] {
  const facts: EntryFact[] = [
    { kind: 'session_started' },
    ...Array.from({ length: redactions }, (_, index) => redactionAt(index + 1)),
    {
      kind: 'turn_forwarded',
      upstream: 'stub',
      model: 'gpt-4o-mini',
      request_sha256: 'ab'.repeat(32),
      tokens_issued: 0,
    },
  ];
  return chained(sessionId, agentId, at, facts, 0, GENESIS);
}

function chained(
  sessionId: SessionId,
  agentId: AgentId,
  at: number,
  facts: readonly EntryFact[],
  firstSeq: number,
  previousHash: Buffer,
): EntryRow[] {
  const key = new HmacKey(chainKey(AUDIT_KEY, sessionId));
  let previous = previousHash;
  return facts.map((fact, index) => {
    const turn = fact.kind === 'session_started' ? 0 : 1;
    const shared = { v: 1, ts: new Date(at).toISOString(), session_id: sessionId, agent_id: agentId } as const;
    const entry: Entry = {
      ...shared,
      ...fact,
      seq: firstSeq + index,
      event_id: seededId('event', at),
      turn,
      policy_name: 'healthcare-default',
      policy_version: 1,
    };
    const { body, hash, leaf } = chainEntry(key, previous, entry);
    previous = hash;
    return { seq: entry.seq, kind: fact.kind, turn, body, leafHash: Uint8Array.from(leaf) };
  });
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly body: { readonly data?: unknown; readonly errors?: readonly GraphqlError[] };
}

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface GraphqlEndpoint {
  readonly url: string;
  /** Who is asking from now on. */
  viewer: Viewer | null;
  /** Posts an operation. `headers` on top of the usual ones. */
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<GraphqlAnswer>;
  close(): Promise<void>;
}

/** GraphQL on a socket, as it is mounted in the product. */
export async function listenGraphql(options: GraphqlServerOptions, viewer: Viewer | null): Promise<GraphqlEndpoint> {
  const handle = createGraphqlServer(options);
  const endpoint = { viewer };
  const server = createServer((req, res) => {
    void handle(req, res, by(endpoint.viewer));
  });
  // No connection is closed between two requests: a client would reuse it at that moment.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return Object.assign(endpoint, {
    url,
    async ask(query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, body: (await response.json()) as GraphqlAnswer['body'] };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** A text that matches, in place of one in an expected object. */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
